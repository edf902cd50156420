// Overlaps are cut off in linux-2.6.9 and linux-2.6.32, as their ip_frag_queue() and nf_ct_frag6_queue() say.
#include "tests/model/reassembly/fragments.hpp"

#include "spec/editions.hpp"

#include <gtest/gtest.h>

namespace conntrack::testing {

namespace {

struct Row {
    const char* what;
    const char* in;
    const char* v2_6_9;
    const char* v2_6_32;      // null: as 2.6.9
    const char* ipv6_2_6_32;  // where the pieces go on as they came
    std::size_t bytes = 120;
};

/// At most 1500 bytes leave in one packet, whatever they came in.
constexpr Row table[] = {
    {"in order", "0-48+ 48-96+ 96-120", "w w [whole]", nullptr, "w w [0-48+ 48-96+ 96-120]"},
    {"reversed", "96-120 48-96+ 0-48+", "w w [whole]", nullptr, "w w [0-48+ 48-96+ 96-120]"},
    {"again", "0-48+ 0-48+ 48-120", "w w [whole]", nullptr, "w w [0-48+ 48-120]"},
    {"inside an earlier one", "0-48+ 8-24+ 48-120", "w x [whole]", nullptr, "w p [0-48+ 48-120]"},
    {"around an earlier one", "8-24+ 0-48+ 48-120", "w w [whole]", nullptr, "w w [0-48+ 48-120]"},
    {"over two halves", "0-48+ 64-120 40-80+", "w w [whole]", nullptr, "w w [0-48+ 40-80+ 64-120]"},
    {"odd length first", "0-45+ 40-120", "w [whole]", nullptr, "p w"},
    {"the end, twice, differing", "96-120 96-112 0-96+", "w x [whole]", nullptr, "w p [0-96+ 96-120]"},
    {"beyond the end", "48-120 120-136+ 0-48+", "w x [whole]", nullptr, "w p [0-48+ 48-120]"},
    {"empty at the end", "0-120+ 120-120", "w [whole]", "w x", "w p"},
    {"empty at the end, then others", "0-48+ 48-120+ 120-120 96-120", "w w [whole] w", "w w x x", "w w p p"},
    {"in one fragment", "0-120", "p", nullptr, "p"},
    {"congestion 0 and 1", "0-48+ 48-120e1", "w [whole]", nullptr, "w [0-48+ 48-120]"},
    {"large", "0-1400+ 1400-2800", "w [0-1400+ 1400-2800]", nullptr, "w [0-1400+ 1400-2800]", 2800},
    {"large, in small ones", "0-400+ 400-800+ 800-1200+ 1200-1600", "w w w [0-400+ 400-800+ 800-1200+ 1200-1600]",
     nullptr, "w w w [0-400+ 400-800+ 800-1200+ 1200-1600]", 1600},
};

constexpr std::uint8_t from_earlier = 0xaa, from_later = 0xbb;

/// The datagram that comes of fragments, each filled with one byte, as "aaaabb": a letter for eight bytes.
std::string eights(const Edition& edition, Family family, const std::vector<std::pair<const char*, std::uint8_t>>& in) {
    Reassembler reassembler(edition);
    std::string out = "incomplete";
    for (const auto& [text, fill] : in) {
        const Taken taken = reassembler.take(fragment(family, parse_part(text), Bytes(200, fill)), from_inside, 0);
        const auto* whole = std::get_if<WholeDatagram>(&taken.outcome);
        if (whole == nullptr) continue;
        out.clear();
        for (std::size_t at = family == Family::ipv4 ? 20 : 40; at < whole->bytes.size(); at += 8)
            out += whole->bytes[at] == from_earlier ? 'a' : 'b';
    }
    return out;
}

}  // namespace

TEST(OlderEditions, CutOverlapsOff) {
    for (const Row& row : table) {
        EXPECT_EQ(play(linux_2_6_9, Family::ipv4, row.in, row.bytes), row.v2_6_9) << row.what;
        EXPECT_EQ(play(linux_2_6_32, Family::ipv4, row.in, row.bytes),
                  row.v2_6_32 == nullptr ? row.v2_6_9 : row.v2_6_32)
            << row.what;
        EXPECT_EQ(play(linux_2_6_32, Family::ipv6, row.in, row.bytes), row.ipv6_2_6_32) << row.what;
    }
}

TEST(OlderEditions, LaterDataWinBehindAndEarlierDataInFront) {
    for (const auto& [edition, family] : {std::pair(&linux_2_6_9, Family::ipv4), std::pair(&linux_2_6_32, Family::ipv4),
                                          std::pair(&linux_2_6_32, Family::ipv6)}) {
        EXPECT_EQ(eights(*edition, family, {{"0-32+", from_earlier}, {"16-48", from_later}}), "aaaabb");
        EXPECT_EQ(eights(*edition, family, {{"16-48", from_earlier}, {"0-32+", from_later}}), "bbbbaa");
        EXPECT_EQ(eights(*edition, family, {{"0-32+", from_earlier}, {"0-32+", from_later}, {"32-48", from_earlier}}),
                  "bbbbaa");
        EXPECT_EQ(eights(*edition, family, {{"8-16+", from_earlier}, {"0-32+", from_later}, {"32-48", from_earlier}}),
                  "bbbbaa");
    }
}

TEST(OlderEditions, DoNotPutIpv6TogetherBeforeItIsTracked) {
    EXPECT_EQ(play(linux_2_6_9, Family::ipv6, "0-48+ 48-120"), "p p");
}

}  // namespace conntrack::testing
