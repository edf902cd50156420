// Reads a connection table that was printed elsewhere: by `conntrack -L` (also with -o extended, id, timestamp), or
// from /proc/net/nf_conntrack or /proc/net/ip_conntrack. What a line is, is told line by line.
#pragma once

#include "model/tracking.hpp"

#include <string>
#include <vector>

namespace conntrack::oracle {

/// The entries in the order of the file. Blank lines, and the closing line of conntrack, are passed over. Throws
/// InputError for anything else that is no entry, for an entry that the edition or the model cannot have, and for a
/// tuple that two entries share. Reads gzip, xz, and standard input ("-").
std::vector<Imported> read_table(const std::string& path, const Edition& edition, const Modules& modules);

}  // namespace conntrack::oracle
