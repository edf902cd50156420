// SNAT, DNAT, MASQUERADE, REDIRECT. Source: libxt_NAT.c of iptables.
#include "spec/rules/module.hpp"
#include "spec/rules/values.hpp"

namespace conntrack::rules {

namespace {

class NatModule final : public TargetModule {
  public:
    NatModule(NatTarget::Kind kind, Family family) : family_(family) { target_.kind = kind; }

    enum : std::uint8_t { to, random, random_fully, persistent };

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo snat[] = {{"--to-source", to, false},
                                              {"--random", random, false},
                                              {"--random-fully", random_fully, false},
                                              {"--persistent", persistent, false}};
        static constexpr OptionInfo dnat[] = {
            {"--to-destination", to, false}, {"--random", random, false}, {"--persistent", persistent, false}};
        static constexpr OptionInfo masquerade[] = {
            {"--to-ports", to, false}, {"--random", random, false}, {"--random-fully", random_fully, false}};
        static constexpr OptionInfo redirect[] = {{"--to-ports", to, false}, {"--random", random, false}};
        switch (target_.kind) {
            case NatTarget::Kind::snat: return snat;
            case NatTarget::Kind::dnat: return dnat;
            case NatTarget::Kind::masquerade: return masquerade;
            case NatTarget::Kind::redirect: break;
        }
        return redirect;
    }

    void read(const Given& given, Words& words) override {
        switch (given.id) {
            case random: target_.range.random = true; return;
            case random_fully: target_.range.random_fully = true; return;
            case persistent: target_.range.persistent = true; return;
            default: break;
        }
        if (has_addresses()) {
            to_ = words.argument(given.word, "an address or a range a-b, and ports behind a colon").whole();
            read_to();
        } else {
            to_ = words.argument(given.word, "a port or a range a-b").whole();
            read_port_range(to_);
        }
    }

    Target finish(const Frame& frame) override {
        if (has_addresses() && to_.text.empty())
            fail(frame.module, "this target needs `" + std::string(options().front().name) + "`");
        if (target_.range.proto_specified && !may_have_ports(frame))
            fail(to_, "`" + std::string(to_.text) + "` has a port, which needs -p tcp, udp, sctp, dccp or icmp");
        return target_;
    }

  private:
    [[nodiscard]] bool has_addresses() const {
        return target_.kind == NatTarget::Kind::snat || target_.kind == NatTarget::Kind::dnat;
    }

    /// iptables does not look at a `!` here, nor does it let ICMPv6 have ids.
    static bool may_have_ports(const Frame& frame) {
        if (!frame.protocol) return false;
        switch (frame.protocol->protocol) {
            case protocol::tcp:
            case protocol::udp:
            case protocol::sctp:
            case protocol::dccp:
            case protocol::icmp: return true;
            default: return false;
        }
    }

    /// "a", "a-b", "a:p", "a-b:p-q", ":p"; IPv6 addresses with ports stand in brackets: "[a-b]:p".
    void read_to() {
        if (to_.text.empty()) fail(to_, "expected an address, or ports behind a colon");
        if (to_.text.front() == '[') {
            const std::size_t close = to_.text.find(']');
            if (family_ == Family::ipv4 || close == to_.text.npos)
                fail(to_, "`" + std::string(to_.text) + "` is no address: expected " +
                              (family_ == Family::ipv4 ? "an IPv4 address" : "a closing bracket"));
            read_addresses(to_.part(1, close - 1));
            if (close + 1 == to_.text.size()) return;
            const Part rest = to_.part(close + 1);
            if (rest.text.front() != ':') fail(rest, "expected a colon and ports behind the bracket");
            read_port_range(rest.part(1));
            return;
        }
        const bool only_ports = to_.text.front() == ':' && !to_.text.starts_with("::");
        const std::size_t colon = family_ == Family::ipv4 || only_ports ? to_.text.find(':') : to_.text.npos;
        if (colon != 0) read_addresses(to_.part(0, colon));
        if (colon != to_.text.npos) read_port_range(to_.part(colon + 1));
    }

    void read_addresses(const Part& part) {
        NatRange& range = target_.range;
        const std::size_t dash = part.text.find('-');
        range.min = read_address(part.part(0, dash), family_);
        range.max = dash == part.text.npos ? range.min : read_address(part.part(dash + 1), family_);
        if (range.max < range.min) fail(part, "the range `" + std::string(part.text) + "` ends before it begins");
        range.map_ips = true;
    }

    /// "p", "p-q"; DNAT also "p-q/base".
    void read_port_range(const Part& part) {
        NatRange& range = target_.range;
        Part ports = part;
        const std::size_t slash = part.text.find('/');
        if (slash != part.text.npos) {
            const bool shifts = target_.kind == NatTarget::Kind::dnat && part.text.find('-') < slash;
            if (!shifts) fail(part.part(slash), "only a range of ports of DNAT can be shifted");
            range.port_base = read_port(part.part(slash + 1));
            if (range.port_base == 0) fail(part.part(slash + 1), "a range cannot be shifted from port 0");
            range.proto_offset = true;
            ports = part.part(0, slash);
        }
        const PortRange read = read_ports(ports, '-', false);
        if (range.proto_offset && read.min == read.max)
            fail(part, "a shifted range of one port: iptables-save writes it in a way that nothing reads");
        range.proto_specified = true;
        range.port_min = read.min;
        range.port_max = read.max;
    }

    Family family_;
    Part to_;
    NatTarget target_;
};

}  // namespace

std::unique_ptr<TargetModule> nat_module(std::string_view word, Family family) {
    using Kind = NatTarget::Kind;
    for (const Kind kind : {Kind::snat, Kind::dnat, Kind::masquerade, Kind::redirect})
        if (word == name(kind)) return std::make_unique<NatModule>(kind, family);
    return nullptr;
}

}  // namespace conntrack::rules
