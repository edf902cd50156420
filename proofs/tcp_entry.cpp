#include "proofs/tcp_entry.hpp"

#include "spec/invariants/tcp_closer_is_known.hpp"
#include "spec/invariants/tcp_fields_fit.hpp"
#include "spec/invariants/tcp_handshake_was_answered.hpp"
#include "spec/invariants/tcp_opener_is_seen.hpp"
#include "spec/invariants/tcp_scale_was_offered.hpp"
#include "spec/invariants/tcp_state_is_known.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

Word number(FlowState state) { return word(static_cast<std::uint32_t>(state)); }

/// The names of the places from which the numbers of a side are told.
tcp::Peer<Symbolic> any_peer(const std::string& name, Origin origin, const Word& mine, const Word& other_side) {
    const auto field = [&](const char* what) { return fresh_word(name + "." + what); };
    const bool by_sent = origin == Origin::sent;
    return {by_sent ? mine : mine + field("sent"),
            mine + field("may_send"),
            field("td_maxwin"),
            by_sent ? other_side + field("acknowledged") : other_side,
            field("td_scale"),
            field("flags"),
            field("loose")};
}

/// Generic tracking as TCP uses it: told when the flow is ASSURED, and shown what went on.
struct FlowAfter {
    Bit seen_reply, assured;
};
FlowAfter flow_after(const Semantics& semantics, const TcpEntry& entry, Direction dir, const TcpOutcome& outcome) {
    const FlowStep step{&semantics.edition, flow::Kind::own_states, word(0), word(0), Symbolic::time(0), no()};
    const Word from =
        Symbolic::select(entry.assured, number(FlowState::assured),
                         Symbolic::select(entry.seen_reply, number(FlowState::replied), number(FlowState::unreplied)));
    const auto event = [](FlowEvent e) { return static_cast<std::size_t>(e); };
    const auto told = semantics.flow.step(from, event(FlowEvent::protocol_assures), step, no_flow_outcome());
    const Word middle = Symbolic::select(outcome.assure && !outcome.invalid, told.next, from);
    const auto shown = semantics.flow.step(
        middle, event(dir == Direction::original ? FlowEvent::original_packet : FlowEvent::reply_packet), step,
        no_flow_outcome());
    const Bit goes_on = semantics.goes_on_to_flow(outcome, semantics.edition);
    const Word state = Symbolic::select(goes_on, shown.next, middle);
    return {state != number(FlowState::unreplied), state == number(FlowState::assured)};
}

}  // namespace

Bit TcpMet::is(CtInfo wanted) const {
    return !dropped && !repeated && info == word(static_cast<std::uint32_t>(wanted));
}

TcpStep step_of(const Edition& edition, const TcpSettings& settings, const TcpEntry& entry, const TcpPacket& packet) {
    return {.edition = &edition,
            .settings = &settings,
            .dir = packet.dir,
            .cls = packet.cls,
            .old = entry.state,
            .segment = packet.segment,
            .connection = entry.connection,
            .seen_reply = entry.seen_reply,
            .assured = entry.assured,
            .fixed_timeout = entry.fixed_timeout};
}

TcpJudged judge(const Semantics& semantics, const TcpSettings& settings, const TcpEntry& entry,
                const TcpPacket& packet) {
    return semantics.judge(step_of(semantics.edition, settings, entry, packet));
}

TcpMet meet(const Semantics& semantics, const TcpSettings& settings, const TcpEntry& entry, const TcpPacket& packet) {
    const TcpResult result = semantics.tcp.step(judge(semantics, settings, entry, packet));
    const TcpOutcome& out = result.outcome;
    const FlowAfter flow = flow_after(semantics, entry, packet.dir, out);

    const Time64 shrunk = Symbolic::select(
        out.shrink, semantics.shrunk_deadline(entry.deadline, packet.now, settings.timeout_unacknowledged),
        entry.deadline);
    const bool confirmed = entry.state != State::none;
    const Time64 refreshed = confirmed ? semantics.refreshed_deadline(semantics.edition, shrunk, packet.now,
                                                                      out.timeout, entry.fixed_timeout)
                                       : packet.now + Symbolic::seconds(out.timeout);
    const Word tracked = semantics.packet_state(packet.dir, entry.seen_reply, no());
    return {.result = result,
            .invalid = out.invalid,
            .dropped = out.drop && !out.invalid,
            .repeated = out.repeat && !out.invalid,
            .gone = (out.erase && !out.invalid) || (Symbolic::bit(!confirmed) && (out.invalid || out.drop)),
            .info = Symbolic::select(out.invalid, word(static_cast<std::uint32_t>(CtInfo::invalid)), tracked),
            .seen_reply = flow.seen_reply,
            .assured = flow.assured,
            .deadline = Symbolic::select(out.refresh && !out.invalid, refreshed, shrunk)};
}

TcpEntry after(const TcpEntry& before, const TcpMet& met, State state) {
    return {state, met.result.outcome.connection, met.seen_reply, met.assured, before.fixed_timeout, met.deadline};
}

TcpEntry new_entry() { return {State::none, tcp::blank<Symbolic>(), no(), no(), no(), Symbolic::time(0)}; }

TcpEntry any_entry(const std::string& name, State state, Origin origin) {
    const auto field = [&](const char* what) { return fresh_word(name + ".last." + what); };
    const Word original = fresh_word(name + ".original.origin"), reply = fresh_word(name + ".reply.origin");
    return {state,
            {any_peer(name + ".original", origin, original, reply),
             any_peer(name + ".reply", origin, reply, original),
             {field("dir"), field("index"), field("seq"), field("ack"), field("end"), field("win"), field("wscale"),
              field("flags")},
             fresh_word(name + ".retrans")},
            fresh_bit(name + ".seen_reply"),
            fresh_bit(name + ".assured"),
            fresh_bit(name + ".fixed_timeout"),
            fresh_time(name + ".deadline")};
}

namespace {

/// The numbers of a packet that belong to its class, around these.
TcpPacket packet_at(const std::string& name, Direction dir, PacketClass cls, const Word& seq, const Word& ack_number) {
    const auto w = [&](const char* what) { return fresh_word(name + "." + what); };
    const auto b = [&](const char* what) { return fresh_bit(name + "." + what); };
    // The class says which flags are set; a RST may come with ACK or without.
    const Bit ack = cls == PacketClass::rst ? b("ack_flag") : Symbolic::bit(cls != PacketClass::syn);
    const std::uint32_t flags = cls == PacketClass::syn || cls == PacketClass::synack || cls == PacketClass::fin;
    return {
        dir,
        cls,
        {Symbolic::bit(cls == PacketClass::syn || cls == PacketClass::synack), ack,
         Symbolic::bit(cls == PacketClass::rst), seq, ack_number, seq + w("payload") + word(flags), w("window"),
         ack_number + w("sack_ahead"), b("any_option"), b("has_window_scale"), b("sack_permitted"), w("window_scale")},
        fresh_time(name + ".now")};
}

}  // namespace

TcpPacket any_packet(const std::string& name, Direction dir, PacketClass cls) {
    return packet_at(name, dir, cls, fresh_word(name + ".seq"), fresh_word(name + ".ack"));
}

TcpPacket any_packet_for(const TcpEntry& entry, const std::string& name, Direction dir, PacketClass cls,
                         Origin origin) {
    const auto place = [&](Direction side) {
        return origin == Origin::sent ? tcp::side(entry.connection, side).td_end
                                      : tcp::side(entry.connection, other(side)).td_maxack;
    };
    return packet_at(name, dir, cls, place(dir) + fresh_word(name + ".seq_ahead"),
                     place(other(dir)) + fresh_word(name + ".ack_ahead"));
}

Bit well_formed(const TcpPacket& packet) {
    const Segment& s = packet.segment;
    constexpr std::uint32_t largest_payload = 65'535 - 40, largest_window = 65'535, largest_scale = 14;
    const std::uint32_t flags =
        packet.cls == PacketClass::syn || packet.cls == PacketClass::synack || packet.cls == PacketClass::fin;
    const Word payload = s.end - s.seq - word(flags);
    const auto at_most = [](const Word& value, std::uint32_t limit) { return !Symbolic::below(word(limit), value); };
    return at_most(payload, largest_payload) && at_most(s.window, largest_window) &&
           at_most(s.window_scale, largest_scale) && implies(!s.has_window_scale, s.window_scale == word(0)) &&
           implies(s.has_window_scale || s.sack_permitted || s.sack != s.ack, s.any_option);
}

Bit invariants_hold(const Semantics& semantics, const TcpEntry& entry) {
    namespace inv = invariant;
    const inv::TcpView<Symbolic> view{&semantics.edition, entry.state, entry.connection, entry.seen_reply,
                                      entry.assured};
    return inv::tcp_closer_is_known<Symbolic>(view) && inv::tcp_fields_fit<Symbolic>(view) &&
           inv::tcp_scale_was_offered<Symbolic>(view) && inv::tcp_state_is_known<Symbolic>(view) &&
           implies(entry.assured, entry.seen_reply);
}

Bit sides_are_seen(const Semantics& semantics, const TcpEntry& entry) {
    const invariant::TcpView<Symbolic> view{&semantics.edition, entry.state, entry.connection, entry.seen_reply,
                                            entry.assured};
    // Without it the others would not carry over: linux-2.6.9 gives the silent side a window of 1.
    const Bit never_without = Symbolic::bit(!semantics.edition.tcp.fresh_receiver_window_is_one) ||
                              entry.connection.reply.td_maxwin != word(0);
    return invariant::tcp_opener_is_seen<Symbolic>(view) && invariant::tcp_handshake_was_answered<Symbolic>(view) &&
           never_without;
}

Bit windows_below(const TcpEntry& entry, std::uint32_t limit) {
    return Symbolic::below(entry.connection.original.td_maxwin, word(limit)) &&
           Symbolic::below(entry.connection.reply.td_maxwin, word(limit));
}

Bit same(const tcp::Peer<Symbolic>& a, const tcp::Peer<Symbolic>& b) {
    return a.td_end == b.td_end && a.td_maxend == b.td_maxend && a.td_maxwin == b.td_maxwin &&
           a.td_maxack == b.td_maxack && a.td_scale == b.td_scale && a.flags == b.flags && a.loose == b.loose;
}

Bit same(const tcp::Last<Symbolic>& a, const tcp::Last<Symbolic>& b) {
    return a.dir == b.dir && a.index == b.index && a.seq == b.seq && a.ack == b.ack && a.end == b.end &&
           a.win == b.win && a.wscale == b.wscale && a.flags == b.flags;
}

Bit same(const Connection& a, const Connection& b) {
    return same(a.original, b.original) && same(a.reply, b.reply) && same(a.last, b.last) && a.retrans == b.retrans;
}

std::span<const PacketClass> packet_classes() {
    static constexpr PacketClass classes[] = {PacketClass::syn, PacketClass::synack, PacketClass::fin, PacketClass::ack,
                                              PacketClass::rst};
    return classes;
}

std::span<const State> entry_states(const Edition& edition) {
    static constexpr State states[] = {State::syn_sent,  State::syn_recv,   State::established,
                                       State::fin_wait,  State::close_wait, State::last_ack,
                                       State::time_wait, State::close,      State::syn_sent2};
    const std::size_t count = edition.tcp.bare_syn_initialises ? 9 : 8;  // linux-2.6.9: nothing leads to LISTEN
    return std::span(states).first(count);
}

std::string cell_name(const Edition& edition, State state, Direction dir, PacketClass cls) {
    return std::string(tcp::name(state, edition)) + ", " + std::string(name(dir)) + " " + std::string(tcp::name(cls));
}

}  // namespace conntrack::proofs
