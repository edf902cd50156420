// Round trip: the trace of a violated theorem, written as a scenario and read again, plays as the proof says, packet by
// packet: the state of each packet, and the entry it leaves.
#include "oracle/play/player.hpp"
#include "oracle/prove/trace_scenario.hpp"
#include "oracle/record/scenario_json.hpp"
#include "proofs/packet_bytes.hpp"
#include "proofs/prover.hpp"
#include "spec/wire/big_endian.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdio>
#include <fstream>

namespace conntrack::testing {

namespace {

oracle::Scenario through_a_file(const proofs::Trace& trace, const std::string& name) {
    const std::string path = ::testing::TempDir() + name + "." + std::to_string(getpid()) + ".json";
    std::ofstream(path) << oracle::trace_scenario(trace, name, "a trace").dump(1);
    auto scenario = oracle::read_scenario(path);
    std::remove(path.c_str());
    return scenario;
}

const Entry* only_entry(oracle::Player& player) {
    const Entry* out = nullptr;
    player.tracker().table().each_linked([&](const Entry& e) { out = &e; });
    return out;
}

/// What a packet that left looks like, as its recording has it.
std::vector<std::uint8_t> bytes_that_left(const oracle::StepResult& result) {
    const auto hex = result.json.at("verdict").at("out").get<std::string>();
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    return out;
}

void expect_as_traced(const proofs::TracedPacket& traced, const oracle::StepResult& result, const Entry* entry) {
    ASSERT_TRUE(result.verdict.has_value());
    EXPECT_EQ(result.verdict->info, traced.info);
    EXPECT_EQ(result.verdict->dir.value_or(traced.dir), traced.dir);
    ASSERT_EQ(entry != nullptr, traced.entry_stands);
    if (traced.quoted_checksum) {
        const auto left = bytes_that_left(result);
        ASSERT_GT(left.size(), proofs::quoted_udp_checksum_offset() + 1);
        EXPECT_EQ(wire::get16(left, proofs::quoted_udp_checksum_offset()), *traced.quoted_checksum);
    }
    if (entry == nullptr || !traced.state) return;
    EXPECT_EQ(entry->tcp_machine->state(), *traced.state);
    EXPECT_EQ(entry->deadline, traced.deadline_ns);
    for (const Direction dir : {Direction::original, Direction::reply}) {
        const auto& peer = tcp::side(entry->tcp, dir);
        const proofs::WindowData played{peer.td_end, peer.td_maxend, peer.td_maxwin, peer.td_maxack};
        EXPECT_EQ(played, traced.window.at(static_cast<std::size_t>(dir)));
    }
}

}  // namespace

TEST(Traces, PlayAsTheyWereProved) {
    std::size_t traces = 0;
    for (const proofs::Theorem& theorem : proofs::all_theorems()) {
        for (const EditionId id : all_editions) {
            if (theorem.expected_in(id) != proofs::Result::violated) continue;
            SCOPED_TRACE(std::string(theorem.name) + " in " + std::string(edition(id).name));
            const proofs::Semantics semantics(id);
            proofs::Solver solver(20);
            const auto trace = theorem.trace(semantics, solver);
            ASSERT_TRUE(trace.has_value()) << "violated, but no trace shows it";
            const auto scenario = through_a_file(*trace, std::string(theorem.name));
            oracle::Player player(scenario, id);
            ASSERT_EQ(scenario.steps.size(), trace->packets.size());
            for (std::size_t i = 0; i < trace->packets.size(); ++i) {
                SCOPED_TRACE(trace->packets[i].text);
                player.advance(scenario.steps[i].at);
                const auto result = player.play(scenario.steps[i]);
                expect_as_traced(trace->packets[i], result, only_entry(player));
                const auto existing = player.tracker().table().existing();
                EXPECT_EQ(trace->packets[i].existing.value_or(existing), existing);
            }
            ++traces;
        }
    }
    EXPECT_GT(traces, 0U);
}

}  // namespace conntrack::testing
