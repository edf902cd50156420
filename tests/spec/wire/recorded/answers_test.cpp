// What recorded routers sent by themselves (`local` of the recordings), byte for byte but for what the kernel chooses
// freely; and that packets for the router that were not answered are not answered here.
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/rewrite.hpp"
#include "tests/spec/wire/recorded/packets.hpp"
#include "tests/spec/wire/small_router.hpp"

#include <gtest/gtest.h>
#include <array>
#include <set>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;
using wire::Part;

/// The small router of these tests has two interfaces, and no rules, groups or anycast addresses.
bool is_beyond_the_small_router(const std::string& file) {
    static const std::set<std::string> files{"zones",    "rules",        "nat_more",   "protocols",  "local",
                                             "ipv6_nat", "random_rules", "interfaces", "odd_packets"};
    return files.contains(file);
}

/// The recording's REDIRECT to the router: the packet gets its address, and the answer the old one back.
struct Redirected {
    Bytes packet;
    Address was;
};

Redirected redirected(const Bytes& packet) {
    const wire::Replacement to{Part::destination, Address::v4(0x0a000001), wire::get16(packet, 22)};
    Redirected out{packet, Address::from_bytes(std::span(packet).subspan(16, 4))};
    EXPECT_TRUE(wire::replace_part(out.packet, 0, to, linux_6_18.rewrite));
    return out;
}

/// POST_ROUTING: what LOCAL_OUT answers gets the address that the packet was sent to.
Bytes translated_back(Bytes answer, const Redirected& r) {
    if (const auto quoted = wire::quoted_offset(answer)) {
        const wire::Replacement inner{Part::destination, r.was, wire::get16(r.packet, 22)};
        EXPECT_TRUE(wire::replace_part(answer, *quoted, inner, linux_6_18.rewrite));
        wire::redo_icmp_checksum(answer);
        EXPECT_TRUE(wire::replace_part(answer, 0, {Part::source, r.was, {}}, linux_6_18.rewrite));
        return answer;
    }
    const wire::Replacement outer{Part::source, r.was, wire::get16(r.packet, 22)};
    EXPECT_TRUE(wire::replace_part(answer, 0, outer, linux_6_18.rewrite));
    return answer;
}

}  // namespace

TEST(RecordedAnswers, AreTheSame) {
    int answers = 0, silences = 0;
    constexpr std::array answering{EditionId::linux_6_18};
    each_recorded_packet(answering, [&](const RecordedPacket& p) {
        if (p.in.size() < 20) return;
        if (is_beyond_the_small_router(p.group)) return;
        const bool redirect = p.where.starts_with("nat_redirect ");
        if (!p.local.empty()) {
            ASSERT_EQ(p.local.size(), 1U) << p.where;
            const auto packet = redirect ? redirected(p.in) : Redirected{p.in, {}};
            Bytes answer = handle(packet.packet, 0).bytes;
            if (redirect) answer = translated_back(answer, packet);
            EXPECT_EQ(without_choices(answer), without_choices(p.local[0])) << p.where;
            ++answers;
        } else if (p.seen && p.out.empty() && context_of(p.in).to_own_address && p.group.starts_with("random")) {
            const Handled got = handle(p.in, 0);
            EXPECT_TRUE(got.bytes.empty()) << p.where;
            ++silences;
        }
    });
    EXPECT_EQ(answers, 104);
    EXPECT_GT(silences, 30);
    std::cout << answers << " answers, " << silences << " times none\n";
}

}  // namespace conntrack::testing
