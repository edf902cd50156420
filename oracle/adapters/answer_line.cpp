#include "oracle/adapters/answer_line.hpp"

#include "oracle/adapters/asked_tuple.hpp"

namespace conntrack::oracle {

Json answer_line(Player& player, const Step& step) {
    const StepResult result = player.play(step);
    Json line = result.json;
    if (!result.packet) return line;
    line["entry"] = result.carried ? player.entry_with(*result.carried, step.at) : Json(nullptr);
    const auto* packet = std::get_if<PacketStep>(&step.action);
    const bool is_invalid = result.verdict && result.verdict->info == CtInfo::invalid;
    if (packet == nullptr || !is_invalid || !packet->substitutions.empty()) return line;
    // What an INVALID packet did to an entry shows there, though it carries none.
    if (const auto tuple = asked_tuple(packet->bytes, player.edition()))
        if (Json entry = player.entry_with(*tuple, step.at); !entry.is_null()) line["entry"] = std::move(entry);
    return line;
}

}  // namespace conntrack::oracle
