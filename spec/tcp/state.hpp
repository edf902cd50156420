// The TCP substates and packet classes, with the kernel's own numbers: several rules compare them.
// Source: enum tcp_conntrack, enum tcp_bit_set of nf_conntrack_tcp.h and nf_conntrack_proto_tcp.c.
#pragma once

#include "spec/edition.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace conntrack::tcp {

enum class State : std::uint8_t {
    none = 0,
    syn_sent = 1,
    syn_recv = 2,
    established = 3,
    fin_wait = 4,
    close_wait = 5,
    last_ack = 6,
    time_wait = 7,
    close = 8,
    syn_sent2 = 9,  // LISTEN, never entered, in linux-2.6.9
};
inline constexpr std::size_t state_count = 10;

enum class PacketClass : std::uint8_t { syn = 0, synack = 1, fin = 2, ack = 3, rst = 4, none = 5 };
inline constexpr std::size_t class_count = 6;

/// As /proc and conntrack print it.
constexpr std::string_view name(State state, const Edition& edition) {
    constexpr std::array<std::string_view, state_count> names = {"NONE",     "SYN_SENT",   "SYN_RECV", "ESTABLISHED",
                                                                 "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT",
                                                                 "CLOSE",    "SYN_SENT2"};
    if (state == State::syn_sent2 && !edition.tcp.bare_syn_initialises) return "LISTEN";
    return names[static_cast<std::size_t>(state)];
}

constexpr std::string_view name(PacketClass c) {
    constexpr std::array<std::string_view, class_count> names = {"syn", "synack", "fin", "ack", "rst", "none"};
    return names[static_cast<std::size_t>(c)];
}

/// States in which a connection is ending: early drop may take it, and a RST needs no check (linux-6.18).
constexpr bool is_closing(State state) {
    return state == State::fin_wait || state == State::close_wait || state == State::last_ack ||
           state == State::time_wait || state == State::close;
}

}  // namespace conntrack::tcp
