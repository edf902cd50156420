#include "proofs/mutation/cell.hpp"

#include "proofs/history.hpp"

namespace conntrack::proofs {

std::vector<Cell> all_cells(const Edition& edition) {
    std::vector<Cell> out;
    for (const tcp::PacketClass cls : packet_classes()) out.push_back({tcp::State::none, Direction::original, cls});
    each_cell(edition, [&](tcp::State old, Direction dir, tcp::PacketClass cls) { out.push_back({old, dir, cls}); });
    return out;
}

Meeting meet_in(const Semantics& semantics, const Cell& cell) {
    const bool first = cell.old == tcp::State::none;
    const TcpEntry entry = first ? new_entry() : any_entry("e", cell.old);
    const TcpPacket packet =
        first ? any_packet("p", cell.dir, cell.cls) : any_packet_for(entry, "p", cell.dir, cell.cls);
    const TcpSettings settings = free_settings();
    return {entry, packet, settings, meet(semantics, settings, entry, packet)};
}

std::vector<Ref> behaviour(const TcpMet& met) {
    const auto& outcome = met.result.outcome;
    const auto& c = outcome.connection;
    const auto unless = [](const Bit& gone, const auto& value, const auto& nothing) {
        return Symbolic::select(gone, nothing, value).ref();
    };
    const Bit unseen = met.dropped || met.repeated;
    const Bit refreshed = outcome.refresh && !met.invalid;
    std::vector<Ref> out = {met.invalid.ref(),
                            met.dropped.ref(),
                            met.repeated.ref(),
                            met.gone.ref(),
                            outcome.account.ref(),
                            unless(unseen, met.info, word(0)),
                            unless(met.gone, met.result.next, word(0)),
                            unless(met.gone, met.seen_reply, no()),
                            unless(met.gone, met.assured, no()),
                            unless(met.gone, outcome.changed, no()),
                            unless(met.gone, outcome.shrink, no()),
                            unless(met.gone, refreshed, no()),
                            unless(met.gone || !refreshed, outcome.timeout, word(0))};
    for (const auto* peer : {&c.original, &c.reply})
        for (const Word& field : {peer->td_end, peer->td_maxend, peer->td_maxwin, peer->td_maxack, peer->td_scale,
                                  peer->flags, peer->loose})
            out.push_back(unless(met.gone, field, word(0)));
    for (const Word& field : {c.last.dir, c.last.index, c.last.seq, c.last.ack, c.last.end, c.last.win, c.last.wscale,
                              c.last.flags, c.retrans})
        out.push_back(unless(met.gone, field, word(0)));
    return out;
}

namespace {

/// No sysctl takes more seconds than an int holds ticks (proc_dointvec_jiffies of kernel/sysctl.c).
Bit can_be_set(const TcpSettings& settings) {
    const auto fits = [](const Word& seconds) { return Symbolic::below(seconds, word(1u << 31)); };
    Bit out = fits(settings.timeout_max_retrans) && fits(settings.timeout_unacknowledged);
    for (const Word& timeout : settings.timeout) out = out && fits(timeout);
    return out;
}

}  // namespace

Bit is_real(const Semantics& semantics, const Meeting& meeting) {
    const Bit packet = well_formed(meeting.packet) && can_be_set(meeting.settings);
    if (meeting.entry.state == tcp::State::none) return packet;
    return packet && invariants_hold(semantics, meeting.entry) && history_is_known(semantics, meeting.entry);
}

}  // namespace conntrack::proofs
