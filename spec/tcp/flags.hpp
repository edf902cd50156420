// The flag bits of a TCP header: the class of a packet, and which sets of flags are legal.
// Source: get_conntrack_index() and tcp_valid_flags of ip_conntrack_proto_tcp.c and nf_conntrack_proto_tcp.c.
#pragma once

#include "spec/edition.hpp"
#include "spec/tcp/state.hpp"

#include <cstdint>

namespace conntrack::tcp {

inline constexpr std::uint8_t flag_fin = 0x01, flag_syn = 0x02, flag_rst = 0x04, flag_psh = 0x08, flag_ack = 0x10,
                              flag_urg = 0x20, flag_ece = 0x40, flag_cwr = 0x80;

constexpr PacketClass packet_class(std::uint8_t flags) {
    if (flags & flag_rst) return PacketClass::rst;
    if (flags & flag_syn) return flags & flag_ack ? PacketClass::synack : PacketClass::syn;
    if (flags & flag_fin) return PacketClass::fin;
    if (flags & flag_ack) return PacketClass::ack;
    return PacketClass::none;
}

/// True if the kernel takes this set of flags for a TCP segment at all.
constexpr bool valid_flags(std::uint8_t flags, const Edition& edition) {
    constexpr std::uint8_t S = flag_syn, A = flag_ack, R = flag_rst, F = flag_fin, U = flag_urg, P = flag_psh;
    flags = static_cast<std::uint8_t>(flags & ~(flag_ece | flag_cwr));
    if (edition.tcp.push_counts_in_flag_check) {
        switch (flags) {
            case S:
            case S | A:
            case R:
            case R | A:
            case R | A | P:
            case F | A:
            case A:
            case A | P:
            case A | U:
            case A | U | P:
            case F | A | P:
            case F | A | U:
            case F | A | U | P: return true;
            default: return false;
        }
    }
    switch (flags & ~P) {
        case S:
        case S | U:
        case S | A:
        case R:
        case R | A:
        case F | A:
        case F | A | U:
        case A:
        case A | U: return true;
        default: return false;
    }
}

}  // namespace conntrack::tcp
