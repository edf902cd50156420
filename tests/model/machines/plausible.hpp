// Bends a random step towards what real packets look like, so that rows with narrow guards are met as well.
#pragma once

#include "tests/support/random_step.hpp"
#include "tests/support/values.hpp"

namespace conntrack::testing {

/// The bits of the segment say what its class says, and its numbers are often ones that the connection remembers.
inline void make_plausible(tcp::Step<Concrete>& step, RandomValues& random) {
    using tcp::PacketClass;
    auto& s = step.segment;
    s.rst = step.cls == PacketClass::rst;
    s.syn = step.cls == PacketClass::syn || step.cls == PacketClass::synack;
    if (step.cls != PacketClass::rst) s.ack_flag = step.cls != PacketClass::syn && step.cls != PacketClass::none;
    if (!s.has_window_scale) s.window_scale = 0;

    const auto& sender = step.sender();
    const auto& receiver = step.receiver();
    const auto& last = step.connection.last;
    const std::uint32_t starts[] = {s.seq, sender.td_end, sender.td_maxend, receiver.td_maxack, last.end, last.ack, 0};
    s.seq = starts[random.below(7)];
    if (random.one_in(8)) ++s.seq;
    const std::uint32_t length = random.one_in(2) ? 0 : random.below(1500);
    s.end = s.seq + length + (s.syn || step.cls == PacketClass::fin ? 1 : 0);
    const std::uint32_t acks[] = {s.ack, receiver.td_end, receiver.td_end, last.end, last.end, last.seq + 1};
    s.ack = acks[random.below(6)];
    if (!random.one_in(step.cls == PacketClass::synack ? 2 : 3)) s.sack = s.ack;
}

/// Half of the steps follow a SYN of the other side that was let through.
inline void often_after_syn(tcp::Step<Concrete>& step, RandomValues& random) {
    if (!random.bit()) return;
    step.connection.last.index = static_cast<std::uint32_t>(tcp::PacketClass::syn);
    step.connection.last.dir = static_cast<std::uint32_t>(other(step.dir));
}

/// The class of the next packet of a conversation: few resets, which end it, and often the answer to a SYN.
inline tcp::PacketClass next_class(const tcp::Connection<Concrete>& connection, RandomValues& random) {
    using tcp::PacketClass;
    if (connection.last.index == static_cast<std::uint32_t>(PacketClass::syn) && random.one_in(3))
        return PacketClass::synack;
    constexpr PacketClass often[] = {PacketClass::syn, PacketClass::synack, PacketClass::ack, PacketClass::ack,
                                     PacketClass::fin, PacketClass::fin,    PacketClass::syn};
    if (!random.one_in(8)) return often[random.below(7)];
    return static_cast<PacketClass>(random.below(6));
}

}  // namespace conntrack::testing
