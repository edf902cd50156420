#include "tests/mutation/recorded_chunks.hpp"

#include "model/other_machines.hpp"
#include "tests/support/sctp_terms.hpp"

#include <filesystem>
#include <memory>

namespace conntrack::testing {

namespace {

/// Runs a relation as read: its terms fold to numbers.
class RelationMachine final : public SctpMachine {
  public:
    explicit RelationMachine(const proofs::SctpRelation& relation) : relation_(relation) {}

    sctp::ChunkOutcome<Concrete> receive(const sctp::ChunkStep<Concrete>& step) override {
        return take(relation_.receive(constant(step)));
    }
    sctp::ChunkOutcome<Concrete> open(const sctp::ChunkStep<Concrete>& step) override {
        return take(relation_.open(constant(step)));
    }
    [[nodiscard]] sctp::State state() const override { return state_; }
    void restore(sctp::State state) override { state_ = state; }

  private:
    const proofs::SctpRelation& relation_;
    sctp::State state_ = sctp::State::none;

    sctp::ChunkOutcome<Concrete> take(const proofs::SctpResult& result) {
        state_ = static_cast<sctp::State>(number(result.next));
        return value(result.outcome);
    }
};

}  // namespace

std::optional<std::string> disagreement_with(const oracle::Recording& recording) {
    const auto result = oracle::check(recording);
    if (!result.disagreement) return std::nullopt;
    const std::string file = std::filesystem::path(recording.path).filename().string();
    // Entries are told by their tuples, in brackets: only what of them differs is wanted.
    const std::string& field = result.disagreement->difference.field;
    const auto bracket = field.find('['), end = field.rfind(']');
    const std::string what = bracket == std::string::npos || end == std::string::npos
                                 ? field
                                 : field.substr(0, bracket) + field.substr(end + 1);
    return file.substr(0, file.find('.')) + " " + recording.scenario.name + ", step " +
           std::to_string(result.disagreement->step) + ": " + what;
}

std::optional<std::string> RecordedChunks::refute(const proofs::Semantics& mutated) const {
    const OtherSctpMachines changed([&](EditionId) { return std::make_unique<RelationMachine>(mutated.sctp); });
    for (const oracle::Recording& recording : recordings_)
        if (auto disagreement = disagreement_with(recording)) return disagreement;
    return std::nullopt;
}

}  // namespace conntrack::testing
