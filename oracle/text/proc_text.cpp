#include "oracle/text/proc_text.hpp"

#include "oracle/text/addresses.hpp"

#include <fmt/format.h>
#include <iterator>

namespace conntrack::oracle {

std::string_view protocol_name(const Entry& entry) {
    switch (entry.tracker) {
        case L4Tracker::tcp: return "tcp";
        case L4Tracker::udp: return "udp";
        case L4Tracker::udplite: return "udplite";
        case L4Tracker::icmp: return "icmp";
        case L4Tracker::icmpv6: return "icmpv6";
        case L4Tracker::sctp: return "sctp";
        case L4Tracker::gre: return "gre";
        case L4Tracker::generic: break;
    }
    return "unknown";
}

std::optional<std::string_view> protocol_state(const Entry& entry, const Edition& edition) {
    if (entry.tcp_machine) return tcp::name(entry.tcp_machine->state(), edition);
    if (entry.sctp_machine) return sctp::name(entry.sctp_machine->state());
    return std::nullopt;
}

std::string tuple_text(const Tuple& t, L4Tracker tracker, bool long_addresses) {
    const auto address = long_addresses ? to_long_text : to_text;
    std::string out = fmt::format("src={} dst={} ", address(t.family, t.src), address(t.family, t.dst));
    switch (tracker) {
        case L4Tracker::tcp:
        case L4Tracker::udp:
        case L4Tracker::udplite:
        case L4Tracker::sctp: out += fmt::format("sport={} dport={} ", t.src_part, t.dst_part); break;
        case L4Tracker::icmp:
        case L4Tracker::icmpv6:
            out += fmt::format("type={} code={} id={} ", t.icmp_type(), t.icmp_code(), t.src_part);
            break;
        case L4Tracker::gre: out += fmt::format("srckey={:#x} dstkey={:#x} ", t.src_part, t.dst_part); break;
        case L4Tracker::generic: break;
    }
    return out;
}

std::string proc_line(const Entry& e, const Edition& edition, Time now) {
    std::string out;
    auto to = std::back_inserter(out);
    const NoticeSwitches& shows = edition.notice;
    if (shows.family_in_proc)
        fmt::format_to(to, "{:<8} {} ", e.original.family == Family::ipv4 ? "ipv4" : "ipv6",
                       e.original.family == Family::ipv4 ? 2 : 10);
    fmt::format_to(to, "{:<8} {} {} ", protocol_name(e), e.original.proto, e.remaining_seconds(now));
    if (const auto state = protocol_state(e, edition)) fmt::format_to(to, "{} ", *state);
    if (e.tracker == L4Tracker::gre)
        fmt::format_to(to, "timeout={}, stream_timeout={} ", e.gre_timeouts.unreplied, e.gre_timeouts.stream);
    const auto counters = [&](Direction dir) {
        const Counter& c = e.counters[static_cast<std::size_t>(dir)];
        if (e.accounted) fmt::format_to(to, "packets={} bytes={} ", c.packets, c.bytes);
    };
    out += tuple_text(e.original, e.tracker, true);
    counters(Direction::original);
    if (!e.has(Status::seen_reply)) out += "[UNREPLIED] ";
    out += tuple_text(e.reply, e.tracker, true);
    counters(Direction::reply);
    if (e.has(Status::assured)) out += "[ASSURED] ";
    if (shows.mark_in_proc) fmt::format_to(to, "mark={} ", e.mark);
    if (shows.zone_in_proc) fmt::format_to(to, "zone={} ", e.original.zone);
    fmt::format_to(to, "use={}", e.life.references() + (shows.reader_holds_reference ? 1 : 0));
    return out;
}

}  // namespace conntrack::oracle
