// A sample of the mutation run, and that the run itself tells what is noticed from what is not.
#include "proofs/mutation/refuter.hpp"
#include "tests/mutation/mutation_run.hpp"
#include "tests/mutation/recorded_steps.hpp"
#include "tests/mutation/report.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/places.hpp"
#include "tests/support/sanitized.hpp"

#include <algorithm>
#include <set>

namespace conntrack::testing {

namespace {

using proofs::Cell;
using proofs::Difference;
using proofs::Mutant;
using proofs::MutantKind;
using proofs::TcpRow;

// One in so many is judged here, all of them by ./dev mutants. Sanitizers make it ten times as slow.
constexpr std::size_t every = sanitized ? 499 : 61;

std::vector<EditionId> sampled_editions() {
    if (sanitized) return {EditionId::linux_6_18};
    return {all_editions.begin(), all_editions.end()};
}

std::size_t count(const std::vector<Mutant>& mutants, MutantKind kind) {
    return static_cast<std::size_t>(
        std::count_if(mutants.begin(), mutants.end(), [&](const Mutant& m) { return m.kind == kind; }));
}

}  // namespace

using Mutants = EveryEdition;
CTORACLE_EVERY_EDITION(Mutants);

TEST_P(Mutants, AreOfEveryKindAndHaveNamesOfTheirOwn) {
    const auto mutants = proofs::all_mutants(GetParam());
    std::set<std::string> names;
    for (const Mutant& mutant : mutants) EXPECT_TRUE(names.insert(mutant.name).second) << mutant.name;
    const proofs::Semantics semantics(GetParam());
    std::size_t guards = 0;
    for (const TcpRow& row : semantics.tcp.rows) guards += row.guard == "none" ? 0U : 1U;
    EXPECT_GE(count(mutants, MutantKind::guard_dropped), guards);
    EXPECT_GE(count(mutants, MutantKind::row_retargeted),
              semantics.tcp.rows.size() * (proofs::entry_states(semantics.edition).size() - 1));
    EXPECT_GE(count(mutants, MutantKind::timeout_changed), 40U);
    const auto of_sctp = std::ranges::count_if(mutants, [](const Mutant& m) { return m.sctp_cell.has_value(); });
    EXPECT_GE(static_cast<std::size_t>(of_sctp),
              semantics.sctp.rows.size() * (proofs::sctp_states(semantics.edition).size() - 1));
    // The four tests of the window, each with its own line.
    std::size_t window_tests = 0;
    for (const Mutant& mutant : mutants)
        window_tests +=
            mutant.name.find("in normalise()") != std::string::npos && mutant.name.find("before()") != std::string::npos
                ? 1U
                : 0U;
    EXPECT_GE(window_tests, 2U * 4U);
}

/// What runs as terms is what runs in the model: in every step that recordings of kernels lead to.
TEST_P(Mutants, StepsOfRecordingsComeOutOfTheRelationAsRead) {
    const RecordedSteps recorded(recordings_folder(), GetParam());
    EXPECT_GT(recorded.steps(), 10'000U);
    const proofs::Semantics semantics(GetParam());
    const auto cells = proofs::all_cells(tested());
    EXPECT_EQ(recorded.different_steps(semantics, cells), 0U);
    EXPECT_FALSE(recorded.refute(semantics, cells).has_value());
}

TEST(Refuter, TellsADeadRowFromALiveOne) {
    proofs::Refuter refuter(EditionId::linux_6_18);
    const auto difference = [&](const std::string& guard) {
        proofs::Semantics mutated(EditionId::linux_6_18);
        for (TcpRow& row : mutated.tcp.rows)
            if (row.concerns(tcp::State::established, Direction::reply, tcp::PacketClass::rst) && row.guard == guard)
                row.to = tcp::State::syn_recv;
        const Mutant mutant{EditionId::linux_6_18, MutantKind::row_retargeted, "", nullptr, std::nullopt, std::nullopt};
        const auto changed = refuter.changed(mutant, mutated);
        EXPECT_EQ(changed.size(), 1U) << guard;
        return refuter.difference(mutated, changed).kind;
    };
    EXPECT_EQ(difference("InexactResetSkipsWindow"), Difference::Kind::none);
    EXPECT_EQ(difference("InexactResetAccepted"), Difference::Kind::shown);
}

TEST(Refuter, FindsNothingInWhatIsNotChanged) {
    proofs::Refuter refuter(EditionId::linux_2_6_9);
    proofs::Semantics same(EditionId::linux_2_6_9);
    const Mutant mutant{EditionId::linux_2_6_9, MutantKind::row_retargeted, "", nullptr, std::nullopt, std::nullopt};
    EXPECT_TRUE(refuter.changed(mutant, same).empty());
    const auto cells = proofs::all_cells(same.edition);
    proofs::Refuter::Asked asked;
    EXPECT_FALSE(refuter.refute(same, {cells.begin(), cells.end()}, asked).has_value());
}

TEST(MutationRun, LeavesNoSurvivorInASample) {
    RunOptions options{.editions = sampled_editions(),
                       .recordings = recordings_folder(),
                       .only = "",
                       .every = every,
                       .offset = 0,
                       .processes = 1};
    std::size_t told = 0;
    const auto verdicts = run_mutants(options, [&](const MutantVerdict&) { ++told; });
    EXPECT_EQ(told, verdicts.size());
    EXPECT_GE(verdicts.size(), 3U);
    for (const MutantVerdict& verdict : verdicts) {
        EXPECT_NE(verdict.fate, Fate::survives) << verdict_text(verdict);
        EXPECT_FALSE(verdict.by.empty()) << verdict_text(verdict);
    }
}

}  // namespace conntrack::testing
