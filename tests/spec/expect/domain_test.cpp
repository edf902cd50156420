// The rules about expectations and shifted sequence numbers say the same in the domain Tree as in Concrete.
#include "spec/expect/rules.hpp"
#include "spec/expect/sequence.hpp"
#include "tests/spec/domain/same_in_both.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

constexpr unsigned rounds = 1000;

template <class D, class Source>
TupleKey<D> key_from(Source& source) {
    const auto end = [&]() -> End<D> {
        const auto address = source.address();
        return {address, source.below(2)};
    };
    const End<D> src = end(), dst = end();
    const auto protocol = source.below(2);
    return {{src, dst}, protocol, source.below(2)};
}

template <class D, class Source>
expect::Wanted<D> wanted_from(Source& source) {
    const TupleKey<D> key = key_from<D>(source);
    const auto a = source.bit(), b = source.bit(), c = source.bit();
    return {key, {a, b, c, source.bit()}};
}

}  // namespace

using DomainExpect = EveryEdition;
CTORACLE_EVERY_EDITION(DomainExpect);

TEST_P(DomainExpect, WhoIsExpected) {
    RandomValues random(31);
    const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
        const auto one = wanted_from<D>(source), other = wanted_from<D>(source);
        const auto packet = key_from<D>(source);
        report("clash", expect::clash<D>(one, other));
        report("identical", expect::identical<D>(one, other));
        const auto inactive = source.bit(), permanent = source.bit(), confirmed = source.bit(), dying = source.bit();
        const auto birth =
            expect::birth<D>({one, inactive, permanent, confirmed, dying, source.bits(0xff)}, packet, tested());
        report("expected", birth.expected);
        report("consumes", birth.consumes);
        report("mark", birth.mark);
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "birth"));
}

TEST_P(DomainExpect, WhoIsRegistered) {
    RandomValues random(32);
    const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
        const auto identical = source.bit(), is_own = source.bit(), in_the_way = source.bit();
        const auto own = source.below(3), own_most = source.below(3), all = source.below(4), all_most = source.below(4);
        const auto way = expect::registration<D>(
            {identical, is_own, in_the_way, own, own_most, all, all_most, source.bit()}, tested());
        report("refreshes", way.refreshes);
        report("replaces", way.replaces);
        report("evicts_oldest", way.evicts_oldest);
        report("inserted", way.inserted);
        report("accepted", way.accepted);
        report("busy", way.busy);
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "registration"));
}

TEST(Shifts, SayTheSameInBothDomains) {
    RandomValues random(33);
    const auto rule = [&]<class D>(DomainTag<D>, auto& source, auto report) {
        const auto position = source.sequence(), before = source.below(4);
        const expect::Shift<D> shift{position, before, source.below(4)};
        const auto seq = source.sequence();
        report("shift_at", expect::shift_at<D>(shift, seq));
        report("shift_of_ack", expect::shift_of_ack<D>(shift, seq));
        report("shift_in_window", expect::shift_in_window<D>(shift, seq));
        const auto longer = expect::lengthened<D>(shift, seq, source.below(3));
        report("position", longer.position);
        report("before", longer.before);
        report("after", longer.after);
    };
    EXPECT_TRUE(same_in_both_domains(rule, random, rounds, "shifts"));
}

/// What is sent shifted is acknowledged shifted, and turned back; what is sent again is shifted as it was.
TEST(Shifts, AreTakenBackFromWhatIsAcknowledged) {
    expect::Shift<Concrete> shift{};
    shift = expect::lengthened<Concrete>(shift, 1009, 3);
    EXPECT_EQ(expect::shift_at<Concrete>(shift, 1009), 0U) << "the segment itself stays where it is";
    EXPECT_EQ(expect::shift_at<Concrete>(shift, 1031), 3U);
    EXPECT_EQ(expect::shift_of_ack<Concrete>(shift, 1034), 3U);
    EXPECT_EQ(expect::shift_of_ack<Concrete>(shift, 1009), 0U);
    const auto again = expect::lengthened<Concrete>(shift, 1009, 3);
    EXPECT_EQ(again.after, 3U) << "a retransmission shifts no further";
    const auto next = expect::lengthened<Concrete>(shift, 1136, static_cast<std::uint32_t>(-2));
    EXPECT_EQ(next.position, 1136U);
    EXPECT_EQ(next.before, 3U);
    EXPECT_EQ(next.after, 1U);
}

}  // namespace conntrack::testing
