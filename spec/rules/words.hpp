// A line of rules as words, as iptables-restore cuts it, and the error that names one of them.
#pragma once

#include "spec/rules/parse.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::rules {

/// Some text of a line and where it stands. Lines and columns count from 1, columns in bytes.
struct Part {
    std::string_view text;
    std::size_t line = 0, column = 0;

    /// The text from `at` on, `length` bytes of it at most.
    [[nodiscard]] Part part(std::size_t at, std::size_t length = std::string_view::npos) const {
        return {text.substr(at, length), line, column + at};
    }
};

/// A word; quotes and the backslashes inside quotes are gone.
struct Word {
    std::string text;
    std::size_t line = 0, column = 0;
    bool quoted = false;

    [[nodiscard]] Part whole() const { return {text, line, column}; }
    /// Is it this word, not in quotes?
    [[nodiscard]] bool is(std::string_view other) const { return !quoted && text == other; }
};

/// Thrown inside the parser; parse() turns it into a value.
struct ParseFailure {
    ParseError error;
};

[[noreturn]] void fail(const Part& where, std::string message, std::vector<std::string> known = {});

/// The pieces of a list with commas; an empty list has one empty piece.
std::vector<Part> split(const Part& list, char separator);

/// The words of one line, taken from the front.
class Words {
  public:
    /// Cuts `line` behind its first `skip` bytes. Throws ParseFailure for an open quote, and for words and lines that
    /// are longer than iptables-restore takes.
    Words(std::string_view line, std::size_t number, std::size_t skip);

    [[nodiscard]] bool empty() const { return at_ == words_.size(); }
    [[nodiscard]] const Word& front() const { return words_[at_]; }
    /// The word behind the front one, or null.
    [[nodiscard]] const Word* second() const { return at_ + 1 < words_.size() ? &words_[at_ + 1] : nullptr; }
    const Word& next() { return words_[at_++]; }
    /// The argument of `option`; throws ParseFailure that says what was expected if the line ends here.
    const Word& argument(const Word& option, std::string_view what);
    /// Behind the last word.
    [[nodiscard]] Part end() const { return {{}, number_, end_column_}; }

  private:
    std::vector<Word> words_;
    std::size_t at_ = 0;
    std::size_t number_, end_column_;
};

/// A value as iptables-save writes it: in quotes unless it is made of letters, digits, _ and - alone.
std::string quoted(std::string_view value, bool always = false);

}  // namespace conntrack::rules
