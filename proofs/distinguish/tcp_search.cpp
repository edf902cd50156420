#include "proofs/distinguish/tcp_search.hpp"

#include "proofs/propagate.hpp"
#include "proofs/real_packets.hpp"

#include <algorithm>

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

/// A second apart, so that linux-2.6.32 moves its timers as the others do.
TcpPacket next_packet(std::size_t number, const Move& move) {
    constexpr std::int64_t second = 1'000'000'000;
    TcpPacket packet = any_packet("packet" + std::to_string(number + 1), move.dir, move.cls);
    packet.now = Symbolic::time(static_cast<std::int64_t>(number) * second);
    return packet;
}

/// The next packet of an undisturbed connection; but what a SYN says of its side's window is free.
TcpPacket usual_next(const std::vector<TcpPacket>& before, const Move& move) {
    const TcpPacket free = next_packet(before.size(), move);
    TcpPacket packet = usual_packet(before, move);
    packet.now = free.now;
    if (move.cls != PacketClass::syn && move.cls != PacketClass::synack) return packet;
    packet.segment.window = free.segment.window;
    packet.segment.any_option = free.segment.any_option;
    packet.segment.has_window_scale = free.segment.has_window_scale;
    packet.segment.window_scale = free.segment.window_scale;
    packet.segment.sack_permitted = free.segment.sack_permitted;
    return packet;
}

std::vector<Move> moves_after(std::size_t packets) {
    std::vector<Move> out;
    for (const Direction dir : {Direction::original, Direction::reply})
        for (const PacketClass cls : packet_classes())
            if (packets > 0 || dir == Direction::original) out.push_back({dir, cls});
    return out;
}

Path with_packet(const Variant& variant, const Path& path, const TcpPacket& packet) {
    Path out = with_packet(variant.semantics, variant.settings, path, packet);
    if (!path.packets.empty())
        out.condition = out.condition && Symbolic::earlier(packet.now, path.entries.back().deadline);
    return out;
}

Observed seen_last(const Variant& variant, const Path& path) {
    return observe(variant.semantics, variant.settings, path.last(), path.last_met());
}

/// The last packet has changed nothing at all.
bool unchanged(const Path& path) {
    if (path.packets.size() < 2) return false;
    const TcpEntry &was = path.before_last(), &is = path.entries.back();
    return was.state == is.state && is_true((same(was.connection, is.connection) && was.seen_reply == is.seen_reply &&
                                             was.assured == is.assured && was.deadline == is.deadline)
                                                .ref());
}

}  // namespace

const std::vector<TcpDistinguisher::Way>& TcpDistinguisher::ways(std::size_t packets) {
    if (ways_.empty())
        ways_.push_back({{from_entry(new_entry()), from_entry(new_entry()), yes(), 0, State::none, 0, 0}});
    while (ways_.size() <= packets) {
        std::vector<Way> longer;
        for (std::size_t i = 0; i < ways_.back().size(); ++i) lengthen(ways_.back()[i], i, longer);
        ways_.push_back(std::move(longer));
    }
    return ways_[packets];
}

void TcpDistinguisher::lengthen(const Way& way, std::size_t index, std::vector<Way>& out) {
    const std::size_t number = way.one.packets.size();
    const bool all_free = way.usual == 0 && number + 1 < bound_.free_runs;
    const bool may_end_free =
        way.usual > 0 && way.free == 0 && ++usual_ends_[{way.one.packets.front().cls, way.state}] <= bound_.usual_ways;
    for (const Move& move : moves_after(number)) {
        if (way.free == 0) lengthen_by(usual_next(way.one.packets, move), true, way, index, out);
        if (all_free || may_end_free) lengthen_by(next_packet(number, move), false, way, index, out);
    }
}

void TcpDistinguisher::lengthen_by(const TcpPacket& packet, bool usual, const Way& way, std::size_t index,
                                   std::vector<Way>& out) {
    const Path one = with_packet(one_, way.one, packet), other = with_packet(other_, way.other, packet);
    for (const State to : entry_states(one_.semantics.edition)) {
        Way next{in_state(one, to), in_state(other, to), yes(), index, to, way.usual, way.free};
        ++(usual ? next.usual : next.free);
        next.condition = way.condition && next.one.condition && next.other.condition && can_be_sent(packet, false);
        if (is_false(next.condition.ref()) || (unchanged(next.one) && unchanged(next.other))) continue;
        if (usual && usual_ways_[{next.one.packets.front().cls, to, packet.dir, packet.cls}] >= bound_.usual_ways)
            continue;
        if (solver_.check(next.condition.ref()).answer == Answer::unsatisfiable) continue;
        if (usual) ++usual_ways_[{next.one.packets.front().cls, to, packet.dir, packet.cls}];
        out.push_back(std::move(next));
    }
}

struct TcpDistinguisher::Quest {
    Changed changed;
    unsigned questions = 0;
    std::optional<Distinction> found{};  // the shortest; or the shortest in which the difference is alone

    [[nodiscard]] bool over(const SearchBound& bound) const {
        return (found && found->alone) || questions >= bound.questions;
    }
};

std::optional<Distinction> TcpDistinguisher::find(const Difference& difference) {
    Variant one(one_.semantics.edition.id), other(other_.semantics.edition.id);
    difference.adopt(one, other_);
    difference.adopt(other, one_);
    Quest quest{{&one, &other}};
    const auto& cell = difference.cell;
    std::vector<Walks> walks{{from_entry(new_entry()), from_entry(new_entry())}};  // by way
    for (std::size_t length = 1; length <= bound_.most; ++length) {
        const auto& shorter = ways(length - 1);
        for (std::size_t i = 0; i < shorter.size(); ++i) {
            if (cell && cell->state != shorter[i].state) continue;
            for (const Move& move : moves_after(length - 1)) {
                if (cell && (cell->dir != move.dir || cell->cls != move.cls)) continue;
                ask(quest, shorter[i], walks[i], move);
                if (quest.over(bound_)) return quest.found;
            }
        }
        if (length < bound_.most) walks = longer_walks(quest.changed, walks, length);
    }
    return quest.found;
}

std::vector<TcpDistinguisher::Walks> TcpDistinguisher::longer_walks(const Changed& changed,
                                                                    const std::vector<Walks>& walks,
                                                                    std::size_t length) {
    std::vector<Walks> longer;
    for (const Way& way : ways(length)) {
        Walks& walk = longer.emplace_back();
        for (std::size_t side = 0; side < 2; ++side) {
            const auto& before = walks[way.before][side];
            if (!before) continue;
            Path next = in_state(with_packet(*changed[side], *before, way.one.last()), way.state);
            if (!is_false(next.condition.ref())) walk[side] = std::move(next);
        }
    }
    return longer;
}

void TcpDistinguisher::ask(Quest& quest, const Way& way, const Walks& walks, const Move& move) {
    const TcpPacket packet = next_packet(way.one.packets.size(), move);
    const Path one = with_packet(one_, way.one, packet), other = with_packet(other_, way.other, packet);
    const Observed a = seen_last(one_, one), b = seen_last(other_, other);
    const Bit differ =
        way.condition && one.condition && other.condition && can_be_sent(packet, false) && !look_alike(a, b);
    if (is_false(differ.ref())) return;
    const auto possible = [&](const Bit& wanted) {
        if (is_false(wanted.ref())) return false;
        ++quest.questions;
        return asker_.check(merged(propagated(wanted.ref()))).answer == Answer::satisfiable;
    };
    for (std::size_t side = 0; side < 2; ++side) {
        if (!walks[side]) continue;
        const Variant& changed = *quest.changed[side];
        const Path path = with_packet(changed, *walks[side], packet);
        const Observed c = seen_last(changed, path);
        const Bit matters = differ && path.condition && !look_alike(c, side == 0 ? a : b);
        if (!possible(matters)) continue;
        const Bit decides = differ && path.condition && look_alike(c, side == 0 ? b : a);
        const bool alone = possible(decides);
        if (alone || !quest.found) quest.found = decode(one, other, alone ? decides : matters);
        quest.found->alone = alone;
        if (alone) return;
    }
}

Distinction TcpDistinguisher::decode(const Path& one, const Path& other, Bit wanted) {
    Solved solved = solver_.check(wanted.ref());
    for (const Bit& nice : preferences(one.packets)) {
        if (is_true(nice.ref())) continue;
        Solved nicer = solver_.check((wanted && nice).ref());
        if (nicer.answer != Answer::satisfiable) continue;
        wanted = wanted && nice;
        solved = std::move(nicer);
    }
    Evaluation value(solved.model);
    Distinction out{{Trace{one_.semantics.edition.id, {}, {}}, Trace{other_.semantics.edition.id, {}, {}}}, true};
    for (std::size_t i = 0; i < one.packets.size(); ++i) {
        const auto add = [&](Trace& trace, const Variant& variant, const Path& path) {
            const auto seen = observe(variant.semantics, variant.settings, path.packets[i], path.met[i]);
            trace.packets.push_back(decode_packet(variant.semantics.edition, path.packets[i], seen, value));
        };
        add(out.traces[0], one_, one);
        add(out.traces[1], other_, other);
    }
    return out;
}

}  // namespace conntrack::proofs
