#include "oracle/compare/coverage.hpp"

#include "model/machines/reading/unreachable.hpp"
#include "spec/clause_table.hpp"
#include "spec/editions.hpp"

namespace conntrack::oracle {

Coverage::Coverage(EditionId edition)
    : edition_(edition), machine_(machines::reading::read_tcp(edition)), met_{.rows = {}, .clauses = {}} {
    met_.rows.resize(machine_.rows.size());
}

void Coverage::note(Met& met, const tcp::Judged<Concrete>& judged) const {
    met.rows.resize(machine_.rows.size());
    if (const auto row = machines::reading::by_the_rows(machine_, judged).row) met.rows[*row] = true;
}

void Coverage::meet(const Met& met) {
    for (std::size_t i = 0; i < met.rows.size(); ++i)
        if (met.rows[i]) met_.rows[i] = true;
    met_.clauses |= met.clauses;
}

Coverage::Part Coverage::rows() const {
    Part out;
    for (std::size_t i = 0; i < met_.rows.size(); ++i) {
        const auto& row = machine_.rows[i];
        // Segments of no class are stopped by the check of flags.
        const bool is_reached =
            row.cls != tcp::PacketClass::none && machines::reading::never_taken_by_packets(row, edition_).empty();
        if (!is_reached) continue;
        ++out.possible;
        if (met_.rows[i])
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
        if (met_.clauses.test(static_cast<std::size_t>(c.clause)))
            ++out.met;
        else
            out.missing.emplace_back(c.name);
    }
    return out;
}

}  // namespace conntrack::oracle
