// The references of an entry: one for the table while it is linked, one for every packet that carries it.
// Sources: nf_conntrack_get/put, __nf_conntrack_confirm(), nf_ct_delete(), death_by_timeout().
#pragma once

#include "spec/domain.hpp"

#include <cstdint>

namespace conntrack::life {

/// Only its first packet knows it; it is in the table; out of the table and still held; gone.
enum class State : std::uint8_t { unconfirmed, confirmed, dying, freed };

template <class D>
struct Step {
    typename D::Word references;
};

/// Is the reference about to be dropped the last one?
template <class D>
typename D::Bit last_reference(const Step<D>& step) {
    return step.references == D::word(1);
}

template <class D>
typename D::Word taken(const Step<D>& step) {
    return step.references + D::word(1);
}

template <class D>
typename D::Word dropped(const Step<D>& step) {
    return step.references - D::word(1);
}

}  // namespace conntrack::life
