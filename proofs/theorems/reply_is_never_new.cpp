#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

void state(Statement& s) {
    const auto settings = free_settings();
    each_cell(s.semantics(), [&](tcp::State old, Direction dir, tcp::PacketClass cls) {
        const auto entry = any_entry("e", old);
        const auto packet = any_packet_for(entry, "p", dir, cls);
        const auto met = meet(s.semantics(), settings, entry, packet);
        s.prove(cell_name(s.edition(), old, dir, cls), well_formed(packet),
                implies(met.is(CtInfo::new_), Symbolic::bit(dir == Direction::original) && !entry.seen_reply));
    });
    // Other protocols: the state of a packet is asked of the same rule before its handler.
    for (const Direction dir : {Direction::original, Direction::reply}) {
        const Bit seen_reply = fresh_bit("seen_reply"), expected = fresh_bit("expected");
        const Word info = s.semantics().packet_state(dir, seen_reply, expected);
        s.prove(
            std::string("any protocol, ") + std::string(name(dir)), yes(),
            implies(info == word(static_cast<std::uint32_t>(CtInfo::new_)), Symbolic::bit(dir == Direction::original)));
    }
    const auto packet = any_packet("p", Direction::original, tcp::PacketClass::syn);
    s.exhibit("a packet is NEW",
              well_formed(packet) &&
                  meet(s.semantics(), settings, any_entry("e", tcp::State::syn_sent), packet).is(CtInfo::new_));
}

/// Only SEEN_REPLY counts, as if the direction said nothing.
void ask_only_seen_reply(Semantics& s) {
    s.packet_state = [](Direction, const Bit& seen_reply, const Bit& expected) {
        return packet_state_number<Symbolic>(Direction::original, seen_reply, expected);
    };
}

}  // namespace

Theorem reply_is_never_new() {
    return {.name = "reply_is_never_new",
            .sentence = "A packet that is NEW goes in the original direction of its entry, and nobody has answered.",
            .answers = "Can a rule that accepts only ESTABLISHED from outside be passed by the first answer?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"the direction does not count", EditionId::linux_6_18, ask_only_seen_reply}}};
}

}  // namespace conntrack::proofs
