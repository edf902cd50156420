// Reads a TCP front-end with mp11. Heavy: include it in one source file an edition.
#pragma once

#include "model/machines/reading/row_parts.hpp"
#include "model/machines/reading/tcp_reading.hpp"
#include "model/machines/tcp_rows.hpp"
#include "spec/editions.hpp"

namespace conntrack::machines::reading {

namespace detail {

template <class Cell>
std::string word_of(const Edition& edition) {
    if constexpr (std::is_same_v<Cell, machines::tcp::Ignored>)
        return "IGNORE";
    else if constexpr (std::is_same_v<Cell, machines::tcp::Invalid>)
        return "INVALID";
    else
        return std::string(conntrack::tcp::name(Cell::value, edition));
}

template <class D, class Parts>
TcpRow<D> read_tcp_row() {
    using Event = typename Parts::Event;
    using Guard = typename Parts::Guard;
    using Action = typename Parts::Action;
    TcpRow<D> out{Parts::Source::value, std::nullopt,       Event::dir, Event::cls, nullptr, nullptr,
                  type_name<Guard>(),   type_name<Action>()};
    if constexpr (!is_none<typename Parts::Target>) out.to = Parts::Target::value;
    if constexpr (is_none<Guard>)
        out.holds = [](const conntrack::tcp::Judged<D>&) { return D::bit(true); };
    else
        out.holds = [](const conntrack::tcp::Judged<D>& j) { return Guard::template holds<D>(j); };
    out.apply = [](const conntrack::tcp::Judged<D>& j, conntrack::tcp::State target) {
        return Action::template apply<D>(j, target);
    };
    return out;
}

}  // namespace detail

template <class FrontEnd, class D>
TcpReading<D> read_tcp_front_end() {
    namespace mp = boost::mp11;
    TcpReading<D> out{FrontEnd::edition, {}, {}};
    mp::mp_for_each<mp::mp_transform<mp::mp_identity, typename FrontEnd::grid>>([&](auto line) {
        using Line = typename decltype(line)::type;
        auto& cells = out.grid[static_cast<std::size_t>(Line::event::dir)][static_cast<std::size_t>(Line::event::cls)];
        std::size_t column = 0;
        mp::mp_for_each<mp::mp_transform<mp::mp_identity, typename Line::cells>>([&](auto cell) {
            cells[column++] = detail::word_of<typename decltype(cell)::type>(edition(FrontEnd::edition));
        });
    });
    mp::mp_for_each<mp::mp_transform<mp::mp_identity, typename FrontEnd::rows>>(
        [&](auto row) { out.rows.push_back(detail::read_tcp_row<D, RowParts<typename decltype(row)::type>>()); });
    return out;
}

}  // namespace conntrack::machines::reading
