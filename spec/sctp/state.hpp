// The SCTP states and the kinds of chunks that move them, with the kernel's own numbers.
// Source: enum sctp_conntrack of nf_conntrack_sctp.h, enum sctp_cid of linux/sctp.h.
#pragma once

#include "spec/edition.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace conntrack::sctp {

enum class State : std::uint8_t {
    none = 0,
    closed = 1,
    cookie_wait = 2,
    cookie_echoed = 3,
    established = 4,
    shutdown_sent = 5,
    shutdown_recd = 6,
    shutdown_ack_sent = 7,
    heartbeat_sent = 8,  // where HEARTBEAT has rows
};
inline constexpr std::size_t state_count = 9;

/// The chunks that have a row, in the order of the kernel's tables; and all the others.
enum class ChunkKind : std::uint8_t {
    init,
    init_ack,
    abort,
    shutdown,
    shutdown_ack,
    error,
    cookie_echo,
    cookie_ack,
    shutdown_complete,
    heartbeat,
    heartbeat_ack,
    other,  // DATA, SACK, ...
};
inline constexpr std::size_t chunk_kind_count = 12;

/// The number of DATA (RFC 9260, section 3.2).
inline constexpr std::uint8_t data_chunk = 0;
/// The T flag of ABORT and SHUTDOWN COMPLETE: the tag is the sender's own, reflected.
inline constexpr std::uint8_t t_flag = 1;

/// As /proc and conntrack print it.
constexpr std::string_view name(State state) {
    constexpr std::array<std::string_view, state_count> names = {
        "NONE",          "CLOSED",        "COOKIE_WAIT",       "COOKIE_ECHOED", "ESTABLISHED",
        "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"};
    return names[static_cast<std::size_t>(state)];
}

constexpr std::string_view name(ChunkKind kind) {
    constexpr std::array<std::string_view, chunk_kind_count> names = {
        "init",       "init_ack",          "abort",     "shutdown",      "shutdown_ack", "error", "cookie_echo",
        "cookie_ack", "shutdown_complete", "heartbeat", "heartbeat_ack", "other"};
    return names[static_cast<std::size_t>(kind)];
}

/// The kind of a chunk by its type's number (sctp_new_state()).
constexpr ChunkKind kind_of(std::uint8_t type, const Edition& edition) {
    switch (type) {
        case 1: return ChunkKind::init;
        case 2: return ChunkKind::init_ack;
        case 4: return edition.sctp.heartbeats ? ChunkKind::heartbeat : ChunkKind::other;
        case 5: return edition.sctp.heartbeats ? ChunkKind::heartbeat_ack : ChunkKind::other;
        case 6: return ChunkKind::abort;
        case 7: return ChunkKind::shutdown;
        case 8: return ChunkKind::shutdown_ack;
        case 9: return ChunkKind::error;
        case 10: return ChunkKind::cookie_echo;
        case 11: return ChunkKind::cookie_ack;
        case 14: return ChunkKind::shutdown_complete;
        default: return ChunkKind::other;
    }
}

/// States in which a connection is ending: early drop may take it (sctp_can_early_drop()).
constexpr bool is_closing(State state) {
    return state == State::shutdown_sent || state == State::shutdown_recd || state == State::shutdown_ack_sent;
}

}  // namespace conntrack::sctp
