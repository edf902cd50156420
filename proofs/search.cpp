#include "proofs/search.hpp"

#include "proofs/real_packets.hpp"

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
        Path next = proofs::with_packet(semantics_, settings_, path, packet);
        next.condition = next.condition && can_be_sent(packet, search_.with_sack);
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
        for (const Bit& nice : preferences(path.packets)) {
            if (is_true(nice.ref())) continue;
            Solved nicer = solver_.check((wanted && nice).ref());
            if (nicer.answer != Answer::satisfiable) continue;
            wanted = wanted && nice;
            solved = std::move(nicer);
        }
        return decode(path, solved.model);
    }

    [[nodiscard]] Trace decode(const Path& path, const Assignment& model) const {
        Evaluation value(model);
        Trace trace{semantics_.edition.id, search_.sysctl, {}};
        for (std::size_t i = 0; i < path.packets.size(); ++i)
            trace.packets.push_back(decode_packet(semantics_.edition, path.packets[i],
                                                  observe(semantics_, settings_, path.packets[i], path.met[i]), value));
        return trace;
    }
};

}  // namespace

std::optional<Trace> shortest_trace(const Semantics& semantics, Solver& solver, const Search& search,
                                    const Goal& goal) {
    if (!search.prefix.empty())
        if (auto trace = Searcher(semantics, solver, search, goal, true).run()) return trace;
    return Searcher(semantics, solver, search, goal, false).run();
}

}  // namespace conntrack::proofs
