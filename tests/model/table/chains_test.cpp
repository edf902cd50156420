// Chains hold tuples in order of confirmation, whether they were built late or kept up from the start.
#include "model/table.hpp"
#include "tests/support/packets.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

constexpr std::uint32_t buckets = 3;

std::uint32_t by_source_part(const Tuple& tuple) { return tuple.src_part % buckets; }

Tuple tuple_of_ports(std::uint16_t from, std::uint16_t to) {
    return {Address::v4(1), Address::v4(2), from, to, protocol::udp, Family::ipv4, 0};
}

Entry& linked(Table& table, std::uint16_t from, std::uint16_t to) {
    Entry& entry = table.create();
    entry.original = tuple_of_ports(from, to);
    entry.reply = {entry.original.dst, entry.original.src, to, from, protocol::udp, Family::ipv4, 0};
    entry.life.confirm();
    table.link(entry);
    table.arm(entry, 100);
    return entry;
}

void end(Table& table, Entry& entry) {
    table.unlink(entry);
    entry.life.remove();
    entry.life.release();
    table.free(entry);
}

std::vector<const Entry*> entries_in(Table& table, std::uint32_t bucket) {
    std::vector<const Entry*> out;
    for (const Chains::Link& link : table.chains(buckets, by_source_part).chain(bucket)) out.push_back(link.entry);
    return out;
}

}  // namespace

using Seen = std::vector<const Entry*>;

TEST(ChainsOfATable, TheReplyStandsNearerTheHeadThanTheOriginal) {
    Table table;
    Entry& one = linked(table, 3, 6);
    Entry& two = linked(table, 9, 10);
    EXPECT_EQ(entries_in(table, 0), (Seen{&one, &one, &two})) << "from the end";
    EXPECT_EQ(entries_in(table, 1), Seen{&two});
    EXPECT_EQ(table.chains(buckets, by_source_part).chain(0)[0].position, chain_position(1, Direction::original));
    end(table, one);
    end(table, two);
}

/// Of two zones that hold for one direction each, one entry has as its original tuple what the other has as its reply.
TEST(ChainsOfATable, ATupleThatTwoEntriesShareStandsThereTwice) {
    Table table;
    Entry& one = linked(table, 3, 6);
    Entry& two = table.create();
    two.zone = {.id = 7, .original = false, .reply = true};
    two.original = one.original;
    two.reply = in_zone(one.reply, two.zone, Direction::reply);
    two.life.confirm();
    table.link(two);
    table.arm(two, 100);
    EXPECT_EQ(entries_in(table, 0), (Seen{&one, &one, &two, &two}));
    end(table, one);
    end(table, two);
}

TEST(ChainsOfATable, BuiltLateOrKeptUpAreTheSame) {
    Table late, kept;
    kept.chains(buckets, by_source_part);
    for (Table* table : {&late, &kept}) {
        Entry& gone = linked(*table, 3, 4);
        linked(*table, 6, 7);
        end(*table, gone);
        table->begin_fill(9, false, 0, 200);
        table->add_filler(true);
        table->add_filler(false);
        table->add_filler(true);
        linked(*table, 12, 10);
    }
    for (std::uint32_t b = 0; b < buckets; ++b) {
        const auto one = late.chains(buckets, by_source_part).chain(b);
        const auto other = kept.chains(buckets, by_source_part).chain(b);
        ASSERT_EQ(one.size(), other.size());
        for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].position, other[i].position);
    }
    for (Table* table : {&late, &kept}) {
        std::vector<Entry*> all;
        table->each_linked([&](Entry& e) { all.push_back(&e); });
        for (Entry* e : all) end(*table, *e);
    }
}

TEST(ChainsOfATable, ATupleThatIsItsOwnInverseStandsThereTwice) {
    Table early, late;
    early.chains(buckets, by_source_part);
    for (Table* table : {&early, &late}) {
        Entry& entry = table->create();
        entry.original = entry.reply = {Address::v4(1), Address::v4(1), 3, 3, protocol::udp, Family::ipv4, 0};
        entry.life.confirm();
        table->link(entry);
        table->arm(entry, 100);
        EXPECT_EQ(entries_in(*table, 0), (Seen{&entry, &entry}));
        table->unlink(entry);
        EXPECT_TRUE(entries_in(*table, 0).empty());
        entry.life.remove();
        entry.life.release();
        table->free(entry);
    }
}

TEST(ChainsOfATable, AFillerKeepsItsPlaceWhenItBecomesAnEntry) {
    Table table;
    table.begin_fill(0, true, 0, 200);
    table.add_filler(true);
    Entry& younger = linked(table, 1003, 4);
    table.chains(buckets, by_source_part);
    const auto found = table.find(table.fillers().confirmed_as(1)->original());
    ASSERT_TRUE(found);
    EXPECT_EQ(entries_in(table, 1000 % buckets), (Seen{found->entry, &younger, &younger}));
    EXPECT_EQ(entries_in(table, 53 % buckets), (Seen{found->entry}));
    EXPECT_TRUE(found->entry->filler);
    EXPECT_EQ(table.linked(), 2U);
    EXPECT_EQ(table.existing(), 2U);
    end(table, *found->entry);
    end(table, younger);
    EXPECT_TRUE(entries_in(table, 53 % buckets).empty());
}

TEST(ChainsOfATable, AnotherNumberOfBucketsBuildsThemAnew) {
    Table table;
    Entry& entry = linked(table, 3, 4);
    EXPECT_EQ(entries_in(table, 1), Seen{&entry});
    const auto in_one = [](const Tuple&) { return 0U; };
    EXPECT_EQ(table.chains(1, in_one).chain(0).size(), 2U);
    end(table, entry);
}

}  // namespace conntrack::testing
