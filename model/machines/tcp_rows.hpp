// From the table of the literature to Boost.MSM rows: a grid states all 120 cells, one line a kind of packet and one
// column a state, and each cell becomes the rows that its edition's code amounts to. Rows are listed here in the
// order in which they are tried (Boost.MSM tries the last row of a table first, so to_msm_order() turns them round).
// A packet that no row takes has failed the window check; reject() says what becomes of it.
#pragma once

#include "model/machines/tcp_parts.hpp"

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/mp11/mpl.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <type_traits>

namespace conntrack::machines::tcp {

namespace mp = boost::mp11;
using boost::msm::front::none;
using boost::msm::front::Row;

struct Ignored {};  // let through, only recorded
struct Invalid {};

/// The columns of every grid.
using States = mp::mp_list<None, SynSent, SynRecv, Established, FinWait, CloseWait, LastAck, TimeWait, Close, SynSent2>;

/// One line of a grid.
template <class Event, class... Cells>
struct On {
    static_assert(sizeof...(Cells) == mp::mp_size<States>::value, "a line states every column");
    using event = Event;
    using cells = mp::mp_list<Cells...>;
};

/// The cell of a grid for a state and a packet.
template <class Grid, class Event, class State>
struct CellOf {
    template <class Line>
    using is_line = std::is_same<typename Line::event, Event>;
    using line = mp::mp_at<Grid, mp::mp_find_if<Grid, is_line>>;
    using type = mp::mp_at<typename line::cells, mp::mp_find<States, State>>;
};

template <class State>
constexpr bool ended = State::value == TcpState::time_wait || State::value == TcpState::close;

// What a cell is, whatever the edition.
template <class Source, class Event, class Cell>
constexpr bool is_reopening = std::is_same_v<Cell, SynSent>&& ended<Source>;
template <class Event, class Cell>
constexpr bool is_reset = Event::cls == PacketClass::rst&& std::is_same_v<Cell, Close>;
template <class Source, class Event>
constexpr bool is_pickup = std::is_same_v<Source, None>&& Event::cls == PacketClass::ack;
template <class Cell>
constexpr bool is_state = !std::is_same_v<Cell, Ignored> && !std::is_same_v<Cell, Invalid>;

/// linux-2.6.9, ip_conntrack_proto_tcp.c: tcp_packet().
struct Rows_2_6_9 {
    template <class Grid, class Source, class Event, class Cell>
    static constexpr auto of() {
        using Trimmed = typename CellOf<Grid, Packet<Event::dir, PacketClass::ack>, Source>::type;
        if constexpr (std::is_same_v<Cell, Invalid>)
            return mp::mp_list<Row<Source, Event, none, Refuse, none>>{};
        else if constexpr (std::is_same_v<Cell, Ignored> && Event::cls == PacketClass::synack)
            return mp::mp_list<Row<Source, Event, none, DeleteAndDrop, AnswersLetThroughSyn>,
                               Row<Source, Event, none, RecordIgnored, none>>{};
        else if constexpr (std::is_same_v<Cell, Ignored>)
            return mp::mp_list<Row<Source, Event, none, RecordIgnored, none>>{};
        else if constexpr (is_reopening<Source, Event, Cell>)
            return mp::mp_list<Row<Source, Event, none, DeleteAndRepeat, none>>{};
        else if constexpr (is_reset<Event, Cell>)
            return mp::mp_list<Row<Source, Event, none, PassReset, ResetOfLetThrough>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else if constexpr (is_pickup<Source, Event>)
            return mp::mp_list<Row<Source, Event, none, RefusePickup, PickupRefused>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else if constexpr (Event::cls == PacketClass::fin && is_state<Trimmed>)
            return mp::mp_list<Row<Source, Event, Trimmed, AdvanceTrimmed, TrimmedAndAccepted>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else if constexpr (Event::cls == PacketClass::fin)
            return mp::mp_list<Row<Source, Event, none, RefuseTrimmed, TrimmedAndAccepted>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else
            return mp::mp_list<Row<Source, Event, Cell, Advance, WindowAccepts>>{};
    }
};

/// linux-2.6.32, nf_conntrack_proto_tcp.c: tcp_packet().
struct Rows_2_6_32 {
    template <class Grid, class Source, class Event, class Cell>
    static constexpr auto of() {
        if constexpr (std::is_same_v<Cell, Invalid>)
            return mp::mp_list<Row<Source, Event, none, Refuse, none>>{};
        else if constexpr (std::is_same_v<Cell, Ignored> && Event::cls == PacketClass::synack)
            return mp::mp_list<Row<Source, Event, none, DeleteAndDrop, AnswersLetThroughSyn>,
                               Row<Source, Event, none, RecordIgnored, none>>{};
        else if constexpr (std::is_same_v<Cell, Ignored>)
            return mp::mp_list<Row<Source, Event, none, RecordIgnored, none>>{};
        else if constexpr (is_reopening<Source, Event, Cell>)
            return mp::mp_list<Row<Source, Event, none, DeleteAndRepeat, MayReopen>,
                               Row<Source, Event, none, RecordSynNotReopening, none>>{};
        else if constexpr (is_reset<Event, Cell>)
            return mp::mp_list<Row<Source, Event, none, RefuseOldReset, ResetBelowMaxack>,
                               Row<Source, Event, Cell, AdvanceUnchecked, ResetSkipsWindow>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else if constexpr (is_pickup<Source, Event>)
            return mp::mp_list<Row<Source, Event, none, RefusePickup, PickupRefused>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else
            return mp::mp_list<Row<Source, Event, Cell, Advance, WindowAccepts>>{};
    }
};

/// linux-6.18, nf_conntrack_proto_tcp.c: nf_conntrack_tcp_packet().
struct Rows_6_18 {
    template <class Source, class Event, class Cell>
    static constexpr auto of_reset() {
        if constexpr (conntrack::tcp::is_closing(Source::value))
            return mp::mp_list<Row<Source, Event, Cell, AdvanceUnchecked, none>>{};
        else if constexpr (std::is_same_v<Source, Established>)
            return mp::mp_list<Row<Source, Event, none, RefuseOldReset, ResetBelowMaxack>,
                               Row<Source, Event, Source, AdvanceUnchecked, InexactResetSkipsWindow>,
                               Row<Source, Event, Cell, AdvanceUnchecked, ResetSkipsWindow>,
                               Row<Source, Event, Source, AdvanceInexactReset, InexactResetAccepted>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else
            return mp::mp_list<Row<Source, Event, none, RefuseOldReset, ResetBelowMaxack>,
                               Row<Source, Event, Cell, AdvanceUnchecked, ResetSkipsWindow>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
    }

    template <class Grid, class Source, class Event, class Cell>
    static constexpr auto of() {
        if constexpr (std::is_same_v<Cell, Invalid>)
            return mp::mp_list<Row<Source, Event, none, Refuse, none>>{};
        else if constexpr (std::is_same_v<Cell, Ignored> && Event::cls == PacketClass::synack)
            return mp::mp_list<Row<Source, Event, SynRecv, Resynchronise, AnswersLetThroughSynInWindow>,
                               Row<Source, Event, none, RejectResynchronised, AnswersLetThroughSyn>,
                               Row<Source, Event, none, RecordIgnored, none>>{};
        else if constexpr (std::is_same_v<Cell, Ignored>)
            return mp::mp_list<Row<Source, Event, none, RecordIgnored, none>>{};
        else if constexpr (is_reopening<Source, Event, Cell>)
            return mp::mp_list<Row<Source, Event, none, DeleteAndRepeat, MayReopen>,
                               Row<Source, Event, none, RecordSynNotReopening, none>>{};
        else if constexpr (is_reset<Event, Cell>)
            return of_reset<Source, Event, Cell>();
        else if constexpr (is_pickup<Source, Event>)
            return mp::mp_list<Row<Source, Event, none, RefusePickup, PickupRefused>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else if constexpr (std::is_same_v<Cell, SynSent2>)
            return mp::mp_list<Row<Source, Event, Cell, AdvanceCrossing, WindowAccepts>,
                               Row<Source, Event, none, RejectCrossing, none>>{};
        else if constexpr (std::is_same_v<Cell, TimeWait> && std::is_same_v<Source, LastAck> &&
                           Event::cls == PacketClass::ack)
            return mp::mp_list<Row<Source, Event, none, PassChallengeAck, AnswersChallengedSyn>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else if constexpr (std::is_same_v<Cell, SynRecv> && Event::dir == Direction::reply &&
                           Event::cls == PacketClass::ack)
            return mp::mp_list<Row<Source, Event, Established, Advance, SimultaneousOpenAccepted>,
                               Row<Source, Event, Cell, Advance, WindowAccepts>>{};
        else
            return mp::mp_list<Row<Source, Event, Cell, Advance, WindowAccepts>>{};
    }
};

namespace detail {

template <class Grid, class Edition, class Line>
struct LineRows {
    template <class Source, class Cell>
    using of = decltype(Edition::template of<Grid, Source, typename Line::event, Cell>());
    using type = mp::mp_apply<mp::mp_append, mp::mp_transform<of, States, typename Line::cells>>;
};

template <class Grid, class Edition>
struct GridRows {
    template <class Line>
    using of = typename LineRows<Grid, Edition, Line>::type;
    using type = mp::mp_apply<mp::mp_append, mp::mp_transform<of, Grid>>;
};

}  // namespace detail

/// The rows of a grid in the order in which they are tried.
template <class Grid, class Edition>
using rows_in_order = typename detail::GridRows<Grid, Edition>::type;

template <class Rows>
using to_msm_order = mp::mp_reverse<Rows>;

}  // namespace conntrack::machines::tcp
