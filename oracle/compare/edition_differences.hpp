// In what the models of two editions differ: cells of the tables of TCP and SCTP, rules (switches), and defaults of
// settings. Read from the machines' rows and the editions themselves, as docs/editions.md is. An edition can be mixed
// with another one, so that it can be told which differences make a disagreement.
#pragma once

#include "oracle/check/check.hpp"
#include "proofs/distinguish/sctp_differences.hpp"
#include "spec/settings.hpp"
#include "spec/tcp/flags.hpp"
#include "spec/tcp/state.hpp"

#include <functional>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// A model of one edition that does some things as another edition does them.
struct EditionMix {
    struct Cell {
        tcp::State state;
        Direction dir;
        tcp::PacketClass cls;
        bool operator==(const Cell&) const = default;
    };

    EditionId one, other;
    Edition edition;              // the one, with switches of the other
    std::vector<Cell> cells;      // of the TCP table that are the other's
    proofs::SctpVariant sctp;     // rows of the one, and of the other
    std::vector<Setting> values;  // whose default is the other's
    std::vector<Setting> absent;  // that the other does not have

    EditionMix(EditionId one, EditionId other);
    /// What check() says to this model.
    [[nodiscard]] CheckResult check(const Recording& recording, Keep keep = Keep::nothing) const;
};

struct EditionDifference {
    std::string name;  // "TCP cell SYN_SENT, original rst", "SCTP rule heartbeats", "rule tracks_maxack", "setting
                       // udp_timeout_stream"
    std::function<void(EditionMix&)> take_over;
};

/// Every one of them.
std::vector<EditionDifference> edition_differences(EditionId one, EditionId other);

/// The fewest of `left`, as far as they are found one by one, with which a mix agrees with a recording of its other
/// edition, or of what tracks as that does: mostly one. Nothing: not even with all of them.
std::optional<std::vector<const EditionDifference*>> that_explain(const Recording& recording, const EditionMix& mix,
                                                                  const std::vector<EditionDifference>& left);

}  // namespace conntrack::oracle
