// The recordings of real kernels that hold SCTP, held against a changed SCTP machine.
#pragma once

#include "oracle/check/check.hpp"
#include "proofs/semantics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::testing {

/// "other sctp_basic, step 10: table.sctp"; nothing: the recording agrees.
std::optional<std::string> disagreement_with(const oracle::Recording& recording);

class RecordedChunks {
  public:
    void add(const oracle::Recording& recording) { recordings_.push_back(recording); }

    [[nodiscard]] std::size_t size() const { return recordings_.size(); }
    /// The first recording that disagrees with the changed machine, and on what.
    [[nodiscard]] std::optional<std::string> refute(const proofs::Semantics& mutated) const;

  private:
    std::vector<oracle::Recording> recordings_;
};

}  // namespace conntrack::testing
