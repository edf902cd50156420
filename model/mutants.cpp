#include "model/mutants.hpp"

#include <algorithm>

namespace conntrack::mutation {

namespace {

Mutant chosen = Mutant::none;

}  // namespace

std::optional<Mutant> mutant_named(std::string_view name) {
    const auto found = std::ranges::find(mutants, name, &MutantInfo::name);
    return found == mutants.end() ? std::nullopt : std::optional(found->mutant);
}

void choose(Mutant mutant) { chosen = mutant; }

void before_tcp(tcp::Step<Concrete>& step) {
    for (auto* side : {&step.connection.original, &step.connection.reply}) {
        if (chosen == Mutant::tcp_window_one_wider && side->td_maxend != 0) ++side->td_maxend;
        if (chosen == Mutant::tcp_scale_forgotten) side->td_scale = 0;
    }
    if (chosen == Mutant::tcp_sack_ignored) step.segment.sack = step.segment.ack;
    if (chosen == Mutant::tcp_one_retransmission_more && step.connection.retrans != 0) --step.connection.retrans;
}

void after_tcp(tcp::Outcome<Concrete>& outcome) {
    if (chosen == Mutant::tcp_timeout_not_cut) outcome.shrink = false;
}

void before_flow(flow::Step<Concrete>& step) {
    if (chosen == Mutant::udp_stream_at_once) step.age += seconds(3);
}

void after_flow(flow::Outcome<Concrete>& outcome, Direction dir) {
    if (chosen == Mutant::replies_do_not_refresh && dir == Direction::reply) outcome.refresh = false;
}

bool error_of(bool stranger) { return stranger && chosen != Mutant::errors_by_strangers; }

Time expiry(Time now) { return chosen == Mutant::entries_outlive_their_deadline ? now - seconds(1) : now; }

bool keeps_taken_ports() { return chosen == Mutant::taken_ports_are_kept; }

}  // namespace conntrack::mutation
