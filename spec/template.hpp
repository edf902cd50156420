// What is known of a packet before it is tracked, and what becomes of it after. Source: nf_ct_tmpl_alloc(), xt_CT.c.
#pragma once

#include "spec/zone.hpp"

#include <cstdint>
#include <span>

namespace conntrack {

namespace helper {
class Helper;
}

/// What the raw table said of a packet before it was tracked (NOTRACK, CT).
struct Template {
    bool notrack = false;
    Zone zone;
    const helper::Helper* helper = nullptr;  // linux-6.18: who is to look into a new connection; null: nobody
    /// The packet itself, for helpers that look into it at the track hook (linux-2.6.9); empty: they see nothing of it.
    std::span<const std::uint8_t> bytes = {};
};

enum class Fate : std::uint8_t { accepted, dropped };

}  // namespace conntrack
