// All invariants, each with the sentence it states. They hold of every entry that packets made (not of one that was
// imported: what its windows were is not known) after every packet, once advance() has let its time pass.
#pragma once

#include "spec/invariants/assured_implies_seen_reply.hpp"
#include "spec/invariants/binding_changes_its_end.hpp"
#include "spec/invariants/binding_is_kept.hpp"
#include "spec/invariants/bound_means_decided.hpp"
#include "spec/invariants/comes_back.hpp"
#include "spec/invariants/flow_agrees_with_status.hpp"
#include "spec/invariants/leaves_as_its_binding_says.hpp"
#include "spec/invariants/linked_means_confirmed_and_alive.hpp"
#include "spec/invariants/nothing_is_left.hpp"
#include "spec/invariants/only_streams_are_assured.hpp"
#include "spec/invariants/references_are_counted.hpp"
#include "spec/invariants/reply_is_the_inverse.hpp"
#include "spec/invariants/requests_outnumber_replies.hpp"
#include "spec/invariants/rules_are_for_first_packets.hpp"
#include "spec/invariants/status_only_grows.hpp"
#include "spec/invariants/tcp_closer_is_known.hpp"
#include "spec/invariants/tcp_fields_fit.hpp"
#include "spec/invariants/tcp_handshake_was_answered.hpp"
#include "spec/invariants/tcp_opener_is_seen.hpp"
#include "spec/invariants/tcp_scale_was_offered.hpp"
#include "spec/invariants/tcp_state_is_known.hpp"
#include "spec/invariants/timer_is_sound.hpp"
#include "spec/invariants/tuples_are_unique.hpp"
#include "spec/invariants/unanswered_counts_no_replies.hpp"
#include "spec/invariants/unconfirmed_is_unanswered.hpp"
#include "spec/invariants/untranslated_without_entry.hpp"

#include <array>
#include <span>
#include <string_view>

namespace conntrack::invariant {

/// An invariant of each entry alone.
struct EntryInvariant {
    std::string_view name, sentence;
    bool (*holds)(const EntryView&);
};

/// An invariant of the table as a whole.
struct TableInvariant {
    std::string_view name, sentence;
    bool (*holds)(std::span<const EntryView>);
};

/// An invariant of an entry before and after anything that happens.
struct StepInvariant {
    std::string_view name, sentence;
    bool (*holds)(const EntryView& before, const EntryView& after);
};

/// An invariant of each packet that has gone its way.
struct PassageInvariant {
    std::string_view name, sentence;
    bool (*holds)(const PassageView&);
};

/// An invariant of the router once all is over.
struct RestInvariant {
    std::string_view name, sentence;
    bool (*holds)(const RestView&);
};

/// Asks an invariant of TCP of those entries that are TCP.
template <bool (*Holds)(const TcpView<Concrete>&)>
constexpr bool of_tcp(const EntryView& e) {
    return !e.tcp || Holds(*e.tcp);
}

// clang-format off
inline constexpr std::array<EntryInvariant, 21> entry_invariants = {{
    {"assured_implies_seen_reply", "An ASSURED flow has been answered.", assured_implies_seen_reply},
    {"flow_agrees_with_status", "SEEN_REPLY and ASSURED say what the flow machine says.", flow_agrees_with_status},
    {"linked_means_confirmed_and_alive", "Lookups find exactly the entries that are confirmed and not dying.",
     linked_means_confirmed_and_alive},
    {"reply_is_the_inverse", "Without a binding, the reply tuple is the inverse of the original one.",
     reply_is_the_inverse},
    {"binding_changes_its_end", "What leaves differs from what came exactly in the ends that are bound.",
     binding_changes_its_end},
    {"bound_means_decided", "SRC_NAT implies SRC_NAT_DONE, and DST_NAT implies DST_NAT_DONE.", bound_means_decided},
    {"comes_back", "What goes out one way comes back the other.", [](const EntryView& e) { return comes_back(e); }},
    {"only_streams_are_assured", "ICMP and unknown protocols are never ASSURED.", only_streams_are_assured},
    {"requests_outnumber_replies", "An ICMP entry of linux-2.6.9 is owed a reply.", requests_outnumber_replies},
    {"unconfirmed_is_unanswered", "Nobody has answered an entry that is not confirmed.", unconfirmed_is_unanswered},
    {"unanswered_counts_no_replies", "An unanswered entry has counted no reply.", unanswered_counts_no_replies},
    {"references_are_counted", "An entry has a reference for the table and one for each packet that carries it.",
     references_are_counted},
    {"existing_is_linked_or_held", "An entry that neither the table nor a packet holds is gone.",
     existing_is_linked_or_held},
    {"deadline_is_ahead", "No entry in the table is overdue.", deadline_is_ahead},
    {"remaining_was_configured", "No timer runs longer than the largest timeout that was configured.",
     remaining_was_configured},
    {"tcp_state_is_known", "No TCP entry is in NONE or LISTEN.", of_tcp<tcp_state_is_known<Concrete>>},
    {"tcp_scale_was_offered", "A side scales by at most 14, and only if its SYN offered it.",
     of_tcp<tcp_scale_was_offered<Concrete>>},
    {"tcp_opener_is_seen", "The side that opened has a window.", of_tcp<tcp_opener_is_seen<Concrete>>},
    {"tcp_handshake_was_answered", "In SYN_RECV and SYN_SENT2 both sides were seen.",
     of_tcp<tcp_handshake_was_answered<Concrete>>},
    {"tcp_closer_is_known", "linux-2.6.32: a connection closed in order knows who began.",
     of_tcp<tcp_closer_is_known<Concrete>>},
    {"tcp_fields_fit", "TCP data fit the kernel's fields, and flags are the edition's.",
     of_tcp<tcp_fields_fit<Concrete>>},
}};

inline constexpr std::array<TableInvariant, 1> table_invariants = {{
    {"tuples_are_unique", "No two entries in the table share a tuple.", tuples_are_unique},
}};

inline constexpr std::array<StepInvariant, 3> step_invariants = {{
    {"binding_is_kept", "A binding never changes while its entry lives.", binding_is_kept},
    {"decision_is_kept", "What NAT has decided stays decided.", decision_is_kept},
    {"status_only_grows", "SEEN_REPLY, ASSURED, CONFIRMED and DYING are never taken back.", status_only_grows},
}};

inline constexpr std::array<PassageInvariant, 5> passage_invariants = {{
    {"untranslated_without_entry", "A packet without an entry is never translated.", untranslated_without_entry},
    {"untranslated_without_nat", "No packet is translated while there are no NAT hooks.", untranslated_without_nat},
    {"leaves_as_its_binding_says", "A packet leaves as that to which the other direction's tuple is the answer.",
     leaves_as_its_binding_says},
    {"quotation_is_restored", "An ICMP error quotes to its receiver what that one had sent.", quotation_is_restored},
    {"rules_are_for_first_packets", "NAT rules are asked for the first packets of a flow alone.",
     rules_are_for_first_packets},
}};

inline constexpr std::array<RestInvariant, 3> rest_invariants = {{
    {"no_entry_is_left", "No entry outlives its timer and its packets.", no_entry_is_left},
    {"no_source_is_left", "The list by source forgets entries that are gone.", no_source_is_left},
    {"no_fragment_is_left", "No fragment waits longer than its timeout.", no_fragment_is_left},
}};
// clang-format on

}  // namespace conntrack::invariant
