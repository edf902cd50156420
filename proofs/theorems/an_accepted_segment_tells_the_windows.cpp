#include "proofs/healthy.hpp"
#include "proofs/theorems/all.hpp"
#include "spec/tcp/step.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// The window test applies: both sides were met, and neither is let through untested.
Bit is_tested(const TcpEntry& entry, const TcpPacket& packet) {
    Bit tested = well_formed(packet) && nobody_is_liberal(entry);
    for (const auto* peer : {&entry.connection.original, &entry.connection.reply})
        tested = tested && peer->td_maxwin != word(0) && peer->td_end != word(0) && peer->loose == word(0);
    return tested;
}

Bit is_larger_of(const Word& value, const Word& a, const Word& b) {
    return !Symbolic::below(value, a) && !Symbolic::below(value, b) && (value == a || value == b);
}

void in_direction(Statement& s, Direction dir) {
    const auto entry = any_entry("e", State::established);
    const auto packet = any_packet_for(entry, "p", dir, PacketClass::ack);
    const auto met = meet(s.semantics(), strict_settings(), entry, packet);
    const auto& sender = tcp::side(entry.connection, dir);
    const auto& receiver = tcp::side(entry.connection, other(dir));
    const auto& sender_after = tcp::side(met.result.outcome.connection, dir);
    const auto& receiver_after = tcp::side(met.result.outcome.connection, other(dir));
    const Segment& segment = packet.segment;
    const Bit premise = is_tested(entry, packet) && met.accepted();

    const Word highest = highest_acknowledged(entry, packet);
    const Word announced = Symbolic::shift_left(segment.window, sender.td_scale) + (highest - segment.ack);
    const std::string name(conntrack::name(dir));
    s.prove(name + ": its own window", premise, is_larger_of(sender_after.td_maxwin, sender.td_maxwin, announced));
    s.prove(name + ": and if it announces none", premise && segment.window == word(0),
            is_larger_of(sender_after.td_maxwin, sender.td_maxwin, highest - segment.ack));

    const Bit beyond = segment.end != segment.seq && Symbolic::after(segment.end, sender.td_maxend) &&
                       Symbolic::bit(s.edition().tcp.grows_receiver_window);
    s.prove(name + ": the window of the receiver", premise,
            receiver_after.td_maxwin ==
                receiver.td_maxwin + Symbolic::select(beyond, segment.end - sender.td_maxend, word(0)));
}

void state(Statement& s) {
    for (const Direction dir : {Direction::original, Direction::reply}) in_direction(s, dir);
}

void forget_the_window(Semantics& s) {
    for (TcpRow& row : s.tcp.rows) {
        row.apply = [apply = row.apply](const TcpJudged& judged, State target) {
            auto outcome = apply(judged, target);
            outcome.connection.original.td_maxwin = judged.step.connection.original.td_maxwin;
            return outcome;
        };
    }
}

}  // namespace

Theorem an_accepted_segment_tells_the_windows() {
    return {
        .name = "an_accepted_segment_tells_the_windows",
        .sentence =
            "In ESTABLISHED, an accepted segment raises td_maxwin of its sender to the window it announces (and what "
            "its SACK blocks span), if that is larger; where it ends beyond the edge, the receiver was willing to "
            "take that much more, and td_maxwin of the receiver grows by it (not in linux-2.6.9).",
        .answers = "From where does the window come that a packet is measured by?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"the window is not remembered", EditionId::linux_2_6_9, forget_the_window},
                    {"the window is not remembered", EditionId::linux_2_6_32, forget_the_window},
                    {"the window is not remembered", EditionId::linux_6_18, forget_the_window}}};
}

}  // namespace conntrack::proofs
