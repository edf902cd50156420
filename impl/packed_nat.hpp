// What NAT notes of an entry besides its reply tuple and status bits, apart from the entry: packets that are translated
// by these do not look here, but in linux-2.6.9, whose records they are translated by.
#pragma once

#include "spec/nat/record.hpp"
#include "spec/time.hpp"

#include <array>
#include <cstdint>

namespace conntrack::fast {

/// Where a binding came from.
struct PackedOrigin {
    Time when;
    std::uint32_t rule;
    bool there, first_choice, none_free;
};

/// A record of linux-2.6.9, which knows IPv4 alone.
struct PackedRecord {
    std::uint32_t address;
    std::uint16_t part;
    std::uint8_t what;  // direction, and manipulation << 1, and hook << 2
};

constexpr PackedRecord pack(const NatRecord& r) {
    return {r.address.as_v4(), r.part,
            static_cast<std::uint8_t>(static_cast<unsigned>(r.dir) | static_cast<unsigned>(r.manip) << 1 |
                                      static_cast<unsigned>(r.hook) << 2)};
}
constexpr NatRecord unpack(const PackedRecord& r) {
    return {static_cast<Direction>(r.what & 1), static_cast<Hook>(r.what >> 2),
            static_cast<nat::Manip>(r.what >> 1 & 1), Address::v4(r.address), r.part};
}

struct PackedNat {
    std::uint32_t newer, older;  // among the entries with this source; no_entry: none
    std::uint32_t masquerades_at;
    std::array<bool, 2> done;  // by Manip
    std::uint8_t record_count;
    bool masquerades;
    std::array<PackedOrigin, 2> origins;            // by Manip
    static constexpr std::size_t most_records = 8;  // a decision adds four at most, and there are two
    std::array<PackedRecord, most_records> records;

    [[nodiscard]] bool decided(nat::Manip manip) const { return done[static_cast<std::size_t>(manip)]; }
};

}  // namespace conntrack::fast
