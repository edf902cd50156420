// The model and the fast tracker in lock step for as long as asked: lock_step_soak SECONDS [SEED]. Prints the seed, the
// pace, and which rows of the TCP machines and which clauses were never met. Exit codes: 0 both said the same, 1 they
// did not (the moves that show it are printed, as few as were found), 2 the arguments are wrong.
#include "model/machines/reading/unreachable.hpp"
#include "spec/clause_table.hpp"
#include "tests/impl/lock_step.hpp"
#include "tests/impl/move_maker.hpp"
#include "tests/model/machines/tcp_reading.hpp"

#include <fmt/format.h>
#include <charconv>
#include <chrono>
#include <iostream>
#include <random>
#include <string_view>

namespace conntrack::testing {

namespace {

/// One way of playing, drawn from a seed.
LockStep::Options profile(std::uint64_t seed) {
    std::mt19937_64 numbers(seed);
    LockStep::Options options;
    const bool plain = numbers() % 2 == 0;
    if (!plain) options.modules.udplite = numbers() % 2 == 0;
    options.later_notifier = numbers() % 4 == 0;
    if (numbers() % 4 == 0) options.expired_at_once = 1 + static_cast<std::uint32_t>(numbers() % 3);
    options.batch = numbers() % 2 == 0 ? 1 : 1 + numbers() % 64;
    constexpr std::uint32_t buckets[] = {1, 2, 7, 16, 1024};
    options.buckets = buckets[numbers() % std::size(buckets)];
    return options;
}

constexpr std::size_t moves_a_session = 2000;

/// The same moves without what is not needed to show a difference.
std::vector<Move> shrunk(EditionId id, const LockStep::Options& options, std::vector<Move> moves) {
    const auto differ = [&](const std::vector<Move>& some) { return !LockStep(id, options).play(some).empty(); };
    for (std::size_t chunk = moves.size() / 2; chunk > 0; chunk /= 2)
        for (std::size_t at = 0; at + chunk <= moves.size();) {
            std::vector<Move> fewer = moves;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                        fewer.begin() + static_cast<std::ptrdiff_t>(at + chunk));
            if (differ(fewer))
                moves = std::move(fewer);
            else
                at += chunk;
        }
    return moves;
}

struct Coverage {
    explicit Coverage(EditionId id) : reading(read_tcp(id)), rows(reading.rows.size(), false) {}

    TcpReading reading;
    std::vector<bool> rows;
    std::set<Clause> clauses;

    /// A segment without SYN, FIN, RST and ACK never comes to the machine: the flag check (tcp::valid_flags()) stops
    /// it.
    template <class Row>
    static bool is_within_reach(const Row& row, EditionId id) {
        return row.cls != tcp::PacketClass::none && machines::reading::never_taken_by_packets(row, id).empty();
    }
    /// What was met of what sessions can meet, and what was not.
    void print(EditionId id) const {
        const Edition& ed = edition(id);
        std::size_t rows_met = 0, rows_in_all = 0, clauses_met = 0, clauses_in_all = 0;
        std::string missing;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!is_within_reach(reading.rows[i], id)) continue;
            ++rows_in_all;
            rows_met += rows[i] ? 1 : 0;
            if (!rows[i]) missing += fmt::format("  row never met: {}\n", describe(reading.rows[i], ed));
        }
        for (const ClauseInfo& c : clause_table) {
            if (!c.exists_in(id) || is_beyond_sessions(c.name)) continue;
            const bool met = clauses.count(c.clause) != 0;
            ++clauses_in_all;
            clauses_met += met ? 1 : 0;
            if (!met) missing += fmt::format("  clause never met: {}\n", c.name);
        }
        fmt::print("{}: {} of {} rows of the TCP machine met, {} of {} clauses\n{}", ed.name, rows_met, rows_in_all,
                   clauses_met, clauses_in_all, missing);
    }
};

/// Plays one session; false: it differed, and that was printed.
bool play(EditionId id, std::uint64_t seed, Coverage& coverage) {
    LockStep::Options options = profile(seed);
    const auto moves = make_moves(seed, moves_a_session);
    options.on_tcp = [&](const tcp::Judged<Concrete>& judged) {
        if (const auto row = by_the_rows(coverage.reading, judged).row) coverage.rows[*row] = true;
    };
    LockStep both(id, options);
    const std::string wrong = both.play(moves);
    coverage.clauses.insert(both.clauses().begin(), both.clauses().end());
    if (wrong.empty()) return true;
    options.on_tcp = nullptr;
    const auto few = shrunk(id, options, moves);
    std::cout << "seed " << seed << ", " << edition(id).name << ": model and fast tracker differ\n";
    for (const Move& move : few) std::cout << "  " << move;
    std::cout << LockStep(id, options).play(few);
    return false;
}

int soak(std::chrono::seconds time, std::uint64_t seed) {
    fmt::print("seed {}\n", seed);
    std::vector<Coverage> coverage;
    for (const EditionId id : all_editions) coverage.emplace_back(id);
    const auto begin = std::chrono::steady_clock::now();
    std::uint64_t sessions = 0;
    while (std::chrono::steady_clock::now() - begin < time) {
        for (std::size_t e = 0; e < edition_count; ++e)
            if (!play(all_editions[e], seed + sessions, coverage[e])) return 1;
        ++sessions;
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    const double moves = static_cast<double>(sessions * moves_a_session * edition_count);
    fmt::print("{:.0f} moves, {:.0f} a second: model and fast tracker agree\n", moves, moves / spent.count());
    for (std::size_t e = 0; e < edition_count; ++e) coverage[e].print(all_editions[e]);
    return 0;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

}  // namespace conntrack::testing

int main(int argc, char** argv) {
    using namespace conntrack::testing;
    const auto seconds = argc > 1 ? number(argv[1]) : std::nullopt;
    const auto seed = argc > 2 ? number(argv[2]) : std::optional<std::uint64_t>(std::random_device()());
    if (!seconds || !seed || argc > 3) {
        std::cerr << "usage: lock_step_soak SECONDS [SEED]\n";
        return 2;
    }
    return soak(std::chrono::seconds(*seconds), *seed);
}
