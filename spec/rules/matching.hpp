// Whether a match takes a packet.
#pragma once

#include "spec/rules/subject.hpp"

namespace conntrack::rules {

enum class Answer : std::uint8_t {
    no,
    yes,
    cut,  // the match needs more of the transport header than is there: the packet is dropped ("hotdrop")
};

/// For an UnknownMatch: what the user said of it.
Answer takes(const Match& match, const Subject& subject);

/// The bit of namespace state that a packet has: exactly one of invalid, new, related, established, untracked.
std::uint8_t state_of(const Subject& subject);

}  // namespace conntrack::rules
