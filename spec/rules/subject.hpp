// A packet as rules see it at one hook, and what rules did to it besides deciding.
#pragma once

#include "spec/edition.hpp"
#include "spec/packet.hpp"
#include "spec/rules/rule_set.hpp"
#include "spec/status.hpp"
#include "spec/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace conntrack::rules {

/// What rules may ask of the entry that a packet carries, and the mark which they may change.
struct FlowView {
    Tuple original, reply;
    StatusSet status;
    std::uint32_t mark = 0;
    std::uint32_t seconds_left = 0;  // 0 while no timer runs: before the entry is confirmed
};

/// The entry that stands for "untracked" in linux-2.6.x: one for all packets, with no addresses, CONFIRMED.
inline FlowView untracked_entry() {
    FlowView view;
    view.status.set(Status::confirmed);
    return view;
}

/// A rule that took the packet, or of which that is uncertain, in the order of evaluation.
struct Step {
    const Rule* rule = nullptr;
    const Chain* chain = nullptr;
    bool matched = false;    // false: an unknown match said no, or a cut header dropped the packet here
    bool uncertain = false;  // a match that is not known, or a mark that hangs on one, decided whether it matched
};

struct LogLine {
    const Rule* rule = nullptr;
    const LogTarget* log = nullptr;
};

/// What the rules of one run did. Pointers lead into the rule set.
struct Effects {
    bool mark_changed = false;      // of the packet
    bool connmark_changed = false;  // linux-6.18: event MARK
    bool connmark_settled = false;  // the whole of it was overwritten, whatever it was before
    const CtTarget* ct = nullptr;   // raw: the first CT or NOTRACK that the packet met; later ones change nothing
    const Rule* ct_rule = nullptr;  // the rule it stands in
    std::vector<LogLine> logs;
    std::vector<Step> steps;
};

struct Subject {
    const Packet& packet;
    const Edition& edition;
    std::string_view in = {}, out = {};  // names of interfaces; empty: none at this hook
    std::uint32_t mark = 0;              // of the packet; changed by MARK and CONNMARK --restore-mark

    /// What the packet carries: before it is tracked and for INVALID ones `info` is invalid and `flow` is null; for
    /// untracked ones `flow` is null, or leads to the untracked_entry() which the caller keeps (linux-2.6.x: its mark
    /// is shared by all packets).
    CtInfo info = CtInfo::invalid;
    Direction dir = Direction::original;
    FlowView* flow = nullptr;
    bool carries_template = false;  // a CT target of the raw table gave it one: NEW, with an entry of no addresses
    bool connmark_hangs = false;    // the mark of `flow` hangs on a match that is not known

    RuleCounters* counters = nullptr;  // null: nothing is counted
    Effects effects = {};

    /// To be called when the packet was tracked: what it carries from now on.
    void tracked(CtInfo as, Direction direction, FlowView* entry) {
        info = as;
        dir = direction;
        flow = entry;
        carries_template = false;
    }
};

}  // namespace conntrack::rules
