// The TCP decision table: what the rows of a machine's transition table say of each state, direction and class, laid
// out at compile time for one indexed access. For whichever domain it is asked in, so that a proof may read what runs.
// Includes Boost.MSM's front-end: one source file an edition.
#pragma once

#include "impl/either_way.hpp"
#include "model/machines/reading/row_parts.hpp"
#include "model/machines/tcp_rows.hpp"
#include "spec/tcp/outcome.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>

namespace conntrack::fast {

template <class D>
struct TcpTableRow {
    bool plain = false;  // the row of most cells: Advance if WindowAccepts
    tcp::State to = tcp::State::none;
    typename D::Bit (*holds)(const tcp::Judged<D>&) = nullptr;
    tcp::Outcome<D> (*apply)(const tcp::Judged<D>&, tcp::State to) = nullptr;
};

/// The rows that concern one state, direction and class, in the order in which they are tried.
template <class D>
struct TcpCell {
    static constexpr std::size_t most = 7;
    std::array<TcpTableRow<D>, most> rows{};
    std::uint8_t count = 0;
};

template <class D>
using TcpTable = std::array<std::array<std::array<TcpCell<D>, tcp::state_count>, tcp::class_count>, 2>;

namespace detail {

template <class D, class Parts>
constexpr TcpTableRow<D> tcp_table_row() {
    using machines::reading::is_none;
    using Guard = typename Parts::Guard;
    using Action = typename Parts::Action;
    TcpTableRow<D> out;
    out.plain = std::is_same_v<Guard, machines::tcp::WindowAccepts> && std::is_same_v<Action, machines::tcp::Advance>;
    out.to = Parts::Source::value;
    if constexpr (!is_none<typename Parts::Target>) out.to = Parts::Target::value;
    if constexpr (is_none<Guard>)
        out.holds = [](const tcp::Judged<D>&) { return D::bit(true); };
    else
        out.holds = [](const tcp::Judged<D>& j) { return Guard::template holds<D>(j); };
    out.apply = [](const tcp::Judged<D>& j, tcp::State to) { return Action::template apply<D>(j, to); };
    return out;
}

template <class D, class Parts>
constexpr void add_tcp_row(TcpTable<D>& table) {
    using Event = typename Parts::Event;
    TcpCell<D>& cell = table[static_cast<std::size_t>(Event::dir)][static_cast<std::size_t>(Event::cls)]
                            [static_cast<std::size_t>(Parts::Source::value)];
    if (cell.count == TcpCell<D>::most) throw std::length_error("more rows than a cell holds");
    cell.rows[cell.count++] = tcp_table_row<D, Parts>();
}

template <class D, class... Rows>
constexpr TcpTable<D> tcp_table_of(boost::mp11::mp_list<Rows...>) {
    TcpTable<D> table{};
    (add_tcp_row<D, machines::reading::RowParts<Rows>>(table), ...);
    return table;
}

}  // namespace detail

template <class FrontEnd, class D>
inline constexpr TcpTable<D> tcp_table = detail::tcp_table_of<D>(typename FrontEnd::rows{});

/// What the table decides of a packet, and the number of the state that it leaves the entry in.
template <class D>
struct TcpDecision {
    tcp::Outcome<D> outcome;
    typename D::Word to;

    friend constexpr TcpDecision choose(const typename D::Bit& c, const TcpDecision& a, const TcpDecision& b) {
        return {choose(c, a.outcome, b.outcome), D::select(c, a.to, b.to)};
    }
};

template <class D>
constexpr const TcpCell<D>& cell_of(const TcpTable<D>& table, Direction dir, tcp::PacketClass cls, tcp::State old) {
    return table[static_cast<std::size_t>(dir)][static_cast<std::size_t>(cls)][static_cast<std::size_t>(old)];
}

namespace detail {

template <class D>
typename D::Word number_of(tcp::State state) {
    return D::word(static_cast<std::uint32_t>(state));
}

template <class D>
TcpDecision<D> passed(const tcp::Judged<D>& judged, tcp::State to) {
    return {tcp::advance_checked<D>(judged, to), number_of<D>(to)};
}

template <class D>
TcpDecision<D> failed(const tcp::Judged<D>& judged) {
    return {tcp::reject<D>(judged), number_of<D>(judged.step.old)};
}

}  // namespace detail

/// Tries the rows of a cell from number `first` on.
template <class D>
TcpDecision<D> decide_in(const TcpCell<D>& cell, const tcp::Judged<D>& judged, std::size_t first = 0) {
    if (first == cell.count) return detail::failed<D>(judged);
    const TcpTableRow<D>& row = cell.rows[first];
    const auto rest = [&] { return decide_in<D>(cell, judged, first + 1); };
    if (row.plain)
        return either_way<D>(
            judged.window.accept, [&] { return detail::passed<D>(judged, row.to); }, rest);
    return either_way<D>(
        row.holds(judged),
        [&]() -> TcpDecision<D> {
            return {row.apply(judged, row.to), detail::number_of<D>(row.to)};
        },
        rest);
}

template <class FrontEnd, class D>
TcpDecision<D> decide_tcp(const tcp::Judged<D>& judged) {
    const auto& step = judged.step;
    return decide_in<D>(cell_of(tcp_table<FrontEnd, D>, step.dir, step.cls, step.old), judged);
}

/// The same where it is known at compile time which cell is meant.
template <class FrontEnd, class D, Direction Dir, tcp::PacketClass Class, tcp::State Old>
TcpDecision<D> decide_tcp_in(const tcp::Judged<D>& judged) {
    static constexpr TcpCell<D> cell = cell_of(tcp_table<FrontEnd, D>, Dir, Class, Old);
    if constexpr (cell.count == 1 && cell.rows[0].plain)
        return either_way<D>(
            judged.window.accept, [&] { return detail::passed<D>(judged, cell.rows[0].to); },
            [&] { return detail::failed<D>(judged); });
    else
        return decide_in<D>(cell, judged);
}

}  // namespace conntrack::fast
