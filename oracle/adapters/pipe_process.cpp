#include "oracle/adapters/pipe_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>

namespace conntrack::oracle {

namespace {

constexpr int shell_found_nothing = 127;

struct Pipe {
    int read_end = -1, write_end = -1;
    Pipe() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
        read_end = ends[0];
        write_end = ends[1];
    }
};

/// write(), but a reader that has gone is an error and no signal, whatever the process does with SIGPIPE.
ssize_t write_quietly(int fd, const char* data, std::size_t size) {
    sigset_t broken_pipe, before;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
    const ssize_t n = write(fd, data, size);
    const int error = errno;
    if (n < 0 && error == EPIPE) {
        const timespec at_once{};
        sigtimedwait(&broken_pipe, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return n;
}

/// Between fork() and exec(): only what is safe there.
[[noreturn]] void become(const char* command, int input, int output) {
    setpgid(0, 0);
    std::signal(SIGPIPE, SIG_DFL);
    if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0)
        execl("/bin/sh", "sh", "-c", command, nullptr);
    _exit(shell_found_nothing);
}

}  // namespace

PipeProcess::PipeProcess(const std::string& command) {
    const Pipe input, output;
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) become(command.c_str(), input.read_end, output.write_end);
    setpgid(pid_, pid_);
    close(input.read_end);
    close(output.write_end);
    in_ = input.write_end;
    out_ = output.read_end;
    fcntl(in_, F_SETFL, O_NONBLOCK);
    fcntl(out_, F_SETFL, O_NONBLOCK);
}

PipeProcess::~PipeProcess() {
    if (in_ >= 0) close(in_);
    close(out_);
    if (reaped_) return;
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void PipeProcess::write_some() {
    const ssize_t n = write_quietly(in_, to_write_.data() + written_, to_write_.size() - written_);
    if (n >= 0) {
        written_ += static_cast<std::size_t>(n);
    } else if (errno != EAGAIN && errno != EINTR) {  // it reads no more; its output tells what became of it
        close(in_);
        in_ = -1;
    }
    if (in_ < 0 || written_ == to_write_.size()) {
        to_write_.clear();
        written_ = 0;
    }
}

/// Waits until something can be read or written, and does it. False: nothing could for so long.
bool PipeProcess::exchange(std::chrono::milliseconds patience, bool& ended) {
    std::array<pollfd, 2> fds = {{{out_, POLLIN, 0}, {in_, POLLOUT, 0}}};
    const bool writes = in_ >= 0 && !to_write_.empty();
    const int ready = poll(fds.data(), writes ? 2 : 1, static_cast<int>(patience.count()));
    if (ready < 0 && errno == EINTR) return true;
    if (ready <= 0) return false;
    if (writes && fds[1].revents != 0) write_some();
    if (fds[0].revents == 0) return true;
    std::array<char, 65536> buffer;
    const ssize_t n = read(out_, buffer.data(), buffer.size());
    if (n > 0)
        read_.append(buffer.data(), static_cast<std::size_t>(n));
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        ended = true;
    return true;
}

PipeProcess::Result PipeProcess::read_line(std::string& line, std::chrono::milliseconds patience) {
    constexpr std::size_t longest_line = std::size_t{16} << 20;
    bool ended = false;
    for (std::size_t looked = 0;;) {
        const auto newline = read_.find('\n', looked);
        if (newline != std::string::npos) {
            line.assign(read_, 0, newline);
            read_.erase(0, newline + 1);
            return Result::line;
        }
        looked = read_.size();
        if (ended || looked > longest_line) return Result::ended;
        if (!exchange(patience, ended)) return Result::timed_out;
    }
}

std::optional<std::string> PipeProcess::how_it_ended(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > until) return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(-pid_, SIGKILL);  // what it left behind
    reaped_ = true;
    if (WIFSIGNALED(status)) return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    not_found_ = WEXITSTATUS(status) == shell_found_nothing;
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace conntrack::oracle
