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

    /// What one scenario met.
    struct Met {
        std::vector<bool> rows;  // of the machine; empty: none
        std::bitset<clause_count> clauses;
    };
    /// Adds to what a scenario met the row that takes this segment.
    void note(Met& met, const tcp::Judged<Concrete>& judged) const;
    void meet(const Met& met);

    /// Of those that packets can meet at all.
    struct Part {
        std::size_t met = 0, possible = 0;
        std::vector<std::string> missing;
    };
    [[nodiscard]] Part rows() const;
    [[nodiscard]] Part clauses() const;
    /// Was there anything to meet?
    [[nodiscard]] bool any() const { return met_.clauses.any(); }

  private:
    EditionId edition_;
    machines::reading::RunningTcp machine_;
    Met met_;
};

}  // namespace conntrack::oracle
