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

constexpr Timeouts<Concrete> read_timeouts(const Settings& s) {
    return {{0, s.span(Setting::sctp_timeout_closed), s.span(Setting::sctp_timeout_cookie_wait),
             s.span(Setting::sctp_timeout_cookie_echoed), s.span(Setting::sctp_timeout_established),
             s.span(Setting::sctp_timeout_shutdown_sent), s.span(Setting::sctp_timeout_shutdown_recd),
             s.span(Setting::sctp_timeout_shutdown_ack_sent), s.span(Setting::sctp_timeout_heartbeat_sent)}};
}

}  // namespace conntrack::sctp
