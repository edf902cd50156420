#include "oracle/replay/router_outputs.hpp"

#include "oracle/text/packet_text.hpp"
#include "oracle/text/way_text.hpp"
#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/decode.hpp"
#include "spec/wire/layout.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/container_hash/hash.hpp>

namespace conntrack::oracle {

namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

bool is_ipv4(View packet) { return packet[0] >> 4 == 4; }
std::size_t hop_limit_at(View packet) { return is_ipv4(packet) ? 8 : 7; }

void clear(Bytes& bytes, std::size_t at, std::size_t count) {
    for (std::size_t i = at; i < std::min(at + count, bytes.size()); ++i) bytes[i] = 0;
}

/// Without what differs between a packet and itself one hop later: hop limit and checksums.
Bytes comparable(View packet, bool answer) {
    Bytes out(packet.begin(), packet.end());
    clear(out, hop_limit_at(packet), 1);
    if (is_ipv4(packet)) clear(out, 10, 2);
    if (is_ipv4(packet) && answer) clear(out, 4, 2);  // the kernel gives its own packets an id as it likes
    const auto layout = wire::layout_of(packet);
    if (layout && layout->found && !layout->later_fragment)
        if (const auto sum = wire::transport_checksum_at(layout->protocol)) clear(out, layout->transport + *sum, 2);
    return out;
}

/// ... and without what a translation may change: addresses, ports, the id of a query.
Bytes untranslated(Bytes bytes) {
    const auto layout = wire::layout_of(bytes);
    if (!layout) return bytes;
    if (is_ipv4(bytes))
        clear(bytes, 12, 8);
    else
        clear(bytes, 8, 32);
    if (!layout->found || layout->later_fragment || !wire::transport_checksum_at(layout->protocol)) return bytes;
    const bool icmp = layout->protocol == protocol::icmp || layout->protocol == protocol::icmpv6;
    clear(bytes, layout->transport + (icmp ? 4 : 0), icmp ? 2 : 4);
    return bytes;
}

/// Both are captured packets, and may be cut at different lengths.
bool agree(const Bytes& a, const Bytes& b) {
    return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
}

/// Bytes of the transport header that no translation changes and that tell packets of one flow apart.
std::pair<std::size_t, std::size_t> telling_bytes(std::uint8_t protocol) {
    switch (protocol) {
        case protocol::tcp: return {4, 8};  // both sequence numbers
        case protocol::udp: return {8, 8};  // the first of its data
        case protocol::icmp:
        case protocol::icmpv6: return {6, 2};  // the sequence number of a query
        default: return {0, 0};
    }
}

/// What every form of a packet has in common, so that candidates are found at once.
std::uint64_t key_of(View packet, bool answer) {
    const bool v4 = is_ipv4(packet);
    std::size_t key = (v4 ? 4u : 6u) + (answer ? 16u : 0u);
    boost::hash_combine(key, wire::get16(packet, v4 ? 2 : 4));  // its length
    if (v4 && !answer) boost::hash_combine(key, wire::get16(packet, 4));
    const auto layout = wire::layout_of(packet);
    if (!layout || !layout->found || layout->later_fragment) return key;
    boost::hash_combine(key, layout->protocol);
    const auto [at, count] = telling_bytes(layout->protocol);
    const std::size_t begin = layout->transport + at;
    for (std::size_t i = begin; i + 1 < std::min(begin + count, packet.size()); i += 2)
        boost::hash_combine(key, wire::get16(packet, i));
    return key;
}

bool is_long_enough(View packet) { return packet.size() >= (is_ipv4(packet) ? 20u : 40u); }

}  // namespace

std::string seen_text(const SeenOutput& seen) {
    if (seen.answer) return fmt::format("the router's answer to frame {}", seen.frame);
    const std::string out = fmt::format("frame {} on its way out", seen.frame);
    return seen.as_said ? out : fmt::format("{}; NOT AS HERE: {}", out, seen.said);
}

void RouterOutputs::put(Expected expected, View bytes) {
    const std::uint64_t key = key_of(bytes, expected.answer);
    by_key_.emplace(key, first_ + expected_.size());
    expected_.emplace_back(key, std::move(expected));
}

void RouterOutputs::add(std::uint64_t frame, const Passage& passage, Time now) {
    forget_before(now - window);
    const bool own = passage.in.empty();
    for (const LocalAnswer& answer : passage.answers) {
        if (!answer.emerged) continue;
        const Bytes& bytes = answer.sent.bytes;
        put({.frame = frame,
             .when = now,
             .in = {},
             .side = answer.sent.side,
             .came = {},
             .out = comparable(bytes, true),
             .hop_limit = bytes[hop_limit_at(bytes)],
             .answer = true,
             .said = {}},
            bytes);
    }
    if (own || passage.place == Passage::Place::delivered || !is_long_enough(passage.came)) return;
    const auto hop_limit = static_cast<std::uint8_t>(passage.came[hop_limit_at(passage.came)] - 1);
    if (!passage.emerged()) {
        const bool may_be_seen = passage.stop != Stop::malformed && passage.stop != Stop::fragment;
        if (!may_be_seen || hop_limit == 0) return;
        std::string why = stop_text(passage);
        put({.frame = frame,
             .when = now,
             .in = passage.in,
             .side = {},
             .came = comparable(passage.came, false),
             .out = {},
             .hop_limit = hop_limit,
             .said = why.empty() ? std::string(words(passage.stop)) : std::move(why)},
            passage.came);
        return;
    }
    for (const Sent& sent : passage.out) {
        // A datagram that came in fragments is known by what leaves alone.
        const View came = passage.fragments == 1 ? View(passage.came) : View(sent.bytes);
        put({.frame = frame,
             .when = now,
             .in = passage.in,
             .side = sent.side,
             .came = comparable(came, false),
             .out = comparable(sent.bytes, false),
             .hop_limit = hop_limit,
             .said = fmt::format("{} leaves by {}", ends_text(passage.packet), sent.side)},
            sent.bytes);
    }
}

void RouterOutputs::forget_before(Time time) {
    while (!expected_.empty()) {
        const auto& [key, expected] = expected_.front();
        if (expected && expected->when >= time) return;
        const auto [begin, end] = by_key_.equal_range(key);
        const auto mine = std::find_if(begin, end, [&](const auto& item) { return item.second == first_; });
        if (mine != end) by_key_.erase(mine);
        expected_.pop_front();
        ++first_;
    }
}

std::optional<SeenOutput> RouterOutputs::take(Id id, bool as_said) {
    std::optional<Expected>& expected = expected_[id - first_].second;
    SeenOutput seen{.frame = expected->frame, .answer = expected->answer, .as_said = as_said, .said = expected->said};
    expected.reset();
    return seen;
}

std::optional<SeenOutput> RouterOutputs::recognise(View packet, std::string_view interface, Time now) {
    forget_before(now - window);
    if (expected_.empty() || !is_long_enough(packet)) return std::nullopt;
    const std::uint8_t hop_limit = packet[hop_limit_at(packet)];
    std::vector<Id> candidates;
    for (const bool answer : {false, true}) {
        const auto [begin, end] = by_key_.equal_range(key_of(packet, answer));
        for (auto it = begin; it != end; ++it) {
            const auto& expected = expected_[it->second - first_].second;
            if (expected && expected->hop_limit == hop_limit) candidates.push_back(it->second);
        }
    }
    if (candidates.empty()) return std::nullopt;
    std::ranges::sort(candidates);  // the oldest first
    const Bytes as_it_is = comparable(packet, false), as_answer = comparable(packet, true);
    for (const Id id : candidates) {
        const Expected& e = *expected_[id - first_].second;
        const bool there = interface.empty() || interface == e.side;
        if (!e.side.empty() && there && agree(e.out, e.answer ? as_answer : as_it_is)) return take(id, true);
    }
    const Bytes bare = untranslated(as_it_is);
    for (const Id id : candidates) {
        const Expected& e = *expected_[id - first_].second;
        if (e.answer || (!interface.empty() && interface == e.in)) continue;
        if (agree(untranslated(e.came), bare)) return take(id, false);
    }
    return std::nullopt;
}

}  // namespace conntrack::oracle
