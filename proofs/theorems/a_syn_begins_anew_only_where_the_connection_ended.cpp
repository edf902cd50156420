#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// Some side has closed by a FIN, or the same side has sent a RST last.
Bit was_ended(const Edition& edition, const TcpEntry& entry, Direction dir) {
    if (edition.tcp.reopen == Reopen::always) return yes();
    const Connection& c = entry.connection;
    const auto number = [](auto value) { return word(static_cast<std::uint32_t>(value)); };
    return tcp::has<Symbolic>(c.original.flags, tcp::close_init_bit) ||
           tcp::has<Symbolic>(c.reply.flags, tcp::close_init_bit) ||
           (c.last.dir == number(dir) && c.last.index == number(PacketClass::rst));
}

/// Where a SYN of that side may begin anew at all.
bool may_begin(const Edition& edition, State state, Direction dir) {
    if (dir == Direction::reply)
        return edition.tcp.out_of_sync == OutOfSync::resynchronise && state == State::time_wait;
    return state == State::time_wait || state == State::close;
}

void state(Statement& s) {
    const auto settings = free_settings();
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), settings, entry, packet);
        const bool may = cls == PacketClass::syn && may_begin(s.edition(), old, dir);
        s.prove(cell_name(s.edition(), old, dir, cls), invariants_hold(s.semantics(), entry) && well_formed(packet),
                met.repeated == (Symbolic::bit(may) && was_ended(s.edition(), entry, dir)));
    });
}

void always_reopen(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.action == "DeleteAndRepeat") row.holds = [](const TcpJudged&) { return yes(); };
}
void reopen_nothing(Semantics& s) {
    std::erase_if(s.tcp.rows, [](const TcpRow& row) { return row.action == "DeleteAndRepeat"; });
}

}  // namespace

Theorem a_syn_begins_anew_only_where_the_connection_ended() {
    return {.name = "a_syn_begins_anew_only_where_the_connection_ended",
            .sentence =
                "A SYN ends its entry and makes a new one exactly if the entry is in TIME_WAIT or CLOSE and, from "
                "linux-2.6.32 on, a FIN has begun to close it or the last packet was a RST of the same side; of the "
                "reply side in linux-6.18 alone, in TIME_WAIT.",
            .answers = "Why is a new connection with the ports of an old one taken for a part of the old one?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"nothing reopens", EditionId::linux_2_6_9, reopen_nothing},
                        {"every SYN reopens", EditionId::linux_2_6_32, always_reopen},
                        {"every SYN reopens", EditionId::linux_6_18, always_reopen}}};
}

}  // namespace conntrack::proofs
