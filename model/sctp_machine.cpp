#include "model/sctp_machine.hpp"

namespace conntrack {

std::unique_ptr<SctpMachine> make_sctp_machine(const Edition& edition) {
    return edition.sctp.heartbeats ? make_sctp_machine_6_18() : make_sctp_machine_2_6();
}

}  // namespace conntrack
