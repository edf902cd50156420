// A TCP machine's front-end, read into plain values: its grid and its rows, without Boost.MSM's back-end, for
// whichever domain the guards and actions are asked in. read_tcp.hpp reads it; that one is heavy.
#pragma once

#include "spec/tcp/outcome.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::machines::reading {

/// One row, in the order in which rows are tried.
template <class D>
struct TcpRow {
    conntrack::tcp::State from;
    std::optional<conntrack::tcp::State> to;  // nothing: the state stays
    Direction dir;
    conntrack::tcp::PacketClass cls;
    std::function<typename D::Bit(const conntrack::tcp::Judged<D>&)> holds;
    std::function<conntrack::tcp::Outcome<D>(const conntrack::tcp::Judged<D>&, conntrack::tcp::State target)> apply;
    std::string guard, action;  // the functors' names, as the compiler prints them

    [[nodiscard]] bool concerns(conntrack::tcp::State old, Direction packet_dir,
                                conntrack::tcp::PacketClass packet_cls) const {
        return from == old && dir == packet_dir && cls == packet_cls;
    }
    [[nodiscard]] conntrack::tcp::State target() const { return to.value_or(from); }
};

template <class D>
struct TcpReading {
    EditionId edition;
    /// The grid in words of the literature ("SYN_SENT", "IGNORE", "INVALID"), by direction, class and old state.
    std::array<std::array<std::array<std::string, conntrack::tcp::state_count>, conntrack::tcp::class_count>, 2> grid;
    std::vector<TcpRow<D>> rows;
};

/// A row in words: "SYN_SENT original syn -> stays, RecordIgnored if none".
template <class D>
std::string describe(const TcpRow<D>& row, const Edition& edition) {
    std::string out(conntrack::tcp::name(row.from, edition));
    out += row.dir == Direction::original ? " original " : " reply ";
    out += conntrack::tcp::name(row.cls);
    out += " -> ";
    out += row.to ? conntrack::tcp::name(*row.to, edition) : "stays";
    return out + ", " + row.action + " if " + row.guard;
}

}  // namespace conntrack::machines::reading
