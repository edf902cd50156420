// MASQUERADE and REDIRECT take addresses of interfaces, and what becomes of their entries when these change.
#include "model/path/packet_path.hpp"
#include "model/tracker.hpp"
#include "spec/rules/parse.hpp"
#include "tests/model/path/packets.hpp"
#include "tests/model/path/stages.hpp"
#include "tests/support/editions.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

class PathInterfaces : public EveryEdition {
  protected:
    Tracker tracker_{tested()};
    PacketPath path_{tracker_, stage(1)};  // outside has 192.0.2.1 and 192.0.2.9

    void rules(const std::string& nat_rule) {
        auto parsed = rules::parse("*nat\n" + nat_rule + "\nCOMMIT\n", Family::ipv4);
        PacketPath::RuleChange change;
        change.replaces = true;
        change.ipv4 = std::make_shared<const rules::RuleSet>(std::get<rules::RuleSet>(std::move(parsed)));
        path_.change_rules(change);
    }
    struct Result {
        Stop stop = Stop::none;
        bool delivered = false;
        std::string side;
        std::optional<Packet> out;
    };
    Result send(const PathMove& move) {
        Passage p = path_.enter(packet_bytes(move, 1000, 0), move.inward ? "outside" : "inside", tracker_.now(), {});
        path_.go_on(p, tracker_.now());
        Result out{p.stop, p.place == Passage::Place::delivered, "", std::nullopt};
        if (p.emerged()) out = {p.stop, false, p.out.front().side, read_packet(p.out.front().bytes)};
        path_.free(p);
        return out;
    }
    void interfaces(std::size_t number) { path_.set_interfaces(stage(number), tracker_.now()); }
    [[nodiscard]] bool oldest() const { return is(EditionId::linux_2_6_9); }
    [[nodiscard]] bool newest() const { return is(EditionId::linux_6_18); }

    static constexpr const char* masquerade = "-A POSTROUTING -o outside -j MASQUERADE";
    const Address first_ = Address::v4(0xc000'0201), second_ = Address::v4(0xc000'0209);
    const PathMove dns_{};  // UDP 10.0.0.2:300 to 192.0.2.2:53
};
CTORACLE_EVERY_EDITION(PathInterfaces);

TEST_P(PathInterfaces, MasqueradeTakesTheFirstAddress) {
    rules(masquerade);
    const auto sent = send(dns_);
    ASSERT_TRUE(sent.out);
    EXPECT_EQ(sent.out->src, first_);
    EXPECT_EQ(sent.out->sport, 300);
    EXPECT_EQ(sent.side, "outside");
}

TEST_P(PathInterfaces, AnAddressThatNobodyUsesGoes) {
    rules(masquerade);
    send(dns_);
    interfaces(0);  // 192.0.2.9 has gone
    EXPECT_EQ(tracker_.table().linked(), is(EditionId::linux_2_6_32) ? 0U : 1U)
        << "linux-2.6.32 ends everything that hung on the interface";
}

TEST_P(PathInterfaces, TheAddressThatIsUsedGoes) {
    rules(masquerade);
    send(dns_);
    interfaces(2);  // 192.0.2.1 has gone
    EXPECT_EQ(tracker_.table().linked(), oldest() ? 1U : 0U);
    const auto next = send(dns_);
    ASSERT_TRUE(next.out);
    EXPECT_EQ(next.out->src, oldest() ? first_ : second_) << "linux-2.6.9 goes on with an address that is gone";
}

/// linux-2.6.9 asks only whether the new address is the one that is used, not whether the used one is still there.
TEST_P(PathInterfaces, AnotherAddressComes) {
    interfaces(0);
    rules(masquerade);
    send(dns_);
    interfaces(1);  // 192.0.2.9 has come; 192.0.2.1 is there still
    EXPECT_EQ(tracker_.table().linked(), oldest() ? 0U : 1U);
}

TEST_P(PathInterfaces, OneAddressComesForTheOther) {
    interfaces(0);
    rules(masquerade);
    send(dns_);
    interfaces(2);
    EXPECT_EQ(tracker_.table().linked(), 0U) << "for one reason or the other";
}

/// Translation of IPv4 hears of IPv4 addresses alone: in linux-2.6.32 another address' loss would end the entry.
TEST_P(PathInterfaces, AddressesOfTheOtherFamilyChange) {
    rules(masquerade);
    send(dns_);
    auto changed = stage(1);
    for (Network& n : changed.back().addresses)
        if (n.family == Family::ipv6) n.address.low = 9;
    path_.set_interfaces(changed, tracker_.now());
    EXPECT_EQ(tracker_.table().linked(), 1U);
}

/// Not the place in the list, but who came first.
TEST_P(PathInterfaces, TheAddressThatStaysRemainsTheFirst) {
    interfaces(0);
    rules(masquerade);
    auto changed = stage(1);
    std::swap(changed.back().addresses[0], changed.back().addresses[1]);
    path_.set_interfaces(changed, tracker_.now());
    const auto sent = send(dns_);
    ASSERT_TRUE(sent.out);
    EXPECT_EQ(sent.out->src, first_);
}

TEST_P(PathInterfaces, TheInterfaceGoes) {
    rules(masquerade);
    send(dns_);
    auto alone = stage(0);
    alone.pop_back();
    path_.set_interfaces(alone, tracker_.now());
    EXPECT_EQ(tracker_.table().linked(), oldest() ? 1U : 0U);
}

TEST_P(PathInterfaces, AreKnownByNameNotByPlace) {
    interfaces(0);
    rules(masquerade);
    send(dns_);
    interfaces(3);  // another interface stands before it now
    const auto next = send(dns_);
    EXPECT_EQ(next.stop, Stop::none);
    ASSERT_TRUE(next.out);
    EXPECT_EQ(next.out->src, first_);
    interfaces(5);  // outside loses its address: the flow must be found by its interface
    EXPECT_EQ(tracker_.table().linked(), oldest() ? 1U : 0U);
}

TEST_P(PathInterfaces, AFlowTurnsToAnotherOne) {
    interfaces(0);
    rules("-A POSTROUTING -j MASQUERADE");
    PathMove far = dns_;
    far.to_host = 3;  // 198.51.100.2, by outside
    EXPECT_EQ(send(far).side, "outside");
    interfaces(3);  // it lies behind "other" now
    const auto turned = send(far);
    EXPECT_EQ(turned.stop, newest() ? Stop::interface_changed : Stop::none);
    EXPECT_EQ(tracker_.table().linked(), newest() ? 0U : 1U);
    const auto next = send(far);
    ASSERT_TRUE(next.out);
    EXPECT_EQ(next.side, "other");
    EXPECT_EQ(next.out->src, newest() ? Address::v4(0xc633'6401) : first_) << "the binding sticks in older editions";
}

TEST_P(PathInterfaces, WithoutAnAddressOfItsOwnItLendsAnothers) {
    interfaces(5);
    rules(masquerade);
    const auto sent = send(dns_);
    ASSERT_TRUE(sent.out);
    EXPECT_EQ(sent.side, "outside");
    EXPECT_EQ(sent.out->src, Address::v4(0x0a00'0001)) << "the first of inside";
}

TEST_P(PathInterfaces, WithoutAnyAddressNothingIsMasqueraded) {
    auto bare = stage(5);
    for (Interface& interface : bare) interface.addresses.clear();
    path_.set_interfaces(bare, tracker_.now());
    rules(masquerade);
    EXPECT_EQ(send(dns_).stop, Stop::no_address);
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(PathInterfaces, OneThatGoesTakesThePacketsThatWaitForIt) {
    Passage waiting = path_.enter(packet_bytes(dns_, 0, 0), "inside", tracker_.now(), {});
    auto alone = stage(0);
    alone.pop_back();
    path_.set_interfaces(alone, tracker_.now());
    path_.go_on(waiting, tracker_.now());
    EXPECT_EQ(waiting.stop, Stop::no_route);
    path_.free(waiting);
    EXPECT_EQ(tracker_.table().existing(), 0U);
}

TEST_P(PathInterfaces, RedirectLeadsToTheRouter) {
    rules("-A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5353");
    const auto sent = send(dns_);
    EXPECT_TRUE(sent.delivered);
    ASSERT_EQ(tracker_.table().linked(), 1U);
    tracker_.table().each_linked([&](const Entry& e) {
        EXPECT_EQ(e.reply.src, Address::v4(0x0a00'0001)) << "the address of the interface by which it came";
        EXPECT_EQ(e.reply.src_part, 5353);
    });
}

}  // namespace conntrack::testing
