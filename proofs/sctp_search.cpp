#include "proofs/sctp_search.hpp"

#include "proofs/evaluate.hpp"
#include "proofs/packet_bytes.hpp"
#include "proofs/sctp_entry.hpp"
#include "proofs/semantics.hpp"

#include <algorithm>
#include <cstdio>

namespace conntrack::proofs {

namespace {

using sctp::ChunkKind;
using sctp::State;

struct Path {
    std::vector<SctpMove> moves;
    std::vector<ChunkStep> steps;
    std::vector<State> states;  // after each packet
    State state = State::none;
    Association association = sctp::blank<Symbolic>();
    Bit condition = yes();
    bool assures = false;  // the last packet does
};

/// A chunk that a peer could have sent: whole, alone, and with an initiate tag that tells whose it is.
ChunkStep whole_chunk(const Edition& edition, const Path& path, const SctpMove& move) {
    auto step = any_chunk(edition, "packet" + std::to_string(path.moves.size() + 1), move.dir, move.kind);
    step.t_flag = no();
    step.has_init = yes();
    step.init_tag = word(move.dir == Direction::original ? 0x1111 : 0x2222);
    step.with_data = step.after_passed = no();
    return met_in(step, path.state, path.association);
}

std::optional<Path> with(const Semantics& semantics, const Path& path, const SctpMove& move) {
    const ChunkStep step = whole_chunk(semantics.edition, path, move);
    const SctpMet met = meet(semantics, step);
    if (!met.to) return std::nullopt;
    Path out = path;
    out.moves.push_back(move);
    out.steps.push_back(step);
    out.states.push_back(*met.to);
    out.state = *met.to;
    out.association = met.association;
    out.condition = path.condition && met.accepted && !met.passed_over && Symbolic::below(step.tag, word(0x10000));
    out.assures = met.assures;
    return is_false(out.condition.ref()) ? std::nullopt : std::optional(out);
}

std::string hexadecimal(std::uint32_t value) {
    std::array<char, 16> out{};
    std::snprintf(out.data(), out.size(), "0x%x", value);
    return out.data();
}

Trace decode(const Semantics& semantics, const Path& path, const Assignment& model) {
    Evaluation value(model);
    Trace out{semantics.edition.id, {}, {}};
    out.module = "sctp";
    bool answered = false;
    for (std::size_t i = 0; i < path.moves.size(); ++i) {
        const SctpMove& move = path.moves[i];
        const ChunkStep& step = path.steps[i];
        const auto tag = static_cast<std::uint32_t>(value.of(step.tag.ref()));
        const Word info = semantics.packet_state(move.dir, Symbolic::bit(answered), no());
        TracedPacket packet;
        packet.at_ns = static_cast<std::int64_t>(i) * 1'000'000;
        packet.sent_by = packet.dir = move.dir;
        packet.bytes = sctp_packet_bytes(
            move.dir,
            {.tag = tag, .kind = move.kind, .init_tag = static_cast<std::uint32_t>(value.of(step.init_tag.ref()))});
        packet.info = static_cast<CtInfo>(info.ref()->value);
        packet.entry_stands = true;
        packet.sctp_state = path.states[i];
        packet.text = std::string(name(move.dir)) + " " + std::string(sctp::name(move.kind)) + " tag " +
                      hexadecimal(tag) + ": " + std::string(name(*packet.info)) + ", " +
                      std::string(sctp::name(path.states[i]));
        out.packets.push_back(std::move(packet));
        answered = answered || move.dir == Direction::reply;
    }
    return out;
}

}  // namespace

std::optional<Trace> shortest_sctp_trace(const Semantics& semantics, Solver& solver, const std::vector<SctpMove>& moves,
                                         unsigned most, const SctpGoal& goal) {
    std::vector<Path> frontier{Path{}};
    for (unsigned length = 1; length <= most; ++length) {
        std::vector<Path> longer;
        for (const Path& path : frontier) {
            for (const SctpMove& move : moves) {
                if (path.moves.empty() && move.dir == Direction::reply) continue;
                auto next = with(semantics, path, move);
                if (!next) continue;
                const Solved solved = solver.check(next->condition.ref());
                if (solved.answer != Answer::satisfiable) continue;
                if (goal(next->moves, next->state, next->assures)) return decode(semantics, *next, solved.model);
                longer.push_back(std::move(*next));
            }
        }
        frontier = std::move(longer);
    }
    return std::nullopt;
}

std::vector<SctpMove> opening_moves(const Edition& edition) {
    std::vector<SctpMove> out;
    for (const ChunkKind kind : {ChunkKind::init, ChunkKind::init_ack, ChunkKind::cookie_echo, ChunkKind::cookie_ack,
                                 ChunkKind::heartbeat, ChunkKind::heartbeat_ack})
        for (const Direction dir : {Direction::original, Direction::reply})
            if (std::ranges::count(chunk_kinds(edition), kind) != 0) out.push_back({dir, kind});
    return out;
}

}  // namespace conntrack::proofs
