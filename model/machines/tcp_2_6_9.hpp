// The TCP machine of linux-2.6.9: all 120 cells, in the kernel's own short names.
// Source: tcp_conntracks[][][] of ip_conntrack_proto_tcp.c of Linux 2.6.9.
#pragma once

#include "model/machines/tcp_rows.hpp"

#include <boost/msm/front/state_machine_def.hpp>

namespace conntrack::machines::tcp {

namespace cells_2_6_9 {
using sSS = SynSent;
using sSR = SynRecv;
using sES = Established;
using sFW = FinWait;
using sCW = CloseWait;
using sLA = LastAck;
using sTW = TimeWait;
using sCL = Close;
using sIG = Ignored;
using sIV = Invalid;

// clang-format off
using Grid = mp::mp_list<
    //                               NONE SYN_  SYN_  ESTAB FIN_  CLOSE LAST_ TIME_ CLOSE LISTEN
    //                                    SENT  RECV  LISHED WAIT _WAIT ACK   WAIT
    On<Original<PacketClass::syn>,     sSS,  sSS,  sIG,  sIG,  sIG,  sIG,  sIG,  sSS,  sSS,  sIV>,
    On<Original<PacketClass::synack>,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV>,
    On<Original<PacketClass::fin>,     sIV,  sIV,  sFW,  sFW,  sLA,  sLA,  sLA,  sTW,  sCL,  sIV>,
    On<Original<PacketClass::ack>,     sES,  sIV,  sES,  sES,  sCW,  sCW,  sTW,  sTW,  sCL,  sIV>,
    On<Original<PacketClass::rst>,     sIV,  sCL,  sCL,  sCL,  sCL,  sCL,  sCL,  sCL,  sCL,  sIV>,
    On<Original<PacketClass::none>,    sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV>,
    On<Reply<PacketClass::syn>,        sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV>,
    On<Reply<PacketClass::synack>,     sIV,  sSR,  sSR,  sIG,  sIG,  sIG,  sIG,  sIG,  sIG,  sIV>,
    On<Reply<PacketClass::fin>,        sIV,  sIV,  sFW,  sFW,  sLA,  sLA,  sLA,  sTW,  sCL,  sIV>,
    On<Reply<PacketClass::ack>,        sIV,  sIV,  sIV,  sES,  sCW,  sCW,  sTW,  sTW,  sCL,  sIV>,
    On<Reply<PacketClass::rst>,        sIV,  sCL,  sCL,  sCL,  sCL,  sCL,  sCL,  sCL,  sCL,  sIV>,
    On<Reply<PacketClass::none>,       sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV,  sIV>>;
// clang-format on
}  // namespace cells_2_6_9

struct Machine_2_6_9 : boost::msm::front::state_machine_def<Machine_2_6_9> {
    using no_message_queue = int;
    using no_exception_thrown = int;
    using initial_state = None;

    using grid = cells_2_6_9::Grid;
    using rows = rows_in_order<grid, Rows_2_6_9>;
    using transition_table = to_msm_order<rows>;
    static constexpr EditionId edition = EditionId::linux_2_6_9;
};

}  // namespace conntrack::machines::tcp
