#include "model/router.hpp"

#include <algorithm>

namespace conntrack {

namespace {

constexpr Network v4(std::uint32_t address, unsigned bits) { return {Family::ipv4, Address::v4(address), bits}; }
constexpr Network v6(std::uint64_t high, std::uint64_t low, unsigned bits) {
    return {Family::ipv6, Address{high, low}, bits};
}

constexpr std::uint64_t top_bits(unsigned count) {
    return count == 0 ? 0 : count >= 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - count);
}

/// An address as 128 bits from the top, whatever its family.
constexpr Address aligned(Family family, const Address& a) {
    return family == Family::ipv4 ? Address{a.low << 32, 0} : a;
}

constexpr bool never_a_host(Family family, const Address& a) {
    if (family == Family::ipv4) return a.low >> 24 == 0 || a.low >> 24 == 127;
    return a == Address{} || a == Address{0, 1};
}

constexpr bool is_link_local_v6(Family family, const Address& a) {
    return family == Family::ipv6 && a.high >> 54 == 0x3fa;
}

constexpr bool is_multicast(Family family, const Address& a) {
    return family == Family::ipv4 ? a.low >> 28 == 0xe : a.high >> 56 == 0xff;
}

}  // namespace

bool Network::contains(Family other_family, const Address& other) const {
    if (other_family != family) return false;
    const Address a = aligned(family, address), b = aligned(family, other);
    const std::uint64_t high = top_bits(prefix_bits), low = prefix_bits > 64 ? top_bits(prefix_bits - 64) : 0;
    return ((a.high ^ b.high) & high) == 0 && ((a.low ^ b.low) & low) == 0;
}

std::vector<Interface> default_interfaces() {
    return {{"inside",
             {v4(0x0a000001, 24), v6(0xfd00'000a'0000'0000, 1, 64)},
             {v4(0x0a000000, 8), v6(0xfd00'000a'0000'0000, 0, 48)}},
            {"outside", {v4(0xc0000201, 24), v6(0xfd00'000b'0000'0000, 1, 64)}, {}}};
}

const Interface* Router::interface_named(const std::string& name) const {
    const auto it = std::ranges::find(interfaces_, name, &Interface::name);
    return it == interfaces_.end() ? nullptr : &*it;
}

bool Router::is_own(Family family, const Address& address) const {
    return std::ranges::any_of(interfaces_, [&](const Interface& i) {
        return std::ranges::any_of(i.addresses,
                                   [&](const Network& n) { return n.family == family && n.address == address; });
    });
}

bool Router::is_broadcast(Family family, const Address& address) const {
    if (family != Family::ipv4) return false;
    if (address == Address::v4(0xffff'ffff)) return true;
    return std::ranges::any_of(interfaces_, [&](const Interface& i) {
        return std::ranges::any_of(i.addresses, [&](const Network& n) {
            if (n.family != Family::ipv4 || n.prefix_bits >= 31) return false;
            const std::uint32_t hosts = 0xffff'ffffu >> n.prefix_bits;
            const bool lowest =
                edition_->stack.network_address_is_broadcast && address.as_v4() == (n.address.as_v4() & ~hosts);
            return lowest || address.as_v4() == (n.address.as_v4() | hosts);
        });
    });
}

bool Router::is_to_many(Family family, const Address& address) const {
    return is_broadcast(family, address) || is_multicast(family, address);
}

/// By the longest prefix; the interface without networks takes the rest. Their number if there is none.
std::size_t Router::interface_towards(Family family, const Address& dst) const {
    std::size_t best = interfaces_.size();
    unsigned best_bits = 0;
    for (std::size_t i = 0; i < interfaces_.size(); ++i) {
        const auto consider = [&](const Network& n) {
            if (n.contains(family, dst) && (best == interfaces_.size() || n.prefix_bits > best_bits)) {
                best = i;
                best_bits = n.prefix_bits;
            }
        };
        std::ranges::for_each(interfaces_[i].addresses, consider);
        std::ranges::for_each(interfaces_[i].networks, consider);
    }
    if (best != interfaces_.size()) return best;
    const auto rest = std::ranges::find_if(interfaces_, [](const Interface& i) { return i.networks.empty(); });
    return static_cast<std::size_t>(rest - interfaces_.begin());
}

std::optional<Address> Router::source_address(std::size_t interface, Family family, const Address& dst) const {
    std::optional<Address> first;
    for (const Network& n : interfaces_[interface].addresses) {
        if (n.family != family || is_link_local_v6(family, n.address)) continue;
        if (n.contains(family, dst)) return n.address;
        if (!first) first = n.address;
    }
    return first;
}

Route Router::route(const Packet& packet, const std::string& in) const {
    const Family family = packet.family;
    const bool limited_broadcast = family == Family::ipv4 && packet.src == Address::v4(0xffff'ffff);
    const bool martian = is_own(family, packet.src) || never_a_host(family, packet.src) || limited_broadcast ||
                         is_multicast(family, packet.src) || never_a_host(family, packet.dst);
    if (martian) return {};
    if (is_own(family, packet.dst) || is_broadcast(family, packet.dst)) return {Route::Kind::local, 0};
    if (is_multicast(family, packet.dst) || is_link_local_v6(family, packet.dst)) return {};
    const std::size_t out = interface_towards(family, packet.dst);
    if (out == interfaces_.size()) return {};
    if (packet.hop_limit <= 1) return {Route::Kind::expired, out};
    // A link-local sender is not forwarded from one link to another (ip6_forward()).
    if (is_link_local_v6(family, packet.src) && interfaces_[out].name != in) return {};
    return {Route::Kind::forward, out};
}

}  // namespace conntrack
