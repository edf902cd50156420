// Comparisons that are one off. Which there are is found out by asking every rule once.
#include "proofs/mutation/mutant.hpp"
#include "proofs/mutation/situation.hpp"

#include <map>
#include <memory>
#include <tuple>

namespace conntrack::proofs {

namespace {

/// The function, with every comparison that is made in it shifted.
template <class Function>
Function under(const std::shared_ptr<const Shift>& shift, Function function) {
    return [shift, function](auto&&... arguments) {
        const ShiftedComparisons shifted(*shift);
        return function(std::forward<decltype(arguments)>(arguments)...);
    };
}

template <class Rows>
void shift_rows(const std::shared_ptr<const Shift>& shift, Rows& rows) {
    for (auto& row : rows) {
        row.holds = under(shift, row.holds);
        row.apply = under(shift, row.apply);
    }
}

void shift_rules(Semantics& s, const std::shared_ptr<const Shift>& shift) {
    shift_rows(shift, s.tcp.rows);
    shift_rows(shift, s.flow.rows);
    shift_rows(shift, s.count.rows);
    shift_rows(shift, s.life.rows);
    shift_rows(shift, s.sctp.rows);
    s.sctp.misfit = under(shift, s.sctp.misfit);
    s.sctp.tag_fits = under(shift, s.sctp.tag_fits);
    s.judge = under(shift, s.judge);
    s.packet_state = under(shift, s.packet_state);
    s.goes_on_to_flow = under(shift, s.goes_on_to_flow);
    s.refreshed_deadline = under(shift, s.refreshed_deadline);
    s.deadline_refreshed_by = under(shift, s.deadline_refreshed_by);
    s.shrunk_deadline = under(shift, s.shrunk_deadline);
    s.expired = under(shift, s.expired);
}

std::string_view text(Comparison comparison) {
    constexpr std::array<std::string_view, 4> names = {"before() or after()", "below()", "earlier()", "=="};
    return names.at(static_cast<std::size_t>(comparison));
}

/// Tells one from another, and puts them in the order of the text.
using Site = std::tuple<std::string, unsigned, Comparison>;

Site site(Comparison comparison, const Place& place) { return {place.file, place.line, comparison}; }

/// The path below the root of the project: "spec/tcp/window.hpp".
std::string short_path(const std::string& file) {
    const auto at = file.rfind("spec/");
    return at == std::string::npos ? file : file.substr(at);
}

}  // namespace

void add_comparison_mutants(std::vector<Mutant>& out, EditionId edition) {
    std::map<Site, std::string> functions;
    Semantics asked(edition);
    shift_rules(asked, std::make_shared<Shift>([&](Comparison comparison, const Place& place) {
                    functions.emplace(site(comparison, place), place.function);
                    return 0;
                }));
    for (const Situation& situation : all_situations(edition)) situation.observe(asked);
    for (const auto& [where, function] : functions) {
        for (const int by : {1, -1}) {
            const auto& [file, line, comparison] = where;
            out.push_back({edition,
                           MutantKind::comparison_shifted,
                           std::string(text(comparison)) + " in " + function.substr(0, function.find('<')) + "(), " +
                               short_path(file) + ":" + std::to_string(line) + ": right side " +
                               (by > 0 ? "one more" : "one less"),
                           [where = where, by](Semantics& s) {
                               shift_rules(s, std::make_shared<Shift>([=](Comparison here, const Place& place) {
                                               return site(here, place) == where ? by : 0;
                                           }));
                           },
                           {},
                           {}});
        }
    }
}

}  // namespace conntrack::proofs
