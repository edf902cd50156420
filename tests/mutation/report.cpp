#include "tests/mutation/report.hpp"

#include "spec/editions.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace conntrack::testing {

namespace {

constexpr std::array<std::string_view, 5> fates = {"theorem", "recording", "table", "equivalent", "survives"};
std::string_view name(Fate fate) { return fates.at(static_cast<std::size_t>(fate)); }

/// What killed: a theorem without its obligation; recordings all together.
std::string killer(const MutantVerdict& v) {
    if (v.fate == Fate::killed_by_theorem) return v.by.substr(0, v.by.find(':'));
    return std::string(v.fate == Fate::killed_by_recording ? "recordings of kernels" : "tables of the kernels");
}

}  // namespace

std::string verdict_text(const MutantVerdict& v) {
    const std::string_view how = v.fate == Fate::equivalent || v.fate == Fate::survives ? name(v.fate) : "killed by";
    return fmt::format("{:<12}  {:<18}  {}\n{:14}{} {}\n", edition(v.edition).name, proofs::name(v.kind), v.mutant, "",
                       how, v.by);
}

std::string verdict_json(const MutantVerdict& v) {
    const nlohmann::ordered_json out = {{"edition", edition(v.edition).name},
                                        {"kind", proofs::name(v.kind)},
                                        {"mutant", v.mutant},
                                        {"fate", name(v.fate)},
                                        {"by", v.by},
                                        {"seconds", v.seconds}};
    return out.dump() + "\n";
}

std::string summary_text(const std::vector<MutantVerdict>& verdicts) {
    std::map<proofs::MutantKind, std::array<std::size_t, fates.size()>> by_kind;
    std::array<std::size_t, fates.size()> all{};
    std::map<std::string, std::size_t> killers;
    double seconds = 0;
    for (const MutantVerdict& v : verdicts) {
        ++by_kind[v.kind].at(static_cast<std::size_t>(v.fate));
        ++all.at(static_cast<std::size_t>(v.fate));
        seconds += v.seconds;
        if (v.fate != Fate::equivalent && v.fate != Fate::survives) ++killers[killer(v)];
    }
    std::string out = fmt::format("\n{:<20}{:>10}", "", "mutants");
    for (const auto& fate : fates) out += fmt::format("{:>12}", fate);
    const auto line = [&](std::string_view what, const auto& counts) {
        std::size_t sum = 0;
        for (const std::size_t count : counts) sum += count;
        out += fmt::format("\n{:<20}{:>10}", what, sum);
        for (const std::size_t count : counts) out += fmt::format("{:>12}", count);
    };
    for (const auto& [kind, counts] : by_kind) line(proofs::name(kind), counts);
    line("all", all);
    out += "\n\n";
    std::vector<std::pair<std::string, std::size_t>> most(killers.begin(), killers.end());
    std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [what, count] : most) out += fmt::format("{:>6}  {}\n", count, what);
    out += fmt::format("\n{:.0f} s of processor time\n", seconds);
    return out;
}

}  // namespace conntrack::testing
