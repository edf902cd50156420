// Sources: __snprintf_conntrack_default() of libnetfilter_conntrack's snprintf_default.c and event_cb() of
// conntrack.c for the order and form of fields; ctnetlink_conntrack_event() and ctnetlink_fill_info() of
// nf_conntrack_netlink.c for which of them are sent. Every form was compared with the running program.
#include "oracle/text/conntrack_text.hpp"

#include "oracle/text/proc_text.hpp"

#include <fmt/format.h>
#include <cstdint>
#include <optional>
#include <string_view>

namespace conntrack::oracle {

namespace {

/// The fields of a line that may be absent from what the kernel sent.
struct Sent {
    std::optional<std::int64_t> timeout_s;
    bool state = false;
    bool counters = false;
    std::optional<std::uint32_t> mark;
    std::optional<std::uint32_t> use;
};

/// The library goes by the protocol's number alone, not by which tracker the kernel has for it.
std::string_view library_name(std::uint8_t proto) {
    switch (proto) {
        case protocol::icmp: return "icmp";
        case protocol::tcp: return "tcp";
        case protocol::udp: return "udp";
        case protocol::dccp: return "dccp";
        case protocol::gre: return "gre";
        case protocol::icmpv6: return "icmpv6";
        case protocol::sctp: return "sctp";
        case protocol::udplite: return "udplite";
        default: return "unknown";
    }
}

/// So a protocol that is tracked by addresses alone still shows ports, keys or an ICMP type, all of them 0.
std::string library_tuple(const Tuple& tuple) {
    switch (tuple.proto) {
        case protocol::tcp:
        case protocol::udp:
        case protocol::udplite:
        case protocol::dccp:
        case protocol::sctp: return tuple_text(tuple, L4Tracker::udp, false);
        case protocol::icmp:
        case protocol::icmpv6: return tuple_text(tuple, L4Tracker::icmp, false);
        case protocol::gre: return tuple_text(tuple, L4Tracker::gre, false);
        default: return tuple_text(tuple, L4Tracker::generic, false);
    }
}

std::string line(const Entry& e, const Edition& edition, const Sent& sent) {
    std::string out = fmt::format("{:<8} {} ", library_name(e.original.proto), e.original.proto);
    const auto half = [&](Direction dir) {
        const Counter& c = e.counters[static_cast<std::size_t>(dir)];
        out += library_tuple(e.tuple(dir));
        if (sent.counters) out += fmt::format("packets={} bytes={} ", c.packets, c.bytes);
    };
    if (sent.timeout_s) out += fmt::format("{} ", *sent.timeout_s);
    if (const auto state = sent.state ? protocol_state(e, edition) : std::nullopt) out += fmt::format("{} ", *state);
    half(Direction::original);
    if (!e.has(Status::seen_reply)) out += "[UNREPLIED] ";
    half(Direction::reply);
    if (e.has(Status::assured)) out += "[ASSURED] ";
    if (sent.mark) out += fmt::format("mark={} ", *sent.mark);
    if (e.original.zone != 0) out += fmt::format("zone={} ", e.original.zone);
    if (sent.use) out += fmt::format("use={} ", *sent.use);
    out.pop_back();  // the library cuts the last blank
    return out;
}

std::string_view event_word(Message message) {
    switch (message) {
        case Message::new_: return "    [NEW] ";
        case Message::update: return " [UPDATE] ";
        case Message::destroy: break;
    }
    return "[DESTROY] ";
}

}  // namespace

std::string conntrack_event_line(const Notice& notice, const Edition& edition, const NoticeSwitches& switches,
                                 bool user_space_cause) {
    const Entry& e = notice.entry;
    const bool destroy = notice.message() == Message::destroy;
    const std::int64_t seconds_left = notice.time_left / nanoseconds_per_second;
    Sent sent;
    // ctnetlink_dump_timeout() leaves 0 out of a DESTROY, and out of no other event.
    if (!destroy || (switches.destroy_shows_timeout_and_state && seconds_left > 0)) sent.timeout_s = seconds_left;
    sent.state = destroy ? switches.destroy_shows_timeout_and_state : has(notice.mask, EventBit::protoinfo);
    sent.counters = destroy && e.accounted;
    // A mark that a rule has just set back to 0 is told once.
    if (e.mark != 0 || (!destroy && has(notice.mask, EventBit::mark))) sent.mark = e.mark;

    std::string out(event_word(notice.message()));
    out += line(e, edition, sent);
    if (user_space_cause) out += " [USERSPACE]";
    return out;
}

std::string conntrack_list_line(const Entry& e, const Edition& edition, Time now) {
    Sent sent;
    sent.timeout_s = e.remaining_seconds(now);
    sent.state = true;
    sent.counters = e.accounted;
    if (edition.notice.mark_in_proc) sent.mark = e.mark;
    sent.use = e.life.references();
    return line(e, edition, sent);
}

}  // namespace conntrack::oracle
