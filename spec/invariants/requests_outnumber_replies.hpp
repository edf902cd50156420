// linux-2.6.9: an ICMP entry in the table is owed at least one reply; with the last one it leaves.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool requests_outnumber_replies(const EntryView& e) {
    constexpr std::uint32_t below_zero = 0x8000'0000;  // the count, read as signed
    return !e.in_table() || !e.outstanding_requests ||
           (*e.outstanding_requests > 0 && *e.outstanding_requests < below_zero);
}

}  // namespace conntrack::invariant
