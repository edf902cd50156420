#include "model/machines/sctp_6_18.hpp"
#include "model/sctp_back_end.hpp"

namespace conntrack {

std::unique_ptr<SctpMachine> make_sctp_machine_6_18() {
    return std::make_unique<SctpBackEnd<machines::sctp::Machine_6_18>>();
}

}  // namespace conntrack
