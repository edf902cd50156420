// "Reading and running cannot drift": the relation as read, evaluated on random steps, says what the running machine
// does.
#include "proofs/relation.hpp"
#include "model/flow_machines.hpp"
#include "model/tcp_machine.hpp"
#include "proofs/evaluate.hpp"
#include "tests/model/machines/plausible.hpp"
#include "tests/proofs/how_many.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/tcp_fields.hpp"

namespace conntrack::testing {

namespace {

using proofs::Assignment;
using proofs::Ref;
using proofs::Symbolic;

/// A source (see values.hpp) of variables.
struct VariableSource {
    Symbolic::Word sequence() { return word(); }
    Symbolic::Word window() { return word(); }
    Symbolic::Word wide_window() { return word(); }
    Symbolic::Word bits(std::uint32_t) { return word(); }
    Symbolic::Word below(std::uint32_t) { return word(); }
    Symbolic::Word seconds() { return word(); }
    Symbolic::Bit bit() { return proofs::fresh_bit(next()); }
    Symbolic::Time time() { return proofs::fresh_time(next()); }

  private:
    unsigned count_ = 0;
    std::string next() { return "v" + std::to_string(count_++); }
    Symbolic::Word word() { return proofs::fresh_word(next()); }
};

/// Everything a step consists of, in one order.
template <class D, class Visit>
void each_part(const tcp::Step<D>& step, Visit visit) {
    const auto named = [&](const char*, const auto& value) { visit(value); };
    each_field<D>(step.connection, named);
    const auto& s = step.segment;
    for (const auto& bit : {s.syn, s.ack_flag, s.rst, s.any_option, s.has_window_scale, s.sack_permitted,
                            step.seen_reply, step.assured, step.fixed_timeout})
        visit(bit);
    for (const auto& word : {s.seq, s.ack, s.end, s.window, s.sack, s.window_scale}) visit(word);
    const auto& settings = *step.settings;
    for (const auto& word : {settings.loose, settings.be_liberal, settings.max_retrans, settings.ignore_invalid_rst,
                             settings.timeout_max_retrans, settings.timeout_unacknowledged})
        visit(word);
    for (const auto& word : settings.timeout) visit(word);
}

Assignment assignment(const tcp::Step<Symbolic>& variables, const tcp::Step<Concrete>& values) {
    std::vector<std::uint64_t> numbers;
    each_part(values, [&](auto value) { numbers.push_back(static_cast<std::uint64_t>(value)); });
    Assignment out;
    std::size_t i = 0;
    each_part(variables, [&](const auto& term) { out[std::string(term.ref()->name)] = numbers[i++]; });
    return out;
}

}  // namespace

using Relation = EveryEdition;
CTORACLE_EVERY_EDITION(Relation);

TEST_P(Relation, OfTcpSaysWhatTheMachineDoes) {
    const auto relation = proofs::read_tcp_relation(GetParam());
    const auto machine = make_tcp_machine(GetParam());
    RandomValues random(31);
    const unsigned rounds = how_many(10'000) / unsigned{2 * tcp::class_count * tcp::state_count} + 1;
    each_situation(GetParam(), [&](const Situation& about) {
        VariableSource variables;
        const auto any_settings = settings_from<Symbolic>(variables);
        const auto any_step = step_from<Symbolic>(variables, about, any_settings);
        const auto result = relation.step(tcp::judge<Symbolic>(any_step));
        for (unsigned n = 0; n < rounds && !HasFailure(); ++n) {
            ConcreteSource source{random};
            const auto settings = settings_from<Concrete>(source);
            auto step = step_from<Concrete>(source, about, settings);
            often_after_syn(step, random);
            if (!random.one_in(4)) make_plausible(step, random);
            const auto judged = tcp::judge<Concrete>(step);
            machine->restore(step.old);
            const auto outcome = machine->receive(judged);

            const Assignment values = assignment(any_step, step);
            proofs::Evaluation evaluation(values);
            EXPECT_EQ(evaluation.of(result.next.ref()), static_cast<std::uint64_t>(machine->state()));
            std::vector<std::uint64_t> ran;
            each_field<Concrete>(outcome, [&](const char*, auto v) { ran.push_back(static_cast<std::uint64_t>(v)); });
            std::size_t i = 0;
            each_field<Symbolic>(result.outcome, [&](const char* field, const auto& term) {
                EXPECT_EQ(evaluation.of(term.ref()), ran[i++])
                    << field << " of " << tcp::name(about.cls) << " in " << tcp::name(about.old, tested());
            });
        }
    });
}

TEST_P(Relation, OfFlowSaysWhatTheMachineDoes) {
    const auto relation = proofs::read_flow_relation();
    RandomValues random(32);
    FlowMachine machine;
    for (unsigned n = 0; n < how_many(10'000) && !HasFailure(); ++n) {
        const std::uint32_t from = random.below(3), event = random.below(3);
        const flow::Step<Concrete> step{&tested(),        static_cast<flow::Kind>(random.below(5)), random.seconds(),
                                        random.seconds(), 1'999'999'998 + random.below(5),          random.one_in(4)};
        const proofs::FlowStep variables{&tested(),
                                         step.kind,
                                         proofs::fresh_word("unreplied"),
                                         proofs::fresh_word("stream"),
                                         proofs::fresh_time("age"),
                                         proofs::fresh_bit("clash")};
        const Assignment values = {{"from", from},
                                   {"unreplied", step.unreplied_timeout},
                                   {"stream", step.stream_timeout},
                                   {"age", static_cast<std::uint64_t>(step.age)},
                                   {"clash", step.nat_clash}};
        machine.restore(static_cast<FlowMachine::State>(from));
        flow::Outcome<Concrete> outcome{
            .reason = Clause::generic_unreplied, .refresh = false, .timeout = 0, .reply_seen = false, .assured = false};
        if (event == 2)
            machine.protocol_assures();
        else
            outcome = machine.receive(static_cast<Direction>(event), step);
        const auto result = relation.step(proofs::fresh_word("from"), event, variables, proofs::no_flow_outcome());
        proofs::Evaluation value(values);
        EXPECT_EQ(value.of(result.next.ref()), static_cast<std::uint64_t>(machine.state()));
        EXPECT_EQ(value.of(result.outcome.reason.ref()), static_cast<std::uint64_t>(outcome.reason));
        EXPECT_EQ(value.of(result.outcome.refresh.ref()) != 0, outcome.refresh);
        EXPECT_EQ(value.of(result.outcome.timeout.ref()), outcome.timeout);
        EXPECT_EQ(value.of(result.outcome.reply_seen.ref()) != 0, outcome.reply_seen);
        EXPECT_EQ(value.of(result.outcome.assured.ref()) != 0, outcome.assured);
    }
}

TEST(SmallRelation, OfRequestCountSaysWhatTheMachineDoes) {
    const auto relation = proofs::read_count_relation();
    RandomValues random(33);
    const auto machine = make_icmp_count_machine();
    for (unsigned n = 0; n < how_many(10'000) && !HasFailure(); ++n) {
        const std::uint32_t from = random.below(3), event = random.below(2);
        const icmp::CountStep<Concrete> step{random.below(4), random.seconds()};
        const proofs::CountStep variables{proofs::fresh_word("outstanding"), proofs::fresh_word("timeout")};
        machine->restore(static_cast<IcmpCountMachine::State>(from));
        const auto outcome = machine->receive(static_cast<Direction>(event), step);
        const proofs::CountOutcome nothing{proofs::word(0), Symbolic::reason(Clause::icmp_query), proofs::no(),
                                           proofs::word(0), proofs::no()};
        const auto result = relation.step(proofs::fresh_word("from"), event, variables, nothing);
        const Assignment values = {{"from", from}, {"outstanding", step.outstanding}, {"timeout", step.timeout}};
        proofs::Evaluation value(values);
        EXPECT_EQ(value.of(result.next.ref()), static_cast<std::uint64_t>(machine->state()));
        EXPECT_EQ(value.of(result.outcome.outstanding.ref()), outcome.outstanding);
        EXPECT_EQ(value.of(result.outcome.reason.ref()), static_cast<std::uint64_t>(outcome.reason));
        EXPECT_EQ(value.of(result.outcome.refresh.ref()) != 0, outcome.refresh);
        EXPECT_EQ(value.of(result.outcome.timeout.ref()), outcome.timeout);
        EXPECT_EQ(value.of(result.outcome.erase.ref()) != 0, outcome.erase);
    }
}

TEST(SmallRelation, OfLifeSaysWhatTheMachineDoes) {
    const auto relation = proofs::read_life_relation();
    void (LifeMachine::*const sends[])() = {&LifeMachine::hold, &LifeMachine::release, &LifeMachine::confirm,
                                            &LifeMachine::remove, &LifeMachine::condemn};
    RandomValues random(34);
    LifeMachine machine;
    for (unsigned n = 0; n < how_many(10'000) && !HasFailure(); ++n) {
        const std::uint32_t from = random.below(4), event = random.below(5), references = 1 + random.below(3);
        machine.restore(static_cast<LifeMachine::State>(from), references);
        (machine.*sends[event])();
        const auto any = proofs::fresh_word("references");
        const auto result = relation.step(proofs::fresh_word("from"), event, {any}, any);
        const Assignment values = {{"from", from}, {"references", references}};
        proofs::Evaluation value(values);
        EXPECT_EQ(value.of(result.next.ref()), static_cast<std::uint64_t>(machine.state()));
        EXPECT_EQ(value.of(result.outcome.ref()), machine.references());
    }
}

}  // namespace conntrack::testing
