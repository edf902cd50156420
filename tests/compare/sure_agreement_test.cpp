// The quick comparison by values is no second rule: what surely agrees, compare() finds to agree; and a lie in any
// field that is shown is not sure, and found.
#include "oracle/check/sure_agreement.hpp"

#include "oracle/check/agreement.hpp"
#include "oracle/compare/comparison.hpp"
#include "oracle/record/shown_json.hpp"
#include "spec/editions.hpp"
#include "tests/compare/scenarios.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <functional>
#include <string>
#include <vector>

namespace conntrack::oracle {

namespace {

/// One thing said differently. False: the step does not show such a thing.
struct Lie {
    const char* about;
    std::function<bool(ShownStep&)> tell;
};

bool of_entry(ShownStep& step, const std::function<bool(ShownEntry&)>& tell) {
    return step.entry && *step.entry && tell(**step.entry);
}
bool of_event(ShownStep& step, const std::function<bool(ShownNotice&, ShownEntry&)>& tell) {
    for (ShownNotice& notice : step.events)
        if (auto* entry = std::get_if<ShownEntry>(&notice.about)) return tell(notice, *entry);
    return false;
}
bool of_expectation(ShownStep& step, const std::function<bool(ShownExpectation&)>& tell) {
    return step.expected && !step.expected->empty() && tell(step.expected->front());
}

/// Changes a value that is shown.
template <class Value, class Change>
bool change(std::optional<Value>& value, Change to) {
    if (value) to(*value);
    return value.has_value();
}

template <class Value>
bool add_to(std::optional<Value>& value, int n) {
    return change(value, [&](Value& v) { v = static_cast<Value>(v + static_cast<Value>(n)); });
}

bool shift(ShownTuple& tuple) {
    tuple.tuple.dst.low ^= 1;
    return true;
}

/// Of every field of an entry, told of it or in an event.
std::vector<std::pair<const char*, std::function<bool(ShownEntry&)>>> lies_about_entries() {
    using E = ShownEntry;
    return {{"orig", [](E& e) { return shift(e.orig); }},
            {"reply", [](E& e) { return shift(e.reply); }},
            {"reply port", [](E& e) { return ++e.reply.tuple.src_part, e.reply.parts != ShownTuple::Parts::none; }},
            {"status", [](E& e) { return change(e.status, [](auto& s) { s ^= 2; }); }},
            {"timeout", [](E& e) { return e.timeout_ms.reset(), add_to(e.timeout, 2); }},
            {"timeout, too short", [](E& e) { return e.timeout_ms.reset(), add_to(e.timeout, -2); }},
            {"timeout_ms", [](E& e) { return add_to(e.timeout_ms, 1); }},
            {"mark", [](E& e) { return add_to(e.mark, 1); }},
            {"zone", [](E& e) { return add_to(e.zone, 1); }},
            {"a zone that is not there", [](E& e) { return !std::exchange(e.zone, std::uint16_t{3}); }},
            {"tcp.state", [](E& e) { return change(e.tcp, [](auto& t) { t.state ^= 1; }); }},
            {"tcp.wscale_orig", [](E& e) { return change(e.tcp, [](auto& t) { ++t.wscale[0]; }) && e.tcp->is_whole; }},
            {"tcp.flags_reply", [](E& e) { return change(e.tcp, [](auto& t) { ++t.flags[1]; }) && e.tcp->is_whole; }},
            {"sctp.state", [](E& e) { return change(e.sctp, [](auto& s) { s.state ^= 1; }); }},
            {"sctp.vtag_reply", [](E& e) { return change(e.sctp, [](auto& s) { ++s.vtag[1]; }) && e.sctp->is_whole; }},
            {"cnt_orig", [](E& e) { return change(e.counters[0], [](auto& c) { ++c.bytes; }); }},
            {"cnt_reply", [](E& e) { return change(e.counters[1], [](auto& c) { ++c.packets; }); }},
            {"helper", [](E& e) { return change(e.helper, [](auto& h) { h += "x"; }); }},
            {"master", [](E& e) { return change(e.master, [](auto& m) { shift(m); }); }},
            {"seqadj_orig", [](E& e) { return change(e.shifts[0], [](auto& s) { ++s.after; }); }},
            {"seqadj_reply", [](E& e) { return change(e.shifts[1], [](auto& s) { ++s.position; }); }},
            {"use", [](E& e) { return add_to(e.use, 1); }}};
}

std::vector<Lie> lies_about_verdicts() {
    const auto of_verdict = [](auto tell) {
        return [tell](ShownStep& step) { return step.verdict && tell(*step.verdict); };
    };
    using V = ShownVerdict;
    return {{"verdict.seen", of_verdict([](V& v) { return v.seen = !v.seen, true; })},
            {"verdict.ct", of_verdict([](V& v) {
                 return change(v.ct, [](CtInfo& c) { c = c == CtInfo::new_ ? CtInfo::related : CtInfo::new_; });
             })},
            {"no verdict.ct", of_verdict([](V& v) { return std::exchange(v.ct, std::nullopt).has_value(); })},
            {"verdict.dir", of_verdict([](V& v) { return change(v.dir, [](Direction& d) { d = other(d); }); })},
            {"verdict.emerged", of_verdict([](V& v) { return std::exchange(v.emerged, false); })},
            {"verdict.side", of_verdict([](V& v) { return v.sent.side += "x", v.emerged; })},
            {"verdict.out", of_verdict([](V& v) { return v.is_same = false, v.sent.bytes = {0x45}, v.emerged; })},
            {"verdict.more", of_verdict([](V& v) {
                 return v.more.push_back({"inside", {0x45}}), true;
             })},
            {"less verdict.more", of_verdict([](V& v) { return !std::exchange(v.more, {}).empty(); })}};
}

std::vector<Lie> lies_about_events() {
    return {{"an event that was not",
             [](ShownStep& s) { return !s.events.empty() && (s.events.push_back(s.events[0]), true); }},
            {"an early event that was not",
             [](ShownStep& s) { return !s.early.empty() && (s.early.push_back(s.early[0]), true); }},
            {"no early event", [](ShownStep& s) { return !std::exchange(s.early, {}).empty(); }},
            {"no event", [](ShownStep& s) { return !std::exchange(s.events, {}).empty(); }},
            {"events.type",
             [](ShownStep& s) {
                 return of_event(s, [](ShownNotice& n, ShownEntry&) {
                     return n.message = n.message == Message::update ? Message::new_ : Message::update, true;
                 });
             }},
            {"events.bits",
             [](ShownStep& s) {
                 return of_event(s,
                                 [](ShownNotice& n, ShownEntry&) { return change(n.bits, [](auto& b) { b ^= 2; }); });
             }},
            {"events without tcp",
             [](ShownStep& s) {
                 return of_event(s, [](ShownNotice&, ShownEntry& e) { return std::exchange(e.tcp, {}).has_value(); });
             }},
            {"events without sctp",
             [](ShownStep& s) {
                 return of_event(s, [](ShownNotice&, ShownEntry& e) { return std::exchange(e.sctp, {}).has_value(); });
             }},
            {"events without counters", [](ShownStep& s) {
                 return of_event(
                     s, [](ShownNotice&, ShownEntry& e) { return std::exchange(e.counters[0], {}).has_value(); });
             }}};
}

std::vector<Lie> lies_about_expectations() {
    using X = ShownExpectation;
    std::vector<Lie> out;
    const auto add = [&](const char* about, std::function<bool(X&)> tell) {
        out.push_back({about, [tell](ShownStep& step) { return of_expectation(step, tell); }});
    };
    add("expect.tuple", [](X& x) { return change(x.tuple, shift); });
    add("expect.mask", [](X& x) { return change(x.mask, shift); });
    add("expect.master", [](X& x) { return change(x.master, shift); });
    add("expect.nat", [](X& x) { return change(x.nat, [](auto& n) { n.dir ^= 1; }); });
    add("expect.timeout", [](X& x) { return add_to(x.timeout, 2); });
    add("expect.flags", [](X& x) { return add_to(x.flags, 1); });
    add("expect.class", [](X& x) { return add_to(x.class_, 1); });
    add("expect.helper", [](X& x) { return change(x.helper, [](auto& h) { h += "x"; }); });
    add("expect.fn", [](X& x) { return change(x.fn, [](auto& f) { f += "x"; }); });
    out.push_back(
        {"less expected", [](ShownStep& s) { return s.expected && !std::exchange(*s.expected, {}).empty(); }});
    return out;
}

std::vector<Lie> every_lie() {
    std::vector<Lie> out = lies_about_verdicts();
    for (const auto& list : {lies_about_events(), lies_about_expectations()})
        out.insert(out.end(), list.begin(), list.end());
    out.push_back(
        {"no entry", [](ShownStep& s) { return of_entry(s, [&](ShownEntry&) { return s.entry->reset(), true; }); }});
    for (const auto& lie : lies_about_entries()) {
        const auto tell = lie.second;
        out.push_back({lie.first, [tell](ShownStep& s) { return of_entry(s, tell); }});
        if (std::string(lie.first) == "use") continue;  // no event tells of it
        out.push_back({lie.first, [tell](ShownStep& s) {
                           return of_event(s, [&](ShownNotice&, ShownEntry& e) { return tell(e); });
                       }});
    }
    return out;
}

/// What the model shows in the steps of a random scenario.
std::vector<ShownStep> shown_by_the_model(std::uint64_t seed, traffic::Profile profile) {
    const auto made = traffic::make_traffic(seed, {.profile = profile});
    return OwnAdapter(EditionId::linux_6_18, TrackerKind::model).play(made.scenario).recording.shown.value().steps;
}

/// As compare() is asked: theirs as a line, ours as the player tells it.
bool compare_agrees(const ShownStep& theirs, const ShownStep& mine, bool flushing) {
    const Edition& edition = conntrack::edition(EditionId::linux_6_18);
    EntryNames names, my_names;
    Json line = {{"i", 0}, {"step", {{"at", 0}, {"packet", "00"}}}};
    StepResult model;
    model.json = line;
    add_shown(line, theirs, edition, names);
    add_shown(model.json, mine, edition, my_names);
    for (const ShownNotice& n : mine.events) model.notices.push_back(to_json(n, edition, my_names));
    for (const ShownNotice& n : mine.early) model.early_notices.push_back(to_json(n, edition, my_names));
    return !compare(line, model, edition, {.flushing = flushing, .partial = false});
}

constexpr std::array profiles = {traffic::Profile::mixed, traffic::Profile::nat, traffic::Profile::tcp,
                                 traffic::Profile::sctp,  traffic::Profile::ftp, traffic::Profile::hostile};

RC_GTEST_PROP(SureAgreement, IsNoSecondRule, ()) {
    static const std::vector<Lie> lies = every_lie();
    const auto profile = *rc::gen::elementOf(profiles);
    const std::vector<ShownStep> steps = shown_by_the_model(*rc::gen::inRange<std::uint64_t>(1, 5000), profile);
    const bool flushing = *rc::gen::arbitrary<bool>();
    for (const ShownStep& mine : steps) {
        ShownStep theirs = mine;
        const std::size_t several = *rc::gen::inRange<std::size_t>(0, 3);
        for (std::size_t i = 0; i < several; ++i)
            (void)lies[*rc::gen::inRange<std::size_t>(0, lies.size())].tell(theirs);
        if (*rc::gen::arbitrary<bool>()) std::reverse(theirs.events.begin(), theirs.events.end());
        if (*rc::gen::inRange(0, 4) == 0) theirs.early.swap(theirs.events);
        if (surely_agree(theirs, mine, flushing)) RC_ASSERT(compare_agrees(theirs, mine, flushing));
    }
}

TEST(SureAgreement, WhatIsEqualIsSure) {
    std::size_t early = 0, of_these_sure = 0;
    for (const auto profile : profiles) {
        for (std::uint64_t seed = 1; seed <= 50; ++seed) {
            for (const ShownStep& step : shown_by_the_model(seed, profile)) {
                const bool is_sure = surely_agree(step, step, false);
                EXPECT_TRUE(!step.early.empty() || is_sure);
                early += step.early.empty() ? 0 : 1;
                of_these_sure += !step.early.empty() && is_sure ? 1 : 0;
            }
        }
    }
    // Those that are not are of expectations, or of an entry that goes twice.
    EXPECT_GT(early, 50U);
    EXPECT_GT(of_these_sure, early / 2);
}

/// With values that random scenarios do not bring about.
ShownStep enriched(ShownStep step) {
    const auto enrich = [](ShownEntry& e) {
        if (!e.mark) e.mark = 5;
        if (!e.zone) e.zone = std::uint16_t{7};
        for (auto& shift : e.shifts)
            if (!shift) shift = ShownShift{.position = 100, .before = 0, .after = 3};
        return true;
    };
    of_entry(step, enrich);
    of_event(step, [&](ShownNotice&, ShownEntry& e) { return enrich(e); });
    return step;
}

TEST(SureAgreement, NoLieIsSureAndEachIsFound) {
    std::vector<Lie> lies = every_lie();
    std::vector<std::size_t> told(lies.size(), 0);
    for (const auto profile : profiles) {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            for (const ShownStep& step : shown_by_the_model(seed, profile)) {
                for (std::size_t i = 0; i < lies.size(); ++i) {
                    const ShownStep mine = i % 2 == seed % 2 ? step : enriched(step);
                    ShownStep theirs = mine;
                    if (!lies[i].tell(theirs)) continue;
                    ++told[i];
                    ASSERT_FALSE(surely_agree(theirs, mine, false)) << lies[i].about;
                    EXPECT_FALSE(told[i] <= 3 && compare_agrees(theirs, mine, false)) << lies[i].about;
                }
            }
        }
    }
    for (std::size_t i = 0; i < lies.size(); ++i) EXPECT_GT(told[i], 0U) << lies[i].about << ", lie " << i;
}

/// The model, but for what it shows.
class LyingInValues final : public Adapter {
  public:
    explicit LyingInValues(std::function<bool(ShownStep&)> tell) : tell_(std::move(tell)) {}

    [[nodiscard]] std::string name() const override { return "a liar"; }
    Played play(const Scenario& scenario) override {
        Played out = OwnAdapter(EditionId::linux_6_18, TrackerKind::model).play(scenario);
        out.recording.shown->write = {};  // its lines are those of the values
        for (ShownStep& step : out.recording.shown->steps) tell_(step);
        return out;
    }

  private:
    std::function<bool(ShownStep&)> tell_;
};

TEST(SureAgreement, AWholeComparisonFindsALieInValues) {
    for (const Lie& lie : every_lie()) {
        std::size_t told = 0;
        LyingInValues liar([&](ShownStep& step) {
            const bool is_told = lie.tell(step);
            told += is_told ? 1 : 0;
            return is_told;
        });
        const bool of_helpers = std::string(lie.about).find("expect") != std::string::npos;
        std::size_t found = 0;
        for (const auto profile :
             of_helpers ? std::vector{traffic::Profile::ftp} : std::vector(profiles.begin(), profiles.end())) {
            for (std::uint64_t seed = 1; seed <= 40 && found == 0; ++seed) {
                const auto made = traffic::make_traffic(seed, {.profile = profile});
                const Judged judged = judge(liar, made.scenario, EditionId::linux_6_18);
                found += judged.disagreement ? 1 : 0;
                EXPECT_FALSE(judged.disagreement && judged.played.recording.shown);
            }
        }
        EXPECT_EQ(found > 0, told > 0) << lie.about;
    }
}

TEST(SureAgreement, NothingIsFoundWhereNothingIsToldDifferently) {
    LyingInValues honest([](ShownStep&) { return false; });
    for (const auto profile : profiles) {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            const auto made = traffic::make_traffic(seed, {.profile = profile});
            const Judged judged = judge(honest, made.scenario, EditionId::linux_6_18);
            EXPECT_TRUE(judged.agrees()) << cause_of(judged);
        }
    }
}

}  // namespace

}  // namespace conntrack::oracle
