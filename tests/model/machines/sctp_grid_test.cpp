// The SCTP machines against the tables read from kernel source: what the rows say, and what the machines do.
#include "model/machines/reading/running_sctp.hpp"
#include "model/sctp_machine.hpp"
#include "spec/clause_table.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/kernel_associations.hpp"

#include <set>
#include <tuple>

namespace conntrack::testing {

namespace {

using machines::reading::event_number;
using machines::reading::read_sctp;
using machines::reading::RunningSctp;
using machines::reading::RunningSctpRow;

using Cell = KernelSctpCell;

/// A chunk that bears the right tag, whatever its kind.
sctp::ChunkStep<Concrete> fitting_step(const Cell& cell, const Edition& edition) {
    auto association = sctp::blank<Concrete>();
    association.vtag = {11, 22};
    const bool init = cell.kind == sctp::ChunkKind::init;
    return {.edition = &edition,
            .dir = cell.dir,
            .kind = cell.kind,
            .old = cell.old,
            .tag = init ? 0U : association.vtag[static_cast<std::size_t>(cell.dir)],
            .t_flag = false,
            .has_init = true,
            .init_tag = association.vtag[static_cast<std::size_t>(other(cell.dir))],
            .with_data = false,
            .after_passed = false,
            .association = association};
}

}  // namespace

using SctpGrid = EveryEdition;
CTORACLE_EVERY_EDITION(SctpGrid);

TEST_P(SctpGrid, TheTableHasEveryCellOnce) {
    std::set<std::tuple<Direction, sctp::ChunkKind, sctp::State>> seen;
    for (const Cell& cell : kernel_sctp_table(GetParam()))
        EXPECT_TRUE(seen.insert({cell.dir, cell.kind, cell.old}).second);
    EXPECT_EQ(seen.size(), is(EditionId::linux_6_18) ? 2U * 11 * 9 : 2U * 9 * 8);
}

TEST_P(SctpGrid, TheRowsSayWhatTheKernelsTableSays) {
    const RunningSctp machine = read_sctp(GetParam());
    for (const Cell& cell : kernel_sctp_table(GetParam())) {
        SCOPED_TRACE(cell.text());
        unsigned rows = 0;
        for (const RunningSctpRow& row : machine.rows) {
            if (row.event != event_number(cell.dir, cell.kind) || row.from != static_cast<std::size_t>(cell.old))
                continue;
            ++rows;
            EXPECT_EQ(refuses(row), !cell.to) << row.text;
            EXPECT_EQ(static_cast<sctp::State>(row.to), cell.to.value_or(cell.old)) << row.text;
        }
        EXPECT_EQ(rows, 1U);
    }
}

TEST_P(SctpGrid, TheMachineDoesWhatTheKernelsTableSays) {
    const auto machine = make_sctp_machine(GetParam());
    for (const Cell& cell : kernel_sctp_table(GetParam())) {
        SCOPED_TRACE(cell.text());
        machine->restore(cell.old);
        ASSERT_EQ(machine->state(), cell.old);
        const auto outcome = machine->receive(fitting_step(cell, tested()));
        EXPECT_EQ(outcome.invalid, !cell.to);
        EXPECT_FALSE(outcome.passed_over);
        EXPECT_EQ(info(outcome.reason).name, cell.to ? "sctp.chunk" : "sctp.table.invalid");
        EXPECT_EQ(machine->state(), cell.to.value_or(cell.old));
    }
}

TEST_P(SctpGrid, ChunksWithoutARowLeaveEveryStateAlone) {
    const auto machine = make_sctp_machine(GetParam());
    for (std::size_t i = 0; i < (is(EditionId::linux_6_18) ? 9U : 8U); ++i) {
        for (const Direction dir : {Direction::original, Direction::reply}) {
            const auto state = static_cast<sctp::State>(i);
            machine->restore(state);
            EXPECT_FALSE(machine->receive(fitting_step({dir, sctp::ChunkKind::other, state, state}, tested())).invalid);
            EXPECT_EQ(machine->state(), state);
        }
    }
}

/// A first packet's chunks are looked up in the column NONE of the original direction.
TEST_P(SctpGrid, AnOpenerIsLookedUpFromNone) {
    const auto machine = make_sctp_machine(GetParam());
    for (const Cell& cell : kernel_sctp_table(GetParam())) {
        if (cell.dir != Direction::original || cell.old != sctp::State::none) continue;
        SCOPED_TRACE(cell.text());
        machine->restore(sctp::State::none);
        auto step = fitting_step(cell, tested());
        step.association = sctp::blank<Concrete>();
        EXPECT_FALSE(machine->open(step).invalid);
        EXPECT_EQ(machine->state(), tested().sctp.opening_decides_state ? cell.to : sctp::State::none);
    }
    machine->restore(sctp::State::none);
    const auto data =
        machine->open(fitting_step({Direction::original, sctp::ChunkKind::other, sctp::State::none, {}}, tested()));
    EXPECT_EQ(data.invalid, !is(EditionId::linux_2_6_9));
}

}  // namespace conntrack::testing
