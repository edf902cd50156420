#include "model/machines/sctp_2_6.hpp"
#include "model/sctp_back_end.hpp"

namespace conntrack {

std::unique_ptr<SctpMachine> make_sctp_machine_2_6() {
    return std::make_unique<SctpBackEnd<machines::sctp::Machine_2_6>>();
}

}  // namespace conntrack
