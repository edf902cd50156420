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
        const Bit tracked = !met.invalid && !met.dropped && !met.repeated;
        const Bit by_reply = Symbolic::bit(dir == Direction::reply);
        const Bit seen_reply_after = s.edition().core.drop_counts_as_accept ? !met.invalid && !met.repeated : tracked;
        const auto name = cell_name(s.edition(), old, dir, cls);
        s.prove(name + ": the state of the packet", invariants_hold(s.semantics(), entry) && well_formed(packet),
                implies(tracked, met.is(CtInfo::established) == (by_reply || entry.seen_reply)));
        s.prove(name + ": SEEN_REPLY", invariants_hold(s.semantics(), entry) && well_formed(packet),
                met.seen_reply == (entry.seen_reply || (by_reply && seen_reply_after)));
    });
    s.exhibit("an ignored reply sets SEEN_REPLY", [&] {
        const auto entry = any_entry("e", tcp::State::established);
        const auto packet = any_packet_for(entry, "p", Direction::reply, tcp::PacketClass::synack);
        const auto met = meet(s.semantics(), settings, entry, packet);
        return invariants_hold(s.semantics(), entry) && well_formed(packet) && !entry.seen_reply && met.seen_reply &&
               !met.result.moved && !met.dropped;
    }());
    // Every other protocol: the same machine, asked for all its kinds.
    for (const auto kind : {flow::Kind::udp, flow::Kind::udplite, flow::Kind::icmp, flow::Kind::generic}) {
        const Word from = fresh_word("flow");
        const FlowStep step{&s.edition(),          kind, fresh_word("timeout"), fresh_word("stream"), fresh_time("age"),
                            fresh_bit("nat_clash")};
        const auto met_by = [&](FlowEvent event) {
            return s.semantics().flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
        };
        const auto unreplied = word(static_cast<std::uint32_t>(FlowState::unreplied));
        const Bit known = Symbolic::below(from, word(3));
        s.prove("a reply, kind " + std::to_string(static_cast<int>(kind)), known,
                met_by(FlowEvent::reply_packet).next != unreplied);
        s.prove("an original packet, kind " + std::to_string(static_cast<int>(kind)), known,
                (met_by(FlowEvent::original_packet).next == unreplied) == (from == unreplied));
    }
}

void ignored_replies_are_no_replies(Semantics& s) {
    for (auto& row : s.flow.rows)
        if (row.event == static_cast<std::size_t>(FlowEvent::reply_packet)) row.to = row.from;
}

}  // namespace

Theorem established_says_nothing_about_the_protocol() {
    return {
        .name = "established_says_nothing_about_the_protocol",
        .sentence =
            "A packet is ESTABLISHED if and only if it matches the reply tuple or SEEN_REPLY is set, "
            "whatever the state of its protocol. Ignored replies set SEEN_REPLY; INVALID ones do not, and neither do "
            "ICMP errors, which meet no machine of the entry (they are RELATED).",
        .answers = "May one rely on ESTABLISHED to mean that TCP's handshake was completed?",
        .bound = "",
        .expected = {Result::proved, Result::proved, Result::proved},
        .state = state,
        .defects = {{"a reply does not set SEEN_REPLY", EditionId::linux_6_18, ignored_replies_are_no_replies}}};
}

}  // namespace conntrack::proofs
