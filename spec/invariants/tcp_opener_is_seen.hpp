// The side that opened has advertised a window: td_maxwin 0 means "not seen" from linux-2.6.32 on. Windows only grow;
// it would take 2^16 segments past the edge in a row for one to grow past 2^32.
#pragma once

#include "spec/invariants/tcp_view.hpp"

namespace conntrack::invariant {

template <class D>
typename D::Bit tcp_opener_is_seen(const TcpView<D>& v) {
    return v.connection.original.td_maxwin != D::word(0);
}

}  // namespace conntrack::invariant
