#include "oracle/adapters/answer_line.hpp"

namespace conntrack::oracle {

Json answer_line(Player& player, const Step& step) {
    const StepResult result = player.play(step);
    Json line = result.json;
    if (result.packet) line["entry"] = result.carried ? player.entry_with(*result.carried, step.at) : Json(nullptr);
    return line;
}

}  // namespace conntrack::oracle
