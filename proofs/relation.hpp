// The transition relations, read from the machines' own tables: rows are tried in their order, as Boost.MSM does, but
// in the symbolic domain, so that the result is one choice of terms. Rows can be changed, so that a proof can be shown
// to notice it.
#pragma once

#include "model/machines/reading/read_small.hpp"
#include "model/machines/reading/tcp_reading.hpp"
#include "proofs/symbolic.hpp"
#include "spec/flow.hpp"
#include "spec/icmp_count.hpp"
#include "spec/life.hpp"

#include <functional>
#include <vector>

namespace conntrack::proofs {

using Connection = tcp::Connection<Symbolic>;
using Segment = tcp::Segment<Symbolic>;
using TcpStep = tcp::Step<Symbolic>;
using TcpJudged = tcp::Judged<Symbolic>;
using TcpOutcome = tcp::Outcome<Symbolic>;
using TcpRow = machines::reading::TcpRow<Symbolic>;

TcpOutcome choose(const Bit& condition, const TcpOutcome& a, const TcpOutcome& b);
flow::Outcome<Symbolic> choose(const Bit& condition, const flow::Outcome<Symbolic>& a,
                               const flow::Outcome<Symbolic>& b);
icmp::CountOutcome<Symbolic> choose(const Bit& condition, const icmp::CountOutcome<Symbolic>& a,
                                    const icmp::CountOutcome<Symbolic>& b);
Word choose(const Bit& condition, const Word& a, const Word& b);

struct TcpResult {
    Word next;  // the state after the packet
    Bit moved;  // a row that names a state was taken
    Bit taken;  // some row was taken; else the window check has failed
    TcpOutcome outcome;
};

/// The TCP machine of one edition.
struct TcpRelation {
    std::vector<TcpRow> rows;  // in the order in which they are tried

    [[nodiscard]] TcpResult step(const TcpJudged& judged) const;
    /// The conditions on which each row of a cell is taken, beside the row.
    struct Taken {
        const TcpRow* row;
        Bit when;
    };
    [[nodiscard]] std::vector<Taken> taken(const TcpJudged& judged) const;
};
TcpRelation read_tcp_relation(EditionId edition);

/// A small machine; states and events by their number.
template <class Step, class Outcome>
struct SmallRelation {
    std::vector<machines::reading::SmallRow<Symbolic, Step, Outcome>> rows;

    struct Result {
        Word next;
        Outcome outcome;
    };
    [[nodiscard]] Result step(const Word& from, std::size_t event, const Step& step,
                              const Outcome& nothing_done) const {
        Result out{from, nothing_done};
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            if (row->event != event) continue;
            const Bit taken = from == word(static_cast<std::uint32_t>(row->from)) && row->holds(step);
            out.next = Symbolic::select(taken, word(static_cast<std::uint32_t>(row->to)), out.next);
            out.outcome = choose(taken, row->apply(step, nothing_done), out.outcome);
        }
        return out;
    }
};

using FlowStep = flow::Step<Symbolic>;
using FlowOutcome = flow::Outcome<Symbolic>;
using FlowRelation = SmallRelation<FlowStep, FlowOutcome>;
enum class FlowState : std::uint8_t { unreplied, replied, assured };
enum class FlowEvent : std::uint8_t { original_packet, reply_packet, protocol_assures };
FlowRelation read_flow_relation();
FlowOutcome no_flow_outcome();

using CountStep = icmp::CountStep<Symbolic>;
using CountOutcome = icmp::CountOutcome<Symbolic>;
using CountRelation = SmallRelation<CountStep, CountOutcome>;
enum class CountState : std::uint8_t { fresh, waiting, balanced };
enum class CountEvent : std::uint8_t { request, reply };
CountRelation read_count_relation();

using LifeStep = life::Step<Symbolic>;
using LifeRelation = SmallRelation<LifeStep, Word>;  // an action gives the new number of references
enum class LifeState : std::uint8_t { unconfirmed, confirmed, dying, freed };
enum class LifeEvent : std::uint8_t { hold, release, confirm, remove, condemn };
LifeRelation read_life_relation();

}  // namespace conntrack::proofs
