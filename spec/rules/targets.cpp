// Targets that need no module of their own file: ACCEPT, DROP, RETURN, CT, NOTRACK, REJECT, LOG; and the list of all.
// Sources: libxt_standard.c, libxt_CT.c, libipt_REJECT.c, libip6t_REJECT.c, libxt_LOG.c.
#include "spec/rules/module.hpp"
#include "spec/rules/values.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

template <class T>
class PlainModule final : public TargetModule {
  public:
    explicit PlainModule(T target = {}) : target_(std::move(target)) {}
    [[nodiscard]] std::span<const OptionInfo> options() const override { return {}; }
    void read(const Given&, Words&) override {}
    Target finish(const Frame&) override { return target_; }

  private:
    T target_;
};

class CtModule final : public TargetModule {
  public:
    enum : std::uint8_t { notrack, helper, zone, zone_orig, zone_reply };

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--notrack", notrack, false},
                                               {"--helper", helper, false},
                                               {"--zone", zone, false},
                                               {"--zone-orig", zone_orig, false},
                                               {"--zone-reply", zone_reply, false}};
        return infos;
    }

    void read(const Given& given, Words& words) override {
        using Directions = ZoneChoice::Directions;
        if (given.id == notrack) {
            target_.notrack = true;
        } else if (given.id == helper) {
            helper_word_ = words.argument(given.word, "the name of a helper").whole();
            target_.helper = std::string(helper_word_.text);
        } else {
            if (zone_given_) fail(given.word.whole(), "one of --zone, --zone-orig and --zone-reply in a rule");
            zone_given_ = true;
            const Directions directions = given.id == zone        ? Directions::both
                                          : given.id == zone_orig ? Directions::original
                                                                  : Directions::reply;
            target_.zone = read_zone(words.argument(given.word, "the number of a zone, or `mark`").whole(), directions);
        }
    }

    Target finish(const Frame& frame) override {
        if (!target_.helper.empty() || !helper_word_.text.empty()) check_helper(frame);
        return target_;
    }

  private:
    /// Zone 0 is where everything is anyway; iptables-save leaves it out.
    static std::optional<ZoneChoice> read_zone(const Part& part, ZoneChoice::Directions directions) {
        if (part.text == "mark") return ZoneChoice{directions, true, 0};
        const auto id = static_cast<std::uint16_t>(read_number(part, 65535, "zone"));
        if (id == 0) return std::nullopt;
        return ZoneChoice{directions, false, id};
    }

    /// The kernel looks a helper up by name, family and the protocol of the rule.
    void check_helper(const Frame& frame) const {
        const auto names = helper_names();
        const auto known = std::find_if(names.begin(), names.end(),
                                        [&](const HelperName& name) { return name.name == helper_word_.text; });
        if (known == names.end())
            fail(helper_word_, "unknown helper `" + std::string(helper_word_.text) + "`", name_list(names));
        const bool fits = (known->tcp && frame.is(protocol::tcp)) || (known->udp && frame.is(protocol::udp));
        if (!fits)
            fail(helper_word_, "the helper `" + std::string(helper_word_.text) + "` needs " +
                                   (known->tcp && known->udp ? "-p tcp or -p udp"
                                    : known->tcp             ? "-p tcp"
                                                             : "-p udp") +
                                   " in its rule, without !");
    }

    bool zone_given_ = false;
    Part helper_word_;
    CtTarget target_;
};

class RejectModule final : public TargetModule {
  public:
    explicit RejectModule(Family family) : family_(family) { target_.with = reject_names(family).front().name; }

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--reject-with", 0, false}};
        return infos;
    }

    void read(const Given& given, Words& words) override {
        word_ = words.argument(given.word, "a kind of answer").whole();
        const auto names = reject_names(family_);
        const auto known = std::find_if(names.begin(), names.end(), [&](const RejectName& name) {
            return name.name == word_.text || name.alias == word_.text;
        });
        if (known == names.end())
            fail(word_, "unknown kind of answer `" + std::string(word_.text) + "`", name_list(names));
        target_.with = known->name;
    }

    Target finish(const Frame& frame) override {
        if (target_.with == "tcp-reset" && !frame.is(protocol::tcp))
            fail(word_, "`tcp-reset` needs -p tcp in its rule, without !");
        return target_;
    }

  private:
    Family family_;
    Part word_;
    RejectTarget target_;
};

class LogModule final : public TargetModule {
  public:
    enum : std::uint8_t { level, prefix, tcp_sequence, tcp_options, ip_options, uid, macdecode };

    [[nodiscard]] std::span<const OptionInfo> options() const override {
        static constexpr OptionInfo infos[] = {{"--log-level", level, false},
                                               {"--log-prefix", prefix, false},
                                               {"--log-tcp-sequence", tcp_sequence, false},
                                               {"--log-tcp-options", tcp_options, false},
                                               {"--log-ip-options", ip_options, false},
                                               {"--log-uid", uid, false},
                                               {"--log-macdecode", macdecode, false}};
        return infos;
    }

    void read(const Given& given, Words& words) override {
        switch (given.id) {
            case level: target_.level = read_level(words.argument(given.word, "a level").whole()); break;
            case prefix: target_.prefix = read_prefix(words.argument(given.word, "a text").whole()); break;
            case tcp_sequence: target_.tcp_sequence = true; break;
            case tcp_options: target_.tcp_options = true; break;
            case ip_options: target_.ip_options = true; break;
            case uid: target_.uid = true; break;
            default: target_.macdecode = true; break;
        }
    }

    Target finish(const Frame&) override { return target_; }

  private:
    static std::uint8_t read_level(const Part& part) {
        const bool number = !part.text.empty() && part.text.front() >= '0' && part.text.front() <= '9';
        if (number) return static_cast<std::uint8_t>(read_number(part, 7, "log level"));
        for (const NamedNumber& known : log_level_names())
            if (known.name == part.text) return static_cast<std::uint8_t>(known.number);
        fail(part, "unknown log level `" + std::string(part.text) + "`: expected a name or a number from 0 to 7",
             name_list(log_level_names()));
    }

    static std::string read_prefix(const Part& part) {
        constexpr std::size_t bytes_max = 29;
        if (part.text.empty()) fail(part, "an empty --log-prefix");
        if (part.text.size() > bytes_max) fail(part, "a --log-prefix of more than 29 bytes");
        return std::string(part.text);
    }

    LogTarget target_;
};

}  // namespace

std::unique_ptr<TargetModule> target_module(std::string_view name, Family family) {
    if (name == "ACCEPT") return std::make_unique<PlainModule<Accept>>();
    if (name == "DROP") return std::make_unique<PlainModule<Drop>>();
    if (name == "RETURN") return std::make_unique<PlainModule<Return>>();
    if (name == "NOTRACK") return std::make_unique<PlainModule<CtTarget>>(CtTarget{true, true, std::nullopt, {}});
    if (name == "CT") return std::make_unique<CtModule>();
    if (name == "REJECT") return std::make_unique<RejectModule>(family);
    if (name == "LOG") return std::make_unique<LogModule>();
    if (auto module = nat_module(name, family)) return module;
    return mark_module(name);
}

std::span<const std::string_view> target_names() {
    static constexpr std::string_view names[] = {"ACCEPT", "CONNMARK", "CT",         "DNAT",    "DROP",
                                                 "LOG",    "MARK",     "MASQUERADE", "NOTRACK", "REDIRECT",
                                                 "REJECT", "RETURN",   "SNAT"};
    return names;
}

TargetPlace target_place(std::string_view name) {
    using enum Hook;
    if (name == "CT" || name == "NOTRACK") return {TableId::raw, {prerouting, output}};
    if (name == "SNAT") return {TableId::nat, {postrouting, input}};
    if (name == "MASQUERADE") return {TableId::nat, {postrouting}};
    if (name == "DNAT" || name == "REDIRECT") return {TableId::nat, {prerouting, output}};
    if (name == "REJECT") return {TableId::filter, {input, forward, output}};
    return {};
}

}  // namespace conntrack::rules
