#include "tests/model/machines/sctp_reading.hpp"

#include "model/machines/reading/sctp_events.hpp"
#include "model/machines/sctp_2_6.hpp"
#include "model/machines/sctp_6_18.hpp"

#include <utility>

namespace conntrack::testing {

namespace {

namespace ms = machines::sctp;

template <class FrontEnd>
SctpReading read() {
    return {machines::reading::read_small<FrontEnd, machines::reading::SctpEvents, Concrete, sctp::ChunkStep<Concrete>,
                                          sctp::ChunkOutcome<Concrete>>(),
            boost::mp11::mp_size<typename FrontEnd::states>::value};
}

}  // namespace

SctpReading read_sctp(EditionId id) {
    return id == EditionId::linux_6_18 ? read<ms::Machine_6_18>() : read<ms::Machine_2_6>();
}

}  // namespace conntrack::testing
