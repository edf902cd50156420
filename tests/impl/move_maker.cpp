#include "tests/impl/move_maker.hpp"

#include "tests/support/flows.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace conntrack::testing {

namespace {

template <class T>
struct Share {
    T what;
    unsigned weight;
};

template <class T, std::size_t N>
T pick(const std::array<Share<T>, N>& shares, std::mt19937_64& numbers) {
    unsigned sum = 0;
    for (const auto& s : shares) sum += s.weight;
    auto at = static_cast<unsigned>(numbers() % sum);
    for (const auto& s : shares) {
        if (at < s.weight) return s.what;
        at -= s.weight;
    }
    return shares[0].what;
}

Move make_move(std::mt19937_64& numbers) {
    constexpr std::array<Share<Deed>, 8> deeds = {{{Deed::packet, 600},
                                                   {Deed::error, 25},
                                                   {Deed::wait, 90},
                                                   {Deed::confirm_held, 25},
                                                   {Deed::release_held, 25},
                                                   {Deed::erase, 6},
                                                   {Deed::flush, 2},
                                                   {Deed::configure, 12}}};
    constexpr std::array<Share<Passage>, 3> passages = {
        {{Passage::accepted, 90}, {Passage::dropped, 3}, {Passage::held, 5}}};
    const auto below = [&](unsigned limit) { return static_cast<std::uint8_t>(numbers() % limit); };
    Move move;
    move.deed = pick(deeds, numbers);
    // The first flow is a TCP connection; half of all packets are its, so that conversations get somewhere.
    move.flow = numbers() % 2 == 0 ? std::uint8_t{0} : below(flow_count);
    move.reply = numbers() % 2 == 0;
    move.passage = pick(passages, numbers);
    move.flags = below(24);
    move.start = below(20);
    move.ack = below(16);
    move.length = below(6);
    move.options = below(8);
    move.number = static_cast<std::uint32_t>(numbers() >> 32) >> below(32);
    return move;
}

}  // namespace

namespace {

bool is_syn(const Move& move) { return move.deed == Deed::packet && !move.reply && move.flags < 2; }

/// The answer to a SYN which the tracker may have let through: a SYN/ACK of just its end, and perhaps with a SACK that
/// runs ahead of it.
Move answer_to(const Move& syn, std::mt19937_64& numbers) {
    Move answer = syn;
    answer.reply = true;
    answer.flags = 2;
    answer.ack = 12;
    answer.start = static_cast<std::uint8_t>(numbers() % 20);
    answer.passage = Passage::accepted;
    answer.options = static_cast<std::uint8_t>(numbers() % 8);
    answer.number = static_cast<std::uint32_t>(numbers() % 1000) * 5;
    return answer;
}

}  // namespace

std::vector<Move> make_moves(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 numbers(seed);
    std::vector<Move> moves;
    moves.reserve(count);
    while (moves.size() < count) {
        // Now and then a packet is sent again and again: retransmissions are counted.
        constexpr unsigned one_in = 25, most_times = 6;
        const std::size_t times = numbers() % one_in == 0 ? 1 + numbers() % most_times : 1;
        moves.insert(moves.end(), std::min(times, count - moves.size()), make_move(numbers));
        // In TIME_WAIT a SYN is seldom let through: then it should have answers in the window, and outside it.
        const std::size_t answers = is_syn(moves.back()) ? numbers() % 3 : 0;
        const Move syn = moves.back();
        for (std::size_t i = 0; i < std::min(answers, count - moves.size()); ++i)
            moves.push_back(answer_to(syn, numbers));
    }
    return moves;
}

rc::Gen<std::vector<Move>> long_moves(std::size_t most) {
    const auto drawn = rc::gen::pair(rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<std::uint64_t>())),
                                     rc::gen::noShrink(rc::gen::inRange<std::size_t>(1, most + 1)));
    const auto made = rc::gen::map(
        drawn, [](const auto& seed_and_count) { return make_moves(seed_and_count.first, seed_and_count.second); });
    return rc::gen::shrink(made, [](const std::vector<Move>& moves) { return rc::shrink::removeChunks(moves); });
}

}  // namespace conntrack::testing
