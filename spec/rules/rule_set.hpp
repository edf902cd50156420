// The rules in force for one family: tables, chains, rules. What is counted while packets pass stands beside it
// (RuleCounters), so that a rule set can be shared.
#pragma once

#include "spec/hook.hpp"
#include "spec/rules/match.hpp"
#include "spec/rules/target.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::rules {

enum class TableId : std::uint8_t { raw, mangle, nat, filter };

inline constexpr std::size_t table_count = 4;
inline constexpr std::array<TableId, table_count> all_tables = {TableId::raw, TableId::mangle, TableId::nat,
                                                                TableId::filter};

constexpr std::string_view name(TableId table) {
    constexpr std::string_view names[] = {"raw", "mangle", "nat", "filter"};
    return names[static_cast<std::size_t>(table)];
}

/// The hooks at which a table has a built-in chain (that of INPUT in nat came after linux-2.6.32).
constexpr HookSet hooks_of(TableId table) {
    using enum Hook;
    switch (table) {
        case TableId::raw: return {prerouting, output};
        case TableId::mangle: return {prerouting, input, forward, output, postrouting};
        case TableId::nat: return {prerouting, input, output, postrouting};
        case TableId::filter: break;
    }
    return {input, forward, output};
}

struct RuleCount {
    std::uint64_t packets = 0, bytes = 0;
    bool operator==(const RuleCount&) const = default;
};

struct Rule {
    std::vector<Match> matches;
    Target target;
    RuleCount count;           // as the text gave it
    std::uint32_t number = 0;  // its place in RuleCounters
    std::size_t line = 0;      // where it stood, from 1
    std::string text;          // and how it was written, without counters

    /// Do both say the same? Where and how they were written does not count.
    bool operator==(const Rule& other) const {
        return matches == other.matches && target == other.target && count == other.count;
    }
};

struct Chain {
    std::string name;
    std::optional<Hook> hook;  // set: a built-in chain
    bool drops = false;        // its policy (built-in chains)
    RuleCount count;           // of the policy, as the text gave it
    std::uint32_t number = 0;  // of the policy, in RuleCounters
    std::size_t line = 0;      // where it was declared; 0: nowhere (a built-in chain may be left out)
    std::vector<Rule> rules;

    bool operator==(const Chain& other) const {
        return name == other.name && hook == other.hook && drops == other.drops && count == other.count &&
               rules == other.rules;
    }
};

/// Chains stand in the order of iptables-save: the built-in ones by hook, all of them, then the user's by name.
struct Table {
    TableId id = TableId::filter;
    std::vector<Chain> chains;

    [[nodiscard]] const Chain* built_in(Hook hook) const {
        for (const Chain& chain : chains)
            if (chain.hook == hook) return &chain;
        return nullptr;
    }
    bool operator==(const Table&) const = default;
};

struct RuleSet {
    Family family = Family::ipv4;
    std::array<std::optional<Table>, table_count> tables;  // by TableId
    std::uint32_t counted = 0;                             // rules and policies that are counted

    [[nodiscard]] const std::optional<Table>& table(TableId id) const { return tables[static_cast<std::size_t>(id)]; }
    bool operator==(const RuleSet&) const = default;
};

/// Packets and bytes of every rule and every policy of one rule set, by number. Begins with what the text gave.
class RuleCounters {
  public:
    RuleCounters() = default;
    explicit RuleCounters(const RuleSet& rules) : counts_(rules.counted) {
        for (const auto& table : rules.tables)
            if (table) begin(*table);
    }
    void add(std::uint32_t number, std::uint32_t bytes) {
        ++counts_[number].packets;
        counts_[number].bytes += bytes;
    }
    [[nodiscard]] const RuleCount& operator[](std::uint32_t number) const { return counts_[number]; }

  private:
    void begin(const Table& table) {
        for (const Chain& chain : table.chains) {
            counts_[chain.number] = chain.count;
            for (const Rule& rule : chain.rules) counts_[rule.number] = rule.count;
        }
    }
    std::vector<RuleCount> counts_;
};

}  // namespace conntrack::rules
