// Reads plain packets straight from their bytes: sound TCP and UDP over IPv4 without fragments, or over IPv6 without
// extension headers. Everything else goes the long way, through wire::decode(); a test holds both ways together.
#pragma once

#include "impl/packet_facts.hpp"
#include "impl/tracker.hpp"

#include <bit>
#include <cstring>
#include <span>

namespace conntrack::fast {

namespace detail {

template <class Word>
inline Word big_endian(const std::uint8_t* bytes) {
    static_assert(std::endian::native == std::endian::little, "bytes are swapped");
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (sizeof word == 8)
        return __builtin_bswap64(word);
    else if constexpr (sizeof word == 4)
        return __builtin_bswap32(word);
    else
        return __builtin_bswap16(word);
}

[[gnu::noinline]] inline void read_tcp_options(tcp::Segment<Concrete>& out, std::span<const std::uint8_t> options) {
    const tcp::Options read = tcp::read_options(options);
    out.has_window_scale = read.window_scale.has_value();
    out.window_scale = read.window_scale.value_or(0);
    out.sack_permitted = read.sack_permitted;
    out.sack = tcp::highest_sack_edge(options, out.ack);
}

/// `t` are the bytes of the whole segment that are there, at least twenty. False: something is unusual.
inline bool read_plain_tcp(PacketFacts& out, std::span<const std::uint8_t> t, std::uint32_t transport_length,
                           const Edition& edition) {
    const std::size_t header = std::size_t{t[12]} >> 4 << 2;
    const std::uint8_t flags = t[13];
    if (header < 20 || header > t.size() || !tcp::valid_flags(flags, edition)) return false;
    const auto seq = big_endian<std::uint32_t>(&t[4]), ack = big_endian<std::uint32_t>(&t[8]);
    out.cls = tcp::packet_class(flags);
    out.segment = {.syn = (flags & tcp::flag_syn) != 0,
                   .ack_flag = (flags & tcp::flag_ack) != 0,
                   .rst = (flags & tcp::flag_rst) != 0,
                   .seq = seq,
                   .ack = ack,
                   .end = tcp::end_of_segment(seq, transport_length - static_cast<std::uint32_t>(header), flags),
                   .window = big_endian<std::uint16_t>(&t[14]),
                   .sack = ack,
                   .any_option = header > 20,
                   .has_window_scale = false,
                   .sack_permitted = false,
                   .window_scale = 0};
    if (header == 20) return true;
    // Nearly every segment with options has a timestamp alone.
    constexpr std::uint32_t timestamp_alone = 0x0101'080a;
    if (header == 32 && big_endian<std::uint32_t>(&t[20]) == timestamp_alone) return true;
    read_tcp_options(out.segment, t.subspan(20, header - 20));
    return true;
}

inline bool read_plain_transport(PacketFacts& out, std::span<const std::uint8_t> t, const Edition& edition) {
    out.key.parts = big_endian<std::uint32_t>(t.data());
    if (out.key.proto == protocol::tcp) {
        out.tracker = L4Tracker::tcp;
        return t.size() >= 20 && read_plain_tcp(out, t, static_cast<std::uint32_t>(t.size()), edition);
    }
    if (out.key.proto != protocol::udp) return false;
    out.tracker = L4Tracker::udp;
    const auto length = big_endian<std::uint16_t>(&t[4]);
    return length >= 8 && length <= t.size();
}

}  // namespace detail

/// False: it is no plain packet, and `out` says nothing.
inline bool read_plain(PacketFacts& out, const Frame& frame, const Edition& edition) {
    const std::uint8_t* b = frame.bytes;
    if (!frame.checksum_known || frame.length < 28) return false;
    std::size_t header = 20;
    out.key = {};
    if (b[0] == 0x45) {
        constexpr std::uint16_t fragment = 0x3fff;
        out.length = detail::big_endian<std::uint16_t>(&b[2]);
        if ((detail::big_endian<std::uint16_t>(&b[6]) & fragment) != 0) return false;
        out.key.proto = b[9];
        out.key.src_low = detail::big_endian<std::uint32_t>(&b[12]);
        out.key.dst_low = detail::big_endian<std::uint32_t>(&b[16]);
    } else if (b[0] >> 4 == 6 && edition.core.ipv6 && frame.length >= 48) {
        header = 40;
        const std::uint32_t payload = detail::big_endian<std::uint16_t>(&b[4]);
        constexpr std::uint8_t multicast = 0xff;
        if (payload == 0 || b[8] == multicast || b[24] == multicast) return false;
        out.length = 40 + payload;
        out.key.v6 = true;
        out.key.proto = b[6];
        out.key.src_high = detail::big_endian<std::uint64_t>(&b[8]);
        out.key.src_low = detail::big_endian<std::uint64_t>(&b[16]);
        out.key.dst_high = detail::big_endian<std::uint64_t>(&b[24]);
        out.key.dst_low = detail::big_endian<std::uint64_t>(&b[32]);
        // The loopback address at either end is bad, where it may not be.
        if ((out.key.src_high == 0 && out.key.src_low == 1) || (out.key.dst_high == 0 && out.key.dst_low == 1))
            return false;
    } else {
        return false;
    }
    if (out.length > frame.length || out.length < header + 8) return false;
    out.has_tuple = out.plain = true;
    out.fault = Clause::count_;
    out.whole = nullptr;
    return detail::read_plain_transport(out, std::span(b, out.length).subspan(header), edition);
}

}  // namespace conntrack::fast
