// -m tcp, udp, sctp, dccp, icmp, icmp6, multiport.
// Sources: libxt_tcp.c, libxt_udp.c, libxt_sctp.c, libxt_dccp.c, libipt_icmp.c, libip6t_icmp6.c, libxt_multiport.c.
#include "spec/rules/module.hpp"
#include "spec/rules/values.hpp"
#include "spec/tcp/flags.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

/// iptables-save leaves out a range that holds every port, in -m tcp and -m udp.
void drop_if_everything(Option<PortRange>& ports) {
    if (ports && ports->value == PortRange{0, 65535}) ports.reset();
}

class TcpModule final : public MatchModule {
  public:
    enum : std::uint8_t { sport, dport, flags, option };

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {
            {"--sport", sport},     {"--source-port", sport}, {"--dport", dport},       {"--destination-port", dport},
            {"--tcp-flags", flags}, {"--syn", flags},         {"--tcp-option", option},
        };
        return infos;
    }

    void read(const Given& given, Words& words) override {
        switch (given.id) {
            case sport: match_.sport = read_range(given, words); break;
            case dport: match_.dport = read_range(given, words); break;
            case flags: match_.flags = {read_flags(given, words), given.invert}; break;
            default: match_.option = {read_option(given, words), given.invert}; break;
        }
    }

    Match finish(const Frame& frame) override {
        frame.needs(protocol::tcp, "-p tcp");
        drop_if_everything(match_.sport);
        drop_if_everything(match_.dport);
        if (match_.flags == Inverting<TcpFlagSet>{}) match_.flags.reset();
        return match_;
    }

  private:
    static Inverting<PortRange> read_range(const Given& given, Words& words) {
        return read_ports_option(words.argument(given.word, "a port or a range a:b").whole(), given.invert);
    }

    static TcpFlagSet read_flags(const Given& given, Words& words) {
        using namespace tcp;
        if (given.word.text == "--syn") return {flag_syn | flag_rst | flag_ack | flag_fin, flag_syn};
        const Word& mask = words.argument(given.word, "two lists of flags: those looked at, those that must be set");
        const Word& set = words.argument(given.word, "a second list of flags: those that must be set");
        return {flag_bits(mask.whole()), flag_bits(set.whole())};
    }

    static std::uint8_t flag_bits(const Part& part) {
        if (same_word(part.text, "ALL")) return 0x3f;
        if (same_word(part.text, "NONE")) return 0;
        std::vector<NamedNumber> names(tcp_flag_names().begin(), tcp_flag_names().end());
        names.push_back({"ALL", 0x3f});
        names.push_back({"NONE", 0});
        return static_cast<std::uint8_t>(read_bits(part, names, "TCP flag"));
    }

    static std::uint8_t read_option(const Given& given, Words& words) {
        const Part part = words.argument(given.word, "the kind of a TCP option").whole();
        const auto kind = static_cast<std::uint8_t>(read_number(part, 255, "kind of TCP option"));
        if (kind == 0) fail(part, "`" + std::string(part.text) + "` is no TCP option to look for: expected 1 to 255");
        return kind;
    }

    TcpMatch match_;
};

class PortsModule final : public MatchModule {
  public:
    explicit PortsModule(PortsMatch::Module module) { match_.module = module; }

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {
            {"--sport", 0}, {"--source-port", 0}, {"--dport", 1}, {"--destination-port", 1}};
        return infos;
    }

    void read(const Given& given, Words& words) override {
        const Part part = words.argument(given.word, "a port or a range a:b").whole();
        (given.id == 0 ? match_.sport : match_.dport) = read_ports_option(part, given.invert);
    }

    Match finish(const Frame& frame) override {
        switch (match_.module) {
            case PortsMatch::Module::udp:
                frame.needs(protocol::udp, "-p udp");
                drop_if_everything(match_.sport);
                drop_if_everything(match_.dport);
                break;
            case PortsMatch::Module::sctp: frame.needs(protocol::sctp, "-p sctp"); break;
            case PortsMatch::Module::dccp: frame.needs(protocol::dccp, "-p dccp"); break;
        }
        return match_;
    }

  private:
    PortsMatch match_;
};

class IcmpModule final : public MatchModule {
  public:
    explicit IcmpModule(Family family) : family_(family) {}

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo v4[] = {{"--icmp-type", 0}}, v6[] = {{"--icmpv6-type", 0}};
        return family_ == Family::ipv4 ? v4 : v6;
    }

    void read(const Given& given, Words& words) override {
        match_ = read_type(words.argument(given.word, "a type, type/code or a name").whole());
        match_->invert = given.invert;
    }

    Match finish(const Frame& frame) override {
        if (family_ == Family::ipv4)
            frame.needs(protocol::icmp, "-p icmp");
        else
            frame.needs(protocol::icmpv6, "-p icmpv6");
        if (!match_) fail(frame.module, "this match needs `" + std::string(options().front().name) + "`");
        return *match_;
    }

  private:
    [[nodiscard]] IcmpMatch read_type(const Part& part) const {
        constexpr std::uint8_t any = 255;  // of the IPv4 match alone
        IcmpMatch match;
        const bool number = !part.text.empty() && part.text.front() >= '0' && part.text.front() <= '9';
        if (number) {
            const std::size_t slash = part.text.find('/');
            match.type = static_cast<std::uint8_t>(read_number(part.part(0, slash), 255, "ICMP type"));
            if (slash != part.text.npos) {
                const auto code = static_cast<std::uint8_t>(read_number(part.part(slash + 1), 255, "ICMP code"));
                match.codes = {code, code};
            }
        } else {
            const auto names = icmp_names(family_);
            const auto known = std::find_if(names.begin(), names.end(),
                                            [&](const IcmpName& name) { return same_word(name.name, part.text); });
            if (known == names.end())
                fail(part, "unknown ICMP type `" + std::string(part.text) + "`", name_list(names));
            match.type = known->type;
            match.codes = {known->code_min, known->code_max};
        }
        if (family_ == Family::ipv4 && match.type == any) match = {true, 0, {0, 255}, false};
        return match;
    }

    Family family_;
    std::optional<IcmpMatch> match_;
};

class MultiportModule final : public MatchModule {
  public:
    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {
            {"--sports", 0}, {"--source-ports", 0}, {"--dports", 1}, {"--destination-ports", 1}, {"--ports", 2}};
        return infos;
    }

    void read(const Given& given, Words& words) override {
        using Side = MultiportMatch::Side;
        if (!match_.ports.empty())
            fail(given.word.whole(), "one of --sports, --dports and --ports in each -m multiport");
        match_.side = given.id == 0 ? Side::source : given.id == 1 ? Side::destination : Side::either;
        match_.invert = given.invert;
        const Part list = words.argument(given.word, "ports and ranges a:b with commas between").whole();
        std::size_t slots = 0;
        for (const Part& part : split(list, ',')) {
            const PortRange ports = read_ports(part, ':', false);
            const bool range = part.text.find(':') != part.text.npos;
            if (range && ports.min == ports.max)
                fail(part, "the range `" + std::string(part.text) + "` of -m multiport has one port only");
            slots += range ? 2 : 1;
            match_.ports.push_back(ports);
        }
        constexpr std::size_t slots_max = 15;
        if (slots > slots_max) fail(list, "more than 15 ports (a range counts as two)");
    }

    Match finish(const Frame& frame) override {
        if (match_.ports.empty()) fail(frame.module, "this match needs --sports, --dports or --ports");
        constexpr std::uint8_t with_ports[] = {protocol::tcp, protocol::udp, protocol::udplite, protocol::sctp,
                                               protocol::dccp};
        const bool fits = std::any_of(std::begin(with_ports), std::end(with_ports),
                                      [&](std::uint8_t number) { return frame.is(number); });
        if (!fits)
            fail(frame.module,
                 "`multiport` needs -p tcp, -p udp, -p udplite, -p sctp or -p dccp in its rule, without !");
        return match_;
    }

  private:
    MultiportMatch match_;
};

}  // namespace

void Frame::needs(std::uint8_t number, std::string_view option) const {
    if (is(number)) return;
    fail(module, "`" + std::string(module.text) + "` needs " + std::string(option) + " in its rule, without !");
}

std::unique_ptr<MatchModule> transport_module(std::string_view name, Family family) {
    if (name == "tcp") return std::make_unique<TcpModule>();
    if (name == "udp") return std::make_unique<PortsModule>(PortsMatch::Module::udp);
    if (name == "sctp") return std::make_unique<PortsModule>(PortsMatch::Module::sctp);
    if (name == "dccp") return std::make_unique<PortsModule>(PortsMatch::Module::dccp);
    if (name == (family == Family::ipv4 ? "icmp" : "icmp6")) return std::make_unique<IcmpModule>(family);
    if (name == "multiport") return std::make_unique<MultiportModule>();
    return nullptr;
}

}  // namespace conntrack::rules
