#include "tests/spec/rules/random_rules.hpp"

#include "spec/rules/names.hpp"
#include "spec/rules/values.hpp"
#include "tests/support/values.hpp"

#include <algorithm>

namespace conntrack::testing {

using namespace rules;

namespace {

/// Draws the parts of rules. What iptables-save would leave out (a range of all ports, zone 0) is not drawn.
class RuleMaker {
  public:
    RuleMaker(std::uint64_t seed, Family family, const bool* unknown)
        : random_(seed), family_(family), unknown_(unknown) {}

    RuleSet rule_set() {
        RuleSet set;
        set.family = family_;
        for (const TableId id : all_tables)
            if (random_.bit()) set.tables[static_cast<std::size_t>(id)] = table(id);
        for (auto& made : set.tables) {
            if (!made) continue;
            for (Chain& chain : made->chains) {
                for (Rule& rule : chain.rules) rule.number = set.counted++;
                chain.number = set.counted++;
            }
        }
        return set;
    }

  private:
    bool v4() const { return family_ == Family::ipv4; }
    std::uint32_t word() { return random_.one_in(3) ? random_.below(16) : random_.bits(0xffff'ffff); }
    std::uint16_t port() { return static_cast<std::uint16_t>(random_.bits(0xffff)); }
    std::uint8_t byte() { return static_cast<std::uint8_t>(random_.bits(0xff)); }

    PortRange some_ports() {
        const std::uint16_t a = port(), b = random_.bit() ? a : port();
        const PortRange range{std::min(a, b), std::max(a, b)};
        return range == PortRange{0, 65535} ? PortRange{1, 1} : range;
    }
    template <class Value>
    Option<Value> maybe(Value value) {
        if (random_.bit()) return std::nullopt;
        return Inverting<Value>{value, random_.bit()};
    }
    Address address() {
        if (v4()) return Address::v4(random_.bits(0xffff'ffff));
        const std::uint64_t high = random_.bits(0xffff'ffff), low = random_.bits(0xffff'ffff);
        return {high << 32 | random_.bits(0xffff), random_.bit() ? low : 0};
    }
    MaskedAddress prefix() { return {address(), prefix_mask(1 + random_.below(v4() ? 32 : 128), family_)}; }
    MaskedAddress network() {
        MaskedAddress n = prefix();
        if (random_.one_in(4)) n.mask = v4() ? Address::v4(0xff00'ff00) : Address{0xffff'0000'0000'0000, 0xffff};
        n.address.high &= n.mask.high;
        n.address.low &= n.mask.low;
        return n;
    }
    std::string text(std::size_t longest) {
        static constexpr std::string_view letters = "ab-_Z 0'\"\\#!$;,:/";
        std::string out;
        for (std::size_t i = 1 + random_.below(static_cast<std::uint32_t>(longest)); i > 0; --i)
            out += letters[random_.below(static_cast<std::uint32_t>(letters.size()))];
        return out;
    }

    void add_base(Rule& rule, const Chain& chain) {
        auto& m = rule.matches;
        if (random_.one_in(3)) m.emplace_back(AddressMatch{AddressMatch::Side::source, network(), random_.bit()});
        if (random_.one_in(3)) m.emplace_back(AddressMatch{AddressMatch::Side::destination, network(), random_.bit()});
        const bool in = chain.hook != Hook::output && chain.hook != Hook::postrouting;
        const bool out = chain.hook != Hook::prerouting && chain.hook != Hook::input;
        if (in && random_.one_in(3)) m.emplace_back(interface(InterfaceMatch::Side::in));
        if (out && random_.one_in(3)) m.emplace_back(interface(InterfaceMatch::Side::out));
    }
    InterfaceMatch interface(InterfaceMatch::Side side) {
        static constexpr std::string_view names[] = {"eth0", "inside", "a/b", "x+y", "abcdefghijklmno"};
        InterfaceMatch m{side, std::string(names[random_.below(5)]), random_.one_in(3), random_.bit()};
        if (m.prefix && m.name.size() == 15) m.name.pop_back();
        return m;
    }

    /// A protocol and what may be asked of it.
    void add_transport(Rule& rule) {
        auto& m = rule.matches;
        switch (random_.below(8)) {
            case 0:
                m.emplace_back(ProtocolMatch{protocol::tcp, false});
                m.emplace_back(tcp());
                return;
            case 1: return add_ports(m, protocol::udp, PortsMatch::Module::udp);
            case 2: return add_ports(m, protocol::sctp, PortsMatch::Module::sctp);
            case 3: return add_ports(m, protocol::dccp, PortsMatch::Module::dccp);
            case 4: {
                m.emplace_back(ProtocolMatch{v4() ? protocol::icmp : protocol::icmpv6, false});
                m.emplace_back(icmp());
                return;
            }
            case 5:
                m.emplace_back(ProtocolMatch{protocol::udplite, false});
                m.emplace_back(multiport());
                return;
            case 6:
                m.emplace_back(ProtocolMatch{static_cast<std::uint8_t>(1 + random_.below(255)), random_.bit()});
                return;
            default:
                if (v4()) m.emplace_back(FragmentMatch{random_.bit()});
                return;
        }
    }
    void add_ports(std::vector<Match>& m, std::uint8_t number, PortsMatch::Module module) {
        m.emplace_back(ProtocolMatch{number, false});
        m.emplace_back(PortsMatch{module, maybe(some_ports()), maybe(some_ports())});
    }
    TcpMatch tcp() {
        TcpMatch m{maybe(some_ports()), maybe(some_ports()), {}, {}};
        const auto mask = static_cast<std::uint8_t>(1 + random_.below(63));
        m.flags = maybe(TcpFlagSet{mask, static_cast<std::uint8_t>(random_.bits(0x3f))});
        m.option = maybe(static_cast<std::uint8_t>(1 + random_.below(255)));
        return m;
    }
    IcmpMatch icmp() {
        IcmpMatch m{false, byte(), {0, 255}, random_.bit()};
        if (random_.bit()) m.codes.min = m.codes.max = byte();
        if (v4() && m.type == 255) m = {true, 0, {0, 255}, m.invert};
        return m;
    }
    MultiportMatch multiport() {
        MultiportMatch m{static_cast<MultiportMatch::Side>(random_.below(3)), {}, random_.bit()};
        for (std::uint32_t i = 1 + random_.below(7); i > 0; --i) m.ports.push_back(some_ports());
        return m;
    }

    void add_entry_matches(Rule& rule) {
        auto& m = rule.matches;
        if (random_.one_in(4))
            m.emplace_back(StateMatch{static_cast<std::uint8_t>(1 + random_.below(31)), random_.bit()});
        if (random_.one_in(3)) m.emplace_back(conntrack_match());
        for (const auto of : {MarkMatch::Of::packet, MarkMatch::Of::entry})
            if (random_.one_in(4))
                m.emplace_back(MarkMatch{of, word(), random_.bit() ? 0xffff'ffff : word(), random_.bit()});
        if (random_.one_in(3)) m.emplace_back(CommentMatch{text(40)});
        if (unknown_ != nullptr && random_.one_in(3))
            m.emplace_back(
                UnknownMatch{"hashlimit", random_.bit() ? "--hashlimit-upto 5/sec ! --x \"a b\"" : "", *unknown_});
    }
    ConntrackMatch conntrack_match() {
        ConntrackMatch m;
        m.states = Inverting<std::uint8_t>{static_cast<std::uint8_t>(1 + random_.below(127)), random_.bit()};
        m.protocol = maybe(byte());
        m.orig_src = maybe(prefix());
        m.orig_dst = maybe(prefix());
        m.repl_src = maybe(prefix());
        m.repl_dst = maybe(prefix());
        m.orig_src_port = maybe(some_ports());
        m.orig_dst_port = maybe(some_ports());
        m.repl_src_port = maybe(some_ports());
        m.repl_dst_port = maybe(some_ports());
        m.status = maybe(random_.bits(0xf));
        const std::uint32_t a = word(), b = word();
        m.expires_s = maybe(Range<std::uint32_t>{std::min(a, b), std::max(a, b)});
        if (random_.bit()) m.dir = random_.bit() ? Direction::original : Direction::reply;
        return m;
    }

    [[nodiscard]] static bool asks(const Rule& rule, std::uint8_t number) {
        return std::find(rule.matches.begin(), rule.matches.end(), Match(ProtocolMatch{number, false})) !=
               rule.matches.end();
    }

    Target target(const Rule& rule, TableId table, const Chain& chain) {
        switch (random_.below(8)) {
            case 0: return Accept{};
            case 1: return Return{};
            case 2: return table == TableId::nat ? Target(Accept{}) : Target(Drop{});
            case 3: return MarkTarget{word(), word()};
            case 4: return connmark();
            case 5: return log();
            case 6: return of_table(rule, table, chain);
            default: return NoTarget{};
        }
    }
    ConnmarkTarget connmark() {
        using Mode = ConnmarkTarget::Mode;
        const auto mode = static_cast<Mode>(random_.below(3));
        if (mode == Mode::set) return {mode, word(), word(), 0xffff'ffff};
        return {mode, 0, word(), word()};
    }
    LogTarget log() {
        LogTarget t{random_.bit() ? text(29) : "",
                    static_cast<std::uint8_t>(random_.below(8)),
                    random_.bit(),
                    random_.bit(),
                    random_.bit(),
                    random_.bit(),
                    random_.bit()};
        return t;
    }
    Target of_table(const Rule& rule, TableId table, const Chain& chain) {
        switch (table) {
            case TableId::raw: return ct(rule);
            case TableId::mangle: return NoTarget{};
            case TableId::nat: return nat(rule, chain);
            case TableId::filter: break;
        }
        const auto names = reject_names(family_);
        const RejectTarget reject{names[random_.below(static_cast<std::uint32_t>(names.size()))].name};
        if (reject.with == "tcp-reset" && !asks(rule, protocol::tcp)) return NoTarget{};
        return reject;
    }
    CtTarget ct(const Rule& rule) {
        CtTarget t;
        if (random_.one_in(4)) return {true, true, {}, {}};
        t.notrack = random_.bit();
        if (asks(rule, protocol::tcp)) t.helper = "ftp";
        if (!random_.bit()) return t;
        const bool mark = random_.one_in(3);
        t.zone = ZoneChoice{static_cast<ZoneChoice::Directions>(random_.below(3)), mark,
                            static_cast<std::uint16_t>(mark ? 0 : 1 + random_.below(65535))};
        return t;
    }
    Target nat(const Rule& rule, const Chain& chain) {
        using Kind = NatTarget::Kind;
        if (!chain.hook) return NoTarget{};  // user chains are reached from anywhere
        const bool source = chain.hook == Hook::postrouting || chain.hook == Hook::input;
        const bool addressed = chain.hook == Hook::input || random_.bit();
        NatTarget t{source ? (addressed ? Kind::snat : Kind::masquerade) : (addressed ? Kind::dnat : Kind::redirect),
                    {}};
        NatRange& range = t.range;
        range.random = random_.bit();
        range.random_fully = source && random_.bit();
        range.persistent = addressed && random_.bit();
        const bool may_have_ports =
            asks(rule, protocol::tcp) || asks(rule, protocol::udp) || asks(rule, protocol::icmp);
        range.proto_specified = may_have_ports && random_.bit();
        range.map_ips = addressed && (!range.proto_specified || random_.bit());
        if (range.proto_specified) {
            const PortRange ports = some_ports();
            range.port_min = ports.min;
            range.port_max = ports.max;
            range.proto_offset = t.kind == Kind::dnat && ports.min != ports.max && random_.one_in(3);
            if (range.proto_offset) range.port_base = static_cast<std::uint16_t>(1 + random_.below(65535));
        }
        if (range.map_ips) {
            const Address a = address(), b = random_.bit() ? a : address();
            range.min = std::min(a, b);
            range.max = std::max(a, b);
        }
        return t;
    }

    Rule rule(TableId table, const Chain& chain) {
        Rule made;
        add_base(made, chain);
        add_transport(made);
        add_entry_matches(made);
        made.target = target(made, table, chain);
        if (random_.bit()) made.count = {word(), std::uint64_t{word()} << random_.below(33)};
        return made;
    }

    Table table(TableId id) {
        Table made{id, {}};
        for (const Hook hook : all_hooks)
            if (hooks_of(id).has(hook)) {
                Chain& chain = made.chains.emplace_back();
                chain.name = name(hook);
                chain.hook = hook;
                chain.drops = random_.one_in(3);
                chain.count = {word(), word()};
            }
        for (const char* user : {"A", "Zz-9_", "a", "b#"})
            if (random_.bit()) made.chains.emplace_back().name = user;
        for (std::uint32_t i = 0; i < made.chains.size(); ++i) {
            Chain& chain = made.chains[i];
            for (std::uint32_t rules = random_.below(4); rules > 0; --rules) chain.rules.push_back(rule(id, chain));
            // Jumps lead to later user chains only, so there are no loops.
            for (std::uint32_t to = i + 1; to < made.chains.size(); ++to) {
                if (made.chains[to].hook || !random_.one_in(3)) continue;
                Rule jump = rule(id, chain);
                jump.target = Jump{to, random_.bit()};
                chain.rules.push_back(std::move(jump));
            }
        }
        return made;
    }

    RandomValues random_;
    Family family_;
    const bool* unknown_;
};

}  // namespace

RuleSet random_rules(std::uint64_t seed, Family family, const bool* unknown) {
    return RuleMaker(seed, family, unknown).rule_set();
}

}  // namespace conntrack::testing
