// A tracker of the edition under test, with short words for what tests of tracking say again and again.
#pragma once

#include "model/tracker.hpp"
#include "spec/clause_table.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/packets.hpp"

namespace conntrack::testing {

inline constexpr auto out = Direction::original, back = Direction::reply;
inline constexpr std::uint8_t syn = tcp::flag_syn, ack = tcp::flag_ack, fin = tcp::flag_fin, rst = tcp::flag_rst;

class TrackerOf : public EveryEdition {
  protected:
    Tracker tracker_{tested()};
    const Ends web_ = ipv4_ends(1000, 80), dns_ = ipv4_ends(2000, 53), ping_ = ipv4_ends(7, 0);

    /// The name of the clause that decided the packet.
    std::string_view clause(const Verdict& v) const { return info(v.clause).name; }
    Verdict send(const Packet& packet, Time now) { return tracker_.track(packet, now); }
    Verdict segment(Direction dir, const TcpText& text, Time now) { return send(tcp_packet(web_, dir, text), now); }

    /// SYN, SYN/ACK, ACK: client at 100, server at 500.
    void open(Time now) {
        segment(out, {.flags = syn, .seq = 100}, now);
        segment(back, {.flags = syn | ack, .seq = 500, .ack = 101}, now);
        segment(out, {.flags = ack, .seq = 101, .ack = 501}, now);
    }
    /// FINs of both sides and the last ACK: TIME_WAIT. To be called on a connection that open() made.
    void close(Time now) {
        segment(out, {.flags = fin | ack, .seq = 101, .ack = 501}, now);
        segment(back, {.flags = fin | ack, .seq = 501, .ack = 102}, now);
        segment(out, {.flags = ack, .seq = 102, .ack = 502}, now);
    }

    [[nodiscard]] const Entry* entry_of(const Packet& packet) const {
        const auto tuple = tuple_of(packet, tested(), tracker_.modules());
        const auto found = tuple ? tracker_.find(*tuple) : std::nullopt;
        return found ? found->entry : nullptr;
    }
    [[nodiscard]] const Entry* web_entry() const { return entry_of(tcp_packet(web_, out, {})); }
    [[nodiscard]] const Entry* dns_entry() const { return entry_of(udp_packet(dns_, out)); }
    [[nodiscard]] const Entry* ping_entry() const { return entry_of(echo_packet(ping_, out)); }
};

}  // namespace conntrack::testing
