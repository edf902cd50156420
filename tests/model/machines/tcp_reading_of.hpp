// Reads a TCP front-end with mp11. Heavy: include it in one source file an edition.
#pragma once

#include "model/machines/tcp_rows.hpp"
#include "spec/editions.hpp"
#include "tests/model/machines/functor_name.hpp"
#include "tests/model/machines/tcp_reading.hpp"

namespace conntrack::testing {

namespace detail {

namespace mt = conntrack::machines::tcp;
namespace mp = boost::mp11;

template <class Cell>
std::string word_of(const Edition& edition) {
    if constexpr (std::is_same_v<Cell, mt::Ignored>)
        return "IGNORE";
    else if constexpr (std::is_same_v<Cell, mt::Invalid>)
        return "INVALID";
    else
        return std::string(tcp::name(Cell::value, edition));
}

template <class Functor>
constexpr bool is_none = std::is_same_v<Functor, boost::msm::front::none>;

template <class Row>
TcpRow read_row() {
    using Event = typename Row::Evt;
    using Guard = typename Row::Guard;
    using Action = typename Row::Action;
    TcpRow out{Row::Source::value,    std::nullopt,          Event::dir, Event::cls, nullptr, nullptr,
               functor_name<Guard>(), functor_name<Action>()};
    if constexpr (!is_none<typename Row::Target>) out.to = Row::Target::value;
    if constexpr (is_none<Guard>)
        out.holds = [](const tcp::Judged<Concrete>&) { return true; };
    else
        out.holds = [](const tcp::Judged<Concrete>& j) { return Guard::template holds<Concrete>(j); };
    out.apply = [](const tcp::Judged<Concrete>& j, tcp::State target) {
        return Action::template apply<Concrete>(j, target);
    };
    return out;
}

}  // namespace detail

template <class FrontEnd>
TcpReading read_front_end() {
    TcpReading out{FrontEnd::edition, {}, {}};
    detail::mp::mp_for_each<detail::mp::mp_transform<detail::mp::mp_identity, typename FrontEnd::grid>>([&](auto line) {
        using Line = typename decltype(line)::type;
        auto& cells = out.grid[static_cast<std::size_t>(Line::event::dir)][static_cast<std::size_t>(Line::event::cls)];
        std::size_t column = 0;
        detail::mp::mp_for_each<detail::mp::mp_transform<detail::mp::mp_identity, typename Line::cells>>(
            [&](auto cell) {
                cells[column++] = detail::word_of<typename decltype(cell)::type>(edition(FrontEnd::edition));
            });
    });
    detail::mp::mp_for_each<detail::mp::mp_transform<detail::mp::mp_identity, typename FrontEnd::rows>>(
        [&](auto row) { out.rows.push_back(detail::read_row<typename decltype(row)::type>()); });
    return out;
}

}  // namespace conntrack::testing
