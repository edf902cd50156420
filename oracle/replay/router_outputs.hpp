// A capture made on a router holds a forwarded packet twice, as it came and as it left. What the model's router sent
// lately is remembered here, so that the second one is recognised and not tracked again.
#pragma once

#include "model/path/passage.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace conntrack::oracle {

/// A captured packet that the router has sent.
struct SeenOutput {
    std::uint64_t frame = 0;  // the frame that it is on its way out, or that it answers
    bool answer = false;      // the router's own answer to it
    bool as_said = true;      // false: the real router did something else
    std::string said;         // ... than this
};

/// "frame 5 on its way out", "the router's answer to frame 5"; and what the model says should have become of it, if
/// that is not what the capture shows.
std::string seen_text(const SeenOutput& seen);

class RouterOutputs {
  public:
    /// How long after a packet came its other half is looked for.
    static constexpr Time window = nanoseconds_per_second;

    /// What came of the packet of a frame, whose IP bytes are `passage.came`.
    void add(std::uint64_t frame, const Passage& passage, Time now);

    /// Is this packet one that the router has sent? `interface`: that it was captured on, empty if that is not one of
    /// the router's.
    std::optional<SeenOutput> recognise(std::span<const std::uint8_t> packet, std::string_view interface, Time now);

  private:
    struct Expected {
        std::uint64_t frame = 0;
        Time when = 0;
        std::string in, side;            // side is empty: nothing came out
        std::vector<std::uint8_t> came;  // comparable forms
        std::vector<std::uint8_t> out;
        std::uint8_t hop_limit = 0;  // that it must be seen with
        bool answer = false;
        std::string said;
    };
    using Id = std::uint64_t;

    std::unordered_multimap<std::uint64_t, Id> by_key_;
    std::deque<std::pair<std::uint64_t, std::optional<Expected>>> expected_;  // with its key; nothing: it was seen
    Id first_ = 0;                                                            // of expected_

    void forget_before(Time time);
    void put(Expected expected, std::span<const std::uint8_t> bytes);
    std::optional<SeenOutput> take(Id id, bool as_said);
};

}  // namespace conntrack::oracle
