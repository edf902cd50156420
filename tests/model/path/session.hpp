// Plays random moves on the whole packet path and looks at every invariant after each: of entries, of the table, of
// what changed, of the packets that went their way, and of what is left in the end. What was done is kept as a
// scenario, which `ctoracle replay` plays.
#pragma once

#include "model/path/packet_path.hpp"
#include "model/tracker.hpp"
#include "oracle/play/scenario.hpp"
#include "tests/model/path/moves.hpp"
#include "tests/model/path/packets.hpp"
#include "tests/model/properties/history.hpp"
#include "tests/model/properties/views.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>

namespace conntrack::testing {

class PathSession {
  public:
    explicit PathSession(const Edition& edition);
    PathSession(const PathSession&) = delete;
    PathSession& operator=(const PathSession&) = delete;
    ~PathSession();

    /// Plays the moves and lets all that is left expire. What went wrong first, with the scenario that leads there; or
    /// nothing.
    std::string play(const std::vector<PathMove>& moves);

    /// How often something happened that the invariants are about.
    [[nodiscard]] const std::map<std::string, std::size_t>& met() const { return met_; }
    /// What was played so far.
    [[nodiscard]] oracle::Json scenario() const;
    /// What came of each step's packet, in the scenario's order.
    [[nodiscard]] const std::vector<std::vector<Bytes>>& came_out() const { return came_out_; }

  private:
    struct Held {
        Passage passage;
        std::string name;
        bool nat_at_start = false, nat_changed = false;
    };
    struct Emerged {
        std::string side;
        Bytes bytes;
    };

    Tracker tracker_;
    PacketPath path_;
    History history_;
    Settings largest_;
    Time now_ = 0;
    std::deque<Held> held_;
    std::deque<Emerged> emerged_;  // the newest first
    std::uint32_t names_ = 0;
    std::uint32_t picked_rules_ = 0;
    bool nat_wanted_ = false;
    std::set<EntryId> forgotten_;
    std::vector<EntryView> last_views_;
    std::map<std::string, std::size_t> met_;
    std::vector<oracle::Json> steps_;
    std::vector<std::vector<Bytes>> came_out_;

    std::string make(const PathMove& move);
    std::string send(const Bytes& bytes, const std::string& in, Hold hold);
    std::string release(std::size_t which);
    std::string finish(Held& held, std::uint64_t asked_before);
    void change_rules(const PathMove& move, bool replaces);
    void change_interfaces(const PathMove& move);
    void configure(const PathMove& move);
    void wait(const PathMove& move);
    void erase(const PathMove& move);
    [[nodiscard]] Bytes next_packet(const PathMove& move) const;
    [[nodiscard]] std::uint64_t nat_rules_asked() const;
    [[nodiscard]] invariant::PassageView passage_view(const Held& held, bool asked) const;
    [[nodiscard]] std::vector<EntryView> views() const;
    void note(const invariant::PassageView& view, const Passage& passage);
    void step(oracle::Json json);
    std::string check();
    std::string end();
};

}  // namespace conntrack::testing
