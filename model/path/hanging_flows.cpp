#include "model/path/hanging_flows.hpp"

#include "spec/icmp_judgement.hpp"

#include <algorithm>

namespace conntrack {

/// Zones do not count: which one a packet is tracked in may hang on a match, too.
HangingFlows::Key HangingFlows::key(Key::Part part, Tuple tuple) {
    tuple.zone = 0;
    if (part == Key::Part::whole) return {part, tuple};
    // The id of ICMP stands in the source part of both tuples.
    const std::uint16_t own = part == Key::Part::source || tuple.is_icmp() ? tuple.src_part : tuple.dst_part;
    const Address address = part == Key::Part::source ? tuple.src : tuple.dst;
    return {part, {address, {}, own, 0, tuple.proto, tuple.family, 0}};
}

void HangingFlows::look_up(const Key& key, What& out) const {
    const auto it = hanging_.find(key);
    if (it == hanging_.end()) return;
    const Time now = tracker_.now();
    const bool entry = it->second.entry_until > now, mark = it->second.mark_until > now;
    if (!entry && !mark) return;
    out.since = out.entry || out.mark ? std::min(out.since, it->second.since) : it->second.since;
    out.entry = out.entry || entry;
    out.mark = out.mark || mark;
}

void HangingFlows::look_up(const Tuple& tuple, bool is_known, What& out) const {
    look_up(key(Key::Part::whole, tuple), out);
    if (is_known) return;
    look_up(key(Key::Part::source, tuple), out);
    look_up(key(Key::Part::destination, tuple), out);
}

void HangingFlows::look_up(const InnerPacket& quoted, bool is_known, What& out) const {
    const auto answer = icmp::tuple_of_answer(&quoted, tracker_.edition(), tracker_.modules());
    if (const auto* tuple = std::get_if<Tuple>(&answer)) look_up(*tuple, is_known, out);
}

HangingFlows::What HangingFlows::of(const Packet& packet, bool is_known) const {
    What out;
    if (empty()) return out;
    if (packet.inner) look_up(*packet.inner, is_known, out);
    if (packet.redirected) look_up(*packet.redirected, is_known, out);
    if (const auto tuple = tuple_of(packet, tracker_.edition(), tracker_.modules())) look_up(*tuple, is_known, out);
    return out;
}

HangingFlows::What HangingFlows::of(const Tuple& tuple) const {
    What out;
    look_up(key(Key::Part::whole, tuple), out);
    return out;
}

void HangingFlows::add(const Key& key, const What& what, Time until) {
    const auto [it, is_new] = hanging_.try_emplace(key);
    Hanging& hanging = it->second;
    const bool over = std::max(hanging.entry_until, hanging.mark_until) <= tracker_.now();
    hanging.since = is_new || over ? what.since : std::min(hanging.since, what.since);
    if (what.entry) hanging.entry_until = std::max(hanging.entry_until, until);
    if (what.mark) hanging.mark_until = std::max(hanging.mark_until, until);
}

void HangingFlows::add(const Flow& flow, const What& what, Time until) {
    tidy();
    add(key(Key::Part::whole, flow.original), what, until);
    for (const Tuple& reply : flow.replies) {
        add(key(Key::Part::whole, reply), what, until);
        if (!flow.destination_known) add(key(Key::Part::source, reply), what, until);
    }
    if (!flow.sources_known && flow.destination_known)
        add(key(Key::Part::destination, flow.replies.front()), what, until);
}

void HangingFlows::settle_mark(const Flow& flow) {
    const auto settle = [this](const Tuple& tuple) {
        if (const auto it = hanging_.find(key(Key::Part::whole, tuple)); it != hanging_.end())
            it->second.mark_until = 0;
    };
    settle(flow.original);
    std::ranges::for_each(flow.replies, settle);
}

/// What has ended goes whenever as many as were left have come.
void HangingFlows::tidy() {
    constexpr std::size_t few = 1024;
    if (hanging_.size() < 2 * std::max(tidied_, few)) return;
    const Time now = tracker_.now();
    std::erase_if(hanging_,
                  [&](const auto& one) { return std::max(one.second.entry_until, one.second.mark_until) <= now; });
    tidied_ = hanging_.size();
}

}  // namespace conntrack
