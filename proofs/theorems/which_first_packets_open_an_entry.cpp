#include "proofs/tcp_entry.hpp"
#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;

Bit opens(const Edition& edition, const TcpSettings& settings, const TcpPacket& packet) {
    const Segment& segment = packet.segment;
    if (packet.cls == PacketClass::ack) return settings.loose != word(0);
    if (packet.cls != PacketClass::syn) return no();
    // linux-2.6.9 tests the SYN as if the silent side had a window of 1.
    const Bit has_no_data = segment.end - segment.seq == word(1);
    return Symbolic::bit(!edition.tcp.fresh_receiver_window_is_one) || has_no_data || settings.be_liberal != word(0);
}

void state(Statement& s) {
    const auto settings = free_settings();
    each_first_class(s.semantics(), [&](PacketClass cls) {
        const auto packet = any_packet("p", Direction::original, cls);
        const auto met = meet(s.semantics(), settings, new_entry(), packet);
        const auto name = cell_name(s.edition(), tcp::State::none, Direction::original, cls);
        s.prove(name, well_formed(packet) && Symbolic::below(settings.loose, word(256)),
                (!met.invalid && !met.gone) == opens(s.edition(), settings, packet));
        if (cls == PacketClass::ack && s.edition().tcp.counts_loose_packets)
            s.exhibit(name + ": 8 bits of tcp_loose count",
                      well_formed(packet) && settings.loose == word(256) && met.invalid);
    });
}

void always_pick_up(Semantics& s) {
    std::erase_if(s.tcp.rows, [](const TcpRow& row) { return row.guard == "PickupRefused"; });
}

}  // namespace

Theorem which_first_packets_open_an_entry() {
    return {.name = "which_first_packets_open_an_entry",
            .sentence =
                "An entry is opened by exactly these packets that find none: a SYN, and, if tcp_loose is not 0, a "
                "segment with ACK that is neither FIN, SYN nor RST. In linux-2.6.9 a SYN with data opens none, unless "
                "be_liberal is set.",
            .answers = "Why does my firewall drop the first packet of TCP Fast Open as INVALID?",
            .bound = "tcp_loose below 256 (linux-2.6.9 keeps 8 bits of it: with 256 it tests what it picks up)",
            .expected = {Result::proved, Result::proved, Result::proved},
            .state = state,
            .defects = {{"every ACK is picked up", EditionId::linux_2_6_9, always_pick_up},
                        {"every ACK is picked up", EditionId::linux_2_6_32, always_pick_up},
                        {"every ACK is picked up", EditionId::linux_6_18, always_pick_up}}};
}

}  // namespace conntrack::proofs
