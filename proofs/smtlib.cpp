#include "proofs/smtlib.hpp"

#include <cassert>
#include <unordered_map>

namespace conntrack::proofs {

namespace {

std::string sort(const Node& n) { return n.bits == 0 ? "Bool" : "(_ BitVec " + std::to_string(n.bits) + ")"; }

std::string literal(const Node& n) {
    if (n.bits == 0) return n.value != 0 ? "true" : "false";
    return "(_ bv" + std::to_string(n.value) + " " + std::to_string(n.bits) + ")";
}

std::string_view head(Op op) {
    switch (op) {
        case Op::choose: return "ite";
        case Op::negation: return "not";
        case Op::both: return "and";
        case Op::either: return "or";
        case Op::equal: return "=";
        case Op::less: return "bvult";
        case Op::sooner: return "bvslt";
        case Op::add: return "bvadd";
        case Op::subtract: return "bvsub";
        case Op::mask: return "bvand";
        case Op::join: return "bvor";
        case Op::shift_left: return "bvshl";
        case Op::widen: return "(_ zero_extend 32)";
        case Op::multiply: return "bvmul";
        case Op::constant:
        case Op::variable: break;
    }
    assert(false && "no operation");
    return "";
}

}  // namespace

std::string smtlib_text(const std::string& about, Ref formula, bool satisfiable) {
    std::string out = "; " + about + "\n(set-logic QF_BV)\n(set-info :status ";
    out += satisfiable ? "sat)\n" : "unsat)\n";
    std::unordered_map<Ref, std::string> names;
    std::size_t count = 0;
    for (const Ref node : in_order(formula)) {
        if (node->op == Op::constant) {
            names[node] = literal(*node);
            continue;
        }
        if (node->op == Op::variable) {
            names[node] = "|" + std::string(node->name) + "|";
            out += "(declare-const " + names[node] + " " + sort(*node) + ")\n";
            continue;
        }
        const std::string name = "t" + std::to_string(count++);
        out += "(define-fun " + name + " () " + sort(*node) + " (" + std::string(head(node->op));
        for (const Ref operand : {node->a, node->b, node->c})
            if (operand != nullptr) out += " " + names.at(operand);
        out += "))\n";
        names[node] = name;
    }
    return out + "(assert " + names.at(formula) + ")\n(check-sat)\n";
}

}  // namespace conntrack::proofs
