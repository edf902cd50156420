#include "spec/rules/to_text.hpp"

#include "spec/address_text.hpp"
#include "spec/rules/names.hpp"
#include "spec/rules/values.hpp"
#include "spec/rules/words.hpp"

#include <array>

namespace conntrack::rules {

namespace {

std::string hex(std::uint32_t value) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    do out.insert(out.begin(), digits[value & 0xf]);
    while ((value >>= 4) != 0);
    return "0x" + out;
}

std::string range_text(std::uint32_t min, std::uint32_t max, char separator) {
    if (min == max) return std::to_string(min);
    return std::to_string(min) + separator + std::to_string(max);
}

std::string counters_text(const RuleCount& count) {
    return "[" + std::to_string(count.packets) + ":" + std::to_string(count.bytes) + "]";
}

/// Writes one rule, option by option, each with a blank before it.
class RuleWriter {
  public:
    RuleWriter(Family family, const Table& table) : family_(family), table_(table) {}

    std::string text(const Chain& chain, const Rule& rule) {
        out_ = "-A " + chain.name;
        for (const Match& match : rule.matches) std::visit([&](const auto& m) { write(m); }, match);
        std::visit([&](const auto& target) { write(target); }, rule.target);
        return std::move(out_);
    }

  private:
    void option(std::string_view name, const std::string& value = {}, bool invert = false) {
        out_ += invert ? " ! " : " ";
        out_ += name;
        if (!value.empty()) out_ += " " + value;
    }

    void write(const AddressMatch& m) {
        const auto length = prefix_length(m.network.mask, family_);
        const std::string mask = length ? std::to_string(*length) : address_text(family_, m.network.mask);
        option(m.side == AddressMatch::Side::source ? "-s" : "-d",
               address_text(family_, m.network.address) + "/" + mask, m.invert);
    }
    void write(const InterfaceMatch& m) {
        option(m.side == InterfaceMatch::Side::in ? "-i" : "-o", m.name + (m.prefix ? "+" : ""), m.invert);
    }
    void write(const ProtocolMatch& m) { option("-p", protocol_text(m.protocol), m.invert); }
    void write(const FragmentMatch& m) { option("-f", {}, m.invert); }

    void ports(std::string_view name, const Option<PortRange>& ports) {
        if (ports) option(name, range_text(ports->value.min, ports->value.max, ':'), ports->invert);
    }

    static std::string flags_text(std::uint8_t flags) {
        return flags == 0 ? "NONE" : bit_names(tcp_flag_names(), flags);
    }

    void write(const TcpMatch& m) {
        option("-m", "tcp");
        ports("--sport", m.sport);
        ports("--dport", m.dport);
        if (m.option) option("--tcp-option", std::to_string(m.option->value), m.option->invert);
        if (m.flags)
            option("--tcp-flags", flags_text(m.flags->value.mask) + " " + flags_text(m.flags->value.set),
                   m.flags->invert);
    }
    void write(const PortsMatch& m) {
        static constexpr std::string_view names[] = {"udp", "sctp", "dccp"};
        option("-m", std::string(names[static_cast<std::size_t>(m.module)]));
        ports("--sport", m.sport);
        ports("--dport", m.dport);
    }
    void write(const IcmpMatch& m) {
        const bool v4 = family_ == Family::ipv4;
        option("-m", v4 ? "icmp" : "icmp6");
        std::string type = m.any ? "any" : std::to_string(m.type);
        if (m.codes.min == m.codes.max) type += "/" + std::to_string(m.codes.min);
        option(v4 ? "--icmp-type" : "--icmpv6-type", type, m.invert);
    }
    void write(const StateMatch& m) {
        option("-m", "state");
        option("--state", bit_names(state_names(false), m.states), m.invert);
    }

    void prefix(std::string_view name, const Option<MaskedAddress>& network) {
        if (!network) return;
        const unsigned full = family_ == Family::ipv4 ? 32 : 128;
        const unsigned length = prefix_length(network->value.mask, family_).value_or(full);
        option(name,
               address_text(family_, network->value.address) + (length == full ? "" : "/" + std::to_string(length)),
               network->invert);
    }

    void write(const ConntrackMatch& m) {
        option("-m", "conntrack");
        if (m.states) option("--ctstate", bit_names(state_names(true), m.states->value), m.states->invert);
        if (m.protocol) option("--ctproto", std::to_string(m.protocol->value), m.protocol->invert);
        prefix("--ctorigsrc", m.orig_src);
        prefix("--ctorigdst", m.orig_dst);
        prefix("--ctreplsrc", m.repl_src);
        prefix("--ctrepldst", m.repl_dst);
        ports("--ctorigsrcport", m.orig_src_port);
        ports("--ctorigdstport", m.orig_dst_port);
        ports("--ctreplsrcport", m.repl_src_port);
        ports("--ctrepldstport", m.repl_dst_port);
        if (m.status) {
            const std::uint32_t bits = m.status->value;
            option("--ctstatus", bits == 0 ? "NONE" : bit_names(ctstatus_names(), bits), m.status->invert);
        }
        if (m.expires_s)
            option("--ctexpire", range_text(m.expires_s->value.min, m.expires_s->value.max, ':'), m.expires_s->invert);
        if (m.dir) option("--ctdir", *m.dir == Direction::original ? "ORIGINAL" : "REPLY");
    }

    static std::string mark_text(std::uint32_t value, std::uint32_t mask) {
        return hex(value) + (mask == 0xffff'ffff ? "" : "/" + hex(mask));
    }

    void write(const MarkMatch& m) {
        option("-m", m.of == MarkMatch::Of::packet ? "mark" : "connmark");
        option("--mark", mark_text(m.value, m.mask), m.invert);
    }
    void write(const MultiportMatch& m) {
        static constexpr std::string_view names[] = {"--sports", "--dports", "--ports"};
        std::string list;
        for (const PortRange& range : m.ports)
            list += (list.empty() ? "" : ",") + range_text(range.min, range.max, ':');
        option("-m", "multiport");
        option(names[static_cast<std::size_t>(m.side)], list, m.invert);
    }
    void write(const CommentMatch& m) {
        option("-m", "comment");
        option("--comment", quoted(m.text));
    }
    void write(const UnknownMatch& m) {
        option("-m", m.name);
        if (!m.options.empty()) out_ += " " + m.options;
    }

    void jump(std::string_view target) { option("-j", std::string(target)); }

    void write(const NoTarget&) {}
    void write(const Accept&) { jump("ACCEPT"); }
    void write(const Drop&) { jump("DROP"); }
    void write(const Return&) { jump("RETURN"); }
    void write(const Jump& j) { option(j.is_goto ? "-g" : "-j", table_.chains[j.chain].name); }

    void write(const CtTarget& t) {
        if (t.old_name) return jump("NOTRACK");
        jump("CT");
        if (t.notrack) option("--notrack");
        if (!t.helper.empty()) option("--helper", t.helper);
        if (!t.zone) return;
        static constexpr std::string_view names[] = {"--zone", "--zone-orig", "--zone-reply"};
        option(names[static_cast<std::size_t>(t.zone->directions)],
               t.zone->from_mark ? "mark" : std::to_string(t.zone->id));
    }

    [[nodiscard]] std::string destination_text(const NatRange& range) const {
        std::string out;
        if (range.map_ips) {
            out = address_text(family_, range.min);
            if (range.max != range.min) out += "-" + address_text(family_, range.max);
            if (family_ == Family::ipv6 && range.proto_specified) out = "[" + out + "]";
        }
        if (range.proto_specified) out += ":" + port_range_text(range);
        return out;
    }
    static std::string port_range_text(const NatRange& range) {
        const std::string ports = range_text(range.port_min, range.port_max, '-');
        return range.proto_offset ? ports + "/" + std::to_string(range.port_base) : ports;
    }

    void write(const NatTarget& t) {
        jump(name(t.kind));
        const bool ports_only = t.kind == NatTarget::Kind::masquerade || t.kind == NatTarget::Kind::redirect;
        if (!ports_only)
            option(t.kind == NatTarget::Kind::snat ? "--to-source" : "--to-destination", destination_text(t.range));
        else if (t.range.proto_specified)
            option("--to-ports", port_range_text(t.range));
        if (t.range.random) option("--random");
        if (t.range.random_fully) option("--random-fully");
        if (t.range.persistent) option("--persistent");
    }

    void write(const MarkTarget& t) {
        jump("MARK");
        option("--set-xmark", hex(t.value) + "/" + hex(t.mask));
    }
    void write(const ConnmarkTarget& t) {
        jump("CONNMARK");
        if (t.mode == ConnmarkTarget::Mode::set) return option("--set-xmark", hex(t.value) + "/" + hex(t.ct_mask));
        option(t.mode == ConnmarkTarget::Mode::save ? "--save-mark" : "--restore-mark");
        option("--nfmask", hex(t.nf_mask));
        option("--ctmask", hex(t.ct_mask));
    }
    void write(const RejectTarget& t) {
        jump("REJECT");
        option("--reject-with", std::string(t.with));
    }
    void write(const LogTarget& t) {
        constexpr std::uint8_t usual_level = 4;
        jump("LOG");
        if (!t.prefix.empty()) option("--log-prefix", quoted(t.prefix));
        if (t.level != usual_level) option("--log-level", std::to_string(t.level));
        if (t.tcp_sequence) option("--log-tcp-sequence");
        if (t.tcp_options) option("--log-tcp-options");
        if (t.ip_options) option("--log-ip-options");
        if (t.uid) option("--log-uid");
        if (t.macdecode) option("--log-macdecode");
    }

    Family family_;
    const Table& table_;
    std::string out_;
};

}  // namespace

std::string to_text(const RuleSet& rules, const Table& table, const Chain& chain, const Rule& rule) {
    return RuleWriter(rules.family, table).text(chain, rule);
}

std::string to_text(const RuleSet& rules, bool with_counters, const RuleCounters* counters) {
    auto count = [&](std::uint32_t number, const RuleCount& given) {
        return counters_text(counters != nullptr ? (*counters)[number] : with_counters ? given : RuleCount{});
    };
    std::string out;
    for (const auto& table : rules.tables) {
        if (!table) continue;
        out += "*" + std::string(name(table->id)) + "\n";
        for (const Chain& chain : table->chains)
            out +=
                ":" + chain.name +
                (chain.hook ? (chain.drops ? " DROP " : " ACCEPT ") + count(chain.number, chain.count) : " - [0:0]") +
                "\n";
        for (const Chain& chain : table->chains)
            for (const Rule& rule : chain.rules)
                out += (with_counters ? count(rule.number, rule.count) + " " : "") +
                       to_text(rules, *table, chain, rule) + "\n";
        out += "COMMIT\n";
    }
    return out;
}

}  // namespace conntrack::rules
