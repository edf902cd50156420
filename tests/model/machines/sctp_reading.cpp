#include "tests/model/machines/sctp_reading.hpp"

#include "model/machines/sctp_2_6.hpp"
#include "model/machines/sctp_6_18.hpp"

#include <utility>

namespace conntrack::testing {

namespace {

namespace ms = machines::sctp;

template <template <sctp::ChunkKind> class Event, std::size_t... Kinds>
boost::mp11::mp_list<Event<static_cast<sctp::ChunkKind>(Kinds)>...> events_of(std::index_sequence<Kinds...>);

using Kinds = std::make_index_sequence<sctp::chunk_kind_count>;
using Events =
    boost::mp11::mp_append<decltype(events_of<ms::Original>(Kinds{})), decltype(events_of<ms::Reply>(Kinds{})),
                           decltype(events_of<ms::Opener>(Kinds{}))>;

template <class FrontEnd>
SctpReading read() {
    return {machines::reading::read_small<FrontEnd, Events, Concrete, sctp::ChunkStep<Concrete>,
                                          sctp::ChunkOutcome<Concrete>>(),
            boost::mp11::mp_size<typename FrontEnd::states>::value};
}

}  // namespace

SctpReading read_sctp(EditionId id) {
    return id == EditionId::linux_6_18 ? read<ms::Machine_6_18>() : read<ms::Machine_2_6>();
}

}  // namespace conntrack::testing
