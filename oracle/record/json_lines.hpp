// Finds the line of a key in a JSON text of several lines. A parsed value does not know where it stood, so the text is
// read a second time, and only when there is something to complain of.
#pragma once

#include <cstdint>
#include <string>

namespace conntrack::oracle {

/// The line, from 1, of what stands at `path` ("steps[3].packet"): of its key, or of the beginning of an array's
/// element. Where that is missing, of the innermost value around it that is there.
std::uint64_t json_line(const std::string& text, const std::string& path);

}  // namespace conntrack::oracle
