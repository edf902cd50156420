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
        case L4Tracker::sctp:
        case L4Tracker::gre:
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

/// A zone that holds for one direction alone stands in that direction's tuple.
Json tuple_of_entry(const Entry& e, Direction dir) {
    Json out = tuple_json(e.tuple(dir), e.tracker);
    if (!e.zone.both() && e.zone.of(dir) != 0) out["zone"] = e.zone.of(dir);
    return out;
}

void add_zone(Json& out, const Entry& e) {
    if (e.zone.both() && e.zone.id != 0) out["zone"] = e.zone.id;
}

/// linux-2.6.9: which types were decided, and the records of what is done to packets.
void add_nat_records(Json& out, const Entry& e) {
    Json done = Json::array(), records = Json::array();
    for (const nat::Manip manip : {nat::Manip::src, nat::Manip::dst})
        if (e.nat != nullptr && e.nat->decided(manip)) done.push_back(name(manip));
    for (const NatRecord& r : e.nat != nullptr ? e.nat->records : std::vector<NatRecord>{}) {
        const std::string_view hook = r.hook == Hook::prerouting    ? "PRE_ROUTING"
                                      : r.hook == Hook::postrouting ? "POST_ROUTING"
                                      : r.hook == Hook::input       ? "LOCAL_IN"
                                                                    : "LOCAL_OUT";
        records.push_back(Json::array({name(r.dir), hook, name(r.manip), to_text(Family::ipv4, r.address), r.part}));
    }
    out["nat_done"] = std::move(done);
    if (!records.empty()) out["manips"] = std::move(records);
}

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

Json sctp_json(const Entry& e) {
    return {
        {"state", sctp::name(e.sctp_machine->state())}, {"vtag_orig", e.sctp.vtag[0]}, {"vtag_reply", e.sctp.vtag[1]}};
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

void add_helper(Json& out, const Entry& e) {
    if (e.extension != nullptr && e.extension->helper != nullptr) out["helper"] = e.extension->helper->name();
}

void add_master(Json& out, const Entry& e) {
    if (e.extension != nullptr && e.extension->master)
        out["master"] = tuple_json(e.extension->master->original, e.tracker);
}

/// What NAT has shifted in each direction.
void add_shifts(Json& out, const Entry& e) {
    if (!e.has(Status::seq_adjust)) return;
    const auto shown = [&](Direction dir) -> Json {
        const auto& shift = e.extension->shifts[static_cast<std::size_t>(dir)];
        return {{"correction_pos", shift.position},
                {"offset_before", static_cast<std::int32_t>(shift.before)},
                {"offset_after", static_cast<std::int32_t>(shift.after)}};
    };
    out["seqadj_orig"] = shown(Direction::original);
    out["seqadj_reply"] = shown(Direction::reply);
}

}  // namespace

Json entry_json(const Entry& e, const EntryView& view, EntryNames& names) {
    Json out = {{"ct", names.of(e.id)},
                {"orig", tuple_of_entry(e, Direction::original)},
                {"reply", tuple_of_entry(e, Direction::reply)},
                {"status", status_json(e.status)}};
    if (view.edition.notice.zone_in_proc) out["mark"] = e.mark;
    out["timeout"] = e.remaining_seconds(view.now);
    if (e.remaining(view.now) % nanoseconds_per_second != 0)
        out["timeout_ms"] = e.remaining(view.now) / nanoseconds_per_millisecond;
    if (e.tcp_machine) {
        out["tcp"] = tcp_json(e, view.edition);
        if (view.window) add_window(out, e, view.edition);
    }
    if (e.sctp_machine) out["sctp"] = sctp_json(e);
    if (e.icmp_machine) out["icmp_count"] = e.icmp_count;
    if ((view.nat || e.nat != nullptr) && view.edition.nat.keeps_records) add_nat_records(out, e);
    if (e.accounted) {
        out["cnt_orig"] = counter_json(e, Direction::original);
        out["cnt_reply"] = counter_json(e, Direction::reply);
    }
    add_zone(out, e);
    add_helper(out, e);
    add_master(out, e);
    add_shifts(out, e);
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
    out["orig"] = tuple_of_entry(e, Direction::original);
    out["reply"] = tuple_of_entry(e, Direction::reply);
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
    if (e.sctp_machine && destroys && rules.destroy_shows_timeout_and_state)
        out["sctp"] = {{"state", sctp::name(e.sctp_machine->state())}};
    if (e.sctp_machine && !destroys && has(notice.mask, EventBit::protoinfo)) out["sctp"] = sctp_json(e);
    if (e.tcp_machine && !destroys && view.window) add_window(out, e, edition);
    if (destroys && e.accounted) {
        out["cnt_orig"] = counter_json(e, Direction::original);
        out["cnt_reply"] = counter_json(e, Direction::reply);
    }
    if (e.mark != 0) out["mark"] = e.mark;
    add_zone(out, e);
    if (!destroys) add_helper(out, e);
    if (has(notice.mask, EventBit::related)) add_master(out, e);
    if (has(notice.mask, EventBit::seqadj)) add_shifts(out, e);
    return out;
}

namespace {

/// The mask of an expectation, as a tuple: all ones where a packet must agree.
Json mask_json(const expect::Expectation& e) {
    const auto address = [&](bool must_agree) {
        Address all;
        if (must_agree) all = e.tuple.family == Family::ipv4 ? Address::v4(0xffff'ffff) : Address{~0ULL, ~0ULL};
        return to_text(e.tuple.family, all);
    };
    return {{"src", address(e.mask.src_address)},
            {"dst", address(e.mask.dst_address)},
            {"proto", e.tuple.proto},
            {"sport", e.mask.src_part ? 0xffff : 0},
            {"dport", e.mask.dst_part ? 0xffff : 0}};
}

/// Expectations are of TCP or UDP, as their masters are.
L4Tracker tracker_of_expected(const Tuple& t) { return t.proto == protocol::tcp ? L4Tracker::tcp : L4Tracker::udp; }

}  // namespace

Json expectation_json(const expect::Expectation& e, Time now) {
    Json out = {{"tuple", tuple_json(e.tuple, tracker_of_expected(e.tuple))},
                {"mask", mask_json(e)},
                {"master", tuple_json(e.master_original, tracker_of_expected(e.master_original))}};
    if (e.follow && e.follow->saved_part != 0) {
        Tuple saved;
        saved.family = e.tuple.family;
        saved.proto = e.tuple.proto;
        saved.src_part = e.follow->saved_part;
        out["nat"] = {{"dir", static_cast<int>(e.follow->dir)},
                      {"tuple", tuple_json(saved, tracker_of_expected(e.tuple))}};
    }
    if (e.deadline) out["timeout"] = e.time_left(now) / nanoseconds_per_second;
    out["flags"] = e.flags;
    out["class"] = e.class_;
    if (e.helper != nullptr) out["helper"] = e.helper->name();
    if (e.follow) out["fn"] = "nat-follow-master";
    if (e.tuple.zone != 0) out["zone"] = e.tuple.zone;
    return out;
}

Json expectation_notice_json(const expect::Notice& notice) {
    Json out = {{"type", message_of(notice.mask) == Message::destroy ? "EXP_DESTROY" : "EXP_NEW"}};
    out.update(expectation_json(notice.expectation, notice.now));
    return out;
}

}  // namespace conntrack::oracle
