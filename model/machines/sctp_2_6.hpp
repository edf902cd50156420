// The SCTP machine of linux-2.6.9 and linux-2.6.32, whose tables are one: all cells, in short names.
// Source: sctp_conntracks[][][] of ip_conntrack_proto_sctp.c (2.6.9) and nf_conntrack_proto_sctp.c (2.6.32).
#pragma once

#include "model/machines/sctp_rows.hpp"
#include "spec/editions.hpp"

#include <boost/msm/front/state_machine_def.hpp>

namespace conntrack::machines::sctp {

namespace cells_2_6 {
using sNO = None;
using sCL = Closed;
using sCW = CookieWait;
using sCE = CookieEchoed;
using sES = Established;
using sSS = ShutdownSent;
using sSR = ShutdownRecd;
using sSA = ShutdownAckSent;
using sIV = Invalid;

/// The columns.
using States =
    mp::mp_list<None, Closed, CookieWait, CookieEchoed, Established, ShutdownSent, ShutdownRecd, ShutdownAckSent>;

// clang-format off
using Grid = mp::mp_list<
    //                                        NONE   CLOS-  COOK   COOK   ESTAB  SHUT   SHUT   SHUT
    //                                               ED     WAIT   ECHO   LISHED SENT   RECD   ACK
    On<Original<ChunkKind::init>,               sCW,   sCW,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Original<ChunkKind::init_ack>,           sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Original<ChunkKind::abort>,              sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL>,
    On<Original<ChunkKind::shutdown>,           sCL,   sCL,   sCW,   sCE,   sSS,   sSS,   sSR,   sSA>,
    On<Original<ChunkKind::shutdown_ack>,       sSA,   sCL,   sCW,   sCE,   sES,   sSA,   sSA,   sSA>,
    On<Original<ChunkKind::error>,              sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Original<ChunkKind::cookie_echo>,        sCL,   sCL,   sCE,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Original<ChunkKind::cookie_ack>,         sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Original<ChunkKind::shutdown_complete>,  sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sCL>,
    Stay<Original<ChunkKind::other>, States>,
    On<Reply<ChunkKind::init>,                  sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Reply<ChunkKind::init_ack>,              sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Reply<ChunkKind::abort>,                 sIV,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL>,
    On<Reply<ChunkKind::shutdown>,              sIV,   sCL,   sCW,   sCE,   sSR,   sSS,   sSR,   sSA>,
    On<Reply<ChunkKind::shutdown_ack>,          sIV,   sCL,   sCW,   sCE,   sES,   sSA,   sSA,   sSA>,
    On<Reply<ChunkKind::error>,                 sIV,   sCL,   sCW,   sCL,   sES,   sSS,   sSR,   sSA>,
    On<Reply<ChunkKind::cookie_echo>,           sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA>,
    On<Reply<ChunkKind::cookie_ack>,            sIV,   sCL,   sCW,   sES,   sES,   sSS,   sSR,   sSA>,
    On<Reply<ChunkKind::shutdown_complete>,     sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sCL>,
    Stay<Reply<ChunkKind::other>, States>>;
// clang-format on
}  // namespace cells_2_6

struct Machine_2_6 : boost::msm::front::state_machine_def<Machine_2_6> {
    using no_message_queue = int;
    using no_exception_thrown = int;
    using initial_state = None;

    using grid = cells_2_6::Grid;
    using states = cells_2_6::States;
    using rows = rows_in_order<grid, states, true>;
    using transition_table = mp::mp_reverse<rows>;
    static constexpr bool leaves_misfits = true;  // what no row takes is misfit()'s business
};

}  // namespace conntrack::machines::sctp
