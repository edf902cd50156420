// The small machines: what Boost.MSM does is what the first row that holds says, in every state, on random steps.
#include "model/flow_machines.hpp"
#include "model/machines/flow.hpp"
#include "model/machines/icmp_count.hpp"
#include "model/machines/life.hpp"
#include "spec/editions.hpp"
#include "tests/model/machines/small_reading.hpp"
#include "tests/support/values.hpp"

#include <gtest/gtest.h>
#include <set>

namespace conntrack::testing {

namespace {

constexpr unsigned steps = 20'000;

/// Keeps which rows were taken, and expects at the end that all were.
class Coverage {
  public:
    template <class Row>
    void took(const Row& row) {
        taken_.insert(row.text);
    }
    template <class Rows>
    void expect_all(const Rows& rows) const {
        for (const auto& row : rows) EXPECT_EQ(taken_.count(row.text), 1U) << "never taken: " << row.text;
    }

  private:
    std::set<std::string> taken_;
};

bool same(const flow::Outcome<Concrete>& a, const flow::Outcome<Concrete>& b) {
    return a.reason == b.reason && a.refresh == b.refresh && a.timeout == b.timeout && a.reply_seen == b.reply_seen &&
           a.assured == b.assured;
}

bool same(const icmp::CountOutcome<Concrete>& a, const icmp::CountOutcome<Concrete>& b) {
    return a.outstanding == b.outstanding && a.reason == b.reason && a.refresh == b.refresh && a.timeout == b.timeout &&
           a.erase == b.erase;
}

flow::Step<Concrete> random_flow_step(RandomValues& random) {
    const auto& edition = conntrack::edition(all_editions[random.below(3)]);
    const auto kind = static_cast<flow::Kind>(random.below(5));
    const std::uint32_t unreplied = random.seconds();
    const std::uint32_t stream = random.seconds();
    constexpr Concrete::Time edge = 2'000'000'000;
    const Concrete::Time age = edge - 2 + random.below(5);
    return {&edition, kind, unreplied, stream, age, random.one_in(4)};
}

}  // namespace

TEST(FlowRowOrder, TheMachineTakesTheFirstRowThatHolds) {
    using Step = flow::Step<Concrete>;
    using Outcome = flow::Outcome<Concrete>;
    namespace mf = machines::flow;
    using Events = boost::mp11::mp_list<mf::OriginalPacket, mf::ReplyPacket, mf::ProtocolAssures>;
    const auto rows = read_small<mf::Machine, Events, Step, Outcome>();
    RandomValues random(1);
    FlowMachine machine;
    Coverage coverage;
    for (unsigned n = 0; n < steps && !::testing::Test::HasFailure(); ++n) {
        const std::uint32_t from = random.below(3), event = random.below(3);
        const Step step = random_flow_step(random);
        const auto* row = first_that_holds(rows, from, event, step);
        ASSERT_NE(row, nullptr) << "every event has a row in every state";
        coverage.took(*row);

        machine.restore(static_cast<FlowMachine::State>(from));
        Outcome outcome{};
        if (event == 2)
            machine.protocol_assures();
        else
            outcome = machine.receive(static_cast<Direction>(event), step);
        EXPECT_EQ(static_cast<std::size_t>(machine.state()), row->to) << row->text;
        EXPECT_TRUE(same(outcome, row->apply(step, Outcome{}))) << row->text;
    }
    coverage.expect_all(rows);
}

TEST(IcmpCountRowOrder, TheMachineTakesTheFirstRowThatHolds) {
    using Step = icmp::CountStep<Concrete>;
    using Outcome = icmp::CountOutcome<Concrete>;
    namespace mi = machines::icmp_count;
    using Events = boost::mp11::mp_list<mi::Request, mi::Reply>;
    const auto rows = read_small<mi::Machine, Events, Step, Outcome>();
    RandomValues random(2);
    const auto machine = make_icmp_count_machine();
    Coverage coverage;
    for (unsigned n = 0; n < steps && !::testing::Test::HasFailure(); ++n) {
        const std::uint32_t from = random.below(3), event = random.below(2);
        const std::uint32_t outstanding = random.below(4);
        const Step step{outstanding, random.seconds()};
        const auto* row = first_that_holds(rows, from, event, step);
        ASSERT_NE(row, nullptr) << "every event has a row in every state";
        coverage.took(*row);

        machine->restore(static_cast<IcmpCountMachine::State>(from));
        const Outcome outcome = machine->receive(static_cast<Direction>(event), step);
        EXPECT_EQ(static_cast<std::size_t>(machine->state()), row->to) << row->text;
        EXPECT_TRUE(same(outcome, row->apply(step, Outcome{}))) << row->text;
    }
    coverage.expect_all(rows);
}

TEST(LifeRowOrder, TheMachineTakesTheFirstRowThatHolds) {
    using Step = life::Step<Concrete>;
    using References = Concrete::Word;  // what a row's action gives
    namespace ml = machines::life;
    using Events = boost::mp11::mp_list<ml::Hold, ml::Release, ml::Confirm, ml::Delete, ml::Condemn>;
    void (LifeMachine::*const sends[])() = {&LifeMachine::hold, &LifeMachine::release, &LifeMachine::confirm,
                                            &LifeMachine::remove, &LifeMachine::condemn};
    const auto rows = read_small<ml::Machine, Events, Step, References>();
    RandomValues random(3);
    LifeMachine machine;
    Coverage coverage;
    for (unsigned n = 0; n < steps && !::testing::Test::HasFailure(); ++n) {
        const std::uint32_t from = random.below(4), event = random.below(5);
        const References references = 1 + random.below(3);
        const auto* row = first_that_holds(rows, from, event, Step{references});
        ASSERT_NE(row, nullptr) << "every event has a row in every state";
        coverage.took(*row);

        machine.restore(static_cast<LifeMachine::State>(from), references);
        (machine.*sends[event])();
        EXPECT_EQ(static_cast<std::size_t>(machine.state()), row->to) << row->text;
        EXPECT_EQ(machine.references(), row->apply(Step{references}, references)) << row->text;
    }
    coverage.expect_all(rows);
}

}  // namespace conntrack::testing
