// A binding was decided: SRC_NAT implies SRC_NAT_DONE, and DST_NAT implies DST_NAT_DONE.
#pragma once

#include "spec/invariants/entry_view.hpp"

namespace conntrack::invariant {

constexpr bool bound_means_decided(const EntryView& e) {
    for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst}) {
        const bool decided = e.decided[static_cast<std::size_t>(manip)];
        // linux-2.6.9: a destination that clashes may be saved by another source port, before the source is decided.
        const bool by_the_other = e.edition->nat.implicit_source && manip == nat::Manip::src &&
                                  e.decided[static_cast<std::size_t>(nat::Manip::dst)];
        if (e.bound(manip) && !decided && !by_the_other) return false;
        if (e.edition->nat.keeps_records) continue;
        if (e.status.has(manip == nat::Manip::src ? Status::src_nat_done : Status::dst_nat_done) != decided)
            return false;
    }
    return true;
}

}  // namespace conntrack::invariant
