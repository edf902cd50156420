// One event in the life of a packed entry, inline. Includes Boost.MSM's front-end; lives.hpp does not.
#pragma once

#include "impl/packed_entry.hpp"
#include "impl/small_table.hpp"
#include "model/machines/life.hpp"

#include <limits>
#include <stdexcept>

namespace conntrack::fast {

/// Throws std::length_error, and changes nothing, where there are more references than can be counted.
template <class Event>
inline void live(PackedEntry& entry) {
    life::State state = entry.life();
    const life::Step<Concrete> step{entry.references};
    std::uint32_t references = entry.references;
    run_small<machines::life::Machine, Event>(state, step, references);
    if (references > std::numeric_limits<std::uint16_t>::max())
        throw std::length_error("65535 packets hold one entry; no further one can");
    entry.references = static_cast<std::uint16_t>(references);
    entry.set_life(state);
}

}  // namespace conntrack::fast
