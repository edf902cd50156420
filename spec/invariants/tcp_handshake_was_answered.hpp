// In SYN_RECV and SYN_SENT2 both sides have sent a SYN: both were seen, and SEEN_REPLY is set.
#pragma once

#include "spec/invariants/tcp_view.hpp"

namespace conntrack::invariant {

template <class D>
typename D::Bit tcp_handshake_was_answered(const TcpView<D>& v) {
    const bool halfway = v.state == tcp::State::syn_recv || v.state == tcp::State::syn_sent2;
    return implies<D>(D::bit(halfway), v.seen_reply && v.connection.original.td_maxwin != D::word(0) &&
                                           v.connection.reply.td_maxwin != D::word(0));
}

}  // namespace conntrack::invariant
