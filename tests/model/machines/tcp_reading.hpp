// A TCP machine's front-end, read into plain values: its grid and its rows, without Boost.MSM's back-end. The heavy
// headers are included by one source file an edition.
#pragma once

#include "spec/tcp/outcome.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::testing {

/// One row, in the order in which rows are tried.
struct TcpRow {
    tcp::State from;
    std::optional<tcp::State> to;  // nothing: the state stays
    Direction dir;
    tcp::PacketClass cls;
    bool (*holds)(const tcp::Judged<Concrete>&);
    tcp::Outcome<Concrete> (*apply)(const tcp::Judged<Concrete>&, tcp::State target);
    std::string guard, action;  // the functors' names, as the compiler prints them
};

struct TcpReading {
    EditionId edition;
    /// The grid in words of the CSV ("SYN_SENT", "IGNORE", "INVALID"), by direction, class and old state.
    std::array<std::array<std::array<std::string, tcp::state_count>, tcp::class_count>, 2> grid;
    std::vector<TcpRow> rows;
};

TcpReading read_tcp_2_6_9();
TcpReading read_tcp_2_6_32();
TcpReading read_tcp_6_18();

inline TcpReading read_tcp(EditionId id) {
    switch (id) {
        case EditionId::linux_2_6_9: return read_tcp_2_6_9();
        case EditionId::linux_2_6_32: return read_tcp_2_6_32();
        case EditionId::linux_6_18: break;
    }
    return read_tcp_6_18();
}

/// A row as a failing test names it.
std::string describe(const TcpRow& row, const Edition& edition);

/// What the rows say of a step, tried in order. The state is the one after the packet.
struct Expected {
    std::optional<std::size_t> row;  // nothing: no row takes it
    tcp::State state;
    tcp::Outcome<Concrete> outcome;
};
Expected by_the_rows(const TcpReading& machine, const tcp::Judged<Concrete>& judged);

}  // namespace conntrack::testing
