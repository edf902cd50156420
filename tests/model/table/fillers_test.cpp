// Fillers are found by tuple and by confirmation, and are counted.
#include "model/fillers.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

TEST(Fillers, AreFlowsFromTheNetwork10ToOneServer) {
    Fillers fillers;
    fillers.begin(9, false, 0, 100, 5);
    const auto one = fillers.add(true);
    EXPECT_EQ(one.original().src, Address::v4(0x0a010000));
    EXPECT_EQ(one.original().dst, Address::v4(0xc6336401));
    EXPECT_EQ(one.original().src_part, 1000);
    EXPECT_EQ(one.original().dst_part, 53);
    EXPECT_EQ(one.original().zone, 9);
    EXPECT_EQ(one.reply().src, one.original().dst);
    EXPECT_EQ(one.reply().dst_part, 1000);
    EXPECT_EQ(fillers.next().src, Address::v4(0x0a010001));
}

TEST(Fillers, AreFoundByWhatTheyAre) {
    Fillers fillers;
    fillers.begin(9, false, 0, 100, 5);
    for (int i = 0; i < 300; ++i) fillers.add(i != 7);
    EXPECT_EQ(fillers.size(), 299U);
    const auto found = fillers.confirmed_as(5 + 260);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->original().src, Address::v4(0x0a010104));
    EXPECT_EQ(fillers.find(found->original())->index, 260U);
    EXPECT_EQ(fillers.find(found->reply())->index, 260U);
    Tuple other = found->original();
    other.zone = 0;
    EXPECT_FALSE(fillers.find(other));
    other = found->original();
    ++other.src_part;
    EXPECT_FALSE(fillers.find(other));
    EXPECT_FALSE(fillers.confirmed_as(5 + 7)) << "could not be made";
    EXPECT_FALSE(fillers.confirmed_as(4));
    EXPECT_FALSE(fillers.confirmed_as(305));
    fillers.remove(*found);
    EXPECT_FALSE(fillers.confirmed_as(5 + 260));
    EXPECT_EQ(fillers.size(), 298U);
}

TEST(Fillers, TheOldestThatIsNotAssured) {
    Fillers fillers;
    EXPECT_FALSE(fillers.oldest_not_assured());
    fillers.begin(9, true, 0, 100, 1);
    fillers.add(true);
    EXPECT_FALSE(fillers.oldest_not_assured());
    fillers.begin(9, false, 0, 100, 2);
    fillers.add(false);
    fillers.add(true);
    fillers.add(true);
    EXPECT_EQ(fillers.oldest_not_assured()->confirmed_as(), 3U);
    fillers.remove(*fillers.oldest_not_assured());
    EXPECT_EQ(fillers.oldest_not_assured()->confirmed_as(), 4U);
}

TEST(Fillers, BatchesExpireEachInItsTime) {
    Fillers fillers;
    fillers.begin(9, true, 0, 100, 1);
    fillers.add(true);
    fillers.add(true);
    fillers.begin(8, true, 50, 150, 3);
    fillers.add(true);
    EXPECT_EQ(fillers.first_deadline(), 100);
    EXPECT_EQ(fillers.drop_due(99), 0U);
    EXPECT_EQ(fillers.drop_due(100), 2U);
    EXPECT_EQ(fillers.first_deadline(), 150);
    EXPECT_EQ(fillers.size(), 1U);
    fillers.clear();
    EXPECT_TRUE(fillers.empty());
}

}  // namespace conntrack::testing
