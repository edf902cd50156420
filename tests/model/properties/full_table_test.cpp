// Tiny tables, whatever comes: early drop takes no ASSURED entry, and the count of linux-6.18 stays within its maximum
// unless a victim was held.
#include "tests/support/flows.hpp"
#include "tests/support/editions.hpp"
#include "tests/support/property.hpp"

#include <deque>

namespace conntrack::testing {

namespace {

class EvictionWatch final : public Watcher {
  public:
    std::size_t victims = 0, held = 0, assured = 0;

  private:
    void evicted(const Entry& entry, const Tuple*, Time) override {
        ++victims;
        held += entry.life.references() > 1 ? 1 : 0;
        assured += entry.has(Status::assured) ? 1 : 0;
    }
};

/// Packets and waits on a tracker with this maximum; what went wrong, or nothing.
std::string play(Tracker& tracker, const std::vector<Move>& moves, std::uint32_t max, EvictionWatch& watch) {
    tracker.configure(Setting::max, max);
    tracker.watch_by(&watch);
    std::deque<InFlight> held;
    std::string wrong;
    Time now = 0;
    for (const Move& move : moves) {
        if (move.deed == Deed::wait) now += milliseconds(move.number % 5000);
        if (move.deed == Deed::release_held && !held.empty()) {
            tracker.release(std::move(held.front()));
            held.pop_front();
        }
        if (move.deed != Deed::packet) continue;
        held.push_back(tracker.begin(packet_of(move, tracker), now));
        if (move.passage != Passage::dropped) tracker.confirm(held.back(), now);
        if (move.passage != Passage::held) {
            tracker.release(std::move(held.back()));
            held.pop_back();
        }
        if (watch.assured != 0) wrong = "an ASSURED entry was dropped early";
        if (watch.held == 0 && tracker.table().existing() > max) wrong = "more entries than the maximum";
        if (!wrong.empty()) break;
    }
    while (!held.empty()) {
        tracker.release(std::move(held.front()));
        held.pop_front();
    }
    return wrong;
}

}  // namespace

using TinyTables = EveryEdition;
CTORACLE_EVERY_EDITION(TinyTables);

TEST_P(TinyTables, SpareTheAssuredAndKeepTheirMaximum) {
    std::size_t victims = 0;
    expect_property([&] {
        Tracker tracker(tested());
        tracker.configure(Setting::buckets, *rc::gen::element(1U, 2U, 16U, 262'144U));
        EvictionWatch watch;
        const std::string wrong = play(tracker, *moves(), *rc::gen::inRange(1U, 8U), watch);
        victims += watch.victims;
        if (!wrong.empty()) RC_FAIL(wrong);
    });
    EXPECT_GT(victims, 100U) << "the property must meet what it is about";
}

}  // namespace conntrack::testing
