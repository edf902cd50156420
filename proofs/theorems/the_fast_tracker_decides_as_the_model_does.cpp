#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

Bit same(const TcpOutcome& a, const TcpOutcome& b) {
    return proofs::same(a.connection, b.connection) && a.reason == b.reason && a.invalid == b.invalid &&
           a.drop == b.drop && a.repeat == b.repeat && a.erase == b.erase && a.refresh == b.refresh &&
           a.account == b.account && a.timeout == b.timeout && a.assure == b.assure && a.changed == b.changed &&
           a.shrink == b.shrink;
}

/// The connection seen from the other end.
Connection mirrored(const Connection& c) {
    Connection out = c;
    std::swap(out.original, out.reply);
    out.last.dir = word(1) - c.last.dir;
    return out;
}
Connection seen_from(Direction side, const Connection& c) { return side == Direction::original ? c : mirrored(c); }

Word number(FlowState state) { return word(static_cast<std::uint32_t>(state)); }
Word flow_of(const TcpEntry& entry) {
    return Symbolic::select(
        entry.assured, number(FlowState::assured),
        Symbolic::select(entry.seen_reply, number(FlowState::replied), number(FlowState::unreplied)));
}

/// Verdict, clause, state, window, timer and status: what the packet path of the model comes to.
Bit is_as_met(const FastDecision& decision, const FastEntry& after, const TcpEntry& before, const TcpMet& met) {
    const Bit timer = before.state == State::none ? yes() : after.deadline == met.deadline;
    return decision.to == met.result.next && same(decision.outcome, met.result.outcome) &&
           (after.flow != number(FlowState::unreplied)) == met.seen_reply &&
           (after.flow == number(FlowState::assured)) == met.assured &&
           (before.seen_reply || after.reply_seen) == met.seen_reply &&
           (before.assured || after.assured) == met.assured && timer;
}

/// Bits of an entry that do not go together: generic tracking is ASSURED only where a reply was seen.
Bit is_possible(const TcpEntry& entry) { return implies(entry.assured, entry.seen_reply); }

void any_packet_of(Statement& s, const TcpEntry& entry, const TcpPacket& packet) {
    const auto& fast = s.semantics().fast;
    const auto settings = free_settings();
    const auto met = meet(s.semantics(), settings, entry, packet);
    const auto decision = fast.decide(step_of(conntrack::edition(s.edition().id), settings, entry, packet));
    const auto after = fast.after(decision, flow_of(entry), entry.deadline, entry.fixed_timeout, packet.dir, packet.now,
                                  settings.timeout_unacknowledged);
    // A RST that ends an entry nobody answered is shown to generic tracking, too, but nothing is ASSURED by it.
    s.prove(cell_name(s.edition(), entry.state, packet.dir, packet.cls), is_possible(entry),
            is_as_met(decision, after, entry, met));
}

void settled_ack(Statement& s, Direction dir) {
    const auto& fast = s.semantics().fast;
    const auto settings = free_settings();
    const auto entry = any_entry("e", State::established);
    const auto packet = any_packet_for(entry, "p", dir, PacketClass::ack);
    const auto met = meet(s.semantics(), settings, entry, packet);
    const auto step = fast.settled_ack(settings, packet.segment, seen_from(dir, entry.connection));
    auto decision = fast.decide_settled_ack(step);
    decision.outcome.connection = fast.packed_ack(entry.connection, decision.outcome.connection, dir);
    const auto after = fast.after(decision, number(FlowState::assured), entry.deadline, no(), dir, packet.now,
                                  settings.timeout_unacknowledged);
    const Bit premise = invariants_hold(s.semantics(), entry) && well_formed(packet) && entry.assured &&
                        entry.seen_reply && !entry.fixed_timeout && fast.is_settled(step) && fast.fits_window(step);
    const auto& out = decision.outcome;
    const auto name = "ACK of a settled entry, " + std::string(conntrack::name(dir));
    s.prove(name, premise, is_as_met(decision, after, entry, met));
    s.prove(name + ": is accepted, ends nothing and tells nothing", premise,
            !out.invalid && !out.drop && !out.repeat && !out.erase && !out.changed && !after.reply_seen &&
                !after.assured && met.is(CtInfo::established));
}

void packing(Statement& s, State state) {
    const auto entry = any_entry("e", state);
    for (const Direction in : {Direction::original, Direction::reply})
        for (const Direction out : {Direction::original, Direction::reply})
            s.prove("nothing is lost in packing, " + std::string(tcp::name(state, s.edition())) + ", " +
                        std::string(name(in)) + " and " + std::string(name(out)),
                    invariants_hold(s.semantics(), entry),
                    proofs::same(s.semantics().fast.packed(entry.connection, in, out),
                                 in == out ? entry.connection : mirrored(entry.connection)));
}

void generic_tracking(Statement& s) {
    for (const auto kind : {flow::Kind::udp, flow::Kind::udplite, flow::Kind::icmp, flow::Kind::generic,
                            flow::Kind::gre, flow::Kind::own_states})
        for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet, FlowEvent::protocol_assures}) {
            const Word from = fresh_word("flow");
            const FlowStep step{&s.semantics().edition,  kind,
                                fresh_word("unreplied"), fresh_word("stream"),
                                fresh_time("age"),       fresh_bit("nat_clash")};
            const auto fast = s.semantics().fast.flow(from, event, step);
            const auto model = s.semantics().flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
            const auto &a = fast.outcome, &b = model.outcome;
            s.prove("generic tracking, kind " + std::to_string(static_cast<int>(kind)) + ", event " +
                        std::to_string(static_cast<int>(event)),
                    Symbolic::below(from, word(3)),
                    fast.next == model.next && a.reason == b.reason && a.refresh == b.refresh &&
                        a.timeout == b.timeout && a.reply_seen == b.reply_seen && a.assured == b.assured);
        }
}

void request_counting(Statement& s) {
    for (const auto event : {CountEvent::request, CountEvent::reply}) {
        const Word from = fresh_word("count");
        const CountStep step{fresh_word("outstanding"), fresh_word("timeout")};
        const CountOutcome nothing{step.outstanding, Symbolic::reason(Clause::icmp_query), no(), word(0), no()};
        const auto fast = s.semantics().fast.count(from, event, step, nothing);
        const auto model = s.semantics().count.step(from, static_cast<std::size_t>(event), step, nothing);
        const auto &a = fast.outcome, &b = model.outcome;
        s.prove("request counting, event " + std::to_string(static_cast<int>(event)), Symbolic::below(from, word(3)),
                fast.next == model.next && a.outstanding == b.outstanding && a.reason == b.reason &&
                    a.refresh == b.refresh && a.timeout == b.timeout && a.erase == b.erase);
    }
}

void association(Statement& s) {
    const auto& model = s.semantics().sctp;
    for (const sctp::ChunkKind kind : chunk_kinds(s.edition())) {
        const auto compare = [&](const std::string& name, const SctpResult& fast, const SctpResult& by_model) {
            s.prove("SCTP, " + name, yes(), fast.next == by_model.next && same(fast.outcome, by_model.outcome));
        };
        const auto opener =
            met_in(any_chunk(s.edition(), "c", Direction::original, kind), sctp::State::none, any_association("a"));
        compare("opening " + std::string(sctp::name(kind)), s.semantics().fast.sctp_opener(opener), model.open(opener));
        auto states = sctp_states(s.edition());
        states.push_back(sctp::State::none);
        for (const sctp::State old : states)
            for (const Direction dir : {Direction::original, Direction::reply}) {
                const auto step = met_in(any_chunk(s.edition(), "c", dir, kind), old, any_association("a"));
                compare(sctp_cell_name(old, dir, kind), s.semantics().fast.sctp(step), model.receive(step));
            }
    }
}

void references(Statement& s) {
    const auto& fast = s.semantics().fast;
    const Word references = fresh_word("references"), from = fresh_word("life");
    for (const auto event :
         {LifeEvent::hold, LifeEvent::release, LifeEvent::confirm, LifeEvent::remove, LifeEvent::condemn}) {
        const auto mine = fast.life(from, event, {references}, references);
        const auto model = s.semantics().life.step(from, static_cast<std::size_t>(event), {references}, references);
        s.prove("life of an entry, event " + std::to_string(static_cast<int>(event)), Symbolic::below(from, word(4)),
                mine.next == model.next && mine.outcome == model.outcome);
    }
    const Word confirmed = word(static_cast<std::uint32_t>(LifeState::confirmed));
    const auto held = fast.life(confirmed, LifeEvent::hold, {references}, references);
    const auto released = fast.life(held.next, LifeEvent::release, {held.outcome}, held.outcome);
    s.prove("to hold and release a confirmed entry changes nothing", yes(),
            released.next == confirmed && released.outcome == references);
}

void state(Statement& s) {
    each_first_class(s.semantics(), [&](PacketClass cls) {
        any_packet_of(s, new_entry(), any_packet("p", Direction::original, cls));
    });
    each_cell(s.semantics(), [&](State old, Direction dir, PacketClass cls) {
        const auto entry = any_entry("e", old);
        any_packet_of(s, entry, any_packet_for(entry, "p", dir, cls));
    });
    for (const Direction dir : {Direction::original, Direction::reply}) settled_ack(s, dir);
    for (const State old : entry_states(s.edition())) packing(s, old);
    generic_tracking(s);
    request_counting(s);
    association(s);
    references(s);
}

void let_one_more_pass(Semantics& s) {
    s.fast.fits_window = [fits = s.fast.fits_window](const TcpStep& step) {
        TcpStep moved = step;
        moved.connection.original.td_maxend = step.connection.original.td_maxend + word(1);
        return fits(moved);
    };
}

void keep_two_bits_of_the_class(Semantics& s) {
    s.fast.packed = [packed = s.fast.packed](const Connection& c, Direction in, Direction out) {
        Connection cut = c;
        cut.last.index = c.last.index & word(3);
        return packed(cut, in, out);
    };
}

void count_one_too_few(Semantics& s) {
    s.fast.decide = [decide = s.fast.decide](const TcpStep& step) {
        auto settings = *step.settings;
        settings.max_retrans = settings.max_retrans - word(1);
        TcpStep stricter = step;
        stricter.settings = &settings;
        return decide(stricter);
    };
}

void forget_a_tag(Semantics& s) {
    s.fast.sctp = [sctp = s.fast.sctp](const ChunkStep& step) {
        auto out = sctp(step);
        if (step.kind == sctp::ChunkKind::init) out.outcome.association.vtag = step.association.vtag;
        return out;
    };
}

std::vector<Defect> defects_of(EditionId id) {
    return {{"one byte beyond the edge is taken for settled", id, let_one_more_pass},
            {"the class of the last packet is kept in two bits", id, keep_two_bits_of_the_class},
            {"one retransmission too few is let pass", id, count_one_too_few},
            {"an INIT of SCTP leaves the tag as it was", id, forget_a_tag}};
}

std::vector<Defect> all_defects() {
    std::vector<Defect> out;
    for (const EditionId id : all_editions)
        for (const Defect& defect : defects_of(id)) out.push_back(defect);
    return out;
}

}  // namespace

Theorem the_fast_tracker_decides_as_the_model_does() {
    return {.name = "the_fast_tracker_decides_as_the_model_does",
            .sentence =
                "What the fast tracker decides of a packet and makes of its entry is what the model does: verdict, "
                "clause, state, window, timer, SEEN_REPLY and ASSURED, in every state, direction and class, by its "
                "short way for ACKs of settled entries as well; and nothing is lost where it packs an entry.",
            .answers = "Is what is fast still what was proved?",
            .bound = "",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = all_defects(),
            .compares_programs = true};
}

}  // namespace conntrack::proofs
