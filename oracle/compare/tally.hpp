// How much was compared: packets, scenarios, and each field how often.
#pragma once

#include "oracle/compare/judge.hpp"

#include <map>
#include <string>

namespace conntrack::oracle {

struct Tally {
    struct Field {
        std::size_t compared = 0, differ = 0;
    };
    std::size_t packets = 0, scenarios = 0;
    double seconds = 0;
    std::map<std::string, Field> fields;

    Tally& operator+=(const Tally& other);
};

/// Of one scenario.
Tally counted(const Judged& judged);

}  // namespace conntrack::oracle
