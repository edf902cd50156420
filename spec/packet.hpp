// A decoded IP packet: what the rules may ask of it. Decoding judges nothing; that is header_checks.hpp's work.
#pragma once

#include "spec/address.hpp"
#include "spec/sctp/header.hpp"
#include "spec/tcp/options.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <optional>

namespace conntrack {

/// What is known of a transport checksum.
enum class Checksum : std::uint8_t {
    right,
    wrong,
    partial,    // only the pseudo-header's sum: a card would have finished it
    unchecked,  // cut by the capture, or checking is off
};

/// A TCP header; ports stand in Packet.
struct TcpHeader {
    std::uint32_t seq = 0, ack = 0;
    std::uint16_t window = 0;
    std::uint8_t header_bytes = 0;  // data offset times four
    std::uint8_t flags = 0;
    tcp::Options options;
    std::uint32_t highest_sack = 0;      // or ack
    tcp::OptionKinds option_kinds = {};  // as rules find them
    bool options_cut = false;            // the header is shorter than twenty bytes, or longer than what is there
};

/// UDP or UDP-Lite; `length` is the coverage in UDP-Lite.
struct UdpHeader {
    std::uint16_t length = 0;
    std::uint16_t checksum = 0;
};

/// GRE of version 1 (PPTP), as far as it makes a tuple.
struct GreHeader {
    std::uint16_t protocol = 0;  // what it carries
    std::uint16_t call_id = 0;   // the receiver's
};
/// PPP, the only thing that PPTP carries.
inline constexpr std::uint16_t gre_ppp = 0x880b;

struct IcmpHeader {
    std::uint8_t type = 0, code = 0;
    std::uint16_t id = 0;
};

/// The packet that an ICMP error quotes, as far as it is there.
struct InnerPacket {
    Family family = Family::ipv4;
    Address src, dst;
    std::uint8_t protocol = 0;
    bool later_fragment = false;
    std::uint32_t transport_bytes = 0;   // bytes of its transport header that are there
    std::uint16_t sport = 0, dport = 0;  // valid with four bytes
    IcmpHeader icmp;                     // valid with eight bytes
    std::optional<GreHeader> gre;        // version 1, eight bytes
};

struct Packet {
    Family family = Family::ipv4;
    Address src, dst;
    std::uint8_t protocol = 0;
    std::uint8_t hop_limit = 0;
    std::uint32_t length = 0;               // of the whole IP packet, bytes
    std::uint32_t transport_length = 0;     // bytes behind the IP headers
    std::uint32_t transport_available = 0;  // bytes of these that are there
    bool fragment = false;                  // part of a fragmented datagram
    bool later_fragment = false;            // not its first part
    bool transport_found = true;            // false: the chain of IPv6 headers leads nowhere
    Checksum checksum = Checksum::unchecked;

    std::uint16_t sport = 0, dport = 0;     // valid with four bytes of transport header
    std::optional<TcpHeader> tcp;           // set if its twenty bytes are there
    std::optional<UdpHeader> udp;           // UDP and UDP-Lite, eight bytes
    std::optional<IcmpHeader> icmp;         // ICMP and ICMPv6, eight bytes
    std::optional<GreHeader> gre;           // version 1, eight bytes
    std::optional<sctp::Header> sctp;       // twelve bytes
    std::optional<InnerPacket> inner;       // behind those eight bytes, if an IP header is there
    std::optional<InnerPacket> redirected;  // ICMPv6 redirect: the packet in its first option
    bool redirect_option_ok = false;        // ... there is a first option, of some length
};

}  // namespace conntrack
