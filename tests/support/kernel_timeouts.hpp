// The default timeouts that stand in the kernels' sources (tests/data/timeouts.csv).
#pragma once

#include "spec/settings.hpp"
#include "tests/support/csv.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::testing {

struct KernelTimeout {
    CsvRow row;
    Setting setting;
    std::optional<std::uint32_t> seconds;  // nothing: the edition has no such timeout
};

/// Those of the protocols that are modelled. Throws std::runtime_error for a row that no setting belongs to.
std::vector<KernelTimeout> kernel_timeouts(EditionId edition);

}  // namespace conntrack::testing
