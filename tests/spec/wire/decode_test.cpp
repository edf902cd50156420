// Decoding: what is read of well-formed packets, which ones never reach tracking, and that nothing is ever read beyond
// the bytes that are there (the sanitizers look on).
#include "spec/wire/decode.hpp"
#include "tests/spec/wire/bytes.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

using wire::ChecksumPolicy;
using wire::DecodeOptions;
using wire::Malformed;

/// Decodes an exact allocation of the bytes.
std::variant<Packet, Malformed> decode(const Bytes& bytes, const DecodeOptions& options = {}) {
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    return wire::decode(exact, options);
}

Packet packet(const Bytes& bytes, const DecodeOptions& options = {}) {
    const auto decoded = decode(bytes, options);
    if (const auto* fault = std::get_if<Malformed>(&decoded)) {
        ADD_FAILURE() << fault->what;
        return {};
    }
    return std::get<Packet>(decoded);
}

std::string_view fault(const Bytes& bytes, const DecodeOptions& options = {}) {
    const auto decoded = decode(bytes, options);
    const auto* malformed = std::get_if<Malformed>(&decoded);
    return malformed != nullptr ? malformed->what : "none";
}

constexpr Family v4 = Family::ipv4, v6 = Family::ipv6;
const Bytes syn_options = {2, 4, 5, 180, 4, 2, 1, 3, 3, 7, 0, 0};

/// IPv6 extension headers: hop-by-hop of 8 bytes, routing of 16, an atomic fragment header, destination options.
Bytes behind_extensions(std::uint8_t protocol, const Bytes& payload) {
    constexpr std::uint8_t routing = 43, fragment = 44, destination = 60;
    Bytes routing_header(16);
    routing_header[0] = fragment;
    routing_header[1] = 1;
    return join({{routing, 0, 1, 4, 0, 0, 0, 0},
                 routing_header,
                 {destination, 0, 0, 0, 0, 0, 0, 9},
                 {protocol, 0, 1, 4, 0, 0, 0, 0},
                 payload});
}

}  // namespace

TEST(Decode, Ipv4Tcp) {
    const auto p = packet(ipv4(6, tcp_bytes(v4, 0x02, syn_options, {})));
    EXPECT_EQ(p.family, v4);
    EXPECT_EQ(p.src, Address::v4(0x0a000102));
    EXPECT_EQ(p.dst, Address::v4(0x0a000202));
    EXPECT_EQ(p.protocol, protocol::tcp);
    EXPECT_EQ(p.hop_limit, 63);
    EXPECT_EQ(p.length, 52U);
    EXPECT_EQ(p.transport_length, 32U);
    EXPECT_EQ(p.transport_available, 32U);
    EXPECT_FALSE(p.fragment || p.later_fragment);
    EXPECT_EQ(p.checksum, Checksum::right);
    EXPECT_EQ(p.sport, 1000);
    EXPECT_EQ(p.dport, 80);
    ASSERT_TRUE(p.tcp.has_value());
    EXPECT_EQ(p.tcp->seq, 100U);
    EXPECT_EQ(p.tcp->ack, 200U);
    EXPECT_EQ(p.tcp->window, 5840);
    EXPECT_EQ(p.tcp->header_bytes, 32);
    EXPECT_EQ(p.tcp->flags, 0x02);
    EXPECT_EQ(p.tcp->options.window_scale, 7);
    EXPECT_TRUE(p.tcp->options.sack_permitted);
    EXPECT_EQ(p.tcp->highest_sack, 200U);
    EXPECT_FALSE(p.udp.has_value() || p.icmp.has_value());
}

TEST(Decode, Ipv6TcpWithSack) {
    const Bytes sack = {1, 1, 5, 10, 0, 0, 1, 0, 0, 0, 2, 0};
    const auto p = packet(ipv6(6, tcp_bytes(v6, 0x10, sack, {1, 2, 3})));
    EXPECT_EQ(p.src, (Address{0x2001'0db8'0000'0000, 1}));
    EXPECT_EQ(p.dst, (Address{0x2001'0db8'0000'0000, 2}));
    EXPECT_EQ(p.length, 40U + 35U);
    EXPECT_EQ(p.checksum, Checksum::right);
    ASSERT_TRUE(p.tcp.has_value());
    EXPECT_EQ(p.tcp->highest_sack, 0x200U);
}

TEST(Decode, BytesBehindTheIpPacketAreIgnored) {
    for (const Bytes& bytes : {ipv4(17, udp_bytes(v4, {9})), ipv6(17, udp_bytes(v6, {9}))}) {
        const auto plain = packet(bytes), padded = packet(join({bytes, Bytes(20, 0xff)}));
        EXPECT_EQ(padded.length, plain.length);
        EXPECT_EQ(padded.transport_available, plain.transport_available);
        EXPECT_EQ(padded.checksum, Checksum::right);
    }
}

TEST(Decode, Ipv6ExtensionHeadersArePassedOver) {
    const auto p = packet(ipv6(0, behind_extensions(17, udp_bytes(v6, {1, 2}))));
    EXPECT_TRUE(p.transport_found);
    EXPECT_FALSE(p.fragment || p.later_fragment) << "an atomic fragment is a whole packet";
    EXPECT_EQ(p.protocol, protocol::udp);
    EXPECT_EQ(p.transport_length, 10U);
    EXPECT_EQ(p.dport, 53);
    EXPECT_EQ(p.checksum, Checksum::right);
}

TEST(Decode, AnAuthenticationHeaderIsCountedInFourBytes) {
    constexpr std::uint8_t authentication = 51;
    const Bytes header = join({{17, 4, 0, 0}, Bytes(20)});  // (4 + 2) * 4 bytes
    const auto p = packet(ipv6(authentication, join({header, udp_bytes(v6, {})})));
    EXPECT_EQ(p.protocol, protocol::udp);
    EXPECT_EQ(p.dport, 53);
}

TEST(Decode, AChainThatLeadsNowhere) {
    constexpr std::uint8_t destination = 60, no_next = 59, fragment = 44;
    EXPECT_FALSE(packet(ipv6(no_next, {})).transport_found);
    EXPECT_FALSE(packet(ipv6(destination, {17})).transport_found) << "two bytes are needed to walk on";
    EXPECT_FALSE(packet(ipv6(fragment, {17, 0, 0})).transport_found) << "of a fragment header four";
    EXPECT_TRUE(packet(ipv6(destination, {99, 0})).transport_found);
    EXPECT_TRUE(packet(ipv6(fragment, {99, 0, 0, 0})).transport_found);
    const auto beyond = packet(ipv6(destination, {99, 200, 0, 0, 0, 0, 0, 0}));
    EXPECT_TRUE(beyond.transport_found) << "that it runs past the packet does not matter to who needs no header";
    EXPECT_EQ(beyond.protocol, 99);
    EXPECT_EQ(beyond.transport_available, 0U);
    EXPECT_TRUE(packet(ipv6(99, {})).transport_found) << "nothing behind the header is still something";
}

TEST(Decode, Ipv6AddressesThatNoLinkMayCarry) {
    const auto from_to = [](const Address& src, const Address& dst, bool loopback = false) {
        Bytes bytes = ipv6(17, udp_bytes(v6, {}));
        std::ranges::copy(src.bytes(), bytes.begin() + 8);
        std::ranges::copy(dst.bytes(), bytes.begin() + 24);
        return fault(bytes, {.checksum = ChecksumPolicy::ignore, .cut = false, .loopback = loopback});
    };
    constexpr Address one{0x2001'0db8'0000'0000, 1}, loopback{0, 1}, unspecified{0, 0};
    const auto multicast = [](std::uint64_t scope) { return Address{0xff00'0000'0000'0000 | scope << 48, 1}; };
    constexpr std::string_view bad = "IPv6 address that no link may carry";
    EXPECT_EQ(from_to(one, one), "none");
    EXPECT_EQ(from_to(loopback, one), bad);
    EXPECT_EQ(from_to(one, loopback), bad);
    EXPECT_EQ(from_to(loopback, loopback, true), "none");
    EXPECT_EQ(from_to(multicast(5), one), bad);
    EXPECT_EQ(from_to(one, multicast(0)), bad);
    EXPECT_EQ(from_to(one, multicast(1)), bad);
    EXPECT_EQ(from_to(one, multicast(2)), "none");
    EXPECT_EQ(from_to(unspecified, unspecified), "none");
}

TEST(Decode, HopByHopOptionsAreJudgedFirst) {
    constexpr std::uint8_t hop_by_hop = 0;
    const auto with = [](const Bytes& options) {
        return decode(ipv6(hop_by_hop, join({{17, 0}, options, udp_bytes(v6, {})})));
    };
    EXPECT_TRUE(std::holds_alternative<Packet>(with({1, 4, 0, 0, 0, 0})));
    const auto unknown = std::get<Malformed>(with({0x9e, 4, 0, 0, 0, 0}));
    EXPECT_EQ(unknown.error, wire::ipv6_parameter_problem(2, 42));
    EXPECT_EQ(std::get<Malformed>(with({0x5e, 4, 0, 0, 0, 0})).error, std::nullopt);
    EXPECT_EQ(fault(ipv6(hop_by_hop, {17, 0, 0, 0})), "IPv6 hop-by-hop options are bad") << "cut short";

    Bytes no_length = ipv6(hop_by_hop, join({{17, 0, 1, 4, 0, 0, 0, 0}, udp_bytes(v6, {1})}));
    put16(no_length, 4, 0);
    EXPECT_EQ(packet(no_length).length, no_length.size()) << "the bytes that came count";
}

TEST(Decode, HopByHopOptionsThatCameAboutByReassemblyAreNotJudged) {
    constexpr std::uint8_t hop_by_hop = 0;
    EXPECT_EQ(fault(ipv6(hop_by_hop, {17, 0, 0, 0}), {.options_judged = true}), "none");
}

TEST(Decode, Fragments) {
    const Bytes udp = udp_bytes(v4, Bytes(16));
    constexpr std::uint16_t more = 0x2000, dont = 0x4000;
    EXPECT_FALSE(packet(ipv4(17, udp, dont)).fragment);
    EXPECT_TRUE(packet(ipv4(17, udp, more)).fragment);
    EXPECT_FALSE(packet(ipv4(17, udp, more)).later_fragment);
    const auto later = packet(ipv4(17, udp, 3));
    EXPECT_TRUE(later.fragment && later.later_fragment);
    EXPECT_FALSE(later.udp.has_value()) << "the ports stand in the first fragment only";

    constexpr std::uint8_t fragment = 44;
    const auto first = packet(ipv6(fragment, join({{17, 0, 0, 1, 0, 0, 0, 9}, udp_bytes(v6, {})})));
    EXPECT_TRUE(first.fragment && !first.later_fragment);
    const auto rest = packet(ipv6(fragment, join({{17, 0, 0, 8, 0, 0, 0, 9}, Bytes(8)})));
    EXPECT_TRUE(rest.later_fragment);
    EXPECT_EQ(rest.protocol, protocol::udp);
}

TEST(Decode, IcmpQueriesAndErrors) {
    const auto ping = packet(ipv4(1, echo_bytes(v4)));
    ASSERT_TRUE(ping.icmp.has_value());
    EXPECT_EQ(ping.icmp->type, 8);
    EXPECT_EQ(ping.icmp->id, 0x1234);
    EXPECT_EQ(ping.checksum, Checksum::right);
    EXPECT_FALSE(ping.inner.has_value());

    const auto error = packet(ipv4(1, error_bytes(v4, ipv4(17, udp_bytes(v4, {})))));
    ASSERT_TRUE(error.inner.has_value());
    EXPECT_EQ(error.inner->protocol, protocol::udp);
    EXPECT_EQ(error.inner->src, Address::v4(0x0a000102));
    EXPECT_EQ(error.inner->dport, 53);
    EXPECT_EQ(error.inner->transport_bytes, 8U);

    const auto v6_error = packet(ipv6(58, error_bytes(v6, ipv6(58, echo_bytes(v6)))));
    EXPECT_EQ(v6_error.checksum, Checksum::right);
    ASSERT_TRUE(v6_error.inner.has_value());
    EXPECT_EQ(v6_error.inner->icmp.type, 128);
    EXPECT_EQ(v6_error.inner->icmp.id, 0x1234);
}

TEST(Decode, AQuotedFragmentOrOneCutShort) {
    const auto quoting = [](const Bytes& quoted) { return packet(ipv4(1, error_bytes(v4, quoted))).inner; };
    const Bytes whole = ipv4(17, udp_bytes(v4, {}));
    EXPECT_TRUE(quoting(ipv4(17, udp_bytes(v4, {}), 3)).value().later_fragment);
    EXPECT_FALSE(quoting(Bytes(whole.begin(), whole.begin() + 19)).has_value());
    EXPECT_EQ(quoting(Bytes(whole.begin(), whole.begin() + 24)).value().transport_bytes, 4U);
}

TEST(Decode, ARedirectOfIcmpv6QuotesInItsOption) {
    const Bytes quoted = ipv6(17, udp_bytes(v6, {}));
    const Bytes option = join({{4, static_cast<std::uint8_t>((8 + quoted.size()) / 8), 0, 0, 0, 0, 0, 0}, quoted});
    const auto redirect = [](const Bytes& options) {
        return packet(ipv6(58, join({{137, 0, 0, 0, 0, 0, 0, 0}, Bytes(32), options})),
                      {.checksum = ChecksumPolicy::ignore, .cut = false});
    };
    const auto p = redirect(option);
    EXPECT_TRUE(p.redirect_option_ok);
    EXPECT_EQ(p.redirected.value().dport, 53);
    EXPECT_FALSE(redirect({}).redirect_option_ok);
    EXPECT_FALSE(redirect({4, 0, 0, 0, 0, 0, 0, 0}).redirect_option_ok) << "an option of length 0";
    const auto other = redirect({2, 1, 0, 0, 0, 0, 0, 0});
    EXPECT_TRUE(other.redirect_option_ok);
    EXPECT_FALSE(other.redirected.has_value());
}

TEST(Decode, ChecksumsByPolicy) {
    Bytes udp = udp_bytes(v4, {1, 2, 3});
    ++udp.back();
    const auto judged = [&](ChecksumPolicy policy) {
        return packet(ipv4(17, udp), {.checksum = policy, .cut = false}).checksum;
    };
    EXPECT_EQ(judged(ChecksumPolicy::verify), Checksum::wrong);
    EXPECT_EQ(judged(ChecksumPolicy::automatic), Checksum::wrong);
    EXPECT_EQ(judged(ChecksumPolicy::ignore), Checksum::unchecked);

    // What a sending host's capture shows: the sum of the pseudo header alone, 10.0.1.2 + 10.0.2.2 + 17 + 11.
    put16(udp, 6, 0x0a00 + 0x0102 + 0x0a00 + 0x0202 + 17 + 11);
    EXPECT_EQ(judged(ChecksumPolicy::verify), Checksum::wrong);
    EXPECT_EQ(judged(ChecksumPolicy::automatic), Checksum::partial);
}

TEST(Decode, UdpliteIsSummedWithTheNumberOfUdp) {
    // As the kernel does it: a datagram with UDP's pseudo header is right, one with its own is not.
    Bytes datagram = udp_bytes(v4, {1, 2, 3, 4});
    EXPECT_EQ(packet(ipv4(protocol::udplite, datagram)).checksum, Checksum::right);
    datagram.back() ^= 1;
    EXPECT_EQ(packet(ipv4(protocol::udplite, datagram)).checksum, Checksum::wrong);
}

TEST(Decode, UdpliteOfIpv4MayBeSummedWithTheLowestByteOfItsLength) {
    // 8 + 248 bytes: the byte is 0. Recorded as udplite_long of protocols.jsonl.xz.
    Bytes datagram = udp_bytes(v4, Bytes(248, 0x65));
    const auto judged = [&](bool length_byte) {
        return packet(ipv4(protocol::udplite, datagram), {.udplite_length_byte = length_byte}).checksum;
    };
    EXPECT_EQ(judged(false), Checksum::right);
    EXPECT_EQ(judged(true), Checksum::wrong);
    const std::uint32_t without_length = (datagram[6] + 1u) * 256u + datagram[7];
    put16(datagram, 6, (without_length & 0xffff) + (without_length >> 16));
    EXPECT_EQ(judged(false), Checksum::wrong);
    EXPECT_EQ(judged(true), Checksum::right);
}

TEST(Decode, WhatNeverReachesTracking) {
    const Bytes good = ipv4(17, udp_bytes(v4, {}));
    EXPECT_EQ(fault(good), "none");
    EXPECT_EQ(fault({}), "empty");
    EXPECT_EQ(fault({0x50}), "IP version is neither 4 nor 6");
    const auto changed = [&](std::size_t at, std::uint8_t value) {
        Bytes bytes = good;
        bytes[at] = value;
        return fault(bytes, {.checksum = ChecksumPolicy::ignore, .cut = false});
    };
    EXPECT_EQ(changed(0, 0x44), "IPv4 header length below five words");
    EXPECT_EQ(changed(0, 0x4f), "IPv4 header cut short");
    EXPECT_EQ(changed(3, 19), "IPv4 total length is below the header's");
    EXPECT_EQ(changed(3, 29), "IPv4 total length is more than there is");
    Bytes wrong_sum = good;
    ++wrong_sum[8];
    EXPECT_EQ(fault(wrong_sum), "IPv4 header checksum is wrong");
    EXPECT_EQ(fault(Bytes(good.begin(), good.begin() + 19)), "shorter than an IPv4 header");
    const Bytes six = ipv6(17, udp_bytes(v6, {}));
    EXPECT_EQ(fault(Bytes(six.begin(), six.begin() + 39)), "shorter than an IPv6 header");
    EXPECT_EQ(fault(Bytes(six.begin(), six.end() - 1)), "IPv6 payload length is more than there is");
}

TEST(Decode, ACutCaptureTellsWhatIsThere) {
    const Bytes whole = ipv4(6, tcp_bytes(v4, 0x10, {}, Bytes(100)));
    const auto p = packet(Bytes(whole.begin(), whole.begin() + 60), {.checksum = ChecksumPolicy::verify, .cut = true});
    EXPECT_EQ(p.transport_length, 120U);
    EXPECT_EQ(p.transport_available, 40U);
    EXPECT_EQ(p.checksum, Checksum::unchecked);
    EXPECT_TRUE(p.tcp.has_value());
}

/// Every prefix of every kind of packet, taken as a whole packet or as a cut capture.
TEST(Decode, EveryPrefixIsReadWithinItsBounds) {
    const Bytes udp6 = ipv6(17, udp_bytes(v6, {1, 2, 3}));
    const Bytes packets[] = {
        ipv4(6, tcp_bytes(v4, 0x12, syn_options, Bytes(10))),
        ipv6(6, tcp_bytes(v6, 0x12, syn_options, Bytes(10))),
        ipv4(17, udp_bytes(v4, Bytes(5))),
        ipv6(0, behind_extensions(17, udp_bytes(v6, Bytes(5)))),
        ipv4(1, error_bytes(v4, ipv4(6, tcp_bytes(v4, 0x02, syn_options, {})))),
        ipv6(58, error_bytes(v6, ipv6(0, behind_extensions(58, echo_bytes(v6))))),
        ipv6(58, join({{137, 0, 0, 0, 0, 0, 0, 0}, Bytes(32), {4, 7, 0, 0, 0, 0, 0, 0}, udp6})),
    };
    for (const Bytes& whole : packets)
        for (std::size_t n = 0; n <= whole.size(); ++n)
            for (const bool cut : {false, true}) {
                const Bytes prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
                const auto decoded = decode(prefix, {.checksum = ChecksumPolicy::verify, .cut = cut});
                if (const auto* p = std::get_if<Packet>(&decoded))
                    EXPECT_LE(p->transport_available, n);
                else
                    EXPECT_LT(n, whole.size());
            }
}

TEST(Decode, AnyBytesAreReadWithinTheirBounds) {
    expect_property(
        [] {
            auto bytes = *rc::gen::scale(3.0, rc::gen::arbitrary<Bytes>());
            // Often plausible enough to get past the IP header.
            if (!bytes.empty() && *rc::gen::inRange(0, 8) != 0)
                bytes[0] = *rc::gen::element<std::uint8_t>(0x45, 0x46, 0x60);
            if (bytes.size() > 9 && *rc::gen::arbitrary<bool>())
                bytes[bytes[0] == 0x60 ? 6 : 9] = *rc::gen::element<std::uint8_t>(0, 1, 6, 17, 43, 44, 51, 58, 60, 136);
            const DecodeOptions options{
                .checksum = *rc::gen::element(ChecksumPolicy::automatic, ChecksumPolicy::ignore),
                .cut = *rc::gen::arbitrary<bool>()};
            const auto decoded = decode(bytes, options);
            if (const auto* p = std::get_if<Packet>(&decoded)) {
                RC_ASSERT(p->transport_available <= bytes.size());
                RC_ASSERT(p->transport_available <= p->transport_length);
                RC_ASSERT(!p->tcp || p->transport_available >= 20);
            }
        },
        100);
}

}  // namespace conntrack::testing
