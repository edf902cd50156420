#include "model/tcp_machine.hpp"

#include "model/other_tcp_machines.hpp"

#include <utility>

namespace conntrack {

namespace {
thread_local const OtherTcpMachines::Make* others = nullptr;
}

OtherTcpMachines::OtherTcpMachines(Make make) : make_(std::move(make)), before_(others) { others = &make_; }
OtherTcpMachines::~OtherTcpMachines() { others = before_; }

std::unique_ptr<TcpMachine> make_tcp_machine(EditionId edition) {
    if (others != nullptr) return (*others)(edition);
    return make_edition_tcp_machine(edition);
}

std::unique_ptr<TcpMachine> make_edition_tcp_machine(EditionId edition) {
    switch (edition) {
        case EditionId::linux_2_6_9: return make_tcp_machine_2_6_9();
        case EditionId::linux_2_6_32: return make_tcp_machine_2_6_32();
        case EditionId::linux_6_18: break;
    }
    return make_tcp_machine_6_18();
}

}  // namespace conntrack
