// Any program as an adapter: it reads scenarios and prints what it did with each step, as docs/adapters.md says.
#pragma once

#include "oracle/adapters/adapter.hpp"
#include "oracle/adapters/pipe_process.hpp"

#include <chrono>

namespace conntrack::oracle {

class ProgramAdapter final : public Adapter {
  public:
    ProgramAdapter(std::string command, std::chrono::milliseconds patience)
        : command_(std::move(command)), patience_(patience) {}

    [[nodiscard]] std::string name() const override { return "exec:" + command_; }
    /// A program that failed is ended, and the next scenario is played by a new one. Throws InputError if there is no
    /// such program.
    Played play(const Scenario& scenario) override;

  private:
    std::string command_;
    std::chrono::milliseconds patience_;
    std::unique_ptr<PipeProcess> process_;
    bool has_answered_ = false;

    std::optional<Failure> exchange(const Scenario& scenario, Recording& recording);
    std::optional<Failure> read_answer(const Step& step, Recording& recording);
    std::optional<Failure> read_object(std::size_t step, Json& json);
    Failure left(std::size_t step);
};

}  // namespace conntrack::oracle
