// The known word that somebody probably meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack {

/// How many letters must be changed, added, left out or swapped with their neighbour to make one word of the other.
std::size_t word_distance(std::string_view a, std::string_view b);

/// One that begins like the word, or has at most a third of its letters wrong; empty: none does.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace conntrack
