// A program that is spoken to in lines over its standard input and output, and that may do anything: crash, hang,
// close.
#pragma once

#include <sys/types.h>
#include <chrono>
#include <optional>
#include <string>

namespace conntrack::oracle {

class PipeProcess {
  public:
    /// Starts `command` by the shell, in a process group of its own; its standard error is ours. Throws
    /// std::system_error if it cannot be started.
    explicit PipeProcess(const std::string& command);
    PipeProcess(const PipeProcess&) = delete;
    PipeProcess& operator=(const PipeProcess&) = delete;
    /// Ends the program and all it started.
    ~PipeProcess();

    /// Adds to what is written as soon as the program takes it.
    void send(const std::string& text) { to_write_ += text; }
    enum class Result : std::uint8_t { line, ended, timed_out };
    /// The next line of its output, without its newline. `ended`: its output is at its end. `timed_out`: nothing was
    /// read or written for so long.
    Result read_line(std::string& line, std::chrono::milliseconds patience);
    /// How it left ("signal 11 (Segmentation fault)", "exit code 1"); nothing if it still runs after `patience`.
    std::optional<std::string> how_it_ended(std::chrono::milliseconds patience);
    /// It left with the exit code by which the shell says that there is no such program.
    [[nodiscard]] bool was_not_found() const { return not_found_; }

  private:
    pid_t pid_ = -1;
    int in_ = -1, out_ = -1;  // our ends: what it reads, what it writes
    std::string to_write_, read_;
    std::size_t written_ = 0;
    bool reaped_ = false, not_found_ = false;

    bool exchange(std::chrono::milliseconds patience, bool& ended);
    void write_some();
};

}  // namespace conntrack::oracle
