#include "oracle/traffic/oddity.hpp"

#include "spec/tuple.hpp"
#include "spec/wire/big_endian.hpp"

#include <algorithm>

namespace conntrack::oracle::traffic {

namespace {

struct Place {
    bool v6;
    std::size_t header;  // bytes, never more than there are
};

Place place_of(const Bytes& packet) {
    const bool v6 = packet[0] >> 4 == 6;
    return {v6, std::min(packet.size(), v6 ? std::size_t{40} : std::size_t{4} * (packet[0] & 0xf))};
}

void put_length(Bytes& packet, const Place& place) {
    if (place.v6)
        wire::put16(packet, 4, static_cast<std::uint32_t>(packet.size() - place.header));
    else
        wire::put16(packet, 2, static_cast<std::uint32_t>(packet.size()));
}

void shorten(Bytes& packet, const Place& place, Numbers& numbers) {
    const auto left = static_cast<std::uint32_t>(packet.size() - place.header);
    packet.resize(place.header + numbers.below(std::max(left, 1U)));
    put_length(packet, place);
    seal(packet);
}

void turn_a_byte(Bytes& packet, std::size_t from, std::size_t count, Numbers& numbers) {
    if (from >= packet.size()) return;
    const auto limit = static_cast<std::uint32_t>(std::min(count, packet.size() - from));
    packet[from + numbers.below(limit)] ^= static_cast<std::uint8_t>(1 + numbers.below(255));
}

/// What is wrong, or rare, in the IP header itself.
void make_header_odd(Bytes& packet, const Place& place, Numbers& numbers) {
    if (place.v6) {
        turn_a_byte(packet, 4, 3, numbers);  // its length, or what follows
        return;
    }
    switch (numbers.below(5)) {
        case 0: turn_a_byte(packet, 10, 2, numbers); return;  // the checksum
        case 1: turn_a_byte(packet, 2, 2, numbers); break;    // the length
        case 2: packet[0] = static_cast<std::uint8_t>(0x40 | numbers.below(16)); break;
        default: {
            // No timestamps: the time of day that a router writes there is its own.
            constexpr std::array<std::array<std::uint8_t, 8>, 7> options = {{{1, 1, 1, 0, 0, 0, 0, 0},
                                                                             {148, 4, 0, 0, 1, 1, 1, 1},
                                                                             {7, 7, 4, 0, 0, 0, 0, 0},
                                                                             {131, 7, 4, 10, 0, 0, 3, 0},
                                                                             {7, 40, 4, 0, 0, 0, 0, 0},
                                                                             {0x99, 4, 0, 0, 0, 0, 0, 0},
                                                                             {1, 7, 3, 3, 0, 0, 0, 0}}};
            const auto& chosen = numbers.of(options);
            packet.insert(packet.begin() + static_cast<std::ptrdiff_t>(place.header), chosen.begin(), chosen.end());
            packet[0] = static_cast<std::uint8_t>(packet[0] + 2);
            put_length(packet, place);
        }
    }
    seal(packet);
}

void change(Bytes& packet, Numbers& numbers) {
    constexpr std::size_t transport_header = 20, with_options = 60;
    const Place place = place_of(packet);
    switch (numbers.below(10)) {
        case 0: turn_a_byte(packet, place.header, with_options, numbers); return;  // and the checksum is wrong
        case 1:
        case 2:
            turn_a_byte(packet, place.header, transport_header, numbers);
            seal(packet);
            return;
        case 3: shorten(packet, place, numbers); return;
        case 4:
            turn_a_byte(packet, place.header + 12, 1, numbers);
            seal(packet);
            return;  // the TCP data offset
        case 5:
            turn_a_byte(packet, place.header + 20, 40, numbers);
            seal(packet);
            return;
        case 6:
            if (!place.v6) packet[9] = static_cast<std::uint8_t>(numbers.one_in(2) ? 99 : 6);
            seal(packet);
            return;
        case 7:
        case 8: make_header_odd(packet, place, numbers); return;
        default:
            packet[place.v6 ? 7 : 8] = static_cast<std::uint8_t>(numbers.below(3));
            seal(packet);
            return;
    }
}

/// DCCP, whose tracker in linux-2.6.32 is not modelled, comes by chance alone.
void avoid_what_is_not_modelled(Bytes& packet) {
    constexpr std::uint8_t unknown = 99;
    const bool v6 = packet[0] >> 4 == 6;
    std::uint8_t& protocol = packet[v6 ? 6 : 9];
    if (protocol != protocol::dccp) return;
    protocol = unknown;
    if (!v6) seal(packet);
}

}  // namespace

void make_odd(Bytes& packet, Numbers& numbers) {
    change(packet, numbers);
    avoid_what_is_not_modelled(packet);
}

namespace {

Bytes fragment(const Bytes& packet, const Place& place, std::size_t from, std::size_t to, std::uint32_t id) {
    const bool more = to < packet.size() - place.header;
    const auto at = [&](std::size_t i) { return packet.begin() + static_cast<std::ptrdiff_t>(place.header + i); };
    Bytes out(packet.begin(), at(0));
    const auto offset = static_cast<std::uint32_t>(from);
    if (place.v6) {
        Bytes header = {packet[6], 0, 0, 0, 0, 0, 0, 0};
        wire::put16(header, 2, offset | (more ? 1U : 0U));
        wire::put32(header, 4, id);
        out[6] = 44;
        out.insert(out.end(), header.begin(), header.end());
    } else {
        wire::put16(out, 4, id & 0xffff);
        wire::put16(out, 6, offset / 8 | (more ? 0x2000U : 0U));
    }
    out.insert(out.end(), at(from), at(to));
    put_length(out, place);
    seal(out);
    return out;
}

}  // namespace

std::vector<Bytes> in_fragments(const Bytes& packet, Numbers& numbers) {
    constexpr std::size_t unit = 8;
    const Place place = place_of(packet);
    const std::size_t length = packet.size() - place.header;
    constexpr std::size_t shortest_header = 20;
    if (length <= unit || place.header < shortest_header) return {packet};
    const std::uint32_t id = numbers.any32();
    const std::size_t units = (length - 1) / unit;
    const std::size_t first = unit * (1 + numbers.below(static_cast<std::uint32_t>(units)));
    std::vector<Bytes> out = {fragment(packet, place, 0, first, id), fragment(packet, place, first, length, id)};
    if (numbers.one_in(3)) std::swap(out[0], out[1]);
    switch (numbers.below(8)) {
        case 0: out.insert(out.begin() + 1, out[0]); break;
        case 1: out.insert(out.begin() + 1, fragment(packet, place, 0, std::min(first + unit, length), id)); break;
        case 2: out.pop_back(); break;
        default: break;
    }
    return out;
}

}  // namespace conntrack::oracle::traffic
