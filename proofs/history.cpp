#include "proofs/history.hpp"

namespace conntrack::proofs {

using tcp::PacketClass;
using tcp::State;

namespace {

bool is_opening(State state) { return state == State::syn_sent || state == State::syn_sent2; }

}  // namespace

Bit history_is_known(const Semantics& semantics, const TcpEntry& entry) {
    const auto& last = entry.connection.last;
    const auto was = [&](PacketClass cls) { return last.index == word(static_cast<std::uint32_t>(cls)); };
    const Bit by_reply = last.dir == word(static_cast<std::uint32_t>(Direction::reply));
    const bool resynchronises = semantics.edition.tcp.out_of_sync == OutOfSync::resynchronise;
    const bool reopens = entry.state == State::time_wait ||
                         (entry.state == State::close && semantics.edition.tcp.reopen == Reopen::always);
    // Nothing lets a SYN of the reply direction through, but that linux-6.18 does not reopen for it from TIME_WAIT.
    const bool never_let_through = semantics.edition.tcp.records_last_dir && entry.state != State::syn_sent2 &&
                                   !(resynchronises && entry.state == State::time_wait);
    Bit known = implies(Symbolic::bit(never_let_through), !(was(PacketClass::syn) && by_reply));
    if (is_opening(entry.state))
        for (const auto* peer : {&entry.connection.original, &entry.connection.reply})
            known = known && !tcp::has<Symbolic>(peer->flags, tcp::maxack_set_bit);
    if (!resynchronises) {
        known = known && implies(Symbolic::bit(reopens), !was(PacketClass::syn));
        known = known &&
                implies(Symbolic::bit(entry.state == State::syn_sent && semantics.edition.tcp.reopen == Reopen::always),
                        !entry.seen_reply);
    }
    return known;
}

}  // namespace conntrack::proofs
