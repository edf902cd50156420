// The keys that scenarios and recordings have (docs/formats.md). One that is not known is a mistake of whoever wrote
// it: what it says would be lost without a word.
#pragma once

#include "oracle/record/fields.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace conntrack::oracle {

/// Whose text is read. A scenario is ours: it may hold nothing else, but keys that begin with `_`, which anybody may
/// carry along. A recording is made by programs of others, which may show more than we know: what is almost a known key
/// is refused, other keys are passed over.
enum class KeysOf : std::uint8_t { scenario, recording };

using KnownKeys = std::span<const std::string_view>;

/// Throws InputError at the first key that is refused: with file, line, its path, and what is known.
void require_known_keys(const Fields& fields, KeysOf whose, KnownKeys known);

namespace keys {

inline constexpr auto header =
    std::to_array<std::string_view>({"name", "description", "edition", "group", "interfaces", "sysctl", "buckets",
                                     "modules", "proc", "window", "nat", "rules", "steps"});
inline constexpr auto interface = std::to_array<std::string_view>({"name", "addresses", "networks"});
inline constexpr auto rules = std::to_array<std::string_view>({"ipv4", "ipv6"});
inline constexpr auto packet = std::to_array<std::string_view>({"at", "in", "packet", "hold", "hold_at", "subst"});
inline constexpr auto substitution = std::to_array<std::string_view>({"from_step", "from", "field"});
inline constexpr auto rules_step = std::to_array<std::string_view>({"at", "rules", "nat"});
inline constexpr auto fill = std::to_array<std::string_view>({"count", "assured", "zone"});
inline constexpr auto tuple =
    std::to_array<std::string_view>({"src", "dst", "proto", "sport", "dport", "id", "type", "code", "zone"});
inline constexpr auto recorded_line = std::to_array<std::string_view>(
    {"i",     "step",  "t",     "sent",   "verdict", "events", "pre_events", "table", "expect", "log", "kernel_log",
     "limbo", "alive", "count", "bucket", "proc",    "clause", "entry",      "lost",  "frame",  "time"});
inline constexpr auto verdict =
    std::to_array<std::string_view>({"seen", "ct", "dir", "emerged", "side", "out", "local", "more", "local_ct",
                                     "local_in", "repeats", "held", "release", "uncertain", "uncertain_since"});
inline constexpr auto entry = std::to_array<std::string_view>(
    {"ct", "orig", "reply", "status", "timeout", "timeout_ms", "cnt_orig", "cnt_reply", "mark", "zone", "helper",
     "master", "tcp", "sctp", "seqadj_orig", "seqadj_reply", "use", "icmp_count", "nat_done", "manips", "win", "last",
     "buckets", "bits", "type", "count",
     // of expectations, whose events stand among those of entries
     "tuple", "mask", "flags", "class", "fn", "nat"});

}  // namespace keys

}  // namespace conntrack::oracle
