#include "oracle/record/json_lines.hpp"

#include <fmt/format.h>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

namespace conntrack::oracle {

namespace {

using Json = nlohmann::ordered_json;

/// How far the parser has read. It reads one character beyond a number; blanks do not count, so that the line is that
/// of the number all the same.
struct Progress {
    std::uint64_t line = 1;          // of the next character
    std::uint64_t printed_line = 1;  // of the last one that is no blank
};

/// Goes over the text and keeps count of its lines.
class CountingIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, Progress& progress) : at_(at), progress_(&progress) {}
    const char& operator*() const { return *at_; }
    CountingIterator& operator++() {
        if (*at_ == '\n')
            ++progress_->line;
        else if (*at_ != ' ' && *at_ != '\t' && *at_ != '\r')
            progress_->printed_line = progress_->line;
        ++at_;
        return *this;
    }
    CountingIterator operator++(int) {
        const CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
    bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

  private:
    const char* at_;
    Progress* progress_;
};

/// Follows the parser, and notes the line of the last value on the way to the one that is wanted.
class Finder final : public nlohmann::json_sax<Json> {
  public:
    Finder(const std::string& wanted, const Progress& progress) : wanted_(wanted), progress_(progress) {}

    [[nodiscard]] std::uint64_t line() const { return line_; }

    bool null() override { return value(); }
    bool boolean(bool) override { return value(); }
    bool number_integer(number_integer_t) override { return value(); }
    bool number_unsigned(number_unsigned_t) override { return value(); }
    bool number_float(number_float_t, const string_t&) override { return value(); }
    bool string(string_t&) override { return value(); }
    bool binary(binary_t&) override { return value(); }
    bool start_object(std::size_t) override { return begin(false); }
    bool start_array(std::size_t) override { return begin(true); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(string_t& name) override {
        Level& level = levels_.back();
        level.at = level.path + (level.path.empty() ? "" : ".") + name;
        note(level.at);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  private:
    struct Level {
        std::string path;  // of the array or object
        bool is_array = false;
        std::size_t elements = 0;
        std::string at;  // what is read within it now
    };

    const std::string& wanted_;
    const Progress& progress_;
    std::vector<Level> levels_;
    std::uint64_t line_ = 1;

    void note(const std::string& path) {
        const char next = path.size() < wanted_.size() ? wanted_[path.size()] : '\0';
        if (wanted_.starts_with(path) && (next == '\0' || next == '.' || next == '[')) line_ = progress_.printed_line;
    }

    /// A value begins: an element of an array gets its number here, a member of an object had its key before.
    bool value() {
        if (levels_.empty()) line_ = progress_.printed_line;  // the whole text
        if (levels_.empty() || !levels_.back().is_array) return true;
        Level& level = levels_.back();
        level.at = fmt::format("{}[{}]", level.path, level.elements++);
        note(level.at);
        return true;
    }

    bool begin(bool array) {
        value();
        Level inner{.path = levels_.empty() ? "" : levels_.back().at, .is_array = array, .elements = 0, .at = {}};
        levels_.push_back(std::move(inner));
        return true;
    }

    bool end() {
        levels_.pop_back();
        return true;
    }
};

}  // namespace

std::uint64_t json_line(const std::string& text, const std::string& path) {
    Progress progress;
    Finder finder(path, progress);
    const char* const begin = text.data();
    Json::sax_parse(CountingIterator(begin, progress), CountingIterator(begin + text.size(), progress), &finder);
    return finder.line();
}

}  // namespace conntrack::oracle
