#include "oracle/text/entry_text.hpp"

#include "oracle/text/addresses.hpp"
#include "oracle/text/proc_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <ctime>
#include <iterator>

namespace conntrack::oracle {

namespace {

/// As listings of conntrack have it.
std::string_view zone_word(const Zone& zone) {
    if (zone.both()) return "zone";
    return zone.original ? "zone-orig" : "zone-reply";
}

}  // namespace

std::string absolute_time_text(Time time) {
    const std::time_t whole = time / nanoseconds_per_second;
    return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}", fmt::gmtime(whole), time % nanoseconds_per_second / 1000);
}

std::string relative_time_text(Time time) {
    return fmt::format("{}.{:06}", time / nanoseconds_per_second, time % nanoseconds_per_second / 1000);
}

std::string entry_name(const Entry& e) { return e.filler ? "filler" : fmt::format("entry {}", e.id); }

std::string entry_text(const Entry& e, const Edition& edition, Time now, std::string_view gone) {
    std::string out = entry_name(e);
    auto to = std::back_inserter(out);
    if (const auto state = protocol_state(e, edition)) fmt::format_to(to, " {}", *state);
    switch (e.life.state()) {
        case LifeMachine::State::confirmed: fmt::format_to(to, " {}s", e.remaining_seconds(now)); break;
        case LifeMachine::State::unconfirmed: out += " (not confirmed)"; break;
        case LifeMachine::State::dying:
        case LifeMachine::State::freed: fmt::format_to(to, " ({})", gone); break;
    }
    if (e.icmp_machine) fmt::format_to(to, " {} outstanding", e.icmp_count);
    if (!e.has(Status::seen_reply)) out += " [UNREPLIED]";
    if (e.has(Status::assured)) out += " [ASSURED]";
    if (e.extension != nullptr && e.extension->helper != nullptr)
        fmt::format_to(to, " helper {}", e.extension->helper->name());
    if (e.extension != nullptr && e.extension->master)
        fmt::format_to(to, " announced by entry {}", e.extension->master->key.id);
    if (e.zone.id != 0) fmt::format_to(to, " {}={}", zone_word(e.zone), e.zone.id);
    if (e.mark != 0) fmt::format_to(to, " mark={}", e.mark);
    return out;
}

std::string flow_text(const Entry& e) {
    const Tuple& t = e.original;
    const auto end = [&](const Address& address, std::uint16_t port) {
        if (e.tracker == L4Tracker::generic || e.tracker == L4Tracker::gre || t.is_icmp())
            return to_text(t.family, address);
        const std::string text = to_text(t.family, address);
        return t.family == Family::ipv4 ? fmt::format("{}:{}", text, port) : fmt::format("[{}]:{}", text, port);
    };
    std::string out =
        e.tracker == L4Tracker::generic ? fmt::format("proto {}", t.proto) : std::string(protocol_name(e));
    fmt::format_to(std::back_inserter(out), " {} > {}", end(t.src, t.src_part), end(t.dst, t.dst_part));
    if (e.tracker == L4Tracker::gre && t.dst_part != 0)
        fmt::format_to(std::back_inserter(out), " call id {}", t.dst_part);
    if (t.is_icmp() && e.tracker != L4Tracker::generic) fmt::format_to(std::back_inserter(out), " id {}", t.src_part);
    return out;
}

std::string mask_text(EventMask mask) {
    std::string out;
    for (const EventName& n : event_names) {
        if (!has(mask, n.bit)) continue;
        if (!out.empty()) out += '+';
        out += n.name;
    }
    return out;
}

}  // namespace conntrack::oracle
