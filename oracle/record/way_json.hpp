// The verdict of a recording: what tracking said of a packet, and where the packet went.
#pragma once

#include "model/path/passage.hpp"
#include "oracle/play/scenario.hpp"
#include "spec/edition.hpp"

#include <span>

namespace conntrack::oracle {

/// `seen`, `ct` and `dir`.
Json verdict_json(const Verdict& verdict);

/// `side` and `out` of a packet that left; "same" if it is `as_it_came`.
Json sent_json(const Sent& sent, std::span<const std::uint8_t> as_it_came);

/// `uncertain` and `uncertain_since`, where they apply.
Json doubt_json(const Passage& passage);

/// A datagram of which fragments never came: the step or frame of its first, how many there were, and why.
Json lost_json(const LostDatagram& lost);

/// The keys of a verdict that say where the packet went and what was answered, as far as they apply.
Json way_json(const Passage& passage, const Edition& edition);

}  // namespace conntrack::oracle
