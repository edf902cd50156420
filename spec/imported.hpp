// An entry as it was read from elsewhere: the table that a replay begins with.
#pragma once

#include "spec/counter.hpp"
#include "spec/tcp/state.hpp"
#include "spec/tuple.hpp"

#include <array>
#include <cstdint>

namespace conntrack {

struct Imported {
    Tuple original, reply;
    bool seen_reply = false, assured = false;
    std::uint32_t timeout = 0;  // seconds left
    tcp::State tcp_state = tcp::State::none;
    bool has_counters = false;
    std::array<Counter, 2> counters;
    std::uint32_t mark = 0;
};

}  // namespace conntrack
