// The events of an SCTP machine in the order of their numbers, for those who read its rows.
#pragma once

#include "model/machines/sctp_parts.hpp"

#include <boost/mp11/algorithm.hpp>
#include <cstddef>
#include <utility>

namespace conntrack::machines::reading {

namespace detail {

template <template <conntrack::sctp::ChunkKind> class Event, std::size_t... Kinds>
boost::mp11::mp_list<Event<static_cast<conntrack::sctp::ChunkKind>(Kinds)>...> events_of(std::index_sequence<Kinds...>);

using ChunkKinds = std::make_index_sequence<conntrack::sctp::chunk_kind_count>;

}  // namespace detail

using SctpEvents = boost::mp11::mp_append<decltype(detail::events_of<machines::sctp::Original>(detail::ChunkKinds{})),
                                          decltype(detail::events_of<machines::sctp::Reply>(detail::ChunkKinds{})),
                                          decltype(detail::events_of<machines::sctp::Opener>(detail::ChunkKinds{}))>;

}  // namespace conntrack::machines::reading
