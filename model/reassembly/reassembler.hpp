// Puts the fragments of a datagram together before tracking, as the defragmentation hooks of a kernel do: bytes and
// time in, the whole datagram out. Holds no more than its limits say, and nothing for longer than its timeouts.
// Sources: ip_fragment.c, inet_fragment.c, nf_defrag_ipv4.c, nf_conntrack_reasm.c.
#pragma once

#include "model/reassembly/datagram_queue.hpp"
#include "spec/settings.hpp"
#include "spec/time.hpp"

#include <list>
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

namespace conntrack {

/// The limits of one family's queues.
struct ReassemblyLimits {
    std::uint64_t high_thresh = 0, low_thresh = 0;  // bytes
    Time timeout = 0;
};

/// Fragments that were given up: their datagram will not be complete.
struct LostDatagram {
    DatagramKey key;
    Clause why = Clause::ip_fragment_timeout;
    Time when = 0;
    Time begun = 0;             // when the first of them came
    std::uint64_t number = 0;   // that its Arrival bore
    std::size_t fragments = 0;  // that were waiting
    PacketBytes first;          // the first part as it came, empty if it did not: what an ICMP error would quote
    std::string interface;      // by which the latest came
    /// linux-6.18 tells the sender (time exceeded, fragment reassembly): always in IPv6, in IPv4 only for datagrams to
    /// the router itself.
    bool answered = false, answered_if_local = false;
};

/// The packet is no fragment, or one that reassembly does not take: it goes on as it is.
struct GoesOn {
    bool fragment = false;
};
/// It waits for the others; for the path it has vanished.
struct Waits {};
/// It is dropped.
struct DroppedFragment {
    Clause why;
};

struct Taken {
    std::variant<GoesOn, Waits, DroppedFragment, WholeDatagram> outcome;
    std::vector<LostDatagram> lost;  // what had to go because of this packet
};

class Reassembler {
  public:
    /// With the limits of the edition.
    explicit Reassembler(const Edition& edition);

    /// IPv6: nf_conntrack_frag6_timeout and its thresholds as they are in `settings`, for queues that begin from now
    /// on.
    void configure(const Settings& settings);
    void limit(Family family, const ReassemblyLimits& limits) { pool(family).limits = limits; }

    /// Time goes on to `now` (it never goes back): the queues that ran out by then, in that order. linux-6.18 lets
    /// timers of this length run up to 2.048 s late (512 of its ticks); here they are exact.
    [[nodiscard]] std::vector<LostDatagram> advance(Time now);

    /// One IP packet, its header checked already (wire::decode). Shorter bytes than the header says were cut by a
    /// capture. `now` is not before what advance() was told last.
    [[nodiscard]] Taken take(std::span<const std::uint8_t> packet, const Arrival& arrival, Time now);

    /// What the family's queues are charged with; at most its high_thresh and one packet more.
    [[nodiscard]] std::uint64_t charged_bytes(Family family) const { return pool(family).charged; }
    [[nodiscard]] std::size_t waiting_datagrams() const { return ipv4_.queues.size() + ipv6_.queues.size(); }

    /// A queue without any fragment is charged with this, bytes.
    static constexpr std::uint32_t queue_charge = 200;

  private:
    struct Waiting {
        DatagramQueue fragments;
        Time deadline = 0;
        Time begun = 0;
        std::uint64_t number = 0;
        std::string interface;
        std::uint32_t source_count = 0;           // of the source when its latest fragment came
        std::list<DatagramKey>::iterator oldest;  // its place in Pool::by_age
    };
    using Queues = std::map<DatagramKey, Waiting>;

    struct Pool {
        ReassemblyLimits limits;
        Queues queues;
        std::set<std::pair<Time, DatagramKey>> deadlines;
        std::list<DatagramKey> by_age;  // the one whose latest fragment is oldest comes first
        std::uint64_t charged = 0;
    };

    /// What is known of a source while queues of it exist (inet_peer).
    struct Source {
        std::uint32_t fragments = 0;
        std::size_t queues = 0;
    };

    const Edition* edition_;
    Pool ipv4_, ipv6_;
    std::map<Address, Source> sources_;  // IPv4

    [[nodiscard]] Pool& pool(Family family) { return family == Family::ipv4 ? ipv4_ : ipv6_; }
    [[nodiscard]] const Pool& pool(Family family) const { return family == Family::ipv4 ? ipv4_ : ipv6_; }
    void make_room(Pool& pool, Time now, std::vector<LostDatagram>& lost);
    [[nodiscard]] Queues::iterator find_or_begin(Pool& pool, const DatagramKey& key, Time now);
    void check_distance(Pool& pool, Queues::iterator queue, Time now, std::vector<LostDatagram>& lost);
    void set_deadline(Pool& pool, Queues::iterator queue, Time deadline);
    [[nodiscard]] LostDatagram loss(const Queues::value_type& queue, Clause why, Time when) const;
    void erase(Pool& pool, Queues::iterator queue);
    [[nodiscard]] Taken put(Fragment fragment, const Arrival& arrival, Time now);
};

}  // namespace conntrack
