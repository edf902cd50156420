#include "proofs/distinguish/tcp_rules.hpp"

namespace conntrack::proofs {

namespace {

using S = TcpSwitches;

constexpr TcpRule rules[] = {
    {"ninth_state_listens", "the ninth state is LISTEN, which nothing enters, instead of SYN_SENT2",
     &S::ninth_state_listens},
    {"push_counts_in_flag_check", "PSH counts in the list of valid flag sets", &S::push_counts_in_flag_check},
    {"unseen_side_has_zero_end", "a side whose end is 0 counts as not met, else one whose window is 0",
     &S::unseen_side_has_zero_end},
    {"bare_syn_initialises", "a SYN without ACK tells where a side begins, too", &S::bare_syn_initialises},
    {"scaling_needs_reply", "both sides scale or none: asked in the reply direction only", &S::scaling_needs_reply},
    {"midstream_scales_window", "the window of a side that is met in mid stream is scaled",
     &S::midstream_scales_window},
    {"midstream_fits_receiver", "a side that is met in mid stream tells where the other one stands",
     &S::midstream_fits_receiver},
    {"reinitialise", "when a side that is known begins anew with a higher sequence number", &S::reinitialise},
    {"move_empty", "which segments without data are tested as if they came in sequence", &S::move_empty},
    {"trims_to_window", "data beyond the edge is cut off, and a FIN with it", &S::trims_to_window},
    {"tests_end_above", "the end of the data must lie below the upper edge, else its start", &S::tests_end_above},
    {"tests_seq_below", "the start of the data must lie above the lower edge, else its end", &S::tests_seq_below},
    {"tests_ack_below", "the lower bound of the acknowledgement is put on ACK and strict, else on SACK",
     &S::tests_ack_below},
    {"lower_bound_needs_receiver", "no lower bound while the receiver's window is not known",
     &S::lower_bound_needs_receiver},
    {"counts_loose_packets", "after a pick-up the window test is off for tcp_loose packets a side",
     &S::counts_loose_packets},
    {"pickup_is_liberal", "after a pick-up the window test never refuses", &S::pickup_is_liberal},
    {"liberal_spares_no_reset", "tcp_be_liberal does not save a RST", &S::liberal_spares_no_reset},
    {"harmless_is_ignored", "out of the window in a harmless way is passed by, else INVALID", &S::harmless_is_ignored},
    {"tracks_maxack", "the highest acknowledgement is remembered, and whether data is unacknowledged",
     &S::tracks_maxack},
    {"grows_receiver_window", "data beyond the edge widens the receiver's window", &S::grows_receiver_window},
    {"receiver_window_must_be_known", "... only if that window is known", &S::receiver_window_must_be_known},
    {"retransmission_has_ack_window", "a retransmission agrees in acknowledgement and window, too",
     &S::retransmission_has_ack_window},
    {"retransmission_window_scaled", "... in the scaled window, kept in 16 bits", &S::retransmission_window_scaled},
    {"fresh_receiver_window_is_one", "the silent side of a new entry has a window of 1",
     &S::fresh_receiver_window_is_one},
    {"syn_keeps_liberal", "reading the options of a SYN keeps BE_LIBERAL", &S::syn_keeps_liberal},
    {"reopen", "when a SYN reopens a connection that has ended", &S::reopen},
    {"out_of_sync", "what becomes of a SYN/ACK that answers a SYN which was let through", &S::out_of_sync},
    {"lets_reset_of_unseen_syn_pass", "a RST that answers a SYN which was let through changes nothing",
     &S::lets_reset_of_unseen_syn_pass},
    {"validates_reset", "a RST below the highest acknowledgement is INVALID", &S::validates_reset},
    {"validates_reset_exactly", "a RST that is not exactly in sequence only shortens the timeout of ESTABLISHED",
     &S::validates_reset_exactly},
    {"reset_answers_other_side_only", "a RST that answers a SYN let through must come from the other side",
     &S::reset_answers_other_side_only},
    {"accounts_deleting_reset", "the RST that deletes an unanswered entry is counted first",
     &S::accounts_deleting_reset},
    {"records_last_dir", "every accepted packet leaves its direction", &S::records_last_dir},
    {"records_last_end", "a packet that is let through leaves its end", &S::records_last_end},
    {"records_ignored_syn", "... its window, and a SYN its options", &S::records_ignored_syn},
    {"marks_closer", "the side whose FIN comes first is marked", &S::marks_closer},
    {"has_unacknowledged_timeout", "unacknowledged data shortens the timeout", &S::has_unacknowledged_timeout},
    {"simultaneous_open", "a simultaneous open is remembered, and completed by an ACK of the reply side",
     &S::simultaneous_open},
    {"challenge_ack", "a challenge ACK in LAST_ACK is let through", &S::challenge_ack},
    {"unreplied_syn_not_refreshed", "a repeated SYN renews nothing; an unanswered pick-up gets a short timeout",
     &S::unreplied_syn_not_refreshed},
    {"reset_takes_close_timeout", "a RST gives the timeout of CLOSE in every state", &S::reset_takes_close_timeout},
    {"zero_window_takes_retrans_timeout", "a window of zero shortens the timeout",
     &S::zero_window_takes_retrans_timeout},
    {"invalid_closer_shrinks", "INVALID FINs or RSTs of both sides shorten the timeout", &S::invalid_closer_shrinks},
};
// Every switch is one byte, so none is forgotten.
static_assert(std::size(rules) == sizeof(TcpSwitches));

std::string_view word_of(bool value) { return value ? "yes" : "no"; }
std::string_view word_of(Reinitialise value) {
    switch (value) {
        case Reinitialise::original_in_syn_sent: return "the original side in SYN_SENT";
        case Reinitialise::original_in_syn_sent_reply_in_syn_recv: break;
        case Reinitialise::any_syn_before_established: return "with a SYN before ESTABLISHED";
    }
    return "the original side in SYN_SENT, the reply side in SYN_RECV";
}
std::string_view word_of(MoveEmpty value) {
    switch (value) {
        case MoveEmpty::all: return "all";
        case MoveEmpty::all_but_resets: return "all but RSTs";
        case MoveEmpty::reset_of_syn_sent: break;
    }
    return "a RST with sequence number 0 in SYN_SENT";
}
std::string_view word_of(Reopen value) {
    return value == Reopen::always ? "always" : "after a FIN, or a RST of its own side";
}
std::string_view word_of(OutOfSync value) {
    switch (value) {
        case OutOfSync::delete_by_last_seq: return "dropped, the entry deleted, if it acknowledges more than its start";
        case OutOfSync::delete_by_last_end: return "dropped, the entry deleted, if it acknowledges its end";
        case OutOfSync::resynchronise: break;
    }
    return "the entry opens anew, if it acknowledges its end";
}

}  // namespace

std::span<const TcpRule> tcp_rules() { return rules; }

std::string_view value_of(const TcpRule& rule, const TcpSwitches& switches) {
    return std::visit([&](auto of) { return word_of(switches.*of); }, rule.of);
}

void copy_value(const TcpRule& rule, TcpSwitches& to, const TcpSwitches& from) {
    std::visit([&](auto of) { to.*of = from.*of; }, rule.of);
}

}  // namespace conntrack::proofs
