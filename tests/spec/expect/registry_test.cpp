// Who is expected, who makes room for whom, and what becomes of it.
#include "spec/expect/registry.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

namespace {

using namespace expect;
using Result = Registry::Result;

Tuple from_server(std::uint16_t port, std::uint16_t source = 0) {
    return {.src = Address::v4(0xc000'0202),
            .dst = Address::v4(0x0a00'0002),
            .src_part = source,
            .dst_part = port,
            .proto = protocol::tcp,
            .family = Family::ipv4,
            .zone = 0};
}

class RegistryOf : public EveryEdition {
  protected:
    Registry registry_{tested()};
    Registry::Told told_;
    helper::Policy policy_{.max_expected = 1, .timeout_s = 300, .gives_up_oldest = true};

    static Master master(EntryId id, bool confirmed = true) {
        Master out;
        out.key = {.tracker = 0, .id = id};
        out.original = from_server(21, static_cast<std::uint16_t>(id));
        out.confirmed = confirmed;
        out.reports = true;
        out.mark = 7;
        return out;
    }
    Result expect(const Tuple& tuple, const Master& of, Time now = 0, std::uint32_t most = 100) {
        Expectation e;
        e.tuple = tuple;
        e.mask = {.src_address = true, .src_part = false, .dst_address = true, .dst_part = true};
        e.master = of.key;
        return registry_.add(e, of, policy_, most, now, told_);
    }
    std::size_t count() {
        std::size_t n = 0;
        registry_.each([&](const Expectation&) { ++n; });
        return n;
    }
    /// "N3001 D3001 ...": what observers heard.
    std::string heard() {
        std::string out;
        for (const Notice& n : told_)
            out += (n.mask == mask_of(EventBit::new_) ? " N" : " D") + std::to_string(n.expectation.tuple.dst_part);
        told_.clear();
        return out;
    }
    [[nodiscard]] std::string in_6_18(const char* there, const char* elsewhere) const {
        return is(EditionId::linux_6_18) ? there : elsewhere;
    }
    [[nodiscard]] bool oldest() const { return is(EditionId::linux_2_6_9); }
};

}  // namespace

CTORACLE_EVERY_EDITION(RegistryOf);

TEST_P(RegistryOf, TheExpectedConnectionUsesItUp) {
    EXPECT_TRUE(registry_.empty());
    EXPECT_EQ(expect(from_server(3001), master(1)), Result::accepted);
    EXPECT_FALSE(registry_.claim(from_server(3002, 20), 0, told_));
    const auto born = registry_.claim(from_server(3001, 20), 0, told_);
    ASSERT_TRUE(born);
    EXPECT_EQ(born->mark, oldest() ? 0U : 7U);
    EXPECT_FALSE(registry_.claim(from_server(3001, 21), 0, told_)) << "it was used up";
    EXPECT_TRUE(registry_.empty());
    EXPECT_EQ(registry_.children_of({0, 1}), 1U);
    EXPECT_EQ(heard(), in_6_18(" N3001 D3001", " N3001"));
}

TEST_P(RegistryOf, AMasterThatIsNotInTheTableAnswersForNobody) {
    expect(from_server(3001), master(1, false));
    EXPECT_FALSE(registry_.claim(from_server(3001, 20), 0, told_));
    registry_.confirmed({0, 1});
    EXPECT_TRUE(registry_.claim(from_server(3001, 20), 0, told_));
}

TEST_P(RegistryOf, ANewOneTakesThePlaceOfTheOldest) {
    expect(from_server(3001), master(1));
    EXPECT_EQ(expect(from_server(3002), master(1)), oldest() ? Result::too_many : Result::accepted)
        << "linux-2.6.9 inserts it, and says that it did not";
    EXPECT_EQ(count(), 1U);
    EXPECT_FALSE(registry_.claim(from_server(3001, 20), 0, told_));
    EXPECT_TRUE(registry_.claim(from_server(3002, 20), 0, told_));
}

TEST_P(RegistryOf, TheSameAgain) {
    expect(from_server(3001), master(1));
    heard();
    expect(from_server(3001), master(1), seconds(100));
    EXPECT_EQ(count(), 1U);
    EXPECT_EQ(heard(), in_6_18(" D3001 N3001", ""));
    registry_.each([](const Expectation& e) { EXPECT_EQ(e.deadline, seconds(400)) << "its timer begins anew"; });
}

TEST_P(RegistryOf, TheSameOfSomebodyElse) {
    expect(from_server(3001), master(1));
    const Result second = expect(from_server(3001), master(2));
    EXPECT_NE(second, Result::accepted);
    EXPECT_EQ(second, oldest() ? Result::too_many : Result::busy);
    EXPECT_EQ(count(), 1U);
    ASSERT_TRUE(registry_.claim(from_server(3001, 20), 0, told_));
    EXPECT_EQ(registry_.children_of({0, 1}), 1U);
}

TEST_P(RegistryOf, ThereAreOnlySoManyOfAll) {
    for (std::uint16_t i = 0; i < 3; ++i) {
        const Result made = expect(from_server(static_cast<std::uint16_t>(3000 + i)), master(1U + i), 0, 2);
        EXPECT_EQ(made, i < 2 || oldest() ? Result::accepted : Result::too_many) << i;
    }
    EXPECT_EQ(count(), oldest() ? 3U : 2U);
}

TEST_P(RegistryOf, ItWaitsForSoLong) {
    expect(from_server(3001), master(1), seconds(5));
    EXPECT_FALSE(registry_.may_be_due(seconds(304)));
    registry_.advance(seconds(304), told_);
    EXPECT_EQ(count(), 1U);
    registry_.advance(seconds(305), told_);
    EXPECT_EQ(count(), 0U);
    EXPECT_EQ(heard(), in_6_18(" N3001 D3001", " N3001"));
}

TEST_P(RegistryOf, LeavesWithItsMaster) {
    expect(from_server(3001), master(1));
    expect(from_server(3002), master(2));
    EXPECT_EQ(registry_.deleted({0, 1}, 0, told_), 0U);
    EXPECT_EQ(count(), 1U);
    EXPECT_FALSE(registry_.knows({0, 1}));
}

/// Whoever takes his own one back takes no other.
TEST_P(RegistryOf, OneThatWasExpectedAlreadyGetsNoNumber) {
    const auto number = [&](std::uint16_t port, const Master& of) {
        Expectation e;
        e.tuple = from_server(port);
        e.mask = {.src_address = true, .src_part = false, .dst_address = true, .dst_part = true};
        e.master = of.key;
        registry_.add(e, of, policy_, 100, 0, told_);
        return e.id;
    };
    const std::uint64_t first = number(3001, master(1)), others = number(3002, master(2));
    EXPECT_NE(first, 0U);
    EXPECT_NE(others, first);
    const std::uint64_t again = number(3001, master(1));
    EXPECT_EQ(again == 0, !tested().expectation.identical_is_replaced);
    registry_.remove(again, 0, told_);
    EXPECT_EQ(count(), tested().expectation.identical_is_replaced ? 1U : 2U);
    EXPECT_TRUE(registry_.claim(from_server(3002, 20), 0, told_));
}

TEST_P(RegistryOf, AMasterLivesWhileAChildDoes) {
    expect(from_server(3001), master(1));
    ASSERT_TRUE(registry_.claim(from_server(3001, 20), 0, told_));
    EXPECT_EQ(registry_.deleted({0, 1}, 0, told_), 1U);
    EXPECT_EQ(registry_.knows({0, 1}), tested().expectation.child_keeps_master);
    EXPECT_EQ(registry_.child_freed({0, 1}, 0), tested().expectation.child_keeps_master);
    EXPECT_FALSE(registry_.knows({0, 1}));
}

TEST_P(RegistryOf, TheLastChildOfAnotherTrackersMaster) {
    const bool keeps = tested().expectation.child_keeps_master;
    expect(from_server(3001), master(1));
    ASSERT_TRUE(registry_.claim(from_server(3001, 20), 0, told_));
    registry_.deleted({0, 1}, 0, told_);
    EXPECT_FALSE(registry_.child_freed({0, 1}, 5));
    EXPECT_EQ(registry_.has_orphans(), keeps);
    EXPECT_TRUE(registry_.take_orphans(5).empty());
    EXPECT_EQ(registry_.take_orphans(0).size(), keeps ? 1U : 0U);
    EXPECT_FALSE(registry_.has_orphans());
}

TEST_P(RegistryOf, InactiveOnesAreSkippedFromLinux2632On) {
    Expectation e;
    e.tuple = from_server(3001);
    e.mask = {.src_address = true, .src_part = false, .dst_address = true, .dst_part = true};
    e.master = master(1).key;
    e.flags = inactive_flag | permanent_flag;
    registry_.add(e, master(1), policy_, 100, 0, told_);
    EXPECT_EQ(registry_.claim(from_server(3001, 20), 0, told_).has_value(), oldest());
    EXPECT_EQ(count(), 1U) << "a permanent one stays";
}

}  // namespace conntrack::testing
