#include "model/tcp_machine.hpp"

#include "model/other_machines.hpp"

namespace conntrack {

std::unique_ptr<TcpMachine> make_tcp_machine(EditionId edition) {
    if (const auto* others = OtherTcpMachines::in_force()) return (*others)(edition);
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
