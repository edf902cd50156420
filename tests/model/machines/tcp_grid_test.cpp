// The TCP machines against the tables read from kernel source: what the grids say, and what the machines do.
#include "model/tcp_machine.hpp"
#include "spec/clause_table.hpp"
#include "spec/verdict.hpp"
#include "tests/model/machines/tcp_reading.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/editions.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

namespace conntrack::testing {

namespace {

struct Cell {
    Direction dir;
    tcp::PacketClass cls;
    tcp::State old;
    std::string result;  // the name of a state, IGNORE or INVALID

    [[nodiscard]] std::string text(const Edition& edition) const {
        return std::string(conntrack::name(dir)) + " " + std::string(tcp::name(cls)) + " in " +
               std::string(tcp::name(old, edition)) + " gives " + result;
    }
};

tcp::State state_named(const std::string& word, const Edition& edition) {
    for (std::size_t i = 0; i < tcp::state_count; ++i)
        if (tcp::name(static_cast<tcp::State>(i), edition) == word) return static_cast<tcp::State>(i);
    throw std::runtime_error("no state is named " + word);
}

tcp::PacketClass class_named(const std::string& word) {
    for (std::size_t i = 0; i < tcp::class_count; ++i)
        if (tcp::name(static_cast<tcp::PacketClass>(i)) == word) return static_cast<tcp::PacketClass>(i);
    throw std::runtime_error("no class of packets is named " + word);
}

std::vector<Cell> cells_of(const Edition& edition) {
    const std::string name = edition.id == EditionId::linux_6_18 ? "linux-6.x" : std::string(edition.name);
    std::vector<Cell> out;
    for (CsvRow& row : read_csv("tcp-transitions-" + name + ".csv"))
        out.push_back({row["direction"] == "original" ? Direction::original : Direction::reply,
                       class_named(row["packet_class"]), state_named(row["old_state"], edition), row["new_state"]});
    return out;
}

/// A packet in order on a connection whose client has closed: none of the exceptions to the table applies to it.
tcp::Step<Concrete> ordinary_step(const Cell& cell, const Edition& edition,
                                  const tcp::TcpSettings<Concrete>& settings) {
    auto connection = tcp::blank<Concrete>();
    connection.original = {1000, 61'000, 60'000, 0, 0, 0, 0};
    connection.reply = {5000, 65'000, 60'000, 0, 0, 0, 0};
    if (edition.tcp.marks_closer) connection.original.flags = tcp::close_init_bit;

    const auto is = [&](tcp::PacketClass c) { return cell.cls == c; };
    using tcp::PacketClass;
    tcp::Segment<Concrete> segment{};
    segment.syn = is(PacketClass::syn) || is(PacketClass::synack);
    segment.rst = is(PacketClass::rst);
    segment.ack_flag = is(PacketClass::synack) || is(PacketClass::fin) || is(PacketClass::ack);
    segment.seq = cell.dir == Direction::original ? 1000 : 5000;
    segment.ack = segment.sack = cell.dir == Direction::original ? 5000 : 1000;
    segment.end = segment.seq + (segment.syn || is(PacketClass::fin) ? 1 : 0);
    segment.window = 8000;
    return {&edition, &settings, cell.dir, cell.cls, cell.old, segment, connection, true, true, false};
}

tcp::TcpSettings<Concrete> default_settings() {
    return {.loose = 1,
            .be_liberal = 0,
            .max_retrans = 3,
            .ignore_invalid_rst = 0,
            .timeout = {0, 120, 60, 432'000, 120, 60, 30, 120, 10, 120},
            .timeout_max_retrans = 300,
            .timeout_unacknowledged = 300};
}

bool reopens(const Cell& cell) {
    return cell.result == "SYN_SENT" && (cell.old == tcp::State::time_wait || cell.old == tcp::State::close);
}

void expect_answer(const Cell& cell, const tcp::Outcome<Concrete>& out, tcp::State after, const Edition& edition) {
    const std::string_view clause = info(out.reason).name;
    if (cell.result == "INVALID") {
        EXPECT_TRUE(out.invalid);
        EXPECT_EQ(after, cell.old);
        EXPECT_EQ(clause, cell.old == tcp::State::none ? "tcp.new.class" : "tcp.table.invalid");
    } else if (cell.result == "IGNORE") {
        EXPECT_FALSE(out.invalid || out.refresh || out.account || out.erase);
        EXPECT_EQ(after, cell.old);
        EXPECT_EQ(clause, "tcp.ignored");
    } else if (reopens(cell)) {
        EXPECT_TRUE(out.repeat && out.erase);
        EXPECT_EQ(after, cell.old);
    } else {
        EXPECT_FALSE(out.invalid || out.drop || out.repeat);
        EXPECT_EQ(after, state_named(cell.result, edition));
        EXPECT_EQ(out.changed, after != cell.old);
    }
}

}  // namespace

using TcpGrid = EveryEdition;
CTORACLE_EVERY_EDITION(TcpGrid);

TEST_P(TcpGrid, TheTableHasEveryCellOnce) {
    std::set<std::tuple<Direction, tcp::PacketClass, tcp::State>> seen;
    for (const Cell& cell : cells_of(tested())) EXPECT_TRUE(seen.insert({cell.dir, cell.cls, cell.old}).second);
    EXPECT_EQ(seen.size(), 2 * tcp::class_count * tcp::state_count);
}

TEST_P(TcpGrid, SaysWhatTheKernelsTableSays) {
    const TcpReading machine = read_tcp(GetParam());
    EXPECT_EQ(machine.edition, GetParam());
    for (const Cell& cell : cells_of(tested())) {
        const auto& read = machine.grid[static_cast<std::size_t>(cell.dir)][static_cast<std::size_t>(cell.cls)]
                                       [static_cast<std::size_t>(cell.old)];
        EXPECT_EQ(read, cell.result) << cell.text(tested());
    }
}

TEST_P(TcpGrid, TheMachineDoesWhatTheKernelsTableSays) {
    const auto settings = default_settings();
    const auto machine = make_tcp_machine(GetParam());
    for (const Cell& cell : cells_of(tested())) {
        SCOPED_TRACE(cell.text(tested()));
        machine->restore(cell.old);
        ASSERT_EQ(machine->state(), cell.old);
        const auto judged = tcp::judge<Concrete>(ordinary_step(cell, tested(), settings));
        const auto outcome = machine->receive(judged);
        expect_answer(cell, outcome, machine->state(), tested());
    }
}

}  // namespace conntrack::testing
