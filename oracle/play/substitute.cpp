#include "oracle/play/substitute.hpp"

#include "spec/wire/checksum.hpp"

#include <algorithm>

namespace conntrack::oracle {

namespace {

/// Where an IP packet and its transport header stand within a larger one.
struct Layout {
    std::size_t ip = 0, transport = 0, end = 0;
    bool v6 = false;
    std::uint8_t protocol = 0;
};

std::optional<Layout> layout_at(std::span<const std::uint8_t> p, std::size_t ip) {
    Layout out{.ip = ip, .end = p.size()};
    if (ip >= p.size()) return std::nullopt;
    out.v6 = p[ip] >> 4 == 6;
    constexpr std::size_t shortest_header = 20;
    const std::size_t header = out.v6 ? 40 : (p[ip] & 0xfu) * std::size_t{4};
    if (header < shortest_header || ip + header + 8 > p.size()) return std::nullopt;
    out.transport = ip + header;
    out.protocol = p[ip + (out.v6 ? 6 : 9)];
    const std::size_t total = out.v6 ? 40u + static_cast<std::size_t>(p[ip + 4] << 8 | p[ip + 5])
                                     : static_cast<std::size_t>(p[ip + 2] << 8 | p[ip + 3]);
    out.end = std::min(p.size(), ip + total);
    return out.transport + 8 <= out.end ? std::optional(out) : std::nullopt;
}

struct Place {
    std::size_t at, length;
};

std::optional<Place> place_of(std::span<const std::uint8_t> p, const std::string& field) {
    const bool inner = field.starts_with("inner_");
    auto layout = layout_at(p, 0);
    if (layout && inner) layout = layout_at(p, layout->transport + 8);
    if (!layout) return std::nullopt;
    const std::string name = inner ? field.substr(6) : field;
    const std::size_t bytes = layout->v6 ? 16 : 4;
    if (name == "src") return Place{layout->ip + (layout->v6 ? 8 : 12), bytes};
    if (name == "dst") return Place{layout->ip + (layout->v6 ? 24 : 16), bytes};
    if (name == "sport") return Place{layout->transport, 2};
    if (name == "dport") return Place{layout->transport + 2, 2};
    if (name == "id") return Place{layout->transport + 4, 2};
    return std::nullopt;
}

void put16(std::vector<std::uint8_t>& p, std::size_t at, std::uint16_t value) {
    p[at] = static_cast<std::uint8_t>(value >> 8);
    p[at + 1] = static_cast<std::uint8_t>(value & 0xff);
}

void redo_checksums(std::vector<std::uint8_t>& p, std::size_t ip) {
    const auto layout = layout_at(p, ip);
    if (!layout) return;
    const std::span<const std::uint8_t> all(p);
    constexpr std::uint8_t icmp = 1, tcp = 6, udp = 17, icmpv6 = 58;
    if ((layout->protocol == icmp || layout->protocol == icmpv6) && ip == 0) redo_checksums(p, layout->transport + 8);
    if (!layout->v6) {
        put16(p, ip + 10, 0);
        put16(p, ip + 10,
              static_cast<std::uint16_t>(~wire::fold(wire::sum_bytes(all.subspan(ip, layout->transport - ip)))));
    }
    const std::size_t field = layout->protocol == tcp                                  ? 16
                              : layout->protocol == udp                                ? 6
                              : layout->protocol == icmp || layout->protocol == icmpv6 ? 2
                                                                                       : 0;
    if (field == 0 || layout->transport + field + 2 > layout->end) return;
    if (layout->protocol == udp && p[layout->transport + 6] == 0 && p[layout->transport + 7] == 0) return;
    put16(p, layout->transport + field, 0);
    const std::size_t length = layout->end - layout->transport;
    std::uint32_t sum = 0;
    if (layout->protocol != icmp) {
        const std::size_t bytes = layout->v6 ? 16 : 4;
        sum = wire::sum_bytes(all.subspan(ip + (layout->v6 ? 8 : 12), 2 * bytes));
        sum += layout->protocol + static_cast<std::uint32_t>(length);
    }
    std::uint16_t value =
        static_cast<std::uint16_t>(~wire::fold(wire::sum_bytes(all.subspan(layout->transport, length), sum)));
    if (layout->protocol == udp && value == 0) value = 0xffff;
    put16(p, layout->transport + field, value);
}

}  // namespace

std::optional<std::vector<std::uint8_t>> read_field(std::span<const std::uint8_t> packet, const std::string& field) {
    const auto place = place_of(packet, field);
    if (!place) return std::nullopt;
    const auto bytes = packet.subspan(place->at, place->length);
    return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
}

bool write_field(std::vector<std::uint8_t>& packet, const std::string& field, std::span<const std::uint8_t> value) {
    const auto place = place_of(packet, field);
    if (!place || place->length != value.size()) return false;
    std::ranges::copy(value, packet.begin() + static_cast<std::ptrdiff_t>(place->at));
    redo_checksums(packet, 0);
    return true;
}

}  // namespace conntrack::oracle
