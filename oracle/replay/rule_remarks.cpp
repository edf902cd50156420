#include "oracle/replay/rule_remarks.hpp"

#include "oracle/input/input_error.hpp"
#include "spec/nearest_word.hpp"
#include "spec/rules/module.hpp"

#include <fmt/format.h>
#include <map>

namespace conntrack::oracle {

namespace {

struct Unknown {
    bool matches = false;
    std::size_t first_line = 0, rules = 0;
};

std::map<std::string, Unknown> unknown_matches(const rules::RuleSet& set) {
    std::map<std::string, Unknown> out;
    for (const auto& table : set.tables) {
        if (!table) continue;
        for (const rules::Chain& chain : table->chains)
            for (const rules::Rule& rule : chain.rules)
                for (const rules::Match& match : rule.matches)
                    if (const auto* unknown = std::get_if<rules::UnknownMatch>(&match)) {
                        Unknown& found = out[unknown->name];
                        found.matches = unknown->matches;
                        if (found.rules++ == 0 || rule.line < found.first_line) found.first_line = rule.line;
                    }
    }
    return out;
}

void warn_of_unknown(const rules::RuleSet& set, const std::string& where, const ReplayOptions::Warn& warn) {
    for (const auto& [name, found] : unknown_matches(set)) {
        const std::string meant = nearest_word(name, rules::match_names(set.family));
        warn(fmt::format(
            "{}: match \"{}\" (line {} of the rules{}) is not known here and taken to {} match{}", where, name,
            found.first_line, found.rules > 1 ? fmt::format(", and {} more", found.rules - 1) : "",
            found.matches ? "always" : "never", meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant)));
    }
}

}  // namespace

void remark_on_rules(const PacketPath::RuleChange& rules, const Edition& edition, const std::string& where,
                     const ReplayOptions::Warn& warn) {
    if (rules.ipv6 && rules.ipv6->table(rules::TableId::nat) && !edition.nat.ipv6)
        throw InputError(
            where,
            fmt::format("{} has no table nat for IPv6, so ip6tables-restore would refuse these rules", edition.name));
    for (const auto& set : {rules.ipv4, rules.ipv6})
        if (set) warn_of_unknown(*set, where, warn);
}

}  // namespace conntrack::oracle
