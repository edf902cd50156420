// Reads one rule: `-A CHAIN`, matches, target.
#pragma once

#include "spec/rules/module.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace conntrack::rules {

/// A place in the text that may have to be named once the words are gone.
struct Place {
    std::size_t line = 0, column = 0;
    std::string word;
    [[nodiscard]] Part part() const { return {word, line, column}; }
};

/// The chains declared so far in the table that is read, by name, as places in its list.
using ChainNames = std::map<std::string, std::uint32_t, std::less<>>;

struct RuleContext {
    Family family = Family::ipv4;
    TableId table = TableId::filter;
    const ParseOptions& options;
    const ChainNames& names;
    const std::vector<Chain>& chains;
};

struct ReadRule {
    std::uint32_t chain = 0;
    Rule rule;
    Place target;          // the word behind -j or -g; empty: there is none
    bool counted = false;  // -c was given
};

/// Throws ParseFailure.
ReadRule read_rule(const RuleContext& context, Words& words);

}  // namespace conntrack::rules
