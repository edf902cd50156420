#include "tests/support/flows.hpp"

#include "spec/icmp.hpp"

#include <array>

namespace conntrack::testing {

namespace {

enum class Kind : std::uint8_t { tcp, udp, udplite, echo, other_query, unknown, sctp, gre };

struct Flow {
    Kind kind;
    Ends ends;
};

/// A host that sends to itself, from and to one port: both tuples of its entry are the same.
constexpr Ends itself = {Family::ipv4, Address::v4(0x0a000102), Address::v4(0x0a000102), 500, 500};

const std::array<Flow, flow_count> flows = {{
    {Kind::tcp, ipv4_ends(1000, 80)},
    {Kind::tcp, ipv4_ends(1001, 80)},
    {Kind::tcp, ipv4_ends(1000, 81)},
    {Kind::tcp, ipv6_ends(1000, 80)},
    {Kind::tcp, itself},
    {Kind::udp, ipv4_ends(53, 53)},
    {Kind::udp, ipv4_ends(2000, 53)},
    {Kind::udp, ipv6_ends(2000, 53)},
    {Kind::udp, itself},
    {Kind::udplite, ipv4_ends(3000, 300)},
    {Kind::echo, ipv4_ends(7, 0)},
    {Kind::echo, ipv4_ends(8, 0)},
    {Kind::echo, ipv6_ends(7, 0)},
    {Kind::other_query, ipv4_ends(9, 0)},
    {Kind::unknown, ipv4_ends(0, 0)},
    {Kind::unknown, ipv6_ends(0, 0)},
    {Kind::sctp, ipv4_ends(4000, 36412)},
    {Kind::sctp, ipv6_ends(4000, 36412)},
    {Kind::gre, ipv4_ends(11, 22)},
    {Kind::gre, ipv4_ends(0, 0)},
}};

constexpr std::uint8_t unknown_protocol = 99;

Packet plain_packet(const Flow& flow, Direction dir, const Move& move) {
    switch (flow.kind) {
        case Kind::tcp: return tcp_packet(flow.ends, dir, {});
        case Kind::udp: return udp_packet(flow.ends, dir, move.number % 100);
        case Kind::udplite: return udplite_packet(flow.ends, dir, move.number % 100);
        case Kind::echo: return echo_packet(flow.ends, dir);
        case Kind::other_query: {
            constexpr std::uint8_t router_advertisement = 9;  // nothing answers it
            constexpr std::array<std::uint8_t, 4> types = {icmp::mask, icmp::mask_reply, icmp::timestamp,
                                                           router_advertisement};
            return icmp_packet(flow.ends, dir, types[move.flags % 4], 0);
        }
        case Kind::sctp: return sctp_packet(flow.ends, dir, {});
        case Kind::gre: return gre_packet(flow.ends, dir, move.number % 20 == 0 ? 0x800 : gre_ppp);
        case Kind::unknown: break;
    }
    return ip_packet(flow.ends, dir, unknown_protocol, 40);
}

/// What the tracker knows of the sender and the receiver of the next segment.
struct Known {
    tcp::Peer<Concrete> sender{}, receiver{};
    tcp::Last<Concrete> last{};
};

Known known_of(const Tracker& tracker, const Packet& packet, Direction dir) {
    // A connection begins near the wrap-around of one side.
    Known out;
    out.sender.td_end = dir == Direction::original ? 0xffff'ff00 : 5000;
    out.receiver.td_end = dir == Direction::original ? 5000 : 0xffff'ff00;
    const auto tuple = tuple_of(packet, tracker.edition(), tracker.modules());
    if (!tuple) return out;
    if (const auto found = tracker.find(*tuple)) {
        const auto& c = found->entry->tcp;
        return {tcp::side<Concrete>(c, found->dir), tcp::side<Concrete>(c, other(found->dir)), c.last};
    }
    return out;
}

std::uint8_t flags_of(const Move& move) {
    using namespace tcp;
    constexpr std::array<std::uint8_t, 24> usual = {flag_syn,
                                                    flag_syn,
                                                    flag_syn | flag_ack,
                                                    flag_syn | flag_ack,
                                                    flag_ack,
                                                    flag_ack,
                                                    flag_ack,
                                                    flag_ack,
                                                    flag_ack | flag_psh,
                                                    flag_ack | flag_psh,
                                                    flag_fin | flag_ack,
                                                    flag_fin | flag_ack,
                                                    flag_fin | flag_ack,
                                                    flag_rst,
                                                    flag_rst | flag_ack,
                                                    flag_rst | flag_ack,
                                                    flag_syn | flag_ece | flag_cwr,
                                                    flag_syn | flag_urg,
                                                    flag_ack | flag_urg,
                                                    0,
                                                    flag_fin,
                                                    flag_syn | flag_fin,
                                                    flag_psh,
                                                    flag_rst | flag_syn};
    return usual[move.flags];
}

std::uint32_t seq_of(const Move& move, const Known& k) {
    switch (move.start) {
        case 10: return k.sender.td_end - 1;
        case 11: return k.sender.td_end - 100;
        case 12: return k.sender.td_maxend;
        case 13: return k.sender.td_maxend + 1;
        case 14: return k.receiver.td_maxack;
        case 15: return k.receiver.td_maxack - 1;
        case 16: return k.last.seq;
        case 17: return k.last.end;
        case 18: return 0;
        case 19: return move.number;
        default: return k.sender.td_end;
    }
}

std::uint32_t ack_of(const Move& move, const Known& k) {
    switch (move.ack) {
        case 9: return k.receiver.td_end + 1;
        case 10: return k.receiver.td_end - 1;
        case 11: return k.receiver.td_end - tcp::least_ack_window - 1;
        case 12: return k.last.end;
        case 13: return k.last.seq + 1;
        case 14: return 0;
        case 15: return move.number;
        default: return k.receiver.td_end;
    }
}

TcpText text_of(const Move& move, const Known& known) {
    constexpr std::array<std::uint32_t, 6> lengths = {0, 0, 0, 1, 1000, 30'000};
    constexpr std::array<std::uint16_t, 4> windows = {5840, 65'535, 1, 0};
    TcpText text;
    text.flags = flags_of(move);
    text.seq = seq_of(move, known);
    text.ack = ack_of(move, known);
    text.payload = (text.flags & tcp::flag_syn) != 0 ? 0 : lengths[move.length];
    text.window = windows[move.options % 4];
    if ((move.options & 4) != 0) {
        text.window_scale = static_cast<std::uint8_t>(move.number % 15);
        text.sack_permitted = true;
        if (move.number % 5 == 0) text.sack_edge = text.ack + move.number % 3000;
    }
    return text;
}

/// One chunk, or two or three; their tag is the right one, or one of few.
sctp::Header chunks_of(const Move& move, const Tracker& tracker, const Packet& packet, Direction dir) {
    constexpr std::array<std::uint8_t, 24> usual = {1, 1, 1, 2, 2, 10, 10, 11, 11, 0,  3,  4,
                                                    4, 5, 5, 6, 7, 7,  8,  8,  9,  14, 14, 193};
    auto known = sctp::blank<Concrete>();
    const auto tuple = tuple_of(packet, tracker.edition(), tracker.modules());
    if (const auto found = tuple ? tracker.find(*tuple) : std::nullopt) {
        known = found->entry->sctp;
        dir = found->dir;
    }
    const auto mine = static_cast<std::size_t>(dir);
    sctp::Header out;
    const auto add = [&](std::uint8_t type) {
        const bool opens = type == 1 || type == 2;
        out.chunks.push_back({.type = type,
                              .flags = static_cast<std::uint8_t>(move.options & 1),
                              .length = static_cast<std::uint16_t>(move.number % 97 == 0 ? 0
                                                                   : opens               ? 20
                                                                                         : 4),
                              .has_init = opens && move.number % 31 != 0,
                              .init_tag = opens ? 1U + move.options / 2 % 3 : 0U});
    };
    if (move.number % 61 != 0) add(usual[move.flags]);
    if (move.length == 5) add(usual[(move.flags + move.ack) % usual.size()]);
    if (move.length == 5 && move.ack > 12) add(usual[move.start]);
    const bool zero = !out.chunks.empty() && out.chunks.front().type == 1;
    out.tag = zero ? 0 : known.vtag[mine];
    if (move.start > 13) out.tag = move.start > 16 ? known.vtag[1 - mine] : move.number % 7;
    return out;
}

}  // namespace

Packet packet_of(const Move& move, const Tracker& tracker) {
    const Flow& flow = flows[move.flow];
    const auto dir = move.reply ? Direction::reply : Direction::original;
    const Packet plain = plain_packet(flow, dir, move);
    if (flow.kind == Kind::sctp) return sctp_packet(flow.ends, dir, chunks_of(move, tracker, plain, dir));
    if (flow.kind != Kind::tcp) return plain;
    return tcp_packet(flow.ends, dir, text_of(move, known_of(tracker, plain, dir)));
}

Tuple tuple_of_flow(const Move& move, const Tracker& tracker) {
    const Packet packet = plain_packet(flows[move.flow], Direction::original, move);
    return tuple_of(packet, tracker.edition(), tracker.modules()).value_or(Tuple{});
}

}  // namespace conntrack::testing
