#include "proofs/relation.hpp"

#include <iterator>

namespace conntrack::proofs {

Word choose(const Bit& c, const Word& a, const Word& b) { return Symbolic::select(c, a, b); }

TcpOutcome choose(const Bit& c, const TcpOutcome& a, const TcpOutcome& b) {
    const auto either = [&c](const auto& x, const auto& y) { return Symbolic::select(c, x, y); };
    return {.connection = tcp::select<Symbolic>(c, a.connection, b.connection),
            .reason = either(a.reason, b.reason),
            .invalid = either(a.invalid, b.invalid),
            .drop = either(a.drop, b.drop),
            .repeat = either(a.repeat, b.repeat),
            .erase = either(a.erase, b.erase),
            .refresh = either(a.refresh, b.refresh),
            .account = either(a.account, b.account),
            .timeout = either(a.timeout, b.timeout),
            .assure = either(a.assure, b.assure),
            .changed = either(a.changed, b.changed),
            .shrink = either(a.shrink, b.shrink)};
}

FlowOutcome choose(const Bit& c, const FlowOutcome& a, const FlowOutcome& b) {
    const auto either = [&c](const auto& x, const auto& y) { return Symbolic::select(c, x, y); };
    return {either(a.reason, b.reason), either(a.refresh, b.refresh), either(a.timeout, b.timeout),
            either(a.reply_seen, b.reply_seen), either(a.assured, b.assured)};
}

CountOutcome choose(const Bit& c, const CountOutcome& a, const CountOutcome& b) {
    const auto either = [&c](const auto& x, const auto& y) { return Symbolic::select(c, x, y); };
    return {either(a.outstanding, b.outstanding), either(a.reason, b.reason), either(a.refresh, b.refresh),
            either(a.timeout, b.timeout), either(a.erase, b.erase)};
}

TcpResult TcpRelation::step(const TcpJudged& judged) const {
    // judge() shows the first packet of an entry in the state NONE, like any other in its own.
    const auto& step = judged.step;
    TcpResult out{word(static_cast<std::uint32_t>(step.old)), no(), no(), tcp::reject<Symbolic>(judged)};
    for (auto at = std::rbegin(rows); at != std::rend(rows); ++at) {
        const TcpRow& row = *at;
        if (!row.concerns(step.old, step.dir, step.cls)) continue;
        const Bit holds = row.holds(judged);
        out.next = Symbolic::select(holds, word(static_cast<std::uint32_t>(row.target())), out.next);
        out.moved = Symbolic::select(holds, Symbolic::bit(row.to.has_value()), out.moved);
        out.taken = holds || out.taken;
        out.outcome = choose(holds, row.apply(judged, row.target()), out.outcome);
    }
    return out;
}

std::vector<TcpRelation::Taken> TcpRelation::taken(const TcpJudged& judged) const {
    std::vector<Taken> out;
    Bit open = yes();
    for (const TcpRow& row : rows) {
        if (!row.concerns(judged.step.old, judged.step.dir, judged.step.cls)) continue;
        const Bit holds = row.holds(judged);
        out.push_back({&row, open && holds});
        open = open && !holds;
    }
    return out;
}

FlowOutcome no_flow_outcome() { return {Symbolic::reason(Clause::generic_unreplied), no(), word(0), no(), no()}; }

}  // namespace conntrack::proofs
