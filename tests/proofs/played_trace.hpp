// Plays a trace on the model and compares every packet, and the entry it leaves, with what the proof says.
#pragma once

#include "oracle/play/player.hpp"
#include "oracle/record/scenario_json.hpp"
#include "oracle/text/addresses.hpp"
#include "proofs/packet_bytes.hpp"
#include "proofs/trace.hpp"
#include "spec/wire/big_endian.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdio>
#include <fstream>
#include <string>

namespace conntrack::testing {

/// As a user would have it: written, and read again.
inline oracle::Scenario through_a_file(const oracle::Json& json, const std::string& name) {
    const std::string path = ::testing::TempDir() + name + "." + std::to_string(getpid()) + ".json";
    std::ofstream(path) << json.dump(1);
    auto scenario = oracle::read_scenario(path);
    std::remove(path.c_str());
    return scenario;
}

inline const Entry* only_entry(oracle::Player& player) {
    const Entry* out = nullptr;
    player.tracker().each_linked([&](const Entry& e) { out = &e; });
    return out;
}

/// What a packet that left looks like, as its recording has it.
inline std::vector<std::uint8_t> bytes_that_left(const oracle::StepResult& result) {
    return oracle::parse_hex(result.json.at("verdict").at("out").get<std::string>()).value();
}

inline void expect_as_traced(const proofs::TracedPacket& traced, const oracle::StepResult& result, const Entry* entry) {
    ASSERT_TRUE(result.verdict.has_value());
    EXPECT_EQ(result.verdict->info, traced.info);
    EXPECT_EQ(result.verdict->dir.value_or(traced.dir), traced.dir);
    ASSERT_EQ(entry != nullptr, traced.entry_stands);
    if (traced.quoted_checksum) {
        const auto left = bytes_that_left(result);
        ASSERT_GT(left.size(), proofs::quoted_udp_checksum_offset() + 1);
        EXPECT_EQ(wire::get16(left, proofs::quoted_udp_checksum_offset()), *traced.quoted_checksum);
    }
    if (entry == nullptr) return;
    if (traced.deadline_ns != 0) {
        EXPECT_EQ(entry->deadline, traced.deadline_ns);
    }
    if (traced.sctp_state) {
        EXPECT_EQ(entry->sctp_machine->state(), *traced.sctp_state);
    }
    if (!traced.state) return;
    EXPECT_EQ(entry->tcp_machine->state(), *traced.state);
    for (const Direction dir : {Direction::original, Direction::reply}) {
        const auto& peer = tcp::side(entry->tcp, dir);
        const proofs::WindowData played{peer.td_end, peer.td_maxend, peer.td_maxwin, peer.td_maxack};
        EXPECT_EQ(played, traced.window.at(static_cast<std::size_t>(dir)));
    }
}

/// What can be seen of the last packet: its verdict, and the table.
inline std::string play_as_traced(const proofs::Trace& trace, const oracle::Scenario& scenario, EditionId edition) {
    oracle::Player player(scenario, edition);
    std::string last;
    EXPECT_EQ(scenario.steps.size(), trace.packets.size());
    for (std::size_t i = 0; i < trace.packets.size() && !::testing::Test::HasFatalFailure(); ++i) {
        SCOPED_TRACE(trace.packets[i].text);
        player.advance(scenario.steps[i].at);
        const auto result = player.play(scenario.steps[i]);
        const Entry* entry = only_entry(player);
        expect_as_traced(trace.packets[i], result, entry);
        const auto existing = player.tracker().existing();
        EXPECT_EQ(trace.packets[i].existing.value_or(existing), existing);
        last = result.json["verdict"].dump() + " " + std::to_string(entry != nullptr ? entry->deadline : 0);
        for (oracle::Json shown : result.json["table"])
            for (const char* seen : {"orig", "status", "timeout"}) last += " " + shown[seen].dump();
        for (oracle::Json shown : result.json["table"])
            for (const char* machine : {"tcp", "sctp"})
                if (shown.contains(machine)) last += " " + shown[machine]["state"].dump();
    }
    return last;
}

}  // namespace conntrack::testing
