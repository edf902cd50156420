// Other machines in the place of the editions' own: for whoever wants to see what recordings say to a changed one.
#pragma once

#include "model/sctp_machine.hpp"
#include "model/tcp_machine.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace conntrack {

/// The edition's own machines, whatever else is in force.
std::unique_ptr<TcpMachine> make_edition_tcp_machine(EditionId edition);
std::unique_ptr<SctpMachine> make_edition_sctp_machine(EditionId edition);

/// While it lives, whatever entry is made on this thread is given the machines that `make` makes.
template <class Machine>
class OtherMachines {
  public:
    using Make = std::function<std::unique_ptr<Machine>(EditionId)>;
    explicit OtherMachines(Make make) : make_(std::move(make)), before_(in_force_) { in_force_ = &make_; }
    OtherMachines(const OtherMachines&) = delete;
    OtherMachines& operator=(const OtherMachines&) = delete;
    ~OtherMachines() { in_force_ = before_; }

    /// Null: none.
    static const Make* in_force() { return in_force_; }

  private:
    Make make_;
    const Make* before_;
    static inline thread_local const Make* in_force_ = nullptr;
};
using OtherTcpMachines = OtherMachines<TcpMachine>;
using OtherSctpMachines = OtherMachines<SctpMachine>;

}  // namespace conntrack
