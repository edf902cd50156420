// From a frame of a known link type to the IP packet in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace conntrack::oracle {

struct NotIp;

/// The DLT_ number for a link type as files hold it (LINKTYPE_): raw IP alone has two.
int from_file_link_type(int in_file);

/// Can frames of this link type (a DLT_ number of libpcap) be read?
bool link_type_known(int link_type);

/// What is to be said of a link type that is not.
std::string unknown_link_type(int link_type);

/// The IP packet of a frame, or why there is none.
std::variant<std::span<const std::uint8_t>, NotIp> ip_packet(int link_type, std::span<const std::uint8_t> frame);

/// The index of the interface that a frame was captured on, where its link header holds it (Linux cooked v2).
std::optional<std::uint32_t> interface_index(int link_type, std::span<const std::uint8_t> frame);

}  // namespace conntrack::oracle
