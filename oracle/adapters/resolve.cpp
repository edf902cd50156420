#include "oracle/adapters/resolve.hpp"

#include "oracle/play/substitute.hpp"
#include "oracle/text/addresses.hpp"

namespace conntrack::oracle {

namespace {

/// The packet that came out in a recorded step; nothing if none did, or the recording does not show it.
std::optional<std::vector<std::uint8_t>> came_out(const RecordedStep& recorded) {
    const auto verdict = recorded.line.find("verdict");
    if (verdict == recorded.line.end() || !verdict->is_object()) return std::nullopt;
    const auto out = verdict->find("out");
    if (out == verdict->end() || !out->is_string()) return std::nullopt;
    if (*out != "same") return parse_hex(out->get<std::string>());
    const auto sent = recorded.line.find("sent");
    if (sent != recorded.line.end() && sent->is_string()) return parse_hex(sent->get<std::string>());
    const auto* packet = std::get_if<PacketStep>(&recorded.step.action);
    return packet == nullptr ? std::nullopt : std::optional(packet->bytes);
}

}  // namespace

std::vector<std::uint8_t> resolved(const PacketStep& packet, const Recording& so_far) {
    std::vector<std::uint8_t> last;
    return substituted(packet, [&](std::size_t step) -> std::optional<std::span<const std::uint8_t>> {
        if (step >= so_far.steps.size()) return std::nullopt;
        auto out = came_out(so_far.steps[step]);
        if (!out) return std::nullopt;
        last = *std::move(out);
        return last;
    });
}

}  // namespace conntrack::oracle
