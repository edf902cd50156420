// Which rows of the TCP machine random scenarios met on the model, and which clauses decided their packets.
#pragma once

#include "model/machines/reading/running.hpp"
#include "spec/clause_info.hpp"

#include <bitset>
#include <string>
#include <vector>

namespace conntrack::oracle {

class Coverage {
  public:
    explicit Coverage(EditionId edition);

    void meet(const tcp::Judged<Concrete>& judged);
    void meet(const std::bitset<clause_count>& clauses) { clauses_ |= clauses; }

    /// Of those that packets can meet at all.
    struct Part {
        std::size_t met = 0, possible = 0;
        std::vector<std::string> missing;
    };
    [[nodiscard]] Part rows() const;
    [[nodiscard]] Part clauses() const;
    /// Was there anything to meet?
    [[nodiscard]] bool any() const { return clauses_.any(); }

  private:
    EditionId edition_;
    machines::reading::RunningTcp machine_;
    std::vector<bool> met_;  // by row
    std::bitset<clause_count> clauses_;
};

}  // namespace conntrack::oracle
