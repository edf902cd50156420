#include "spec/rules/rule_reader.hpp"

#include "spec/rules/values.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

enum class Base : std::uint8_t {
    append,
    source,
    destination,
    in,
    out,
    protocol,
    match,
    jump,
    go_to,
    fragment,
    counters
};

struct BaseOption {
    std::string_view name;
    Base base;
    bool may_invert = false;
};

constexpr BaseOption base_options[] = {
    {"-A", Base::append},
    {"--append", Base::append},
    {"-s", Base::source, true},
    {"--source", Base::source, true},
    {"--src", Base::source, true},
    {"-d", Base::destination, true},
    {"--destination", Base::destination, true},
    {"--dst", Base::destination, true},
    {"-i", Base::in, true},
    {"--in-interface", Base::in, true},
    {"-o", Base::out, true},
    {"--out-interface", Base::out, true},
    {"-p", Base::protocol, true},
    {"--protocol", Base::protocol, true},
    {"--proto", Base::protocol, true},
    {"-m", Base::match},
    {"--match", Base::match},
    {"-j", Base::jump},
    {"--jump", Base::jump},
    {"-g", Base::go_to},
    {"--goto", Base::go_to},
    {"-f", Base::fragment, true},
    {"--fragment", Base::fragment, true},
    {"-c", Base::counters},
    {"--set-counters", Base::counters},
};

const BaseOption* base_option(const Word& word) {
    const auto* end = std::end(base_options);
    const auto* found =
        std::find_if(std::begin(base_options), end, [&](const BaseOption& o) { return word.is(o.name); });
    return found == end ? nullptr : found;
}

std::string ticked(std::string_view text) { return "`" + std::string(text) + "`"; }

/// A module with the options that were given of it; without a module: a match that is not known here.
struct Loaded {
    Part word;
    std::unique_ptr<MatchModule> match;
    std::unique_ptr<TargetModule> target;
    UnknownMatch unknown{};
    std::uint32_t given = 0;  // bits of option ids

    [[nodiscard]] Module* module() const {
        if (match) return match.get();
        return target.get();
    }
    [[nodiscard]] const OptionInfo* option(const Word& word_) const {
        if (module() == nullptr || word_.quoted) return nullptr;
        for (const OptionInfo& info : module()->options())
            if (info.name == word_.text) return &info;
        return nullptr;
    }
};

class RuleReader {
  public:
    RuleReader(const RuleContext& context, Words& words) : context_(context), words_(words) {}

    ReadRule read() {
        read_chain();
        while (!words_.empty()) read_option();
        finish();
        return std::move(out_);
    }

  private:
    void read_chain() {
        const Word& command = words_.next();
        const BaseOption* option = base_option(command);
        if (option == nullptr || option->base != Base::append)
            fail(command.whole(), "expected a rule that begins with `-A`, a chain that begins with `:`, or COMMIT");
        const Word& name = words_.argument(command, "the name of a chain");
        const auto found = context_.names.find(name.text);
        if (found == context_.names.end())
            fail(name.whole(),
                 "there is no chain " + ticked(name.text) + " in table " + std::string(rules::name(context_.table)) +
                     " so far",
                 chain_names());
        out_.chain = found->second;
    }

    [[nodiscard]] std::vector<std::string> chain_names() const {
        std::vector<std::string> out;
        for (const Chain& chain : context_.chains) out.push_back(chain.name);
        return out;
    }

    void read_option() {
        if (in_unknown_match_ && !is_known_here()) {
            UnknownMatch& unknown = loaded_.back().unknown;
            const Word& word = words_.next();
            const bool plain = !word.quoted && word.text.find_first_of("\"\\'") == std::string::npos;
            unknown.options += (unknown.options.empty() ? "" : " ") + (plain ? word.text : quoted(word.text, true));
            unknown_words_.push_back(word);
            return;
        }
        in_unknown_match_ = false;
        const bool invert = take_not();
        const Word& word = words_.next();
        if (const BaseOption* option = base_option(word)) return read_base(*option, word, invert);
        if (Loaded* loaded = loaded_with(word)) return read_module_option(*loaded, word, invert);
        if (load_implied(word)) return read_module_option(loaded_.back(), word, invert);
        if (word.quoted || !word.text.starts_with('-'))
            fail(word.whole(), "unexpected word " + ticked(word.text) + ": expected an option");
        fail(word.whole(), "unknown option " + ticked(word.text), option_names());
    }

    bool take_not() {
        if (!words_.front().is("!")) return false;
        const Word& sign = words_.next();
        if (words_.empty()) fail(sign.whole(), "`!` needs an option behind it");
        if (words_.front().is("!")) fail(words_.front().whole(), "`!` twice");
        return true;
    }

    /// Behind an unknown match: does the next word belong to something that is known?
    bool is_known_here() {
        const Word* word = &words_.front();
        if (word->is("!")) word = words_.second();
        if (word == nullptr) return false;
        return base_option(*word) != nullptr || loaded_with(*word) != nullptr || load_implied(*word);
    }

    /// The module loaded last that has this option.
    Loaded* loaded_with(const Word& word) {
        if (target_ && target_->option(word) != nullptr) return &*target_;
        for (auto loaded = loaded_.rbegin(); loaded != loaded_.rend(); ++loaded)
            if (loaded->option(word) != nullptr) return &*loaded;
        return nullptr;
    }

    /// `-p tcp --dport 80` loads -m tcp, as iptables does; once a rule.
    bool load_implied(const Word& word) {
        if (!protocol_ || protocol_->invert || implied_) return false;
        const std::string_view name = implied_match(protocol_->protocol, context_.family);
        if (name.empty()) return false;
        Loaded loaded{{name, word.line, word.column}, match_module(name, context_.family), nullptr};
        if (loaded.option(word) == nullptr) return false;
        loaded_.push_back(std::move(loaded));
        implied_ = true;
        return true;
    }

    [[nodiscard]] std::vector<std::string> option_names() const {
        std::vector<std::string> out;
        auto add = [&](const Module* module) {
            if (module == nullptr) return;
            for (const OptionInfo& info : module->options()) out.emplace_back(info.name);
        };
        for (const Loaded& loaded : loaded_) add(loaded.module());
        if (target_) add(target_->module());
        if (protocol_ && !protocol_->invert && !implied_)
            add(match_module(implied_match(protocol_->protocol, context_.family), context_.family).get());
        for (const BaseOption& option : base_options)
            if (option.name.size() == 2 && option.base != Base::append) out.emplace_back(option.name);
        return out;
    }

    void read_module_option(Loaded& loaded, const Word& word, bool invert) {
        const OptionInfo& info = *loaded.option(word);
        if (invert && !info.may_invert) fail(word.whole(), ticked(word.text) + " cannot be inverted with `!`");
        const std::uint32_t bit = std::uint32_t{1} << info.id;
        if ((loaded.given & bit) != 0)
            fail(word.whole(), ticked(word.text) + " twice in one " + ticked(loaded.word.text));
        loaded.given |= bit;
        loaded.module()->read({info.id, invert, word}, words_);
    }

    void read_base(const BaseOption& option, const Word& word, bool invert) {
        if (invert && !option.may_invert) fail(word.whole(), "`!` cannot stand before " + ticked(word.text));
        const std::uint32_t bit = std::uint32_t{1}
                                  << static_cast<unsigned>(option.base == Base::go_to ? Base::jump : option.base);
        if ((given_ & bit) != 0 && option.base != Base::match)
            fail(word.whole(), ticked(word.text) + " twice in a rule");
        given_ |= bit;
        switch (option.base) {
            case Base::append: fail(word.whole(), "`-A` twice in a rule");
            case Base::source: return read_address(AddressMatch::Side::source, word, invert);
            case Base::destination: return read_address(AddressMatch::Side::destination, word, invert);
            case Base::in: return read_interface(InterfaceMatch::Side::in, word, invert);
            case Base::out: return read_interface(InterfaceMatch::Side::out, word, invert);
            case Base::protocol: return read_protocol_option(word, invert);
            case Base::match: return load_match(words_.argument(word, "the name of a match"));
            case Base::jump: return read_jump(words_.argument(word, "a target or a chain"), false);
            case Base::go_to: return read_jump(words_.argument(word, "a chain"), true);
            case Base::fragment:
                if (context_.family == Family::ipv6) fail(word.whole(), "ip6tables has no `-f`");
                fragment_ = FragmentMatch{invert};
                return;
            case Base::counters:
                out_.rule.count.packets =
                    read_counter(words_.argument(word, "a number of packets and one of bytes").whole());
                out_.rule.count.bytes =
                    read_counter(words_.argument(word, "a number of bytes behind that of packets").whole());
                out_.counted = true;
                return;
        }
    }

    void read_address(AddressMatch::Side side, const Word& option, bool invert) {
        const Part part = words_.argument(option, "an address, or address/mask").whole();
        MaskedAddress network = read_network(part, context_.family);
        network.address.high &= network.mask.high;
        network.address.low &= network.mask.low;
        const bool everything = network.mask == Address{};
        if (everything && invert) fail(part, "a rule for no address at all never matches");
        if (everything) return;
        (side == AddressMatch::Side::source ? source_ : destination_) = {side, network, invert};
    }

    void read_interface(InterfaceMatch::Side side, const Word& option, bool invert) {
        using enum Hook;
        const bool in = side == InterfaceMatch::Side::in;
        const std::optional<Hook> hook = context_.chains[out_.chain].hook;
        const bool none = in ? hook == output || hook == postrouting : hook == prerouting || hook == input;
        if (none)
            fail(option.whole(), ticked(option.text) + " cannot stand in " + context_.chains[out_.chain].name +
                                     ": there is no such interface at that hook");
        const Part part = words_.argument(option, "the name of an interface").whole();
        constexpr std::size_t bytes_max = 15;
        if (part.text.empty()) fail(part, "an empty name of an interface");
        if (part.text.size() > bytes_max) fail(part, "a name of an interface has 15 bytes at most");
        if (part.text.find_first_of(" \t\"") != part.text.npos)
            fail(part, ticked(part.text) + " is no name of an interface");
        InterfaceMatch match{side, std::string(part.text), part.text.ends_with('+'), invert};
        if (match.prefix) match.name.pop_back();
        const bool everything = match.prefix && match.name.empty();  // also the lack of an interface
        if (everything && invert) fail(part, "a rule for no interface at all never matches");
        if (everything) return;
        (in ? in_ : out_interface_) = std::move(match);
    }

    void read_protocol_option(const Word& option, bool invert) {
        const Part part = words_.argument(option, "a protocol").whole();
        const std::uint8_t number = read_protocol(part);
        if (number == 0 && invert) fail(part, "a rule for no protocol at all never matches");
        if (number != 0) protocol_ = ProtocolMatch{number, invert};
        if (protocol_) check_unknown_words(part);
    }

    /// `-p` decides which options `-m tcp` and its like lend to a rule, so it has to be known before them.
    void check_unknown_words(const Part& protocol) {
        for (const Word& word : unknown_words_)
            if (load_implied(word))
                fail(word.whole(), ticked(word.text) + " behind a match that is not known belongs to `-p " +
                                       std::string(protocol.text) + "`, which has to stand before it");
    }

    void load_match(const Word& name) {
        auto module = match_module(name.text, context_.family);
        const bool known = module != nullptr;
        const bool refuse = context_.options.unknown_match == UnknownMatchPolicy::refuse;
        if (!known && refuse) fail(name.whole(), "unknown match " + ticked(name.text), match_names(context_.family));
        if (!known && name.text.find_first_of(" \t\"\\'") != std::string::npos)
            fail(name.whole(), ticked(name.text) + " is no name of a match");
        UnknownMatch unknown;
        if (!known) unknown = {name.text, {}, context_.options.unknown_match == UnknownMatchPolicy::always};
        loaded_.push_back({name.whole(), std::move(module), nullptr, std::move(unknown)});
        in_unknown_match_ = !known;
    }

    void read_jump(const Word& word, bool is_goto) {
        out_.target = {word.line, word.column, word.text};
        const auto chain = context_.names.find(word.text);
        if (chain != context_.names.end()) {
            if (context_.chains[chain->second].hook)
                fail(word.whole(), ticked(word.text) + " is a built-in chain: only user chains can be jumped to");
            out_.rule.target = Jump{chain->second, is_goto};
            return;
        }
        std::vector<std::string> known;
        for (const Chain& other : context_.chains)
            if (!other.hook) known.push_back(other.name);
        if (is_goto) fail(word.whole(), "there is no user chain " + ticked(word.text) + " so far", known);
        auto module = target_module(word.text, context_.family);
        if (!module) {
            known.insert(known.begin(), target_names().begin(), target_names().end());
            fail(word.whole(),
                 "unknown target " + ticked(word.text) +
                     ", and there is no chain of that name so far (what a target does cannot be guessed: no "
                     "--unknown-match passes over one)",
                 known);
        }
        check_table(word);
        target_.emplace(Loaded{word.whole(), nullptr, std::move(module)});
    }

    void check_table(const Word& word) const {
        const std::string table(rules::name(context_.table));
        const TargetPlace place = target_place(word.text);
        if (place.table && *place.table != context_.table)
            fail(word.whole(), ticked(word.text) + " stands in table " + std::string(rules::name(*place.table)) +
                                   " only, this is " + table);
        if (word.text == "DROP" && context_.table == TableId::nat)
            fail(word.whole(), "iptables refuses DROP in table nat, which is not for filtering");
    }

    void finish() {
        std::vector<Match>& matches = out_.rule.matches;
        auto add = [&](auto& match) {
            if (match) matches.emplace_back(std::move(*match));
        };
        Frame frame{context_.family, context_.table, protocol_, {}};
        add(source_);
        add(destination_);
        add(in_);
        add(out_interface_);
        add(protocol_);
        add(fragment_);
        for (Loaded& loaded : loaded_) {
            frame.module = loaded.word;
            if (loaded.match)
                matches.push_back(loaded.match->finish(frame));
            else
                matches.emplace_back(std::move(loaded.unknown));
        }
        if (!target_) return;
        frame.module = target_->word;
        out_.rule.target = target_->target->finish(frame);
    }

    const RuleContext& context_;
    Words& words_;
    ReadRule out_;
    std::uint32_t given_ = 0;
    std::vector<Word> unknown_words_;  // that were taken for options of matches that are not known
    std::optional<AddressMatch> source_, destination_;
    std::optional<InterfaceMatch> in_, out_interface_;
    std::optional<ProtocolMatch> protocol_;
    std::optional<FragmentMatch> fragment_;
    std::vector<Loaded> loaded_;
    std::optional<Loaded> target_;
    bool implied_ = false;
    bool in_unknown_match_ = false;
};

}  // namespace

ReadRule read_rule(const RuleContext& context, Words& words) { return RuleReader(context, words).read(); }

}  // namespace conntrack::rules
