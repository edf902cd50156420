// SCTP and GRE headers as they are read from bytes, whatever these say, and the CRC32c.
#include "spec/wire/sctp.hpp"

#include "spec/sctp/state.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/decode.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <vector>

namespace conntrack::wire {

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A header with tag 5, and what follows it.
Bytes sctp_with(const Bytes& chunks) {
    constexpr std::array<std::uint8_t, 12> header = {0x13, 0x88, 0x17, 0x70, 0, 0, 0, 5, 0, 0, 0, 0};
    Bytes out(header.size() + chunks.size());
    std::ranges::copy(chunks, std::ranges::copy(header, out.begin()).out);
    return out;
}

sctp::Header read(const Bytes& chunks) { return read_sctp(sctp_with(chunks)).value(); }

/// An INIT as a running program sent it, with its IP header.
const Bytes init_packet = {0x45, 0, 0,    52,   0,    1,    0,    0,    64, 132, 0xae, 0x41, 10,   0,    0, 2, 192, 0,
                           2,    2, 0x13, 0x88, 0x17, 0x70, 0,    0,    0,  0,   0xe6, 0x38, 0xf1, 0xab, 1, 0, 0,   20,
                           0,    0, 0x11, 0x11, 0,    0,    0xff, 0xff, 0,  10,  0,    10,   0,    0,    0, 1};

const Packet& packet_in(const std::variant<Packet, Malformed>& decoded) { return std::get<Packet>(decoded); }

}  // namespace

TEST(SctpHeader, NeedsTwelveBytes) {
    const Bytes whole = sctp_with({});
    for (std::size_t n = 0; n < 12; ++n) EXPECT_FALSE(read_sctp(std::span(whole).first(n))) << n;
    const auto header = read_sctp(whole);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->tag, 5U);
    EXPECT_TRUE(header->chunks.empty());
}

TEST(SctpHeader, ChunksAreWalkedByTheirLengthRoundedUp) {
    const auto header = read({0, 3, 0, 5, 'x', 0, 0, 0, 4, 0, 0, 4, 6, 1, 0, 4});
    ASSERT_EQ(header.chunks.size(), 3U);
    EXPECT_EQ(header.chunks[0].type, 0);
    EXPECT_EQ(header.chunks[0].flags, 3);
    EXPECT_EQ(header.chunks[0].length, 5);
    EXPECT_EQ(header.chunks[1].type, 4);
    EXPECT_EQ(header.chunks[2].type, 6);
    EXPECT_EQ(header.chunks[2].flags, sctp::t_flag);
}

TEST(SctpHeader, LengthsThatLieEndTheWalk) {
    EXPECT_EQ(read({0, 0, 0, 0, 4, 0, 0, 4}).chunks.size(), 1U) << "it does not get past a length of 0";
    EXPECT_EQ(read({0, 0, 0xff, 0xff, 4, 0, 0, 4}).chunks.size(), 1U) << "it leads behind the packet";
    EXPECT_EQ(read({0, 0, 0, 1, 4, 0, 0, 4}).chunks.size(), 2U) << "1 is rounded up to the chunk's own header";
    EXPECT_EQ(read({0, 0, 0, 4, 4, 0, 0}).chunks.size(), 1U) << "three bytes are no chunk";
}

TEST(SctpHeader, AnInitIsReadOnlyIfAllOfItIsThere) {
    Bytes init = {1, 0, 0, 20, 0, 0, 0x11, 0x11, 0, 0, 0xff, 0xff, 0, 10, 0, 10, 0, 0, 0, 1};
    EXPECT_TRUE(read(init).chunks.at(0).has_init);
    EXPECT_EQ(read(init).chunks.at(0).init_tag, 0x1111U);
    init.pop_back();
    EXPECT_FALSE(read(init).chunks.at(0).has_init);
    EXPECT_EQ(read(init).chunks.at(0).init_tag, 0U);
    EXPECT_FALSE(
        read({0, 0, 0, 20, 0, 0, 0x11, 0x11, 0, 0, 0xff, 0xff, 0, 10, 0, 10, 0, 0, 0, 1}).chunks.at(0).has_init)
        << "DATA has none";
}

TEST(SctpChecksum, IsThatOfARealPacket) {
    const auto sctp = std::span(init_packet).subspan(20);
    EXPECT_EQ(sctp_checksum(sctp), get32(sctp, sctp_checksum_at));
    EXPECT_EQ(packet_in(decode(init_packet, {})).checksum, Checksum::right);
    Bytes wrong = init_packet;
    wrong.back() ^= 1;
    EXPECT_EQ(packet_in(decode(wrong, {})).checksum, Checksum::wrong);
    EXPECT_EQ(packet_in(decode(wrong, {.checksum = ChecksumPolicy::ignore})).checksum, Checksum::unchecked);
    put32(wrong, 20 + sctp_checksum_at, 0);
    EXPECT_EQ(packet_in(decode(wrong, {})).checksum, Checksum::wrong);
    EXPECT_EQ(packet_in(decode(wrong, {.checksum = ChecksumPolicy::automatic})).checksum, Checksum::partial)
        << "a card would have finished it";
}

TEST(GreHeader, IsReadOfVersionOneAlone) {
    const auto gre = [](std::uint8_t version, std::size_t bytes) {
        Bytes out = {0x45, 0,       0,    static_cast<std::uint8_t>(20 + bytes),
                     0,    1,       0,    0,
                     64,   47,      0,    0,
                     10,   0,       0,    2,
                     192,  0,       2,    2,
                     0x30, version, 0x88, 0x0b,
                     0,    4,       0,    42};
        out.resize(20 + bytes);
        return packet_in(decode(out, {.checksum = ChecksumPolicy::ignore})).gre;
    };
    ASSERT_TRUE(gre(1, 8));
    EXPECT_EQ(gre(1, 8)->call_id, 42);
    EXPECT_EQ(gre(1, 8)->protocol, gre_ppp);
    EXPECT_TRUE(gre(0x81, 8)) << "the version is three bits";
    EXPECT_FALSE(gre(1, 7));
    EXPECT_FALSE(gre(0, 8));
    EXPECT_FALSE(gre(2, 8));
}

}  // namespace conntrack::wire
