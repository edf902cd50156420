#include "tests/model/properties/session.hpp"

#include "tests/model/properties/flows.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace conntrack::testing {

Session::Session(const Edition& edition, Tracker::Options options) : tracker_(edition, options), largest_(edition) {
    tracker_.configure(Setting::acct, 1);
    tracker_.configure(Setting::events, 1);
    history_.follow(tracker_);
}

Session::~Session() {
    while (!held_.empty()) release_held();
}

void Session::release_held() {
    if (held_.empty()) return;
    tracker_.release(std::move(held_.front()));
    held_.pop_front();
}

void Session::send(const Packet& packet, Passage passage) {
    InFlight flight = tracker_.begin(packet, now_);
    if (flight.verdict().repeats > 0) clauses_.insert(Clause::tcp_reopened);
    clauses_.insert(flight.verdict().clause);
    held_.push_back(std::move(flight));
    if (passage == Passage::held) return;
    if (passage == Passage::accepted) confirm(held_.back());
    tracker_.release(std::move(held_.back()));
    held_.pop_back();
}

void Session::confirm(InFlight& flight) {
    tracker_.confirm(flight, now_);
    clauses_.insert(flight.verdict().clause);
}

/// Around the timeouts, and a hair to either side of them.
void Session::wait(const Move& move) {
    constexpr std::array<std::int64_t, 16> milliseconds_usual = {
        1,      999,     1000,    1001,    2000,    2001,      10'000,      30'000,
        60'000, 120'000, 180'000, 300'000, 600'000, 3'600'000, 432'000'000, 1'000'000'000};
    const Time usual = milliseconds(milliseconds_usual[move.flags % 16]);
    constexpr std::array<Time, 3> to_the_side = {0, -1, 1};
    now_ += usual + to_the_side[move.number % 3];
    tracker_.advance(now_);
}

void Session::configure(const Move& move) {
    struct Choice {
        Setting setting;
        std::array<std::uint32_t, 3> values;
    };
    constexpr std::array<Choice, 12> choices = {{{Setting::max, {3, 6, 65'536}},
                                                 {Setting::tcp_loose, {1, 0, 256}},
                                                 {Setting::tcp_be_liberal, {0, 1, 1}},
                                                 {Setting::tcp_max_retrans, {3, 0, 1}},
                                                 {Setting::tcp_ignore_invalid_rst, {0, 1, 1}},
                                                 {Setting::tcp_timeout_established, {432'000, 100, 1}},
                                                 {Setting::tcp_timeout_syn_sent, {120, 0, 1'000'000}},
                                                 {Setting::tcp_timeout_unacknowledged, {300, 20, 500}},
                                                 {Setting::udp_timeout, {30, 0, 5}},
                                                 {Setting::udp_timeout_stream, {180, 2, 10'000}},
                                                 {Setting::icmp_timeout, {30, 1, 300}},
                                                 {Setting::generic_timeout, {600, 0, 3}}}};
    const Choice& choice = choices[move.flow % choices.size()];
    const std::uint32_t value = choice.values[move.number % 3];
    tracker_.configure(choice.setting, value);
    largest_.set(choice.setting, std::max(largest_[choice.setting], value));
}

std::string Session::make(const Move& move) {
    switch (move.deed) {
        case Deed::packet: send(packet_of(move, tracker_), move.passage); break;
        case Deed::error: send(error_about(packet_of(move, tracker_)), move.passage); break;
        case Deed::wait: wait(move); break;
        case Deed::confirm_held:
            if (!held_.empty()) confirm(held_[move.number % held_.size()]);
            break;
        case Deed::release_held: release_held(); break;
        case Deed::erase: tracker_.erase(tuple_of_flow(move, tracker_), now_); break;
        case Deed::flush: tracker_.flush(now_); break;
        case Deed::configure: configure(move); break;
    }
    tracker_.advance(now_);
    return check();
}

std::vector<EntryView> Session::views() const {
    Carriers carriers;
    for (const InFlight& flight : held_)
        if (flight.entry() != nullptr) ++carriers[flight.entry()->id];
    return views_of(tracker_, now_, carriers, largest_);
}

std::string Session::check() {
    const auto all = views();
    if (auto broken = violations(all); !broken.empty()) return broken;
    if (auto broken = broken_steps(std::exchange(last_views_, all), all); !broken.empty()) return broken;
    if (all.size() != tracker_.table().existing()) return "entries that no list shows";
    return history_.check(all, tracker_.notice_rules().notifier);
}

std::string Session::play(const std::vector<Move>& moves) {
    for (std::size_t i = 0; i < moves.size(); ++i)
        if (auto wrong = make(moves[i]); !wrong.empty()) {
            std::ostringstream out;
            out << "after move " << i + 1 << ", " << moves[i] << wrong;
            return out.str();
        }
    while (!held_.empty()) release_held();
    constexpr std::int64_t longer_than_any_timeout = 10'000'000;
    now_ += seconds(longer_than_any_timeout);
    tracker_.advance(now_);
    if (tracker_.table().existing() != 0) return "an entry outlived its timer";
    return check();
}

}  // namespace conntrack::testing
