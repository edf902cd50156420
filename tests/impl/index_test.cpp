// The index: it finds what is in it, whatever its size was when that came in, and its chains are those of a random
// hash even for tuples that somebody chose.
#include "impl/index.hpp"

#include "tests/support/chosen_tuples.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace conntrack::fast {

namespace {

using conntrack::testing::chosen_tuple;
using conntrack::testing::expect_property;

std::set<std::uint32_t> found(const Index& index, Tag tag) {
    std::set<std::uint32_t> out;
    index.find(tag, [&](Link link) {
        out.insert(link.entry());
        return false;
    });
    return out;
}

}  // namespace

TEST(IndexOfTuples, FindsWhatIsInIt) {
    expect_property([] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto bits = *rc::gen::inRange(2U, 32U);  // of the tags: few make long chains
        std::mt19937_64 numbers(seed);
        Index index(4096);
        std::map<std::uint32_t, Tag> there;  // by entry
        for (std::uint32_t i = 0; i < 3000; ++i) {
            if (numbers() % 3 != 0 || there.empty()) {
                if (there.size() == 2000) continue;
                const auto tag = static_cast<Tag>(numbers() >> (64 - bits));
                index.insert(tag, {i, Direction::reply, false});
                there[i] = tag;
            } else {
                const auto it = std::next(there.begin(), static_cast<std::ptrdiff_t>(numbers() % there.size()));
                index.remove(it->second, it->first, Direction::reply);
                there.erase(it);
            }
        }
        std::map<Tag, std::set<std::uint32_t>> by_tag;
        for (const auto& [entry, tag] : there) by_tag[tag].insert(entry);
        for (const auto& [tag, entries] : by_tag) RC_ASSERT(found(index, tag) == entries);
        RC_ASSERT(index.tuples() == there.size());
    });
}

TEST(IndexOfTuples, VisitsABucketOfAnyNumberOfBuckets) {
    expect_property([] {
        const auto count = *rc::gen::inRange(0U, 3000U);
        const auto buckets = *rc::gen::oneOf(rc::gen::inRange(1U, 64U), rc::gen::inRange(1U, 5000U));
        std::mt19937 numbers(count * 7919 + buckets);
        Index index(4096);
        std::map<std::uint32_t, std::set<std::uint32_t>> expected;
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto tag = static_cast<Tag>(numbers());
            index.insert(tag, {i, Direction::original, false});
            expected[bucket_of(tag, buckets)].insert(i);
        }
        for (std::uint32_t bucket = 0; bucket < buckets; ++bucket) {
            std::set<std::uint32_t> seen;
            index.each_in(bucket, buckets, [&](Link link) { RC_ASSERT(seen.insert(link.entry()).second); });
            RC_ASSERT(seen == expected[bucket]);
        }
    });
}

/// Whether a bucket has anybody who may be dropped is what going through it would find, whatever happened before.
TEST(IndexOfTuples, KnowsWhichBucketsMayYield) {
    expect_property([] {
        const auto buckets = *rc::gen::inRange(1U, 64U);
        std::mt19937 numbers(buckets + *rc::gen::inRange(0U, 1000U));
        Index index(4096);
        struct Kept {
            Tag tag;
            bool assured;
        };
        std::map<std::uint32_t, Kept> there;
        for (std::uint32_t i = 0; i < 300; ++i) {
            if (i == 150) index.divide(buckets);
            const auto deed = numbers() % 4;
            if (there.empty() || deed < 2) {
                there[i] = {static_cast<Tag>(numbers()), numbers() % 2 == 0};
                index.insert(there[i].tag, {i, Direction::original, there[i].assured});
                continue;
            }
            const auto it = std::next(there.begin(), static_cast<std::ptrdiff_t>(numbers() % there.size()));
            if (deed == 2) {
                index.assure(it->second.tag, it->first, Direction::original);
                it->second.assured = true;
            } else {
                index.remove(it->second.tag, it->first, Direction::original);
                there.erase(it);
            }
        }
        std::vector<bool> expected(buckets);
        for (const auto& [entry, kept] : there)
            if (!kept.assured) expected[bucket_of(kept.tag, buckets)] = true;
        for (std::uint32_t bucket = 0; bucket < buckets; ++bucket)
            RC_ASSERT(index.may_yield(bucket) == expected[bucket]);
    });
}

/// More than can be counted are not taken for none once some of them have gone.
TEST(IndexOfTuples, LosesCountOnTheSafeSide) {
    constexpr std::uint32_t many = 70'000;
    Index index(many);
    for (std::uint32_t i = 0; i < many; ++i) index.insert(i, {i, Direction::original, false});
    for (std::uint32_t i = 1; i < many; ++i) index.remove(i, i, Direction::original);
    EXPECT_TRUE(index.may_yield(0));
}

/// An attacker knows everything but the key. Whatever pattern its tuples have, the longest chain is that of random
/// tags.
TEST(IndexOfTuples, HasNoLongChainsForChosenTuples) {
    constexpr std::uint32_t count = 200'000;
    for (unsigned pattern = 0; pattern < 4; ++pattern) {
        const HashKey key = HashKey::random();
        Index index(count);
        for (std::uint32_t i = 0; i < count; ++i)
            index.insert(tag_of(lookup_key_of(chosen_tuple(i, pattern)), key), {i, Direction::original, false});
        const Index::Chains chains = index.chains();
        RecordProperty("longest_chain_" + std::to_string(pattern), static_cast<int>(chains.longest));
        EXPECT_LE(chains.longest, 4U) << "pattern " << pattern << ": lines of seven tuples";
        EXPECT_LT(chains.overflowing * 10, index.buckets()) << "pattern " << pattern;
    }
}

TEST(IndexOfTuples, HasOtherChainsWithEveryKey) {
    const auto tag = [](const HashKey& key) { return tag_of(lookup_key_of(chosen_tuple(1, 0)), key); };
    std::set<Tag> tags;
    for (std::uint64_t seed = 0; seed < 100; ++seed) tags.insert(tag(HashKey::from_seed(seed)));
    EXPECT_EQ(tags.size(), 100U);
}

}  // namespace conntrack::fast
