// The value of a term where every variable has one.
#pragma once

#include "proofs/term.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace conntrack::proofs {

/// Values of variables by name; a Bit is 0 or 1.
using Assignment = std::map<std::string, std::uint64_t, std::less<>>;

/// What an operation makes of the values of its operands. Constants and variables have none.
std::uint64_t computed(const Node& node, std::uint64_t a, std::uint64_t b, std::uint64_t c);

class Evaluation {
  public:
    /// A variable that the assignment lacks is 0: a solver leaves out what does not matter.
    explicit Evaluation(const Assignment& values) : values_(values) {}
    [[nodiscard]] std::uint64_t of(Ref term);

  private:
    const Assignment& values_;
    std::unordered_map<Ref, std::uint64_t> known_;
    [[nodiscard]] std::uint64_t compute(const Node& node) const;
};

}  // namespace conntrack::proofs
