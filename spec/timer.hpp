// When the timer of a confirmed entry moves, and what a reader sees of it.
// Sources: ip_ct_refresh_acct(), __nf_ct_refresh_acct(), tcp_timeout_nacked(), nf_ct_expires().
#pragma once

#include "spec/domain.hpp"
#include "spec/edition.hpp"

namespace conntrack {

/// Is the entry gone for every lookup? It goes at its deadline, not after it (nf_ct_is_expired(), a timer of 2.6.x).
template <class D>
typename D::Bit expired(const typename D::Time& deadline, const typename D::Time& now) {
    return !D::earlier(now, deadline);
}

/// The deadline after a refresh. linux-2.6.32 leaves it alone unless it moves a second or more, or moves back.
template <class D>
typename D::Time deadline_refreshed_by(const Edition& edition, const typename D::Time& deadline,
                                       const typename D::Time& now, const typename D::Time& span,
                                       const typename D::Bit& fixed_timeout) {
    const auto wanted = now + span;
    if (!edition.core.refresh_needs_a_second) return D::select(fixed_timeout, deadline, wanted);
    const auto back = D::earlier(wanted, deadline);
    const auto a_second_on = !D::earlier(wanted, deadline + D::seconds(D::word(1)));
    return D::select(!fixed_timeout && (back || a_second_on), wanted, deadline);
}

/// The same for a timeout in seconds.
template <class D>
typename D::Time refreshed_deadline(const Edition& edition, const typename D::Time& deadline,
                                    const typename D::Time& now, const typename D::Word& timeout,
                                    const typename D::Bit& fixed_timeout) {
    return deadline_refreshed_by<D>(edition, deadline, now, D::seconds(timeout), fixed_timeout);
}

/// The deadline after an invalid FIN or RST between two others: brought down to the unacknowledged timeout, but only
/// if at least two minutes and more than that are left.
template <class D>
typename D::Time shrunk_deadline(const typename D::Time& deadline, const typename D::Time& now,
                                 const typename D::Word& unacknowledged_timeout) {
    const auto limit = now + D::seconds(unacknowledged_timeout);
    const auto two_minutes = now + D::seconds(D::word(120));
    const auto lasts = !D::earlier(deadline, two_minutes);
    const auto shortens = D::earlier(limit, deadline);
    return D::select(lasts && shortens, limit, deadline);
}

}  // namespace conntrack
