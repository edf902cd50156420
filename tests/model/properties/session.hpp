// Plays random moves on a tracker and looks at the invariants after each. Nothing is thrown while packets are in
// flight: a session says what went wrong, and the property fails with that.
#pragma once

#include "tests/model/properties/history.hpp"
#include "tests/support/moves.hpp"
#include "tests/model/properties/views.hpp"

#include <deque>
#include <string>

namespace conntrack::testing {

class Session {
  public:
    Session(const Edition& edition, Tracker::Options options);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// Plays the moves and lets all that is left expire. What went wrong first, or nothing.
    std::string play(const std::vector<Move>& moves);

    /// Plays one move. The views and checks come after it.
    std::string make(const Move& move);
    [[nodiscard]] std::vector<EntryView> views() const;
    [[nodiscard]] const Tracker& tracker() const { return tracker_; }
    [[nodiscard]] const History& history() const { return history_; }
    /// The clauses that decided packets so far.
    [[nodiscard]] const std::set<Clause>& clauses() const { return clauses_; }

  private:
    Tracker tracker_;
    History history_;
    Settings largest_;
    Time now_ = 0;
    std::deque<InFlight> held_;
    std::set<Clause> clauses_;
    std::vector<EntryView> last_views_;

    void send(const Packet& packet, Passage passage);
    void confirm(InFlight& flight);
    void wait(const Move& move);
    void configure(const Move& move);
    void release_held();
    std::string check();
};

}  // namespace conntrack::testing
