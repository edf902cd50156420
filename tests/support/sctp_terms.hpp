// SCTP chunks as constant terms, and what comes of them as values again.
#pragma once

#include "proofs/sctp_relation.hpp"

#include <cassert>

namespace conntrack::testing {

inline proofs::Association constant(const sctp::Association<Concrete>& a) {
    const auto b = [](bool value) { return proofs::Symbolic::bit(value); };
    return {{proofs::word(a.vtag[0]), proofs::word(a.vtag[1])},
            {b(a.init[0]), b(a.init[1])},
            b(a.heartbeat_failed),
            b(a.failed_in_reply)};
}

inline proofs::ChunkStep constant(const sctp::ChunkStep<Concrete>& s) {
    const auto b = [](bool value) { return proofs::Symbolic::bit(value); };
    return {.edition = s.edition,
            .dir = s.dir,
            .kind = s.kind,
            .old = s.old,
            .tag = proofs::word(s.tag),
            .t_flag = b(s.t_flag),
            .has_init = b(s.has_init),
            .init_tag = proofs::word(s.init_tag),
            .with_data = b(s.with_data),
            .after_passed = b(s.after_passed),
            .association = constant(s.association)};
}

/// The number that a term without variables is.
inline std::uint64_t number(const auto& term) {
    assert(term.ref()->op == proofs::Op::constant);
    return term.ref()->value;
}

inline sctp::ChunkOutcome<Concrete> value(const proofs::ChunkOutcome& out) {
    const auto word = [](const proofs::Word& w) { return static_cast<std::uint32_t>(number(w)); };
    const auto bit = [](const proofs::Bit& b) { return number(b) != 0; };
    const auto& a = out.association;
    return {static_cast<Clause>(number(out.reason)),
            bit(out.invalid),
            bit(out.passed_over),
            {{word(a.vtag[0]), word(a.vtag[1])},
             {bit(a.init[0]), bit(a.init[1])},
             bit(a.heartbeat_failed),
             bit(a.failed_in_reply)}};
}

}  // namespace conntrack::testing
