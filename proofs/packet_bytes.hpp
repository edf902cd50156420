// Real packets for traces: IPv4 with right lengths and checksums, between one client and one server.
#pragma once

#include "spec/sctp/state.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace conntrack::proofs {

struct TcpFields {
    std::uint8_t flags;
    std::uint32_t seq, ack;
    std::uint16_t window;
    std::uint32_t payload;
    std::optional<std::uint8_t> window_scale;
    bool sack_permitted;
    bool any_option;
    std::uint32_t sack;  // the highest edge a SACK block names; `ack`: no block
};

/// From 10.0.0.2:1000 to 192.0.2.2:80, or back.
std::vector<std::uint8_t> tcp_packet_bytes(Direction dir, const TcpFields& fields);
/// From 10.0.0.2 to 192.0.2.2:53, or back.
std::vector<std::uint8_t> udp_packet_bytes(Direction dir, std::uint16_t client_port = 2000);
/// The same of UDP-Lite, summed as trackers sum it: as if it were UDP.
std::vector<std::uint8_t> udplite_packet_bytes(Direction dir);
/// GRE of version 0, from 10.0.0.2 to 192.0.2.2 or back.
std::vector<std::uint8_t> gre_packet_bytes(Direction dir);
/// Where in udp_packet_bytes() the checksum stands.
std::size_t udp_checksum_offset();
/// Where in udp_unreachable_bytes() that of the quoted packet stands.
std::size_t quoted_udp_checksum_offset();
/// The server's port unreachable about udp_packet_bytes(), which came to it from the IPv4 address `seen_from`.
std::vector<std::uint8_t> udp_unreachable_bytes(std::uint32_t seen_from);
/// A packet of one chunk, or of one with DATA behind it.
struct SctpFields {
    std::uint32_t tag;  // of the header
    sctp::ChunkKind kind;
    std::uint32_t init_tag = 0;  // INIT, INIT ACK
    bool t_flag = false;         // ABORT, SHUTDOWN COMPLETE
    bool data_behind = false;
    bool wrong_checksum = false;
};
/// The number of a chunk's type; of those without a row, DATA.
std::uint8_t chunk_type(sctp::ChunkKind kind);
/// From 10.0.0.2:1000 to 192.0.2.2:80, or back.
std::vector<std::uint8_t> sctp_packet_bytes(Direction dir, const SctpFields& fields);
/// An echo request, or its reply.
std::vector<std::uint8_t> echo_packet_bytes(Direction dir);

}  // namespace conntrack::proofs
