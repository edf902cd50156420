#include "tests/mutation/judge.hpp"

#include "proofs/cpu_time.hpp"
#include "spec/tcp/flags.hpp"
#include "tests/support/kernel_timeouts.hpp"

#include <algorithm>

namespace conntrack::testing {

namespace {

using proofs::Cell;
using proofs::Mutant;

/// Why no packet ever meets an entry in this cell; empty: some may.
std::string why_no_packet(const Cell& cell, const Edition& edition) {
    bool class_occurs = false;
    for (unsigned flags = 0; flags < 256; ++flags) {
        const auto byte = static_cast<std::uint8_t>(flags);
        class_occurs = class_occurs || (tcp::valid_flags(byte, edition) && tcp::packet_class(byte) == cell.cls);
    }
    if (!class_occurs) return "no packet that passes the flag check is of this class";
    if (cell.old == tcp::State::none && cell.dir == Direction::reply)
        return "the first packet of an entry gives it its original direction";
    if (cell.old == tcp::State::syn_sent2 && !edition.tcp.bare_syn_initialises) return "nothing leads to LISTEN";
    return {};
}

}  // namespace

MutantJudge::MutantJudge(EditionId edition, const std::string& recordings)
    : refuter_(edition), recorded_(recordings, edition) {}

MutantVerdict MutantJudge::judge(const Mutant& mutant) {
    const double start = proofs::cpu_seconds();
    MutantVerdict verdict{mutant.edition, mutant.kind, mutant.name, Fate::survives, "", 0};
    if (mutant.default_value)
        decide_default(mutant, verdict);
    else
        decide(mutant, verdict);
    verdict.seconds = proofs::cpu_seconds() - start;
    return verdict;
}

void MutantJudge::decide(const Mutant& mutant, MutantVerdict& verdict) {
    if (mutant.cell) {
        verdict.by = why_no_packet(*mutant.cell, refuter_.semantics().edition);
        if (!verdict.by.empty()) {
            verdict.fate = Fate::equivalent;
            return;
        }
    }
    proofs::Semantics mutated(mutant.edition);
    mutant.plant(mutated);
    const auto changed = refuter_.changed(mutant, mutated);
    if (changed.empty()) {
        verdict.fate = Fate::equivalent;
        verdict.by = "the same terms";
        return;
    }
    std::vector<Cell> cells;
    for (const std::size_t i : changed)
        if (const auto& cell = refuter_.situations()[i].cell) cells.push_back(*cell);
    const std::size_t used = recorded_.sort_by_use(mutated, cells);
    if (used == 0 && is_equivalent(mutated, changed, verdict)) return;
    // Theorems about the cells that matter most, then recordings, which are quick; then what else theorems say.
    constexpr std::size_t front = 4;
    const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(std::min(front, cells.size()));
    proofs::Refuter::Asked asked;
    if (refuted(mutated, {cells.begin(), middle}, asked, verdict)) return;
    if (const auto recording = recorded_.refute(mutated, cells)) {
        verdict.fate = Fate::killed_by_recording;
        verdict.by = *recording;
        return;
    }
    if (middle != cells.end() && refuted(mutated, {middle, cells.end()}, asked, verdict)) return;
    if (used != 0) is_equivalent(mutated, changed, verdict);
}

/// If it is not, the verdict says where it differs.
bool MutantJudge::is_equivalent(const proofs::Semantics& mutated, const std::vector<std::size_t>& changed,
                                MutantVerdict& verdict) {
    const auto difference = refuter_.difference(mutated, changed);
    verdict.by = difference.where + (difference.kind == proofs::Difference::Kind::undecided ? " (not decided)" : "");
    if (difference.kind != proofs::Difference::Kind::none) return false;
    verdict.fate = Fate::equivalent;
    verdict.by = "the solver finds no case in which it differs";
    return true;
}

bool MutantJudge::refuted(proofs::Semantics& mutated, const std::set<Cell>& cells, proofs::Refuter::Asked& asked,
                          MutantVerdict& verdict) {
    const auto refutation = refuter_.refute(mutated, cells, asked);
    if (!refutation) return false;
    verdict.fate = Fate::killed_by_theorem;
    verdict.by = std::string(refutation->theorem->name) + ": " + refutation->obligation;
    return true;
}

void MutantJudge::decide_default(const Mutant& mutant, MutantVerdict& verdict) const {
    const auto& [setting, value] = *mutant.default_value;
    for (const KernelTimeout& timeout : kernel_timeouts(mutant.edition)) {
        if (timeout.setting != setting || timeout.seconds == value) continue;
        verdict.fate = Fate::killed_by_table;
        verdict.by = "tests/data/timeouts.csv, " + timeout.row.at("protocol") + " " + timeout.row.at("state");
        return;
    }
    if (const auto recording = recorded_.refute("nf_conntrack_" + std::string(info(setting).name), value)) {
        verdict.fate = Fate::killed_by_recording;
        verdict.by = *recording;
    }
}

}  // namespace conntrack::testing
