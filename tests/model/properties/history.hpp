// What an observer heard of each entry, and whether it could be: NEW first and once, DESTROY last and once.
#pragma once

#include "model/tracker.hpp"
#include "tests/model/properties/views.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace conntrack::testing {

class History {
  public:
    /// Subscribes to every event of the tracker.
    void follow(Tracker& tracker);

    /// Compares what was heard so far with the entries there are. `tells`: the edition has a notifier, or was lent one.
    std::string check(const std::vector<EntryView>& views, bool tells);

    [[nodiscard]] std::size_t notices() const { return notices_; }
    [[nodiscard]] const std::map<EntryId, std::vector<EventMask>>& heard() const { return heard_; }

  private:
    std::map<EntryId, std::vector<EventMask>> heard_;
    std::set<EntryId> were_linked_, lost_clashes_;
    std::size_t notices_ = 0;
};

/// What is wrong with the events of one entry that is in the table, or that has left it.
std::string fault_in(const std::vector<EventMask>& events, bool linked);

}  // namespace conntrack::testing
