// -m state, conntrack, mark, connmark, comment; and the list of all matches.
// Sources: libxt_state.c, libxt_conntrack.c, libxt_mark.c, libxt_connmark.c, libxt_comment.c.
#include "spec/rules/module.hpp"
#include "spec/rules/values.hpp"

namespace conntrack::rules {

namespace {

class StateModule final : public MatchModule {
  public:
    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--state", 0}};
        return infos;
    }
    void read(const Given& given, Words& words) override {
        const Part part = words.argument(given.word, "states with commas between").whole();
        match_ = {static_cast<std::uint8_t>(read_bits(part, state_names(false), "state")), given.invert};
    }
    Match finish(const Frame& frame) override {
        if (!match_) fail(frame.module, "this match needs `--state`");
        return *match_;
    }

  private:
    std::optional<StateMatch> match_;
};

class ConntrackModule final : public MatchModule {
  public:
    explicit ConntrackModule(Family family) : family_(family) {}

    enum : std::uint8_t {
        states,
        protocol,
        orig_src,
        orig_dst,
        repl_src,
        repl_dst,
        orig_src_port,
        orig_dst_port,
        repl_src_port,
        repl_dst_port,
        status,
        expires,
        dir,
    };

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {
            {"--ctstate", states},
            {"--ctproto", protocol},
            {"--ctorigsrc", orig_src},
            {"--ctorigdst", orig_dst},
            {"--ctreplsrc", repl_src},
            {"--ctrepldst", repl_dst},
            {"--ctorigsrcport", orig_src_port},
            {"--ctorigdstport", orig_dst_port},
            {"--ctreplsrcport", repl_src_port},
            {"--ctrepldstport", repl_dst_port},
            {"--ctstatus", status},
            {"--ctexpire", expires},
            {"--ctdir", dir, false},
        };
        return infos;
    }

    void read(const Given& given, Words& words) override {
        any_ = true;
        const Part part = words.argument(given.word, "a value").whole();
        const bool invert = given.invert;
        switch (given.id) {
            case states:
                match_.states = {static_cast<std::uint8_t>(read_bits(part, state_names(true), "state")), invert};
                break;
            case protocol: match_.protocol = {read_protocol(part), invert}; break;
            case orig_src: match_.orig_src = {read_prefix(part), invert}; break;
            case orig_dst: match_.orig_dst = {read_prefix(part), invert}; break;
            case repl_src: match_.repl_src = {read_prefix(part), invert}; break;
            case repl_dst: match_.repl_dst = {read_prefix(part), invert}; break;
            case orig_src_port: match_.orig_src_port = read_ports_option(part, invert); break;
            case orig_dst_port: match_.orig_dst_port = read_ports_option(part, invert); break;
            case repl_src_port: match_.repl_src_port = read_ports_option(part, invert); break;
            case repl_dst_port: match_.repl_dst_port = read_ports_option(part, invert); break;
            case status: match_.status = {read_bits(part, ctstatus_names(), "status"), invert}; break;
            case expires: match_.expires_s = {read_seconds(part), invert}; break;
            default: match_.dir = read_direction(part); break;
        }
    }

    Match finish(const Frame& frame) override {
        if (!any_) {
            std::vector<std::string> known;
            for (const OptionInfo& info : options()) known.emplace_back(info.name);
            fail({"", frame.module.line, frame.module.column}, "this match needs one of its options", known);
        }
        return match_;
    }

  private:
    /// iptables takes prefixes only here: of other masks it makes a whole address, silently.
    [[nodiscard]] MaskedAddress read_prefix(const Part& part) const {
        const MaskedAddress network = read_network(part, family_);
        if (!prefix_length(network.mask, family_))
            fail(part, "the mask of `" + std::string(part.text) + "` is no prefix, which -m conntrack needs");
        return network;
    }

    static Direction read_direction(const Part& part) {
        static constexpr NamedNumber names[] = {{"ORIGINAL", 0}, {"REPLY", 1}};
        const auto number = find_number(names, part.text);
        if (!number)
            fail(part, "unknown direction `" + std::string(part.text) + "`",
                 name_list(std::span<const NamedNumber>(names)));
        return static_cast<Direction>(*number);
    }

    Family family_;
    bool any_ = false;
    ConntrackMatch match_;
};

class MarkModule final : public MatchModule {
  public:
    explicit MarkModule(MarkMatch::Of of) : of_(of) {}

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--mark", 0}};
        return infos;
    }
    void read(const Given& given, Words& words) override {
        const MarkValue mark = read_mark(words.argument(given.word, "a mark, or mark/mask").whole());
        match_ = {of_, mark.value, mark.mask, given.invert};
    }
    Match finish(const Frame& frame) override {
        if (!match_) fail(frame.module, "this match needs `--mark`");
        return *match_;
    }

  private:
    MarkMatch::Of of_;
    std::optional<MarkMatch> match_;
};

class CommentModule final : public MatchModule {
  public:
    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--comment", 0, false}};
        return infos;
    }
    void read(const Given& given, Words& words) override {
        constexpr std::size_t bytes_max = 255;
        const Word& word = words.argument(given.word, "a text");
        if (word.text.size() > bytes_max) fail(word.whole(), "a comment of more than 255 bytes");
        match_ = CommentMatch{word.text};
    }
    Match finish(const Frame& frame) override {
        if (!match_) fail(frame.module, "this match needs `--comment`");
        return *match_;
    }

  private:
    std::optional<CommentMatch> match_;
};

}  // namespace

std::unique_ptr<MatchModule> entry_module(std::string_view name, Family family) {
    if (name == "state") return std::make_unique<StateModule>();
    if (name == "conntrack") return std::make_unique<ConntrackModule>(family);
    if (name == "mark") return std::make_unique<MarkModule>(MarkMatch::Of::packet);
    if (name == "connmark") return std::make_unique<MarkModule>(MarkMatch::Of::entry);
    if (name == "comment") return std::make_unique<CommentModule>();
    return nullptr;
}

std::unique_ptr<MatchModule> match_module(std::string_view name, Family family) {
    if (auto module = transport_module(name, family)) return module;
    return entry_module(name, family);
}

std::vector<std::string> match_names(Family family) {
    return {"comment", "connmark", "conntrack", "dccp", family == Family::ipv4 ? "icmp" : "icmp6", "mark", "multiport",
            "sctp",    "state",    "tcp",       "udp"};
}

std::string_view implied_match(std::uint8_t protocol, Family family) {
    switch (protocol) {
        case protocol::tcp: return "tcp";
        case protocol::udp: return "udp";
        case protocol::sctp: return "sctp";
        case protocol::dccp: return "dccp";
        case protocol::icmp: return family == Family::ipv4 ? "icmp" : "";
        case protocol::icmpv6: return family == Family::ipv6 ? "icmp6" : "";
        default: return {};
    }
}

}  // namespace conntrack::rules
