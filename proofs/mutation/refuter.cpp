#include "proofs/mutation/refuter.hpp"

#include "proofs/comparison.hpp"

#include <algorithm>

namespace conntrack::proofs {

namespace {

// Seconds of processor time. What no theorem refutes is worth more of it.
constexpr unsigned obligation_timeout_s = 5, difference_timeout_s = 30;

using CellFilter = std::function<bool(tcp::State, Direction, tcp::PacketClass)>;

CellFilter among(const std::set<Cell>& cells) {
    return [&cells](tcp::State old, Direction dir, tcp::PacketClass cls) { return cells.contains({old, dir, cls}); };
}

/// What an edition that keeps the theorem decides; where it is violated, its companions alone must be as they should.
bool speaks(const Theorem& theorem, EditionId edition, const Obligation& obligation) {
    return theorem.expected_in(edition) == Result::proved || obligation.must_be_possible;
}

/// Whether an obligation is decided as it should be; none where the solver gives up: that refutes nothing.
std::optional<bool> is_as_it_should(Solver& solver, const Obligation& obligation) {
    const Answer answer = solver.check(obligation.formula.ref()).answer;
    if (answer == Answer::unknown) return std::nullopt;
    return answer == (obligation.must_be_possible ? Answer::satisfiable : Answer::unsatisfiable);
}

}  // namespace

Refuter::Refuter(EditionId edition)
    : semantics_(edition),
      situations_(all_situations(edition)),
      solver_(obligation_timeout_s),
      patient_solver_(difference_timeout_s) {
    for (const Situation& situation : situations_) as_it_is_.push_back(situation.observe(semantics_));
    std::map<const Theorem*, std::size_t> besides_cells;
    semantics_.looks_at = [](tcp::State, Direction, tcp::PacketClass) { return false; };
    for (const Theorem& theorem : all_theorems()) {
        if (theorem.expected_in(edition) == Result::absent || theorem.compares_programs) continue;
        theorems_.push_back(&theorem);
        Statement statement(semantics_, stated_[&theorem], Statement::Takes::formulas_only);
        theorem.state(statement);
        besides_cells[&theorem] = stated_[&theorem].size();
    }
    semantics_.looks_at = nullptr;
    for (const Theorem* theorem : theorems_) {
        Statement statement(semantics_, stated_[theorem], Statement::Takes::formulas_only);
        theorem->state(statement);
    }
    std::stable_sort(theorems_.begin(), theorems_.end(),
                     [&](const Theorem* a, const Theorem* b) { return besides_cells[a] < besides_cells[b]; });
}

std::vector<std::size_t> Refuter::changed(const Mutant& mutant, const Semantics& mutated) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < situations_.size(); ++i) {
        if (mutant.cell && situations_[i].cell != mutant.cell) continue;
        // A first packet is looked up in one cell and handled in another.
        const auto& chunk = situations_[i].sctp_cell;
        if (mutant.sctp_cell && (!chunk || chunk->kind != mutant.sctp_cell->kind)) continue;
        if (situations_[i].observe(mutated).behaviour != as_it_is_[i].behaviour) out.push_back(i);
    }
    return out;
}

bool Refuter::held_before(const Theorem& theorem, const std::string& obligation, const std::set<Cell>& cells) {
    const auto key = std::pair{&theorem, obligation};
    if (const auto found = holds_.find(key); found != holds_.end()) return found->second;
    semantics_.looks_at = among(cells);
    Statement statement(semantics_);
    theorem.state(statement);
    semantics_.looks_at = nullptr;
    bool held = true;  // an obligation that only the mutant gives rise to
    for (const Obligation& before : statement.take())
        if (before.name == obligation) held = held && is_as_it_should(solver_, before).value_or(false);
    return holds_[key] = held;
}

std::optional<Refutation> Refuter::ask(const Theorem& theorem, Semantics& mutated, const std::set<Cell>& cells,
                                       Formulas& asked) {
    mutated.looks_at = among(cells);
    Statement statement(mutated, asked, Statement::Takes::what_is_new);
    theorem.state(statement);
    mutated.looks_at = nullptr;
    for (const Obligation& obligation : statement.take()) {
        if (!speaks(theorem, mutated.edition.id, obligation)) continue;
        if (is_as_it_should(solver_, obligation).value_or(true)) continue;
        if (held_before(theorem, obligation.name, cells)) return Refutation{&theorem, obligation.name};
    }
    return std::nullopt;
}

std::optional<Refutation> Refuter::refute(Semantics& mutated, const std::set<Cell>& cells, Asked& asked) {
    for (const Theorem* theorem : theorems_) {
        Formulas& known = asked.try_emplace(theorem, stated_[theorem]).first->second;
        if (auto refutation = ask(*theorem, mutated, cells, known)) return refutation;
    }
    return std::nullopt;
}

Answer Refuter::differs(const Observed& now, const Observed& as_it_is, const Bit& turn) {
    bool undecided = false;
    for (std::size_t field = 0; field < now.behaviour.size(); ++field) {
        const Bit other = !Bit(equal(now.behaviour[field], as_it_is.behaviour[field]));
        const Answer answer = patient_solver_.check((as_it_is.real && turn && other).ref()).answer;
        if (answer == Answer::satisfiable) return answer;
        undecided = undecided || answer == Answer::unknown;
    }
    return undecided ? Answer::unknown : Answer::unsatisfiable;
}

Answer Refuter::differs(const Situation& situation, const Semantics& mutated, const Observed& as_it_is) {
    TurningPoints turns;
    const Observed now = situation.observe(mutated);
    const std::set<Ref> distinct(turns.met.begin(), turns.met.end());
    if (distinct.empty()) return differs(now, as_it_is, yes());
    Answer all = Answer::unsatisfiable;
    for (const Ref turn : distinct) {
        const Answer answer = differs(now, as_it_is, Bit(turn));
        if (answer == Answer::satisfiable) return answer;
        if (answer == Answer::unknown) all = answer;
    }
    return all;
}

Difference Refuter::difference(const Semantics& mutated, const std::vector<std::size_t>& changed) {
    constexpr unsigned undecided_max = 3;  // it will not get easier
    std::string undecided;
    unsigned undecided_so_far = 0;
    for (const std::size_t i : changed) {
        const Answer answer = differs(situations_[i], mutated, as_it_is_[i]);
        if (answer == Answer::satisfiable) return {Difference::Kind::shown, situations_[i].name};
        if (answer == Answer::unknown) undecided = situations_[i].name;
        if (answer == Answer::unknown && ++undecided_so_far == undecided_max) break;
    }
    return {undecided.empty() ? Difference::Kind::none : Difference::Kind::undecided, undecided};
}

}  // namespace conntrack::proofs
