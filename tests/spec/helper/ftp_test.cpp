// The FTP helper looks at whole lines alone, and lets nobody announce a third host.
#include "spec/helper/ftp.hpp"
#include "tests/support/announcing_packets.hpp"
#include "tests/support/any_announcements.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

using helper::FtpHelper;
using helper::Heard;
using Kind = Heard::Kind;

const Tuple original{.src = Address::v4(0x0a00'0002),
                     .dst = Address::v4(0xc000'0202),
                     .src_part = 1000,
                     .dst_part = 21,
                     .proto = protocol::tcp,
                     .family = Family::ipv4,
                     .zone = 0};
const Tuple reply{.src = original.dst,
                  .dst = original.src,
                  .src_part = 21,
                  .dst_part = 1000,
                  .proto = protocol::tcp,
                  .family = Family::ipv4,
                  .zone = 0};

class FtpHelperOf : public EveryEdition {
  protected:
    helper::Memory memory_;

    Heard hear(std::uint32_t seq, std::string_view text, Direction dir = Direction::original,
               CtInfo info = CtInfo::established, bool loose = false) {
        const bool is_clients = dir == Direction::original;
        const auto packet = segment_of(is_clients ? original : reply, seq, 0, text);
        return FtpHelper(loose).look({.edition = tested(),
                                      .info = info,
                                      .dir = dir,
                                      .own = is_clients ? original : reply,
                                      .others = is_clients ? reply : original,
                                      .transport = std::span(packet).subspan(20)},
                                     memory_);
    }
    Kind kind(std::uint32_t seq, std::string_view text, Direction dir = Direction::original) {
        return hear(seq, text, dir).kind;
    }
};

constexpr std::string_view port = "PORT 10,0,0,2,11,185\r\n";

}  // namespace

CTORACLE_EVERY_EDITION(FtpHelperOf);

TEST_P(FtpHelperOf, LearnsFromTheFirstLineAndReadsTheNext) {
    EXPECT_EQ(kind(1000, port), Kind::nothing) << "where lines begin is not known yet";
    EXPECT_EQ(kind(1000, port), Kind::nothing);
    EXPECT_EQ(kind(1022, port), Kind::announced);
    EXPECT_EQ(kind(1021, port), Kind::nothing) << "this is no beginning of a line";
}

TEST_P(FtpHelperOf, KnowsTwoBeginningsFromLinux2632On) {
    EXPECT_EQ(kind(1000, "a\r\n"), Kind::nothing);
    EXPECT_EQ(kind(1003, "b\r\n"), Kind::nothing);
    const helper::Memory before = memory_;
    EXPECT_EQ(kind(1003, port), is(EditionId::linux_2_6_9) ? Kind::nothing : Kind::announced);
    memory_ = before;
    EXPECT_EQ(kind(1006, port), Kind::announced);
}

TEST_P(FtpHelperOf, ALineThatIsCutIsNotLearned) {
    EXPECT_EQ(kind(1000, "a\r\n"), Kind::nothing);
    EXPECT_EQ(kind(1003, "PORT 10,0,0\n"), Kind::incomplete);
    EXPECT_EQ(kind(1015, port), is(EditionId::linux_2_6_9) ? Kind::announced : Kind::nothing)
        << "linux-2.6.9 learns before it looks";
}

TEST_P(FtpHelperOf, OnlyEstablishedPacketsWithText) {
    EXPECT_EQ(hear(1000, "a\r\n", Direction::original, CtInfo::new_).kind, Kind::nothing);
    EXPECT_EQ(kind(1003, port), Kind::nothing) << "nothing was learned from a NEW packet";
    EXPECT_EQ(kind(2000, ""), Kind::nothing);
}

TEST_P(FtpHelperOf, WhatIsExpected) {
    hear(1000, "a\r\n");
    const Heard active = hear(1003, port);
    ASSERT_EQ(active.kind, Kind::announced);
    EXPECT_EQ(active.announced->tuple.src, original.dst);
    EXPECT_EQ(active.announced->tuple.dst, original.src);
    EXPECT_EQ(active.announced->tuple.dst_part, 3001);
    EXPECT_FALSE(active.announced->mask.src_part) << "from any port";
    hear(5000, "220 hi\r\n", Direction::reply);
    const Heard passive = hear(5008, "227 (192,0,2,2,7,8)\r\n", Direction::reply);
    ASSERT_EQ(passive.kind, Kind::announced);
    EXPECT_EQ(passive.announced->tuple.src, original.src);
    EXPECT_EQ(passive.announced->tuple.dst, original.dst);
    EXPECT_EQ(passive.announced->tuple.dst_part, 1800);
}

TEST_P(FtpHelperOf, AThirdHostOnlyIfLoose) {
    hear(1000, "a\r\n");
    constexpr std::string_view third = "PORT 10,0,0,3,11,185\r\n";
    const helper::Memory before = memory_;
    EXPECT_EQ(hear(1003, third).kind, Kind::nothing);
    memory_ = before;
    const Heard loose = hear(1003, third, Direction::original, CtInfo::established, true);
    ASSERT_EQ(loose.kind, Kind::announced);
    EXPECT_EQ(loose.announced->tuple.dst, Address::v4(0x0a00'0003));
}

TEST(Helpers, TakeAnyBytesAndExpectNoThirdHost) {
    expect_property(
        [] {
            static const std::vector<std::string> lines = {
                "PORT 10,0,0,2,11,185\r\n",       "PORT 10,0,0,3,11,185\r\n",    "EPRT |1|10.0.0.2|3000|\r\n",
                "EPRT |1|10.9.9.9|3000|\r\n",     "EPRT |2|fd00:a::2|3000|\r\n", "227 Entering (192,0,2,2,7,8)\r\n",
                "227 (1,2,3,4,5,6)\r\n",          "229 x (|||3000|)\r\n",        "PORT 10,0,",
                std::string("\0\1f\0octet\0", 10)};
            std::vector<std::uint8_t> input = {*rc::gen::arbitrary<std::uint8_t>()};
            for (const bool usual : *rc::gen::arbitrary<std::vector<bool>>()) {
                std::string text = usual ? *rc::gen::elementOf(lines) : *rc::gen::string<std::string>();
                text.resize(std::min<std::size_t>(text.size(), 127));
                const bool of_server = *rc::gen::arbitrary<bool>();
                input.push_back(static_cast<std::uint8_t>(text.size() | (of_server ? 0x80U : 0U)));
                input.insert(input.end(), text.begin(), text.end());
            }
            const std::string wrong = look_at_any_bytes(input);
            if (!wrong.empty()) RC_FAIL(wrong);
        },
        10);
}

}  // namespace conntrack::testing
