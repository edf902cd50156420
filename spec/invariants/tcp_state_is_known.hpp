// No entry keeps the substate NONE, and none of linux-2.6.9 is ever in LISTEN: the first packet leads out of NONE or
// makes no entry.
#pragma once

#include "spec/invariants/tcp_view.hpp"

namespace conntrack::invariant {

template <class D>
typename D::Bit tcp_state_is_known(const TcpView<D>& v) {
    const bool listens = v.state == tcp::State::syn_sent2 && v.edition->tcp.ninth_state_listens;
    return D::bit(v.state != tcp::State::none && !listens);
}

}  // namespace conntrack::invariant
