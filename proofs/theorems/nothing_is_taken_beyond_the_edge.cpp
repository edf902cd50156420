#include "proofs/healthy.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

void state(Statement& s) {
    for (const Direction dir : {Direction::original, Direction::reply}) {
        const auto entry = any_entry("e", State::established);
        const auto packet = any_packet_for(entry, "p", dir, PacketClass::ack);
        const auto met = meet(s.semantics(), strict_settings(), entry, packet);
        const auto& sender = tcp::side(entry.connection, dir);
        const Word& sent = tcp::side(met.result.outcome.connection, dir).td_end;
        const Bit premise = edges_are_sane(s.semantics(), entry) && well_formed(packet) && met.accepted() &&
                            !Symbolic::after(sender.td_end, sender.td_maxend);
        s.prove(std::string(name(dir)), premise, !Symbolic::after(sent, sender.td_maxend));
    }
}

void count_all_of_it(Semantics& s) {
    for (TcpRow& row : s.tcp.rows)
        row.apply = [apply = row.apply](const TcpJudged& judged, State target) {
            auto outcome = apply(judged, target);
            auto& c = outcome.connection;
            (judged.step.dir == Direction::original ? c.original : c.reply).td_end = judged.step.segment.end;
            return outcome;
        };
}

}  // namespace

Theorem nothing_is_taken_beyond_the_edge() {
    return {.name = "nothing_is_taken_beyond_the_edge",
            .sentence =
                "In ESTABLISHED of linux-2.6.9, where a segment that begins before the edge and ends beyond it is "
                "accepted, what lies beyond is not counted as sent: td_end never passes td_maxend. (Later editions "
                "count it, and take the receiver's window to be larger than it said.)",
            .answers = "A host ignores the window it was given: what does the tracker believe it has sent?",
            .bound = "windows of at most 2^28, edges within 2^29 of what was sent; be_liberal off",
            .expected = {Result::proved, Result::absent, Result::absent},
            .state = state,
            .defects = {{"what is cut off counts as sent", EditionId::linux_2_6_9, count_all_of_it}}};
}

}  // namespace conntrack::proofs
