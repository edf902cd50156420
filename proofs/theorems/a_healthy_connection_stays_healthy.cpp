#include "proofs/healthy.hpp"
#include "proofs/path.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

void state(Statement& s) {
    const auto settings = strict_settings();
    const Origin origin = s.edition().tcp.tracks_maxack ? Origin::acknowledged : Origin::sent;
    const auto opened = usual_walk(s.semantics(), default_settings(s.edition()), handshake());
    s.exhibit("the handshake leads to it", opened.condition && healthy(s.semantics(), opened.entries.back()));
    for (const Direction dir : {Direction::original, Direction::reply}) {
        const auto entry = any_entry("e", State::established, origin);
        const auto packet = any_packet_for(entry, "p", dir, PacketClass::ack, origin);
        const auto met = meet(s.semantics(), settings, entry, packet);
        const auto next = after(entry, met, State::established);
        const Bit plain = packet.segment.sack == packet.segment.ack;
        const Bit premise = healthy(s.semantics(), entry) && well_formed(packet) && plain;
        Bit fits = windows_below(next, largest_window);
        if (s.edition().tcp.unseen_side_has_zero_end)
            fits = fits && next.connection.original.td_end != word(0) && next.connection.reply.td_end != word(0);
        const std::string name(conntrack::name(dir));
        s.prove(name + ": stays ESTABLISHED", premise, met.in(State::established) && !met.gone && met.assured);
        for (const auto& [part, holds] : healthy_parts(s.semantics(), next))
            s.prove_for_any_window(name + ": " + part, premise, implies(met.result.moved && fits, holds));
        s.prove(name + ": what is not accepted changes no side", premise,
                implies(met.invalid, same(next.connection, entry.connection)));
        s.exhibit(name + ": new data is accepted",
                  premise && met.result.moved &&
                      tcp::side(next.connection, dir).td_end != tcp::side(entry.connection, dir).td_end);
    }
}

void forget_windows(Semantics& s) { s.edition.tcp.grows_receiver_window = false; }
void retarget(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        if (row.concerns(State::established, Direction::reply, PacketClass::ack)) row.to = State::close_wait;
}

}  // namespace

Theorem a_healthy_connection_stays_healthy() {
    return {.name = "a_healthy_connection_stays_healthy",
            .sentence =
                "The handshake leads to a healthy connection (ESTABLISHED, ASSURED, both sides known, what was "
                "acknowledged was sent, and what may be sent fits the largest window), and data and "
                "acknowledgements that are accepted keep it so.",
            .answers = "Is what other theorems assume of a healthy connection ever true?",
            .bound = "segments without SACK blocks, while windows stay below 2^28 and, in linux-2.6.9, no edge is 0",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"a receiver's window does not grow", EditionId::linux_2_6_32, forget_windows},
                        {"a receiver's window does not grow", EditionId::linux_6_18, forget_windows},
                        {"data leads to CLOSE_WAIT", EditionId::linux_2_6_9, retarget}}};
}

}  // namespace conntrack::proofs
