#include "oracle/record/shown_json.hpp"

#include "oracle/record/scenario_json.hpp"
#include "oracle/record/step_json.hpp"
#include "oracle/text/addresses.hpp"
#include "spec/editions.hpp"
#include "spec/sctp/state.hpp"
#include "spec/status.hpp"
#include "spec/tcp/state.hpp"

#include <string_view>
#include <utility>

namespace conntrack::oracle {

namespace {

/// By Direction.
constexpr std::array<const char*, 2> counter_keys = {"cnt_orig", "cnt_reply"},
                                     shift_keys = {"seqadj_orig", "seqadj_reply"};

Json status_json(std::uint32_t bits) {
    Json out = Json::array();
    for (std::size_t i = 0; i < status_names.size(); ++i)
        if ((bits >> i & 1) != 0) out.push_back(status_names[i]);
    return out;
}

/// A state that has no name is shown as its number.
Json tcp_json(const ShownTcp& tcp, const Edition& edition) {
    Json out = {{"state", tcp.state < tcp::state_count ? Json(name(static_cast<tcp::State>(tcp.state), edition))
                                                       : Json(tcp.state)}};
    if (tcp.is_whole)
        out.update({{"wscale_orig", tcp.wscale[0]},
                    {"wscale_reply", tcp.wscale[1]},
                    {"flags_orig", tcp.flags[0]},
                    {"flags_reply", tcp.flags[1]}});
    return out;
}

Json sctp_json(const ShownSctp& sctp) {
    Json out = {{"state",
                 sctp.state < sctp::state_count ? Json(name(static_cast<sctp::State>(sctp.state))) : Json(sctp.state)}};
    if (sctp.is_whole) out.update({{"vtag_orig", sctp.vtag[0]}, {"vtag_reply", sctp.vtag[1]}});
    return out;
}

Json null_if(const std::optional<std::string_view>& text) { return text ? Json(*text) : Json(nullptr); }

Json sent_json(const ShownSent& sent) { return {{"side", sent.side}, {"out", to_hex(sent.bytes)}}; }

Json verdict_json(const ShownVerdict& v) {
    Json out = {{"seen", v.seen},
                {"ct", null_if(v.ct ? std::optional(name(*v.ct)) : std::nullopt)},
                {"dir", null_if(v.dir ? std::optional(name(*v.dir)) : std::nullopt)},
                {"emerged", v.emerged}};
    if (v.emerged) out.update({{"side", v.sent.side}, {"out", v.is_same ? std::string("same") : to_hex(v.sent.bytes)}});
    for (const ShownSent& sent : v.more) out["more"].push_back(sent_json(sent));
    for (const ShownSent& sent : v.local) out["local"].push_back(sent_json(sent));
    return out;
}

std::string_view name_of(const ShownNotice& notice) {
    if (std::holds_alternative<ShownEntry>(notice.about)) return name(notice.message);
    return notice.message == Message::destroy ? "EXP_DESTROY" : "EXP_NEW";
}

}  // namespace

Json to_json(const ShownTuple& shown) {
    const Tuple& t = shown.tuple;
    Json out = {{"src", to_text(t.family, t.src)}, {"dst", to_text(t.family, t.dst)}, {"proto", t.proto}};
    switch (shown.parts) {
        case ShownTuple::Parts::ports:
            out["sport"] = t.src_part;
            out["dport"] = t.dst_part;
            break;
        case ShownTuple::Parts::query:
            out["id"] = t.src_part;
            out["type"] = t.icmp_type();
            out["code"] = t.icmp_code();
            break;
        case ShownTuple::Parts::none: break;
    }
    if (shown.zone) out["zone"] = *shown.zone;
    return out;
}

void add_tuples_and_status(Json& out, const ShownEntry& e, EntryNames& names) {
    out["ct"] = names.of(e.id);
    out["orig"] = to_json(e.orig);
    out["reply"] = to_json(e.reply);
    if (e.status) out["status"] = status_json(*e.status);
}

void add_mark(Json& out, const ShownEntry& e) {
    if (e.mark) out["mark"] = *e.mark;
}

void add_timeout(Json& out, const ShownEntry& e) {
    if (e.timeout) out["timeout"] = *e.timeout;
    if (e.timeout_ms) out["timeout_ms"] = *e.timeout_ms;
}

void add_protocol(Json& out, const ShownEntry& e, const Edition& edition) {
    if (e.tcp) out["tcp"] = tcp_json(*e.tcp, edition);
    if (e.sctp) out["sctp"] = sctp_json(*e.sctp);
}

void add_counters(Json& out, const ShownEntry& e) {
    for (std::size_t i = 0; i < 2; ++i)
        if (const auto& c = e.counters[i]) out[counter_keys[i]] = Json::array({c->packets, c->bytes});
}

void add_relations(Json& out, const ShownEntry& e) {
    if (e.zone) out["zone"] = *e.zone;
    if (e.helper) out["helper"] = *e.helper;
    if (e.master) out["master"] = to_json(*e.master);
    for (std::size_t i = 0; i < 2; ++i)
        if (const auto& s = e.shifts[i])
            out[shift_keys[i]] = {
                {"correction_pos", s->position}, {"offset_before", s->before}, {"offset_after", s->after}};
}

void add_use(Json& out, const ShownEntry& e) {
    if (e.use) out["use"] = *e.use;
}

void add_bits(Json& out, const ShownNotice& notice) {
    if (!notice.bits) return;
    Json& bits = out["bits"] = Json::array();
    for (const EventName& n : event_names)
        if (has(*notice.bits, n.bit)) bits.push_back(n.name);
}

Json to_json(const ShownEntry& e, const Edition& edition, EntryNames& names) {
    Json out;
    add_tuples_and_status(out, e, names);
    add_mark(out, e);
    add_timeout(out, e);
    add_protocol(out, e, edition);
    add_counters(out, e);
    add_relations(out, e);
    add_use(out, e);
    return out;
}

Json to_json(const ShownExpectation& e) {
    Json out = Json::object();
    if (e.tuple) out["tuple"] = to_json(*e.tuple);
    if (e.mask) out["mask"] = to_json(*e.mask);
    if (e.master) out["master"] = to_json(*e.master);
    if (e.nat) out["nat"] = {{"dir", e.nat->dir}, {"tuple", to_json(e.nat->tuple)}};
    if (e.timeout) out["timeout"] = *e.timeout;
    if (e.flags) out["flags"] = *e.flags;
    if (e.class_) out["class"] = *e.class_;
    if (e.helper) out["helper"] = *e.helper;
    if (e.fn) out["fn"] = *e.fn;
    if (e.zone) out["zone"] = *e.zone;
    return out;
}

Json to_json(const ShownNotice& notice, const Edition& edition, EntryNames& names) {
    Json out = {{"type", name_of(notice)}};
    if (const auto* expectation = std::get_if<ShownExpectation>(&notice.about)) {
        out.update(to_json(*expectation));
        return out;
    }
    const auto& e = std::get<ShownEntry>(notice.about);
    add_bits(out, notice);
    add_tuples_and_status(out, e, names);
    add_timeout(out, e);
    add_protocol(out, e, edition);
    add_counters(out, e);
    add_mark(out, e);
    add_relations(out, e);
    return out;
}

void add_shown(Json& line, const ShownStep& step, const Edition& edition, EntryNames& names) {
    const auto list = [&](const char* key, const std::vector<ShownNotice>& notices) {
        Json& out = line[key] = Json::array();
        for (const ShownNotice& notice : notices) out.push_back(to_json(notice, edition, names));
    };
    if (step.entered) line["sent"] = to_hex(*step.entered);
    if (step.verdict) line["verdict"] = verdict_json(*step.verdict);
    if (!step.log.empty()) line["log"] = step.log;
    if (!step.kernel_log.empty()) line["kernel_log"] = step.kernel_log;
    if (!step.early.empty()) list("pre_events", step.early);
    list("events", step.events);
    if (step.entry) line["entry"] = *step.entry ? to_json(**step.entry, edition, names) : Json(nullptr);
    if (step.table) {
        Json& table = line["table"] = Json::array();
        for (const ShownEntry& e : *step.table) table.push_back(to_json(e, edition, names));
    }
    if (!step.expected) return;
    Json& expected = line["expect"] = Json::array();
    for (const ShownExpectation& e : *step.expected) expected.push_back(to_json(e));
}

void write_lines(Recording& recording) {
    const auto shown = std::exchange(recording.shown, std::nullopt);
    if (!shown) return;
    if (shown->write) return shown->write(recording);
    EntryNames names;
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        RecordedStep& recorded = recording.steps[i];
        recorded.line = {
            {"i", i}, {"step", step_json(recorded.step)}, {"t", static_cast<double>(recorded.step.at) / 1e9}};
        add_shown(recorded.line, shown->steps[i], edition(shown->edition), names);
    }
}

}  // namespace conntrack::oracle
