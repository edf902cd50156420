// The TCP machines as read from their tables, for comparison with what they do when they run. The heavy headers are
// included by one source file an edition.
#pragma once

#include "model/machines/reading/tcp_reading.hpp"

#include <optional>

namespace conntrack::testing {

using machines::reading::describe;
using TcpRow = machines::reading::TcpRow<Concrete>;
using TcpReading = machines::reading::TcpReading<Concrete>;

TcpReading read_tcp_2_6_9();
TcpReading read_tcp_2_6_32();
TcpReading read_tcp_6_18();

inline TcpReading read_tcp(EditionId id) {
    switch (id) {
        case EditionId::linux_2_6_9: return read_tcp_2_6_9();
        case EditionId::linux_2_6_32: return read_tcp_2_6_32();
        case EditionId::linux_6_18: break;
    }
    return read_tcp_6_18();
}

/// What the rows say of a step, tried in order. The state is the one after the packet.
struct Expected {
    std::optional<std::size_t> row;  // nothing: no row takes it
    tcp::State state;
    tcp::Outcome<Concrete> outcome;
};
Expected by_the_rows(const TcpReading& machine, const tcp::Judged<Concrete>& judged);

}  // namespace conntrack::testing
