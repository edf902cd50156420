// Applies what NAT has decided of a flow to its packets, and to ICMP errors about it.
// Sources: do_bindings(), icmp_reply_translation() (2.6.9); nf_nat_packet(), nf_nat_icmp_reply_translation() (later).
#pragma once

#include "spec/edition.hpp"
#include "spec/nat/record.hpp"
#include "spec/trackers.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <span>

namespace conntrack::nat {

/// What of a flow's entry its packets are translated by, for those that travel in direction `dir`.
struct Applied {
    Direction dir;
    Tuple others;  // the entry's tuple of the other direction
    L4Tracker tracker;
    bool src_nat, dst_nat;               // its status bits
    bool decided_both;                   // nothing of its binding is left to decide
    std::span<const NatRecord> records;  // linux-2.6.9
};

/// Rewrites a packet of the flow as its binding says for the hook. False: it cannot be rewritten and is dropped.
[[nodiscard]] bool translate(const Applied& flow, Hook hook, std::span<std::uint8_t> bytes, const Edition& edition);
/// The same for an ICMP error about the flow.
[[nodiscard]] bool translate_error(const Applied& flow, Hook hook, std::span<std::uint8_t> bytes,
                                   const Edition& edition);

}  // namespace conntrack::nat
