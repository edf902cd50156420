// What somebody gets who chooses tuples so that they share a bucket of the index.
#pragma once

namespace conntrack::bench {

/// Prints the longest chains of random tuples, of tuples in patterns, and of tuples that share a bucket under a key
/// that the attacker knows: under that key, and under one that he does not know.
void measure_chains();

}  // namespace conntrack::bench
