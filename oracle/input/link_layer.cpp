#include "oracle/input/link_layer.hpp"

#include "oracle/input/capture.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

namespace conntrack::oracle {

namespace {

constexpr std::size_t ethernet = 14, cooked_v1 = 16, cooked_v2 = 20;  // lengths of link headers

using Bytes = std::span<const std::uint8_t>;
using Content = std::variant<Bytes, NotIp>;

constexpr std::uint16_t ethertype_ipv4 = 0x0800, ethertype_ipv6 = 0x86dd, ethertype_arp = 0x0806,
                        ethertype_vlan = 0x8100, ethertype_service_vlan = 0x88a8, ethertype_old_service_vlan = 0x9100;

std::uint16_t be16(Bytes b, std::size_t at) { return static_cast<std::uint16_t>(b[at] << 8 | b[at + 1]); }

Content short_frame() { return NotIp{"shorter than its link header"}; }

/// What stands behind an Ethernet type, VLAN tags passed over.
Content by_ethertype(std::uint16_t type, Bytes rest) {
    while (type == ethertype_vlan || type == ethertype_service_vlan || type == ethertype_old_service_vlan) {
        if (rest.size() < 4) return short_frame();
        type = be16(rest, 2);
        rest = rest.subspan(4);
    }
    if (type == ethertype_ipv4 || type == ethertype_ipv6) return rest;
    if (type == ethertype_arp) return NotIp{"ARP"};
    if (type < 0x600) return NotIp{"IEEE 802.2 frame"};
    return NotIp{fmt::format("ethertype 0x{:04x}", type)};
}

/// BSD loopback: the address family of the capturing machine, in its byte order (or, OpenBSD, in network order).
Content by_family(Bytes frame) {
    if (frame.size() < 4) return short_frame();
    const std::uint32_t big =
        std::uint32_t{frame[0]} << 24 | std::uint32_t{frame[1]} << 16 | std::uint32_t{frame[2]} << 8 | frame[3];
    const std::uint32_t little =
        std::uint32_t{frame[3]} << 24 | std::uint32_t{frame[2]} << 16 | std::uint32_t{frame[1]} << 8 | frame[0];
    const std::uint32_t family = little < big ? little : big;
    constexpr std::uint32_t inet = 2, inet6_linux = 10, inet6_bsd = 24, inet6_freebsd = 28, inet6_darwin = 30;
    if (family == inet || family == inet6_linux || family == inet6_bsd || family == inet6_freebsd ||
        family == inet6_darwin)
        return frame.subspan(4);
    return NotIp{fmt::format("address family {}", family)};
}

}  // namespace

int from_file_link_type(int in_file) {
    constexpr int raw_ip_in_files = 101;
    return in_file == raw_ip_in_files ? DLT_RAW : in_file;
}

bool link_type_known(int link_type) {
    switch (link_type) {
        case DLT_EN10MB:
        case DLT_LINUX_SLL:
        case DLT_LINUX_SLL2:
        case DLT_RAW:
        case DLT_IPV4:
        case DLT_IPV6:
        case DLT_NULL:
        case DLT_LOOP: return true;
        default: return false;
    }
}

std::string unknown_link_type(int link_type) {
    const char* name = pcap_datalink_val_to_name(link_type);
    return fmt::format(
        "link type {} ({}) is not known; known are Ethernet, Linux cooked v1 and v2, raw IP, null and "
        "loopback",
        link_type, name == nullptr ? "unnamed" : name);
}

Content ip_packet(int link_type, Bytes frame) {
    switch (link_type) {
        case DLT_EN10MB:
            if (frame.size() < ethernet) return short_frame();
            return by_ethertype(be16(frame, 12), frame.subspan(ethernet));
        case DLT_LINUX_SLL:
            if (frame.size() < cooked_v1) return short_frame();
            return by_ethertype(be16(frame, 14), frame.subspan(cooked_v1));
        case DLT_LINUX_SLL2:
            if (frame.size() < cooked_v2) return short_frame();
            return by_ethertype(be16(frame, 0), frame.subspan(cooked_v2));
        case DLT_NULL:
        case DLT_LOOP: return by_family(frame);
        default: return frame;  // raw IP
    }
}

std::optional<std::uint32_t> interface_index(int link_type, Bytes frame) {
    if (link_type != DLT_LINUX_SLL2 || frame.size() < cooked_v2) return std::nullopt;
    return std::uint32_t{be16(frame, 4)} << 16 | be16(frame, 6);
}

}  // namespace conntrack::oracle
