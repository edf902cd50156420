// An entry as it was read from elsewhere: the table that a replay begins with.
#pragma once

#include "spec/counter.hpp"
#include "spec/flow_settings.hpp"
#include "spec/tcp/state.hpp"
#include "spec/time.hpp"
#include "spec/tuple.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace conntrack {

struct Imported {
    Tuple original, reply;
    bool seen_reply = false, assured = false;
    std::uint32_t timeout = 0;  // seconds left
    tcp::State tcp_state = tcp::State::none;
    std::optional<flow::Timeouts> gre_timeouts = std::nullopt;  // nothing: those in force
    bool has_counters = false;
    std::array<Counter, 2> counters;
    std::uint32_t mark = 0;

    static constexpr Time age = seconds(86'400);  // the true one is not known; a stream by now

    [[nodiscard]] constexpr flow::State flow() const {
        return assured ? flow::State::assured : seen_reply ? flow::State::replied : flow::State::unreplied;
    }
};

}  // namespace conntrack
