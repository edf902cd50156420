// A packet on its way through the router: where it is, what it carries, and what came of it.
#pragma once

#include "model/reassembly/reassembler.hpp"
#include "model/router.hpp"
#include "model/tracking.hpp"
#include "spec/hook.hpp"
#include "spec/rules/run.hpp"
#include "spec/wire/ipv4_options.hpp"

#include <array>
#include <cstdint>
#include <memory>
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
    bool uncertain = false;  // that hangs on a match that is not known, which the packet it answers does not
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
    no_free_port,       // nor here, and took one that was not: confirmation shows it
    not_translatable,   // NAT could not rewrite it: too short, or an ICMP redirect
    no_address,         // MASQUERADE or REDIRECT found none
    interface_changed,  // a masqueraded flow turned to another interface
    confirmation,
    helper,  // the verdict's clause says why
};

std::string_view words(Stop stop);

/// A chain that the packet met, and which of its rules took it.
struct ChainMet {
    Hook hook = Hook::prerouting;
    rules::TableId table = rules::TableId::filter;
    std::shared_ptr<const rules::RuleSet> rules;  // what the rest points into
    std::vector<rules::Step> steps;
    rules::Decision decision;
};

/// A packet on its way. It must be given to PacketPath::free() in the end.
struct Passage {
    std::string in;                   // the interface by which it came; empty: the router sent it
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
    std::size_t rule_line = 0;        // where it stands in the rules' text; 0: a policy
    bool rejected = false;            // the rule was a REJECT
    std::string_view malformed;       // why
    std::optional<Packet> arrived;    // as it came in; nothing: malformed
    std::optional<Clause> fragment;   // what reassembly did with it, if that is where it stopped
    std::size_t fragments = 1;        // that it came in
    std::vector<LostDatagram> lost;   // fragments of others that had to go because of it
    Chunks chunks;                    // if it was reassembled: the parts it consists of
    std::vector<PacketBytes> pieces;  // what leaves
    std::vector<Sent> out;            // more than one: fragments
    std::vector<LocalAnswer> answers;
    std::vector<std::string> log;  // lines that LOG rules would write
    bool cut = false;              // a capture holds less of it than its header says

    // What hangs on matches that are not known (hanging_flows.hpp).
    std::uint64_t number = 0;                // that PacketPath::Options bore
    bool uncertain = false;                  // what is said of this packet hangs,
    Hook uncertain_from = Hook::prerouting;  // from there on,
    std::uint64_t uncertain_since = 0;       // on a match that the packet of this number met
    bool entry_hangs = false;                // whether its entry exists, and what it says
    bool mark_hangs = false;                 // the mark of its entry,
    std::uint64_t mark_since = 0;            // on a match that the packet of this number met
    bool mark_settled = false;               // that mark was overwritten
    std::array<bool, 2> end_hangs{};         // by nat::Manip: what was bound

    std::array<bool, 2> bound{};  // by nat::Manip: this packet had it decided
    bool keeps_chains = false;    // for those who explain: `chains` is kept
    std::vector<ChainMet> chains;

    [[nodiscard]] bool emerged() const { return place == Place::left; }
    /// What tracking said; of a packet that did not reach it: why.
    [[nodiscard]] Verdict verdict() const {
        Verdict out = flight.verdict();
        if (fragment) out.clause = *fragment;
        if (!out.seen && stop == Stop::rule) out.clause = Clause::rules_raw_drop;
        return out;
    }
};

}  // namespace conntrack
