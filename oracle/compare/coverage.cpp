#include "oracle/compare/coverage.hpp"

#include "model/machines/reading/unreachable.hpp"
#include "spec/clause_table.hpp"
#include "spec/editions.hpp"

namespace conntrack::oracle {

Coverage::Coverage(EditionId edition)
    : edition_(edition), machine_(machines::reading::read_tcp(edition)), met_(machine_.rows.size(), false) {}

void Coverage::meet(const tcp::Judged<Concrete>& judged) {
    if (const auto row = machines::reading::by_the_rows(machine_, judged).row) met_[*row] = true;
}

Coverage::Part Coverage::rows() const {
    Part out;
    for (std::size_t i = 0; i < met_.size(); ++i) {
        const auto& row = machine_.rows[i];
        // Segments of no class are stopped by the check of flags.
        const bool is_reached =
            row.cls != tcp::PacketClass::none && machines::reading::never_taken_by_packets(row, edition_).empty();
        if (!is_reached) continue;
        ++out.possible;
        if (met_[i])
            ++out.met;
        else
            out.missing.push_back(machines::reading::describe(row, edition(edition_)));
    }
    return out;
}

Coverage::Part Coverage::clauses() const {
    Part out;
    for (const ClauseInfo& c : clause_table) {
        if (!c.exists_in(edition_)) continue;
        ++out.possible;
        if (clauses_.test(static_cast<std::size_t>(c.clause)))
            ++out.met;
        else
            out.missing.emplace_back(c.name);
    }
    return out;
}

}  // namespace conntrack::oracle
