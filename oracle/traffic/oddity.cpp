#include "oracle/traffic/oddity.hpp"

#include "spec/wire/big_endian.hpp"

#include <algorithm>

namespace conntrack::oracle::traffic {

namespace {

struct Place {
    bool v6;
    std::size_t header;
};

Place place_of(const Bytes& packet) {
    const bool v6 = packet[0] >> 4 == 6;
    return {v6, v6 ? std::size_t{40} : std::size_t{4} * (packet[0] & 0xf)};
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

}  // namespace

void make_odd(Bytes& packet, Numbers& numbers) {
    constexpr std::size_t transport_header = 20, with_options = 60;
    const Place place = place_of(packet);
    switch (numbers.below(8)) {
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
        default:
            packet[place.v6 ? 7 : 8] = static_cast<std::uint8_t>(numbers.below(3));
            seal(packet);
            return;
    }
}

}  // namespace conntrack::oracle::traffic
