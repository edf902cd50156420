// How the model itself answers one step to those who ask it as a program.
#pragma once

#include "oracle/play/player.hpp"

namespace conntrack::oracle {

/// Plays the step. The line has verdict, clause, events (where the edition has them) and the packet's entry.
Json answer_line(Player& player, const Step& step);
/// The same of a player that tells values: the result's `shown` has the entry, too.
StepResult shown_answer(Player& player, const Step& step);

}  // namespace conntrack::oracle
