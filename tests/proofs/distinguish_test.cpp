// Every run of packets that tells two editions apart, written as a scenario and read again, plays under each of them as
// the proof says, and ends in something that can be seen to differ.
#include "oracle/distinguish/distinction_text.hpp"
#include "oracle/play/player.hpp"
#include "tests/proofs/played_trace.hpp"
#include "tests/support/sanitized.hpp"

namespace conntrack::testing {

namespace {

using Editions = std::array<EditionId, 2>;

class Distinguish : public ::testing::TestWithParam<Editions> {};

std::string pair_name(const ::testing::TestParamInfo<Editions>& about) {
    std::string out;
    for (const EditionId id : about.param)
        for (const char c : edition(id).name) out += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    return out;
}

std::vector<Editions> pairs() {
    if (sanitized) return {{EditionId::linux_2_6_32, EditionId::linux_6_18}};
    return {{EditionId::linux_2_6_9, EditionId::linux_2_6_32},
            {EditionId::linux_2_6_32, EditionId::linux_6_18},
            {EditionId::linux_2_6_9, EditionId::linux_6_18}};
}

}  // namespace

TEST_P(Distinguish, PacketsShowTheDifferenceWhenTheyArePlayed) {
    std::size_t played = 0;
    for (const proofs::Shown& shown : proofs::distinguish(GetParam()[0], GetParam()[1], {})) {
        if (!shown.by) continue;
        const std::string name = oracle::distinction_name(shown, GetParam());
        SCOPED_TRACE(name);
        const auto scenario = through_a_file(oracle::distinction_scenario(shown, GetParam()), name);
        std::array<std::string, 2> last;
        for (std::size_t side = 0; side < 2; ++side)
            last[side] = play_as_traced(shown.by->traces[side], scenario, GetParam()[side]);
        EXPECT_NE(last[0], last[1]);
        ++played;
    }
    EXPECT_GT(played, 30U);
}

INSTANTIATE_TEST_SUITE_P(Editions, Distinguish, ::testing::ValuesIn(pairs()), pair_name);

}  // namespace conntrack::testing
