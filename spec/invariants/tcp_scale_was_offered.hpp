// A side scales its window by at most 14, and only if its own SYN offered to scale. (That both sides offered it does
// not hold: a SYN may be sent again with other options once the other side has been met.)
#pragma once

#include "spec/invariants/tcp_view.hpp"

namespace conntrack::invariant {

template <class D>
typename D::Bit tcp_scale_was_offered(const TcpView<D>& v) {
    const auto fine = [](const typename D::Word& scale, const typename D::Word& flags) {
        return at_most<D>(scale, 14) && implies<D>(scale != D::word(0), tcp::has<D>(flags, tcp::window_scale_bit));
    };
    const auto& c = v.connection;
    // What an ignored SYN said is kept in `last`, and may become the opener's.
    return fine(c.original.td_scale, c.original.flags) && fine(c.reply.td_scale, c.reply.flags) &&
           fine(c.last.wscale, c.last.flags);
}

}  // namespace conntrack::invariant
