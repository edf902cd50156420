// The rows that nothing takes, each with the reason why. They stand in the tables because the kernel's code has them.
#pragma once

#include "model/machines/reading/tcp_reading.hpp"

#include <string_view>

namespace conntrack::machines::reading {

/// Why no step at all takes this row; empty: some step does.
template <class D>
std::string_view never_taken(const TcpRow<D>& row) {
    if (row.guard == "InexactResetSkipsWindow")
        return "a RST is inexact only on an ASSURED entry whose last packet was no SYN, and skips the window only "
               "after a SYN, on an entry that is not ASSURED, or in SYN_SENT";
    return {};
}

/// Why no packet takes this row on an entry that packets made; empty: some packet does.
template <class D>
std::string_view never_taken_by_packets(const TcpRow<D>& row, EditionId edition) {
    using conntrack::tcp::PacketClass;
    using conntrack::tcp::State;
    const bool opening = row.from == State::syn_sent || row.from == State::syn_sent2;
    const bool historic = edition != EditionId::linux_6_18;
    if (const auto reason = never_taken(row); !reason.empty()) return reason;

    if (row.from == State::none && row.dir == Direction::reply)
        return "the first packet of an entry gives it its original direction";
    if (row.from == State::syn_sent2 && edition == EditionId::linux_2_6_9) return "nothing leads to LISTEN";
    if (row.action == "PassReset" && row.from == State::syn_sent)
        return "the first answer that is accepted leads out of SYN_SENT, so SEEN_REPLY is clear there";
    if (row.action == "RefuseOldReset" && opening)
        return "no segment with ACK passes the window check and leaves the entry in SYN_SENT or SYN_SENT2";
    if (row.action == "DeleteAndDrop" && row.dir == Direction::original)
        return "a SYN of the reply direction is let through nowhere";
    if (row.action == "DeleteAndDrop" && row.from == State::time_wait)
        return "a SYN always reopens from TIME_WAIT: there is no way to it but by a FIN, which leaves CLOSE_INIT";
    if (row.action == "DeleteAndDrop" && row.from == State::close && edition == EditionId::linux_2_6_9)
        return "a SYN always reopens from CLOSE";
    if (row.action == "RecordSynNotReopening" && row.from == State::time_wait && historic)
        return "there is no way to TIME_WAIT but by a FIN, which leaves CLOSE_INIT";
    if (row.action == "PassChallengeAck" && row.dir == Direction::original)
        return "only a SYN of the original direction is challenged";
    return {};
}

}  // namespace conntrack::machines::reading
