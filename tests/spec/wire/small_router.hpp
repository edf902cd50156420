// The packet path of a router without rules and tracking, for tests of what it answers: the stage of docs/formats.md.
#pragma once

#include "spec/wire/answer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::testing {

/// What came out of the router.
struct Handled {
    bool seen = false;                // it got as far as tracking
    std::string side;                 // "inside" or "outside", where something leaves; else empty
    std::vector<std::uint8_t> bytes;  // the packet forwarded, its TTL as it came, or an answer
    bool forwarded = false;
};

/// Takes a packet through the router. `rejecting`: what should be forwarded meets REJECT, TCP with a reset.
Handled handle(std::vector<std::uint8_t> packet, std::uint32_t ms_of_day, bool rejecting = false);

/// The context of an answer to a packet of the stage.
wire::AnswerContext context_of(const std::vector<std::uint8_t>& packet);

/// An answer without what the kernel chooses freely: the IPv4 id (and its share of the checksum), the IPv6 flow label.
std::vector<std::uint8_t> without_choices(std::vector<std::uint8_t> answer);

}  // namespace conntrack::testing
