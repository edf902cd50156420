// Packets that were sent through a running linux-6.18 (tests/data/answers-linux-6.18.csv), and what it did with them:
// forwarded with options filled in, answered, dropped, or not even shown to tracking. Byte for byte.
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "tests/spec/wire/small_router.hpp"
#include "tests/support/csv.hpp"

#include <gtest/gtest.h>
#include <map>

namespace conntrack::testing {

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& text) {
    Bytes out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
    return out;
}

/// A forwarded packet, with the hop it lost given back.
Bytes one_hop_back(Bytes packet) {
    if (packet[0] >> 4 == 6) {
        ++packet[7];
        return packet;
    }
    ++packet[8];
    wire::put16(packet, 10, 0);
    const std::size_t header = (packet[0] & 0xfu) * std::size_t{4};
    wire::put16(packet, 10, wire::fold(wire::sum_bytes(std::span(packet).first(header))) ^ 0xffffu);
    return packet;
}

}  // namespace

TEST(LiveAnswers, AreTheSame) {
    std::map<std::string, int> kinds;
    for (const CsvRow& row : read_csv("answers-linux-6.18.csv")) {
        const std::string& time = row.at("ms_of_day");
        const auto ms = static_cast<std::uint32_t>(time.empty() ? 0 : std::stoul(time));
        const Handled got = handle(from_hex(row.at("packet")), ms, row.at("rule") == "REJECT");
        Bytes expected = from_hex(row.at("answer"));
        Bytes bytes = got.bytes;
        if (got.forwarded && !expected.empty()) {
            expected = one_hop_back(expected);
        } else {
            expected = without_choices(expected);
            bytes = without_choices(bytes);
        }
        EXPECT_EQ(got.seen, row.at("seen") == "yes") << row.at("name");
        EXPECT_EQ(got.side, row.at("out")) << row.at("name");
        EXPECT_EQ(bytes, expected) << row.at("name");
        ++kinds[!got.seen ? "unseen" : got.forwarded ? "forwarded" : bytes.empty() ? "silence" : "answered"];
    }
    for (const auto* kind : {"unseen", "forwarded", "silence", "answered"}) EXPECT_GT(kinds[kind], 20) << kind;
    std::cout << kinds["answered"] << " answered, " << kinds["forwarded"] << " forwarded, " << kinds["silence"]
              << " dropped, " << kinds["unseen"] << " unseen\n";
}

}  // namespace conntrack::testing
