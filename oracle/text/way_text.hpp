// A packet's way through the router in words: what bound it to a translation, where it went, what stopped it.
#pragma once

#include "model/entry.hpp"
#include "model/path/passage.hpp"
#include "spec/nat/manip.hpp"

#include <functional>
#include <optional>
#include <string>

namespace conntrack::oracle {

/// "SNAT 10.0.0.2:1000 -> 192.0.2.100:1000 by line 6: -A POSTROUTING -j SNAT ...": one half of an entry's binding.
/// Empty if nothing was decided, or if no rule asked for anything and nothing was changed.
std::string binding_text(const Entry& entry, nat::Manip manip);

/// The bindings that were decided for this packet, each preceded by two blanks; `at`: those alone that were decided
/// then (of a packet that was held, others were told before).
std::string decided_text(const Passage& passage, std::optional<Time> at = std::nullopt);

/// "by line 4: -A FORWARD -j DROP", or "by its policy": what stopped the packet if a rule did.
std::string rule_text(const Passage& passage);

/// "dropped at FORWARD by line 4: -A FORWARD -j DROP", "dropped at POSTROUTING, NAT: no free tuple",
/// "dropped by forwarding, hop limit". Empty for a packet
/// that nothing stopped, and where the clause of its verdict says why.
std::string stop_text(const Passage& passage);

/// Where the packet went: "-> outside", "-> outside as udp 192.0.2.1:1000 > 198.51.100.1:53", "-> the router itself",
/// "held before FORWARD", or what stopped it; what the router answered; the lines of LOG rules. Each part is preceded
/// by two blanks.
std::string way_text(const Passage& passage);

/// Hook by hook: the chains that the packet met, the rules that took it, and the bindings that were decided. The
/// passage must have kept its chains.
std::string chains_text(const Passage& passage);

/// The bindings of an entry, a line each, with the time when they were decided, in the words of `time`.
std::string bindings_text(const Entry& entry, const std::function<std::string(Time)>& time);

}  // namespace conntrack::oracle
