// From the kernel's table to Boost.MSM rows: a grid states all cells, one line a direction and kind of chunk, one
// column a state. Each cell becomes one row, so that a chunk that does not fit is taken by none: misfit() says what
// becomes of it. The column NONE of the original lines gives, once more, the rows that open an entry.
#pragma once

#include "model/machines/sctp_parts.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <type_traits>

namespace conntrack::machines::sctp {

namespace mp = boost::mp11;
using boost::msm::front::none;
using boost::msm::front::Row;

struct Invalid {};

/// One line of a grid.
template <class E, class... Cells>
struct On {
    using event = E;
    using cells = mp::mp_list<Cells...>;
};

/// The line of the chunks without a row, which leave every state alone.
template <class E, class States>
using Stay = mp::mp_apply<On, mp::mp_push_front<States, E>>;

namespace detail {

/// Does the edition test a chunk of this kind by itself?
template <ChunkKind Kind>
constexpr bool has_rule_of_its_own =
    Kind == ChunkKind::init || Kind == ChunkKind::init_ack || Kind == ChunkKind::abort ||
    Kind == ChunkKind::shutdown_complete || Kind == ChunkKind::cookie_echo || Kind == ChunkKind::heartbeat ||
    Kind == ChunkKind::heartbeat_ack;

template <class Source, class E, class Cell>
struct CellRow {
    using guard = std::conditional_t<has_rule_of_its_own<E::kind>, Fits, none>;
    using type = std::conditional_t<std::is_same_v<Cell, Invalid>, Row<Source, E, none, Refuse, guard>,
                                    Row<Source, E, Cell, Advance, guard>>;
};

template <class States>
struct LineRows {
    template <class Line>
    struct of {
        static_assert(mp::mp_size<typename Line::cells>::value == mp::mp_size<States>::value,
                      "a line states every column");
        template <class Source, class Cell>
        using row = typename CellRow<Source, typename Line::event, Cell>::type;
        using type = mp::mp_transform<row, States, typename Line::cells>;
    };
    template <class Line>
    using rows = typename of<Line>::type;
};

template <class E>
constexpr bool is_original = E::dir == Direction::original;

/// The row that opens with a chunk of a line, or refuses it. `Decides`: the state is that of the table, else it stays
/// NONE until the packet is handled.
template <class Line, bool Decides>
struct OpenerRows {
    using event = Opener<Line::event::kind>;
    using cell = mp::mp_front<typename Line::cells>;
    using target = std::conditional_t<Decides, cell, none>;
    using guard = std::conditional_t<Line::event::kind == ChunkKind::init, OpenerFits, none>;
    using opens = Row<None, event, target, Open, guard>;
    using refuses = Row<None, event, none, RefuseOpener, std::conditional_t<Decides, OpensByRowsAlone, none>>;
    // Editions in which chunks without a row open an entry are among those in which openers decide the state.
    using type = std::conditional_t<Line::event::kind != ChunkKind::other, mp::mp_list<opens>,
                                    std::conditional_t<Decides, mp::mp_list<refuses, opens>, mp::mp_list<refuses>>>;
};

template <class Grid, bool Decides>
struct OpenersOf {
    template <class Line>
    using is_original_line = mp::mp_bool<is_original<typename Line::event>>;
    template <class Line>
    using rows = typename OpenerRows<Line, Decides>::type;
    using type = mp::mp_apply<mp::mp_append, mp::mp_transform<rows, mp::mp_copy_if<Grid, is_original_line>>>;
};

}  // namespace detail

/// The rows of a grid in the order in which they are tried (Boost.MSM tries the last row of a table first).
template <class Grid, class States, bool OpeningDecides>
using rows_in_order =
    mp::mp_append<typename detail::OpenersOf<Grid, OpeningDecides>::type,
                  mp::mp_apply<mp::mp_append, mp::mp_transform<detail::LineRows<States>::template rows, Grid>>>;

}  // namespace conntrack::machines::sctp
