// Gathers the chains and rules of one table, and checks them as the kernel does when the table is committed.
#pragma once

#include "spec/rules/rule_reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conntrack::rules {

class TableBuilder {
  public:
    TableBuilder(TableId id, Family family);

    /// ":NAME POLICY [packets:bytes]"
    void add_chain(Words& words);
    /// A rule line, with the counters that stood before it.
    void add_rule(Words& words, const ParseOptions& options, const RuleCount& count, std::string text);

    /// The table, its chains in order. Throws ParseFailure for loops and for targets that a hook does not permit.
    Table finish();

  private:
    /// A rule that jumps, or whose target is not permitted at every hook.
    struct Jumping {
        std::uint32_t from = 0, to = 0;
        Place place;
    };
    struct Restricted {
        std::uint32_t chain = 0;
        HookSet hooks;
        Place place;
    };

    void check_name(const Part& name) const;
    [[nodiscard]] std::vector<std::uint32_t> refuse_loops() const;
    void refuse_endless(const std::vector<std::uint32_t>& callees_first) const;
    void check_hooks() const;
    void sort_chains();

    TableId id_;
    Family family_;
    std::vector<Chain> chains_;
    ChainNames names_;
    std::vector<Jumping> jumps_;
    std::vector<Restricted> restricted_;
};

/// "[packets:bytes]", at the beginning of `part`; `length` is how long it is.
RuleCount read_counters(const Part& part, std::size_t& length);

}  // namespace conntrack::rules
