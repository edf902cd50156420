// What a NAT rule permits: a range of addresses and a range of ports (or ICMP ids, GRE keys).
// Source: struct nf_nat_range2, and the NF_NAT_RANGE_* flags, of the uapi header nf_nat.h.
#pragma once

#include "spec/address.hpp"

#include <cstdint>

namespace conntrack {

/// Both ends of a range belong to it. Addresses are of the rule set's family; ports are in host byte order.
struct NatRange {
    bool map_ips = false;          // min and max hold
    bool proto_specified = false;  // port_min and port_max hold
    bool random = false;           // --random: the search for a port starts anywhere
    bool random_fully = false;     // --random-fully
    bool persistent = false;       // --persistent: the choice of an address does not look at the destination
    bool proto_offset = false;     // DNAT a:p-q/base: the port keeps its distance from port_base
    Address min, max;
    std::uint16_t port_min = 0, port_max = 0;
    std::uint16_t port_base = 0;

    bool operator==(const NatRange&) const = default;
};

}  // namespace conntrack
