// Captures of several interfaces: which one a frame came from, its time and its link type, and what damage is said to
// be where.
#include "oracle/input/pcapng.hpp"
#include "oracle/input/capture.hpp"
#include "tests/oracle/test_files.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace conntrack::oracle::test {

namespace {

using std::uint16_t;
using std::uint32_t;

constexpr uint32_t enhanced = 6, simple = 3, old = 2;
constexpr uint16_t ethernet = 1, raw_ip = 101, usb = 189, if_name = 2, if_tsresol = 9, if_tsoffset = 14;

/// Writes blocks in either byte order.
class Blocks {
  public:
    explicit Blocks(bool big_endian = false) : big_endian_(big_endian) {}

    [[nodiscard]] std::string number(std::uint64_t value, int bytes) const {
        std::string out;
        for (int i = 0; i < bytes; ++i) {
            const auto c = static_cast<char>(value >> 8 * i & 0xff);
            out.insert(big_endian_ ? 0 : out.size(), 1, c);
        }
        return out;
    }
    [[nodiscard]] std::string block(uint32_t type, const std::string& body) const {
        const std::string padded = body + std::string((4 - body.size() % 4) % 4, '\0');
        const std::string length = number(padded.size() + 12, 4);
        return number(type, 4) + length + padded + length;
    }
    [[nodiscard]] std::string section(uint16_t major = 1) const {
        return block(0x0a0d0d0a, number(0x1a2b3c4d, 4) + number(major, 2) + number(0, 2) + number(~std::uint64_t{}, 8));
    }
    [[nodiscard]] std::string option(uint16_t code, const std::string& value) const {
        return number(code, 2) + number(value.size(), 2) + value + std::string((4 - value.size() % 4) % 4, '\0');
    }
    [[nodiscard]] std::string interface(uint16_t link_type, const std::string& options = "",
                                        uint32_t snap_length = 0) const {
        return block(1, number(link_type, 2) + number(0, 2) + number(snap_length, 4) + options + number(0, 4));
    }
    [[nodiscard]] std::string packet(uint32_t interface, std::uint64_t ticks, const std::string& data,
                                     uint32_t cut_off = 0, uint32_t type = enhanced) const {
        const std::string id = type == old ? number(interface, 2) + number(0, 2) : number(interface, 4);
        return block(type, id + number(ticks >> 32, 4) + number(ticks & 0xffffffff, 4) + number(data.size(), 4) +
                               number(data.size() + cut_off, 4) + data);
    }
    [[nodiscard]] std::string simple_packet(const std::string& data, uint32_t length) const {
        return block(simple, number(length, 4) + data);
    }

  private:
    bool big_endian_;
};

struct Seen {
    std::string interface;
    int link_type;
    Time time;
    bool cut;
    std::string bytes;
    bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& s, std::ostream* os) {
    *os << s.interface << " type " << s.link_type << " at " << s.time << (s.cut ? " cut " : " ") << s.bytes;
}

std::vector<Seen> read_all(const std::string& file) {
    std::istringstream in(file);
    PcapngReader reader(in, "file");
    std::vector<Seen> out;
    for (PcapngFrame f; reader.next(f);)
        out.push_back({std::string(f.interface), f.link_type, f.time, f.cut, {f.bytes.begin(), f.bytes.end()}});
    return out;
}

/// The frames before the damage, and what is said of it.
std::pair<std::size_t, std::string> damage(const std::string& file) {
    std::istringstream in(file);
    PcapngReader reader(in, "file");
    std::size_t frames = 0;
    try {
        for (PcapngFrame f; reader.next(f);) ++frames;
    } catch (const InputError& e) {
        return {frames, e.what()};
    }
    return {frames, "nothing"};
}

std::pair<std::size_t, std::string> said(std::size_t frames, const std::string& what) { return {frames, what}; }

}  // namespace

class PcapngInBothOrders : public ::testing::TestWithParam<bool> {
  protected:
    Blocks b{GetParam()};
    std::string begin = b.section() + b.interface(ethernet, b.option(if_name, "inside")) + b.interface(raw_ip);
};

INSTANTIATE_TEST_SUITE_P(Pcapng, PcapngInBothOrders, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "big_endian" : "little_endian"; });

TEST_P(PcapngInBothOrders, frames_name_their_interface_and_have_its_link_type) {
    const int dlt_raw = 12;
    EXPECT_EQ(read_all(begin + b.packet(1, 1'000'001, "abc") + b.packet(0, 2'500'000, "defgh", 7)),
              (std::vector<Seen>{{"interface1", dlt_raw, 1'000'001'000, false, "abc"},
                                 {"inside", ethernet, 2'500'000'000, true, "defgh"}}));
}

TEST_P(PcapngInBothOrders, other_blocks_and_options_are_passed_over) {
    const std::string with_options = b.interface(ethernet, b.option(3, "a comment") + b.option(if_name, "eth0"));
    EXPECT_EQ(read_all(b.section() + with_options + b.block(4, "names!") + b.block(0xbad, "") + b.packet(0, 0, "x")),
              (std::vector<Seen>{{"eth0", ethernet, 0, false, "x"}}));
}

TEST_P(PcapngInBothOrders, times_count_in_the_units_of_their_interface) {
    const auto at = [&](const std::string& options, std::uint64_t ticks) {
        return read_all(b.section() + b.interface(ethernet, options) + b.packet(0, ticks, "")).at(0).time;
    };
    const auto unit = [&](unsigned char value) {
        return b.option(if_tsresol, std::string(1, static_cast<char>(value)));
    };
    EXPECT_EQ(at("", 5'000'007), 5'000'007'000);
    EXPECT_EQ(at(unit(9), 1'790'000'000'123'456'789), 1'790'000'000'123'456'789);
    EXPECT_EQ(at(unit(0), 1'790'000'000), seconds(1'790'000'000));
    EXPECT_EQ(at(unit(12), 3'000'000'005'000), 3'000'000'005);
    EXPECT_EQ(at(unit(0x80 | 1), 7), 3'500'000'000);
    EXPECT_EQ(at(unit(0x80 | 32), (std::uint64_t{1'790'000'000} << 32) + (std::uint64_t{1} << 31)),
              seconds(1'790'000'000) + 500'000'000);
    EXPECT_EQ(at(unit(0x80 | 50), std::uint64_t{3} << 49), 1'500'000'000);
    EXPECT_EQ(at(b.option(if_tsoffset, b.number(100, 8)), 1'000'000), seconds(101));
    EXPECT_EQ(at(b.option(if_tsoffset, b.number(static_cast<std::uint64_t>(-3), 8)), 5'000'000), seconds(2));
}

TEST_P(PcapngInBothOrders, simple_packets_are_cut_at_the_snap_length_and_have_the_time_before) {
    EXPECT_EQ(read_all(b.section() + b.interface(ethernet, "", 4) + b.packet(0, 9, "x") + b.simple_packet("abcd", 60) +
                       b.simple_packet("ab", 2)),
              (std::vector<Seen>{{"interface0", ethernet, 9000, false, "x"},
                                 {"interface0", ethernet, 9000, true, "abcd"},
                                 {"interface0", ethernet, 9000, false, "ab"}}));
}

TEST_P(PcapngInBothOrders, obsolete_packet_blocks_are_read) {
    EXPECT_EQ(read_all(begin + b.packet(0, 1, "abc", 0, old)),
              (std::vector<Seen>{{"inside", ethernet, 1000, false, "abc"}}));
}

TEST_P(PcapngInBothOrders, a_section_describes_its_own_interfaces_in_its_own_order) {
    const Blocks other(!GetParam());
    EXPECT_EQ(read_all(begin + b.packet(0, 1, "abc") + other.section() +
                       other.interface(ethernet, other.option(if_name, "outside")) + other.packet(0, 2, "def")),
              (std::vector<Seen>{{"inside", ethernet, 1000, false, "abc"}, {"outside", ethernet, 2000, false, "def"}}));
    EXPECT_EQ(damage(begin + b.packet(1, 1, "abc") + other.section() + other.packet(0, 2, "def")).first, 1U);
}

TEST_P(PcapngInBothOrders, damage_is_named_with_its_place) {
    const std::string good = begin + b.packet(0, 1, "abc");
    const std::string at = std::to_string(good.size());
    const std::string frame = "file: frame 2, at byte " + at + ": ",
                      between = "file: at byte " + at + ", before frame 2: ";
    const std::string second = b.packet(0, 2, "abcd");
    EXPECT_EQ(damage(good + second.substr(0, 5)), said(1, between + "the file ends within this block's header"));
    for (const std::size_t kept : {8U, 20U, 33U, 35U})
        EXPECT_EQ(damage(good + second.substr(0, kept)),
                  said(1, frame + "the file ends within this block, at byte " + std::to_string(good.size() + kept)));
    EXPECT_EQ(damage(good + b.block(4, "names!").substr(0, 13)),
              said(1, between + "the file ends within this block, at byte " + std::to_string(good.size() + 13)));
    std::string torn = second;
    torn.replace(torn.size() - 4, 4, b.number(44, 4));
    EXPECT_EQ(damage(good + torn), said(1, frame + "the block's length is 36 at its beginning and 44 at its end"));
    torn.replace(4, 4, b.number(37, 4));
    EXPECT_EQ(damage(good + torn), said(1, frame + "the block's length, 37, is not a multiple of four"));
    torn.replace(4, 4, b.number(8, 4));
    EXPECT_EQ(damage(good + torn), said(1, frame + "the block's length, 8, is less than its own header"));
    torn.replace(4, 4, b.number(0xfffffffc, 4));
    EXPECT_EQ(damage(good + torn),
              said(1, frame + "the block's length, 4294967292, is more than the 16777216 that are sensible"));
    EXPECT_EQ(damage(good + b.packet(2, 1, "abc")),
              said(1, frame + "its interface is number 2, but the section has described 2 so far (numbered from 0)"));
    EXPECT_EQ(damage(good + b.block(enhanced, "short")), said(1, frame + "the packet block is too short"));
    std::string longer = second;
    longer.replace(20, 4, b.number(5, 4));
    EXPECT_EQ(damage(good + longer), said(1, frame + "its captured length is 5, but the block has room for 4"));
    EXPECT_EQ(damage(good + b.packet(0, ~std::uint64_t{}, "abc")),
              said(1, frame + "its time, 18446744073709 s and 0 s since 1970, is out of range"));
}

TEST_P(PcapngInBothOrders, damage_in_headers_is_named) {
    const std::string section = b.section(),
                      at = "file: at byte " + std::to_string(section.size()) + ", before frame 1: ";
    EXPECT_EQ(damage(b.section(2)),
              said(0, "file: at byte 0, before frame 1: pcapng version 2.0 is not known, expected 1.x"));
    EXPECT_EQ(damage(section + b.block(1, "abcd")), said(0, at + "the interface description is too short"));
    EXPECT_EQ(damage(section + b.interface(ethernet, b.number(if_name, 2) + b.number(400, 2))),
              said(0, at + "option 2 of the interface is longer than its block"));
    EXPECT_EQ(damage(section + b.interface(ethernet, b.option(if_tsresol, "ab"))),
              said(0, at + "if_tsresol has 2 bytes, expected 1"));
    EXPECT_EQ(damage(section + b.interface(ethernet, b.option(if_tsresol, std::string(1, 20)))),
              said(0, at + "if_tsresol says 10 to the power of -20 s, which is finer than can be told"));
    EXPECT_EQ(damage(section + b.interface(ethernet, b.option(if_tsoffset, "ab"))),
              said(0, at + "if_tsoffset has 2 bytes, expected 8"));
}

TEST(Pcapng, an_order_that_is_none_is_refused) {
    std::string file = Blocks().section();
    file[8] = 'x';
    EXPECT_EQ(damage(file), said(0,
                                 "file: at byte 0, before frame 1: the section's byte-order magic is 0x783c2b1a, "
                                 "expected 0x1a2b3c4d in either order"));
}

TEST(Pcapng, a_name_is_printed_without_control_characters) {
    const Blocks b;
    const std::string name = b.option(if_name, std::string("e\x1b[2J\n0\0junk", 11));
    EXPECT_EQ(read_all(b.section() + b.interface(ethernet, name) + b.packet(0, 0, "x")).at(0).interface, "e?[2J?0");
}

// --- as part of a capture

TEST(CaptureOfSeveralInterfaces, real_frames_tell_theirs) {
    CaptureReader reader(testing::project_folder() + "/captures/two_interfaces.pcapng");
    std::string seen;
    for (Frame frame; reader.next(frame);) {
        EXPECT_TRUE(frame.several_interfaces);
        EXPECT_TRUE(std::holds_alternative<std::span<const std::uint8_t>>(frame.content));
        seen += frame.interface == "inside" ? 'i' : frame.interface == "outside" ? 'o' : '?';
    }
    EXPECT_EQ(seen, "iooiioiooioiioiooiio");
}

TEST(CaptureOfSeveralInterfaces, cooked_frames_tell_an_index) {
    CaptureReader reader(testing::project_folder() + "/captures/linux_cooked_twice.pcap");
    std::vector<std::string> seen;
    for (Frame frame; reader.next(frame);) seen.emplace_back(frame.interface);
    ASSERT_EQ(seen.size(), 20U);
    EXPECT_EQ(seen.front(), "if2");
    EXPECT_EQ(std::count(seen.begin(), seen.end(), "if2"), 10);
}

TEST(CaptureOfSeveralInterfaces, one_interface_is_named_and_not_called_several) {
    const Blocks b;
    const TextFile file(b.section() + b.interface(raw_ip, b.option(if_name, "tun0")) + b.packet(0, 0, "E"));
    CaptureReader reader(file.path());
    Frame frame;
    ASSERT_TRUE(reader.next(frame));
    EXPECT_EQ(frame.interface, "tun0");
    EXPECT_FALSE(frame.several_interfaces);
    EXPECT_FALSE(reader.next(frame));
    EXPECT_EQ(reader.progress(), 1);
}

TEST(CaptureOfSeveralInterfaces, frames_of_a_link_type_that_is_not_known_end_the_reading) {
    const Blocks b;
    const std::string begin = b.section() + b.interface(raw_ip) + b.interface(usb, b.option(if_name, "usbmon0"));
    const TextFile file(begin + b.packet(0, 0, "E") + b.packet(1, 0, "u"));
    const auto read = [](const std::string& path) {
        CaptureReader reader(path);
        Frame frame;
        EXPECT_TRUE(reader.next(frame));
        reader.next(frame);
    };
    EXPECT_TRUE(
        complaint(file, read).starts_with(": frame 2, of interface usbmon0: link type 189 (USB_LINUX) is not known"));
}

}  // namespace conntrack::oracle::test
