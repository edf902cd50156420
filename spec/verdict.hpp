// What conntrack says of one packet.
// Source: enum ip_conntrack_info; the rules are those of nf_conntrack_in() and its predecessors.
#pragma once

#include "spec/clause.hpp"
#include "spec/domain.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace conntrack {

/// The state of a packet, as the `state` match has it; the direction stands beside it.
enum class CtInfo : std::uint8_t { new_, established, related, invalid, untracked };

constexpr std::string_view name(CtInfo info) {
    constexpr std::string_view names[] = {"new", "established", "related", "invalid", "untracked"};
    return names[static_cast<std::size_t>(info)];
}
constexpr std::string_view name(Direction dir) { return dir == Direction::original ? "original" : "reply"; }

using EntryId = std::uint64_t;  // 0: none

struct Verdict {
    bool seen = false;           // it reached tracking
    std::optional<CtInfo> info;  // nothing: not seen, or tracking itself dropped it
    std::optional<Direction> dir;
    Clause clause = Clause::ip_header_invalid;
    std::uint32_t repeats = 0;  // how often tracking began again from the start
    EntryId entry = 0;          // the entry the packet carries

    [[nodiscard]] bool dropped() const { return seen && !info; }
};

/// The state of a packet that found an entry by its tuple, before its protocol has looked at it: a CtInfo number.
template <class D>
constexpr typename D::Word packet_state_number(Direction dir, const typename D::Bit& seen_reply,
                                               const typename D::Bit& expected) {
    const auto number = [](CtInfo info) { return D::word(static_cast<std::uint32_t>(info)); };
    return D::select(D::bit(dir == Direction::reply) || seen_reply, number(CtInfo::established),
                     D::select(expected, number(CtInfo::related), number(CtInfo::new_)));
}
constexpr CtInfo packet_state(Direction dir, bool seen_reply, bool expected) {
    return static_cast<CtInfo>(packet_state_number<Concrete>(dir, seen_reply, expected));
}

}  // namespace conntrack
