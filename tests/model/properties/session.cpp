#include "tests/model/properties/session.hpp"

#include "tests/support/flows.hpp"

#include <algorithm>
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

void Session::wait(const Move& move) {
    now_ += waited(move);
    tracker_.advance(now_);
}

void Session::configure(const Move& move) {
    const auto [setting, value] = configured(move);
    tracker_.configure(setting, value);
    largest_.set(setting, std::max(largest_[setting], value));
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
