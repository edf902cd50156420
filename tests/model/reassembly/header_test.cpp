// The headers of what was put together, and of the pieces it leaves in; bytes as a running linux-6.18 showed them.
#include "tests/model/reassembly/fragments.hpp"

#include "spec/editions.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/decode.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

constexpr std::uint8_t udp = 17, no_next_header = 59, fragment_header = 44, destination_options = 60, tcp = 6;

WholeDatagram put_together(const Edition& edition, const std::vector<Bytes>& packets) {
    Reassembler reassembler(edition);
    Taken taken;
    for (const Bytes& p : packets) taken = reassembler.take(p, from_inside, 0);
    if (auto* whole = std::get_if<WholeDatagram>(&taken.outcome)) return std::move(*whole);
    ADD_FAILURE() << "not complete";
    return {};
}

std::vector<Bytes> fragments(Family family, std::initializer_list<const char*> parts, std::size_t bytes = 120) {
    std::vector<Bytes> out;
    for (const char* part : parts) out.push_back(fragment(family, parse_part(part), datagram(family, bytes)));
    return out;
}

std::string texts(const std::vector<Bytes>& pieces) {
    std::string out;
    for (const Bytes& p : pieces) out += (out.empty() ? "" : " ") + fragment_text(p);
    return out;
}

std::string leaves_as(const WholeDatagram& whole, std::uint32_t mtu = 1500) {
    return texts(refragment(whole.bytes, whole.chunks, mtu, 77));
}

/// IPv6: `chain` stands between the IPv6 header, which says `first`, and the fragment header, which says `next`.
Bytes ipv6_fragment(std::uint8_t first, const Bytes& chain, std::uint8_t next, const Part& part, const Bytes& data) {
    Bytes p = fragment(Family::ipv6, part, {});
    const Bytes head(p.begin(), p.begin() + 40);
    Bytes header(p.begin() + 40, p.begin() + 48);
    header[0] = next;
    Bytes out = join({head, chain, header, data});
    out[6] = first;
    put16(out, 4, static_cast<std::uint32_t>(out.size() - 40));
    return out;
}

Packet decoded(const Bytes& bytes) {
    const auto result = wire::decode(bytes, {});
    if (const auto* packet = std::get_if<Packet>(&result)) return *packet;
    ADD_FAILURE() << std::get<wire::Malformed>(result).what;
    return {};
}

}  // namespace

TEST(WholeHeader, IsThatOfTheFirstPart) {
    for (const Edition* edition : {&linux_2_6_9, &linux_2_6_32, &linux_6_18})
        for (const Family family : {Family::ipv4, Family::ipv6}) {
            if (family == Family::ipv6 && !edition->core.ipv6) continue;
            const auto whole = put_together(*edition, fragments(family, {"48-120t9", "0-48+t33"}));
            const Packet p = decoded(whole.bytes);
            EXPECT_EQ(p.hop_limit, 33);
            EXPECT_FALSE(p.fragment);
            EXPECT_EQ(p.protocol, udp);
            EXPECT_EQ(p.length, family == Family::ipv4 ? 140U : 160U);
            EXPECT_EQ(p.checksum, Checksum::right) << "all bytes stand where they should";
            EXPECT_FALSE(whole.cut);
            EXPECT_EQ(whole.fragments, 2U);
        }
}

TEST(WholeHeader, JoinsCongestionMarks) {
    for (const auto& [parts, mark] : {std::pair("0-48+e1 48-120e3", 3), std::pair("0-48+e2 48-120e1", 2),
                                      std::pair("0-48+e3 48-120e3", 3), std::pair("0-48+e1 48-120e2", 1)}) {
        const std::string text(parts);
        const auto blank = text.find(' ');
        for (const Family family : {Family::ipv4, Family::ipv6}) {
            const Bytes data = datagram(family, 120);
            const auto whole = put_together(linux_6_18, {fragment(family, parse_part(text.substr(0, blank)), data),
                                                         fragment(family, parse_part(text.substr(blank + 1)), data)});
            EXPECT_EQ(family == Family::ipv4 ? whole.bytes[1] : whole.bytes[1] >> 4, mark) << text;
        }
    }
}

TEST(WholeHeader, KeepsDoNotFragmentIfTheLargestHadIt) {
    const auto flag = [](std::initializer_list<const char*> parts, const Edition& edition = linux_6_18) {
        return (put_together(edition, fragments(Family::ipv4, parts)).bytes[6] & 0x40) != 0;
    };
    EXPECT_TRUE(flag({"0-48+d", "48-120d"}));
    EXPECT_TRUE(flag({"0-48+", "48-120d"}));
    EXPECT_FALSE(flag({"0-48+d", "48-120"}));
    EXPECT_FALSE(flag({"0-48+d", "48-120d"}, linux_2_6_9));
    EXPECT_FALSE(flag({"0-48+d", "48-120d"}, linux_2_6_32));
}

TEST(Pieces, LoseDoNotFragmentUnlessCutAnew) {
    const auto whole = put_together(linux_6_18, fragments(Family::ipv4, {"0-48+d", "48-120d"}));
    EXPECT_EQ(leaves_as(whole), "0-48+ 48-120");
    auto changed = whole.chunks;
    changed.sizes.clear();
    EXPECT_EQ(texts(refragment(whole.bytes, changed, 1500, 0)), "0-72+d 72-120d") << "no larger than what came";
}

TEST(Pieces, OfASmallerLinkAreCutAnew) {
    const auto two = put_together(linux_6_18, fragments(Family::ipv4, {"0-1000+", "1000-2000"}, 2000));
    EXPECT_EQ(leaves_as(two, 600), "0-576+ 576-1152+ 1152-1728+ 1728-2000");
    const auto uneven = put_together(linux_6_18, fragments(Family::ipv4, {"0-400+", "400-2000"}, 2000));
    EXPECT_EQ(leaves_as(uneven, 600), "0-576+ 576-1152+ 1152-1728+ 1728-2000");
    EXPECT_EQ(leaves_as(uneven, 1500), "0-1480+ 1480-2000");
    const auto five = put_together(
        linux_6_18, fragments(Family::ipv4, {"0-400+", "400-800+", "800-1200+", "1200-1600+", "1600-2000"}, 2000));
    EXPECT_EQ(leaves_as(five, 600), "0-400+ 400-800+ 800-1200+ 1200-1600+ 1600-2000");
}

TEST(Pieces, TooBigIsWhatMayNotBeCut) {
    const auto whole = [](std::initializer_list<const char*> parts, Family family = Family::ipv4) {
        return put_together(linux_6_18, fragments(family, parts, 2800));
    };
    const auto big = [](const WholeDatagram& w, std::uint32_t mtu) { return too_big(w.bytes, w.chunks, mtu); };
    EXPECT_TRUE(big(whole({"0-1400+d", "1400-2800d"}), 600));
    EXPECT_FALSE(big(whole({"0-1400+d", "1400-2800d"}), 1500));
    EXPECT_FALSE(big(whole({"0-1400+", "1400-2800"}), 600));
    EXPECT_TRUE(big(whole({"0-1400+", "1400-2800"}, Family::ipv6), 1300));
    EXPECT_TRUE(big(whole({"0-400+", "400-2800"}, Family::ipv6), 1500));
    EXPECT_FALSE(big(whole({"0-1400+", "1400-2800"}, Family::ipv6), 1500));
    EXPECT_TRUE(too_big(fragment(Family::ipv6, parse_part("0-1600"), {}), {}, 1500)) << "never fragmented on the way";
    EXPECT_FALSE(too_big(fragment(Family::ipv4, parse_part("0-1600"), {}), {}, 1500));
    EXPECT_TRUE(too_big(fragment(Family::ipv4, parse_part("0-1600d"), {}), {}, 1500));
}

TEST(Pieces, CarryTheFirstPartsOptionsAsFarAsTheyAreCopied) {
    const Bytes alert = {0x94, 4, 0, 0}, record_route = {7, 7, 4, 0, 0, 0, 0, 0}, blank = {1, 1, 1, 1, 1, 1, 1, 0};
    const Bytes data = datagram(Family::ipv4, 120);
    const auto whole =
        put_together(linux_6_18, {fragment_with_options(parse_part("0-48+"), data, join({alert, record_route})),
                                  fragment(Family::ipv4, parse_part("48-120"), data)});
    const auto pieces = refragment(whole.bytes, whole.chunks, 1500, 0);
    // The second part would be larger with these options than anything that came: so all is cut anew.
    EXPECT_EQ(texts(pieces), "0-56+ 56-112+ 112-120");
    ASSERT_EQ(pieces.size(), 3U);
    EXPECT_EQ(Bytes(pieces[0].begin() + 20, pieces[0].begin() + 32), join({alert, record_route}));
    EXPECT_EQ(Bytes(pieces[1].begin() + 20, pieces[1].begin() + 32), join({alert, blank}));
    EXPECT_EQ(Bytes(pieces[2].begin() + 20, pieces[2].begin() + 32), join({alert, blank}));
    for (const Bytes& p : pieces) EXPECT_EQ(wire::fold(wire::sum_bytes(std::span(p).first(32))), 0xffff);

    const auto plain = put_together(linux_6_18, {fragment(Family::ipv4, parse_part("0-48+"), data),
                                                 fragment_with_options(parse_part("48-120"), data, alert)});
    EXPECT_EQ(leaves_as(plain), "0-48+ 48-120");
}

TEST(Pieces, OfIpv6BearTheGivenIdentifier) {
    const auto whole = put_together(linux_6_18, fragments(Family::ipv6, {"0-48+", "48-120"}));
    for (const Bytes& piece : refragment(whole.bytes, whole.chunks, 1500, 0x01020304))
        EXPECT_EQ(Bytes(piece.begin() + 44, piece.begin() + 48), (Bytes{1, 2, 3, 4}));
}

TEST(Ipv6Chain, OfTheFirstPartIsKept) {
    const Bytes options = {fragment_header, 0, 1, 4, 0, 0, 0, 0}, data = datagram(Family::ipv6, 120);
    const Bytes one(data.begin(), data.begin() + 48), two(data.begin() + 48, data.end());
    const Bytes first = ipv6_fragment(destination_options, options, udp, parse_part("0-48+"), one);
    const Bytes second = ipv6_fragment(fragment_header, {}, udp, parse_part("48-120"), two);
    const auto whole = put_together(linux_6_18, {first, second});
    EXPECT_EQ(whole.bytes[6], destination_options);
    EXPECT_EQ(whole.bytes[40], udp);
    EXPECT_EQ(decoded(whole.bytes).checksum, Checksum::right);
    const auto pieces = refragment(whole.bytes, whole.chunks, 1500, 1);
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0], first) << "the options stay before the fragment header, with the same identifier";
    EXPECT_EQ(pieces[1], ipv6_fragment(destination_options, options, udp, parse_part("48-120"), two));
}

/// Destination options, hop-by-hop options and UDP in the first part; or destination options that fill it, so that what
/// follows cannot be asked for there.
TEST(Ipv6Chain, ThatLeadsBeyondTheFirstPartCannotBeCutAgain) {
    constexpr std::uint8_t hop_by_hop = 0;
    for (const auto& [eights, pieces] : {std::pair{4U, 2U}, {6U, 0U}}) {
        Bytes data = datagram(Family::ipv6, 120);
        data[0] = hop_by_hop;
        data[1] = static_cast<std::uint8_t>(eights - 1);
        if (eights == 4) data[32] = udp;
        data[33] = 0;
        const Bytes one(data.begin(), data.begin() + 48), two(data.begin() + 48, data.end());
        const auto whole = put_together(
            linux_6_18, {ipv6_fragment(fragment_header, {}, destination_options, parse_part("0-48+"), one),
                         ipv6_fragment(fragment_header, {}, destination_options, parse_part("48-120"), two)});
        EXPECT_EQ(refragment(whole.bytes, whole.chunks, 1500, 1).size(), pieces) << eights;
    }
}

TEST(Ipv6Chain, OfTheFirstPartNamesTheProtocol) {
    const Bytes data = datagram(Family::ipv6, 120);
    const Bytes one(data.begin(), data.begin() + 48), two(data.begin() + 48, data.end());
    const Bytes first = ipv6_fragment(fragment_header, {}, udp, parse_part("0-48+"), one);
    const Bytes second = ipv6_fragment(fragment_header, {}, tcp, parse_part("48-120"), two);
    EXPECT_EQ(put_together(linux_6_18, {first, second}).bytes[6], udp);
    EXPECT_EQ(put_together(linux_6_18, {second, first}).bytes[6], udp);
}

TEST(Ipv6Chain, MustBeWholeInTheFirstPart) {
    const auto first = [](std::uint8_t next, const Bytes& data) {
        Reassembler reassembler(linux_6_18);
        return outcome_text(
            reassembler.take(ipv6_fragment(fragment_header, {}, next, parse_part("0-8+"), data), from_inside, 0));
    };
    EXPECT_EQ(first(tcp, Bytes(8)), "p");
    EXPECT_EQ(first(tcp, Bytes(16)), "p");
    EXPECT_EQ(first(tcp, Bytes(24)), "w");
    EXPECT_EQ(first(udp, Bytes(8)), "w");
    EXPECT_EQ(first(destination_options, {udp, 0, 1, 4, 0, 0, 0, 0}), "p");
    EXPECT_EQ(first(no_next_header, Bytes(8)), "w");
    EXPECT_EQ(first(99, Bytes(8)), "w");
    EXPECT_EQ(first(58, Bytes(8)), "w");
}

TEST(Ipv6Chain, AFragmentInAFragmentIsTakenOutOnce) {
    const Bytes inner = join({{udp, 0, 0, 0, 0, 0, 3, 9}, datagram(Family::ipv6, 120)});
    const auto whole =
        put_together(linux_6_18, {ipv6_fragment(fragment_header, {}, fragment_header, parse_part("0-128"), inner)});
    EXPECT_EQ(Bytes(whole.bytes.begin() + 40, whole.bytes.end()), inner);
    EXPECT_EQ(whole.bytes[6], fragment_header);
}

TEST(Capture, ThatCutFragmentsGivesWhatStandsBeforeTheFirstGap) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        Reassembler reassembler(linux_6_18);
        auto packets = fragments(family, {"0-1400+", "1400-2800"}, 2800);
        for (Bytes& p : packets) p.resize(128);
        EXPECT_EQ(outcome_text(reassembler.take(packets[0], from_inside, 0)), "w");
        const Taken taken = reassembler.take(packets[1], from_inside, 0);
        const auto& whole = std::get<WholeDatagram>(taken.outcome);
        EXPECT_TRUE(whole.cut);
        EXPECT_EQ(whole.bytes.size(), family == Family::ipv4 ? 128U : 120U);
        const auto packet = wire::decode(whole.bytes, {.checksum = wire::ChecksumPolicy::automatic, .cut = true});
        EXPECT_EQ(std::get<Packet>(packet).transport_length, 2800U);
        EXPECT_EQ(std::get<Packet>(packet).dport, 53);
    }
}

}  // namespace conntrack::testing
