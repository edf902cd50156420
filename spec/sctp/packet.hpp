// One SCTP packet: its walk of chunks is judged as a whole, then chunk by chunk. The machine that moves the state is
// asked through a parameter, for each tracker has its own.
//
// linux-2.6.9 does three things here that no verdict can tell: a chunk of length 0 sends its walk round forever, a
// packet without chunks that bears the right tag has its timeout read behind the end of an array, and a first packet
// of DATA alone with tag 0 has a null pointer followed. Each has a clause of its own, and is INVALID here.
// Source: do_basic_checks(), sctp_new(), sctp_error(), sctp_packet() of ip_conntrack_proto_sctp.c (2.6.9) and
// nf_conntrack_proto_sctp.c.
#pragma once

#include "spec/sctp/chunk_rules.hpp"
#include "spec/sctp/header.hpp"
#include "spec/sctp/timeouts.hpp"

#include <algorithm>
#include <optional>

namespace conntrack::sctp {

/// What the walk of a packet's chunks shows before any of them is judged.
struct Walk {
    std::optional<Clause> fault;  // the packet is INVALID
    bool bears_own_tag = false;   // whether its tag is tested as a whole: no chunk has a rule of its own for it
    bool with_data = false;
    bool out_of_the_blue = false;  // holds what cannot come first
};

inline Walk walk(const Header& header, const Edition& edition) {
    Walk out{std::nullopt, true, false, false};
    bool alone = false;
    for (std::size_t i = 0; i < header.chunks.size(); ++i) {
        const Chunk& chunk = header.chunks[i];
        const ChunkKind kind = kind_of(chunk.type, edition);
        const bool first = kind == ChunkKind::cookie_ack || kind == ChunkKind::cookie_echo;
        alone = alone || kind == ChunkKind::init || kind == ChunkKind::init_ack || kind == ChunkKind::shutdown_complete;
        const bool misplaced = first || alone;
        if (misplaced && i != 0) out.fault = Clause::sctp_chunks_order;
        // A chunk without end is met again as the second one.
        else if (chunk.length == 0 && !edition.sctp.bounds_walk)
            out.fault = misplaced ? Clause::sctp_chunks_order : Clause::sctp_chunks_endless;
        else if (chunk.length == 0)
            out.fault = Clause::sctp_chunks_zero_length;
        if (out.fault) return out;
        using enum ChunkKind;
        out.with_data = out.with_data || chunk.type == data_chunk;
        out.out_of_the_blue = out.out_of_the_blue || kind == abort || kind == shutdown_complete || kind == cookie_ack;
        out.bears_own_tag = out.bears_own_tag && (kind == init_ack || kind == shutdown || kind == error ||
                                                  kind == cookie_ack || kind == other);
    }
    if (header.chunks.empty() && edition.sctp.bounds_walk) out.fault = Clause::sctp_chunks_none;
    return out;
}

/// A packet and what is known of its entry.
struct PacketStep {
    const Edition* edition;
    const Timeouts<Concrete>* timeouts;
    Direction dir;
    const Header* header;
    bool confirmed;  // the entry is in the table; else this is its first packet
};

/// What the packet does to its entry. Of an INVALID one `association`, `changed` and `assure` hold, too: what was done
/// before the fault was met stays done.
struct PacketOutcome {
    Clause reason = Clause::sctp_chunk;
    bool invalid = false;
    bool refresh = false;  // the timer is set to `timeout`, and the packet counted
    Time timeout = 0;
    bool changed = false;  // the state, at some chunk
    bool assure = false;
    Association<Concrete> association = blank<Concrete>();
};

namespace detail {

inline ChunkStep<Concrete> chunk_step(const PacketStep& packet, const Walk& walk, const Chunk& chunk, State old,
                                      bool after_passed, const Association<Concrete>& association) {
    return {.edition = packet.edition,
            .dir = packet.dir,
            .kind = kind_of(chunk.type, *packet.edition),
            .old = old,
            .tag = packet.header->tag,
            .t_flag = (chunk.flags & t_flag) != 0,
            .has_init = chunk.has_init,
            .init_tag = chunk.init_tag,
            .with_data = walk.with_data,
            .after_passed = after_passed,
            .association = association};
}

/// Looks each chunk of a first packet up from NONE. The machine is left in the state that the packet is handled in.
/// Something: the packet is refused.
template <class Machine>
std::optional<Clause> open_entry(const PacketStep& packet, const Walk& walk, PacketOutcome& out, Machine& machine) {
    if (walk.out_of_the_blue) return Clause::sctp_new_out_of_the_blue;
    out.association = blank<Concrete>();
    for (const Chunk& chunk : packet.header->chunks) {
        machine.restore(State::none);
        const auto outcome = machine.open(chunk_step(packet, walk, chunk, State::none, false, out.association));
        if (outcome.invalid) return outcome.reason;
        out.association = outcome.association;
    }
    return std::nullopt;
}

template <class Machine>
void handle_chunks(const PacketStep& packet, const Walk& walk, PacketOutcome& out, Machine& machine) {
    const Edition& edition = *packet.edition;
    bool passed = false, keeps = false;
    for (const Chunk& chunk : packet.header->chunks) {
        const State old = machine.state();
        const auto step = chunk_step(packet, walk, chunk, old, passed, out.association);
        const auto outcome = machine.receive(step);
        out.association = outcome.association;
        if (!passed || outcome.invalid) out.reason = outcome.reason;
        out.invalid = outcome.invalid;
        if (out.invalid) {
            out.assure = out.assure && !edition.sctp.assures_by_handshake;
            return;
        }
        passed = passed || outcome.passed_over;
        if (outcome.passed_over) continue;
        const State now = machine.state();
        out.changed = out.changed || old != now;
        const bool assures_now = assures(edition, packet.dir, old, now);
        // By the handshake only the last chunk counts.
        out.assure = assures_now || (out.assure && !edition.sctp.assures_by_handshake);
        keeps = keeps || keeps_timer(edition, step.kind, old, now, packet.confirmed);
    }
    if (keeps) out.reason = Clause::sctp_init_not_refreshed;
    out.refresh = !passed && !keeps;
    out.timeout = packet.timeouts->of[static_cast<std::size_t>(machine.state())];
}

}  // namespace detail

/// `machine` stands in the entry's state; it has state(), restore(State), and open(), receive() for a ChunkStep.
template <class Machine>
PacketOutcome judge(const PacketStep& packet, const Association<Concrete>& before, Machine& machine) {
    PacketOutcome out;
    out.association = before;
    const auto refused = [&](Clause reason) {
        out.reason = reason;
        out.invalid = true;
        return out;
    };
    const Walk met = walk(*packet.header, *packet.edition);
    if (met.fault) return refused(*met.fault);
    if (!packet.confirmed)
        if (const auto fault = detail::open_entry(packet, met, out, machine)) return refused(*fault);
    if (met.bears_own_tag && !tag_fits<Concrete>(out.association, packet.dir, packet.header->tag))
        return refused(Clause::sctp_tag);
    if (packet.header->chunks.empty()) return refused(Clause::sctp_chunks_none_undefined);
    detail::handle_chunks(packet, met, out, machine);
    if (!out.invalid && machine.state() == State::none) return refused(Clause::sctp_new_undefined);
    return out;
}

}  // namespace conntrack::sctp
