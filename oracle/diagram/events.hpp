// Lists of events made short: "any fin; original syn, ack".
#pragma once

#include <string>
#include <vector>

namespace conntrack::oracle {

/// Joins events. What happens in both directions is said once, as "any", and a direction is named once.
std::string joined_events(const std::vector<std::string>& events);

/// Breaks a text between words, but not inside [brackets], into lines of about `width` columns.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace conntrack::oracle
