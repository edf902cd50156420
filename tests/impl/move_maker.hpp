// Makes long lists of moves quickly: RapidCheck draws the seed and the length and shrinks the list, a generator of ours
// makes the moves.
#pragma once

#include "tests/support/moves.hpp"

#include <cstdint>
#include <vector>

namespace conntrack::testing {

/// The same seed makes the same moves.
std::vector<Move> make_moves(std::uint64_t seed, std::size_t count);

/// Lists of up to `most` moves, which shrink by leaving moves out.
rc::Gen<std::vector<Move>> long_moves(std::size_t most);

}  // namespace conntrack::testing
