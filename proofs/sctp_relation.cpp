#include "proofs/sctp_relation.hpp"

#include "impl/sctp_step.hpp"
#include "model/machines/reading/read_small.hpp"
#include "model/machines/reading/sctp_events.hpp"
#include "spec/verdict.hpp"

#include <utility>

namespace conntrack::proofs {

namespace {

namespace ms = machines::sctp;
using sctp::ChunkKind;
using sctp::State;

template <class FrontEnd>
SctpRelation read() {
    SctpRelation out;
    for (auto& row :
         machines::reading::read_small<FrontEnd, machines::reading::SctpEvents, Symbolic, ChunkStep, ChunkOutcome>()) {
        const std::size_t block = row.event / sctp::chunk_kind_count;
        const bool refuses = row.text.find("Refuse") != std::string::npos;
        out.rows.push_back(
            {.from = static_cast<State>(row.from),
             .to = static_cast<State>(row.to),
             .opens = block == 2,
             .dir = block == 1 ? Direction::reply : Direction::original,
             .kind = static_cast<ChunkKind>(row.event % sctp::chunk_kind_count),
             .refuses = refuses,
             .holds = row.holds,
             .apply = [apply = row.apply](const ChunkStep& step) { return apply(step, sctp::misfit<Symbolic>(step)); },
             .text = row.text});
    }
    return out;
}

Word number(State state) { return word(static_cast<std::uint32_t>(state)); }

SctpResult first_that_holds(const std::vector<SctpRow>& rows, const ChunkStep& step, bool opens,
                            const ChunkOutcome& otherwise) {
    SctpResult out{number(step.old), otherwise};
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (row->opens != opens || row->from != step.old || row->kind != step.kind) continue;
        if (!opens && row->dir != step.dir) continue;
        const Bit holds = row->holds(step);
        out.next = Symbolic::select(holds, number(row->to), out.next);
        out.outcome = sctp::choose<Symbolic>(holds, row->apply(step), out.outcome);
    }
    return out;
}

}  // namespace

SctpResult SctpRelation::receive(const ChunkStep& step) const {
    return first_that_holds(rows, step, false, misfit(step));
}
SctpResult SctpRelation::open(const ChunkStep& step) const {
    return first_that_holds(rows, step, true, sctp::misfit_opener<Symbolic>(step));
}

std::optional<State> SctpRelation::target(State old, Direction dir, ChunkKind kind) const {
    for (const SctpRow& row : rows)
        if (!row.opens && row.from == old && row.dir == dir && row.kind == kind)
            return row.refuses ? std::nullopt : std::optional(row.to);
    return std::nullopt;
}

SctpRelation read_sctp_relation(EditionId edition) {
    return edition == EditionId::linux_6_18 ? read<ms::Machine_6_18>() : read<ms::Machine_2_6>();
}

SctpResult fast_sctp(EditionId edition, const ChunkStep& step) {
    const auto out = edition == EditionId::linux_6_18 ? fast::decide_sctp<ms::Machine_6_18, Symbolic>(step)
                                                      : fast::decide_sctp<ms::Machine_2_6, Symbolic>(step);
    return {out.next, out.outcome};
}
SctpResult fast_sctp_opener(EditionId edition, const ChunkStep& step) {
    const auto out = edition == EditionId::linux_6_18 ? fast::decide_sctp_opener<ms::Machine_6_18, Symbolic>(step)
                                                      : fast::decide_sctp_opener<ms::Machine_2_6, Symbolic>(step);
    return {out.next, out.outcome};
}

std::vector<State> sctp_states(const Edition& edition) {
    std::vector<State> out;
    for (std::size_t i = 1; i < sctp::state_count; ++i)
        if (edition.sctp.heartbeats || static_cast<State>(i) != State::heartbeat_sent)
            out.push_back(static_cast<State>(i));
    return out;
}

std::vector<ChunkKind> chunk_kinds(const Edition& edition) {
    std::vector<ChunkKind> out;
    for (std::size_t i = 0; i < sctp::chunk_kind_count; ++i) {
        const auto kind = static_cast<ChunkKind>(i);
        if (edition.sctp.heartbeats || (kind != ChunkKind::heartbeat && kind != ChunkKind::heartbeat_ack))
            out.push_back(kind);
    }
    return out;
}

std::string sctp_cell_name(State state, Direction dir, ChunkKind kind) {
    return std::string(sctp::name(state)) + ", " + std::string(conntrack::name(dir)) + " " +
           std::string(sctp::name(kind));
}

Association any_association(const std::string& name) {
    return {{fresh_word(name + ".vtag.original"), fresh_word(name + ".vtag.reply")},
            {fresh_bit(name + ".init.original"), fresh_bit(name + ".init.reply")},
            fresh_bit(name + ".heartbeat_failed"),
            fresh_bit(name + ".failed_in_reply")};
}

ChunkStep any_chunk(const Edition& edition, const std::string& name, Direction dir, ChunkKind kind) {
    return {.edition = &edition,
            .dir = dir,
            .kind = kind,
            .old = State::none,
            .tag = fresh_word(name + ".tag"),
            .t_flag = fresh_bit(name + ".t_flag"),
            .has_init = fresh_bit(name + ".has_init"),
            .init_tag = fresh_word(name + ".init_tag"),
            .with_data = fresh_bit(name + ".with_data"),
            .after_passed = fresh_bit(name + ".after_passed"),
            .association = sctp::blank<Symbolic>()};
}

ChunkStep met_in(ChunkStep step, State old, const Association& association) {
    step.old = old;
    step.association = association;
    return step;
}

Bit same(const Association& a, const Association& b) {
    return a.vtag[0] == b.vtag[0] && a.vtag[1] == b.vtag[1] && a.init[0] == b.init[0] && a.init[1] == b.init[1] &&
           a.heartbeat_failed == b.heartbeat_failed && a.failed_in_reply == b.failed_in_reply;
}
Bit same(const ChunkOutcome& a, const ChunkOutcome& b) {
    return a.reason == b.reason && a.invalid == b.invalid && a.passed_over == b.passed_over &&
           same(a.association, b.association);
}

}  // namespace conntrack::proofs
