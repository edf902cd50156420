// The SCTP machine of linux-6.18: all cells, in short names.
// Source: sctp_conntracks[][][] of nf_conntrack_proto_sctp.c of Linux 6.18.
#pragma once

#include "model/machines/sctp_rows.hpp"
#include "spec/editions.hpp"

#include <boost/msm/front/state_machine_def.hpp>

namespace conntrack::machines::sctp {

namespace cells_6_18 {
using sNO = None;
using sCL = Closed;
using sCW = CookieWait;
using sCE = CookieEchoed;
using sES = Established;
using sSS = ShutdownSent;
using sSR = ShutdownRecd;
using sSA = ShutdownAckSent;
using sHS = HeartbeatSent;
using sIV = Invalid;

/// The columns.
using States = mp::mp_list<None, Closed, CookieWait, CookieEchoed, Established, ShutdownSent, ShutdownRecd,
                           ShutdownAckSent, HeartbeatSent>;

// clang-format off
using Grid = mp::mp_list<
    //                                        NONE   CLOS-  COOK   COOK   ESTAB  SHUT   SHUT   SHUT   HEART
    //                                               ED     WAIT   ECHO   LISHED SENT   RECD   ACK    SENT
    On<Original<ChunkKind::init>,               sCL,   sCL,   sCW,   sCE,   sES,   sCL,   sCL,   sSA,   sCW>,
    On<Original<ChunkKind::init_ack>,           sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sCL>,
    On<Original<ChunkKind::abort>,              sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL>,
    On<Original<ChunkKind::shutdown>,           sCL,   sCL,   sCW,   sCE,   sSS,   sSS,   sSR,   sSA,   sCL>,
    On<Original<ChunkKind::shutdown_ack>,       sSA,   sCL,   sCW,   sCE,   sES,   sSA,   sSA,   sSA,   sSA>,
    On<Original<ChunkKind::error>,              sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sCL>,
    On<Original<ChunkKind::cookie_echo>,        sCL,   sCL,   sCE,   sCE,   sES,   sSS,   sSR,   sSA,   sCL>,
    On<Original<ChunkKind::cookie_ack>,         sCL,   sCL,   sCW,   sES,   sES,   sSS,   sSR,   sSA,   sCL>,
    On<Original<ChunkKind::shutdown_complete>,  sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sCL,   sCL>,
    On<Original<ChunkKind::heartbeat>,          sHS,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sHS>,
    On<Original<ChunkKind::heartbeat_ack>,      sCL,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sHS>,
    Stay<Original<ChunkKind::other>, States>,
    On<Reply<ChunkKind::init>,                  sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sIV>,
    On<Reply<ChunkKind::init_ack>,              sIV,   sCW,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sIV>,
    On<Reply<ChunkKind::abort>,                 sIV,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sCL,   sIV>,
    On<Reply<ChunkKind::shutdown>,              sIV,   sCL,   sCW,   sCE,   sSR,   sSS,   sSR,   sSA,   sIV>,
    On<Reply<ChunkKind::shutdown_ack>,          sIV,   sCL,   sCW,   sCE,   sES,   sSA,   sSA,   sSA,   sIV>,
    On<Reply<ChunkKind::error>,                 sIV,   sCL,   sCW,   sCL,   sES,   sSS,   sSR,   sSA,   sIV>,
    On<Reply<ChunkKind::cookie_echo>,           sIV,   sCL,   sCE,   sCE,   sES,   sSS,   sSR,   sSA,   sIV>,
    On<Reply<ChunkKind::cookie_ack>,            sIV,   sCL,   sCW,   sES,   sES,   sSS,   sSR,   sSA,   sIV>,
    On<Reply<ChunkKind::shutdown_complete>,     sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sCL,   sIV>,
    On<Reply<ChunkKind::heartbeat>,             sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sHS>,
    On<Reply<ChunkKind::heartbeat_ack>,         sIV,   sCL,   sCW,   sCE,   sES,   sSS,   sSR,   sSA,   sES>,
    Stay<Reply<ChunkKind::other>, States>>;
// clang-format on
}  // namespace cells_6_18

struct Machine_6_18 : boost::msm::front::state_machine_def<Machine_6_18> {
    using no_message_queue = int;
    using no_exception_thrown = int;
    using initial_state = None;

    using grid = cells_6_18::Grid;
    using states = cells_6_18::States;
    using rows = rows_in_order<grid, states, false>;
    using transition_table = mp::mp_reverse<rows>;
    static constexpr bool leaves_misfits = true;  // what no row takes is misfit()'s business
};

}  // namespace conntrack::machines::sctp
