#include "oracle/text/way_text.hpp"

#include "oracle/text/addresses.hpp"
#include "oracle/text/packet_text.hpp"
#include "spec/wire/decode.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

namespace conntrack::oracle {

namespace {

constexpr std::array both_manips = {nat::Manip::dst, nat::Manip::src};

std::string end_text(const Entry& entry, Family family, const Address& address, std::uint16_t part) {
    if (entry.tracker == L4Tracker::generic || entry.tracker == L4Tracker::gre) return to_text(family, address);
    if (entry.original.is_icmp()) return fmt::format("{} id {}", to_text(family, address), part);
    return endpoint_text(family, address, part);
}

/// What the entry's packets had there, and what they get.
std::pair<std::string, std::string> ends(const Entry& entry, nat::Manip manip) {
    const Tuple &original = entry.original, &reply = entry.reply;
    if (manip == nat::Manip::src) {
        const bool icmp = original.is_icmp();  // the id stands in the source part of both tuples
        return {end_text(entry, original.family, original.src, original.src_part),
                end_text(entry, reply.family, reply.dst, icmp ? reply.src_part : reply.dst_part)};
    }
    if (original.is_icmp()) return {to_text(original.family, original.dst), to_text(reply.family, reply.src)};
    return {end_text(entry, original.family, original.dst, original.dst_part),
            end_text(entry, reply.family, reply.src, reply.src_part)};
}

const BindingOrigin* origin_of(const Entry& entry, nat::Manip manip) {
    if (entry.nat == nullptr) return nullptr;
    const auto& origin = entry.nat->origin[static_cast<std::size_t>(manip)];
    return origin ? &*origin : nullptr;
}

/// The packet as it leaves, where that differs from how it came.
std::string changed_text(const Passage& passage) {
    if (!passage.arrived) return "";
    const Packet &before = *passage.arrived, &after = passage.packet;
    if (ends_text(before) != ends_text(after) && !after.inner && !after.icmp) return " as " + ends_text(after);
    return packet_text(before) != packet_text(after) ? " as " + packet_text(after) : "";
}

std::string hanging_text(bool uncertain) { return uncertain ? " (hangs on a match that is not known)" : ""; }

std::string hanging_text(const Passage& passage) {
    if (!passage.uncertain || passage.uncertain_since == passage.number) return hanging_text(passage.uncertain);
    return fmt::format(" (hangs on a match that is not known, met by packet {})", passage.uncertain_since);
}

std::string answer_text(const LocalAnswer& answer) {
    if (!answer.emerged) return std::string("  its answer goes nowhere") + hanging_text(answer.uncertain);
    const auto decoded = wire::decode(answer.sent.bytes, {.checksum = wire::ChecksumPolicy::ignore, .loopback = true});
    const auto* packet = std::get_if<Packet>(&decoded);
    return fmt::format("  answers: {} -> {}{}", packet != nullptr ? packet_text(*packet) : "a packet", answer.sent.side,
                       hanging_text(answer.uncertain));
}

/// Where it stopped, if no rule stopped it. Source: ip_forward() and ip_route_input() stand between the hooks.
std::string place_text(const Passage& passage) {
    switch (passage.stop) {
        case Stop::hop_limit:
        case Stop::too_big: return "by forwarding";
        case Stop::no_route:
        case Stop::options: return "by routing";
        default: return fmt::format("at {}", name(passage.stopped_at));
    }
}

std::string decision_text(const ChainMet& met) {
    using Kind = rules::Decision::Kind;
    const rules::Decision& d = met.decision;
    if (d.chain == nullptr) return "no chain here";
    if (d.header_cut) return "dropped: a match needs more of the header than there is";
    if (d.rule == nullptr) return fmt::format("policy {}", d.kind == Kind::drop ? "DROP" : "ACCEPT");
    switch (d.kind) {
        case Kind::accept: return "accepted";
        case Kind::drop: return "dropped";
        case Kind::reject: return "rejected";
        case Kind::nat: return std::string(rules::name(d.nat->kind));
    }
    return "";
}

std::string step_text(const rules::Step& step) {
    std::string out = fmt::format("line {}: {}", step.rule->line, step.rule->text);
    if (step.chain != nullptr && !step.chain->hook) out += fmt::format("  (in {})", step.chain->name);
    const bool unknown = std::ranges::any_of(step.rule->matches, [](const rules::Match& match) {
        return std::holds_alternative<rules::UnknownMatch>(match);
    });
    if (step.uncertain && !unknown)
        out += "  (asks for a mark that hangs on a match that is not known)";
    else if (step.uncertain)
        out += step.matched ? "  (a match that is not known was taken to match)"
                            : "  (a match that is not known was taken not to match)";
    return out;
}

}  // namespace

std::string binding_text(const Entry& entry, nat::Manip manip) {
    const BindingOrigin* origin = origin_of(entry, manip);
    if (origin == nullptr) return "";
    const auto [before, after] = ends(entry, manip);
    if (before == after && origin->rule.empty()) return "";
    std::string out = fmt::format("{} {}", manip == nat::Manip::src ? "SNAT" : "DNAT", before);
    out += before == after ? " unchanged" : " -> " + after;
    // Whoever was announced is bound as the flow that announced him (nf_nat_follow_master()).
    const bool follows = entry.extension != nullptr && entry.extension->master.has_value();
    if (origin->rule.empty())
        out += follows ? " by no rule: it follows the flow that announced it" : " by no rule, the port was taken";
    else
        out += fmt::format(" by line {}: {}", origin->line, origin->rule);
    if (origin->none_free)
        out += " (none is free at that address)";
    else if (origin->first_choice)
        out += " (first permitted port; Linux chooses at random)";
    return out;
}

std::string decided_text(const Passage& passage, std::optional<Time> at) {
    std::string out;
    const Entry* entry = passage.flight.entry();
    for (const nat::Manip manip : both_manips) {
        if (entry == nullptr || !passage.bound[static_cast<std::size_t>(manip)]) continue;
        const BindingOrigin* origin = origin_of(*entry, manip);
        if (origin == nullptr || (at && origin->when != *at)) continue;
        if (const std::string text = binding_text(*entry, manip); !text.empty()) out += "  " + text;
    }
    return out;
}

std::string rule_text(const Passage& passage) {
    if (passage.rule_line == 0) return "by its policy";
    return fmt::format("by line {}: {}", passage.rule_line, passage.rule);
}

std::string stop_text(const Passage& passage) {
    switch (passage.stop) {
        case Stop::none:
        case Stop::malformed:
        case Stop::fragment:
        case Stop::tracking: return "";
        case Stop::rule:
            return fmt::format("{} at {} {}", passage.rejected ? "rejected" : "dropped", name(passage.stopped_at),
                               rule_text(passage));
        default: return fmt::format("dropped {}, {}", place_text(passage), words(passage.stop));
    }
}

std::string way_text(const Passage& passage) {
    std::string out;
    auto to = std::back_inserter(out);
    switch (passage.place) {
        case Passage::Place::left:
            if (passage.in.empty()) out += "  sent by the router";
            fmt::format_to(to, "  -> {}{}", passage.out.front().side, changed_text(passage));
            if (passage.out.size() > 1) fmt::format_to(to, " ({} fragments)", passage.out.size());
            break;
        case Passage::Place::delivered: out += "  -> the router itself"; break;
        case Passage::Place::before_routing: out += "  held before FORWARD"; break;
        case Passage::Place::stopped:
            if (const std::string why = stop_text(passage); !why.empty()) out += "  " + why;
            break;
    }
    out += hanging_text(passage);
    for (const LocalAnswer& answer : passage.answers) out += answer_text(answer);
    for (const std::string& line : passage.log) fmt::format_to(to, "  LOG \"{}\"", line);
    return out;
}

std::string chains_text(const Passage& passage) {
    std::string out;
    auto to = std::back_inserter(out);
    if (passage.chains.empty()) out += "  no chain was met\n";
    for (const ChainMet& met : passage.chains) {
        fmt::format_to(to, "  {:<11}  {:<6}  {}\n", name(met.hook), rules::name(met.table), decision_text(met));
        for (const rules::Step& step : met.steps) fmt::format_to(to, "{:23}{}\n", "", step_text(step));
    }
    if (const Entry* entry = passage.flight.entry())
        for (const nat::Manip manip : both_manips) {
            if (!passage.bound[static_cast<std::size_t>(manip)] || origin_of(*entry, manip) == nullptr) continue;
            const std::string text = binding_text(*entry, manip);
            fmt::format_to(to, "  decided      {}\n",
                           !text.empty()              ? text
                           : manip == nat::Manip::src ? "the source stays (null binding)"
                                                      : "the destination stays (null binding)");
        }
    const std::string way = way_text(passage);
    fmt::format_to(to, "  end        {}\n", way.empty() ? "  " + std::string(words(passage.stop)) : way);
    return out;
}

std::string bindings_text(const Entry& entry, const std::function<std::string(Time)>& time) {
    std::string out;
    for (const nat::Manip manip : both_manips)
        if (const std::string text = binding_text(entry, manip); !text.empty())
            out += fmt::format("  {} (bound at {})\n", text, time(origin_of(entry, manip)->when));
    return out;
}

}  // namespace conntrack::oracle
