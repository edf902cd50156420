// Programs that answer as they should, and programs that crash, hang, print nonsense or close their output.
#include "oracle/compare/comparison.hpp"
#include "tests/compare/scenarios.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

namespace conntrack::oracle {

namespace {

constexpr AdapterOptions hasty{.time_limit_ms = 300};

const Scenario& two_steps() {
    static const Scenario scenario =
        scenario_of(R"({"name":"two","steps":[{"at":0,"observe":true},{"at":1,"observe":true}]})");
    return scenario;
}

/// What comes of a program that is a text of the shell.
Played played(const std::string& shell) { return adapter_named("exec:" + shell, hasty)->play(two_steps()); }

TEST(Program, IsAskedAndAnswers) {
    const Played p =
        played(R"(read a; read b; echo '{"i":0}'; read c; echo '{"i":1,"events":[]}'; read d; echo '{"end":true}')");
    EXPECT_FALSE(p.failure);
    ASSERT_EQ(p.recording.steps.size(), 2U);
    EXPECT_FALSE(p.recording.steps[0].line.contains("events"));
    EXPECT_TRUE(p.recording.steps[1].line.contains("events"));
    EXPECT_EQ(p.recording.steps[1].line.at("step"), two_steps().steps[1].json);
}

struct Bad {
    const char* shell;
    Failure::Kind kind;
    std::size_t step;
};

TEST(Program, IsToldByWhatItDoes) {
    const std::array bad = {
        Bad{"exit 3", Failure::Kind::crashed, 0},
        Bad{"echo '{\"i\":0}'; kill -SEGV $$", Failure::Kind::crashed, 1},
        Bad{"sleep 30", Failure::Kind::hung, 0},
        Bad{"echo '{\"i\":0}'; sleep 30", Failure::Kind::hung, 1},
        Bad{"echo hello; sleep 30", Failure::Kind::nonsense, 0},
        Bad{"echo '[1]'; sleep 30", Failure::Kind::nonsense, 0},
        Bad{"echo '{\"i\":1}'; sleep 30", Failure::Kind::nonsense, 0},
        Bad{"echo '{\"i\":0,\"verdict\":3}'; sleep 30", Failure::Kind::nonsense, 0},
        Bad{"echo '{\"i\":0,\"entry\":{\"orig\":{\"src\":\"x\"}}}'; sleep 30", Failure::Kind::nonsense, 0},
        Bad{"echo '{\"i\":0}'; exec >&-; sleep 30", Failure::Kind::closed, 1},
        Bad{"echo '{\"i\":0}'; echo '{\"i\":1}'; echo '{\"i\":2}'; sleep 30", Failure::Kind::nonsense, 2},
    };
    for (const Bad& b : bad) {
        const Played p = played(b.shell);
        ASSERT_TRUE(p.failure) << b.shell;
        EXPECT_EQ(words(p.failure->kind), words(b.kind)) << b.shell << ": " << p.failure->text;
        EXPECT_EQ(p.failure->step, b.step) << b.shell;
        EXPECT_EQ(p.recording.steps.size(), b.step) << b.shell;
    }
}

TEST(Program, ThatDoesNotExistIsAnErrorOfTheUser) {
    EXPECT_THROW(played("/no/such/program 2>/dev/null"), InputError);
    EXPECT_THROW(adapter_named("exec:", hasty), InputError);
    EXPECT_THROW(adapter_named("model:linux-9.9", hasty), InputError);
    EXPECT_THROW(adapter_named("nobody", hasty), InputError);
}

/// It plays one scenario, and crashes in the second: each scenario after that gets a new one.
TEST(Program, IsStartedAnewAfterItFailed) {
    const auto adapter =
        adapter_named(R"(exec:for n in 1 2 3 4; do read l; case $l in *end*) echo '{"end":true}';; *scenario*) ;; )"
                      R"(*) echo "{\"i\":$((n-2))}";; esac; done; exit 1)",
                      hasty);
    EXPECT_FALSE(adapter->play(two_steps()).failure);
    EXPECT_TRUE(adapter->play(two_steps()).failure);
    EXPECT_FALSE(adapter->play(two_steps()).failure);
}

TEST(Program, ValuesOfAnyTypeAreNonsenseAndNoCrash) {
    const auto adapter =
        adapter_named(R"(exec:while read l; do case $l in *end*) echo '{"end":true}';; *scenario*) n=0;; )"
                      R"(*) echo "{\"i\":$n,\"events\":[{\"type\":{}}]}"; n=$((n+1));; esac; done)",
                      hasty);
    const Judged judged = judge(*adapter, two_steps(), EditionId::linux_6_18);
    EXPECT_FALSE(judged.agrees());
}

/// Programs need not know of `subst`: they are told the packet as it is to enter.
TEST(Program, IsToldOfPacketsAsTheyAre) {
    const auto oracle =
        adapter_named("exec:" + testing::program_folder() + "/ctoracle serve", {.time_limit_ms = 20'000});
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const Scenario scenario = traffic::make_traffic(seed, {.profile = traffic::Profile::nat}).scenario;
        const Judged judged = judge(*oracle, scenario, EditionId::linux_6_18);
        EXPECT_TRUE(judged.agrees()) << cause_of(judged);
        for (const RecordedStep& s : judged.played.recording.steps)
            EXPECT_EQ(s.line.contains("sent"), s.line.at("step").contains("subst"));
    }
}

}  // namespace

}  // namespace conntrack::oracle
