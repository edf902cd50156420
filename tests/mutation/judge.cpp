#include "tests/mutation/judge.hpp"

#include "proofs/cpu_time.hpp"
#include "spec/tcp/flags.hpp"

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
    cells = recorded_.by_use(mutated, cells);
    if (const auto refutation = refuter_.refute(mutated, cells)) {
        verdict.fate = Fate::killed_by_theorem;
        verdict.by = std::string(refutation->theorem->name) + ": " + refutation->obligation;
        return;
    }
    if (const auto recording = recorded_.refute(mutated, cells)) {
        verdict.fate = Fate::killed_by_recording;
        verdict.by = *recording;
        return;
    }
    const auto difference = refuter_.difference(mutated, changed);
    verdict.by = difference.where;
    if (difference.kind == proofs::Difference::Kind::undecided) verdict.by += " (not decided)";
    if (difference.kind != proofs::Difference::Kind::none) return;
    verdict.fate = Fate::equivalent;
    verdict.by = "the solver finds no case in which it differs";
}

void MutantJudge::decide_default(const Mutant& mutant, MutantVerdict& verdict) const {
    const auto& [setting, value] = *mutant.default_value;
    if (const auto recording = recorded_.refute("nf_conntrack_" + std::string(info(setting).name), value)) {
        verdict.fate = Fate::killed_by_recording;
        verdict.by = *recording;
    }
}

}  // namespace conntrack::testing
