// What the fast tracker runs for a packet, as terms: the same templates of impl/ that its engine runs with Concrete.
// Each can be replaced, so that a proof can be shown to notice it.
#pragma once

#include "proofs/relation.hpp"
#include "proofs/sctp_relation.hpp"
#include "spec/edition.hpp"

#include <functional>

namespace conntrack::proofs {

/// What is decided about a TCP packet, and whether generic tracking sees it.
struct FastDecision {
    TcpOutcome outcome;
    Word to;
    Bit goes_on_to_flow;
};

/// What becomes of the entry.
struct FastEntry {
    Word flow;
    Bit assured, reply_seen;
    Time64 deadline;
};

/// The state after an event of a small machine, and what its action made.
template <class Outcome>
struct FastSmall {
    Word next;
    Outcome outcome;
};

struct FastRules {
    // Any packet of any entry.
    std::function<FastDecision(const TcpStep&)> decide;
    // The way of nearly every packet: an ACK of a settled entry, seen from the side of its sender.
    std::function<TcpStep(const tcp::TcpSettings<Symbolic>&, const Segment&, const Connection& seen_by_sender)>
        settled_ack;
    std::function<Bit(const TcpStep&)> is_settled, fits_window;
    std::function<FastDecision(const TcpStep&)> decide_settled_ack;
    // What becomes of the entry.
    std::function<FastEntry(const FastDecision&, const Word& flow, const Time64& deadline, const Bit& fixed_timeout,
                            Direction dir, const Time64& now, const Word& unacknowledged_timeout)>
        after;
    /// A connection packed from one side and unpacked from another.
    std::function<Connection(const Connection&, Direction packed_from, Direction unpacked_from)> packed;

    /// One on which an ACK was packed from the sender's side, as far as it can change it.
    std::function<Connection(const Connection& before, const Connection& seen_by_sender, Direction sender)> packed_ack;

    std::function<FastSmall<FlowOutcome>(const Word& from, FlowEvent, const FlowStep&)> flow;
    std::function<FastSmall<CountOutcome>(const Word& from, CountEvent, const CountStep&, const CountOutcome& nothing)>
        count;
    /// A chunk of SCTP that is handled, and one of a first packet that is looked up.
    std::function<SctpResult(const ChunkStep&)> sctp, sctp_opener;
    std::function<FastSmall<Word>(const Word& from, LifeEvent, const LifeStep&, const Word& references)> life;
};

FastRules read_fast_rules(EditionId edition);

// What hangs on the edition's table: one function an edition, each of them in a source file of its own.
void read_fast_tcp_2_6_9(FastRules& rules);
void read_fast_tcp_2_6_32(FastRules& rules);
void read_fast_tcp_6_18(FastRules& rules);

}  // namespace conntrack::proofs
