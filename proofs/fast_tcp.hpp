// Reads what the fast tracker runs for TCP in one edition. Heavy: include it in one source file an edition.
#pragma once

#include "impl/tcp_step.hpp"
#include "proofs/fast_rules.hpp"

namespace conntrack::proofs {

template <class FrontEnd>
void read_fast_tcp(FastRules& rules) {
    static constexpr const Edition& ed = conntrack::edition(FrontEnd::edition);
    const auto shown = [](const fast::TcpDecision<Symbolic>& decision) {
        return FastDecision{decision.outcome, decision.to, tcp::goes_on_to_flow<Symbolic>(decision.outcome, ed)};
    };
    rules.decide = [shown](const TcpStep& step) { return shown(fast::decide_any<FrontEnd, Symbolic>(step)); };
    rules.settled_ack = fast::settled_ack<FrontEnd, Symbolic>;
    rules.is_settled = fast::is_settled<Symbolic>;
    rules.fits_window = tcp::fits_window<Symbolic>;
    rules.decide_settled_ack = [shown](const TcpStep& step) {
        return shown(fast::decide_settled_ack<FrontEnd, Symbolic>(step));
    };
}

}  // namespace conntrack::proofs
