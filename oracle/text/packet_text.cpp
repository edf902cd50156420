#include "oracle/text/packet_text.hpp"

#include "oracle/text/addresses.hpp"
#include "spec/clause_table.hpp"
#include "spec/icmp.hpp"
#include "spec/tcp/flags.hpp"

#include <fmt/format.h>
#include <iterator>

namespace conntrack::oracle {

std::string endpoint_text(Family family, const Address& address, std::uint16_t port) {
    return family == Family::ipv4 ? fmt::format("{}:{}", to_text(family, address), port)
                                  : fmt::format("[{}]:{}", to_text(family, address), port);
}

namespace {

std::string protocol_text(std::uint8_t proto) {
    switch (proto) {
        case protocol::icmp: return "icmp";
        case protocol::tcp: return "tcp";
        case protocol::udp: return "udp";
        case protocol::dccp: return "dccp";
        case protocol::gre: return "gre";
        case protocol::icmpv6: return "icmpv6";
        case protocol::sctp: return "sctp";
        case protocol::udplite: return "udplite";
        default: return fmt::format("proto {}", proto);
    }
}

std::string icmp_kind(const Packet& p) {
    const std::uint8_t type = p.icmp->type;
    if (p.protocol == protocol::icmp) {
        switch (type) {
            case icmp::echo_request: return "echo request";
            case icmp::echo_reply: return "echo reply";
            case icmp::unreachable: return fmt::format("unreachable, code {}", p.icmp->code);
            case icmp::source_quench: return "source quench";
            case icmp::redirect: return "redirect";
            case icmp::time_exceeded: return "time exceeded";
            case icmp::parameter_problem: return "parameter problem";
            default: return fmt::format("type {} code {}", type, p.icmp->code);
        }
    }
    switch (type) {
        case icmp::v6_echo_request: return "echo request";
        case icmp::v6_echo_reply: return "echo reply";
        case 1: return fmt::format("unreachable, code {}", p.icmp->code);
        case 2: return "packet too big";
        case 3: return "time exceeded";
        case 4: return "parameter problem";
        case 133: return "router solicitation";
        case 134: return "router advertisement";
        case 135: return "neighbour solicitation";
        case 136: return "neighbour advertisement";
        case 143: return "multicast listener report";
        default: return fmt::format("type {} code {}", type, p.icmp->code);
    }
}

/// What asks and what answers: their header holds an identifier, that of other types something else.
bool has_id(const Packet& p) {
    const std::uint8_t type = p.icmp->type;
    return p.protocol == protocol::icmp ? icmp::partner(type).has_value() : icmp::v6_partner(type).has_value();
}

std::string inner_text(const InnerPacket& i) {
    const bool ports = i.transport_bytes >= 4 && i.protocol != protocol::icmp && i.protocol != protocol::icmpv6;
    return ports ? fmt::format("{} {} > {}", protocol_text(i.protocol), endpoint_text(i.family, i.src, i.sport),
                               endpoint_text(i.family, i.dst, i.dport))
                 : fmt::format("{} {} > {}", protocol_text(i.protocol), to_text(i.family, i.src),
                               to_text(i.family, i.dst));
}

}  // namespace

std::string tcp_flags_text(std::uint8_t flags) {
    static constexpr struct {
        std::uint8_t bit;
        char letter;
    } letters[] = {{tcp::flag_syn, 'S'}, {tcp::flag_fin, 'F'}, {tcp::flag_rst, 'R'}, {tcp::flag_psh, 'P'},
                   {tcp::flag_ack, 'A'}, {tcp::flag_urg, 'U'}, {tcp::flag_ece, 'E'}, {tcp::flag_cwr, 'C'}};
    std::string out;
    for (const auto& l : letters)
        if ((flags & l.bit) != 0) out += l.letter;
    return out.empty() ? "." : out;
}

std::string ends_text(const Packet& p) {
    const bool ports = p.sport != 0 || p.dport != 0;
    const bool has_ports = p.protocol == protocol::tcp || p.protocol == protocol::udp ||
                           p.protocol == protocol::udplite || p.protocol == protocol::sctp;
    if (has_ports && ports && !p.later_fragment)
        return fmt::format("{} {} > {}", protocol_text(p.protocol), endpoint_text(p.family, p.src, p.sport),
                           endpoint_text(p.family, p.dst, p.dport));
    return fmt::format("{} {} > {}", protocol_text(p.protocol), to_text(p.family, p.src), to_text(p.family, p.dst));
}

/// " tag 0x1111 [COOKIE_ECHO DATA]". Chunks of types without a name are numbers.
std::string chunks_text(const sctp::Header& header) {
    constexpr std::array names = {"DATA",          "INIT",       "INIT_ACK", "SACK",         "HEARTBEAT",
                                  "HEARTBEAT_ACK", "ABORT",      "SHUTDOWN", "SHUTDOWN_ACK", "ERROR",
                                  "COOKIE_ECHO",   "COOKIE_ACK", "ECNE",     "CWR",          "SHUTDOWN_COMPLETE"};
    constexpr std::size_t most = 8;
    std::string out = fmt::format(" tag {:#x} [", header.tag);
    for (std::size_t i = 0; i < header.chunks.size() && i < most; ++i) {
        const std::uint8_t type = header.chunks[i].type;
        out += (i == 0 ? "" : " ") + (type < names.size() ? std::string(names[type]) : std::to_string(type));
    }
    return out + (header.chunks.size() > most ? fmt::format(" and {} more]", header.chunks.size() - most) : "]");
}

std::string packet_text(const Packet& p) {
    std::string out = ends_text(p);
    auto to = std::back_inserter(out);
    if (p.fragment) return out + (p.later_fragment ? " later fragment" : " first fragment");
    if (p.tcp) {
        const std::uint32_t payload =
            p.transport_length >= p.tcp->header_bytes ? p.transport_length - p.tcp->header_bytes : 0;
        fmt::format_to(to, " {} seq {}", tcp_flags_text(p.tcp->flags), p.tcp->seq);
        if ((p.tcp->flags & tcp::flag_ack) != 0) fmt::format_to(to, " ack {}", p.tcp->ack);
        fmt::format_to(to, " win {}", p.tcp->window);
        if (payload != 0) fmt::format_to(to, " len {}", payload);
    } else if (p.udp) {
        fmt::format_to(to, " len {}", p.transport_length - 8);
    } else if (p.sctp) {
        out += chunks_text(*p.sctp);
    } else if (p.gre) {
        fmt::format_to(to, " call id {}", p.gre->call_id);
    } else if (p.icmp) {
        fmt::format_to(to, " {}", icmp_kind(p));
        if (p.inner)
            fmt::format_to(to, " about {}", inner_text(*p.inner));
        else if (has_id(p))
            fmt::format_to(to, " id {}", p.icmp->id);
    }
    return out;
}

std::string lost_text(const LostDatagram& lost, std::string_view unit) {
    const DatagramKey& key = lost.key;
    const std::string protocol = key.family == Family::ipv4 ? protocol_text(key.protocol) : "ipv6";
    return fmt::format("{} fragment{} of {} {} > {} id {} given up; the first is {} {}  [{}]", lost.fragments,
                       lost.fragments == 1 ? "" : "s", protocol, to_text(key.family, key.src),
                       to_text(key.family, key.dst), key.id, unit, lost.number, info(lost.why).name);
}

std::string waiting_text(const std::vector<LostDatagram>& lost, std::string_view unit) {
    return fmt::format("where it ends, {} datagram{} waiting for fragments; the first of them is {} {}", lost.size(),
                       lost.size() == 1 ? " is" : "s are", unit, lost.front().number);
}

}  // namespace conntrack::oracle
