// linux-2.6.9 counts the requests of an ICMP entry less its replies, and deletes the entry with the reply that
// balances them. Source: icmp_packet() of ip_conntrack_proto_icmp.c.
#pragma once

#include "spec/domain.hpp"

#include <cstdint>

namespace conntrack::icmp {

/// No request counted yet; replies are owed; out of the table, alive while a packet holds it.
enum class CountState : std::uint8_t { fresh, waiting, balanced };

template <class D>
struct CountStep {
    typename D::Word outstanding;  // requests less replies, before this packet
    typename D::Word timeout;      // seconds
};

template <class D>
struct CountOutcome {
    using Bit = typename D::Bit;
    typename D::Word outstanding;
    typename D::Reason reason;
    Bit refresh;  // and count the packet
    typename D::Word timeout;
    Bit erase;
};

template <class D>
typename D::Bit balances(const CountStep<D>& step) {
    return step.outstanding == D::word(1);
}

template <class D>
CountOutcome<D> request(const CountStep<D>& step) {
    return {step.outstanding + D::word(1), D::reason(Clause::icmp_request_counted), D::bit(true), step.timeout,
            D::bit(false)};
}

/// A reply neither refreshes the entry nor is counted.
template <class D>
CountOutcome<D> reply(const CountStep<D>& step) {
    return {step.outstanding - D::word(1), D::reason(Clause::icmp_reply_counted), D::bit(false), D::word(0),
            D::bit(false)};
}

template <class D>
CountOutcome<D> last_reply(const CountStep<D>& step) {
    auto out = reply<D>(step);
    out.reason = D::reason(Clause::icmp_reply_balances);
    out.erase = D::bit(true);
    return out;
}

}  // namespace conntrack::icmp
