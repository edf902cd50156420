// The SCTP tracker of an edition as something that can be changed part by part (switches, rows, timeouts), and in what
// two of them differ.
#pragma once

#include "model/machines/reading/running_sctp.hpp"
#include "proofs/distinguish/difference_kind.hpp"
#include "spec/sctp/timeouts.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace conntrack::proofs {

/// An edition's SCTP with default settings.
struct SctpVariant {
    explicit SctpVariant(EditionId id);

    Edition edition;
    std::vector<machines::reading::RunningSctpRow> rows;
    sctp::Timeouts<Concrete> timeouts;
};

struct SctpDifference {
    DifferenceKind kind;
    std::string name;                  // "COOKIE_WAIT, reply cookie_echo"; a switch; a setting
    std::string about;                 // the rule in a sentence; empty for cells and settings
    std::array<std::string, 2> value;  // in the one edition and in the other
    std::function<void(SctpVariant&, const SctpVariant& other)> adopt;  // makes the one as the other is
};

/// Cells of the table, then rules, then settings. What only one of them has rows for (HEARTBEAT, HEARTBEAT ACK and the
/// state that they lead to) is one rule.
std::vector<SctpDifference> sctp_differences(const SctpVariant& one, const SctpVariant& other);

}  // namespace conntrack::proofs
