// The SCTP tables as they were read in the kernels' sources: tests/data/sctp-transitions-*.csv.
#pragma once

#include "spec/sctp/state.hpp"
#include "spec/tuple.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::testing {

struct KernelSctpCell {
    Direction dir;
    sctp::ChunkKind kind;
    sctp::State old;
    std::optional<sctp::State> to;  // nothing: INVALID

    /// "original init in NONE gives CLOSED".
    [[nodiscard]] std::string text() const;
};

/// Throws std::runtime_error if the file holds a word that nothing is named.
std::vector<KernelSctpCell> kernel_sctp_table(EditionId id);

}  // namespace conntrack::testing
