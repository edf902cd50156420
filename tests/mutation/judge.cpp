#include "tests/mutation/judge.hpp"

#include "model/machines/reading/unreachable_sctp.hpp"
#include "proofs/cpu_time.hpp"
#include "spec/tcp/flags.hpp"
#include "tests/support/kernel_associations.hpp"
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

/// The same of a cell of the SCTP machine: whatever rows it has.
std::string why_no_packet(const proofs::SctpCell& cell, const proofs::Semantics& semantics) {
    std::string why;
    for (const proofs::SctpRow& row : semantics.sctp.rows) {
        const auto dir = row.opens ? std::nullopt : std::optional(row.dir);
        if (row.from != cell.old || dir != cell.dir || row.kind != cell.kind) continue;
        why = machines::reading::never_taken_by_packets({row.from, dir, row.kind, row.refuses}, semantics.edition);
        if (why.empty()) return {};
    }
    return why;
}

/// "original init in NONE gives CLOSED": a cell of the kernel's table that the rows do not have.
std::optional<std::string> missed_cell(const proofs::Semantics& mutated) {
    for (const KernelSctpCell& cell : kernel_sctp_table(mutated.edition.id))
        if (mutated.sctp.target(cell.old, cell.dir, cell.kind) != cell.to) return cell.text();
    return std::nullopt;
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
    if (mutant.sctp_cell) {
        verdict.by = why_no_packet(*mutant.sctp_cell, refuter_.semantics());
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
    if (const auto recording = is_of_associations(changed) ? recorded_.chunks().refute(mutated) : std::nullopt) {
        verdict.fate = Fate::killed_by_recording;
        verdict.by = *recording;
        return;
    }
    if (const auto cell = mutant.sctp_cell ? missed_cell(mutated) : std::nullopt) {
        verdict.fate = Fate::killed_by_table;
        verdict.by = "tests/data/sctp-transitions-*.csv, " + *cell;
        return;
    }
    if (middle != cells.end() && refuted(mutated, {middle, cells.end()}, asked, verdict)) return;
    if (used != 0) is_equivalent(mutated, changed, verdict);
}

/// Some situation of the SCTP machine is not what it was.
bool MutantJudge::is_of_associations(const std::vector<std::size_t>& changed) const {
    return std::any_of(changed.begin(), changed.end(),
                       [&](std::size_t i) { return refuter_.situations()[i].sctp_cell.has_value(); });
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
