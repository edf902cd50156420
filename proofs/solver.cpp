#include "proofs/solver.hpp"

#include "proofs/cpu_time.hpp"

#include <z3++.h>
#include <cassert>
#include <unordered_map>

namespace conntrack::proofs {

namespace {

/// Terms as Z3 has them.
class Translation {
  public:
    explicit Translation(z3::context& context) : context_(context) {}

    z3::expr of(Ref root) {
        for (const Ref node : in_order(root)) known_.emplace(node, translate(*node));
        return known_.at(root);
    }
    [[nodiscard]] Assignment values(const z3::model& model) const {
        Assignment out;
        for (const auto& [node, expr] : known_) {
            if (node->op != Op::variable) continue;
            const z3::expr value = model.eval(expr, true);
            out[std::string(node->name)] = node->bits == 0 ? value.is_true() : value.get_numeral_uint64();
        }
        return out;
    }

  private:
    z3::context& context_;
    std::unordered_map<Ref, z3::expr> known_;

    z3::expr translate(const Node& n) {
        const auto a = [&] { return known_.at(n.a); };
        const auto b = [&] { return known_.at(n.b); };
        switch (n.op) {
            case Op::constant: return n.bits == 0 ? context_.bool_val(n.value != 0) : context_.bv_val(n.value, n.bits);
            case Op::variable: {
                const std::string name(n.name);
                return n.bits == 0 ? context_.bool_const(name.c_str()) : context_.bv_const(name.c_str(), n.bits);
            }
            case Op::choose: return z3::ite(a(), b(), known_.at(n.c));
            case Op::negation: return !a();
            case Op::both: return a() && b();
            case Op::either: return a() || b();
            case Op::equal: return a() == b();
            case Op::less: return z3::ult(a(), b());
            case Op::sooner: return a() < b();
            case Op::add: return a() + b();
            case Op::subtract: return a() - b();
            case Op::mask: return a() & b();
            case Op::join: return a() | b();
            case Op::shift_left: return z3::shl(a(), b());
            case Op::widen: return z3::zext(a(), 32);
            case Op::multiply: return a() * b();
        }
        assert(false && "an operation without a translation");
        return a();
    }
};

}  // namespace

Solver::Solver(unsigned timeout_s, unsigned effort) : timeout_s_(timeout_s), effort_(effort) {}
Solver::~Solver() = default;

Solved Solver::check(Ref formula) {
    if (is_false(formula)) return {Answer::unsatisfiable, {}, 0, true};
    if (is_true(formula)) return {Answer::satisfiable, {}, 0, true};
    const double start = cpu_seconds();
    z3::context context;
    Translation translation(context);
    z3::solver solver(context, "QF_BV");
    z3::params parameters(context);
    parameters.set("timeout", timeout_s_ * 1000);
    if (effort_ != 0) parameters.set("rlimit", effort_);
    solver.set(parameters);
    solver.add(translation.of(formula));
    const z3::check_result result = solver.check();
    Solved out{Answer::unknown, {}, 0};
    if (result == z3::unsat) out.answer = Answer::unsatisfiable;
    if (result == z3::sat) {
        out.answer = Answer::satisfiable;
        out.model = translation.values(solver.get_model());
        assert(Evaluation(out.model).of(formula) == 1 && "the model does not meet the formula");
    }
    out.seconds = cpu_seconds() - start;
    return out;
}

}  // namespace conntrack::proofs
