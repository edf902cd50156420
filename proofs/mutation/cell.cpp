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
                            unless(met.gone, met.deadline, Symbolic::time(0))};
    for (const auto* peer : {&c.original, &c.reply})
        for (const Word& field : {peer->td_end, peer->td_maxend, peer->td_maxwin, peer->td_maxack, peer->td_scale,
                                  peer->flags, peer->loose})
            out.push_back(unless(met.gone, field, word(0)));
    for (const Word& field : {c.last.dir, c.last.index, c.last.seq, c.last.ack, c.last.end, c.last.win, c.last.wscale,
                              c.last.flags, c.retrans})
        out.push_back(unless(met.gone, field, word(0)));
    return out;
}

Bit is_real(const Semantics& semantics, const Meeting& meeting) {
    const Bit packet = well_formed(meeting.packet);
    if (meeting.entry.state == tcp::State::none) return packet;
    return packet && invariants_hold(semantics, meeting.entry) && history_is_known(semantics, meeting.entry);
}

}  // namespace conntrack::proofs
