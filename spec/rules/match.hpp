// The matches of a rule, each with what its options say. `invert` is the `!` before an option.
// Sources: ip_tables.c, xt_tcpudp.c, xt_multiport.c, xt_mark.c, xt_connmark.c, xt_state.c, xt_conntrack.c and the
// extensions of iptables that fill their structures in.
#pragma once

#include "spec/address.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace conntrack::rules {

/// An address and the bits of it that count; the mask need not be a prefix.
struct MaskedAddress {
    Address address, mask;
    bool operator==(const MaskedAddress&) const = default;
};

/// Both ends belong to the range.
template <class Number>
struct Range {
    Number min = 0, max = 0;
    [[nodiscard]] constexpr bool has(Number n) const { return min <= n && n <= max; }
    bool operator==(const Range&) const = default;
};
using PortRange = Range<std::uint16_t>;

/// An option that may be absent, with its `!`.
template <class Value>
struct Inverting {
    Value value{};
    bool invert = false;
    bool operator==(const Inverting&) const = default;
};
template <class Value>
using Option = std::optional<Inverting<Value>>;

/// -s, -d
struct AddressMatch {
    enum class Side : std::uint8_t { source, destination } side = Side::source;
    MaskedAddress network;
    bool invert = false;
    bool operator==(const AddressMatch&) const = default;
};

/// -i, -o. `prefix`: the name ended in `+`, which stands for any rest.
struct InterfaceMatch {
    enum class Side : std::uint8_t { in, out } side = Side::in;
    std::string name;
    bool prefix = false;
    bool invert = false;
    bool operator==(const InterfaceMatch&) const = default;
};

/// -p, never 0: `-p all` is no match.
struct ProtocolMatch {
    std::uint8_t protocol = 0;
    bool invert = false;
    bool operator==(const ProtocolMatch&) const = default;
};

/// -f: fragments that are not the first (IPv4 only).
struct FragmentMatch {
    bool invert = false;
    bool operator==(const FragmentMatch&) const = default;
};

/// -m tcp, udp, sctp, dccp: --sport, --dport
struct PortsMatch {
    enum class Module : std::uint8_t { udp, sctp, dccp } module = Module::udp;
    Option<PortRange> sport, dport;
    bool operator==(const PortsMatch&) const = default;
};

/// --tcp-flags: those looked at, and those of them that must be set.
struct TcpFlagSet {
    std::uint8_t mask = 0, set = 0;
    bool operator==(const TcpFlagSet&) const = default;
};

/// -m tcp
struct TcpMatch {
    Option<PortRange> sport, dport;
    Option<TcpFlagSet> flags;     // --tcp-flags, --syn
    Option<std::uint8_t> option;  // --tcp-option: the kind of an option that is there
    bool operator==(const TcpMatch&) const = default;
};

/// -m icmp --icmp-type, -m icmp6 --icmpv6-type
struct IcmpMatch {
    bool any = false;
    std::uint8_t type = 0;
    Range<std::uint8_t> codes{0, 255};
    bool invert = false;
    bool operator==(const IcmpMatch&) const = default;
};

/// Words of --state and --ctstate, as bits of our own.
namespace state {
inline constexpr std::uint8_t invalid = 1, new_ = 2, related = 4, established = 8, untracked = 16, snat = 32, dnat = 64;
}

/// -m state
struct StateMatch {
    std::uint8_t states = 0;
    bool invert = false;
    bool operator==(const StateMatch&) const = default;
};

/// -m conntrack
struct ConntrackMatch {
    Option<std::uint8_t> states;     // --ctstate
    Option<std::uint8_t> protocol;   // --ctproto
    Option<MaskedAddress> orig_src;  // --ctorigsrc ...
    Option<MaskedAddress> orig_dst;
    Option<MaskedAddress> repl_src;
    Option<MaskedAddress> repl_dst;
    Option<PortRange> orig_src_port;  // --ctorigsrcport ...
    Option<PortRange> orig_dst_port;
    Option<PortRange> repl_src_port;
    Option<PortRange> repl_dst_port;
    Option<std::uint32_t> status;            // --ctstatus: bits of Status; 0 is NONE
    Option<Range<std::uint32_t>> expires_s;  // --ctexpire
    std::optional<Direction> dir;            // --ctdir
    bool operator==(const ConntrackMatch&) const = default;
};

/// -m mark, -m connmark: (mark & mask) == value
struct MarkMatch {
    enum class Of : std::uint8_t { packet, entry } of = Of::packet;
    std::uint32_t value = 0, mask = 0xffff'ffff;
    bool invert = false;
    bool operator==(const MarkMatch&) const = default;
};

/// -m multiport: at most fifteen ports, a range counting as two.
struct MultiportMatch {
    enum class Side : std::uint8_t { source, destination, either } side = Side::either;
    std::vector<PortRange> ports;
    bool invert = false;
    bool operator==(const MultiportMatch&) const = default;
};

/// -m comment: always matches.
struct CommentMatch {
    std::string text;
    bool operator==(const CommentMatch&) const = default;
};

/// A match that is not known here, read because the user asked for it: it decides as he said, and marks the verdict.
struct UnknownMatch {
    std::string name;
    std::string options;  // its words as they stood
    bool matches = false;
    bool operator==(const UnknownMatch&) const = default;
};

using Match = std::variant<AddressMatch, InterfaceMatch, ProtocolMatch, FragmentMatch, TcpMatch, PortsMatch, IcmpMatch,
                           StateMatch, ConntrackMatch, MarkMatch, MultiportMatch, CommentMatch, UnknownMatch>;

}  // namespace conntrack::rules
