#include "oracle/adapters/kernel/command.hpp"

#include <fmt/format.h>
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

void run_tool(const std::vector<std::string>& words, const std::string& input) {
    constexpr int no_such_tool = 127;
    const File in = nameless_file(input), said = nameless_file("");
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) throw CannotRun(std::string("fork: ") + std::strerror(errno));
    if (child == 0) {
        dup2(fileno(in.get()), STDIN_FILENO);
        dup2(fileno(said.get()), STDOUT_FILENO);
        dup2(fileno(said.get()), STDERR_FILENO);
        execvp(arguments[0], arguments.data());
        _exit(no_such_tool);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == no_such_tool)
        throw CannotRun(fmt::format("there is no {}", words[0]));
    throw CannotRun(fmt::format("{} fails: {}", fmt::join(words, " "), text_of(said.get())));
}

}  // namespace conntrack::oracle::kernel
