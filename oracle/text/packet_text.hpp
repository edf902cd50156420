// A packet in one line for people: "tcp 10.0.0.2:1000 > 192.0.2.2:80 S seq 1 win 8192".
#pragma once

#include "model/reassembly/reassembler.hpp"
#include "spec/packet.hpp"

#include <string>

namespace conntrack::oracle {

/// "10.0.0.2:1000", "[fd00::1]:1000".
std::string endpoint_text(Family family, const Address& address, std::uint16_t port);

/// "S", "SA", "FA", ...; "." for none.
std::string tcp_flags_text(std::uint8_t flags);

/// Its protocol and both ends only: "tcp 10.0.0.2:1000 > 192.0.2.2:80".
std::string ends_text(const Packet& packet);

std::string packet_text(const Packet& packet);

/// "2 fragments of udp 10.0.0.2 > 192.0.2.2 id 4660 given up; the first is frame 7  [ip.fragment.timeout]".
/// `unit`: what they are numbered by, "frame" or "step".
std::string lost_text(const LostDatagram& lost, std::string_view unit);
/// "where it ends, 2 datagrams are waiting for fragments; the first of them is frame 7"; there is one at least.
std::string waiting_text(const std::vector<LostDatagram>& lost, std::string_view unit);

}  // namespace conntrack::oracle
