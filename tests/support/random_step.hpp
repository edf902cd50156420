// A TCP step made of what a source gives: every word of it, whether or not any real packet could lead there.
#pragma once

#include "spec/editions.hpp"
#include "spec/tcp/outcome.hpp"

#include <utility>

namespace conntrack::testing {

template <class D, class Source>
tcp::Peer<D> peer_from(Source& s) {
    constexpr std::uint32_t peer_bits = 0xbf;
    return {s.sequence(), s.sequence(), s.wide_window(), s.sequence(), s.below(15), s.bits(peer_bits), s.below(4)};
}

template <class D, class Source>
tcp::Connection<D> connection_from(Source& s) {
    constexpr std::uint32_t last_bits =
        tcp::window_scale_bit | tcp::sack_perm_bit | tcp::challenge_ack_bit | tcp::simultaneous_open_bit;
    return {
        peer_from<D>(s),
        peer_from<D>(s),
        {s.below(2), s.below(6), s.sequence(), s.sequence(), s.sequence(), s.window(), s.below(15), s.bits(last_bits)},
        s.below(256)};
}

template <class D, class Source>
tcp::Segment<D> segment_from(Source& s) {
    return {s.bit(),    s.bit(),      s.bit(), s.sequence(), s.sequence(), s.sequence(),
            s.window(), s.sequence(), s.bit(), s.bit(),      s.bit(),      s.below(15)};
}

template <class D, class Source>
tcp::TcpSettings<D> settings_from(Source& s) {
    return {s.below(3),
            s.below(2),
            s.below(4),
            s.below(2),
            {s.seconds(), s.seconds(), s.seconds(), s.seconds(), s.seconds(), s.seconds(), s.seconds(), s.seconds(),
             s.seconds(), s.seconds()},
            s.seconds(),
            s.seconds()};
}

/// What a step is about; the rest of it comes from a source.
struct Situation {
    EditionId edition;
    Direction dir;
    tcp::PacketClass cls;
    tcp::State old;
};

template <class D, class Source>
tcp::Step<D> step_from(Source& s, const Situation& about, const tcp::TcpSettings<D>& settings) {
    return {&edition(about.edition), &settings, about.dir, about.cls, about.old, segment_from<D>(s),
            connection_from<D>(s),   s.bit(),   s.bit(),   s.bit()};
}

/// Calls visit(situation) for every direction, class and state of an edition.
template <class Visit>
void each_situation(EditionId id, Visit visit) {
    for (const Direction dir : {Direction::original, Direction::reply})
        for (std::size_t cls = 0; cls < tcp::class_count; ++cls)
            for (std::size_t old = 0; old < tcp::state_count; ++old)
                visit(Situation{id, dir, static_cast<tcp::PacketClass>(cls), static_cast<tcp::State>(old)});
}

}  // namespace conntrack::testing
