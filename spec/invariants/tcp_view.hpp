// What the invariants of TCP look at, in any value domain: running entries are checked with it, and a proof may ask
// whether every step keeps them.
#pragma once

#include "spec/edition.hpp"
#include "spec/tcp/connection.hpp"

namespace conntrack::invariant {

template <class D>
struct TcpView {
    const Edition* edition;
    tcp::State state;
    tcp::Connection<D> connection;
    typename D::Bit seen_reply, assured;
};

template <class D>
typename D::Bit implies(const typename D::Bit& a, const typename D::Bit& b) {
    return !a || b;
}

template <class D>
typename D::Bit at_most(const typename D::Word& value, std::uint32_t limit) {
    return !D::below(D::word(limit), value);
}

/// No bit of `flags` stands outside `allowed`.
template <class D>
typename D::Bit within(const typename D::Word& flags, std::uint32_t allowed) {
    return (flags & D::word(~allowed)) == D::word(0);
}

}  // namespace conntrack::invariant
