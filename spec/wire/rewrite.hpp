// What NAT does to the bytes of a packet: addresses, ports, ids and keys are replaced, and checksums adjusted by the
// difference, so that a wrong checksum stays wrong by as much as it was.
// Sources: nf_nat_proto.c (6.18), nf_nat_core.c and nf_nat_proto_*.c (2.6.32), ip_nat_core.c and ip_nat_proto_*.c
// (2.6.9).
//
// An ICMP error is translated in this order, as in nf_nat_icmp_reply_translation(): the quoted packet
// (quoted_offset() of layout.hpp, with the *opposite* part), redo_icmp_checksum(), then the outer packet (offset 0,
// address only).
#pragma once

#include "spec/edition.hpp"
#include "spec/wire/checksum.hpp"
#include "spec/wire/layout.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::wire {

/// With which address is the checksum of a packet told that its address was replaced? linux-2.6.9 takes that of the
/// ICMP error which quotes the packet, in the place of the packet's own.
constexpr bool tells_outer_address(bool quoted, const RewriteSwitches& switches) {
    return quoted && switches.quoted_sum_takes_outer_address;
}

/// The UDP checksum after a rewriting that adjusted it. Where 0 says that there is none, it stays 0.
template <class D>
typename D::Word udp_checksum(const typename D::Word& before, const typename D::Word& adjusted, bool zero_is_none,
                              const RewriteSwitches& switches) {
    const auto zero = D::word(0);
    const auto made =
        D::select(D::bit(switches.udp_zero_sum_becomes_ones) && adjusted == zero, D::word(0xffff), adjusted);
    return D::select(D::bit(zero_is_none) && before == zero, zero, made);
}

/// Which half of a tuple is replaced: SRC manipulation changes the source, DST manipulation the destination.
enum class Part : std::uint8_t { source, destination };

constexpr Part opposite(Part part) { return part == Part::source ? Part::destination : Part::source; }

struct Replacement {
    Part part = Part::source;
    Address address;
    /// The part's port; the id of an ICMP query, whichever the part; the key of a GRE tuple. Nothing for an entry of
    /// the generic tracker and for the outer packet of an ICMP error: then only the address changes (and what sums it).
    std::optional<std::uint16_t> value;
};

/// Rewrites the IP packet that begins at `ip` (0: the packet itself; otherwise one it quotes). `packet` is a whole IP
/// packet that ends where its IP header says. False, with the packet untouched, where the kernel cannot do it and
/// drops: no whole IP header, or fewer bytes of transport header than the protocol's rewriting needs (eight, for UDP
/// too, although six bytes fewer will make a tuple), or an unknown version of GRE.
///
/// A TCP or DCCP header that is cut short of its checksum gets its port alone; of a later fragment only the address
/// changes.
[[nodiscard]] bool replace_part(std::span<std::uint8_t> packet, std::size_t ip, const Replacement& replacement,
                                const RewriteSwitches& switches);

/// Sums the ICMP or ICMPv6 message anew, over all bytes behind its header, as is done after the packet it quotes has
/// been rewritten. Nothing happens to other packets.
void redo_icmp_checksum(std::span<std::uint8_t> packet);

}  // namespace conntrack::wire
