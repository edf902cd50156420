// The router on which scenarios play: two or more interfaces, a routing decision, and the hooks a packet passes on its
// way. What a packet meets between PRE_ROUTING and POST_ROUTING stands here; tracking itself in tracker.hpp.
// Sources: ip_rcv_finish(), ip_route_input_slow(), ip_forward(), ip6_mc_input(), ip6_forward().
#pragma once

#include "spec/edition.hpp"
#include "spec/packet.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack {

struct Network {
    Family family = Family::ipv4;
    Address address;
    unsigned prefix_bits = 0;

    [[nodiscard]] bool contains(Family other_family, const Address& other) const;
    /// The address whose host part is 0.
    [[nodiscard]] Address first() const;
};

struct Interface {
    std::string name;
    std::vector<Network> addresses;  // the router's own, with the length of their prefix
    std::vector<Network> networks;   // what lies behind it; none: everything else
};

/// The stage of a scenario that brings no interfaces of its own.
std::vector<Interface> default_interfaces();

/// What the router does with a packet after tracking it.
struct Route {
    enum class Kind : std::uint8_t {
        forward,
        local,
        drop,
        expired,      // its hop limit
        beyond_link,  // a link-local sender is not forwarded to another link (ip6_forward())
        unreachable,  // no interface leads there (ip_error(), ip6_pkt_discard())
    } kind = Kind::drop;
    std::size_t interface = 0;  // forward: where it leaves
};

class Router {
  public:
    explicit Router(std::vector<Interface> interfaces, const Edition& edition)
        : interfaces_(std::move(interfaces)), edition_(&edition) {}

    [[nodiscard]] const std::vector<Interface>& interfaces() const { return interfaces_; }
    [[nodiscard]] const Interface* interface_named(const std::string& name) const;

    /// The decision between PRE_ROUTING and the next hook, for a packet that came in by the interface of that name.
    [[nodiscard]] Route route(const Packet& packet, const std::string& in) const;

    /// The address that the router itself uses on an interface towards `dst`; nothing if it has none of the family.
    /// Towards a link-local address of IPv6 it is the link-local address that the interface lists, or one that stands
    /// for it.
    [[nodiscard]] std::optional<Address> source_address(std::size_t interface, Family family, const Address& dst) const;
    /// The address that REDIRECT takes of an interface: the first, in IPv6 the first of the destination's scope if that
    /// is the link or the site (nf_nat_redirect_ipv6()). Nothing: the packet is dropped.
    [[nodiscard]] std::optional<Address> redirect_address(std::size_t interface, Family family,
                                                          const Address& dst) const;
    /// The interface behind which an address lies; their number if there is none.
    [[nodiscard]] std::size_t interface_towards(Family family, const Address& dst) const;
    /// Is it an address of the router itself?
    [[nodiscard]] bool is_own(Family family, const Address& address) const;
    /// Is it one for a packet that came by this interface? A link-local address is one on its own link alone.
    [[nodiscard]] bool is_own_on(std::size_t interface, Family family, const Address& address) const;
    /// Is it a subnet-router anycast address, which every router of the subnet takes for its own
    /// (addrconf_join_anycast())?
    [[nodiscard]] bool is_anycast(Family family, const Address& address) const;
    /// Is it a broadcast or a multicast address?
    [[nodiscard]] bool is_to_many(Family family, const Address& address) const;

  private:
    std::vector<Interface> interfaces_;
    const Edition* edition_;

    [[nodiscard]] bool is_broadcast(Family family, const Address& address) const;
    [[nodiscard]] bool has_joined(Family family, const Address& group) const;
    [[nodiscard]] bool never_a_host(const Address& ipv4) const;
    [[nodiscard]] Route route_ipv4(const Packet& packet) const;
    [[nodiscard]] Route route_ipv6(const Packet& packet, const std::string& in) const;
};

}  // namespace conntrack
