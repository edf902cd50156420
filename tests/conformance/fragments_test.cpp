// The recorded fragments: which packets vanish, which one completes a datagram, and in which pieces it leaves, to the
// byte. What tracking says of the whole is the business of the other tests.
#include "model/reassembly/reassembler.hpp"
#include "oracle/record/scenario_json.hpp"
#include "oracle/text/addresses.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <filesystem>

namespace conntrack::oracle {

namespace {

/// Identifiers of IPv6 fragments are random.
std::string shown(PacketBytes packet) {
    constexpr std::uint8_t fragment_header = 44;
    if (packet[0] >> 4 == 6 && packet[6] == fragment_header) std::fill_n(packet.begin() + 44, 4, std::uint8_t{0});
    return to_hex(packet);
}

std::vector<std::string> recorded_pieces(const Json& verdict, const std::vector<std::uint8_t>& sent) {
    std::vector<std::string> out;
    const auto add = [&](const Json& of) {
        const std::string text = of.at("out");
        out.push_back(shown(text == "same" ? sent : *parse_hex(text)));
    };
    if (verdict.contains("out")) add(verdict);
    if (verdict.contains("more"))
        for (const Json& more : verdict["more"]) add(more);
    return out;
}

struct Counts {
    std::size_t vanished = 0, whole = 0;
};

void compare(const Recording& recording, Counts& counts) {
    Reassembler reassembler(edition(recording.scenario.edition));
    for (const RecordedStep& recorded : recording.steps) {
        const auto* sent = std::get_if<PacketStep>(&recorded.step.action);
        if (sent == nullptr) continue;
        const Json& verdict = recorded.line.at("verdict");
        const std::string where = recording.scenario.name + " line " + std::to_string(recorded.line_number);
        (void)reassembler.advance(recorded.step.at);
        const Taken taken = reassembler.take(sent->bytes, {.interface = sent->interface}, recorded.step.at);
        if (const auto* whole = std::get_if<WholeDatagram>(&taken.outcome)) {
            ++counts.whole;
            EXPECT_TRUE(verdict.at("seen")) << where;
            std::vector<std::string> pieces;
            for (const PacketBytes& piece : refragment(whole->bytes, whole->chunks, 1500, 0))
                pieces.push_back(shown(piece));
            EXPECT_EQ(pieces, recorded_pieces(verdict, sent->bytes)) << where;
        } else if (!std::holds_alternative<GoesOn>(taken.outcome)) {
            ++counts.vanished;
            EXPECT_FALSE(verdict.at("seen")) << where;
        } else if (std::get<GoesOn>(taken.outcome).fragment) {
            EXPECT_TRUE(verdict.at("seen")) << where;
        }
    }
}

}  // namespace

TEST(RecordedFragments, ComeTogetherAndLeaveAsRecorded) {
    Counts counts;
    const auto file = std::filesystem::path(testing::recordings_folder()) / "linux-6.18" / "misc.jsonl.xz";
    read_recordings(file.string(), [&](Recording&& recording) {
        const std::string& name = recording.scenario.name;
        if (name.find("fragment") != std::string::npos) compare(recording, counts);
    });
    EXPECT_EQ(counts.whole, 14U);
    EXPECT_GT(counts.vanished, 30U);
}

}  // namespace conntrack::oracle
