// What a replay shows: a sink is told of every packet and of what happens to entries, and prints it in its own way.
#pragma once

#include "model/reassembly/reassembler.hpp"
#include "model/tracking.hpp"
#include "oracle/play/player.hpp"
#include "oracle/replay/router_outputs.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace conntrack::oracle {

/// One frame of a capture, or one step of a scenario.
struct Item {
    std::uint64_t number = 0;         // frame numbers count from 1, steps from 0
    Time time = 0;                    // since 1970 for captures, since its start for a scenario
    Time now = time;                  // when it is tracked: a frame older than one before it, at the time of that one
    std::string_view interface = {};  // of a capture made on several: the one it was captured on
};

/// A packet that was played. Of a datagram that came in fragments, the one that completed it stands for the whole.
struct PacketReport {
    Item item;
    std::size_t fragments = 1;  // that it came in
    std::span<const std::uint8_t> bytes;
    const Packet* packet = nullptr;  // null: it never reached tracking; `malformed` says why
    std::string_view malformed;
    const Verdict* verdict = nullptr;
    const Passage* passage = nullptr;  // its way through the router; null where there was none
    const Entry* entry = nullptr;      // as it is after the packet has left the router; null if it has none
};

class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// Before the first item. The sink may register observers.
    virtual void begin(Tracking&) {}
    /// Time has passed until `item`; what expired has been told.
    virtual void time_passed(const Item&) {}
    virtual void packet(const PacketReport&) {}
    /// A frame that shows what the router sent: it is not tracked again.
    virtual void left_router(const Item&, const Packet&, const SeenOutput&) {}
    /// A packet that was held goes on; its way is at an end.
    virtual void released(const Item&, const std::string&, const Passage&) {}
    /// Fragments that will never be a datagram. `told`: the first of them, with what its sender was told; null:
    /// nothing.
    virtual void fragments_lost(const LostDatagram&, const Passage* told) { (void)told; }
    /// Lines that the kernel's log would hold because of `item`.
    virtual void kernel_log(const Item&, const std::vector<std::string>&) {}
    /// A frame that holds no IP packet.
    virtual void no_packet(const Item&, std::string_view) {}
    /// A step of a scenario that is no packet: "flush", ...
    virtual void other_step(const Item&, const Json&) {}
    /// A step of a scenario as a recording has it, after all of the above.
    virtual void recorded(const Json&) {}
    virtual void end(Tracking&, Time) {}
};

}  // namespace conntrack::oracle
