// What the FTP helper reads of a line, by edition: each row is a line of nf_conntrack_ftp.c's own cases, or of the
// field.
#include "spec/helper/ftp_command.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

namespace conntrack::testing {

namespace {

using helper::ftp::Command;
using helper::ftp::read_command;
using Kind = Command::Kind;

constexpr Address client = Address::v4(0x0a00'0002), server = Address::v4(0xc000'0202);

struct Line {
    Direction dir;
    std::string_view text;
    Kind kind;
    Address address;
    std::uint16_t port;
    std::string_view announcing;  // the part of the text that does
};

constexpr auto of_client = Direction::original, of_server = Direction::reply;
constexpr Address nobody{};

constexpr Line lines[] = {
    {of_client, "PORT 10,0,0,2,11,185\r\n", Kind::complete, client, 3001, "10,0,0,2,11,185"},
    {of_client, "port 10,0,0,3,0,0\r\n", Kind::complete, Address::v4(0x0a00'0003), 0, "10,0,0,3,0,0"},
    {of_client, "PORT 266,0,0,2,300,185\r\n", Kind::complete, client, static_cast<std::uint16_t>(300 << 8 | 185),
     "266,0,0,2,300,185"},
    {of_client, "PORT 10,0,0,2,11,185\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "PORT 10,0,0,2,11,185", Kind::incomplete, nobody, 0, ""},
    {of_client, "PORT 10,0,0,2,11\r\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "PORT 10,0,0,2,11,185,1\r\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "PORT", Kind::incomplete, nobody, 0, ""},
    {of_client, "P", Kind::incomplete, nobody, 0, ""},
    {of_client, "EP", Kind::incomplete, nobody, 0, ""},
    {of_client, "PORTAL\r\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "PASV\r\n", Kind::none, nobody, 0, ""},
    {of_client, "227 (10,0,0,2,11,185)\r\n", Kind::none, nobody, 0, ""},
    {of_client, "EPRT |1|10.0.0.2|3001|\r\n", Kind::complete, client, 3001, "|1|10.0.0.2|3001|"},
    {of_client, "EPRT !1!10.0.0.2!3001!\r\n", Kind::complete, client, 3001, "!1!10.0.0.2!3001!"},
    {of_client, "EPRT |1|10.0.0.2|0|\r\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "EPRT |1|10.0.0.2|65537|\r\n", Kind::complete, client, 1, "|1|10.0.0.2|65537|"},
    {of_client, "EPRT |2|10.0.0.2|3001|\r\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "EPRT 1110.0.0.2130011\r\n", Kind::incomplete, nobody, 0, ""},
    {of_client, "EPRT |1|", Kind::incomplete, nobody, 0, ""},
    {of_client, "EPRT ", Kind::incomplete, nobody, 0, ""},
    {of_server, "227 Entering Passive Mode (192,0,2,2,7,8).\r\n", Kind::complete, server, 1800, "192,0,2,2,7,8"},
    {of_server, "229 Entering Extended Passive Mode (|||1800|)\r\n", Kind::complete, server, 1800, "|||1800|"},
    {of_server, "229 (||1800|)\r\n", Kind::incomplete, nobody, 0, ""},
    {of_server, "229 |||1800|\r\n", Kind::incomplete, nobody, 0, ""},
    {of_server, "22", Kind::incomplete, nobody, 0, ""},
    {of_server, "200 ok\r\n", Kind::none, nobody, 0, ""},
    {of_server, "PORT 10,0,0,2,11,185\r\n", Kind::none, nobody, 0, ""},
};

/// Lines in a buffer of their own, so that the sanitizers see a read beyond its end.
Command read(const std::string& text, Direction dir, Family family, const Address& own, const Edition& edition) {
    const std::vector<char> bytes(text.begin(), text.end());
    return read_command({bytes.data(), bytes.size()}, dir, family, own, edition);
}

}  // namespace

using FtpCommand = EveryEdition;
CTORACLE_EVERY_EDITION(FtpCommand);

TEST_P(FtpCommand, IsReadAsTheKernelDoes) {
    for (const Line& line : lines) {
        const Address own = line.dir == of_client ? client : server;
        const Command read_of = read(std::string(line.text), line.dir, Family::ipv4, own, tested());
        EXPECT_EQ(read_of.kind, line.kind) << line.text;
        if (line.kind != Kind::complete || read_of.kind != Kind::complete) continue;
        EXPECT_EQ(read_of.address, line.address) << line.text;
        EXPECT_EQ(read_of.port, line.port) << line.text;
        EXPECT_EQ(line.text.substr(read_of.offset, read_of.length), line.announcing);
    }
}

/// RFC 1123 does not ask for parentheses; until 2.6.32 the helper did.
TEST_P(FtpCommand, APassiveReplyMayDoWithoutParentheses) {
    const bool may = is(EditionId::linux_6_18);
    const Command bare = read("227 =192,0,2,2,7,8\r\n", of_server, Family::ipv4, server, tested());
    EXPECT_EQ(bare.kind, may ? Kind::complete : Kind::incomplete);
    const Command unclosed = read("227 (192,0,2,2,7,8\r\n", of_server, Family::ipv4, server, tested());
    EXPECT_EQ(unclosed.kind, may ? Kind::complete : Kind::incomplete);
}

TEST_P(FtpCommand, OfIPv6) {
    const Address own{0xfd00'000a'0000'0000, 2};
    const Command eprt = read("EPRT |2|fd00:a::2|3001|\r\n", of_client, Family::ipv6, own, tested());
    ASSERT_EQ(eprt.kind, tested().helper.ipv6 ? Kind::complete : Kind::incomplete);
    if (!tested().helper.ipv6) return;  // it comes to no IPv6 connection there
    EXPECT_EQ(eprt.address, own);
    EXPECT_EQ(eprt.port, 3001);
    EXPECT_EQ(read("EPRT |1|10.0.0.2|3001|\r\n", of_client, Family::ipv6, own, tested()).kind, Kind::incomplete);
    const Command passive = read("229 x (|||3001|)\r\n", of_server, Family::ipv6, own, tested());
    ASSERT_EQ(passive.kind, Kind::complete);
    EXPECT_EQ(passive.address, own) << "a reply 229 leaves the address out";
    // Four numbers go over the first four bytes of the sender's address.
    const Command port = read("PORT 1,2,3,4,5,6\r\n", of_client, Family::ipv6, own, tested());
    ASSERT_EQ(port.kind, Kind::complete);
    EXPECT_EQ(port.address, (Address{0x0102'0304'0000'0000, 2}));
}

/// What is announced lies within the line, and a line that is cut announces nothing else than the whole.
TEST_P(FtpCommand, OfAnyTextLiesWithinIt) {
    expect_property(
        [] {
            static const std::vector<std::string> parts = {"PORT", "EPRT", "227 ", "229 ",    " ", "(",
                                                           ")",    "|",    ",",    "1",       "2", "10",
                                                           "\r",   "\n",   "10.0", "fd00::2", "0", "65535"};
            std::string text;
            for (const auto& part : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(parts)))
                text += part;
            text += *rc::gen::string<std::string>();
            const Direction dir = *rc::gen::element(of_client, of_server);
            const Family family = *rc::gen::element(Family::ipv4, Family::ipv6);
            const Command whole = read(text, dir, family, client, tested());
            if (whole.kind != Kind::complete) return;
            RC_ASSERT(whole.length > 0U && whole.offset + whole.length <= text.size());
            const std::string cut = text.substr(0, whole.offset + whole.length / 2);
            RC_ASSERT(read(cut, dir, family, client, tested()).kind == Kind::incomplete);
        },
        10);
}

}  // namespace conntrack::testing
