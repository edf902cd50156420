#include "model/source_address.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <iterator>
#include <tuple>

namespace conntrack {

namespace {

constexpr int link_scope = 2, site_scope = 5, global_scope = 14;

constexpr bool is_multicast_v6(const Address& a) { return a.high >> 56 == 0xff; }

/// How far an address of IPv6 reaches; a group says so itself.
constexpr int scope_of(const Address& a) {
    constexpr unsigned site_local_prefix = 0x3fb;
    if (is_multicast_v6(a)) return static_cast<int>(a.high >> 48 & 0xf);
    if (is_link_local(Family::ipv6, a)) return link_scope;
    return a.high >> 54 == site_local_prefix ? site_scope : global_scope;
}

constexpr unsigned common_bits(const Address& a, const Address& b) {
    const auto of = [](std::uint64_t difference) { return static_cast<unsigned>(std::countl_zero(difference)); };
    return a.high != b.high ? of(a.high ^ b.high) : 64 + of(a.low ^ b.low);
}

/// Addresses of different labels go badly together: tunnels, unique local addresses, and what has none of its own.
constexpr unsigned label_of(const Address& a) {
    struct Labelled {
        Address prefix;
        unsigned bits;
    };
    constexpr std::array<Labelled, 7> labels = {{
        {{0, 1}, 128},                     // ::1
        {{0, 0x0000'ffff'0000'0000}, 96},  // ::ffff:0:0/96
        {{0, 0}, 96},
        {{0x2001'0010'0000'0000, 0}, 28},
        {{0x2001'0000'0000'0000, 0}, 32},
        {{0x2002'0000'0000'0000, 0}, 16},
        {{0xfc00'0000'0000'0000, 0}, 7},
    }};
    for (unsigned i = 0; i < labels.size(); ++i)
        if (common_bits(a, labels[i].prefix) >= labels[i].bits) return i;
    return labels.size();
}

/// What counts for an address, most important first: the greater is taken.
using Rank = std::tuple<bool, int, bool, bool, unsigned>;

Rank rank(const Network& own, const Address& dst, bool on_interface) {
    constexpr int too_short = 128;
    const int scope = scope_of(own.address);
    const int distance = scope >= scope_of(dst) ? -scope : scope - too_short;
    return {own.address == dst, distance, on_interface, label_of(own.address) == label_of(dst),
            std::min(common_bits(own.address, dst), own.prefix_bits)};
}

/// In the order in which Linux goes through them: of IPv6 the latest comes first, of one scope.
std::vector<Network> ipv6_addresses(const std::vector<Interface>& interfaces, std::size_t index) {
    std::vector<Network> out;
    const auto& own = interfaces[index].addresses;
    std::copy_if(own.rbegin(), own.rend(), std::back_inserter(out),
                 [](const Network& n) { return n.family == Family::ipv6 && !is_link_local(n.family, n.address); });
    out.push_back({Family::ipv6, link_local_address(interfaces, index), 64});
    std::ranges::stable_sort(out, std::greater<>(), [](const Network& n) { return scope_of(n.address); });
    return out;
}

std::optional<Address> ipv6_source(const std::vector<Interface>& interfaces, std::size_t interface,
                                   const Address& dst) {
    const bool own_link_alone = is_multicast_v6(dst) || is_link_local(Family::ipv6, dst);
    std::optional<std::pair<Rank, Address>> best;
    for (std::size_t i = 0; i < interfaces.size(); ++i) {
        if (own_link_alone && i != interface) continue;
        for (const Network& n : ipv6_addresses(interfaces, i))
            if (const Rank r = rank(n, dst, i == interface); !best || r > best->first) best = {r, n.address};
    }
    return best ? std::optional(best->second) : std::nullopt;
}

/// Its first address, or the first that shares the destination's network; without any, one of another interface.
std::optional<Address> ipv4_source(const std::vector<Interface>& interfaces, std::size_t interface,
                                   const Address& dst) {
    const auto is_ipv4 = [](const Network& n) { return n.family == Family::ipv4; };
    const auto& own = interfaces[interface].addresses;
    const auto near = std::ranges::find_if(own, [&](const Network& n) { return n.contains(Family::ipv4, dst); });
    if (near != own.end()) return near->address;
    if (const auto first = std::ranges::find_if(own, is_ipv4); first != own.end()) return first->address;
    for (const Interface& other : interfaces)
        if (const auto it = std::ranges::find_if(other.addresses, is_ipv4); it != other.addresses.end())
            return it->address;
    return std::nullopt;
}

}  // namespace

Address link_local_address(const std::vector<Interface>& interfaces, std::size_t interface) {
    const auto& own = interfaces[interface].addresses;
    const auto last =
        std::find_if(own.rbegin(), own.rend(), [](const Network& n) { return is_link_local(n.family, n.address); });
    if (last != own.rend()) return last->address;
    return {0xfe80'0000'0000'0000, 0xffff'ffff'ffff'ff00 + interface};
}

std::optional<Address> source_address(const std::vector<Interface>& interfaces, std::size_t interface, Family family,
                                      const Address& dst) {
    return family == Family::ipv4 ? ipv4_source(interfaces, interface, dst) : ipv6_source(interfaces, interface, dst);
}

std::optional<Address> redirect_address(const std::vector<Interface>& interfaces, std::size_t interface, Family family,
                                        const Address& dst) {
    const auto& own = interfaces[interface].addresses;
    if (family == Family::ipv4) {
        const auto first = std::ranges::find(own, family, &Network::family);
        return first == own.end() ? std::nullopt : std::optional(first->address);
    }
    const int scope = scope_of(dst);
    const bool same_scope = scope == link_scope || scope == site_scope;
    for (const Network& n : ipv6_addresses(interfaces, interface))
        if (!same_scope || scope_of(n.address) == scope) return n.address;
    return std::nullopt;
}

}  // namespace conntrack
