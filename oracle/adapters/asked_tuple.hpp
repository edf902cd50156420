// By which tuple one asks for the entry of a packet that does not say which it carried.
#pragma once

#include "spec/edition.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace conntrack::oracle {

/// Its own, or that of the answer to the packet which it quotes. Nothing: it has none, or is a fragment.
std::optional<Tuple> asked_tuple(std::span<const std::uint8_t> packet, const Edition& edition);

}  // namespace conntrack::oracle
