#include "spec/rules/names.hpp"

#include "spec/status.hpp"
#include "spec/tcp/flags.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

constexpr NamedNumber protocols[] = {
    {"icmp", 1},
    {"igmp", 2},
    {"ggp", 3},
    {"ipencap", 4},
    {"st", 5},
    {"tcp", 6},
    {"egp", 8},
    {"igp", 9},
    {"pup", 12},
    {"udp", 17},
    {"hmp", 20},
    {"xns-idp", 22},
    {"rdp", 27},
    {"iso-tp4", 29},
    {"dccp", 33},
    {"xtp", 36},
    {"ddp", 37},
    {"idpr-cmtp", 38},
    {"ipv6", 41},
    {"ipv6-route", 43},
    {"ipv6-frag", 44},
    {"idrp", 45},
    {"rsvp", 46},
    {"gre", 47},
    {"esp", 50},
    {"ah", 51},
    {"skip", 57},
    {"ipv6-icmp", 58},
    {"ipv6-nonxt", 59},
    {"ipv6-opts", 60},
    {"rspf", 73},
    {"vmtp", 81},
    {"eigrp", 88},
    {"ospf", 89},
    {"ax.25", 93},
    {"ipip", 94},
    {"etherip", 97},
    {"encap", 98},
    {"pim", 103},
    {"ipcomp", 108},
    {"vrrp", 112},
    {"l2tp", 115},
    {"isis", 124},
    {"sctp", 132},
    {"fc", 133},
    {"mobility-header", 135},
    {"udplite", 136},
    {"mpls-in-ip", 137},
    {"manet", 138},
    {"hip", 139},
    {"shim6", 140},
    {"wesp", 141},
    {"rohc", 142},
    {"ethernet", 143},
    // Further names that iptables itself knows.
    {"icmpv6", 58},
    {"ipv6-mh", 135},
    {"mh", 135},
};

constexpr IcmpName icmp_v4[] = {
    {"any", 255, 0, 255},
    {"echo-reply", 0, 0, 255},
    {"pong", 0, 0, 255},
    {"destination-unreachable", 3, 0, 255},
    {"network-unreachable", 3, 0, 0},
    {"host-unreachable", 3, 1, 1},
    {"protocol-unreachable", 3, 2, 2},
    {"port-unreachable", 3, 3, 3},
    {"fragmentation-needed", 3, 4, 4},
    {"source-route-failed", 3, 5, 5},
    {"network-unknown", 3, 6, 6},
    {"host-unknown", 3, 7, 7},
    {"network-prohibited", 3, 9, 9},
    {"host-prohibited", 3, 10, 10},
    {"TOS-network-unreachable", 3, 11, 11},
    {"TOS-host-unreachable", 3, 12, 12},
    {"communication-prohibited", 3, 13, 13},
    {"host-precedence-violation", 3, 14, 14},
    {"precedence-cutoff", 3, 15, 15},
    {"source-quench", 4, 0, 255},
    {"redirect", 5, 0, 255},
    {"network-redirect", 5, 0, 0},
    {"host-redirect", 5, 1, 1},
    {"TOS-network-redirect", 5, 2, 2},
    {"TOS-host-redirect", 5, 3, 3},
    {"echo-request", 8, 0, 255},
    {"ping", 8, 0, 255},
    {"router-advertisement", 9, 0, 255},
    {"router-solicitation", 10, 0, 255},
    {"time-exceeded", 11, 0, 255},
    {"ttl-exceeded", 11, 0, 255},
    {"ttl-zero-during-transit", 11, 0, 0},
    {"ttl-zero-during-reassembly", 11, 1, 1},
    {"parameter-problem", 12, 0, 255},
    {"ip-header-bad", 12, 0, 0},
    {"required-option-missing", 12, 1, 1},
    {"timestamp-request", 13, 0, 255},
    {"timestamp-reply", 14, 0, 255},
    {"address-mask-request", 17, 0, 255},
    {"address-mask-reply", 18, 0, 255},
};

constexpr IcmpName icmp_v6[] = {
    {"destination-unreachable", 1, 0, 255},
    {"no-route", 1, 0, 0},
    {"communication-prohibited", 1, 1, 1},
    {"beyond-scope", 1, 2, 2},
    {"address-unreachable", 1, 3, 3},
    {"port-unreachable", 1, 4, 4},
    {"failed-policy", 1, 5, 5},
    {"reject-route", 1, 6, 6},
    {"packet-too-big", 2, 0, 255},
    {"time-exceeded", 3, 0, 255},
    {"ttl-exceeded", 3, 0, 255},
    {"ttl-zero-during-transit", 3, 0, 0},
    {"ttl-zero-during-reassembly", 3, 1, 1},
    {"parameter-problem", 4, 0, 255},
    {"bad-header", 4, 0, 0},
    {"unknown-header-type", 4, 1, 1},
    {"unknown-option", 4, 2, 2},
    {"echo-request", 128, 0, 255},
    {"ping", 128, 0, 255},
    {"echo-reply", 129, 0, 255},
    {"pong", 129, 0, 255},
    {"router-solicitation", 133, 0, 255},
    {"router-advertisement", 134, 0, 255},
    {"neighbour-solicitation", 135, 0, 255},
    {"neighbor-solicitation", 135, 0, 255},
    {"neighbour-advertisement", 136, 0, 255},
    {"neighbor-advertisement", 136, 0, 255},
    {"redirect", 137, 0, 255},
};

constexpr NamedNumber states[] = {
    {"INVALID", state::invalid},     {"NEW", state::new_},
    {"RELATED", state::related},     {"ESTABLISHED", state::established},
    {"UNTRACKED", state::untracked}, {"SNAT", state::snat},
    {"DNAT", state::dnat},
};
constexpr std::size_t states_of_nat = 2;

constexpr NamedNumber ctstatuses[] = {
    {"NONE", 0},
    {"EXPECTED", static_cast<std::uint32_t>(Status::expected)},
    {"SEEN_REPLY", static_cast<std::uint32_t>(Status::seen_reply)},
    {"ASSURED", static_cast<std::uint32_t>(Status::assured)},
    {"CONFIRMED", static_cast<std::uint32_t>(Status::confirmed)},
};

constexpr NamedNumber tcp_flags[] = {
    {"FIN", tcp::flag_fin}, {"SYN", tcp::flag_syn}, {"RST", tcp::flag_rst},
    {"PSH", tcp::flag_psh}, {"ACK", tcp::flag_ack}, {"URG", tcp::flag_urg},
};

constexpr NamedNumber log_levels[] = {
    {"emerg", 0}, {"panic", 0},   {"alert", 1},  {"crit", 2}, {"err", 3},
    {"error", 3}, {"warning", 4}, {"notice", 5}, {"info", 6}, {"debug", 7},
};

constexpr RejectName rejects_v4[] = {
    {"icmp-port-unreachable", "port-unreach"}, {"icmp-net-unreachable", "net-unreach"},
    {"icmp-host-unreachable", "host-unreach"}, {"icmp-proto-unreachable", "proto-unreach"},
    {"icmp-net-prohibited", "net-prohib"},     {"icmp-host-prohibited", "host-prohib"},
    {"icmp-admin-prohibited", "admin-prohib"}, {"tcp-reset", "tcp-rst"},
};

constexpr RejectName rejects_v6[] = {
    {"icmp6-port-unreachable", "port-unreach"},
    {"icmp6-no-route", "no-route"},
    {"icmp6-adm-prohibited", "adm-prohibited"},
    {"icmp6-addr-unreachable", "addr-unreach"},
    {"icmp6-policy-fail", "policy-fail"},
    {"icmp6-reject-route", "reject-route"},
    {"tcp-reset", "tcp-reset"},
};

constexpr HelperName helpers[] = {
    {"ftp", true, false},   {"tftp", false, true},   {"irc", true, false},        {"sip", true, true},
    {"pptp", true, false},  {"sane", true, false},   {"Q.931", true, false},      {"RAS", false, true},
    {"H.245", false, true}, {"amanda", false, true}, {"netbios-ns", false, true}, {"snmp", false, true},
};

}  // namespace

std::span<const NamedNumber> protocol_names() { return protocols; }

std::string protocol_text(std::uint8_t protocol) {
    for (const NamedNumber& known : protocols)
        if (known.number == protocol) return std::string(known.name);
    return std::to_string(protocol);
}

std::span<const IcmpName> icmp_names(Family family) {
    if (family == Family::ipv4) return icmp_v4;
    return icmp_v6;
}

std::span<const NamedNumber> state_names(bool with_nat) {
    const std::span<const NamedNumber> all = states;
    return with_nat ? all : all.first(all.size() - states_of_nat);
}

std::span<const NamedNumber> ctstatus_names() { return ctstatuses; }
std::span<const NamedNumber> tcp_flag_names() { return tcp_flags; }
std::span<const NamedNumber> log_level_names() { return log_levels; }

std::span<const RejectName> reject_names(Family family) {
    if (family == Family::ipv4) return rejects_v4;
    return rejects_v6;
}

std::span<const HelperName> helper_names() { return helpers; }

bool same_word(std::string_view a, std::string_view b) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::uint32_t> find_number(std::span<const NamedNumber> names, std::string_view name) {
    for (const NamedNumber& known : names)
        if (same_word(known.name, name)) return known.number;
    return std::nullopt;
}

std::string bit_names(std::span<const NamedNumber> names, std::uint32_t bits) {
    std::string out;
    for (const NamedNumber& known : names) {
        if ((known.number & bits) == 0) continue;
        if (!out.empty()) out += ',';
        out += known.name;
    }
    return out;
}

}  // namespace conntrack::rules
