// An edition that no kernel ever was: some switches and defaults of another one.
#pragma once

#include "spec/edition.hpp"
#include "spec/settings.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace conntrack::oracle {

struct EditionVariant {
    const Edition& edition;
    std::vector<std::pair<Setting, std::uint32_t>> defaults;  // before the scenario's own settings
    std::vector<Setting> absent;                              // a scenario changes nothing by setting these
};

}  // namespace conntrack::oracle
