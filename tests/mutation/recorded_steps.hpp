// The recordings of real kernels, held against a changed TCP machine: the recordings that its changed cells occur in
// are played again with that machine in every entry.
#pragma once

#include "oracle/check/check.hpp"
#include "proofs/mutation/cell.hpp"
#include "tests/mutation/recorded_chunks.hpp"
#include "tests/mutation/relation_runner.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::testing {

class RecordedSteps {
  public:
    /// Reads all recordings of an edition and plays them once; those that do not agree with the model as it is are
    /// left out. `directory` holds a folder an edition.
    RecordedSteps(const std::string& directory, EditionId edition);

    /// Moves those of the cells in which some recorded step comes out differently to the front. Says how many they are.
    std::size_t sort_by_use(const proofs::Semantics& mutated, std::vector<proofs::Cell>& cells) const;
    /// The first recording that disagrees with the changed machine, and on what.
    [[nodiscard]] std::optional<std::string> refute(const proofs::Semantics& mutated,
                                                    const std::vector<proofs::Cell>& cells) const;
    /// The same with another default of a setting.
    [[nodiscard]] std::optional<std::string> refute(const std::string& sysctl, std::uint32_t value) const;

    /// What was recorded of SCTP.
    [[nodiscard]] const RecordedChunks& chunks() const { return chunks_; }

    [[nodiscard]] std::size_t steps() const;
    /// How many of them come out differently in any respect, the clause included.
    [[nodiscard]] std::size_t different_steps(const proofs::Semantics& mutated,
                                              const std::vector<proofs::Cell>& cells) const;

  private:
    struct Sample {
        Numbers step, came_out;
        std::size_t recording;
    };
    std::vector<oracle::Recording> recordings_;
    RecordedChunks chunks_;
    std::map<proofs::Cell, std::vector<Sample>> samples_;

    [[nodiscard]] std::vector<std::size_t> touched(const proofs::Semantics& mutated,
                                                   const std::vector<proofs::Cell>& cells) const;
};

}  // namespace conntrack::testing
