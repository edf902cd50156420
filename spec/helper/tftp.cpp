#include "spec/helper/tftp.hpp"

#include "spec/wire/big_endian.hpp"

namespace conntrack::helper {

Policy TftpHelper::policy(const Edition& edition) const {
    return {.max_expected = 1, .timeout_s = edition.expectation.always_times_out ? 300U : 0U, .gives_up_oldest = true};
}

/// Requests are looked at in either direction, and in an ICMP error, too.
Heard TftpHelper::look(const Look& packet, Memory&) const {
    constexpr std::size_t udp_header = 8, opcode_bytes = 2;
    constexpr std::uint16_t read_request = 1, write_request = 2;
    if (packet.transport.size() < udp_header + opcode_bytes) return {};
    const std::uint16_t opcode = wire::get16(packet.transport, udp_header);
    if (opcode != read_request && opcode != write_request) return {};
    const bool asks = packet.dir == Direction::original;
    const Tuple &request = asks ? packet.own : packet.others, &reply = asks ? packet.others : packet.own;
    Announced out;
    out.tuple = {.src = reply.src,
                 .dst = reply.dst,
                 .src_part = 0,
                 .dst_part = reply.dst_part,
                 .proto = protocol::udp,
                 .family = reply.family,
                 .zone = 0};
    out.mask = {.src_address = true, .src_part = false, .dst_address = true, .dst_part = true};
    out.saved_part = request.src_part;
    out.follows = Direction::reply;
    return {Heard::Kind::announced, out};
}

}  // namespace conntrack::helper
