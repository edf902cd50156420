// The SCTP rows that nothing takes, each with the reason why. They stand in the tables because the kernel's have them.
#pragma once

#include "spec/sctp/state.hpp"
#include "spec/tuple.hpp"

#include <optional>
#include <string_view>

namespace conntrack::machines::reading {

/// A row, by what it is asked with. `dir`: nothing for the rows that open an entry.
struct SctpPlace {
    sctp::State from;
    std::optional<Direction> dir;
    sctp::ChunkKind kind;
    bool refuses;
};

/// Why no packet takes this row on an entry that packets made; empty: some packet does.
inline std::string_view never_taken_by_packets(const SctpPlace& row, const Edition& edition) {
    using enum sctp::ChunkKind;
    const bool out_of_the_blue = row.kind == abort || row.kind == shutdown_complete || row.kind == cookie_ack;
    if (row.from != sctp::State::none) return {};
    if (out_of_the_blue) return "no entry begins with a packet that holds such a chunk";
    if (!row.dir && row.kind == other && row.refuses != edition.sctp.opens_by_rows_alone)
        return "whether a chunk without a row opens an entry hangs on the edition, and there are rows for both";
    if (!row.dir) return {};
    if (row.dir == Direction::reply) return "the first packet of an entry gives it its original direction";
    if (edition.sctp.opening_decides_state && edition.sctp.opens_by_rows_alone)
        return "the chunks of a first packet have moved the state before it is handled";
    if (row.kind == other && !edition.sctp.opening_decides_state) return "no entry begins with such a chunk";
    if (edition.sctp.opening_decides_state && (row.kind == init || row.kind == init_ack))
        return "it is alone in its packet, and has moved the state before it is handled";
    return {};
}

}  // namespace conntrack::machines::reading
