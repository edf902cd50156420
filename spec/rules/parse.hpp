// Reads the text of iptables-save: what it accepts loads unchanged into iptables-restore.
#pragma once

#include "spec/rules/rule_set.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace conntrack::rules {

/// What becomes of a match module that is not known here.
enum class UnknownMatchPolicy : std::uint8_t { refuse, never, always };

struct ParseOptions {
    UnknownMatchPolicy unknown_match = UnknownMatchPolicy::refuse;
};

/// The first thing that is wrong with a text.
struct ParseError {
    std::size_t line = 0, column = 0;  // from 1; columns count bytes
    std::string word;                  // what stands there; empty at the end of a line
    std::string message;               // what is wrong with it, and what was expected
    std::vector<std::string> known;    // what could stand there, where that is a list
    std::string suggestion;            // the known word that was probably meant; empty: none is close

    /// "4:20: unknown match `contrack`; did you mean `conntrack`? known: ..."
    [[nodiscard]] std::string text() const;
    /// The same without its place.
    [[nodiscard]] std::string reason() const;
    bool operator==(const ParseError&) const = default;
};

/// The rules of `family` that `text` holds. Any bytes are permitted: what is no rule set is an error.
std::variant<RuleSet, ParseError> parse(std::string_view text, Family family, const ParseOptions& options = {});

}  // namespace conntrack::rules
