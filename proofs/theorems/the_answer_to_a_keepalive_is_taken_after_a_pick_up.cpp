#include "proofs/path.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

TcpSettings picks_up() {
    auto settings = free_settings();
    settings.loose = word(1);
    return settings;
}

void state(Statement& s) {
    const auto settings = picks_up();
    const auto begun = walk(s.semantics(), settings, {{{Direction::original, PacketClass::ack}, State::established}});
    const auto& entry = begun.entries.back();
    const auto answer = any_packet_for(entry, "answer", Direction::reply, PacketClass::ack);
    const auto met = meet(s.semantics(), settings, entry, answer);
    const Segment& segment = answer.segment;
    const Word& seen = begun.packets.front().segment.end;
    const Word& sent = met.result.outcome.connection.original.td_end;
    const Bit premise = begun.condition && well_formed(answer) && segment.sack == segment.ack;
    const Bit of_a_keepalive = segment.ack == seen + word(1);
    s.prove("its byte counts as sent", premise && of_a_keepalive, !met.invalid && sent == segment.ack);
    s.prove("any other answer tells nothing of what was sent", premise && !of_a_keepalive, sent == seen);
}

void know_no_keepalive(Semantics& s) { s.edition.tcp.midstream_fits_receiver = false; }

}  // namespace

Theorem the_answer_to_a_keepalive_is_taken_after_a_pick_up() {
    return {
        .name = "the_answer_to_a_keepalive_is_taken_after_a_pick_up",
        .sentence =
            "Where linux-6.18 has picked up a connection from a packet that may be a keep-alive (it repeats the last "
            "byte, or has none), an answer that acknowledges one byte more than was seen is accepted, and that "
            "byte counts as sent; no other answer moves td_end of the first side.",
        .answers =
            "An idle connection is picked up after a restart of the firewall: does its first keep-alive break it?",
        .bound = "",
        .expected = {Result::absent, Result::absent, Result::proved},
        .state = state,
        .defects = {{"keep-alives are not known", EditionId::linux_6_18, know_no_keepalive}}};
}

}  // namespace conntrack::proofs
