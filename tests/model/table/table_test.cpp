// The table: lookups by both tuples, the order of timers and of listings.
#include "model/table.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

Tuple tuple(std::uint16_t src_part, std::uint16_t dst_part) {
    return {Address::v4(1), Address::v4(2), src_part, dst_part, protocol::udp, Family::ipv4, 0};
}

/// A linked entry whose tuples are told apart by `part`.
Entry& linked(Table& table, std::uint16_t part, Time deadline) {
    Entry& e = table.create();
    e.original = tuple(part, 53);
    e.reply = tuple(53, part);
    e.life.confirm();
    table.link(e);
    table.arm(e, deadline);
    return e;
}

void unlink(Table& table, Entry& e) {
    table.unlink(e);
    e.life.remove();
}

}  // namespace

TEST(TableLookup, FindsByEitherTupleAndSaysTheDirection) {
    Table table;
    Entry& a = linked(table, 1, 10);
    linked(table, 2, 10);
    const auto by_original = table.find(tuple(1, 53)), by_reply = table.find(tuple(53, 1));
    ASSERT_TRUE(by_original && by_reply);
    EXPECT_EQ(by_original->entry, &a);
    EXPECT_EQ(by_original->dir, Direction::original);
    EXPECT_EQ(by_reply->entry, &a);
    EXPECT_EQ(by_reply->dir, Direction::reply);
    EXPECT_FALSE(table.find(tuple(3, 53)).has_value());
    EXPECT_EQ(table.by_id(a.id), &a);
    EXPECT_EQ(table.by_id(99), nullptr);
}

TEST(TableLookup, AnEntryWithEqualTuplesIsFoundAsReply) {
    Table table;
    Entry& e = linked(table, 53, 10);
    ASSERT_EQ(e.original, e.reply);
    const auto found = table.find(e.original);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->dir, Direction::reply) << "the reply is linked last, at the head of the chain";
    unlink(table, e);
    EXPECT_FALSE(table.find(tuple(53, 53)).has_value());
    EXPECT_EQ(table.linked(), 0U);
}

TEST(TableLookup, OneTupleBelongsToTwoEntriesOfZonesForOneDirectionEach) {
    constexpr Zone for_original{.id = 1, .original = true, .reply = false};
    constexpr Zone for_reply{.id = 2, .original = false, .reply = true};
    Table table;
    const auto link = [&](const Tuple& original, const Tuple& reply, const Zone& zone) -> Entry& {
        Entry& e = table.create();
        e.zone = zone;
        e.original = in_zone(original, zone, Direction::original);
        e.reply = in_zone(reply, zone, Direction::reply);
        e.life.confirm();
        table.link(e);
        return e;
    };
    const Tuple back = tuple(53, 1);
    Entry& first = link(tuple(1, 53), back, for_original);
    Entry& second = link(back, tuple(1, 53), for_reply);
    ASSERT_EQ(first.reply, second.original) << "both have zone number 0 there";

    const auto found_by = [&](const Zone& zone) { return table.find(back, zone); };
    ASSERT_TRUE(found_by(for_original) && found_by(for_reply));
    EXPECT_EQ(found_by(for_original)->entry, &first);
    EXPECT_EQ(found_by(for_original)->dir, Direction::reply);
    EXPECT_EQ(found_by(for_reply)->entry, &second);
    EXPECT_EQ(found_by(for_reply)->dir, Direction::original);

    unlink(table, first);
    EXPECT_FALSE(found_by(for_original).has_value());
    ASSERT_TRUE(found_by(for_reply).has_value()) << "the other one is still there";
    EXPECT_EQ(found_by(for_reply)->entry, &second);
    unlink(table, second);
    EXPECT_FALSE(table.find(back).has_value());
}

TEST(TableLookup, AnUnlinkedEntryIsFoundNoMoreButExists) {
    Table table;
    Entry& e = linked(table, 1, 10);
    unlink(table, e);
    EXPECT_FALSE(table.find(tuple(1, 53)) || table.find(tuple(53, 1)));
    EXPECT_EQ(table.linked(), 0U);
    EXPECT_EQ(table.existing(), 1U);
    unsigned in_limbo = 0;
    table.each_in_limbo([&](const Entry& found) { in_limbo += &found == &e ? 1 : 0; });
    EXPECT_EQ(in_limbo, 1U);
}

TEST(TableLookup, AFreedEntryIsGone) {
    Table table;
    Entry& e = table.create();
    const EntryId id = e.id;
    e.life.release();
    ASSERT_EQ(e.life.state(), LifeMachine::State::freed);
    table.free(e);
    EXPECT_EQ(table.by_id(id), nullptr);
    EXPECT_EQ(table.existing(), 0U);
}

/// Tuples that differ in a single field belong to different entries.
TEST(TableLookup, EveryFieldOfATupleCounts) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        Tuple base{Address{0, 1}, Address{0, 2}, 3, 4, protocol::udp, family, 5};
        std::vector<Tuple> tuples(8, base);
        tuples[1].src.low = 0x8000'0001;
        tuples[2].dst.low = 0x8000'0002;
        tuples[3].src_part = 0x8003;
        tuples[4].dst_part = 0x8004;
        tuples[5].proto = 0x80 | protocol::udp;
        tuples[6].zone = 0x8005;
        tuples[7].family = family == Family::ipv4 ? Family::ipv6 : Family::ipv4;
        if (family == Family::ipv6) {
            tuples.push_back(base);
            tuples.back().src.high = 1;
            tuples.push_back(base);
            tuples.back().dst.high = 1;
        }
        Table table;
        std::vector<const Entry*> entries;
        for (std::uint16_t i = 0; i < tuples.size(); ++i) {
            Entry& e = table.create();
            e.original = tuples[i];
            e.reply = tuple(1000, i);
            e.life.confirm();
            table.link(e);
            entries.push_back(&e);
        }
        for (std::size_t i = 0; i < tuples.size(); ++i) {
            const auto found = table.find(tuples[i]);
            ASSERT_TRUE(found.has_value());
            EXPECT_EQ(found->entry, entries[i]) << i;
        }
    }
}

TEST(TableListing, ShowsTheNewestConfirmationFirst) {
    Table table;
    const EntryId first = linked(table, 1, 30).id, second = linked(table, 2, 10).id, third = linked(table, 3, 20).id;
    std::vector<EntryId> shown;
    table.each_linked([&](const Entry& e) { shown.push_back(e.id); });
    EXPECT_EQ(shown, (std::vector<EntryId>{third, second, first}));
}

TEST(TableTimers, RunOutInTheOrderOfTheirDeadlines) {
    Table table;
    Entry& late = linked(table, 1, 30);
    Entry& early = linked(table, 2, 10);
    EXPECT_EQ(table.first_due(9), nullptr);
    EXPECT_EQ(table.first_due(10), &early) << "a timer has run out at its deadline, not after it";
    unlink(table, early);
    EXPECT_EQ(table.first_due(29), nullptr);
    EXPECT_EQ(table.first_due(100), &late);
}

TEST(TableTimers, WithEqualDeadlinesRunOutInTheOrderTheyWereSet) {
    Table table;
    Entry& a = linked(table, 1, 10);
    Entry& b = linked(table, 2, 10);
    EXPECT_EQ(table.first_due(10), &a);
    table.arm(a, 10);
    EXPECT_EQ(table.first_due(10), &b) << "a was set again, after b";
    unlink(table, b);
    EXPECT_EQ(table.first_due(10), &a);
}

TEST(TableTimers, ThatMoveAheadAreFiledAgainWhenTheyComeUp) {
    Table table;
    Entry& e = linked(table, 1, 10);
    table.arm(e, 40);
    EXPECT_EQ(e.filing.at, 10) << "filed where it was";
    table.arm(e, 50);
    EXPECT_EQ(table.first_due(49), nullptr);
    EXPECT_EQ(e.filing.at, 50) << "it came up, and was filed under its true deadline";
    EXPECT_EQ(table.first_due(50), &e);
}

TEST(TableTimers, ThatMoveBackAreFiledAtOnce) {
    Table table;
    Entry& e = linked(table, 1, 50);
    table.arm(e, 10);
    EXPECT_EQ(e.filing.at, 10);
    EXPECT_EQ(table.first_due(10), &e);
}

TEST(TableTimers, OrderSurvivesLazyFiling) {
    Table table;
    Entry& moved = linked(table, 1, 10);
    table.arm(moved, 30);  // still filed under 10
    Entry& other_entry = linked(table, 2, 30);
    EXPECT_EQ(table.first_due(30), &moved) << "it was set to 30 before the other one was";
    unlink(table, moved);
    EXPECT_EQ(table.first_due(30), &other_entry);
}

TEST(TableTimers, OfAnUnlinkedEntryDoesNotRunOut) {
    Table table;
    Entry& e = linked(table, 1, 10);
    table.arm(e, 20);
    unlink(table, e);
    EXPECT_EQ(table.first_due(100), nullptr);
    EXPECT_FALSE(e.filing.filed);
}

}  // namespace conntrack::testing
