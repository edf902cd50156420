// How often linux-6.18 tries, and whom it evicts: asked of NAT alone, with a table that is as full as it is told.
// Source: nf_nat_l4proto_unique_tuple(), nf_nat_used_tuple_harder().
#include "tests/model/nat/fixture.hpp"

#include <functional>

namespace conntrack::testing {

namespace {

class ToldTable final : public NatHost {
  public:
    std::function<bool(const Tuple&)> taken = [](const Tuple&) { return true; };
    Entry other;
    ToldStarts starts;
    mutable std::size_t asked = 0;
    std::size_t evicted = 0;

    [[nodiscard]] std::optional<std::pair<Entry*, Direction>> holder(const Tuple& tuple, const Zone&) const override {
        ++asked;
        if (!taken(tuple)) return std::nullopt;
        return std::pair(const_cast<Entry*>(&other), Direction::reply);
    }
    void evict(Entry&) override { ++evicted; }
    Choices& choices() override { return starts; }
};

class NatRounds : public ::testing::Test {
  protected:
    ToldTable table_;
    Nat nat_{linux_6_18, {}, table_};
    Entry entry_;

    /// A binding of the entry's source to the public address and these ports.
    bool bind(std::uint16_t first, std::uint16_t last, std::uint8_t protocol = protocol::udp) {
        entry_.original = {client_a, server, 1500, 53, protocol, Family::ipv4, 0};
        entry_.reply = {server, client_a, 53, 1500, protocol, Family::ipv4, 0};
        entry_.tracker = protocol == protocol::tcp ? L4Tracker::tcp : L4Tracker::udp;
        table_.asked = 0;
        const bool bound = nat_.bind(entry_, Hook::postrouting, at(public_address, first, last), {});
        nat_.forget(entry_);
        return bound;
    }
};

}  // namespace

TEST_F(NatRounds, HalveUntilFewerThanSixteen) {
    EXPECT_TRUE(bind(1024, 65535)) << "a failed search is no failure: confirmation will tell";
    EXPECT_EQ(table_.starts.asked, 5U);
    EXPECT_EQ(table_.asked, 1U + 128 + 64 + 32 + 16 + 8) << "the present port first, then the rounds";
}

TEST_F(NatRounds, AreOneWhereAllPortsAreTried) {
    bind(4000, 4099);
    EXPECT_EQ(table_.starts.asked, 1U);
    EXPECT_EQ(table_.asked, 100U);
}

TEST_F(NatRounds, EachBeginsSomewhereElse) {
    table_.starts.starts = {0, 1000, 2000, 3000, 50000};
    table_.taken = [](const Tuple& t) { return t.dst_part != 1024 + 3000 + 15; };
    bind(1024, 65535);
    EXPECT_EQ(entry_.reply.dst_part, 1024 + 3000 + 15) << "the last try of the fourth round";
}

TEST_F(NatRounds, EvictWhatHasEndedInTheLastTries) {
    entry_.tcp_machine = make_tcp_machine(EditionId::linux_6_18);
    entry_.tcp_machine->restore(tcp::State::syn_sent);
    table_.other.tracker = L4Tracker::tcp;
    table_.other.tcp_machine = make_tcp_machine(EditionId::linux_6_18);
    table_.other.status.set(Status::src_nat);
    table_.other.tcp.original.td_end = 1002;
    const auto evicts = [&](tcp::State state, std::uint32_t end) {
        table_.other.tcp_machine->restore(state);
        entry_.tcp.original.td_end = end;
        entry_.nat.reset();
        table_.evicted = 0;
        bind(4000, 4007, protocol::tcp);
        return table_.evicted == 1;
    };
    EXPECT_TRUE(evicts(tcp::State::time_wait, 1003));
    EXPECT_TRUE(evicts(tcp::State::close, 1003));
    EXPECT_FALSE(evicts(tcp::State::time_wait, 1002)) << "not past the old flow's end";
    EXPECT_FALSE(evicts(tcp::State::time_wait, 0x9000'0000)) << "nor half the space past it";
    EXPECT_FALSE(evicts(tcp::State::last_ack, 1003));
    EXPECT_FALSE(evicts(tcp::State::established, 1003));
    table_.other.status.set(Status::fixed_timeout);
    EXPECT_FALSE(evicts(tcp::State::close, 1003));
    table_.other.status = {};
    EXPECT_FALSE(evicts(tcp::State::close, 1003)) << "it is not translated";
}

TEST_F(NatRounds, EvictOnlyInTheLastThirtyTwoTries) {
    entry_.tcp_machine = make_tcp_machine(EditionId::linux_6_18);
    entry_.tcp_machine->restore(tcp::State::syn_sent);
    entry_.tcp.original.td_end = 2000;
    table_.other.tracker = L4Tracker::tcp;
    table_.other.tcp_machine = make_tcp_machine(EditionId::linux_6_18);
    table_.other.tcp_machine->restore(tcp::State::close);
    table_.other.status.set(Status::src_nat);
    bind(1024, 65535, protocol::tcp);
    EXPECT_EQ(table_.evicted, 1U);
    EXPECT_EQ(entry_.reply.dst_part, 1024 + 96) << "after 96 that were only looked at";
}

TEST(BySourceList, HasTheNewestBindingFirst) {
    BySource list;
    Entry a, b;
    for (Entry* e : {&a, &b}) {
        e->original = {client_a, server, 1500, 53, protocol::udp, Family::ipv4, 0};
        Nat::meet(*e);
        list.add(*e);
    }
    const auto order = [&] {
        std::vector<const Entry*> out;
        list.any_of(a.original, [&](const Entry& e) {
            out.push_back(&e);
            return false;
        });
        return out;
    };
    EXPECT_EQ(order(), (std::vector<const Entry*>{&b, &a}));
    list.add(a);
    EXPECT_EQ(order(), (std::vector<const Entry*>{&a, &b})) << "listed again: in front";
    list.remove(b);
    list.remove(b);
    EXPECT_EQ(list.size(), 1U);
    Tuple elsewhere = a.original;
    elsewhere.src_part = 1501;
    EXPECT_FALSE(list.any_of(elsewhere, [](const Entry&) { return true; }));
    list.remove(a);
}

}  // namespace conntrack::testing
