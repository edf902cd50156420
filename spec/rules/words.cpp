#include "spec/rules/words.hpp"

#include "spec/nearest_word.hpp"

#include <algorithm>

namespace conntrack::rules {

namespace {

constexpr std::size_t word_bytes_max = 1023, words_max = 240;

}  // namespace

void fail(const Part& where, std::string message, std::vector<std::string> known) {
    ParseError error{where.line, where.column, std::string(where.text), std::move(message), std::move(known), {}};
    error.suggestion = nearest_word(error.word, error.known);
    throw ParseFailure{std::move(error)};
}

std::string ParseError::text() const { return std::to_string(line) + ":" + std::to_string(column) + ": " + reason(); }

std::string ParseError::reason() const {
    std::string out = message;
    if (!suggestion.empty()) out += "; did you mean `" + suggestion + "`?";
    if (known.empty()) return out;
    out += suggestion.empty() ? "; known: " : " known: ";
    constexpr std::size_t shown_max = 24;
    const std::size_t shown = std::min(known.size(), shown_max);
    for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + known[i];
    if (shown < known.size()) out += " and " + std::to_string(known.size() - shown) + " more";
    return out;
}

std::vector<Part> split(const Part& list, char separator) {
    std::vector<Part> out;
    std::size_t begin = 0;
    for (;;) {
        const std::size_t end = list.text.find(separator, begin);
        out.push_back(list.part(begin, end == list.text.npos ? end : end - begin));
        if (end == list.text.npos) return out;
        begin = end + 1;
    }
}

// Source: add_param_to_argv() of iptables. A quote may open inside a word; where it closes, the word ends.
Words::Words(std::string_view line, std::size_t number, std::size_t skip)
    : number_(number), end_column_(line.size() + 1) {
    Word word{{}, number, 0, false};
    bool open = false, escaped = false;
    auto finish = [&] {
        if (words_.size() == words_max) fail(word.whole(), "more than 240 words in a line");
        words_.push_back(std::move(word));
        word = Word{{}, number, 0, false};
    };
    auto add = [&](char c) {
        if (word.text.size() == word_bytes_max)
            fail({"", number, word.column}, "a word of more than 1023 bytes, which iptables-restore does not take");
        word.text += c;
    };
    for (std::size_t i = skip; i < line.size(); ++i) {
        const char c = line[i];
        const bool blank = c == ' ' || c == '\t';
        if (!open && blank && word.column == 0) continue;
        if (word.column == 0) word.column = i + 1;
        if (open && escaped) {
            add(c);
            escaped = false;
        } else if (open && c == '\\') {
            escaped = true;
        } else if (c == '"') {
            word.quoted = true;
            open = !open;
            if (!open) finish();
        } else if (!open && blank) {
            finish();
        } else {
            add(c);
        }
    }
    if (open) fail({line.substr(word.column - 1), number, word.column}, "a quote is not closed before the line ends");
    if (word.column != 0) finish();
}

const Word& Words::argument(const Word& option, std::string_view what) {
    if (empty()) fail(end(), "`" + option.text + "` needs " + std::string(what));
    return next();
}

// Source: xtables_save_string().
std::string quoted(std::string_view value, bool always) {
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (plain && !always) return std::string(value);
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == '\'') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace conntrack::rules
