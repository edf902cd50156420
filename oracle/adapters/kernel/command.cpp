#include "oracle/adapters/kernel/command.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace conntrack::oracle::kernel {

namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

/// A file without a name: what a tool reads, or says.
File nameless_file(const std::string& text) {
    File file(std::tmpfile(), &std::fclose);
    if (!file) throw CannotRun(std::string("no temporary file: ") + std::strerror(errno));
    if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
        throw CannotRun("a temporary file cannot be written");
    std::rewind(file.get());
    return file;
}

std::string text_of(FILE* file) {
    std::rewind(file);
    std::string out(4096, '\0');
    out.resize(std::fread(out.data(), 1, out.size(), file));
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

}  // namespace

namespace {

/// What a child's standard streams are to be.
class Streams {
  public:
    Streams(FILE* in, FILE* said) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, fileno(in), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, fileno(said), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, fileno(said), STDERR_FILENO);
    }
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;
    ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

}  // namespace

/// The child is in the thread's network namespace. It is spawned rather than forked: no page is copied for it.
void run_tool(const std::vector<std::string>& words, const std::string& input) {
    const File in = nameless_file(input), said = nameless_file("");
    const Streams streams(in.get(), said.get());
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int error = posix_spawnp(&child, arguments[0], streams.get(), nullptr, arguments.data(), environ);
    if (error == ENOENT) throw CannotRun(fmt::format("there is no {}", words[0]));
    if (error != 0) throw CannotRun(fmt::format("{} cannot be started: {}", words[0], std::strerror(error)));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    throw CannotRun(fmt::format("{} fails: {}", fmt::join(words, " "), text_of(said.get())));
}

}  // namespace conntrack::oracle::kernel
