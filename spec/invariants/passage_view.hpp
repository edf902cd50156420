// What the invariants look at of one packet that has gone its way through the router.
#pragma once

#include "spec/invariants/entry_view.hpp"

#include <optional>

namespace conntrack::invariant {

struct PassageView {
    std::optional<CtInfo> info;  // nothing: tracking dropped it
    Direction dir = Direction::original;
    bool about_a_flow = false;       // an ICMP error, which carries the entry of the flow that it is about
    std::optional<EntryView> entry;  // that it carries
    std::optional<Tuple> came;       // of its bytes; nothing: they have none
    std::optional<Tuple> left;       // nothing: it did not leave, or has none
    std::optional<Tuple> quoted_came, quoted_left;  // of the packet that an ICMP error quotes, where it was read
    bool has_left = false;
    bool unchanged = false;        // it left as it came, up to hop limit, options and fragments
    bool asked_nat_rules = false;  // a chain of the nat table was run for it
    enum class NatHooks : std::uint8_t { never, always, at_times } nat = NatHooks::never;  // while it was on its way
};

}  // namespace conntrack::invariant
