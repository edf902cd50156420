// "Reading and running cannot drift": on random steps, the row that Boost.MSM takes is the first one in the order of
// `rows` whose guard holds, with the action and the state which that row names.
#include "model/tcp_machine.hpp"
#include "tests/model/machines/tcp_reading.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/random_step.hpp"
#include "tests/support/tcp_fields.hpp"
#include "tests/support/values.hpp"

#include <variant>

namespace conntrack::testing {

namespace {

/// The bits of the segment say what its class says; now and then the rest is made to fit what the connection knows.
void make_plausible(tcp::Step<Concrete>& step, RandomValues& random) {
    using tcp::PacketClass;
    auto& s = step.segment;
    s.rst = step.cls == PacketClass::rst;
    s.syn = step.cls == PacketClass::syn || step.cls == PacketClass::synack;
    if (step.cls != PacketClass::rst)
        s.ack_flag = step.cls != PacketClass::syn && step.cls != PacketClass::none;
    if (!s.has_window_scale) s.window_scale = 0;
    const auto& sender = step.sender();
    const auto& receiver = step.receiver();
    const auto& last = step.connection.last;
    const std::uint32_t starts[] = {s.seq, sender.td_end, sender.td_maxend, receiver.td_maxack, last.end, 0};
    s.seq = starts[random.below(6)];
    const std::uint32_t length = random.one_in(2) ? 0 : random.below(1500);
    s.end = s.seq + length + (s.syn || step.cls == PacketClass::fin ? 1 : 0);
    const std::uint32_t acks[] = {s.ack, receiver.td_end, last.end, last.seq + 1, receiver.td_end};
    s.ack = acks[random.below(5)];
    if (!random.one_in(4)) s.sack = s.ack;
}

std::string differences(const tcp::Outcome<Concrete>& a, const tcp::Outcome<Concrete>& b) {
    std::vector<std::uint64_t> of_a;
    each_field<Concrete>(a, [&](const char*, auto value) { of_a.push_back(static_cast<std::uint64_t>(value)); });
    std::string out;
    std::size_t i = 0;
    each_field<Concrete>(b, [&](const char* field, auto value) {
        if (of_a[i++] != static_cast<std::uint64_t>(value)) out += std::string(" ") + field;
    });
    return out;
}

constexpr unsigned steps_per_situation = 400;  // 48 000 steps a machine

}  // namespace

using TcpRowOrder = EveryEdition;
CTORACLE_EVERY_EDITION(TcpRowOrder);

TEST_P(TcpRowOrder, TheRunningMachineTakesTheFirstRowThatHolds) {
    const TcpReading read = read_tcp(GetParam());
    const auto machine = make_tcp_machine(GetParam());
    std::vector<unsigned> taken(read.rows.size());
    unsigned rejected = 0;
    RandomValues random(20'260'101);

    each_situation(GetParam(), [&](const Situation& about) {
        for (unsigned n = 0; n < steps_per_situation; ++n) {
            ConcreteSource source{random};
            const auto settings = settings_from<Concrete>(source);
            auto step = step_from<Concrete>(source, about, settings);
            make_plausible(step, random);
            const auto judged = tcp::judge<Concrete>(step);
            const Expected expected = by_the_rows(read, judged);
            machine->restore(about.old);
            const auto outcome = machine->receive(judged);
            expected.row ? ++taken[*expected.row] : ++rejected;
            const std::string which =
                expected.row ? describe(read.rows[*expected.row], tested()) : std::string("no row");
            ASSERT_EQ(machine->state(), expected.state) << which;
            ASSERT_EQ(differences(outcome, expected.outcome), "") << which;
        }
    });

    EXPECT_GT(rejected, 0U) << "no step failed the window check";
    // Every row can be taken from some state: none is hidden behind another.
    for (std::size_t i = 0; i < taken.size(); ++i)
        EXPECT_GT(taken[i], 0U) << "never taken: " << describe(read.rows[i], tested());
}

}  // namespace conntrack::testing
