// What is known of a packet before it is tracked, and what becomes of it after. Source: nf_ct_tmpl_alloc(), xt_CT.c.
#pragma once

#include "spec/zone.hpp"

#include <cstdint>

namespace conntrack {

/// What the raw table said of a packet before it was tracked (NOTRACK, CT).
struct Template {
    bool notrack = false;
    Zone zone;
};

enum class Fate : std::uint8_t { accepted, dropped };

}  // namespace conntrack
