#include "proofs/distinguish/difference.hpp"

#include "proofs/distinguish/tcp_rules.hpp"
#include "spec/flow_settings.hpp"
#include "spec/settings.hpp"

#include <algorithm>

namespace conntrack::proofs {

namespace {

/// A rule of the header check, which no packet of the machine meets: flag_difference() has it.
constexpr TcpSwitch flag_rule = &TcpSwitches::push_counts_in_flag_check;

using tcp::PacketClass;
using tcp::State;

std::vector<TcpRow> rows_of(const TcpRelation& relation, const Cell& cell) {
    std::vector<TcpRow> out;
    for (const TcpRow& row : relation.rows)
        if (row.concerns(cell.state, cell.dir, cell.cls)) out.push_back(row);
    return out;
}

bool alike(const TcpRow& a, const TcpRow& b) { return a.to == b.to && a.guard == b.guard && a.action == b.action; }

/// "CLOSE if WindowAccepts; RefuseOldReset if ResetBelowMaxack".
std::string words(const std::vector<TcpRow>& rows, const Edition& edition) {
    std::string out;
    for (const TcpRow& row : rows) {
        if (!out.empty()) out += "; ";
        out += row.to ? std::string(tcp::name(*row.to, edition)) : row.action;
        if (row.guard != "none") out += " if " + row.guard;
    }
    return out.empty() ? "no row" : out;
}

void take_cell(Variant& one, const Variant& other, const Cell& cell) {
    auto& rows = one.semantics.tcp.rows;
    std::erase_if(rows, [&](const TcpRow& row) { return row.concerns(cell.state, cell.dir, cell.cls); });
    for (const TcpRow& row : rows_of(other.semantics.tcp, cell)) rows.push_back(row);
}

void add_cells(std::vector<Difference>& out, const Variant& one, const Variant& other) {
    const Edition &a = one.semantics.edition, &b = other.semantics.edition;
    std::vector<State> states = {State::none};
    for (const State state : entry_states(entry_states(a).size() < entry_states(b).size() ? a : b))
        states.push_back(state);
    for (const State state : states) {
        for (const Direction dir : {Direction::original, Direction::reply}) {
            if (state == State::none && dir == Direction::reply) continue;  // the first packet is the original side's
            for (const PacketClass cls : packet_classes()) {
                const Cell cell{state, dir, cls};
                const auto mine = rows_of(one.semantics.tcp, cell), theirs = rows_of(other.semantics.tcp, cell);
                if (std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), alike)) continue;
                out.push_back({DifferenceKind::cell,
                               cell_name(a, state, dir, cls),
                               "",
                               {words(mine, a), words(theirs, b)},
                               cell,
                               [cell](Variant& v, const Variant& from) { take_cell(v, from, cell); }});
            }
        }
    }
}

void add_rules(std::vector<Difference>& out, const Variant& one, const Variant& other) {
    const auto &a = one.semantics.edition.tcp, &b = other.semantics.edition.tcp;
    for (const TcpRule& rule : tcp_rules()) {
        if (value_of(rule, a) == value_of(rule, b) || rule.of == flag_rule) continue;
        out.push_back({DifferenceKind::rule,
                       std::string(rule.name),
                       std::string(rule.about),
                       {std::string(value_of(rule, a)), std::string(value_of(rule, b))},
                       std::nullopt,
                       [&rule](Variant& v, const Variant& from) {
                           copy_value(rule, v.semantics.edition.tcp, from.semantics.edition.tcp);
                       }});
    }
}

template <class T>
void add_core(std::vector<Difference>& out, const Variant& one, const Variant& other, T CoreSwitches::*of,
              const std::string& name, const std::string& about) {
    const auto word_of = [](T value) {
        if constexpr (std::is_same_v<T, bool>)
            return std::string(value ? "yes" : "no");
        else
            return std::to_string(value);
    };
    const T a = one.semantics.edition.core.*of, b = other.semantics.edition.core.*of;
    if (a == b) return;
    out.push_back(
        {DifferenceKind::rule,
         name,
         about,
         {word_of(a), word_of(b)},
         std::nullopt,
         [of](Variant& v, const Variant& from) { v.semantics.edition.core.*of = from.semantics.edition.core.*of; }});
}

void add_settings(std::vector<Difference>& out, const Variant& one, const Variant& other) {
    struct Known {
        Setting setting;
        Word TcpSettings::*word;
    };
    constexpr Known known[] = {{Setting::tcp_loose, &TcpSettings::loose},
                               {Setting::tcp_be_liberal, &TcpSettings::be_liberal},
                               {Setting::tcp_max_retrans, &TcpSettings::max_retrans},
                               {Setting::tcp_timeout_max_retrans, &TcpSettings::timeout_max_retrans}};
    const Settings a(one.semantics.edition), b(other.semantics.edition);
    for (const Known& k : known) {
        if (a[k.setting] == b[k.setting]) continue;
        out.push_back({DifferenceKind::setting,
                       std::string(info(k.setting).name),
                       "",
                       {std::to_string(a[k.setting]), std::to_string(b[k.setting])},
                       std::nullopt,
                       [k](Variant& v, const Variant& from) { v.settings.*k.word = from.settings.*k.word; }});
    }
    for (const State state : entry_states(one.semantics.edition)) {
        const auto i = static_cast<std::size_t>(state);
        const Ref mine = one.settings.timeout[i].ref(), theirs = other.settings.timeout[i].ref();
        if (mine == theirs) continue;
        out.push_back({DifferenceKind::setting,
                       "timeout of " + std::string(tcp::name(state, one.semantics.edition)),
                       "",
                       {std::to_string(mine->value), std::to_string(theirs->value)},
                       std::nullopt,
                       [i](Variant& v, const Variant& from) { v.settings.timeout[i] = from.settings.timeout[i]; }});
    }
}

}  // namespace

Variant::Variant(EditionId id) : semantics(id), settings(default_settings(semantics.edition)), sctp(id) {
    const Settings defaults(semantics.edition);
    for (std::size_t kind = 0; kind < flow::kind_count; ++kind) {
        const auto of = flow::timeouts_of(static_cast<flow::Kind>(kind), Family::ipv4, semantics.edition, defaults);
        flow_timeouts.push_back({word(of.unreplied), word(of.stream)});
    }
}

std::vector<Difference> tcp_differences(const Variant& one, const Variant& other) {
    std::vector<Difference> out;
    add_cells(out, one, other);
    add_rules(out, one, other);
    add_settings(out, one, other);
    return out;
}

std::vector<Difference> association_differences(const Variant& one, const Variant& other) {
    std::vector<Difference> out;
    for (SctpDifference& d : sctp_differences(one.sctp, other.sctp))
        out.push_back({d.kind, std::move(d.name), std::move(d.about), std::move(d.value), std::nullopt,
                       [adopt = std::move(d.adopt)](Variant& v, const Variant& from) { adopt(v.sctp, from.sctp); }});
    return out;
}

flow::Kind flow_kind(std::uint8_t protocol, const Edition& edition) {
    constexpr Modules all{.ftp = false, .tftp = false, .ftp_loose = false, .udplite = true, .sctp = true, .gre = true};
    return flow::kind_of(tracker_of(protocol, Family::ipv4, edition, all), edition.core.counts_icmp);
}

namespace {

/// Timeouts that both editions know under one name, where both track the protocol alike.
void add_flow_timeouts(std::vector<Difference>& out, std::uint8_t protocol, const std::string& name, const Variant& one,
                       const Variant& other) {
    const auto kind = flow_kind(protocol, one.semantics.edition);
    if (kind != flow_kind(protocol, other.semantics.edition)) return;
    const auto place = static_cast<std::size_t>(kind);
    const auto add = [&](const std::string& setting, Word Variant::FlowTimeouts::*of) {
        const Ref mine = (one.flow_timeouts[place].*of).ref(), theirs = (other.flow_timeouts[place].*of).ref();
        if (mine == theirs) return;
        out.push_back({DifferenceKind::setting,
                       setting,
                       "",
                       {std::to_string(mine->value), std::to_string(theirs->value)},
                       std::nullopt,
                       [place, of](Variant& v, const Variant& from) {
                           v.flow_timeouts[place].*of = from.flow_timeouts[place].*of;
                       }});
    };
    add(name + "_timeout", &Variant::FlowTimeouts::unreplied);
    if (kind != flow::Kind::icmp) add(name + "_timeout_stream", &Variant::FlowTimeouts::stream);
}

}  // namespace

std::vector<Difference> flow_differences(std::uint8_t protocol, const Variant& one, const Variant& other) {
    std::vector<Difference> out;
    switch (protocol) {
        case protocol::udp:
            add_core(out, one, other, &CoreSwitches::udp_stream_age_s, "udp_stream_age_s",
                     "a UDP flow that was answered is a stream once it is older than so many seconds");
            add_core(out, one, other, &CoreSwitches::refresh_needs_a_second, "refresh_needs_a_second",
                     "a refresh of less than a second is not made");
            add_flow_timeouts(out, protocol, "udp", one, other);
            break;
        case protocol::udplite:
            add_core(out, one, other, &CoreSwitches::udplite_tracker, "udplite_tracker",
                     "UDP-Lite has a tracker, else it is a protocol like any other");
            add_flow_timeouts(out, protocol, "udplite", one, other);
            break;
        case protocol::gre:
            add_core(out, one, other, &CoreSwitches::gre_tracker, "gre_tracker",
                     "GRE has a tracker, else it is a protocol like any other");
            add_flow_timeouts(out, protocol, "gre", one, other);
            break;
        default:
            add_core(out, one, other, &CoreSwitches::counts_icmp, "counts_icmp",
                     "requests less replies are counted, and the reply that balances them deletes the entry");
            add_flow_timeouts(out, protocol, "icmp", one, other);
    }
    return out;
}

std::optional<Difference> flag_difference(const Variant& one, const Variant& other) {
    const auto &a = one.semantics.edition.tcp, &b = other.semantics.edition.tcp;
    for (const TcpRule& rule : tcp_rules())
        if (rule.of == flag_rule && value_of(rule, a) != value_of(rule, b))
            return Difference{DifferenceKind::rule,
                              std::string(rule.name),
                              std::string(rule.about),
                              {std::string(value_of(rule, a)), std::string(value_of(rule, b))},
                              std::nullopt,
                              nullptr};
    return std::nullopt;
}

}  // namespace conntrack::proofs
