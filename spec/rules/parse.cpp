#include "spec/rules/parse.hpp"

#include "spec/rules/table_builder.hpp"
#include "spec/rules/values.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

constexpr std::size_t line_bytes_max = 10'000;  // iptables-restore reads lines of 10240 bytes

class Parser {
  public:
    Parser(Family family, const ParseOptions& options) : options_(options) { rules_.family = family; }

    RuleSet parse(std::string_view text) {
        std::size_t line = 0;
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            read_line(text.substr(0, end), ++line, end != text.npos);
            end_ = end == text.npos ? Part{"", line, text.size() + 1} : Part{"", line + 1, 1};
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
        }
        if (builder_) fail(end_, "expected COMMIT before the text ends");
        number();
        return std::move(rules_);
    }

  private:
    void read_line(std::string_view line, std::size_t number, bool complete) {
        if (line.size() > line_bytes_max)
            fail({"", number, line_bytes_max + 1},
                 "a line of more than 10000 bytes, which iptables-restore does not take");
        for (const char bad : {'\0', '\r'})
            if (const std::size_t at = line.find(bad); at != line.npos)
                fail({"", number, at + 1},
                     bad == '\r' ? "a carriage return: lines end with a newline alone" : "a byte of value 0");
        if (line.empty() || line.front() == '#') return;
        const Part whole{line, number, 1};
        if (builder_)
            read_table_line(whole, complete);
        else
            begin_table(whole);
    }

    void begin_table(const Part& line) {
        std::vector<std::string> known;
        known.reserve(table_count);
        for (const TableId id : all_tables) known.emplace_back("*" + std::string(name(id)));
        if (line.text.front() != '*')
            fail(line, "expected a table before anything else: a line that begins with `*`", known);
        Words words(line.text, line.line, 0);
        const Word& word = words.next();
        const auto* id = std::find_if(all_tables.begin(), all_tables.end(),
                                      [&](TableId table) { return word.text.substr(1) == name(table); });
        if (id == all_tables.end()) fail(word.whole(), "unknown table `" + word.text.substr(1) + "`", known);
        if (!words.empty()) fail(words.front().whole(), "unexpected word behind a table");
        if (rules_.table(*id)) fail(word.whole(), "table `" + word.text.substr(1) + "` stands here twice");
        builder_.emplace(*id, rules_.family);
        table_ = *id;
    }

    void read_table_line(const Part& line, bool complete) {
        if (line.text == "COMMIT") {
            if (!complete) fail({"", line.line, line.text.size() + 1}, "COMMIT needs a newline behind it");
            rules_.tables[static_cast<std::size_t>(table_)] = builder_->finish();
            builder_.reset();
            return;
        }
        RuleCount count;
        std::size_t skip = 0;
        if (line.text.front() == '[') count = read_counters(line, skip);
        Words words(line.text, line.line, skip);
        if (words.empty()) fail(words.end(), "a line of blanks: iptables-restore takes empty lines, not these");
        if (line.text.front() == ':') return builder_->add_chain(words);
        const std::size_t begin = words.front().column - 1;
        const std::size_t last = line.text.find_last_not_of(" \t");
        builder_->add_rule(words, options_, count, std::string(line.text.substr(begin, last + 1 - begin)));
    }

    void number() {
        for (auto& table : rules_.tables) {
            if (!table) continue;
            for (Chain& chain : table->chains) {
                for (Rule& rule : chain.rules) rule.number = rules_.counted++;
                chain.number = rules_.counted++;
            }
        }
    }

    const ParseOptions& options_;
    RuleSet rules_;
    std::optional<TableBuilder> builder_;
    TableId table_ = TableId::filter;
    Part end_{"", 1, 1};  // of the text, as far as it was read
};

}  // namespace

std::variant<RuleSet, ParseError> parse(std::string_view text, Family family, const ParseOptions& options) {
    try {
        return Parser(family, options).parse(text);
    } catch (ParseFailure& failure) {
        return std::move(failure.error);
    }
}

}  // namespace conntrack::rules
