// Terms as SMT-LIB 2, logic QF_BV, for other solvers.
#pragma once

#include "proofs/term.hpp"

#include <string>

namespace conntrack::proofs {

/// The commands that ask whether `formula` can be met: declarations, one definition a shared term, the assertion and
/// (check-sat). `about` is set as a comment and `satisfiable` as the expected status.
std::string smtlib_text(const std::string& about, Ref formula, bool satisfiable);

}  // namespace conntrack::proofs
