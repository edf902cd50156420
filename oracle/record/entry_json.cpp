#include "oracle/record/entry_json.hpp"

#include "oracle/record/shown_entry.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/editions.hpp"

namespace conntrack::oracle {

Json tuple_json(const Tuple& tuple, L4Tracker tracker) { return to_json(shown_tuple(tuple, tracker)); }

namespace {

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
    const ShownEntry shown = shown_entry(e, view.edition, view.now);
    Json out;
    add_tuples_and_status(out, shown, names);
    add_mark(out, shown);
    add_timeout(out, shown);
    add_protocol(out, shown, view.edition);
    if (e.tcp_machine && view.window) add_window(out, e, view.edition);
    if (e.icmp_machine) out["icmp_count"] = e.icmp_count;
    if ((view.nat || e.nat != nullptr) && view.edition.nat.keeps_records) add_nat_records(out, e);
    add_counters(out, shown);
    add_relations(out, shown);
    add_use(out, shown);
    return out;
}

Json notice_json(const Notice& notice, const EntryView& view, const NoticeSwitches& rules, EntryNames& names) {
    const ShownNotice shown = shown_notice(notice, rules);
    const auto& about = std::get<ShownEntry>(shown.about);
    const Entry& e = notice.entry;
    Json out = {{"type", name(shown.message)}};
    add_bits(out, shown);
    add_tuples_and_status(out, about, names);
    add_timeout(out, about);
    add_protocol(out, about, view.edition);
    if (e.tcp_machine && shown.message != Message::destroy && view.window) add_window(out, e, view.edition);
    add_counters(out, about);
    add_mark(out, about);
    add_relations(out, about);
    return out;
}

Json expectation_json(const expect::Expectation& e, Time now) { return to_json(shown_expectation(e, now)); }

Json expectation_notice_json(const expect::Notice& notice) {
    EntryNames nobody;
    return to_json(shown_notice(notice), conntrack::edition(EditionId::linux_6_18), nobody);
}

}  // namespace conntrack::oracle
