// The TCP machines as read from their tables, over running values: which row a packet takes. The heavy headers are
// included by one source file an edition.
#pragma once

#include "model/machines/reading/tcp_reading.hpp"

#include <optional>

namespace conntrack::machines::reading {

using RunningTcp = TcpReading<Concrete>;

RunningTcp read_tcp_2_6_9();
RunningTcp read_tcp_2_6_32();
RunningTcp read_tcp_6_18();
RunningTcp read_tcp(EditionId edition);

/// What the rows say of a step, tried in order. The state is the one after the packet.
struct ByTheRows {
    std::optional<std::size_t> row;  // nothing: no row takes it
    conntrack::tcp::State state;
    conntrack::tcp::Outcome<Concrete> outcome;
};
ByTheRows by_the_rows(const RunningTcp& machine, const conntrack::tcp::Judged<Concrete>& judged);

}  // namespace conntrack::machines::reading
