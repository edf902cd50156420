#include "oracle/adapters/answer_line.hpp"

#include "oracle/adapters/asked_tuple.hpp"

namespace conntrack::oracle {

namespace {

/// By which tuple the entry of a packet is found after it: nothing, there is none. What an INVALID packet did to an
/// entry shows there, though it carries none.
std::optional<Tuple> tuple_of_entry(Player& player, const Step& step, const StepResult& result) {
    const auto* packet = std::get_if<PacketStep>(&step.action);
    const bool is_invalid = result.verdict && result.verdict->info == CtInfo::invalid;
    if (packet == nullptr || !is_invalid || !packet->substitutions.empty()) return result.carried;
    const auto tuple = asked_tuple(packet->bytes, player.edition());
    return tuple && player.tracker().entry_with(*tuple) != nullptr ? tuple : result.carried;
}

}  // namespace

Json answer_line(Player& player, const Step& step) {
    const StepResult result = player.play(step);
    Json line = result.json;
    if (!result.packet) return line;
    const auto tuple = tuple_of_entry(player, step, result);
    line["entry"] = tuple ? player.entry_with(*tuple, step.at) : Json(nullptr);
    return line;
}

StepResult shown_answer(Player& player, const Step& step) {
    StepResult result = player.play(step);
    if (!result.packet) return result;
    const auto tuple = tuple_of_entry(player, step, result);
    result.shown.entry = tuple ? player.shown_entry_with(*tuple, step.at) : std::nullopt;
    return result;
}

}  // namespace conntrack::oracle
