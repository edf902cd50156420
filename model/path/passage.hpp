// A packet on its way through the router: where it is, what it carries, and what came of it.
#pragma once

#include "model/reassembly/reassembler.hpp"
#include "model/router.hpp"
#include "model/tracker.hpp"
#include "spec/hook.hpp"
#include "spec/wire/ipv4_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack {

/// A packet that left the router.
struct Sent {
    std::string side;  // the interface
    std::vector<std::uint8_t> bytes;
};

/// A packet that the router made itself, and what tracking said of it.
struct LocalAnswer {
    Sent sent;
    Verdict verdict;
    bool emerged = false;
};

/// Why a packet did not go on.
enum class Stop : std::uint8_t {
    none,
    malformed,  // the IP layer, before tracking
    fragment,   // it waits for the others, or is dropped: `fragment` says why
    too_big,    // it may not be cut into pieces small enough
    tracking,   // the verdict's clause says why
    rule,       // `rule` of the passage; null: the chain's policy
    no_route,   // martian, or nobody to send it to
    hop_limit,
    options,            // a fault, or a source route
    no_free_tuple,      // NAT found none
    not_translatable,   // NAT could not rewrite it: too short, or an ICMP redirect
    no_address,         // MASQUERADE or REDIRECT found none
    interface_changed,  // a masqueraded flow turned to another interface
    confirmation,
};

std::string_view words(Stop stop);

/// A packet on its way. It must be given to PacketPath::free() in the end.
struct Passage {
    std::string in;                   // the interface by which it came
    std::vector<std::uint8_t> came;   // its bytes as they came in
    std::vector<std::uint8_t> bytes;  // as they are now
    Packet packet;                    // what they say
    InFlight flight;
    std::uint32_t mark = 0;
    wire::Ipv4Options options;  // once they have been read

    enum class Place : std::uint8_t { before_routing, left, delivered, stopped } place = Place::before_routing;
    Route route;
    std::string towards;  // the name of the interface by which it is to leave: interfaces may change while it waits
    Stop stop = Stop::none;
    Hook stopped_at = Hook::prerouting;
    std::string rule;                 // the rule (text) that stopped it, or the chain whose policy did
    std::string_view malformed;       // why
    std::optional<Packet> arrived;    // as it came in; nothing: malformed
    std::optional<Clause> fragment;   // what reassembly did with it, if that is where it stopped
    Chunks chunks;                    // if it was reassembled: the parts it consists of
    std::vector<PacketBytes> pieces;  // what leaves
    std::vector<Sent> out;            // more than one: fragments
    std::vector<LocalAnswer> answers;
    std::vector<std::string> log;  // lines that LOG rules would write
    bool uncertain = false;        // a match that is not known was decided by the user's word

    [[nodiscard]] bool emerged() const { return place == Place::left; }
};

}  // namespace conntrack
