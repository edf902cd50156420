// What tracking said of a packet, and where it went, as values.
#pragma once

#include "model/path/passage.hpp"
#include "oracle/record/shown.hpp"

namespace conntrack::oracle {

/// Packets that are invalid or untracked have no direction.
std::optional<Direction> shown_direction(const Verdict& verdict);
/// Without what linux-2.6.x tells besides: local delivery, and how often the hook was repeated.
ShownVerdict shown_verdict(const Passage& passage);

}  // namespace conntrack::oracle
