// Sends a packet through the chains of one table at one hook, as ipt_do_table() does.
#pragma once

#include "spec/rules/subject.hpp"

#include <functional>

namespace conntrack::rules {

struct Decision {
    enum class Kind : std::uint8_t { accept, drop, reject, nat } kind = Kind::accept;
    const Rule* rule = nullptr;      // the rule that decided; null: the policy, or there is no such chain
    const Chain* chain = nullptr;    // the chain it stands in, or whose policy it was; null: there is none
    const NatTarget* nat = nullptr;  // nat: the range, and which target it was
    const RejectTarget* reject = nullptr;
    bool header_cut = false;  // dropped because a match needs more of the transport header than is there ("hotdrop")
    bool uncertain = false;   // it, or a mark of the packet, hangs on a match that is not known
};

/// Runs the built-in chain of `hook` in `table`. Without that table or chain: accepted, and nothing happened.
/// Changes the marks of the subject, its `info` where a raw rule says notrack, counts, and adds to its effects.
Decision run(const RuleSet& rules, TableId table, Hook hook, Subject& subject);

/// Might a packet that meets the built-in chain of `hook` come to such a target, whatever matches say?
bool may_reach(const Table& table, Hook hook, const std::function<bool(const Target&)>& is_such);

}  // namespace conntrack::rules
