// All differences between two editions in TCP, SCTP, UDP, UDP-Lite, GRE and ICMP queries, each with the shortest
// packets that show it.
#pragma once

#include "proofs/distinguish/difference.hpp"

#include <string_view>

namespace conntrack::proofs {

struct Shown {
    std::string_view protocol;  // "TCP", "SCTP", "UDP", "UDP-Lite", "GRE", "ICMP"
    Difference difference;
    std::optional<Distinction> by;  // nothing: no packets within the bound
};

struct DistinguishOptions {
    std::vector<std::string> names;  // of differences; none: all
    unsigned most = 6;               // packets of a run
};

/// In the order of tcp_differences(), flag_difference(), association_differences(), flow_differences(). Throws
/// std::runtime_error for a name that no difference between these two has. The same result on every machine.
std::vector<Shown> distinguish(EditionId one, EditionId other, const DistinguishOptions& options);

/// What is looked at, in words.
std::string bound_in_words(unsigned most);

}  // namespace conntrack::proofs
