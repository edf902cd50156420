// How the fast tracker keeps words in little room, in the symbolic domain: what does not fit is cut off.
#pragma once

#include "impl/packed_tcp.hpp"
#include "proofs/symbolic.hpp"

namespace conntrack::fast {

template <>
struct Packing<proofs::Symbolic> {
    using Word = proofs::Word;
    using Byte = Word;
    using Half = Word;
    static Byte byte(const Word& word) { return word & proofs::word(0xff); }
    static Half half(const Word& word) { return word & proofs::word(0xffff); }
    static Word word(const Word& packed) { return packed; }
    static Byte joined(const Word& a, const Word& b) {
        return byte(a | proofs::Symbolic::shift_left(b, proofs::word(1)));
    }
    static Word seen_from(Direction origin, const Word& dir) {
        if (origin == Direction::original) return dir;
        const Word one = proofs::word(1);
        return proofs::Symbolic::select((dir & one) == one, dir - one, dir + one);  // exclusive or
    }
    static Word lowest_bit(const Byte& packed) { return packed & proofs::word(1); }
    /// A shift to the right, bit by bit.
    static Word other_bits(const Byte& packed) {
        Word out = proofs::word(0);
        for (std::uint32_t bit = 2; bit < 256; bit <<= 1) {
            const Bit there = (packed & proofs::word(bit)) != proofs::word(0);
            out = out | proofs::Symbolic::select(there, proofs::word(bit >> 1), proofs::word(0));
        }
        return out;
    }

  private:
    using Bit = proofs::Bit;
};

}  // namespace conntrack::fast
