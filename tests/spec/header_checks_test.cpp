// Transport headers that are INVALID, one fault at a time.
#include "spec/header_checks.hpp"
#include "spec/clause_table.hpp"
#include "spec/editions.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/packets.hpp"

namespace conntrack::testing {

namespace {

constexpr auto out = Direction::original;
const Ends ends = ipv4_ends(1000, 80);

std::string_view fault(L4Tracker tracker, const Packet& p, const Edition& edition, const Settings& settings) {
    const auto clause = transport_fault(tracker, p, edition, settings);
    return clause ? info(*clause).name : "none";
}
std::string_view fault(L4Tracker tracker, const Packet& p, const Edition& edition) {
    return fault(tracker, p, edition, Settings(edition));
}

}  // namespace

using HeaderChecks = EveryEdition;
CTORACLE_EVERY_EDITION(HeaderChecks);

TEST_P(HeaderChecks, Tcp) {
    Packet p = tcp_packet(ends, out, {});
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "none");
    p.tcp->flags = tcp::flag_fin;
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "tcp.header.flags");
    p.checksum = Checksum::wrong;
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "tcp.header.checksum");
    p.tcp->header_bytes = static_cast<std::uint8_t>(p.transport_length + 4);
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "tcp.header.offset");
    p.tcp->header_bytes = 16;
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "tcp.header.offset");
    p.tcp.reset();
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "tcp.header.short");
}

TEST_P(HeaderChecks, Udp) {
    Packet p = udp_packet(ends, out, 10);
    EXPECT_EQ(fault(L4Tracker::udp, p, tested()), "none");
    p.checksum = Checksum::wrong;
    EXPECT_EQ(fault(L4Tracker::udp, p, tested()), "udp.header.checksum");
    p.udp->checksum = 0;
    EXPECT_EQ(fault(L4Tracker::udp, p, tested()), "none") << "0: the sender made none";
    p.udp->length = 19;
    EXPECT_EQ(fault(L4Tracker::udp, p, tested()), "udp.header.length");
    p.udp->length = 7;
    EXPECT_EQ(fault(L4Tracker::udp, p, tested()), "udp.header.length");
    p.udp.reset();
    EXPECT_EQ(fault(L4Tracker::udp, p, tested()), "udp.header.short");
}

TEST_P(HeaderChecks, Udplite) {
    Packet p = udplite_packet(ends, out, 10);
    EXPECT_EQ(fault(L4Tracker::udplite, p, tested()), "none");
    p.udp->length = 0;
    EXPECT_EQ(fault(L4Tracker::udplite, p, tested()), "none") << "0 covers the whole datagram";
    p.checksum = Checksum::wrong;
    EXPECT_EQ(fault(L4Tracker::udplite, p, tested()), "udplite.header.checksum");
    p.udp->checksum = 0;
    EXPECT_EQ(fault(L4Tracker::udplite, p, tested()), "udplite.header.no_checksum");
    for (const std::uint16_t coverage : {std::uint16_t{7}, std::uint16_t{19}}) {
        p.udp->length = coverage;
        EXPECT_EQ(fault(L4Tracker::udplite, p, tested()), "udplite.header.coverage");
    }
    p.udp.reset();
    EXPECT_EQ(fault(L4Tracker::udplite, p, tested()), "udplite.header.short");
}

TEST_P(HeaderChecks, Icmp) {
    const auto judged = [&](const Packet& p) {
        const auto clause = icmp_fault(p, tested(), Settings(tested()));
        return clause ? info(*clause).name : std::string_view("none");
    };
    Packet p = echo_packet(ends, out);
    EXPECT_EQ(judged(p), "none");
    p.icmp->type = icmp::largest_type + 1;
    EXPECT_EQ(judged(p), "icmp.header.type");
    p.checksum = Checksum::wrong;
    EXPECT_EQ(judged(p), "icmp.header.checksum");
    p.icmp.reset();
    EXPECT_EQ(judged(p), "icmp.header.short");
}

TEST_P(HeaderChecks, TheChecksumSettingCountsFromTheSecondEditionOn) {
    Packet p = tcp_packet(ends, out, {});
    p.checksum = Checksum::wrong;
    Settings settings(tested());
    settings.set(Setting::checksum, 0);
    EXPECT_EQ(fault(L4Tracker::tcp, p, tested(), settings),
              is(EditionId::linux_2_6_9) ? "tcp.header.checksum" : "none");
    for (const Checksum fine : {Checksum::right, Checksum::partial, Checksum::unchecked}) {
        p.checksum = fine;
        EXPECT_EQ(fault(L4Tracker::tcp, p, tested()), "none");
    }
}

}  // namespace conntrack::testing
