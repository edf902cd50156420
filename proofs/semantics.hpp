// One edition as proofs see it: its machines as read from their tables, and its settings. All of it can be changed at
// run time, so that a proof can be shown to fail on a planted defect.
#pragma once

#include "proofs/fast_rules.hpp"
#include "proofs/plain_rules.hpp"
#include "proofs/relation.hpp"
#include "proofs/sctp_relation.hpp"
#include "spec/editions.hpp"

namespace conntrack::proofs {

using TcpSettings = tcp::TcpSettings<Symbolic>;

/// The settings as variables, of which nothing is known.
TcpSettings free_settings();
/// The edition's defaults.
TcpSettings default_settings(const Edition& edition);

struct Semantics {
    explicit Semantics(EditionId id);
    Semantics(const Semantics&) = delete;
    Semantics& operator=(const Semantics&) = delete;

    Edition edition;  // a copy: a defect may turn a switch
    TcpRelation tcp;
    FlowRelation flow;
    CountRelation count;
    LifeRelation life;
    SctpRelation sctp;

    // Rules that stand in no table.
    std::function<TcpJudged(const TcpStep&)> judge;
    std::function<Word(Direction, const Bit& seen_reply, const Bit& expected)> packet_state;
    std::function<Bit(const TcpOutcome&, const Edition&)> goes_on_to_flow;
    std::function<Time64(const Edition&, const Time64& deadline, const Time64& now, const Word& timeout,
                         const Bit& fixed_timeout)>
        refreshed_deadline;
    /// The same for a timeout that is no number of seconds.
    std::function<Time64(const Edition&, const Time64& deadline, const Time64& now, const Time64& span,
                         const Bit& fixed_timeout)>
        deadline_refreshed_by;
    std::function<Time64(const Time64& deadline, const Time64& now, const Word& unacknowledged_timeout)>
        shrunk_deadline;
    std::function<Bit(const Time64& deadline, const Time64& now)> expired;
    NatRules nat;
    TableRules table;
    ExpectationRules expectation;
    FastRules fast;  // the other program

    /// The cells that statements go through; null: all. For whoever has changed a few.
    std::function<bool(tcp::State, Direction, tcp::PacketClass)> looks_at;

    [[nodiscard]] bool is(EditionId id) const { return edition.id == id; }
};

}  // namespace conntrack::proofs
