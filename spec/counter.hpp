// What accounting counts of one direction of an entry. Source: struct nf_conn_counter.
#pragma once

#include <cstdint>

namespace conntrack {

struct Counter {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    bool operator==(const Counter&) const = default;
};

}  // namespace conntrack
