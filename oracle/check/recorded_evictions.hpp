// What a recording shows of a full table: buckets, where the implementation that was recorded told of them, and else
// who went. Linux is free there, so a check takes it over; whether it was permitted the model judges.
#pragma once

#include "oracle/record/scenario_json.hpp"
#include "spec/choices.hpp"
#include "spec/tuple.hpp"

#include <map>
#include <optional>
#include <vector>

namespace conntrack {
class Tracking;
}

namespace conntrack::oracle {

class RecordedEvictions {
  public:
    RecordedEvictions(const Recording& recording, const Tracking& tracker) : recording_(recording), tracker_(tracker) {}

    void begin_step(std::size_t step);
    /// The tuple of the step's packet, whose bucket the step may tell.
    void packet_has(const std::optional<Tuple>& tuple) { packet_tuple_ = tuple; }

    /// `otherwise` stands in where the recording tells of none. What was said of a tuple once is said again.
    [[nodiscard]] std::uint32_t bucket(const Tuple& tuple, std::uint32_t otherwise);
    [[nodiscard]] std::optional<EarlyDropSeen> early_drop();
    [[nodiscard]] bool packet_was_refused() const;
    [[nodiscard]] std::vector<CollectedSeen> collected();

  private:
    const Recording& recording_;
    const Tracking& tracker_;
    std::size_t step_ = 0;
    std::optional<Tuple> packet_tuple_;
    bool asked_collected_ = false, asked_early_drop_ = false;
    bool buckets_read_ = false, knows_buckets_ = false;
    std::map<Tuple, std::uint32_t> buckets_;  // of every tuple that the tables show, and of those that were asked for

    void read_buckets();
    [[nodiscard]] Fields line() const;
    [[nodiscard]] std::vector<CollectedSeen> destroyed(const char* key) const;
    [[nodiscard]] std::optional<std::vector<Tuple>> victims() const;
};

}  // namespace conntrack::oracle
