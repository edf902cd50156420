#include "proofs/real_packets.hpp"

#include "proofs/packet_bytes.hpp"
#include "proofs/path.hpp"
#include "spec/tcp/flags.hpp"

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

std::uint32_t number(Evaluation& value, const Word& word) { return static_cast<std::uint32_t>(value.of(word.ref())); }

TcpFields fields_of(const TcpPacket& packet, Evaluation& value) {
    const Segment& s = packet.segment;
    const auto set = [&](const Bit& bit) { return value.of(bit.ref()) != 0; };
    std::uint8_t flags = set(s.ack_flag) ? tcp::flag_ack : 0;
    if (set(s.syn)) flags |= tcp::flag_syn;
    if (set(s.rst)) flags |= tcp::flag_rst;
    if (packet.cls == PacketClass::fin) flags |= tcp::flag_fin;
    const std::uint32_t seq = number(value, s.seq);
    const std::uint32_t virtual_bytes = (flags & (tcp::flag_syn | tcp::flag_fin)) != 0 ? 1 : 0;
    TcpFields out{.flags = flags,
                  .seq = seq,
                  .ack = number(value, s.ack),
                  .window = static_cast<std::uint16_t>(number(value, s.window)),
                  .payload = number(value, s.end) - seq - virtual_bytes,
                  .window_scale = std::nullopt,
                  .sack_permitted = set(s.sack_permitted),
                  .any_option = set(s.any_option),
                  .sack = number(value, s.sack)};
    if (set(s.has_window_scale)) out.window_scale = static_cast<std::uint8_t>(number(value, s.window_scale));
    return out;
}

std::string words_of(const TcpPacket& packet, const TcpFields& f) {
    std::string out = packet.dir == Direction::original ? "client > server " : "server > client ";
    out += f.flags & tcp::flag_syn ? "SYN " : f.flags & tcp::flag_rst ? "RST " : f.flags & tcp::flag_fin ? "FIN " : "";
    out += f.flags & tcp::flag_ack ? "ACK " : "";
    out += "seq " + std::to_string(f.seq);
    if (f.flags & tcp::flag_ack) out += " ack " + std::to_string(f.ack);
    if (f.payload != 0) out += " data " + std::to_string(f.payload);
    out += " win " + std::to_string(f.window);
    if (f.window_scale) out += " wscale " + std::to_string(*f.window_scale);
    if (f.sack != f.ack) out += " sack " + std::to_string(f.sack);
    return out;
}

}  // namespace

Bit can_be_sent(const TcpPacket& packet, bool with_sack) {
    constexpr std::uint32_t most_payload = 1400;
    const Segment& s = packet.segment;
    const bool syn = packet.cls == PacketClass::syn || packet.cls == PacketClass::synack;
    const std::uint32_t flags = syn || packet.cls == PacketClass::fin;
    return !Symbolic::below(word(most_payload), s.end - s.seq - word(flags)) &&
           implies(Symbolic::bit(syn || packet.cls == PacketClass::rst), s.end == s.seq + word(flags)) &&
           (Symbolic::bit(with_sack) || s.sack == s.ack) && implies(!s.ack_flag, s.ack == word(0)) &&
           (Symbolic::bit(syn) || (!s.has_window_scale && !s.sack_permitted)) &&
           s.any_option == (s.has_window_scale || s.sack_permitted || s.sack != s.ack);
}

std::vector<Bit> preferences(const std::vector<TcpPacket>& packets) {
    std::vector<Bit> out;
    std::vector<TcpPacket> before;
    for (const TcpPacket& packet : packets) {
        const Segment& s = packet.segment;
        const auto next = next_numbers(before);
        const bool one = packet.cls != PacketClass::ack && packet.cls != PacketClass::rst;
        out.push_back(s.window == word(8192) && !s.any_option);
        out.push_back(s.seq == next[static_cast<std::size_t>(packet.dir)]);
        out.push_back(implies(s.ack_flag, s.ack == next[static_cast<std::size_t>(other(packet.dir))]));
        out.push_back(s.end == s.seq + word(one));
        before.push_back(packet);
    }
    return out;
}

TracedPacket decode_packet(const Edition& edition, const TcpPacket& packet, const Observed& seen, Evaluation& value) {
    const TcpFields fields = fields_of(packet, value);
    const auto set = [&](const Bit& bit) { return value.of(bit.ref()) != 0; };
    TracedPacket out{.at_ns = static_cast<std::int64_t>(value.of(packet.now.ref())),
                     .sent_by = packet.dir,
                     .bytes = tcp_packet_bytes(packet.dir, fields),
                     .text = words_of(packet, fields),
                     .info = std::nullopt,
                     .dir = static_cast<Direction>(number(value, seen.dir)),
                     .entry_stands = set(seen.stands),
                     .state = std::nullopt,
                     .window = {},
                     .deadline_ns = 0};
    if (!set(seen.dropped)) out.info = static_cast<CtInfo>(number(value, seen.info));
    out.result = out.info ? name(*out.info) : "dropped";
    if (!out.entry_stands) {
        out.result += ", no entry";
        return out;
    }
    out.state = static_cast<State>(number(value, seen.state));
    for (const auto* peer : {&seen.connection.original, &seen.connection.reply})
        out.window.push_back({number(value, peer->td_end), number(value, peer->td_maxend),
                              number(value, peer->td_maxwin), number(value, peer->td_maxack)});
    out.deadline_ns = static_cast<std::int64_t>(value.of(seen.deadline.ref()));
    out.result += ", " + std::string(tcp::name(*out.state, edition)) + " " +
                  std::to_string((out.deadline_ns - out.at_ns) / 1'000'000'000) + " s";
    if (!set(seen.seen_reply)) out.result += " [UNREPLIED]";
    if (set(seen.assured)) out.result += " [ASSURED]";
    return out;
}

}  // namespace conntrack::proofs
