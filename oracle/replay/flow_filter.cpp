#include "oracle/replay/flow_filter.hpp"

#include "oracle/text/addresses.hpp"

#include <algorithm>
#include <charconv>

namespace conntrack::oracle {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (;;) {
        const auto end = text.find(separator, at);
        parts.push_back(text.substr(at, end - at));
        if (end == std::string::npos) return parts;
        at = end + 1;
    }
}

template <class Number>
std::optional<Number> number(const std::string& text) {
    Number value{};
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint8_t> protocol_number(const std::string& word) {
    static constexpr struct {
        const char* name;
        std::uint8_t number;
    } names[] = {{"tcp", protocol::tcp},       {"udp", protocol::udp},         {"icmp", protocol::icmp},
                 {"icmpv6", protocol::icmpv6}, {"udplite", protocol::udplite}, {"sctp", protocol::sctp},
                 {"gre", protocol::gre},       {"dccp", protocol::dccp}};
    for (const auto& n : names)
        if (word == n.name) return n.number;
    return number<std::uint8_t>(word);
}

struct Endpoint {
    ParsedAddress address;
    std::optional<std::uint16_t> port;
};

std::optional<Endpoint> endpoint(const std::string& text) {
    std::string address = text;
    std::optional<std::uint16_t> port;
    std::string port_text;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string::npos) return std::nullopt;
        address = text.substr(1, close - 1);
        const std::string rest = text.substr(close + 1);
        if (!rest.empty() && rest[0] != ':') return std::nullopt;
        if (!rest.empty()) port_text = rest.substr(1);
    } else if (std::ranges::count(text, ':') == 1) {
        address = text.substr(0, text.find(':'));
        port_text = text.substr(text.find(':') + 1);
    }
    if (!port_text.empty() && !(port = number<std::uint16_t>(port_text))) return std::nullopt;
    const auto parsed = parse_address(address);
    return parsed ? std::optional(Endpoint{*parsed, port}) : std::nullopt;
}

bool shows_ports(std::uint8_t proto) {
    return proto == protocol::tcp || proto == protocol::udp || proto == protocol::udplite || proto == protocol::sctp;
}

bool same_ends(const Tuple& wanted, bool any_id, const Tuple& t) {
    if (wanted.proto != t.proto || wanted.family != t.family) return false;
    const bool icmp = t.is_icmp();
    const auto along = [&](const Address& src, const Address& dst, std::uint16_t sp, std::uint16_t dp) {
        if (wanted.src != src || wanted.dst != dst) return false;
        if (icmp) return any_id || wanted.src_part == t.src_part;
        if (t.proto == protocol::gre) return true;  // its keys are not asked for
        return wanted.src_part == sp && wanted.dst_part == dp;
    };
    return along(t.src, t.dst, t.src_part, t.dst_part) || along(t.dst, t.src, t.dst_part, t.src_part);
}

}  // namespace

std::optional<Flow> parse_flow(const std::string& text, std::string& why) {
    const auto parts = split(text, ',');
    why = "expected PROTOCOL,SRC:PORT,DST:PORT or icmp,SRC,DST,id=N";
    if (parts.size() < 3 || parts.size() > 4) return std::nullopt;
    const auto proto = protocol_number(parts[0]);
    const auto src = endpoint(parts[1]), dst = endpoint(parts[2]);
    if (!proto)
        why = "\"" + parts[0] + "\" is no protocol";
    else if (!src)
        why = "\"" + parts[1] + "\" is no address with or without a port";
    else if (!dst)
        why = "\"" + parts[2] + "\" is no address with or without a port";
    else if (src->address.family != dst->address.family)
        why = "the two ends are of different families";
    if (!proto || !src || !dst || src->address.family != dst->address.family) return std::nullopt;

    Flow flow;
    flow.tuple.proto = *proto;
    flow.tuple.family = src->address.family;
    flow.tuple.src = src->address.address;
    flow.tuple.dst = dst->address.address;
    if (flow.tuple.is_icmp()) {
        flow.any_id = parts.size() == 3;
        if (flow.any_id) return flow;
        const auto id = parts[3].starts_with("id=") ? number<std::uint16_t>(parts[3].substr(3)) : std::nullopt;
        why = "\"" + parts[3] + "\": expected id=N";
        if (!id) return std::nullopt;
        flow.tuple.src_part = *id;
        return flow;
    }
    if (parts.size() == 4) return std::nullopt;
    const bool has_ports = shows_ports(*proto);
    why = has_ports ? "both ends need a port" : "this protocol is tracked without ports";
    if (src->port.has_value() != has_ports || dst->port.has_value() != has_ports) return std::nullopt;
    flow.tuple.src_part = src->port.value_or(0);
    flow.tuple.dst_part = dst->port.value_or(0);
    return flow;
}

const char* state_word(const Verdict& verdict) {
    if (!verdict.seen) return "unseen";
    if (!verdict.info) return "dropped";
    return state_words[static_cast<std::size_t>(*verdict.info)];
}

bool Filter::wants(const Entry& entry) const {
    return !flow || same_ends(flow->tuple, flow->any_id, entry.original) ||
           same_ends(flow->tuple, flow->any_id, entry.reply);
}

bool Filter::wants(const PacketReport& report) const {
    if (!only.empty() && std::ranges::find(only, state_word(*report.verdict)) == only.end()) return false;
    if (!flow) return true;
    if (report.entry != nullptr && wants(*report.entry)) return true;
    if (report.packet == nullptr) return false;
    const Packet& p = *report.packet;
    const auto matches = [&](const Address& src, const Address& dst, std::uint8_t proto, Family family,
                             std::uint16_t sp, std::uint16_t dp, std::uint16_t id) {
        Tuple t{.src = src, .dst = dst, .src_part = sp, .dst_part = dp, .proto = proto, .family = family, .zone = 0};
        if (t.is_icmp())
            t.src_part = id;
        else if (!shows_ports(proto))
            t.src_part = t.dst_part = 0;
        return same_ends(flow->tuple, flow->any_id, t);
    };
    if (matches(p.src, p.dst, p.protocol, p.family, p.sport, p.dport, p.icmp ? p.icmp->id : std::uint16_t{0}))
        return true;
    return p.inner && matches(p.inner->src, p.inner->dst, p.inner->protocol, p.inner->family, p.inner->sport,
                              p.inner->dport, p.inner->icmp.id);
}

}  // namespace conntrack::oracle
