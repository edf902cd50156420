#include "tests/spec/wire/recorded/packets.hpp"

#include "oracle/record/scenario_json.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/wire/big_endian.hpp"
#include "tests/support/places.hpp"

#include <filesystem>
#include <stdexcept>

namespace conntrack::testing {

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(const oracle::Json& hex) {
    auto bytes = oracle::parse_hex(hex.get<std::string>());
    if (!bytes) throw std::runtime_error("a packet is not in hex");
    return *bytes;
}

/// Without the bytes behind the IP packet.
Bytes trimmed(Bytes bytes) {
    if (bytes.size() < 20) return bytes;
    const bool v6 = bytes[0] >> 4 == 6;
    const std::size_t length = v6 ? std::size_t{40} + wire::get16(bytes, 4) : wire::get16(bytes, 2);
    if (length < bytes.size()) bytes.resize(length);
    return bytes;
}

RecordedPacket packet_of(const oracle::PacketStep& step, const oracle::Json& line) {
    const auto& verdict = line.at("verdict");
    RecordedPacket out;
    out.in = trimmed(line.contains("sent") ? bytes_of(line.at("sent")) : step.bytes);
    out.seen = verdict.value("seen", false);
    out.invalid = verdict.contains("ct") && verdict.at("ct") == "invalid";
    if (verdict.contains("out")) out.out = verdict.at("out") == "same" ? out.in : bytes_of(verdict.at("out"));
    if (verdict.contains("local"))
        for (const auto& answer : verdict.at("local")) out.local.push_back(bytes_of(answer.at("out")));
    return out;
}

}  // namespace

void each_recorded_packet(std::span<const EditionId> of, const std::function<void(const RecordedPacket&)>& visit) {
    for (const EditionId id : of)
        for (const auto& file : fs::directory_iterator(fs::path(recordings_folder()) / edition(id).name))
            oracle::read_recordings(file.path().string(), [&](oracle::Recording&& recording) {
                for (const auto& step : recording.steps) {
                    const auto* packet = std::get_if<oracle::PacketStep>(&step.step.action);
                    if (packet == nullptr || !step.line.contains("verdict")) continue;
                    RecordedPacket found = packet_of(*packet, step.line);
                    found.edition = &edition(id);
                    const std::string name = file.path().filename().string();
                    found.group = name.substr(0, name.find('.'));
                    found.where = recording.scenario.name + " line " + std::to_string(step.line_number);
                    visit(found);
                }
            });
}

}  // namespace conntrack::testing
