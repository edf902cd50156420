// One's-complement sums, without folding them: checksums are right if the sum of all words that they cover, with
// themselves, is a multiple of 0xffff. (It is never 0: there is a protocol or a version among the words.)
#pragma once

#include "proofs/symbolic.hpp"

namespace conntrack::proofs {

/// Sixteen bits.
inline Bit is_half(const Word& word) { return Symbolic::below(word, proofs::word(0x1'0000)); }

/// Does it make no difference whether one or the other is summed? Each is the sum of two words.
inline Bit is_same_sum(const Word& a, const Word& b) {
    Bit out = a == b;
    for (const std::uint32_t multiple : {0xffffu, 2 * 0xffffu})
        out = out || a - b == word(multiple) || b - a == word(multiple);
    return out;
}

}  // namespace conntrack::proofs
