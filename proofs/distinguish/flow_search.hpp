// The same search for flows without sequence numbers: UDP, and echo requests with their replies.
#pragma once

#include "proofs/distinguish/difference.hpp"

#include <optional>

namespace conntrack::proofs {

/// Runs of up to `most` packets of one flow, at any times up to an hour in steps of a tenth of a second.
std::optional<Distinction> distinguish_flow(std::uint8_t protocol, const Variant& one, const Variant& other,
                                            const Difference& difference, unsigned most);

/// A first packet whose flags only one of them takes.
std::optional<Distinction> distinguish_flags(const Variant& one, const Variant& other);

}  // namespace conntrack::proofs
