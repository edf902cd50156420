#include "model/sctp_machine.hpp"

#include "model/other_machines.hpp"

namespace conntrack {

std::unique_ptr<SctpMachine> make_sctp_machine(EditionId edition) {
    if (const auto* others = OtherSctpMachines::in_force()) return (*others)(edition);
    return make_edition_sctp_machine(edition);
}

std::unique_ptr<SctpMachine> make_edition_sctp_machine(EditionId edition) {
    return edition == EditionId::linux_6_18 ? make_sctp_machine_6_18() : make_sctp_machine_2_6();
}

}  // namespace conntrack
