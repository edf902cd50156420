// From a frame of a known link type to the IP packet in it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

namespace conntrack::oracle {

struct NotIp;

/// Can frames of this link type (a DLT_ number of libpcap) be read?
bool link_type_known(int link_type);

/// The IP packet of a frame, or why there is none.
std::variant<std::span<const std::uint8_t>, NotIp> ip_packet(int link_type, std::span<const std::uint8_t> frame);

}  // namespace conntrack::oracle
