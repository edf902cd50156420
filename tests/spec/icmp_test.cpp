// ICMP and ICMPv6 types: who asks, who answers, what is an error, what is never tracked.
#include "spec/icmp.hpp"
#include "spec/packet.hpp"
#include "tests/support/editions.hpp"

#include <map>
#include <set>

namespace conntrack::testing {

namespace {

using Type = std::uint8_t;
const std::map<Type, Type> queries = {{8, 0}, {13, 14}, {15, 16}, {17, 18}};  // request and answer
const std::map<Type, Type> v6_queries = {{128, 129}, {139, 140}};
const std::set<Type> errors = {3, 4, 5, 11, 12};

/// The partner by the tables above.
std::optional<Type> partner_in(const std::map<Type, Type>& table, Type type) {
    for (const auto& [request, answer] : table) {
        if (type == request) return answer;
        if (type == answer) return request;
    }
    return std::nullopt;
}

}  // namespace

TEST(IcmpTypes, OfIpv4) {
    for (unsigned n = 0; n < 256; ++n) {
        const auto type = static_cast<Type>(n);
        EXPECT_EQ(icmp::partner(type), partner_in(queries, type)) << n;
        EXPECT_EQ(icmp::may_open(type), queries.count(type) != 0) << n;
        EXPECT_EQ(icmp::is_error(type), errors.count(type) != 0) << n;
    }
}

TEST(IcmpTypes, OfIpv6) {
    for (unsigned n = 0; n < 256; ++n) {
        const auto type = static_cast<Type>(n);
        EXPECT_EQ(icmp::v6_partner(type), partner_in(v6_queries, type)) << n;
        EXPECT_EQ(icmp::v6_may_open(type), v6_queries.count(type) != 0) << n;
        EXPECT_EQ(icmp::v6_is_error(type), n < 128) << "every type below 128, known or not";
    }
}

using Icmpv6Untracked = EveryEdition;
CTORACLE_EVERY_EDITION(Icmpv6Untracked);

TEST_P(Icmpv6Untracked, ListenersAndNeighbours) {
    std::set<Type> untracked = {130, 131, 132, 133, 134, 135, 136, 143};
    if (is(EditionId::linux_6_18)) untracked.insert({151, 152});
    for (unsigned n = 0; n < 256; ++n)
        EXPECT_EQ(icmp::v6_untracked(static_cast<Type>(n), tested()), untracked.count(static_cast<Type>(n)) != 0) << n;
}

}  // namespace conntrack::testing
