// When observers are told of an entry: bits are gathered while its packets are on their way, and told when one of them
// passes the confirm hook; its end is told at once, before it is unlinked.
// Sources: nf_conntrack_event_cache(), nf_ct_deliver_cached_events(), death_by_timeout(), nf_ct_delete().
#pragma once

#include "spec/clash.hpp"
#include "spec/event.hpp"

namespace conntrack::announcement {

/// What is told, and what stays gathered. A mask of 0 tells nothing.
template <class D>
struct Told {
    typename D::Word mask, gathered;
};

/// Something happened to an entry. `reports`: events were on when it was made.
template <class D>
typename D::Word noted(const typename D::Word& gathered, EventBit bit, const typename D::Bit& reports) {
    return D::select(reports, gathered | D::word(mask_of(bit)), gathered);
}

/// What of an entry that enters the table is told with it: it has a master, a helper.
template <class D>
struct Kin {
    typename D::Bit expected, helped;
};

/// The entry entered the table. One that lost a clash is not announced.
template <class D>
typename D::Word entered(const typename D::Word& gathered, const clash::Entrance<D>& by, const Kin<D>& kin,
                         const typename D::Bit& reports) {
    const auto helped = D::select(kin.helped, noted<D>(gathered, EventBit::helper, reports), gathered);
    const auto told = D::select(kin.expected, noted<D>(helped, EventBit::related, reports),
                                noted<D>(helped, EventBit::new_, reports));
    return D::select(by.by_original, told, gathered);
}

/// A packet of the entry passed the confirm hook.
template <class D>
Told<D> at_confirm_hook(const typename D::Word& gathered, const typename D::Bit& linked) {
    const auto nothing = D::word(0);
    return {D::select(linked, gathered, nothing), D::select(linked, nothing, gathered)};
}

/// The entry leaves the table.
template <class D>
Told<D> at_deletion(const typename D::Bit& reports) {
    const auto nothing = D::word(0);
    return {D::select(reports, D::word(mask_of(EventBit::destroy)), nothing), nothing};
}

}  // namespace conntrack::announcement
