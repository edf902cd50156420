// A tracker whose table is small: every tuple in one chain unless a test says otherwise.
#pragma once

#include "tests/model/tracker/fixture.hpp"

#include <map>
#include <vector>

namespace conntrack::testing {

/// Puts tuples into the buckets that a test names.
class BucketsByPort final : public Choices {
  public:
    std::map<std::uint16_t, std::uint32_t> of;  // by the port that is not the server's; others: bucket 0

    std::uint32_t bucket(const Tuple& tuple, std::uint32_t buckets) override {
        const auto it = of.find(std::max(tuple.src_part, tuple.dst_part));
        return it == of.end() ? 0 : it->second % buckets;
    }
};

class FullTableOf : public TrackerOf, private Watcher {
  protected:
    std::vector<EntryId> evicted_;

    FullTableOf() {
        tracker_.configure(Setting::buckets, 1);
        tracker_.watch_by(this);
    }

    void limit(std::uint32_t max) { tracker_.configure(Setting::max, max); }
    /// A first UDP packet from this port.
    Packet first_of(std::uint16_t port) const { return udp_packet(ipv4_ends(port, 53), out); }
    Verdict open_udp(std::uint16_t port, Time now = 0) { return send(first_of(port), now); }
    /// A UDP flow that is ASSURED at `now` + 4 s.
    void open_stream(std::uint16_t port, Time now = 0) {
        const Ends ends = ipv4_ends(port, 53);
        send(udp_packet(ends, out), now);
        send(udp_packet(ends, back), now);
        send(udp_packet(ends, out), now + seconds(4));
        ASSERT_TRUE(entry_of(udp_packet(ends, out))->has(Status::assured));
    }
    [[nodiscard]] bool is_there(std::uint16_t port) const { return entry_of(first_of(port)) != nullptr; }
    [[nodiscard]] EntryId id_of(std::uint16_t port) const { return entry_of(first_of(port))->id; }
    [[nodiscard]] std::size_t count() const { return tracker_.table().existing(); }

  private:
    void evicted(const Entry& entry, const Tuple*, Time) override { evicted_.push_back(entry.id); }
};

}  // namespace conntrack::testing
