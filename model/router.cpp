#include "model/router.hpp"

#include "model/source_address.hpp"

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

constexpr Address link_local_network{0xfe80'0000'0000'0000, 0};

bool has(const Interface& interface, Family family, const Address& address) {
    return std::ranges::any_of(interface.addresses,
                               [&](const Network& n) { return n.family == family && n.address == address; });
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

Address Network::first() const {
    const unsigned free_bits = (family == Family::ipv4 ? 32 : 128) - prefix_bits;
    if (free_bits >= 64) return {address.high & top_bits(128 - free_bits), 0};
    return {address.high, address.low & top_bits(64 - free_bits)};
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
    return std::ranges::any_of(interfaces_, [&](const Interface& i) { return has(i, family, address); });
}

bool Router::is_own_on(std::size_t interface, Family family, const Address& address) const {
    if (!is_link_local(family, address)) return is_own(family, address);
    if (interface >= interfaces_.size()) return false;
    return has(interfaces_[interface], family, address) || address == link_local_address(interfaces_, interface);
}

/// The loopback network, and "this network", of which later kernels set only the first address apart.
bool Router::never_a_host(const Address& ipv4) const {
    const std::uint32_t a = ipv4.as_v4();
    return a >> 24 == 127 || (edition_->stack.whole_zero_network ? a >> 24 == 0 : a == 0);
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
    return conntrack::source_address(interfaces_, interface, family, dst);
}

std::optional<Address> Router::redirect_address(std::size_t interface, Family family, const Address& dst) const {
    return conntrack::redirect_address(interfaces_, interface, family, dst);
}

bool Router::is_anycast(Family family, const Address& address) const {
    if (family != Family::ipv6) return false;
    if (address == link_local_network) return true;  // every interface has an address in it
    return std::ranges::any_of(interfaces_, [&](const Interface& i) {
        return std::ranges::any_of(i.addresses, [&](const Network& n) {
            return n.family == family && n.prefix_bits < 127 && address == n.first();
        });
    });
}

/// All hosts and, in IPv6, all routers of the link. Links without address resolution need no solicited-node groups
/// (addrconf_join_solict()).
bool Router::has_joined(Family family, const Address& group) const {
    if (!edition_->stack.joins_groups) return false;
    if (family == Family::ipv4) return group == Address::v4(0xe000'0001);
    constexpr std::uint64_t link = 0xff02'0000'0000'0000;
    return group == Address{link, 1} || group == Address{link, 2};
}

Route Router::route_ipv4(const Packet& packet) const {
    constexpr Family family = Family::ipv4;
    const bool to_all = packet.dst == Address::v4(0xffff'ffff);
    const bool nobody = packet.src == Address{};
    if (is_own(family, packet.src) || is_multicast(family, packet.src) || packet.src == Address::v4(0xffff'ffff))
        return {};
    if (never_a_host(packet.dst) || (never_a_host(packet.src) && !nobody)) return {};
    if (is_multicast(family, packet.dst) && has_joined(family, packet.dst)) return {Route::Kind::local, 0};
    if (is_multicast(family, packet.dst)) return {};
    if (nobody && !(to_all && edition_->stack.joins_groups)) return {};
    if (is_own(family, packet.dst) || is_broadcast(family, packet.dst)) return {Route::Kind::local, 0};
    const std::size_t out = interface_towards(family, packet.dst);
    if (out == interfaces_.size()) return {Route::Kind::unreachable, out};
    return {packet.hop_limit <= 1 ? Route::Kind::expired : Route::Kind::forward, out};
}

/// Unlike IPv4, the source does not matter but where the packet would leave by another link than it came by.
Route Router::route_ipv6(const Packet& packet, const std::string& in) const {
    constexpr Family family = Family::ipv6;
    const auto came =
        static_cast<std::size_t>(std::ranges::find(interfaces_, in, &Interface::name) - interfaces_.begin());
    if (is_own_on(came, family, packet.dst) || is_anycast(family, packet.dst)) return {Route::Kind::local, 0};
    if (is_multicast(family, packet.dst))
        return {has_joined(family, packet.dst) ? Route::Kind::local : Route::Kind::drop, 0};
    const bool on_link = is_link_local(family, packet.dst);
    const std::size_t out = on_link ? came : interface_towards(family, packet.dst);
    if (out >= interfaces_.size()) return {Route::Kind::unreachable, out};
    if (packet.hop_limit <= 1) return {Route::Kind::expired, out};
    if (out != came && packet.src == Address{}) return {};
    if (out != came && is_link_local(family, packet.src)) return {Route::Kind::beyond_link, out};
    return {Route::Kind::forward, out};
}

Route Router::route(const Packet& packet, const std::string& in) const {
    return packet.family == Family::ipv4 ? route_ipv4(packet) : route_ipv6(packet, in);
}

}  // namespace conntrack
