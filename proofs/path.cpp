#include "proofs/path.hpp"

namespace conntrack::proofs {

Path from_entry(const TcpEntry& entry) {
    Path out;
    out.entries.push_back(entry);
    return out;
}

Path with_packet(const Semantics& semantics, const TcpSettings& settings, const Path& path, const TcpPacket& packet) {
    Path next = path;
    next.condition = next.condition && well_formed(packet);
    next.met.push_back(meet(semantics, settings, path.entries.back(), packet));
    next.packets.push_back(packet);
    return next;
}

Path in_state(const Path& path, tcp::State state) {
    Path next = path;
    const TcpMet& met = path.last_met();
    next.condition = next.condition && !met.gone && !met.repeated && met.in(state);
    next.entries.push_back(after(path.before_last(), met, state));
    return next;
}

Path walk(const Semantics& semantics, const TcpSettings& settings, const std::vector<Leg>& legs) {
    Path path = from_entry(new_entry());
    for (const Leg& leg : legs) {
        const auto name = "packet" + std::to_string(path.packets.size() + 1);
        path = in_state(with_packet(semantics, settings, path, any_packet(name, leg.move.dir, leg.move.cls)), leg.to);
    }
    return path;
}

std::array<Word, 2> next_numbers(const std::vector<TcpPacket>& packets) {
    std::array<Word, 2> next = {word(1000), word(5000)};
    for (const TcpPacket& packet : packets) {
        Word& mine = next[static_cast<std::size_t>(packet.dir)];
        mine = Symbolic::select(Symbolic::after(packet.segment.end, mine), packet.segment.end, mine);
    }
    return next;
}

TcpPacket usual_packet(const std::vector<TcpPacket>& before, const Move& move) {
    using tcp::PacketClass;
    TcpPacket packet = any_packet("usual", move.dir, move.cls);
    const auto next = next_numbers(before);
    Segment& s = packet.segment;
    const std::uint32_t flags = move.cls == PacketClass::ack || move.cls == PacketClass::rst ? 0 : 1;
    s.seq = next[static_cast<std::size_t>(move.dir)];
    s.ack_flag = Symbolic::bit(move.cls != PacketClass::syn);
    s.ack = move.cls == PacketClass::syn ? word(0) : next[static_cast<std::size_t>(other(move.dir))];
    s.sack = s.ack;
    s.end = s.seq + word(flags);
    s.window = word(8192);
    s.window_scale = word(0);
    s.any_option = s.has_window_scale = s.sack_permitted = no();
    packet.now = Symbolic::time(static_cast<std::int64_t>(before.size()) * 1'000'000);
    return packet;
}

Path usual_walk(const Semantics& semantics, const TcpSettings& settings, const std::vector<Leg>& legs) {
    Path path = from_entry(new_entry());
    for (const Leg& leg : legs)
        path = in_state(with_packet(semantics, settings, path, usual_packet(path.packets, leg.move)), leg.to);
    return path;
}

std::vector<Leg> handshake() {
    using tcp::PacketClass;
    using tcp::State;
    return {{{Direction::original, PacketClass::syn}, State::syn_sent},
            {{Direction::reply, PacketClass::synack}, State::syn_recv},
            {{Direction::original, PacketClass::ack}, State::established}};
}

}  // namespace conntrack::proofs
