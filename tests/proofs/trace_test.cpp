// Round trip: the trace of a violated theorem, written as a scenario and read again, plays as the proof says, packet by
// packet: the state of each packet, and the entry it leaves.
#include "oracle/prove/trace_scenario.hpp"
#include "proofs/prover.hpp"
#include "tests/proofs/played_trace.hpp"

namespace conntrack::testing {

TEST(Traces, PlayAsTheyWereProved) {
    std::size_t traces = 0;
    for (const proofs::Theorem& theorem : proofs::all_theorems()) {
        for (const EditionId id : all_editions) {
            if (theorem.expected_in(id) != proofs::Result::violated) continue;
            SCOPED_TRACE(std::string(theorem.name) + " in " + std::string(edition(id).name));
            const proofs::Semantics semantics(id);
            proofs::Solver solver(20);
            const auto trace = theorem.trace(semantics, solver);
            ASSERT_TRUE(trace.has_value()) << "violated, but no trace shows it";
            const std::string name(theorem.name);
            play_as_traced(*trace, through_a_file(oracle::trace_scenario(*trace, name, "a trace"), name), id);
            ++traces;
        }
    }
    EXPECT_GT(traces, 0U);
}

}  // namespace conntrack::testing
