#include "oracle/record/entry_json.hpp"

#include "oracle/text/addresses.hpp"

#include <fmt/format.h>

namespace conntrack::oracle {

const std::string& EntryNames::of(EntryId id) {
    const auto it = names_.find(id);
    if (it != names_.end()) return it->second;
    return names_.emplace(id, fmt::format("c{}", names_.size() + 1)).first->second;
}

Json tuple_json(const Tuple& t, L4Tracker tracker) {
    Json out = {{"src", to_text(t.family, t.src)}, {"dst", to_text(t.family, t.dst)}, {"proto", t.proto}};
    switch (tracker) {
        case L4Tracker::tcp:
        case L4Tracker::udp:
        case L4Tracker::udplite:
            out["sport"] = t.src_part;
            out["dport"] = t.dst_part;
            break;
        case L4Tracker::icmp:
        case L4Tracker::icmpv6:
            out["id"] = t.src_part;
            out["type"] = t.icmp_type();
            out["code"] = t.icmp_code();
            break;
        case L4Tracker::generic: break;
    }
    return out;
}

namespace {

Json status_json(StatusSet status) {
    Json out = Json::array();
    for (std::size_t i = 0; i < status_names.size(); ++i)
        if ((status.bits() >> i & 1) != 0) out.push_back(status_names[i]);
    return out;
}

Json counter_json(const Entry& entry, Direction dir) {
    const Counter& c = entry.counters[static_cast<std::size_t>(dir)];
    return Json::array({c.packets, c.bytes});
}

Json tcp_json(const Entry& e, const Edition& edition) {
    return {{"state", tcp::name(e.tcp_machine->state(), edition)},
            {"wscale_orig", e.tcp.original.td_scale},
            {"wscale_reply", e.tcp.reply.td_scale},
            {"flags_orig", e.tcp.original.flags},
            {"flags_reply", e.tcp.reply.flags}};
}

void add_window(Json& out, const Entry& e, const Edition& edition) {
    const auto side = [&](const tcp::Peer<Concrete>& p) {
        return Json::array(
            {p.td_end, p.td_maxend, p.td_maxwin, edition.tcp.counts_loose_packets ? p.loose : p.td_maxack});
    };
    out["win"] = Json::array({side(e.tcp.original), side(e.tcp.reply)});
    const auto& last = e.tcp.last;
    out["last"] = Json::array({last.dir, last.index, e.tcp.retrans, last.seq, last.ack, last.end});
}

}  // namespace

Json entry_json(const Entry& e, const EntryView& view, EntryNames& names) {
    Json out = {{"ct", names.of(e.id)},
                {"orig", tuple_json(e.original, e.tracker)},
                {"reply", tuple_json(e.reply, e.tracker)},
                {"status", status_json(e.status)}};
    if (view.edition.notice.zone_in_proc) out["mark"] = e.mark;
    out["timeout"] = e.remaining_seconds(view.now);
    if (e.remaining(view.now) % nanoseconds_per_second != 0)
        out["timeout_ms"] = e.remaining(view.now) / nanoseconds_per_millisecond;
    if (e.tcp_machine) {
        out["tcp"] = tcp_json(e, view.edition);
        if (view.window) add_window(out, e, view.edition);
    }
    if (e.icmp_machine) out["icmp_count"] = e.icmp_count;
    if (e.accounted) {
        out["cnt_orig"] = counter_json(e, Direction::original);
        out["cnt_reply"] = counter_json(e, Direction::reply);
    }
    if (e.original.zone != 0) out["zone"] = e.original.zone;
    out["use"] = e.life.references();
    return out;
}

Json notice_json(const Notice& notice, const EntryView& view, const NoticeSwitches& rules, EntryNames& names) {
    const Edition& edition = view.edition;
    const Entry& e = notice.entry;
    const Message message = notice.message();
    Json out = {{"type", name(message)}};
    Json bits = Json::array();
    for (const EventName& n : event_names)
        if (has(notice.mask, n.bit)) bits.push_back(n.name);
    out["bits"] = bits;
    out["ct"] = names.of(e.id);
    out["orig"] = tuple_json(e.original, e.tracker);
    out["reply"] = tuple_json(e.reply, e.tracker);
    out["status"] = status_json(e.status);

    const bool destroys = message == Message::destroy;
    const std::int64_t seconds_left = notice.time_left / nanoseconds_per_second;
    if (!destroys || (rules.destroy_shows_timeout_and_state && seconds_left > 0)) {
        out["timeout"] = seconds_left;
        if (notice.time_left % nanoseconds_per_second != 0)
            out["timeout_ms"] = notice.time_left / nanoseconds_per_millisecond;
    }
    if (e.tcp_machine && destroys && rules.destroy_shows_timeout_and_state)
        out["tcp"] = {{"state", tcp::name(e.tcp_machine->state(), edition)}};
    if (e.tcp_machine && !destroys && has(notice.mask, EventBit::protoinfo)) out["tcp"] = tcp_json(e, edition);
    if (e.tcp_machine && !destroys && view.window) add_window(out, e, edition);
    if (destroys && e.accounted) {
        out["cnt_orig"] = counter_json(e, Direction::original);
        out["cnt_reply"] = counter_json(e, Direction::reply);
    }
    if (e.mark != 0) out["mark"] = e.mark;
    if (e.original.zone != 0) out["zone"] = e.original.zone;
    return out;
}

}  // namespace conntrack::oracle
