// Asks Z3 whether a formula can be met. A Solver belongs to one thread.
#pragma once

#include "proofs/evaluate.hpp"

#include <memory>

namespace conntrack::proofs {

enum class Answer : std::uint8_t { unsatisfiable, satisfiable, unknown };

struct Solved {
    Answer answer;
    Assignment model;     // if satisfiable
    double seconds;       // of processor time
    bool folded = false;  // decided while the formula was built
};

class Solver {
  public:
    /// `effort`: Z3's own count of what one question may cost (rlimit), which does not hang on the machine; 0: any.
    explicit Solver(unsigned timeout_s, unsigned effort = 0);
    Solver(const Solver&) = delete;
    Solver& operator=(const Solver&) = delete;
    ~Solver();

    /// Each question is asked in a context of its own, so that the answer does not hang on earlier ones. A model is
    /// checked against the formula before it is handed out.
    Solved check(Ref formula);

  private:
    unsigned timeout_s_, effort_;
};

}  // namespace conntrack::proofs
