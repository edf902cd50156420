// What NAT helpers do to bytes: text of another length, and sequence numbers that follow.
#include "spec/wire/mangle.hpp"
#include "spec/editions.hpp"
#include "spec/helper/consult.hpp"
#include "tests/support/announcing_packets.hpp"
#include "tests/support/editions.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

Tuple tuple(bool v6) {
    return {.src = v6 ? Address{0xfd00'000a'0000'0000, 2} : Address::v4(0x0a00'0002),
            .dst = v6 ? Address{0xfd00'000b'0000'0000, 2} : Address::v4(0xc000'0202),
            .src_part = 1000,
            .dst_part = 21,
            .proto = protocol::tcp,
            .family = v6 ? Family::ipv6 : Family::ipv4,
            .zone = 0};
}

std::string text_of(const std::vector<std::uint8_t>& packet, std::size_t header) {
    return {packet.begin() + static_cast<std::ptrdiff_t>(header), packet.end()};
}

}  // namespace

TEST(ReplaceText, LongerAndShorter) {
    for (const bool v6 : {false, true}) {
        const std::size_t header = v6 ? 60 : 40;
        auto packet = segment_of(tuple(v6), 1009, 5017, "PORT 10,0,0,2,11,185\r\n");
        ASSERT_TRUE(wire::replace_text(packet, 5, 15, "192,0,2,100,11,185"));
        EXPECT_EQ(text_of(packet, header), "PORT 192,0,2,100,11,185\r\n");
        EXPECT_TRUE(is_sound(packet, protocol::tcp));
        ASSERT_TRUE(wire::replace_text(packet, 5, 18, "1"));
        EXPECT_EQ(text_of(packet, header), "PORT 1\r\n");
        EXPECT_TRUE(is_sound(packet, protocol::tcp));
    }
}

TEST(ReplaceText, OnlyWhatIsThere) {
    auto packet = segment_of(tuple(false), 1, 1, "PORT");
    const auto before = packet;
    EXPECT_FALSE(wire::replace_text(packet, 3, 2, "x"));
    EXPECT_FALSE(wire::replace_text(packet, 5, 0, "x"));
    EXPECT_FALSE(wire::replace_text(packet, 0, 4, std::string(65'535, 'x')));
    EXPECT_EQ(packet, before);
    ASSERT_TRUE(wire::replace_text(packet, 4, 0, "AL"));
    EXPECT_EQ(text_of(packet, 40), "PORTAL");
}

/// Replaces the text of a segment whose window is such that the rewritten one sums to 0, and completes it.
std::uint32_t sum_of_rewritten(const Edition& edition, bool rewritten) {
    constexpr std::size_t window_at = 34, sum_at = 36;
    const auto with_window = [&](std::uint32_t window) {
        auto packet = segment_of(tuple(false), 1009, 5017, "PORT 10,0,0,2,11,185\r\n");
        EXPECT_TRUE(wire::replace_text(packet, 5, 15, "192,0,2,1,11,185"));
        const std::uint32_t sum = wire::get16(packet, sum_at), before = wire::get16(packet, window_at);
        wire::put16(packet, window_at, window);
        wire::put16(packet, sum_at, wire::adjusted<Concrete>(sum, before, window));
        return packet;
    };
    auto packet = with_window(wire::get16(with_window(0), sum_at));
    EXPECT_EQ(wire::get16(packet, sum_at), 0U);
    helper::Consulted consulted;
    consulted.rewritten = rewritten;
    EXPECT_FALSE(helper::complete(packet, consulted, false, {}, Direction::original, edition).has_value());
    EXPECT_TRUE(is_sound(packet, protocol::tcp));
    return wire::get16(packet, sum_at);
}

using RewrittenSum = EveryEdition;
CTORACLE_EVERY_EDITION(RewrittenSum);

TEST_P(RewrittenSum, OfZeroIsWrittenAsOnesByLinux618Alone) {
    EXPECT_EQ(sum_of_rewritten(tested(), true), is(EditionId::linux_6_18) ? 0xffffU : 0U);
    EXPECT_EQ(sum_of_rewritten(tested(), false), 0U);
}

using ShiftSequence = EveryEdition;
CTORACLE_EVERY_EDITION(ShiftSequence);

TEST_P(ShiftSequence, OfWhatIsSentAndWhatIsAcknowledged) {
    const std::array<expect::Shift<Concrete>, 2> shifts = {{{1009, 0, 3}, {0, 0, 0}}};
    auto sent = segment_of(tuple(false), 1031, 5025, "x");
    ASSERT_TRUE(wire::shift_sequence(sent, shifts, Direction::original, tested()));
    EXPECT_EQ(wire::get32(sent, 24), 1034U);
    EXPECT_EQ(wire::get32(sent, 28), 5025U);
    EXPECT_TRUE(is_sound(sent, protocol::tcp));
    auto acknowledged = segment_of(tuple(false), 5025, 1034, "");
    ASSERT_TRUE(wire::shift_sequence(acknowledged, shifts, Direction::reply, tested()));
    EXPECT_EQ(wire::get32(acknowledged, 24), 5025U);
    EXPECT_EQ(wire::get32(acknowledged, 28), 1031U);
    EXPECT_TRUE(is_sound(acknowledged, protocol::tcp));
}

TEST_P(ShiftSequence, WithoutAckItsFieldIsLeftAloneInLinux618) {
    const std::array<expect::Shift<Concrete>, 2> shifts = {{{1009, 0, 3}, {0, 0, 0}}};
    auto reset = segment_of(tuple(false), 5025, 2000, "", 0x04);
    ASSERT_TRUE(wire::shift_sequence(reset, shifts, Direction::reply, tested()));
    EXPECT_EQ(wire::get32(reset, 28), is(EditionId::linux_6_18) ? 2000U : 1997U);
    EXPECT_TRUE(is_sound(reset, protocol::tcp));
}

TEST_P(ShiftSequence, OfSelectiveAcknowledgements) {
    const std::array<expect::Shift<Concrete>, 2> shifts = {{{1009, 0, 3}, {0, 0, 0}}};
    std::vector<std::uint8_t> header(32);
    wire::put32(header, 4, 5025);
    wire::put32(header, 8, 1009);
    header[12] = 8 << 4;
    header[13] = 0x10;
    header[20] = header[21] = 1;
    header[22] = 5;
    header[23] = 10;
    wire::put32(header, 24, 1034);
    wire::put32(header, 28, 1044);
    auto packet = packet_of(tuple(false), header, "");
    ASSERT_TRUE(wire::shift_sequence(packet, shifts, Direction::reply, tested()));
    EXPECT_EQ(wire::get32(packet, 44), 1031U);
    EXPECT_EQ(wire::get32(packet, 48), 1041U);
    EXPECT_TRUE(is_sound(packet, protocol::tcp));
    header[23] = 30;  // longer than the header
    auto cut = packet_of(tuple(false), header, "");
    EXPECT_FALSE(wire::shift_sequence(cut, shifts, Direction::reply, tested()));
}

TEST_P(ShiftSequence, NothingThatIsNotThere) {
    const std::array<expect::Shift<Concrete>, 2> shifts{};
    auto packet = segment_of(tuple(false), 1, 1, "");
    packet.resize(packet.size() - 1);
    EXPECT_FALSE(wire::shift_sequence(packet, shifts, Direction::original, tested()));
}

}  // namespace conntrack::testing
