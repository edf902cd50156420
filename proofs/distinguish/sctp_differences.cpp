#include "proofs/distinguish/sctp_differences.hpp"

#include "proofs/sctp_relation.hpp"
#include "spec/settings.hpp"

#include <algorithm>
#include <optional>
#include <variant>

namespace conntrack::proofs {

namespace {

using machines::reading::event_number;
using machines::reading::opener_number;
using machines::reading::refuses;
using machines::reading::RunningSctpRow;
using sctp::ChunkKind;
using sctp::State;

using Rows = std::vector<RunningSctpRow>;
constexpr std::size_t first_opener = 2 * sctp::chunk_kind_count;

bool opens(const RunningSctpRow& row) { return row.event >= first_opener; }
ChunkKind kind_of(const RunningSctpRow& row) { return static_cast<ChunkKind>(row.event % sctp::chunk_kind_count); }

/// Where a chunk that fits leads; nothing: it is refused, or there is no row.
std::optional<State> target(const Rows& rows, State from, std::size_t event) {
    for (const RunningSctpRow& row : rows)
        if (row.from == static_cast<std::size_t>(from) && row.event == event)
            return refuses(row) ? std::nullopt : std::optional(static_cast<State>(row.to));
    return std::nullopt;
}

/// A chunk that opens leads where the table leads from NONE, or the state waits until the packet is handled: what
/// rows_in_order() does for an edition is done again for a changed one.
void settle_openers(SctpVariant& v) {
    for (RunningSctpRow& row : v.rows) {
        if (!opens(row) || refuses(row)) continue;
        const auto to = target(v.rows, State::none, event_number(Direction::original, kind_of(row)));
        row.to =
            static_cast<std::size_t>(v.edition.sctp.opening_decides_state ? to.value_or(State::none) : State::none);
    }
}

/// The rows of which `which` says so are the other's.
template <class Which>
void take_rows(SctpVariant& v, const SctpVariant& other, Which which) {
    std::erase_if(v.rows, which);
    std::ranges::copy_if(other.rows, std::back_inserter(v.rows), which);
    settle_openers(v);
}

// --- rules
// ------------------------------------------------------------------------------------------------------------

using SctpSwitch = std::variant<bool SctpSwitches::*, CompleteTag SctpSwitches::*>;
struct SctpRule {
    std::string_view name, about;  // what is so where the switch is on, or what it chooses
    SctpSwitch of;
};
using S = SctpSwitches;
constexpr SctpSwitch heartbeat_rule = &S::heartbeats, opener_rule = &S::opens_by_rows_alone;

constexpr SctpRule rules[] = {
    {"heartbeats", "HEARTBEAT and HEARTBEAT ACK have rows, teach tags and may bear wrong ones", heartbeat_rule},
    {"checks_checksum", "a packet with a wrong CRC32c is INVALID", &S::checks_checksum},
    {"bounds_walk", "a packet without chunks, or with one of no length, is refused by what it is", &S::bounds_walk},
    {"opens_by_rows_alone", "chunks without a row cannot open an entry", opener_rule},
    {"opening_decides_state", "the first packet's chunks have moved the state before the packet is handled",
     &S::opening_decides_state},
    {"any_opener_leaves_its_tag",
     "whatever opens but an INIT leaves the tag it bears to the other side, else SHUTDOWN ACK",
     &S::any_opener_leaves_its_tag},
    {"abort_goes_by_flag", "an ABORT bears its side's tag, with its T flag the other's; else either",
     &S::abort_goes_by_flag},
    {"complete_tag", "which tags a SHUTDOWN COMPLETE may bear", &S::complete_tag},
    {"init_tag_is_originals", "INIT and INIT ACK set the tag of the original side, whoever sent them",
     &S::init_tag_is_originals},
    {"marks_inits", "an INIT leaves a mark; an INIT ACK of another tag is taken only where INITs crossed",
     &S::marks_inits},
    {"init_keeps_closed_timer", "an INIT that leaves a connection CLOSED does not refresh it",
     &S::init_keeps_closed_timer},
    {"assures_by_handshake", "ASSURED by a COOKIE ACK that ends its packet, else whenever ESTABLISHED comes",
     &S::assures_by_handshake},
};
// Every switch is one byte, so none is forgotten.
static_assert(std::size(rules) == sizeof(SctpSwitches));

std::string_view word_of(bool value) { return value ? "yes" : "no"; }
std::string_view word_of(CompleteTag value) {
    switch (value) {
        case CompleteTag::own_or_flagged_other: return "its side's, or with its T flag the other side's";
        case CompleteTag::any_unless_flagged: return "any; with its T flag one of the two";
        case CompleteTag::as_flagged: break;
    }
    return "its side's, with its T flag the other side's";
}
std::string_view value_of(const SctpRule& rule, const SctpSwitches& switches) {
    return std::visit([&](auto of) { return word_of(switches.*of); }, rule.of);
}

bool is_heartbeat(ChunkKind kind) { return kind == ChunkKind::heartbeat || kind == ChunkKind::heartbeat_ack; }
/// A row that is there only where HEARTBEATs have rows.
bool is_of_heartbeats(const RunningSctpRow& row) {
    return is_heartbeat(kind_of(row)) || row.from == static_cast<std::size_t>(State::heartbeat_sent);
}

/// The switch, and the rows that hang on it.
void take_rule(SctpVariant& v, const SctpVariant& other, const SctpRule& rule) {
    std::visit([&](auto of) { v.edition.sctp.*of = other.edition.sctp.*of; }, rule.of);
    if (rule.of == heartbeat_rule) {
        constexpr auto sent = static_cast<std::size_t>(State::heartbeat_sent);
        v.timeouts.of[sent] = other.timeouts.of[sent];
        take_rows(v, other, is_of_heartbeats);
    } else if (rule.of == opener_rule) {
        take_rows(v, other, [](const RunningSctpRow& row) { return row.event == opener_number(ChunkKind::other); });
    } else {
        settle_openers(v);
    }
}

void add_rules(std::vector<SctpDifference>& out, const SctpVariant& one, const SctpVariant& other) {
    for (const SctpRule& rule : rules) {
        const auto mine = value_of(rule, one.edition.sctp), theirs = value_of(rule, other.edition.sctp);
        if (mine == theirs) continue;
        out.push_back({DifferenceKind::rule,
                       std::string(rule.name),
                       std::string(rule.about),
                       {std::string(mine), std::string(theirs)},
                       [&rule](SctpVariant& v, const SctpVariant& from) { take_rule(v, from, rule); }});
    }
}

// --- cells and settings
// -----------------------------------------------------------------------------------------------

std::string words(const std::optional<State>& to) { return to ? std::string(sctp::name(*to)) : "INVALID"; }

void add_cells(std::vector<SctpDifference>& out, const SctpVariant& one, const SctpVariant& other) {
    for (std::size_t state = 0; state < static_cast<std::size_t>(State::heartbeat_sent); ++state) {
        const auto from = static_cast<State>(state);
        for (const Direction dir : {Direction::original, Direction::reply}) {
            if (from == State::none && dir == Direction::reply) continue;  // the first packet is the original side's
            for (std::size_t number = 0; number < sctp::chunk_kind_count; ++number) {
                const auto kind = static_cast<ChunkKind>(number);
                const std::size_t event = event_number(dir, kind);
                const auto mine = target(one.rows, from, event), theirs = target(other.rows, from, event);
                if (is_heartbeat(kind) || mine == theirs) continue;
                out.push_back({DifferenceKind::cell,
                               sctp_cell_name(from, dir, kind),
                               "",
                               {words(mine), words(theirs)},
                               [state, event](SctpVariant& v, const SctpVariant& o) {
                                   take_rows(v, o, [=](const RunningSctpRow& row) {
                                       return row.from == state && row.event == event;
                                   });
                               }});
            }
        }
    }
}

void add_settings(std::vector<SctpDifference>& out, const SctpVariant& one, const SctpVariant& other) {
    for (std::size_t state = 1; state < static_cast<std::size_t>(State::heartbeat_sent); ++state) {
        const Setting setting = sctp::timeout_setting(static_cast<State>(state));
        if (one.timeouts.of[state] == other.timeouts.of[state]) continue;
        const auto in_words = [](Time span) {
            const auto tenths = span / (nanoseconds_per_second / 10);
            return std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "");
        };
        out.push_back(
            {DifferenceKind::setting,
             std::string(info(setting).name),
             "",
             {in_words(one.timeouts.of[state]), in_words(other.timeouts.of[state])},
             [state](SctpVariant& v, const SctpVariant& from) { v.timeouts.of[state] = from.timeouts.of[state]; }});
    }
}

}  // namespace

SctpVariant::SctpVariant(EditionId id)
    : edition(conntrack::edition(id)),
      rows(machines::reading::read_sctp(id).rows),
      timeouts(sctp::read_timeouts(Settings(edition))) {}

std::vector<SctpDifference> sctp_differences(const SctpVariant& one, const SctpVariant& other) {
    std::vector<SctpDifference> out;
    add_cells(out, one, other);
    add_rules(out, one, other);
    add_settings(out, one, other);
    return out;
}

}  // namespace conntrack::proofs
