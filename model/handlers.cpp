// The protocols' part of the track hook: what each does with a packet of an entry, and ICMP errors.
#include "model/tracker.hpp"
#include "spec/header_checks.hpp"
#include "spec/timer.hpp"

#include <cstdlib>

namespace conntrack {

/// ICMP and ICMPv6 are looked at before the lookup: faults, types that are never tracked, and errors. Nothing: the
/// packet goes on as a query; `unmatched` then says why it could not be matched as an error.
std::optional<Tracker::Handling> Tracker::judge_icmp(const Packet& packet, InFlight& flight, const Zone& zone,
                                                     Clause& unmatched) {
    const bool v6 = packet.protocol == protocol::icmpv6;
    if (v6 != (packet.family == Family::ipv6)) return std::nullopt;  // the wrong family meets its fate in handle()
    if (const auto fault = icmp_fault(packet, edition_, settings_)) return Handling{Handled::invalid, *fault};
    const std::uint8_t type = packet.icmp->type;

    if (v6) {
        if (icmp::v6_untracked(type, edition_)) {
            flight.verdict_.info = CtInfo::untracked;
            return Handling{Handled::accept, Clause::icmpv6_untracked_type};
        }
        if (type == icmp::v6_redirect && edition_.core.icmpv6_redirect_checked && packet.icmp->code == 0) {
            constexpr std::uint64_t link_local = 0xfe80'0000'0000'0000, prefix = 0xffc0'0000'0000'0000;
            if (packet.hop_limit != 255 || (packet.src.high & prefix) != link_local)
                return Handling{Handled::invalid, Clause::icmpv6_redirect_hop};
            if (!packet.redirect_option_ok) return Handling{Handled::invalid, Clause::icmpv6_redirect_option};
            if (packet.redirected) return match_error(packet, packet.redirected, zone, flight);
            return std::nullopt;
        }
        if (!icmp::v6_is_error(type)) return std::nullopt;
        return match_error(packet, packet.inner, zone, flight);
    }
    if (!icmp::is_error(type)) return std::nullopt;
    const Handling matched = match_error(packet, packet.inner, zone, flight);
    if (matched.result == Handled::accept || !edition_.core.unmatched_error_is_query) return matched;
    unmatched = matched.clause;
    return std::nullopt;
}

/// An ICMP error is RELATED to the entry of the packet it quotes. The entry itself is not touched.
Tracker::Handling Tracker::match_error(const Packet& packet, const std::optional<InnerPacket>& inner, const Zone& zone,
                                       InFlight& flight) {
    if (!inner) return {Handled::invalid, Clause::icmp_error_inner_short};
    const auto quoted = tuple_of(*inner, edition_, options_.modules);
    if (!quoted) return {Handled::invalid, Clause::icmp_error_inner_short};
    const auto answer = inverse(*quoted, edition_, options_.modules);
    if (!answer) return {Handled::invalid, Clause::icmp_error_inner_not_invertible};
    const auto found = look_up(*answer, zone);
    if (!found) return {Handled::invalid, Clause::icmp_error_inner_untracked};
    if (edition_.core.error_checks_destination && packet.dst != answer->dst)
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
    switch (entry.tracker) {
        case L4Tracker::tcp: return handle_tcp(packet, entry, dir, trace);
        case L4Tracker::udp: return handle_flow(packet, entry, dir, flow::Kind::udp);
        case L4Tracker::udplite: return handle_flow(packet, entry, dir, flow::Kind::udplite);
        case L4Tracker::icmp:
            if (packet.family != Family::ipv4) return {Handled::invalid, Clause::icmp_wrong_family};
            if (entry.icmp_machine) return handle_icmp_count(packet, entry, dir);
            return handle_flow(packet, entry, dir, flow::Kind::icmp);
        case L4Tracker::icmpv6:
            if (packet.family != Family::ipv6) return {Handled::invalid, Clause::icmp_wrong_family};
            return handle_flow(packet, entry, dir, flow::Kind::icmp);
        case L4Tracker::generic: break;
    }
    return handle_flow(packet, entry, dir, flow::Kind::generic);
}

namespace {

tcp::Segment<Concrete> segment_of(const Packet& packet) {
    const TcpHeader& h = *packet.tcp;
    const bool syn = (h.flags & tcp::flag_syn) != 0;
    const bool fin = (h.flags & tcp::flag_fin) != 0;
    const std::uint32_t payload = packet.transport_length - h.header_bytes;
    return {.syn = syn,
            .ack_flag = (h.flags & tcp::flag_ack) != 0,
            .rst = (h.flags & tcp::flag_rst) != 0,
            .seq = h.seq,
            .ack = h.ack,
            .end = h.seq + payload + (syn ? 1u : 0u) + (fin ? 1u : 0u),
            .window = h.window,
            .sack = h.highest_sack,
            .any_option = h.options.any,
            .has_window_scale = h.options.window_scale.has_value(),
            .sack_permitted = h.options.sack_permitted,
            .window_scale = h.options.window_scale.value_or(0)};
}

}  // namespace

Tracker::Handling Tracker::handle_tcp(const Packet& packet, Entry& entry, Direction dir, Trace* trace) {
    const tcp::State old = entry.tcp_machine->state();
    const auto judged = tcp::judge<Concrete>({.edition = &edition_,
                                              .settings = &tcp_settings_,
                                              .dir = dir,
                                              .cls = tcp::packet_class(packet.tcp->flags),
                                              .old = old,
                                              .segment = segment_of(packet),
                                              .connection = entry.tcp,
                                              .seen_reply = entry.has(Status::seen_reply),
                                              .assured = entry.has(Status::assured),
                                              .fixed_timeout = entry.has(Status::fixed_timeout)});
    if (trace != nullptr) trace->tcp = judged;
    const tcp::Outcome<Concrete> outcome = entry.tcp_machine->receive(judged);
    entry.tcp = outcome.connection;
    if (outcome.shrink && entry.linked()) {
        const Time deadline =
            shrunk_deadline<Concrete>(entry.deadline, now_, settings_[Setting::tcp_timeout_unacknowledged]);
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
    if (outcome.refresh) refresh(entry, outcome.timeout);
    if (outcome.erase) remove(entry);
    if (outcome.repeat) return {Handled::repeat, outcome.reason};
    if (tcp::goes_on_to_flow<Concrete>(outcome, edition_)) handle_flow(packet, entry, dir, flow::Kind::own_states);
    return {outcome.drop ? Handled::drop : Handled::accept, outcome.reason};
}

Tracker::Handling Tracker::handle_flow(const Packet& packet, Entry& entry, Direction dir, flow::Kind kind) {
    flow::Step<Concrete> step{.edition = &edition_,
                              .kind = kind,
                              .unreplied_timeout = 0,
                              .stream_timeout = 0,
                              .age = now_ - entry.tracked_since,
                              .nat_clash = entry.has(Status::nat_clash)};
    const bool own_udplite = info(Setting::udplite_timeout).defaults[static_cast<std::size_t>(edition_.id)].has_value();
    switch (kind) {
        case flow::Kind::own_states: break;
        case flow::Kind::udp:
        case flow::Kind::udplite: {
            const bool lite = kind == flow::Kind::udplite && own_udplite;
            step.unreplied_timeout = settings_[lite ? Setting::udplite_timeout : Setting::udp_timeout];
            step.stream_timeout = settings_[lite ? Setting::udplite_timeout_stream : Setting::udp_timeout_stream];
            break;
        }
        case flow::Kind::icmp:
            step.unreplied_timeout = step.stream_timeout =
                settings_[packet.family == Family::ipv4 ? Setting::icmp_timeout : Setting::icmpv6_timeout];
            break;
        case flow::Kind::generic:
            step.unreplied_timeout = step.stream_timeout = settings_[Setting::generic_timeout];
            break;
    }
    const Time edge = seconds(edition_.core.udp_stream_age_s);
    if (kind == flow::Kind::udp && edge != 0 && entry.flow.state() == FlowMachine::State::replied &&
        std::abs(step.age - edge) <= choices_->edge_width())
        step.age = choices_->passed(Edge::udp_stream_age, entry, step.age > edge) ? edge + 1 : edge;

    const auto outcome = entry.flow.receive(dir, step);
    if (outcome.refresh) {
        refresh(entry, outcome.timeout);
        account(entry, dir, packet);
    }
    if (outcome.assured) {
        entry.status.set(Status::assured);
        note(entry, assured_bit(notice_rules()));
    }
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
        refresh(entry, outcome.timeout);
        account(entry, dir, packet);
    }
    if (outcome.erase) remove(entry);
    handle_flow(packet, entry, dir, flow::Kind::own_states);
    return {Handled::accept, outcome.reason};
}

}  // namespace conntrack
