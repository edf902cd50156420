// What NAT does to bytes, protocol by protocol; and properties over all of them: there and back is where one was, and a
// checksum is as right or wrong afterwards as before.
#include "spec/wire/rewrite.hpp"

#include "spec/editions.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/checksum.hpp"
#include "tests/spec/wire/bytes.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

using wire::Part;
using wire::Replacement;

constexpr Family v4 = Family::ipv4, v6 = Family::ipv6;
constexpr Address other_v4 = Address::v4(0xc0000264);
constexpr Address other_v6{0xfd00'000b'0000'0000, 0x1234};
constexpr const RewriteSwitches& now = linux_6_18.rewrite;

std::uint16_t at16(const Bytes& bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

Bytes rewritten(Bytes packet, const Replacement& to, const RewriteSwitches& switches = now, std::size_t ip = 0) {
    EXPECT_TRUE(wire::replace_part(packet, ip, to, switches));
    return packet;
}

/// The sum that the checksum field belongs to, folded: 0xffff if it is right. A checksum of 0 and of 0xffff are one.
std::uint16_t transport_sum(const Bytes& packet) {
    const auto at = wire::layout_of(packet).value();
    const bool six = at.family == v6;
    const std::span all(packet);
    const auto transport = all.subspan(at.transport);
    if (at.protocol == protocol::icmp) return wire::fold(wire::sum_bytes(transport));
    const std::size_t bytes = six ? 16 : 4, src = six ? 8 : 12;
    const auto pseudo = wire::pseudo_header_sum(at.family, Address::from_bytes(all.subspan(src, bytes)),
                                                Address::from_bytes(all.subspan(src + bytes, bytes)), at.protocol,
                                                static_cast<std::uint32_t>(transport.size()));
    return wire::fold(wire::sum_bytes(transport, pseudo));
}

/// CRC32c bit by bit.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = 0xffff'ffff;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int i = 0; i < 8; ++i) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f6'3b78 : crc >> 1;
    }
    return ~crc;
}

Bytes ip_packet(Family family, std::uint8_t protocol, const Bytes& transport) {
    return family == v4 ? ipv4(protocol, transport) : ipv6(protocol, transport);
}

std::size_t header_of(Family family) { return family == v4 ? 20 : 40; }

}  // namespace

TEST(Rewrite, SourceAndDestinationOfTcp) {
    const Bytes before = ipv4(6, tcp_bytes(v4, 0x02, {}, {1, 2, 3}));
    const Bytes source = rewritten(before, {Part::source, other_v4, 4000});
    EXPECT_EQ(wire::layout_of(source)->transport, 20U);
    EXPECT_EQ(at16(source, 12), 0xc000);
    EXPECT_EQ(at16(source, 14), 0x0264);
    EXPECT_EQ(at16(source, 20), 4000);
    EXPECT_EQ(at16(source, 22), 80) << "the other part stays";
    EXPECT_EQ(wire::fold(wire::sum_bytes(std::span(source).first(20))), 0xffff);
    EXPECT_EQ(transport_sum(source), 0xffff);
    const Bytes destination = rewritten(before, {Part::destination, other_v4, 8080});
    EXPECT_EQ(at16(destination, 16), 0xc000);
    EXPECT_EQ(at16(destination, 20), 1000);
    EXPECT_EQ(at16(destination, 22), 8080);
    EXPECT_EQ(transport_sum(destination), 0xffff);
}

TEST(Rewrite, AUdpChecksumOfZeroStays) {
    for (const Family family : {v4, v6}) {
        Bytes udp = udp_bytes(family, {1});
        put16(udp, 6, 0);
        const Bytes out = rewritten(ip_packet(family, 17, udp), {Part::source, family == v4 ? other_v4 : other_v6, 9});
        EXPECT_EQ(at16(out, header_of(family) + 6), 0);
        EXPECT_EQ(at16(out, header_of(family)), 9);
    }
}

TEST(Rewrite, AUdpChecksumThatBecomesZero) {
    // From port 2000 to a port that takes up all that the checksum still says.
    Bytes packet = ipv4(17, udp_bytes(v4, {1}));
    const auto port = static_cast<std::uint16_t>(2000 + at16(packet, 26));
    const Replacement to{Part::source, Address::v4(0x0a000102), port};
    EXPECT_EQ(at16(rewritten(packet, to, linux_6_18.rewrite), 26), 0xffff);
    EXPECT_EQ(at16(rewritten(packet, to, linux_2_6_32.rewrite), 26), 0xffff);
    EXPECT_EQ(at16(rewritten(packet, to, linux_2_6_9.rewrite), 26), 0) << "which says that there is none";
}

TEST(Rewrite, AWrongChecksumStaysWrongByAsMuch) {
    Bytes packet = ipv4(6, tcp_bytes(v4, 0x10, {}, {}));
    put16(packet, 36, at16(packet, 36) ^ 0x1234u);
    ++packet[11];  // the header's own, as well
    const Bytes out = rewritten(packet, {Part::source, other_v4, 7});
    EXPECT_EQ(transport_sum(out), transport_sum(packet));
    EXPECT_NE(transport_sum(out), 0xffff);
    EXPECT_EQ(wire::fold(wire::sum_bytes(std::span(out).first(20))),
              wire::fold(wire::sum_bytes(std::span(packet).first(20))));
}

TEST(Rewrite, TheIdOfIcmpQueriesAlone) {
    const Bytes echo = rewritten(ipv4(1, echo_bytes(v4)), {Part::destination, other_v4, 77});
    EXPECT_EQ(at16(echo, 24), 77) << "whichever part";
    EXPECT_EQ(transport_sum(echo), 0xffff);
    const Bytes before = ipv4(1, error_bytes(v4, ipv4(17, udp_bytes(v4, {}))));
    const Bytes error = rewritten(before, {Part::source, other_v4, 77});
    EXPECT_EQ(at16(error, 24), 0) << "an error has none";
    EXPECT_EQ(at16(error, 22), at16(before, 22)) << "and no pseudo header";

    const Bytes echo6 = rewritten(ipv6(58, echo_bytes(v6)), {Part::source, other_v6, 77});
    EXPECT_EQ(at16(echo6, 44), 77);
    EXPECT_EQ(transport_sum(echo6), 0xffff);
    Bytes query = ipv6(58, echo_bytes(v6));
    query[40] = 139;  // a node information query makes an entry, but is not looked at here
    const Bytes node = rewritten(query, {Part::source, other_v6, 77});
    EXPECT_EQ(at16(node, 44), 0x1234);
    EXPECT_EQ(transport_sum(node), transport_sum(query));
    EXPECT_EQ(transport_sum(rewritten(ipv6(58, error_bytes(v6, ipv6(17, {}))), {Part::source, other_v6, {}})), 0xffff);
}

TEST(Rewrite, SctpIsSummedAnew) {
    EXPECT_EQ(crc32c(Bytes{'1', '2', '3', '4', '5', '6', '7', '8', '9'}), 0xe306'9283);
    const Bytes sctp = {0x0f, 0xa0, 0x0f, 0xa1, 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef, 1, 0, 0, 4, 9};
    const Bytes out = rewritten(ipv4(132, sctp), {Part::source, other_v4, 5});
    EXPECT_EQ(at16(out, 20), 5);
    Bytes zeroed(out.begin() + 20, out.end());
    ASSERT_EQ(zeroed.size(), 17U);
    put16(zeroed, 8, 0);
    put16(zeroed, 10, 0);
    const std::uint32_t sum = crc32c(zeroed);
    EXPECT_EQ(at16(out, 28), (sum & 0xff) << 8 | (sum >> 8 & 0xff)) << "lowest byte first";
    EXPECT_EQ(at16(out, 30), (sum >> 16 & 0xff) << 8 | sum >> 24);

    // Quoted with eight bytes: the port alone; linux-2.6.32 does not get that far.
    const Bytes quote = ipv4(1, error_bytes(v4, ipv4(132, {0x0f, 0xa0, 0x0f, 0xa1, 1, 2, 3, 4})));
    EXPECT_EQ(at16(rewritten(quote, {Part::source, other_v4, 5}, now, 28), 48), 5);
    Bytes same = quote;
    EXPECT_FALSE(wire::replace_part(same, 28, {Part::source, other_v4, 5}, linux_2_6_32.rewrite));
    EXPECT_EQ(same, quote);
    EXPECT_EQ(at16(rewritten(ipv4(132, sctp), {Part::source, other_v4, 5}, linux_2_6_9.rewrite), 20), 4000);
}

TEST(Rewrite, TheKeyOfGre) {
    const auto gre = [](std::uint8_t version) { return ipv4(47, {0x30, version, 0x88, 0x0b, 0, 1, 0, 9}); };
    EXPECT_EQ(at16(rewritten(gre(1), {Part::destination, other_v4, 7}), 26), 7);
    EXPECT_EQ(at16(rewritten(gre(1), {Part::source, other_v4, 7}), 26), 9) << "the sender's key is not in the packet";
    EXPECT_EQ(at16(rewritten(gre(0), {Part::destination, other_v4, 7}), 26), 9);
    Bytes unknown = gre(2);
    EXPECT_FALSE(wire::replace_part(unknown, 0, {Part::destination, other_v4, 7}, now));
    EXPECT_EQ(unknown, gre(2));
}

TEST(Rewrite, DccpWhereTheEditionHasIt) {
    Bytes dccp(12);
    dccp[0] = 1;
    const Bytes packet = ipv4(33, dccp);
    const Bytes out = rewritten(packet, {Part::source, other_v4, 7}, linux_2_6_32.rewrite);
    EXPECT_EQ(at16(out, 20), 7);
    EXPECT_EQ(transport_sum(out), transport_sum(packet));
    const Bytes untouched = rewritten(packet, {Part::source, other_v4, 7}, linux_6_18.rewrite);
    EXPECT_TRUE(std::equal(packet.begin() + 20, packet.end(), untouched.begin() + 20));
}

TEST(Rewrite, WithoutAValueOnlyTheAddressChanges) {
    const Bytes out = rewritten(ipv4(17, udp_bytes(v4, {1})), {Part::source, other_v4, {}});
    EXPECT_EQ(at16(out, 20), 2000);
    EXPECT_EQ(at16(out, 14), 0x0264);
    EXPECT_EQ(transport_sum(out), 0xffff) << "which the checksum covers";
    const Bytes generic = rewritten(ipv4(99, {1, 2, 3}), {Part::source, other_v4, {}});
    EXPECT_EQ(Bytes(generic.begin() + 20, generic.end()), (Bytes{1, 2, 3}));
}

TEST(Rewrite, OfLaterFragmentsOnlyTheAddressChanges) {
    const Bytes fragment = ipv4(17, udp_bytes(v4, {1}), 3);
    const Bytes out = rewritten(fragment, {Part::source, other_v4, 7});
    EXPECT_TRUE(std::equal(fragment.begin() + 20, fragment.end(), out.begin() + 20));
    const Bytes six = ipv6(44, join({{17, 0, 0, 8, 0, 0, 0, 9}, udp_bytes(v6, {1})}));
    const Bytes out6 = rewritten(six, {Part::source, other_v6, 7});
    EXPECT_TRUE(std::equal(six.begin() + 40, six.end(), out6.begin() + 40));
}

TEST(Rewrite, BehindIpv6ExtensionHeaders) {
    const Bytes packet = ipv6(0, join({{60, 0, 1, 4, 0, 0, 0, 0}, {17, 0, 1, 4, 0, 0, 0, 0}, udp_bytes(v6, {1, 2})}));
    const Bytes out = rewritten(packet, {Part::destination, other_v6, 5353});
    EXPECT_EQ(at16(out, 40 + 16 + 2), 5353);
    EXPECT_EQ(transport_sum(out), 0xffff);
    const Bytes nowhere = rewritten(ipv6(59, {1, 2, 3, 4}), {Part::destination, other_v6, 5353});
    EXPECT_EQ(Bytes(nowhere.begin() + 40, nowhere.end()), (Bytes{1, 2, 3, 4})) << "no transport header";
}

TEST(Rewrite, WhatTheKernelCannotWriteIsDropped) {
    for (const int number : {1, 6, 17, 33, 47, 58, 132, 136}) {
        const auto protocol = static_cast<std::uint8_t>(number);
        const Bytes packet = ipv4(protocol, Bytes(7));
        Bytes out = packet;
        const bool tracked = number != protocol::dccp;
        EXPECT_EQ(wire::replace_part(out, 0, {Part::source, other_v4, 7}, linux_6_18.rewrite), !tracked) << number;
        EXPECT_EQ(out == packet, tracked) << number;
    }
    Bytes cut = ipv4(1, error_bytes(v4, Bytes(19)));
    EXPECT_FALSE(wire::replace_part(cut, 28, {Part::source, other_v4, 7}, now));
    Bytes no_ip(40, 0x50);
    EXPECT_FALSE(wire::replace_part(no_ip, 0, {Part::source, other_v4, 7}, now));
}

TEST(Rewrite, AQuotedTcpHeaderCutShort) {
    const Bytes whole = ipv4(6, tcp_bytes(v4, 0x10, {}, {}));
    for (std::size_t bytes = 8; bytes <= 20; ++bytes) {
        const Bytes quoted(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(20 + bytes));
        const Bytes before = ipv4(1, error_bytes(v4, quoted));
        const Bytes out = rewritten(before, {Part::source, other_v4, 7}, now, 28);
        EXPECT_EQ(at16(out, 48), 7);
        if (bytes < 18) continue;  // the checksum is not there
        EXPECT_EQ(at16(out, 64) == at16(before, 64), bytes < 20);
    }
}

/// A quoted header says it is eight bytes long: its ports are taken from TTL, protocol, and checksum.
TEST(Rewrite, TheLengthOfAQuotedHeaderIsBelieved) {
    const auto quoting = [](std::uint8_t protocol, std::uint8_t words) {
        Bytes quoted = ipv4(protocol, Bytes(8));
        quoted[0] = static_cast<std::uint8_t>(0x40 | words);
        return ipv4(1, error_bytes(v4, quoted));
    };
    const Bytes udp = rewritten(quoting(17, 2), {Part::source, other_v4, 0x4712}, now, 28);
    EXPECT_EQ(at16(udp, 28 + 8), 0x4712);
    EXPECT_EQ(Bytes(udp.begin() + 28 + 12, udp.begin() + 28 + 16), (Bytes{192, 0, 2, 0x64}));
    // TTL 64 and protocol 47 are no version of GRE that is known.
    Bytes gre = quoting(47, 2);
    EXPECT_FALSE(wire::replace_part(gre, 28, {Part::destination, other_v4, 7}, now));
    EXPECT_TRUE(wire::replace_part(gre, 28, {Part::source, other_v4, 7}, now));
}

TEST(Rewrite, Linux269SumsQuotedPacketsWithTheOuterAddress) {
    const Bytes error = ipv4(1, error_bytes(v4, ipv4(17, udp_bytes(v4, {1}))));
    const Replacement to{Part::destination, other_v4, 53};
    const Bytes right = rewritten(error, to, linux_2_6_32.rewrite, 28),
                wrong = rewritten(error, to, linux_2_6_9.rewrite, 28);
    EXPECT_EQ(wrong, right) << "the two destinations are the same here";
    Bytes elsewhere = error;
    elsewhere[19] = 9;  // the outer destination is 10.0.2.9, the quoted one 10.0.2.2
    const auto sum = [&](const Bytes& packet) { return transport_sum(Bytes(packet.begin() + 28, packet.end())); };
    EXPECT_EQ(sum(rewritten(elsewhere, to, linux_2_6_32.rewrite, 28)), 0xffff);
    EXPECT_EQ(sum(rewritten(elsewhere, to, linux_2_6_9.rewrite, 28)), 7)
        << "9 taken away instead of 2: the checksum is 7 too high";
}

TEST(Rewrite, IcmpIsSummedAnewWithWhatItQuotes) {
    for (const Family family : {v4, v6}) {
        Bytes error = ip_packet(family, family == v4 ? 1 : 58,
                                error_bytes(family, ip_packet(family, 17, udp_bytes(family, {1}))));
        const Bytes right = error;
        error[header_of(family) + 2] ^= 0x55;
        wire::redo_icmp_checksum(error);
        EXPECT_EQ(error, right);
    }
    const Bytes udp = ipv4(17, udp_bytes(v4, {1}));
    Bytes same = udp;
    wire::redo_icmp_checksum(same);
    EXPECT_EQ(same, udp);
}

namespace {

/// A packet of any protocol with a right checksum, and what stood in the part that will be replaced.
struct Subject {
    Bytes packet;
    Replacement there, back;
};

Bytes any_transport(Family family, std::uint8_t number, const Bytes& payload) {
    switch (number) {
        case protocol::tcp: return tcp_bytes(family, 0x18, {}, payload);
        case protocol::udp: return udp_bytes(family, payload);
        default: return echo_bytes(family);
    }
}

Subject any_subject() {
    const Family family = *rc::gen::elementOf(std::vector{v4, v6});
    const std::uint8_t ping = family == v4 ? protocol::icmp : protocol::icmpv6;
    const auto number = *rc::gen::elementOf(std::vector{protocol::tcp, protocol::udp, ping});
    const Part part = *rc::gen::element(Part::source, Part::destination);
    Subject out;
    out.packet = ip_packet(family, number, any_transport(family, number, *rc::gen::arbitrary<Bytes>()));
    const auto word = [] { return *rc::gen::arbitrary<std::uint64_t>(); };
    out.there = {part, family == v4 ? Address::v4(static_cast<std::uint32_t>(word())) : Address{word(), word()},
                 *rc::gen::arbitrary<std::uint16_t>()};
    const std::size_t bytes = family == v4 ? 4 : 16,
                      ip = (family == v4 ? 12U : 8U) + (part == Part::source ? 0 : bytes);
    const std::size_t port = header_of(family) + (number == ping ? 4U : part == Part::source ? 0U : 2U);
    out.back = {part, Address::from_bytes(std::span(out.packet).subspan(ip, bytes)), at16(out.packet, port)};
    return out;
}

}  // namespace

TEST(Rewrite, ThereAndBackIsWhereOneWas) {
    expect_property(
        [] {
            const Subject s = any_subject();
            RC_ASSERT(rewritten(rewritten(s.packet, s.there), s.back) == s.packet);
        },
        10);
}

TEST(Rewrite, ARightChecksumStaysRight) {
    expect_property(
        [] {
            const Subject s = any_subject();
            const Bytes out = rewritten(s.packet, s.there);
            RC_ASSERT(transport_sum(out) == 0xffff);
            if (out[0] >> 4 == 4) RC_ASSERT(wire::fold(wire::sum_bytes(std::span(out).first(20))) == 0xffff);
            RC_ASSERT(out.size() == s.packet.size());
        },
        10);
}

/// Whatever the bytes: nothing is touched outside of them, and a refusal changes nothing.
TEST(Rewrite, AnyBytesAreRewrittenWithinTheirBounds) {
    expect_property(
        [] {
            auto bytes = *rc::gen::scale(3.0, rc::gen::arbitrary<Bytes>());
            if (!bytes.empty()) bytes[0] = *rc::gen::element<std::uint8_t>(0x45, 0x46, 0x60, 0x4f);
            if (bytes.size() > 9)
                bytes[bytes[0] == 0x60 ? 6 : 9] =
                    *rc::gen::element<std::uint8_t>(0, 1, 6, 17, 33, 43, 44, 47, 58, 132, 136);
            const auto ip = wire::quoted_offset(bytes).value_or(*rc::gen::inRange<std::size_t>(0, 40));
            Bytes out(bytes.begin(), bytes.end());
            const RewriteSwitches& switches = edition(*rc::gen::elementOf(all_editions)).rewrite;
            if (!wire::replace_part(out, ip, {*rc::gen::element(Part::source, Part::destination), other_v6, 7},
                                    switches))
                RC_ASSERT(out == bytes);
            wire::redo_icmp_checksum(out);
            RC_ASSERT(out.size() == bytes.size());
        },
        20);
}

}  // namespace conntrack::testing
