#include "model/reassembly/fragment.hpp"

#include "spec/wire/big_endian.hpp"

#include <algorithm>
#include <optional>

namespace conntrack {

namespace {

using Bytes = std::span<const std::uint8_t>;
using Read = std::variant<NoFragment, FragmentCut, Fragment>;

constexpr std::uint8_t hop_by_hop = 0, tcp = 6, udp = 17, routing = 43, fragment_header = 44, authentication = 51,
                       icmpv6 = 58, no_next_header = 59, destination_options = 60;
constexpr std::uint32_t ipv6_header = 40, fragment_header_bytes = 8;

constexpr bool is_extension(std::uint8_t next) {
    return next == hop_by_hop || next == routing || next == fragment_header || next == authentication ||
           next == no_next_header || next == destination_options;
}

std::size_t extension_bytes(Bytes b, std::size_t at, std::uint8_t kind) {
    return kind == authentication ? (std::size_t{b[at + 1]} + 2) * 4 : (std::size_t{b[at + 1]} + 1) * 8;
}

struct Place {
    std::size_t header;       // of the fragment header
    std::size_t next_header;  // the byte before it that says so
};

/// Where the fragment header stands (find_prev_fhdr()); nothing if there is none.
std::optional<Place> find_fragment_header(Bytes b) {
    std::uint8_t next = b[6];
    Place place{ipv6_header, 6};
    while (next != fragment_header) {
        if (!is_extension(next) || next == no_next_header || place.header + 2 > b.size()) return std::nullopt;
        const std::size_t bytes = extension_bytes(b, place.header, next);
        next = b[place.header];
        place.next_header = place.header;
        place.header += bytes;
    }
    return place.header > b.size() ? std::nullopt : std::optional(place);
}

/// Does a first fragment end before its transport header does (ipv6frag_thdr_truncated())? `length` is the packet's.
bool lacks_headers(Bytes b, std::size_t at, std::size_t length) {
    std::uint8_t next = fragment_header;
    while (is_extension(next)) {
        if (next == no_next_header || at + 2 > b.size()) return false;
        std::size_t bytes = fragment_header_bytes;
        if (next == fragment_header) {
            if (at + 4 > b.size()) return false;
            if ((wire::get16(b, at + 2) & ~0x7u) != 0) return false;
        } else {
            bytes = extension_bytes(b, at, next);
        }
        next = b[at];
        at += bytes;
    }
    const std::size_t needed = next == tcp ? 20 : next == udp || next == icmpv6 ? 8 : 1;
    return at + needed > length;
}

Read read_ipv4(Bytes b, const Arrival& arrival) {
    if (b.size() < 20) return NoFragment{};
    const std::uint32_t header = (b[0] & 0xfu) * 4;
    const std::uint32_t total = wire::get16(b, 2), field = wire::get16(b, 6);
    if (header < 20 || header > b.size() || total < header || (field & 0x3fff) == 0) return NoFragment{};
    Fragment f;
    f.key = {.family = Family::ipv4,
             .local_out = arrival.local_out,
             .protocol = b[9],
             .id = wire::get16(b, 4),
             .src = Address::from_bytes(b.subspan(12, 4)),
             .dst = Address::from_bytes(b.subspan(16, 4)),
             .interface = {}};
    b = b.first(std::min<std::size_t>(total, b.size()));
    f.packet.assign(b.begin(), b.end());
    f.data_at = header;
    f.offset = (field & 0x1fff) * 8;
    f.length = total - header;
    f.more = (field & 0x2000) != 0;
    f.dont_fragment = (field & 0x4000) != 0;
    f.ecn = b[1] & 3;
    return f;
}

bool needs_link(const Address& dst) { return dst.high >> 56 == 0xff || dst.high >> 54 == 0x3fa; }

Read read_ipv6(Bytes b, const Arrival& arrival, const ReassemblySwitches& rules) {
    if (b.size() < ipv6_header) return NoFragment{};
    const std::uint32_t payload = wire::get16(b, 4);
    if (payload == 0) return NoFragment{};  // a jumbogram has no fragments
    const std::size_t total = ipv6_header + payload;
    b = b.first(std::min(total, b.size()));
    const auto place = find_fragment_header(b);
    if (!place) return NoFragment{};
    if (rules.ipv6_needs_all_headers && lacks_headers(b, place->header, total)) return NoFragment{true};
    if (place->header + fragment_header_bytes > b.size()) {
        if (rules.ipv6_refused_pass) return NoFragment{true};
        return FragmentCut{};
    }
    const std::uint32_t field = wire::get16(b, place->header + 2);
    if (!rules.ipv6_atomic_unwrapped && (field & 0xfff9) == 0) return NoFragment{};

    Fragment f;
    const Address dst = Address::from_bytes(b.subspan(24, 16));
    f.key = {.family = Family::ipv6,
             .local_out = arrival.local_out,
             .protocol = 0,
             .id = wire::get32(b, place->header + 4),
             .src = Address::from_bytes(b.subspan(8, 16)),
             .dst = dst,
             .interface = rules.ipv6_link_tells_apart && needs_link(dst) ? arrival.interface : std::string()};
    f.packet.assign(b.begin(), b.end());
    f.data_at = static_cast<std::uint32_t>(place->header) + fragment_header_bytes;
    f.offset = field & 0xfff8;
    f.length = static_cast<std::uint32_t>(total) - f.data_at;
    f.more = (field & 1) != 0;
    f.ecn = (b[1] >> 4) & 3;
    f.next_header_at = static_cast<std::uint32_t>(place->next_header);
    return f;
}

}  // namespace

Read read_fragment(Bytes packet, const Arrival& arrival, const Edition& edition) {
    if (packet.empty()) return NoFragment{};
    if (packet[0] >> 4 == 4) return read_ipv4(packet, arrival);
    if (packet[0] >> 4 == 6 && edition.core.ipv6) return read_ipv6(packet, arrival, edition.reassembly);
    return NoFragment{};
}

}  // namespace conntrack
