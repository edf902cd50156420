// linux-2.6.32: a connection that is being closed in order knows who began (CLOSE_INIT), so a SYN may reopen it. In
// linux-6.18 a SYN/ACK with a wild SACK block can wipe that out, when resynchronisation fails in the window check.
#pragma once

#include "spec/invariants/tcp_view.hpp"

namespace conntrack::invariant {

template <class D>
typename D::Bit tcp_closer_is_known(const TcpView<D>& v) {
    const bool applies = v.edition->tcp.marks_closer && v.edition->tcp.out_of_sync != OutOfSync::resynchronise;
    const bool closing = v.state == tcp::State::fin_wait || v.state == tcp::State::close_wait ||
                         v.state == tcp::State::last_ack || v.state == tcp::State::time_wait;
    return implies<D>(D::bit(applies && closing),
                      tcp::has<D>(v.connection.original.flags | v.connection.reply.flags, tcp::close_init_bit));
}

}  // namespace conntrack::invariant
