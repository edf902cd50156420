// Once the last packet is freed and every timeout has passed, nothing is left: no entry, no place in the list by
// source, no fragment that waits for others.
#pragma once

#include <cstddef>
#include <cstdint>

namespace conntrack::invariant {

/// What a router at rest holds.
struct RestView {
    std::size_t entries = 0;  // in the table or not
    std::size_t linked = 0;
    std::size_t by_source = 0;
    std::size_t waiting_datagrams = 0;
    std::uint64_t fragment_bytes = 0;
};

constexpr bool no_entry_is_left(const RestView& r) { return r.entries == 0 && r.linked == 0; }
constexpr bool no_source_is_left(const RestView& r) { return r.by_source == 0; }
constexpr bool no_fragment_is_left(const RestView& r) { return r.waiting_datagrams == 0 && r.fragment_bytes == 0; }

}  // namespace conntrack::invariant
