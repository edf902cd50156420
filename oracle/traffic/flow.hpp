// The flows of a random scenario: who talks to whom, and the packets that they may send next.
#pragma once

#include "model/tracking.hpp"
#include "oracle/traffic/numbers.hpp"
#include "oracle/traffic/packet_bytes.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <optional>

namespace conntrack::oracle::traffic {

enum class FlowKind : std::uint8_t { tcp, udp, udplite, echo, other_query, sctp, gre, unknown, ftp, tftp };

struct Flow {
    FlowKind kind = FlowKind::tcp;
    Family family = Family::ipv4;
    Address client, server;  // the client sends first; the server is where it sends to
    std::uint16_t client_part = 0, server_part = 0;
    std::uint8_t protocol = 0;
    bool client_inside = true;
    std::uint32_t client_start = 0, server_start = 0;  // TCP: first sequence numbers
    std::optional<std::size_t> came_out;               // the last step in which a packet of the client came out
    Bytes last_sent;                                   // its last packet, of whichever side

    /// The tuple of its first packet.
    [[nodiscard]] Tuple tuple() const;
    [[nodiscard]] const char* interface(Direction from) const;
};

/// The IP header of a packet from that side, as it enters.
IpText ip_of(const Flow& flow, Direction from);
/// A packet that this side may send next, given what the tracker knows: often the expected one, often one near an edge.
Bytes next_packet(const Flow& flow, Direction from, const Tracking& tracker, Numbers& numbers);
/// An ICMP error which the receiver of `about`, or a router on its way, sends back.
Bytes error_about(const Bytes& about, Numbers& numbers);

}  // namespace conntrack::oracle::traffic
