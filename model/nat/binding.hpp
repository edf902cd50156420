// What NAT has decided for one entry, and where the decision came from. The reply tuple and the status bits of the
// entry say the rest.
// Sources: struct ip_nat_info (2.6.9), struct nf_conn_nat.
#pragma once

#include "spec/nat/manip.hpp"
#include "spec/nat/record.hpp"
#include "spec/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace conntrack {

/// The rule that made a binding, for those who ask.
struct BindingOrigin {
    std::string rule;        // as iptables-save has it; empty: no rule matched
    std::uint64_t line = 0;  // of the rules' text
    Time when = 0;
    bool first_choice = false;  // Linux chose at random, and this is the first permitted choice
    bool none_free = false;     // no port was free: this one is another entry's
};

struct NatState {
    std::array<bool, 2> done{};  // by Manip: decided, be it that nothing is changed
    std::array<std::optional<BindingOrigin>, 2> origin;
    std::vector<NatRecord> records;             // linux-2.6.9
    std::optional<std::string> masquerades_at;  // the interface whose address MASQUERADE took
    std::uint64_t listed_as = 0;                // place in the list by source; 0: not there

    [[nodiscard]] bool decided(nat::Manip manip) const { return done[static_cast<std::size_t>(manip)]; }
};

}  // namespace conntrack
