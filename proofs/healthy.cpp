#include "proofs/healthy.hpp"

namespace conntrack::proofs {

namespace {

using Parts = std::vector<std::pair<std::string, Bit>>;

Bit at_most(const Word& value, const Word& limit) { return !Symbolic::below(limit, value); }

/// What one side has sent and may send, and what the other has acknowledged.
void add_order(Parts& out, const Semantics& semantics, const std::string& of, const tcp::Peer<Symbolic>& sender,
               const tcp::Peer<Symbolic>& receiver) {
    const auto& tcp = semantics.edition.tcp;
    out.emplace_back(of + " has a window",
                     sender.td_maxwin != word(0) && at_most(sender.td_maxwin, word(largest_window)));
    out.emplace_back(of + " is tested",
                     !tcp::has<Symbolic>(sender.flags, tcp::be_liberal_bit) && sender.loose == word(0));
    if (tcp.unseen_side_has_zero_end) out.emplace_back(of + " has an end", sender.td_end != word(0));
    if (tcp.trims_to_window)
        out.emplace_back(of + " sent no more than it may",
                         at_most(sender.td_maxend - sender.td_end, receiver.td_maxwin));
    if (!tcp.tracks_maxack) return;
    const Word& acked = receiver.td_maxack;
    out.emplace_back(of + " is acknowledged", tcp::has<Symbolic>(receiver.flags, tcp::maxack_set_bit));
    out.emplace_back("what " + of + " sent fits the window", at_most(sender.td_end - acked, receiver.td_maxwin));
    out.emplace_back("what " + of + " may send fits the window", at_most(sender.td_maxend - acked, receiver.td_maxwin));
}

}  // namespace

Bit between(const Word& low, const Word& value, const Word& high) { return !Symbolic::below(high - low, value - low); }

Parts healthy_parts(const Semantics& semantics, const TcpEntry& entry) {
    const Connection& c = entry.connection;
    Parts out = {
        {"ESTABLISHED and ASSURED", Symbolic::bit(entry.state == tcp::State::established) && entry.seen_reply &&
                                        entry.assured && !entry.fixed_timeout},
        {"the invariants", invariants_hold(semantics, entry)},
        {"the last packet was an ACK", c.last.index == word(static_cast<std::uint32_t>(tcp::PacketClass::ack))}};
    add_order(out, semantics, "original", c.original, c.reply);
    add_order(out, semantics, "reply", c.reply, c.original);
    return out;
}

Bit healthy(const Semantics& semantics, const TcpEntry& entry) {
    Bit out = yes();
    for (const auto& [name, part] : healthy_parts(semantics, entry)) out = out && part;
    return out;
}

Bit edges_are_sane(const Semantics& semantics, const TcpEntry& entry) {
    constexpr std::uint32_t half_range = 1u << 29;
    // linux-2.6.9 cuts data off at the edge, so the end never lies beyond it.
    const Word behind = word(semantics.edition.tcp.trims_to_window ? 0 : half_range);
    Bit out = yes();
    for (const auto* peer : {&entry.connection.original, &entry.connection.reply}) {
        const Word& seen = semantics.edition.tcp.unseen_side_has_zero_end ? peer->td_end : peer->td_maxwin;
        out = out && seen != word(0) && peer->loose == word(0) && at_most(peer->td_maxwin, word(largest_window)) &&
              at_most(peer->td_maxend - peer->td_end + behind, behind + word(half_range));
    }
    return out;
}

Bit nobody_is_liberal(const TcpEntry& entry) {
    const auto strict = [](const auto& peer) { return !tcp::has<Symbolic>(peer.flags, tcp::be_liberal_bit); };
    return strict(entry.connection.original) && strict(entry.connection.reply);
}

Word highest_acknowledged(const TcpEntry& entry, const TcpPacket& packet) {
    const auto& receiver = tcp::side(entry.connection, other(packet.dir));
    return Symbolic::select(tcp::has<Symbolic>(receiver.flags, tcp::sack_perm_bit), packet.segment.sack,
                            packet.segment.ack);
}

Word oldest_to_acknowledge(const TcpEntry& entry, Direction dir) {
    const Word least = word(66'000);
    const Word& window = tcp::side(entry.connection, dir).td_maxwin;
    return tcp::side(entry.connection, other(dir)).td_end -
           Symbolic::select(Symbolic::below(window, least), least, window);
}

TcpSettings strict_settings() {
    auto settings = free_settings();
    settings.be_liberal = word(0);
    settings.ignore_invalid_rst = word(0);
    return settings;
}

}  // namespace conntrack::proofs
