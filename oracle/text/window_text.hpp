// What an entry remembers of a TCP connection, and a window check with its numbers, for people.
#pragma once

#include "spec/tcp/outcome.hpp"

#include <string>

namespace conntrack::oracle {

/// One indented line a side, and one for the last packet; without a newline at the end.
std::string connection_text(const tcp::Connection<Concrete>& connection, const Edition& edition);

/// The four tests with the numbers they compared, and by how much one failed.
std::string window_text(const tcp::Judged<Concrete>& judged);

}  // namespace conntrack::oracle
