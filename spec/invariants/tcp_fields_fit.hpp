// Every field of the TCP data fits the width that the kernel gives it, and no flag is set that the edition lacks.
#pragma once

#include "spec/invariants/tcp_view.hpp"

namespace conntrack::invariant {

constexpr std::uint32_t peer_flags_of(const Edition& edition) {
    std::uint32_t flags = tcp::window_scale_bit | tcp::sack_perm_bit;
    if (edition.tcp.marks_closer) flags |= tcp::close_init_bit;
    if (edition.tcp.pickup_is_liberal) flags |= tcp::be_liberal_bit;
    if (edition.tcp.tracks_maxack) flags |= tcp::data_unacknowledged_bit | tcp::maxack_set_bit;
    // Resynchronisation hands the flags of the ignored SYN on, with the mark of a simultaneous open among them.
    if (edition.tcp.simultaneous_open) flags |= tcp::simultaneous_open_bit;
    return flags;
}

constexpr std::uint32_t last_flags_of(const Edition& edition) {
    std::uint32_t flags = 0;
    if (edition.tcp.records_ignored_syn) flags |= tcp::window_scale_bit | tcp::sack_perm_bit;
    if (edition.tcp.challenge_ack) flags |= tcp::challenge_ack_bit;
    if (edition.tcp.simultaneous_open) flags |= tcp::simultaneous_open_bit;
    return flags;
}

template <class D>
typename D::Bit tcp_fields_fit(const TcpView<D>& v) {
    constexpr std::uint32_t byte = 255, half = 65'535;
    const auto& c = v.connection;
    const std::uint32_t peer_flags = peer_flags_of(*v.edition);
    const std::uint32_t loose = v.edition->tcp.counts_loose_packets ? byte : 0;
    return within<D>(c.original.flags, peer_flags) && within<D>(c.reply.flags, peer_flags) &&
           within<D>(c.last.flags, last_flags_of(*v.edition)) && at_most<D>(c.original.loose, loose) &&
           at_most<D>(c.reply.loose, loose) && at_most<D>(c.retrans, byte) && at_most<D>(c.last.win, half) &&
           at_most<D>(c.last.dir, 1) && at_most<D>(c.last.index, static_cast<std::uint32_t>(tcp::PacketClass::none));
}

}  // namespace conntrack::invariant
