// The protocols' part of the track hook: what each does with a packet of an entry, and ICMP errors.
#include "model/mutation.hpp"
#include "model/tracker.hpp"
#include "spec/flow_settings.hpp"
#include "spec/icmp_judgement.hpp"
#include "spec/sctp/packet.hpp"
#include "spec/tcp/segment_of.hpp"
#include "spec/timer.hpp"

#include <cstdlib>

namespace conntrack {

/// ICMP and ICMPv6 are looked at before the lookup. Nothing: the packet goes on as a query; `unmatched` then says why
/// it could not be matched as an error.
std::optional<Tracker::Handling> Tracker::judge_icmp(const Packet& packet, InFlight& flight, const Zone& zone,
                                                     Clause& unmatched) {
    const auto judgement = icmp::judge(packet, edition_, settings_);
    if (const auto* faulty = std::get_if<icmp::Faulty>(&judgement)) return Handling{Handled::invalid, faulty->clause};
    if (std::holds_alternative<icmp::Untracked>(judgement)) {
        flight.verdict_.info = CtInfo::untracked;
        return Handling{Handled::accept, Clause::icmpv6_untracked_type};
    }
    const auto* error = std::get_if<icmp::Error>(&judgement);
    if (error == nullptr) return std::nullopt;
    const Handling matched = match_error(packet, error->quoted, zone, flight);
    if (matched.result == Handled::accept || !error->query_if_unmatched) return matched;
    unmatched = matched.clause;
    return std::nullopt;
}

/// An ICMP error is RELATED to the entry of the packet it quotes. The entry itself is not touched.
Tracker::Handling Tracker::match_error(const Packet& packet, const InnerPacket* quoted, const Zone& zone,
                                       InFlight& flight) {
    const auto answer = icmp::tuple_of_answer(quoted, edition_, options_.modules);
    if (const auto* clause = std::get_if<Clause>(&answer)) return {Handled::invalid, *clause};
    const Tuple& tuple = std::get<Tuple>(answer);
    const auto found = look_up(tuple, zone);
    if (!found) return {Handled::invalid, Clause::icmp_error_inner_untracked};
    if (mutation::error_of(edition_.core.error_checks_destination && packet.dst != tuple.dst))
        return {Handled::invalid, Clause::icmp_error_outer_destination};
    found->entry->life.hold();
    attach(flight, *found->entry, found->dir, CtInfo::related);
    return {Handled::accept, Clause::icmp_error_related};
}

Tracker::Handling Tracker::handle(const Packet& packet, Entry& entry, Direction dir, Trace* trace) {
    if (!edition_.core.checks_before_lookup) {
        if (const auto fault = transport_fault(entry.tracker, packet, edition_, settings_))
            return {Handled::invalid, *fault};
    }
    if (!icmp::fits_family(entry.tracker, packet.family)) return {Handled::invalid, Clause::icmp_wrong_family};
    if (entry.tracker == L4Tracker::tcp) return handle_tcp(packet, entry, dir, trace);
    if (entry.sctp_machine) return handle_sctp(packet, entry, dir, trace);
    if (entry.icmp_machine) return handle_icmp_count(packet, entry, dir);
    return handle_flow(packet, entry, dir, flow::kind_of(entry.tracker, false));
}

Tracker::Handling Tracker::handle_tcp(const Packet& packet, Entry& entry, Direction dir, Trace* trace) {
    const tcp::State old = entry.tcp_machine->state();
    auto segment = tcp::segment_of(*packet.tcp, packet.transport_length);
    if (entry.has(Status::seq_adjust)) {
        const auto& others = entry.extension->shifts[static_cast<std::size_t>(other(dir))];
        segment.ack_shift = expect::shift_in_window<Concrete>(others, segment.ack);
    }
    tcp::Step<Concrete> step{.edition = &edition_,
                             .settings = &tcp_settings_,
                             .dir = dir,
                             .cls = tcp::packet_class(packet.tcp->flags),
                             .old = old,
                             .segment = segment,
                             .connection = entry.tcp,
                             .seen_reply = entry.has(Status::seen_reply),
                             .assured = entry.has(Status::assured),
                             .fixed_timeout = entry.has(Status::fixed_timeout)};
    mutation::before_tcp(step);
    const auto judged = tcp::judge<Concrete>(step);
    if (trace != nullptr) trace->tcp = judged;
    tcp::Outcome<Concrete> outcome = entry.tcp_machine->receive(judged);
    mutation::after_tcp(outcome);
    entry.tcp = outcome.connection;
    if (outcome.shrink && entry.linked()) {
        const Time deadline = shrink_timer(entry);
        if (deadline != entry.deadline) table_.arm(entry, deadline);
    }
    if (outcome.invalid) return {Handled::invalid, outcome.reason};

    if (outcome.assure) {
        entry.flow.protocol_assures();
        entry.status.set(Status::assured);
        note(entry, assured_bit(notice_rules()));
    }
    if (outcome.changed) note(entry, EventBit::protoinfo);
    if (outcome.account) account(entry, dir, packet);
    if (outcome.refresh) refresh(entry, seconds(outcome.timeout));
    if (outcome.erase) remove(entry, Gone::by_packet);
    if (outcome.repeat) return {Handled::repeat, outcome.reason};
    if (tcp::goes_on_to_flow<Concrete>(outcome, edition_)) handle_flow(packet, entry, dir, flow::Kind::own_states);
    return {outcome.drop ? Handled::drop : Handled::accept, outcome.reason};
}

Tracker::Handling Tracker::handle_sctp(const Packet& packet, Entry& entry, Direction dir, Trace* trace) {
    if (const auto fault = sctp_fault(packet, edition_, settings_)) return {Handled::invalid, *fault};
    if (trace != nullptr) trace->sctp = entry.sctp;
    const sctp::PacketStep step{.edition = &edition_,
                                .timeouts = &sctp_timeouts_,
                                .dir = dir,
                                .header = &*packet.sctp,
                                .confirmed = entry.has(Status::confirmed)};
    const auto outcome = sctp::judge(step, entry.sctp, *entry.sctp_machine);
    entry.sctp = outcome.association;
    if (outcome.changed) note(entry, EventBit::protoinfo);
    if (outcome.assure && sctp::tells_of_assured(edition_, entry.has(Status::assured)))
        note(entry, assured_bit(notice_rules()));
    if (outcome.assure) entry.status.set(Status::assured);
    if (outcome.invalid) return {Handled::invalid, outcome.reason};
    if (outcome.refresh) {
        refresh(entry, outcome.timeout);
        account(entry, dir, packet);
    }
    handle_flow(packet, entry, dir, flow::Kind::own_states);
    // linux-6.18 finds an association worth keeping that nobody has answered: generic tracking hears of it later.
    if (entry.has(Status::assured)) entry.flow.protocol_assures();
    return {Handled::accept, outcome.reason};
}

/// Whether the time that is left is enough to be cut hangs on a tick where the timer was set just before.
Time Tracker::shrink_timer(const Entry& entry) {
    const auto shrunk = [&](Time now) {
        return shrunk_deadline<Concrete>(entry.deadline, now, settings_[Setting::tcp_timeout_unacknowledged]);
    };
    const Time width = choices_->edge_width(), exact = shrunk(now_), early = shrunk(now_ - width);
    const bool is_near_the_edge = (early != entry.deadline) != (shrunk(now_ + width) != entry.deadline);
    if (!is_near_the_edge || width == 0) return exact;
    const bool shrinks = choices_->passed(Edge::shrinking, chooser(entry), exact != entry.deadline);
    return shrinks ? early + width : entry.deadline;
}

Tracker::Handling Tracker::handle_flow(const Packet& packet, Entry& entry, Direction dir, flow::Kind kind) {
    const auto timeouts =
        kind == flow::Kind::gre ? entry.gre_timeouts : flow::timeouts_of(kind, packet.family, edition_, settings_);
    flow::Step<Concrete> step{.edition = &edition_,
                              .kind = kind,
                              .unreplied_timeout = timeouts.unreplied,
                              .stream_timeout = timeouts.stream,
                              .age = now_ - entry.tracked_since,
                              .nat_clash = entry.has(Status::nat_clash)};
    const Time edge = seconds(edition_.core.udp_stream_age_s);
    if (kind == flow::Kind::udp && edge != 0 && entry.flow.state() == FlowMachine::State::replied &&
        std::abs(step.age - edge) <= choices_->edge_width())
        step.age = choices_->passed(Edge::udp_stream_age, chooser(entry), step.age > edge) ? edge + 1 : edge;

    const bool tells_again = flow::tells_again(kind, entry.flow.state(), edition_);
    mutation::before_flow(step);
    auto outcome = entry.flow.receive(dir, step);
    mutation::after_flow(outcome, dir);
    if (outcome.refresh) {
        refresh(entry, seconds(outcome.timeout));
        account(entry, dir, packet);
    }
    if (outcome.assured) entry.status.set(Status::assured);
    if (outcome.assured || tells_again) note(entry, assured_bit(notice_rules()));
    if (outcome.reply_seen) {
        entry.status.set(Status::seen_reply);
        note(entry, reply_bit(notice_rules()));
    }
    return {Handled::accept, outcome.reason};
}

Tracker::Handling Tracker::handle_icmp_count(const Packet& packet, Entry& entry, Direction dir) {
    const auto outcome = entry.icmp_machine->receive(dir, {entry.icmp_count, settings_[Setting::icmp_timeout]});
    entry.icmp_count = outcome.outstanding;
    if (outcome.refresh) {
        refresh(entry, seconds(outcome.timeout));
        account(entry, dir, packet);
    }
    if (outcome.erase) remove(entry, Gone::by_packet);
    handle_flow(packet, entry, dir, flow::Kind::own_states);
    return {Handled::accept, outcome.reason};
}

}  // namespace conntrack
