// What an implementation shows of a step, as values. The JSON of recordings is made from them where somebody reads it;
// what is missing is not shown. Source of the fields: docs/formats.md.
#pragma once

#include "spec/counter.hpp"
#include "spec/event.hpp"
#include "spec/tuple.hpp"
#include "spec/verdict.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace conntrack::oracle {

/// A tuple, and what of it is shown besides addresses and protocol. `tuple.zone` is 0.
struct ShownTuple {
    enum class Parts : std::uint8_t { none, ports, query };

    Tuple tuple;
    Parts parts = Parts::none;
    std::optional<std::uint16_t> zone;  // that holds for this direction alone
    bool operator==(const ShownTuple&) const = default;
};

/// `state` is the kernel's number. A DESTROY shows nothing else.
struct ShownTcp {
    std::uint8_t state = 0;
    bool is_whole = true;
    std::array<std::uint32_t, 2> wscale{}, flags{};  // by Direction
    bool operator==(const ShownTcp&) const = default;
};
struct ShownSctp {
    std::uint8_t state = 0;
    bool is_whole = true;
    std::array<std::uint32_t, 2> vtag{};  // by Direction
    bool operator==(const ShownSctp&) const = default;
};

/// What NAT has shifted in one direction.
struct ShownShift {
    std::uint32_t position = 0;
    std::int32_t before = 0, after = 0;
    bool operator==(const ShownShift&) const = default;
};

struct ShownEntry {
    std::uint64_t id = 0;  // by which its owner tells entries apart; never compared
    ShownTuple orig, reply;
    std::optional<std::uint32_t> status;
    std::optional<std::int64_t> timeout;     // whole seconds left
    std::optional<std::int64_t> timeout_ms;  // where that says more
    std::optional<std::uint32_t> mark;
    std::optional<std::uint16_t> zone;
    std::optional<ShownTcp> tcp;
    std::optional<ShownSctp> sctp;
    std::array<std::optional<Counter>, 2> counters;  // by Direction
    std::optional<std::string> helper;
    std::optional<ShownTuple> master;
    std::array<std::optional<ShownShift>, 2> shifts;  // by Direction
    std::optional<std::uint32_t> use;                 // references
};

/// By which it is found: its original tuple in its zone.
inline Tuple tuple_to_find(const ShownEntry& entry) {
    Tuple out = entry.orig.tuple;
    out.zone = entry.zone.value_or(entry.orig.zone.value_or(0));
    return out;
}

struct ShownExpectation {
    struct Nat {
        std::uint32_t dir = 0;
        ShownTuple tuple;
        bool operator==(const Nat&) const = default;
    };

    std::uint64_t id = 0;  // never compared
    std::optional<ShownTuple> tuple, mask, master;
    std::optional<Nat> nat;
    std::optional<std::int64_t> timeout;  // whole seconds left
    std::optional<std::uint32_t> flags, class_;
    std::optional<std::string> helper, fn;
    std::optional<std::uint16_t> zone;
};

/// What observers hear.
struct ShownNotice {
    Message message = Message::new_;
    std::variant<ShownEntry, ShownExpectation> about;
    std::optional<EventMask> bits = {};  // of an entry's
};

struct ShownSent {
    std::string side;
    std::vector<std::uint8_t> bytes;
    bool operator==(const ShownSent&) const = default;
};

struct ShownVerdict {
    bool seen = false;
    std::optional<CtInfo> ct;
    std::optional<Direction> dir;
    bool emerged = false;
    bool is_same = false;  // it left as it came: `sent` has no bytes
    ShownSent sent;        // if it emerged
    std::vector<ShownSent> more, local;
};

struct ShownStep {
    std::optional<ShownVerdict> verdict;               // of a packet
    std::optional<std::vector<std::uint8_t>> entered;  // the packet, where fields of it were taken from others
    std::vector<ShownNotice> events, early;            // of this step, and before it
    std::optional<std::optional<ShownEntry>> entry;    // that the packet has after the step; nothing within: none
    std::optional<std::vector<ShownEntry>> table;
    std::optional<std::vector<ShownExpectation>> expected;
    std::vector<std::string> log;  // for people
    std::vector<std::string> kernel_log;
};

}  // namespace conntrack::oracle
