// A step of an established connection, for tests of single TCP rules to bend.
#pragma once

#include "spec/tcp/guards.hpp"
#include "tests/support/editions.hpp"

namespace conntrack::testing {

class TcpRules : public EveryEdition {
  protected:
    tcp::TcpSettings<Concrete> settings_{.loose = 1,
                                         .be_liberal = 0,
                                         .max_retrans = 3,
                                         .ignore_invalid_rst = 0,
                                         .timeout = {0, 120, 60, 432'000, 120, 60, 30, 120, 10, 120},
                                         .timeout_max_retrans = 300,
                                         .timeout_unacknowledged = 299};

    /// Client at 1000, server at 5000; each has acknowledged all of the other.
    tcp::Step<Concrete> step(Direction dir, tcp::PacketClass cls, tcp::State old) const {
        auto c = tcp::blank<Concrete>();
        c.original = {1000, 61'000, 60'000, 5000, 0, 0, 0};
        c.reply = {5000, 65'000, 60'000, 1000, 0, 0, 0};
        if (tested().tcp.tracks_maxack) c.original.flags = c.reply.flags = tcp::maxack_set_bit;
        c.last.win = 5840;
        tcp::Segment<Concrete> s{};
        using tcp::PacketClass;
        s.syn = cls == PacketClass::syn || cls == PacketClass::synack;
        s.rst = cls == PacketClass::rst;
        s.ack_flag = cls == PacketClass::synack || cls == PacketClass::fin || cls == PacketClass::ack;
        s.seq = dir == Direction::original ? 1000 : 5000;
        s.ack = s.sack = dir == Direction::original ? 5000 : 1000;
        s.end = s.seq + (s.syn || cls == PacketClass::fin ? 1 : 0);
        s.window = 5840;
        return {&tested(), &settings_, dir, cls, old, s, c, true, true, false};
    }
    static void after(tcp::Step<Concrete>& step, tcp::PacketClass cls, Direction dir) {
        step.connection.last.index = static_cast<std::uint32_t>(cls);
        step.connection.last.dir = static_cast<std::uint32_t>(dir);
    }
    [[nodiscard]] static bool oldest() { return is(EditionId::linux_2_6_9); }
    [[nodiscard]] static bool newest() { return is(EditionId::linux_6_18); }
};

}  // namespace conntrack::testing
