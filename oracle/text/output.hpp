// Standard output of the program: written at once where it fails, so that a full disk is an error and not a silence.
#pragma once

#include <string_view>

namespace conntrack::oracle {

/// Writes to standard output. Throws InputError if that fails (disk full, closed pipe).
void print(std::string_view text);
/// Makes sure that everything has been written. Throws like print().
void flush_output();

}  // namespace conntrack::oracle
