// Rules for tests, written as text.
#pragma once

#include "spec/rules/parse.hpp"
#include "spec/rules/to_text.hpp"

#include <gtest/gtest.h>
#include <string>

namespace conntrack::testing {

/// The rule set of a text that must be right.
inline rules::RuleSet parsed(const std::string& text, Family family = Family::ipv4,
                             rules::UnknownMatchPolicy unknown = rules::UnknownMatchPolicy::refuse) {
    auto result = rules::parse(text, family, {unknown});
    if (const auto* error = std::get_if<rules::ParseError>(&result)) {
        ADD_FAILURE() << error->text() << "\nin\n" << text;
        return {};
    }
    return std::get<rules::RuleSet>(std::move(result));
}

/// The error of a text that must be wrong.
inline rules::ParseError parse_error(const std::string& text, Family family = Family::ipv4,
                                     rules::UnknownMatchPolicy unknown = rules::UnknownMatchPolicy::refuse) {
    const auto result = rules::parse(text, family, {unknown});
    if (const auto* error = std::get_if<rules::ParseError>(&result)) return *error;
    ADD_FAILURE() << "was taken:\n" << text;
    return {};
}

/// A table of this name with a user chain `user` and these lines.
inline std::string in_table(const std::string& table, const std::string& lines) {
    return "*" + table + "\n:user - [0:0]\n" + lines + "\nCOMMIT\n";
}

/// The first rule of a rule set.
inline std::string first_rule_text(const rules::RuleSet& rules) {
    for (const auto& table : rules.tables) {
        if (!table) continue;
        for (const auto& chain : table->chains)
            for (const auto& rule : chain.rules) return to_text(rules, *table, chain, rule);
    }
    return "no rule";
}

}  // namespace conntrack::testing
