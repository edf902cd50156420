// Holds one recorded step against what the model did: agreement as the file format defines it.
#pragma once

#include "oracle/play/player.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace conntrack::oracle {

/// The first field in which they differ.
struct Difference {
    std::string field;     // "verdict.ct", "table[10.0.0.2 ...].timeout"
    std::string recorded;  // as JSON
    std::string model;
};

/// Seconds that are left of a timeout, read by two clocks.
constexpr bool timeouts_agree(std::int64_t a, std::int64_t b) { return a - b <= 1 && b - a <= 1; }

struct Lenience {
    bool flushing = false;  // frees the order of the step's events
    bool partial = false;   // what the recording lacks is not known, rather than not so
};

/// Compares every field that the recording gives; of `entry`, if the model's line has one, too.
std::optional<Difference> compare(const Json& recorded, const StepResult& model, const Edition& edition,
                                  const Lenience& lenience);

}  // namespace conntrack::oracle
