// Terms as a list of instructions, for evaluating the same ones under many assignments.
#pragma once

#include "proofs/term.hpp"

#include <cstdint>
#include <vector>

namespace conntrack::proofs {

class Program {
  public:
    /// `variables` are the inputs, in their order; the terms contain no others.
    Program(const std::vector<Ref>& terms, const std::vector<Ref>& variables);

    /// The values of the terms, in their order.
    [[nodiscard]] std::vector<std::uint64_t> run(const std::vector<std::uint64_t>& inputs);

  private:
    struct Instruction {
        Ref node;
        std::uint32_t a, b, c;  // places of its operands, or of a variable among the inputs
    };
    std::vector<Instruction> instructions_;
    std::vector<std::uint32_t> results_;
    std::vector<std::uint64_t> values_;
};

}  // namespace conntrack::proofs
