// A text of rules: whatever it says, it is read or refused; what is read is written and read again as the same; and an
// error names a place within the text.
#include "spec/rules/parse.hpp"
#include "spec/rules/to_text.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

using namespace conntrack;
using namespace conntrack::rules;
using conntrack::testing::require;

namespace {

void check_place(std::string_view text, const ParseError& error) {
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    require(error.line >= 1 && error.line <= lines, "an error's line lies within the text");
    for (std::size_t i = 1; i < error.line; ++i) text.remove_prefix(text.find('\n') + 1);
    const std::size_t length = std::min(text.find('\n'), text.size());
    require(error.column >= 1 && error.column <= length + 1, "an error's column lies within its line");
    require(!error.message.empty() && !error.text().empty(), "an error says something");
}

void check_round_trip(const RuleSet& rules, Family family, const ParseOptions& options) {
    const RuleCounters counters(rules);
    const std::string written = to_text(rules, true, &counters);
    const auto again = parse(written, family, options);
    if (const auto* error = std::get_if<ParseError>(&again))
        require(false, "what is written is read: " + error->text() + "\n" + written);
    require(std::get<RuleSet>(again) == rules, "what is written is read as the same rules:\n" + written);
    require(to_text(std::get<RuleSet>(again), true) == written, "written twice, it is the same text:\n" + written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const Family family : {Family::ipv4, Family::ipv6})
        for (const auto policy : {UnknownMatchPolicy::refuse, UnknownMatchPolicy::always}) {
            const ParseOptions options{policy};
            const auto read = parse(text, family, options);
            if (const auto* error = std::get_if<ParseError>(&read))
                check_place(text, *error);
            else
                check_round_trip(std::get<RuleSet>(read), family, options);
        }
    return 0;
}
