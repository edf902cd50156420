// Fragments in a short notation, and what a Reassembler makes of them in the same one.
#pragma once

#include "model/reassembly/reassembler.hpp"
#include "tests/spec/wire/bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace conntrack::testing {

/// One fragment. In words: "0-48+", bytes 0 to 47 of a datagram with more to come, then letters with a number:
/// i identifier (1), e congestion mark (0), t hop limit (64), s last byte of the source address; d: do not fragment.
struct Part {
    std::uint32_t begin = 0, end = 0;
    bool more = false, dont_fragment = false;
    unsigned id = 1, ecn = 0, hop_limit = 64, source = 2;
};
Part parse_part(std::string_view text);

inline const Arrival from_inside{.interface = "inside", .local_out = false, .number = 7};

/// A UDP datagram of that many bytes (header included) from 10.0.0.2 to 192.0.2.2, or fd00:a::2 to fd00:b::2.
Bytes datagram(Family family, std::size_t bytes);
/// A fragment of `whole`, or of zeros where it ends.
Bytes fragment(Family family, const Part& part, const Bytes& whole);
/// The same with `options` behind an IPv4 header.
Bytes fragment_with_options(const Part& part, const Bytes& whole, const Bytes& options);

/// A packet's fragment in the notation: "0-48+", with "d" if it says so; "whole" if it is none.
std::string fragment_text(const Bytes& packet);

/// What became of a fragment: "w" waits, "x" dropped, "p" goes on as it is, or the pieces in which the
/// datagram leaves by a link of 1500 bytes: "[0-48+ 48-120]". "!" stands before it if others were given up.
std::string outcome_text(const Taken& taken, std::uint32_t mtu = 1500);

/// Plays fragments, given in the notation and separated by blanks, and joins what became of them with blanks.
std::string play(const Edition& edition, Family family, std::string_view parts, std::size_t bytes = 120);

}  // namespace conntrack::testing
