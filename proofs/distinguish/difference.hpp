// In what the semantics of two editions differ, one by one: cells of the tables of TCP and SCTP, rules (switches) and
// defaults of settings; and how one edition would be with just that taken from the other.
#pragma once

#include "proofs/distinguish/sctp_differences.hpp"
#include "proofs/tcp_entry.hpp"
#include "proofs/trace.hpp"
#include "spec/flow.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace conntrack::proofs {

/// An edition with its default settings; any part of it can be changed.
struct Variant {
    explicit Variant(EditionId id);

    Semantics semantics;
    TcpSettings settings;
    struct FlowTimeouts {
        Word unreplied, stream;
    };
    std::vector<FlowTimeouts> flow_timeouts;  // by flow::Kind
    SctpVariant sctp;
};

struct Cell {
    tcp::State state;
    Direction dir;
    tcp::PacketClass cls;
    bool operator==(const Cell&) const = default;
};

struct Difference {
    DifferenceKind kind;
    std::string name;                  // "ESTABLISHED, original synack"; a switch; a setting
    std::string about;                 // the rule in a sentence; empty for cells and settings
    std::array<std::string, 2> value;  // in the one edition and in the other
    std::optional<Cell> cell;
    std::function<void(Variant&, const Variant& other)> adopt;  // makes the one as the other is
};

/// Packets that both editions meet; the last one is told apart.
struct Distinction {
    std::array<Trace, 2> traces;  // the same packets, with what each edition makes of them
    /// One edition with just this difference taken from the other would do as the other does; else further differences
    /// take part in it.
    bool alone = true;
};

/// Cells that both editions can meet, then rules, then settings; each in the order in which it is defined.
std::vector<Difference> tcp_differences(const Variant& one, const Variant& other);
/// The same of SCTP, whose cells are none of `Difference::cell`.
std::vector<Difference> association_differences(const Variant& one, const Variant& other);
/// Rules and settings of UDP, UDP-Lite, GRE or ICMP queries.
std::vector<Difference> flow_differences(std::uint8_t protocol, const Variant& one, const Variant& other);
/// How an edition tracks a protocol, its modules loaded; of IPv4.
flow::Kind flow_kind(std::uint8_t protocol, const Edition& edition);
/// The flag sets that only one of them takes.
std::optional<Difference> flag_difference(const Variant& one, const Variant& other);

}  // namespace conntrack::proofs
