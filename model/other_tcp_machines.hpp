// Other TCP machines in the place of the editions' own: for whoever wants to see what recordings say to a changed one.
#pragma once

#include "model/tcp_machine.hpp"

#include <functional>
#include <memory>

namespace conntrack {

/// The edition's own machine, whatever else is in force.
std::unique_ptr<TcpMachine> make_edition_tcp_machine(EditionId edition);

/// While it lives, whatever entry is made on this thread is given the machines that `make` makes.
class OtherTcpMachines {
  public:
    using Make = std::function<std::unique_ptr<TcpMachine>(EditionId)>;
    explicit OtherTcpMachines(Make make);
    OtherTcpMachines(const OtherTcpMachines&) = delete;
    OtherTcpMachines& operator=(const OtherTcpMachines&) = delete;
    ~OtherTcpMachines();

  private:
    Make make_;
    const Make* before_;
};

}  // namespace conntrack
