#include "proofs/mutation/situation.hpp"

#include "proofs/mutation/sctp_situation.hpp"

namespace conntrack::proofs {

namespace {

template <class State>
Word number(State state) {
    return word(static_cast<std::uint32_t>(state));
}

void add_flow(std::vector<Situation>& out) {
    for (const auto& [kind, name] : {std::pair{flow::Kind::udp, "UDP"}, std::pair{flow::Kind::udplite, "UDP-Lite"},
                                     std::pair{flow::Kind::gre, "GRE"}, std::pair{flow::Kind::icmp, "ICMP"},
                                     std::pair{flow::Kind::generic, "generic"}}) {
        for (const auto event : {FlowEvent::original_packet, FlowEvent::reply_packet}) {
            const auto observe = [kind = kind, event](const Semantics& s) {
                const Word from = fresh_word("from");
                const FlowStep step{&s.edition,
                                    kind,
                                    fresh_word("unreplied"),
                                    fresh_word("stream"),
                                    fresh_time("age"),
                                    fresh_bit("nat_clash")};
                const auto result = s.flow.step(from, static_cast<std::size_t>(event), step, no_flow_outcome());
                const auto& o = result.outcome;
                const bool streams = kind == flow::Kind::udp || kind == flow::Kind::udplite || kind == flow::Kind::gre;
                const Bit real = Symbolic::below(from, word(streams ? 3 : 2)) &&
                                 !(step.nat_clash && number(FlowState::assured) == from);
                return Observed{
                    real,
                    {result.next.ref(), o.refresh.ref(), Symbolic::select(o.refresh, o.timeout, word(0)).ref(),
                     o.reply_seen.ref(), o.assured.ref()}};
            };
            out.push_back(
                {std::string(name) + (event == FlowEvent::reply_packet ? ", reply" : ", original"), {}, observe});
        }
    }
}

void add_count(std::vector<Situation>& out) {
    for (const auto event : {CountEvent::request, CountEvent::reply}) {
        const auto observe = [event](const Semantics& s) {
            const Word from = fresh_word("from"), outstanding = fresh_word("outstanding");
            const CountOutcome nothing{word(0), Symbolic::reason(Clause::icmp_query), no(), word(0), no()};
            const auto result =
                s.count.step(from, static_cast<std::size_t>(event), {outstanding, fresh_word("timeout")}, nothing);
            const auto& o = result.outcome;
            // The first packet is a request. Replies are owed while the entry is in the table.
            const Bit real =
                (Symbolic::bit(event == CountEvent::request) && from == number(CountState::fresh) &&
                 outstanding == word(0)) ||
                (from == number(CountState::waiting) && outstanding != word(0) && outstanding != word(0xffff'ffff));
            const auto unless_gone = [&](const Word& value) { return Symbolic::select(o.erase, word(0), value).ref(); };
            return Observed{real,
                            {o.erase.ref(), unless_gone(result.next), unless_gone(o.outstanding), o.refresh.ref(),
                             Symbolic::select(o.refresh, o.timeout, word(0)).ref()}};
        };
        out.push_back({event == CountEvent::request ? "ICMP request counted" : "ICMP reply counted", {}, observe});
    }
}

void add_life(std::vector<Situation>& out) {
    for (const auto& [event, name] :
         {std::pair{LifeEvent::hold, "held"}, std::pair{LifeEvent::release, "released"},
          std::pair{LifeEvent::confirm, "confirmed"}, std::pair{LifeEvent::remove, "deleted"},
          std::pair{LifeEvent::condemn, "condemned"}}) {
        const auto observe = [event = event](const Semantics& s) {
            const Word from = fresh_word("from"), references = fresh_word("references");
            const auto result = s.life.step(from, static_cast<std::size_t>(event), {references}, references);
            // A packet that lets go of an entry in the table leaves it the table's reference.
            const Bit real = Symbolic::below(from, number(LifeState::freed)) && references != word(0) &&
                             !(Symbolic::bit(event == LifeEvent::release) && from == number(LifeState::confirmed) &&
                               references == word(1));
            const Bit freed = result.next == number(LifeState::freed);
            return Observed{real, {result.next.ref(), Symbolic::select(freed, word(0), result.outcome).ref()}};
        };
        out.push_back({std::string("an entry is ") + name, {}, observe});
    }
}

void add_rules(std::vector<Situation>& out) {
    out.push_back({"expiry", {}, [](const Semantics& s) {
                       return Observed{yes(), {s.expired(fresh_time("deadline"), fresh_time("now")).ref()}};
                   }});
    for (const Direction dir : {Direction::original, Direction::reply})
        out.push_back({"the state of a packet, " + std::string(name(dir)), {}, [dir](const Semantics& s) {
                           const Word state = s.packet_state(dir, fresh_bit("seen_reply"), fresh_bit("expected"));
                           return Observed{yes(), {state.ref()}};
                       }});
    out.push_back(
        {"a timer cut short", {}, [](const Semantics& s) {
             return Observed{
                 yes(),
                 {s.shrunk_deadline(fresh_time("deadline"), fresh_time("now"), fresh_word("unacknowledged")).ref()}};
         }});
    out.push_back({"a refresh", {}, [](const Semantics& s) {
                       return Observed{yes(),
                                       {s.refreshed_deadline(s.edition, fresh_time("deadline"), fresh_time("now"),
                                                             fresh_word("timeout"), fresh_bit("fixed"))
                                            .ref()}};
                   }});
}

}  // namespace

std::vector<Situation> all_situations(EditionId id) {
    std::vector<Situation> out;
    const Edition& edition = conntrack::edition(id);
    for (const Cell& cell : all_cells(edition)) {
        out.push_back({cell_name(edition, cell.old, cell.dir, cell.cls), cell, [cell](const Semantics& s) {
                           const Meeting meeting = meet_in(s, cell);
                           return Observed{is_real(s, meeting), behaviour(meeting.met)};
                       }});
    }
    add_sctp_situations(out, edition);
    add_flow(out);
    if (id == EditionId::linux_2_6_9) add_count(out);
    add_life(out);
    add_rules(out);
    return out;
}

}  // namespace conntrack::proofs
