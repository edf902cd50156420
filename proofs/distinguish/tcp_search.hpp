// Bounded search for the shortest packets that tell two editions apart by one difference between them.
#pragma once

#include "proofs/distinguish/difference.hpp"
#include "proofs/path.hpp"
#include "proofs/solver.hpp"
#include "proofs/trace.hpp"

#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace conntrack::proofs {

/// Where it looks: every run of up to `free_runs` packets; and longer ones, of up to `most` packets, whose first
/// packets carry the numbers of an undisturbed connection (windows and options of SYNs are free), and whose last two
/// are free.
struct SearchBound {
    unsigned free_runs = 2;
    unsigned most = 6;
    unsigned questions = 60;  // to the solver, for one difference
    unsigned usual_ways = 1;  // how many of them are followed to one state with one kind of last packet
};

/// Packets come a second apart, on an empty table.
class TcpDistinguisher {
  public:
    TcpDistinguisher(const Variant& one, const Variant& other, SearchBound bound)
        : one_(one), other_(other), bound_(bound) {}

    /// Nothing: no run within the bound shows it.
    std::optional<Distinction> find(const Difference& difference);

  private:
    static constexpr unsigned effort = 400'000;
    /// Packets that lead both editions to the same state.
    struct Way {
        Path one, other;
        Bit condition;
        std::size_t before;  // its place among the ways that are one packet shorter
        tcp::State state;
        unsigned usual, free;  // packets with usual numbers, and any packets after them
    };
    /// Each edition with the difference taken from the other, and their ways, where they can go them.
    using Changed = std::array<const Variant*, 2>;
    using Walks = std::array<std::optional<Path>, 2>;

    const Variant& one_;
    const Variant& other_;
    SearchBound bound_;
    Solver solver_{60}, asker_{60, effort};
    std::vector<std::vector<Way>> ways_;  // by their number of packets

    // Counted apart by how they begin: with a SYN, or picked up in mid stream.
    std::map<std::tuple<tcp::PacketClass, tcp::State, Direction, tcp::PacketClass>, unsigned> usual_ways_;
    std::map<std::pair<tcp::PacketClass, tcp::State>, unsigned> usual_ends_;

    const std::vector<Way>& ways(std::size_t packets);
    void lengthen(const Way& way, std::size_t index, std::vector<Way>& out);
    void lengthen_by(const TcpPacket& packet, bool usual, const Way& way, std::size_t index, std::vector<Way>& out);
    struct Quest;

    std::vector<Walks> longer_walks(const Changed& changed, const std::vector<Walks>& walks, std::size_t length);
    void ask(Quest& quest, const Way& way, const Walks& walks, const Move& move);
    Distinction decode(const Path& one, const Path& other, Bit wanted);
};

}  // namespace conntrack::proofs
