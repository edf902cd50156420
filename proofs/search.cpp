#include "proofs/search.hpp"

#include "proofs/packet_bytes.hpp"
#include "spec/tcp/flags.hpp"

#include <array>
#include <cassert>

namespace conntrack::proofs {

namespace {

using tcp::PacketClass;
using tcp::State;

class Searcher {
  public:
    Searcher(const Semantics& semantics, Solver& solver, const Search& search, const Goal& goal, bool usual_prefix)
        : semantics_(semantics), solver_(solver), search_(search), goal_(goal), usual_prefix_(usual_prefix) {
        settings_ = default_settings(semantics.edition);
        for (const auto& [name, value] : search.sysctl) {
            if (name == "tcp_loose") settings_.loose = word(value);
            if (name == "tcp_be_liberal") settings_.be_liberal = word(value);
        }
        moves_ = search.moves;
        if (!moves_.empty()) return;
        for (const Direction dir : {Direction::original, Direction::reply})
            for (const PacketClass cls : packet_classes()) moves_.push_back({dir, cls});
    }

    std::optional<Trace> run() {
        std::vector<Path> frontier{from_entry(new_entry())};
        const std::size_t longest = search_.prefix.size() + search_.most;
        for (std::size_t length = 1; length <= longest && !frontier.empty(); ++length) {
            std::vector<Path> longer;
            for (const Path& path : frontier) {
                for (const Move& move : moves_at(length)) {
                    Path next = with_packet(path, move);
                    if (length > search_.prefix.size() || search_.prefix.empty())
                        if (auto trace = shown(next)) return trace;
                    for (Path& standing : split(next)) longer.push_back(std::move(standing));
                }
            }
            if (length < longest) frontier = feasible(std::move(longer));
        }
        return std::nullopt;
    }

  private:
    const Semantics& semantics_;
    Solver& solver_;
    const Search& search_;
    const Goal& goal_;
    bool usual_prefix_;  // the packets of the prefix carry usual numbers
    TcpSettings settings_{default_settings(linux_6_18)};
    std::vector<Move> moves_;

    [[nodiscard]] std::vector<Move> moves_at(std::size_t length) const {
        if (length <= search_.prefix.size()) return {search_.prefix[length - 1].move};
        if (length > 1) return moves_;
        std::vector<Move> first;  // the first packet gives its entry the original direction
        for (const Move& move : moves_)
            if (move.dir == Direction::original) first.push_back(move);
        return first;
    }

    [[nodiscard]] Path with_packet(const Path& path, const Move& move) const {
        const std::size_t number = path.packets.size();
        TcpPacket packet = usual_prefix_ && number < search_.prefix.size()
                               ? usual_packet(path.packets, move)
                               : any_packet("packet" + std::to_string(number + 1), move.dir, move.cls);
        packet.now = Symbolic::time(static_cast<std::int64_t>(number) * search_.gap_ns);
        const Segment& s = packet.segment;
        const bool syn = move.cls == PacketClass::syn || move.cls == PacketClass::synack;
        const std::uint32_t flags = syn || move.cls == PacketClass::fin;
        constexpr std::uint32_t most_payload = 1400;
        Path next = proofs::with_packet(semantics_, settings_, path, packet);
        next.condition = next.condition && !Symbolic::below(word(most_payload), s.end - s.seq - word(flags)) &&
                         implies(Symbolic::bit(syn || move.cls == PacketClass::rst), s.end == s.seq + word(flags)) &&
                         (Symbolic::bit(search_.with_sack) || s.sack == s.ack) &&
                         implies(!s.ack_flag, s.ack == word(0)) &&
                         (Symbolic::bit(syn) || (!s.has_window_scale && !s.sack_permitted)) &&
                         s.any_option == (s.has_window_scale || s.sack_permitted || s.sack != s.ack);
        if (number > 0) next.condition = next.condition && Symbolic::earlier(packet.now, path.entries.back().deadline);
        return next;
    }

    /// One path for each state that the entry may be in after the last packet.
    [[nodiscard]] std::vector<Path> split(const Path& path) const {
        std::vector<Path> out;
        const std::size_t length = path.packets.size();
        for (const State to : entry_states(semantics_.edition)) {
            if (length <= search_.prefix.size() && search_.prefix[length - 1].to != to) continue;
            Path here = in_state(path, to);
            if (!is_false(here.condition.ref())) out.push_back(std::move(here));
        }
        return out;
    }

    [[nodiscard]] std::vector<Path> feasible(std::vector<Path> paths) const {
        std::erase_if(paths, [this](const Path& path) {
            return solver_.check(path.condition.ref()).answer == Answer::unsatisfiable;
        });
        return paths;
    }

    [[nodiscard]] std::optional<Trace> shown(const Path& path) const {
        Bit wanted = path.condition && goal_(path);
        if (is_false(wanted.ref())) return std::nullopt;
        Solved solved = solver_.check(wanted.ref());
        if (solved.answer != Answer::satisfiable) return std::nullopt;
        for (const Bit& nice : preferences(path)) {
            if (is_true(nice.ref())) continue;
            Solved nicer = solver_.check((wanted && nice).ref());
            if (nicer.answer != Answer::satisfiable) continue;
            wanted = wanted && nice;
            solved = std::move(nicer);
        }
        return decode(path, solved.model);
    }

    /// Numbers that people can read, where the goal leaves a choice.
    [[nodiscard]] static std::vector<Bit> preferences(const Path& path) {
        std::vector<Bit> out;
        std::vector<TcpPacket> before;
        for (const TcpPacket& packet : path.packets) {
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

    [[nodiscard]] Trace decode(const Path& path, const Assignment& model) const {
        Evaluation value(model);
        Trace trace{semantics_.edition.id, search_.sysctl, {}};
        for (std::size_t i = 0; i < path.packets.size(); ++i)
            trace.packets.push_back(decode_packet(path.packets[i], path.met[i], value));
        return trace;
    }

    [[nodiscard]] TracedPacket decode_packet(const TcpPacket& packet, const TcpMet& met, Evaluation& value) const;
};

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

TracedPacket Searcher::decode_packet(const TcpPacket& packet, const TcpMet& met, Evaluation& value) const {
    const TcpFields fields = fields_of(packet, value);
    const auto set = [&](const Bit& bit) { return value.of(bit.ref()) != 0; };
    TracedPacket out{.at_ns = static_cast<std::int64_t>(value.of(packet.now.ref())),
                     .sent_by = packet.dir,
                     .bytes = tcp_packet_bytes(packet.dir, fields),
                     .text = words_of(packet, fields),
                     .info = std::nullopt,
                     .dir = packet.dir,
                     .entry_stands = !set(met.gone) && !set(met.repeated),
                     .state = std::nullopt,
                     .window = {},
                     .deadline_ns = 0};
    if (!set(met.dropped) && !set(met.repeated)) out.info = static_cast<CtInfo>(number(value, met.info));
    out.text += ": ";
    out.text += out.info ? name(*out.info) : set(met.repeated) ? "a new entry" : "dropped";
    if (!out.entry_stands) {
        out.text += set(met.gone) ? ", no entry" : "";
        return out;
    }
    out.state = static_cast<State>(number(value, met.result.next));
    const Connection& c = met.result.outcome.connection;
    for (const auto* peer : {&c.original, &c.reply})
        out.window.push_back({number(value, peer->td_end), number(value, peer->td_maxend),
                              number(value, peer->td_maxwin), number(value, peer->td_maxack)});
    out.deadline_ns = static_cast<std::int64_t>(value.of(met.deadline.ref()));
    out.text += ", " + std::string(tcp::name(*out.state, semantics_.edition)) + " " +
                std::to_string((out.deadline_ns - out.at_ns) / 1'000'000'000) + " s";
    return out;
}

}  // namespace

std::optional<Trace> shortest_trace(const Semantics& semantics, Solver& solver, const Search& search,
                                    const Goal& goal) {
    if (!search.prefix.empty())
        if (auto trace = Searcher(semantics, solver, search, goal, true).run()) return trace;
    return Searcher(semantics, solver, search, goal, false).run();
}

}  // namespace conntrack::proofs
