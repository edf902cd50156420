// The packet path of one edition: lookup, protocol, confirmation, with the edition's switches and its transition table
// folded in at compile time. Heavy: include it, by engine_batches.hpp, in one source file an edition.
#pragma once

#include "impl/core.hpp"
#include "impl/entry_after.hpp"
#include "impl/live.hpp"
#include "impl/read_frame.hpp"
#include "impl/sctp_run.hpp"
#include "model/machines/icmp_count.hpp"
#include "spec/flow_settings.hpp"
#include "spec/full_table.hpp"
#include "spec/timer.hpp"
#include "spec/wire/decode.hpp"

#include <array>
#include <bit>
#include <variant>

namespace conntrack::fast {

template <class FrontEnd>
class Engine final : public Core {
  public:
    explicit Engine(const Options& options) : Core(FrontEnd::edition, options) {}

    void track(std::span<const Packet> packets, std::span<Verdict> verdicts, Time now) override;
    void track(std::span<const Frame> frames, std::span<Verdict> verdicts, Time now) override;
    InFlight begin(const Packet& packet, Time now, const Template& from) override;
    InFlight attach_answer(const InFlight& about) override;
    using Tracker::confirm;
    bool confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) override;
    void release(InFlight packet) override;

  private:
    static constexpr const conntrack::Edition& ed = conntrack::edition(FrontEnd::edition);
    /// Packets are worked on in groups: one group is read and the lines of the index are fetched, then the entries,
    /// then it is tracked. In a group, the misses of the address translation overlap as well.
    /// Large groups are better, but a batch should have some.
    static constexpr std::size_t small_group = 16, large_group = 32;
    static constexpr std::size_t group_of(std::size_t batch) {
        return batch > 2 * large_group ? large_group : small_group;
    }
    static constexpr std::size_t mask = 4 * large_group - 1;
    static_assert(std::has_single_bit(small_group) && std::has_single_bit(large_group));

    /// Packets on their way through the batch; Packets that had to be decoded in full lie beside.
    std::array<PacketFacts, mask + 1> window_;
    std::array<Packet, mask + 1> decoded_;

    template <class Read, class BytesOf>
    void track_batch(std::span<Verdict> verdicts, Time now, Read read, BytesOf bytes_of);
    void expect_miss(const PacketFacts& facts, bool full) const;
    void read_whole(PacketFacts& facts, const Frame& frame, Packet& packet);
    void track_one(const PacketFacts& facts, std::span<const std::uint8_t> bytes, Verdict& verdict, Time now);
    bool track_settled(const PacketFacts& facts, Verdict& verdict);
    void begin_one(const PacketFacts& facts, Flight flight, const Template& from);
    bool confirm_one(Flight flight, Time now, std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>* packet);
    Handled track_once(const PacketFacts& facts, Flight flight, const Template& from);
    /// What is known of an entry before a packet of its is handled.
    struct Known {
        flow::State state;
        bool linked;
    };
    static Known known_of(const PackedEntry& e) { return {e.flow_state(), e.linked()}; }
    static constexpr Known settled{flow::State::assured, true};
    Handling handle(const PacketFacts& facts, Handle entry, Direction dir);
    Handling handle_tcp(const PacketFacts& facts, Handle entry, Direction dir);
    Handling carry_out(const TcpEffect& effect, const PacketFacts& facts, Handle entry, PackedEntry& e, Direction dir,
                       Known known);
    Handling handle_sctp(const Packet& packet, Handle entry, Direction dir);
    void show_to_flow(PackedEntry& e, Direction dir);
    Handling handle_flow(const PacketFacts& facts, Handle entry, PackedEntry& e, Direction dir, flow::Kind kind,
                         Known known);
    Handling handle_icmp_count(const PacketFacts& facts, Handle entry, Direction dir);
    void refresh(Handle entry, PackedEntry& e, std::uint32_t timeout_s, Known known);
    void refresh_by(Handle entry, PackedEntry& e, Time span);
    void account(Handle entry, const PackedEntry& e, Direction dir, std::uint32_t length) {
        if (!e.has(Trait::accounted)) return;
        Counter& counter = store_.counters(entry)[static_cast<std::size_t>(dir)];
        ++counter.packets;
        counter.bytes += length;
    }
    void see_reply(PackedEntry& e) {
        e.set(Status::seen_reply);
        note(e, reply_bit(notice_rules_));
    }
    void assure(Handle entry) {
        PackedEntry& e = store_[entry];
        e.set(Status::assured);
        if (e.linked()) table_.assure(entry);
        note(e, assured_bit(notice_rules_));
    }
};

// --- the track hook ------------------------------------------------------------------------------------------------

template <class FrontEnd>
auto Engine<FrontEnd>::track_once(const PacketFacts& facts, Flight flight, const Template& from) -> Handled {
    const Zone& zone = from.zone;
    Verdict& verdict = flight.verdict;
    const auto decide = [&](const Handling& h) {
        verdict.clause = h.clause;
        return h.result;
    };
    verdict.seen = true;
    Clause unmatched = Clause::core_not_invertible;
    if (!facts.plain) {
        const Packet& packet = *facts.whole;
        if (packet.family == Family::ipv6 && !ed.core.ipv6) {
            verdict.seen = false;
            return decide({Handled::accept, Clause::core_no_ipv6});
        }
        // Fragments are reassembled before they come here, but for those of IPv6 that reassembly refuses.
        if (packet.later_fragment) return decide({Handled::invalid, Clause::core_later_fragment});
        if (!packet.transport_found) return decide({Handled::invalid, Clause::core_header_beyond_packet});
        if (facts.tracker == L4Tracker::icmp || facts.tracker == L4Tracker::icmpv6)
            if (const auto done = judge_icmp(packet, flight, zone, unmatched)) return decide(*done);
    }
    if (ed.core.checks_before_lookup && !facts.sound()) return decide({Handled::invalid, facts.fault});
    if (!facts.has_tuple)
        return decide(
            {Handled::invalid, facts.whole != nullptr ? tuple_fault(*facts.whole) : Clause::core_tuple_short});

    const bool usual_zone = zone.id == 0 && !table_.shares_tuples();
    const Table::Place found = usual_zone ? find_alive(facts.key, facts.tag) : look_up(facts.key, zone);
    if (found.entry != no_entry) {
        PackedEntry& e = store_[found.entry];
        live<machines::life::Hold>(e);
        const bool replied = e.flow_state() != flow::State::unreplied;
        attach(flight, found.entry, found.dir, packet_state(found.dir, replied, e.has(Status::expected)));
    } else {
        const Handling made = create(facts, from, flight);
        if (made.result != Handled::accept) {
            const bool error = made.clause == Clause::core_not_invertible;
            return decide({made.result, error ? unmatched : made.clause});
        }
    }
    const Handled handled = decide(handle(facts, flight.entry, *verdict.dir));
    if (!ed.helper.looks_when_tracked || handled != Handled::accept || !store_[flight.entry].has(Trait::extended))
        return handled;
    const auto dropped_by = consult_helper(flight, from.bytes, nullptr).dropped_by;
    return dropped_by ? decide({Handled::drop, *dropped_by}) : handled;
}

template <class FrontEnd>
auto Engine<FrontEnd>::handle(const PacketFacts& facts, Handle entry, Direction dir) -> Handling {
    if (!ed.core.checks_before_lookup && !facts.sound()) return {Handled::invalid, facts.fault};
    PackedEntry& e = store_[entry];
    if (e.l4() == L4Tracker::tcp) return handle_tcp(facts, entry, dir);
    if (!icmp::fits_family(e.l4(), facts.key.v6 ? Family::ipv6 : Family::ipv4))
        return {Handled::invalid, Clause::icmp_wrong_family};
    if (e.l4() == L4Tracker::sctp) return handle_sctp(*facts.whole, entry, dir);
    if (e.has(Trait::counts_icmp)) return handle_icmp_count(facts, entry, dir);
    return handle_flow(facts, entry, e, dir, flow::kind_of(e.l4(), false), known_of(e));
}

template <class FrontEnd>
auto Engine<FrontEnd>::handle_tcp(const PacketFacts& facts, Handle entry, Direction dir) -> Handling {
    PackedEntry& e = store_[entry];
    tcp::Segment<Concrete> segment = facts.segment;
    if (e.has(Status::seq_adjust)) segment.ack_shift = ack_shift(entry, dir, segment.ack);
    const TcpEffect effect = step_tcp<FrontEnd>(e.tcp, {.edition = &ed,
                                                        .settings = &tcp_settings_,
                                                        .dir = dir,
                                                        .cls = facts.cls,
                                                        .old = e.tcp_now(),
                                                        .segment = segment,
                                                        .connection = unpack(e.tcp),
                                                        .seen_reply = e.has(Status::seen_reply),
                                                        .assured = e.has(Status::assured),
                                                        .fixed_timeout = e.has(Status::fixed_timeout)});
    return carry_out(effect, facts, entry, e, dir, known_of(e));
}

/// What TCP decided, done with the entry.
template <class FrontEnd>
auto Engine<FrontEnd>::carry_out(const TcpEffect& effect, const PacketFacts& facts, Handle entry, PackedEntry& e,
                                 Direction dir, Known known) -> Handling {
    const auto after = after_tcp<Concrete>(
        ed, effect, {static_cast<std::uint32_t>(known.state), e.deadline, e.has(Status::fixed_timeout)}, dir, now_,
        tcp_settings_.timeout_unacknowledged);
    e.own_state = static_cast<std::uint8_t>(effect.to);
    if (known.linked && after.deadline != e.deadline) timers_.arm(entry, e, after.deadline);
    if (effect.invalid) return {Handled::invalid, effect.reason};

    if (after.assured) assure(entry);
    if (effect.changed) note(e, EventBit::protoinfo);
    if (effect.account) account(entry, e, dir, facts.length);
    // Until it is confirmed an entry only keeps what its timer will be set to.
    if (effect.refresh && !known.linked && !e.has(Status::confirmed)) e.deadline = effect.timeout;
    if (effect.erase) remove(entry, Gone::by_packet);
    if (after.flow != static_cast<std::uint32_t>(known.state)) e.set_flow(static_cast<flow::State>(after.flow));
    if (effect.repeat) return {Handled::repeat, effect.reason};
    if (after.reply_seen) see_reply(e);
    return {effect.drop ? Handled::drop : Handled::accept, effect.reason};
}

template <class FrontEnd>
auto Engine<FrontEnd>::handle_flow(const PacketFacts& facts, Handle entry, PackedEntry& e, Direction dir,
                                   flow::Kind kind, Known known) -> Handling {
    flow::Step<Concrete> step{.edition = &ed,
                              .kind = kind,
                              .unreplied_timeout = 0,
                              .stream_timeout = 0,
                              .age = 0,
                              .nat_clash = e.has(Status::nat_clash)};
    if (kind != flow::Kind::own_states) {
        const flow::Timeouts& timeouts = kind == flow::Kind::gre
                                             ? e.flow.gre_timeouts
                                             : flow_timeouts_[static_cast<std::size_t>(kind)][facts.key.v6 ? 1 : 0];
        step.unreplied_timeout = timeouts.unreplied;
        step.stream_timeout = timeouts.stream;
        step.age = now_ - e.flow.tracked_since;
        if (choices_ != nullptr && kind == flow::Kind::udp) step.age = judged_age(e, entry, step.age);
    }
    const auto [next, outcome] = detail::show_to_flow<Concrete>(static_cast<std::uint32_t>(known.state), dir, step);
    if (next != static_cast<std::uint32_t>(known.state)) e.set_flow(static_cast<flow::State>(next));
    if (outcome.refresh) {
        refresh(entry, e, outcome.timeout, known);
        account(entry, e, dir, facts.length);
    }
    if (outcome.assured) assure(entry);
    if (flow::tells_again(kind, known.state, ed)) note(e, assured_bit(notice_rules_));
    if (outcome.reply_seen) see_reply(e);
    return {Handled::accept, outcome.reason};
}

template <class FrontEnd>
auto Engine<FrontEnd>::handle_sctp(const Packet& packet, Handle entry, Direction dir) -> Handling {
    if (const auto fault = sctp_fault(packet, ed, settings_)) return {Handled::invalid, *fault};
    PackedEntry& e = store_[entry];
    sctp::State state = e.sctp_now();
    const auto outcome = run_sctp({.edition = &ed,
                                   .timeouts = &sctp_timeouts_,
                                   .dir = dir,
                                   .header = &*packet.sctp,
                                   .confirmed = e.has(Status::confirmed)},
                                  e.sctp, state);
    e.own_state = static_cast<std::uint8_t>(state);
    e.sctp = outcome.association;
    if (outcome.changed) note(e, EventBit::protoinfo);
    if (outcome.assure) {
        const bool was_assured = e.has(Status::assured);
        if (sctp::tells_of_assured(ed, was_assured)) note(e, assured_bit(notice_rules_));
        e.set(Status::assured);
        if (!was_assured && e.linked()) table_.assure(entry);
    }
    if (outcome.invalid) return {Handled::invalid, outcome.reason};
    if (outcome.refresh) {
        refresh_by(entry, e, outcome.timeout);
        account(entry, e, dir, packet.length);
    }
    show_to_flow(e, dir);
    return {Handled::accept, outcome.reason};
}

/// Generic tracking sees a packet that SCTP has accepted, and hears that the entry is ASSURED.
template <class FrontEnd>
void Engine<FrontEnd>::show_to_flow(PackedEntry& e, Direction dir) {
    const flow::Step<Concrete> step{&ed, flow::Kind::own_states, 0, 0, 0, e.has(Status::nat_clash)};
    const auto known = static_cast<std::uint32_t>(e.flow_state());
    auto [next, outcome] = detail::show_to_flow<Concrete>(known, dir, step);
    if (e.has(Status::assured))
        next =
            decide_small<machines::flow::Machine, machines::flow::ProtocolAssures, Concrete>(next, step, outcome).next;
    e.set_flow(static_cast<flow::State>(next));
    if (outcome.reply_seen) see_reply(e);
}

template <class FrontEnd>
void Engine<FrontEnd>::refresh_by(Handle entry, PackedEntry& e, Time span) {
    if (!e.linked()) {
        // No timeout of less than a second can be met before the entry is confirmed.
        if (!e.has(Status::confirmed)) e.deadline = span / nanoseconds_per_second;
        return;
    }
    const Time deadline = deadline_refreshed_by<Concrete>(ed, e.deadline, now_, span, e.has(Status::fixed_timeout));
    if (deadline != e.deadline) timers_.arm(entry, e, deadline);
}

template <class FrontEnd>
auto Engine<FrontEnd>::handle_icmp_count(const PacketFacts& facts, Handle entry, Direction dir) -> Handling {
    PackedEntry& e = store_[entry];
    const icmp::CountStep<Concrete> step{e.flow.icmp_count, settings_[Setting::icmp_timeout]};
    icmp::CountState state = e.count_state();
    icmp::CountOutcome<Concrete> outcome{};
    if (dir == Direction::original)
        run_small<machines::icmp_count::Machine, machines::icmp_count::Request>(state, step, outcome);
    else
        run_small<machines::icmp_count::Machine, machines::icmp_count::Reply>(state, step, outcome);
    e.set_count_state(state);
    e.flow.icmp_count = outcome.outstanding;
    if (outcome.refresh) {
        refresh(entry, e, outcome.timeout, known_of(e));
        account(entry, e, dir, facts.length);
    }
    if (outcome.erase) remove(entry, Gone::by_packet);
    handle_flow(facts, entry, e, dir, flow::Kind::own_states, known_of(e));
    return {Handled::accept, outcome.reason};
}

template <class FrontEnd>
void Engine<FrontEnd>::refresh(Handle entry, PackedEntry& e, std::uint32_t timeout_s, Known known) {
    if (!known.linked) {
        if (!e.has(Status::confirmed)) e.deadline = timeout_s;
        return;
    }
    const Time deadline = refreshed_deadline<Concrete>(ed, e.deadline, now_, timeout_s, e.has(Status::fixed_timeout));
    if (deadline != e.deadline) timers_.arm(entry, e, deadline);
}

template <class FrontEnd>
void Engine<FrontEnd>::begin_one(const PacketFacts& facts, Flight flight, const Template& from) {
    Handled handled;
    while ((handled = track_once(facts, flight, from)) == Handled::repeat) {
        detach(flight);
        ++flight.verdict.repeats;
    }
    if (handled == Handled::invalid) {
        detach(flight);
        flight.verdict.info = CtInfo::invalid;
    } else if (handled == Handled::drop) {
        // linux-2.6.9: DROP is 0, no error; the packet keeps the entry until it is freed.
        if (ed.core.drop_counts_as_accept) {
            flight.verdict.info.reset();
            flight.verdict.dir.reset();
        } else {
            detach(flight);
        }
    }
}

template <class FrontEnd>
bool Engine<FrontEnd>::confirm_one(Flight flight, Time now, std::span<const std::uint8_t> bytes,
                                   std::vector<std::uint8_t>* packet) {
    pass_time(now);
    if (flight.verdict.dropped()) return false;
    if (flight.entry == no_entry) return true;
    if (store_[flight.entry].has(Trait::extended) && !bytes.empty() && !pass_helper(flight, bytes, packet))
        return false;
    const bool unconfirmed = store_[flight.entry].life() == life::State::unconfirmed;
    if (flight.verdict.dir == Direction::original && unconfirmed && !insert(flight.entry, flight)) return false;
    PackedEntry& e = store_[flight.entry];
    if (e.pending == 0) return true;
    const auto told = announcement::at_confirm_hook<Concrete>(e.pending, e.linked());
    e.pending = static_cast<EventMask>(told.gathered);
    if (told.mask != 0)
        notify(flight.entry, static_cast<EventMask>(told.mask), e.deadline > now_ ? e.deadline - now_ : 0);
    return true;
}

// --- packets in flight ---------------------------------------------------------------------------------------------

template <class FrontEnd>
InFlight Engine<FrontEnd>::begin(const Packet& packet, Time now, const Template& from) {
    pass_time(now);
    InFlight out;
    if (from.notrack) {
        out.verdict_.seen = true;
        out.verdict_.info = CtInfo::untracked;
        out.verdict_.clause = Clause::core_notrack;
        return out;
    }
    PacketFacts facts;
    read_facts(facts, packet, ed, settings_, options_.modules);
    if (facts.has_tuple) facts.tag = table_.tag_of(facts.key);
    begin_one(facts, {out.verdict_, out.entry_}, from);
    return out;
}

template <class FrontEnd>
InFlight Engine<FrontEnd>::attach_answer(const InFlight& about) {
    assert(about.entry_ != no_entry);
    InFlight answer;
    answer.verdict_.seen = true;
    answer.verdict_.clause = Clause::icmp_error_related;
    live<machines::life::Hold>(store_[about.entry_]);
    attach({answer.verdict_, answer.entry_}, about.entry_, other(*about.verdict_.dir), CtInfo::related);
    return answer;
}

template <class FrontEnd>
bool Engine<FrontEnd>::confirm(InFlight& packet, Time now, std::vector<std::uint8_t>* bytes) {
    const auto shown = bytes != nullptr ? std::span<const std::uint8_t>(*bytes) : std::span<const std::uint8_t>{};
    return confirm_one({packet.verdict_, packet.entry_}, now, shown, bytes);
}

template <class FrontEnd>
void Engine<FrontEnd>::release(InFlight packet) {
    detach({packet.verdict_, packet.entry_});
}

}  // namespace conntrack::fast
