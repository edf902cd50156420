// What came of a packet, in a line's words.
#pragma once

#include "spec/verdict.hpp"

#include <string>
#include <string_view>

namespace conntrack::proofs {

/// "established, COOKIE_ECHOED 3 s [ASSURED]"; `state` may be empty. Times are exact to a tenth of a second.
inline std::string result_text(CtInfo info, std::string_view state, std::int64_t left_ns, bool seen_reply,
                               bool assured) {
    constexpr std::int64_t tenth = 100'000'000;
    const std::int64_t tenths = left_ns / tenth;
    std::string out = std::string(name(info)) + ", ";
    if (!state.empty()) out += std::string(state) + " ";
    out += std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "") + " s";
    if (!seen_reply) out += " [UNREPLIED]";
    if (assured) out += " [ASSURED]";
    return out;
}

/// Of a packet that leaves no entry.
inline std::string result_text(CtInfo info) { return std::string(name(info)) + ", no entry"; }

}  // namespace conntrack::proofs
