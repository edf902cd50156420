// The timeouts of the SCTP states.
#pragma once

#include "spec/domain.hpp"
#include "spec/sctp/state.hpp"
#include "spec/settings.hpp"

#include <array>

namespace conntrack::sctp {

template <class D>
struct Timeouts {
    std::array<typename D::Time, state_count> of;  // by State; NONE is never asked for
};

/// Of every state but NONE.
constexpr Setting timeout_setting(State state) {
    constexpr std::array<Setting, state_count> of = {
        Setting::sctp_timeout_closed,        Setting::sctp_timeout_closed,
        Setting::sctp_timeout_cookie_wait,   Setting::sctp_timeout_cookie_echoed,
        Setting::sctp_timeout_established,   Setting::sctp_timeout_shutdown_sent,
        Setting::sctp_timeout_shutdown_recd, Setting::sctp_timeout_shutdown_ack_sent,
        Setting::sctp_timeout_heartbeat_sent};
    return of[static_cast<std::size_t>(state)];
}

constexpr Timeouts<Concrete> read_timeouts(const Settings& s) {
    Timeouts<Concrete> out{};
    for (std::size_t i = 1; i < state_count; ++i) out.of[i] = s.span(timeout_setting(static_cast<State>(i)));
    return out;
}

}  // namespace conntrack::sctp
