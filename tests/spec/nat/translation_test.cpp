// Which packets are translated where, when rules are asked, and what linux-2.6.9 records.
#include "spec/invariants/comes_back.hpp"
#include "spec/nat/binding.hpp"
#include "tests/support/editions.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

using nat::Manip;
constexpr auto original = Direction::original, reply = Direction::reply;

nat::AtHook<Concrete> first_packet(const Edition& edition) {
    return {&edition, CtInfo::new_, false, false, false, true};
}

}  // namespace

using NatRules = EveryEdition;
CTORACLE_EVERY_EDITION(NatRules);

TEST_P(NatRules, AreAskedForAFirstPacketUntilDecided) {
    auto at = first_packet(tested());
    EXPECT_TRUE(nat::consults_rules<Concrete>(at));
    at.done = true;
    EXPECT_FALSE(nat::consults_rules<Concrete>(at));
    at.done = false;
    for (const CtInfo info : {CtInfo::established, CtInfo::invalid, CtInfo::untracked}) {
        at.info = info;
        EXPECT_FALSE(nat::consults_rules<Concrete>(at)) << name(info);
    }
}

TEST_P(NatRules, AreNotAskedForErrorsButForOtherRelatedPackets) {
    auto at = first_packet(tested());
    at.info = CtInfo::related;
    EXPECT_TRUE(nat::consults_rules<Concrete>(at)) << "the first packet of an expected connection";
    at.icmp = true;
    EXPECT_FALSE(nat::consults_rules<Concrete>(at));
    EXPECT_TRUE(nat::is_error<Concrete>(at));
}

TEST_P(NatRules, ChangeNothingOnceTheEntryIsConfirmed) {
    auto at = first_packet(tested());
    at.confirmed = true;
    EXPECT_EQ(nat::consults_rules<Concrete>(at), tested().nat.consults_for_confirmed);
    EXPECT_FALSE(nat::answer_takes_effect<Concrete>(at));
}

TEST_P(NatRules, EntriesMetLate) {
    auto at = first_packet(tested());
    at.confirmed = true;
    at.met_when_new = false;
    EXPECT_EQ(nat::is_met<Concrete>(at), !is(EditionId::linux_2_6_32));
}

TEST(Translation, ASourceBindingChangesSourceThenDestinationOfTheReply) {
    EXPECT_TRUE(nat::is_translated<Concrete>(Manip::src, original, true, false));
    EXPECT_TRUE(nat::is_translated<Concrete>(Manip::dst, reply, true, false));
    EXPECT_FALSE(nat::is_translated<Concrete>(Manip::dst, original, true, false));
    EXPECT_FALSE(nat::is_translated<Concrete>(Manip::src, reply, true, false));
    EXPECT_TRUE(nat::is_translated<Concrete>(Manip::dst, original, false, true));
    EXPECT_TRUE(nat::is_translated<Concrete>(Manip::src, reply, false, true));
}

TEST(Translation, HooksAndTheirOpposites) {
    EXPECT_EQ(nat::manip_at(Hook::prerouting), Manip::dst);
    EXPECT_EQ(nat::manip_at(Hook::output), Manip::dst);
    EXPECT_EQ(nat::manip_at(Hook::postrouting), Manip::src);
    EXPECT_EQ(nat::manip_at(Hook::input), Manip::src);
    for (const Hook hook : {Hook::prerouting, Hook::postrouting, Hook::input, Hook::output}) {
        EXPECT_EQ(nat::opposite(nat::opposite(hook)), hook);
        EXPECT_EQ(nat::manip_at(nat::opposite(hook)), nat::opposite(nat::manip_at(hook)));
    }
}

TEST(Translation, IsTheAnswerToTheOtherTuple) {
    // 10.0.0.2:1500 leaves as 192.0.2.1:4000 towards 192.0.2.2:53.
    const Ends<Concrete> went{{Address::v4(0x0a000002), 1500}, {Address::v4(0xc0000202), 53}};
    const Ends<Concrete> back{{Address::v4(0xc0000202), 53}, {Address::v4(0xc0000201), 4000}};
    const auto out = nat::target<Concrete>(Manip::src, back, false);
    EXPECT_EQ(out.address, Address::v4(0xc0000201));
    EXPECT_EQ(out.part, 4000U);
    const auto returned = nat::target<Concrete>(Manip::dst, went, false);
    EXPECT_EQ(returned.address, Address::v4(0x0a000002));
    EXPECT_EQ(returned.part, 1500U);
    EXPECT_TRUE(invariant::comes_back<Concrete>({went, back, true, false, false}));
    EXPECT_FALSE(invariant::comes_back<Concrete>({went, back, false, true, false})) << "bound at the other end";
    EXPECT_FALSE(invariant::comes_back<Concrete>({went, back, false, false, false})) << "not bound at all";
}

TEST(Translation, AnIdOfIcmpBelongsToEitherEnd) {
    const Ends<Concrete> went{{Address::v4(0x0a000002), 7}, {Address::v4(0xc0000202), 0x800}};
    const Ends<Concrete> back{{Address::v4(0xc0000202), 8}, {Address::v4(0xc0000201), 0}};
    EXPECT_EQ(nat::target<Concrete>(Manip::src, back, true).part, 8U);
    EXPECT_EQ(nat::target<Concrete>(Manip::dst, went, true).part, 7U);
    EXPECT_TRUE(invariant::comes_back<Concrete>({went, back, true, false, true}));
}

TEST(Translation, RedirectsAreDropped) {
    EXPECT_TRUE(nat::redirect_is_dropped<Concrete>(false, false)) << "not decided yet";
    EXPECT_TRUE(nat::redirect_is_dropped<Concrete>(true, true));
    EXPECT_FALSE(nat::redirect_is_dropped<Concrete>(true, false));
}

}  // namespace conntrack::testing
