// A running TCP machine, whichever edition's. The Boost.MSM back-ends stand behind this interface so that they are
// compiled once each.
#pragma once

#include "spec/tcp/outcome.hpp"

#include <memory>

namespace conntrack {

class TcpMachine {
  public:
    TcpMachine() = default;
    TcpMachine(const TcpMachine&) = delete;
    TcpMachine& operator=(const TcpMachine&) = delete;
    virtual ~TcpMachine() = default;

    /// Runs one packet. `judged.step.old` must be this machine's state.
    virtual tcp::Outcome<Concrete> receive(const tcp::Judged<Concrete>& judged) = 0;
    [[nodiscard]] virtual tcp::State state() const = 0;
    virtual void restore(tcp::State state) = 0;
};

std::unique_ptr<TcpMachine> make_tcp_machine_2_6_9();
std::unique_ptr<TcpMachine> make_tcp_machine_2_6_32();
std::unique_ptr<TcpMachine> make_tcp_machine_6_18();
std::unique_ptr<TcpMachine> make_tcp_machine(EditionId edition);

}  // namespace conntrack
