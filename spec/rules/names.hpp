// The words of rules that stand for numbers: protocols, ICMP types, states, flags, log levels, kinds of REJECT.
// Sources: the extensions of iptables 1.8.9, /etc/protocols of Debian.
#pragma once

#include "spec/address.hpp"
#include "spec/rules/match.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conntrack::rules {

struct NamedNumber {
    std::string_view name;
    std::uint32_t number = 0;
};

/// Protocols; where a number has several names, iptables-save writes the first.
std::span<const NamedNumber> protocol_names();
/// tcp, or the number where there is no name.
std::string protocol_text(std::uint8_t protocol);

struct IcmpName {
    std::string_view name;
    std::uint8_t type = 0, code_min = 0, code_max = 255;
};
std::span<const IcmpName> icmp_names(Family family);

/// --state and --ctstate, in the order in which iptables-save writes them; SNAT and DNAT are --ctstate's alone.
std::span<const NamedNumber> state_names(bool with_nat);
/// --ctstatus, as bits of Status; NONE is 0.
std::span<const NamedNumber> ctstatus_names();
/// --tcp-flags, without ALL and NONE.
std::span<const NamedNumber> tcp_flag_names();
/// --log-level.
std::span<const NamedNumber> log_level_names();

/// A word of --reject-with, and its short form.
struct RejectName {
    std::string_view name, alias;
};
/// The default stands first.
std::span<const RejectName> reject_names(Family family);

/// A connection tracking helper, with the protocols that the kernel has it for.
struct HelperName {
    std::string_view name;
    bool tcp = false, udp = false;
};
std::span<const HelperName> helper_names();

/// Are they the same but for upper and lower case (ASCII)?
bool same_word(std::string_view a, std::string_view b);

/// The number of a name, whatever its case.
std::optional<std::uint32_t> find_number(std::span<const NamedNumber> names, std::string_view name);

/// The names whose bits are in `bits`, with commas between.
std::string bit_names(std::span<const NamedNumber> names, std::uint32_t bits);

/// All names of a table, for messages.
template <class Name>
std::vector<std::string> name_list(std::span<const Name> names) {
    std::vector<std::string> out;
    for (const Name& name : names) out.emplace_back(name.name);
    return out;
}

}  // namespace conntrack::rules
