// The clauses: every verdict names the one that decided it. Their texts stand in clause_table.hpp.
#pragma once

#include <cstdint>

namespace conntrack {

enum class Clause : std::uint16_t {
    // what happens before tracking
    ip_header_invalid,
    ip_fragment_waiting,
    ip_fragment_duplicate,
    ip_fragment_overlap,
    ip_fragment_end,
    ip_fragment_empty,
    ip_fragment_odd_length,
    ip_fragment_too_long,
    ip_fragment_header,
    ip_fragment_ecn,
    ip_fragment_memory,
    ip_fragment_distance,
    ip_fragment_timeout,
    core_no_ipv6,
    // tuple, creation, confirmation
    core_header_beyond_packet,
    core_later_fragment,
    core_tuple_short,
    core_not_invertible,
    core_table_full,
    core_confirm_clash,
    core_clash_merged,
    core_clash_reply_only,
    core_notrack,
    rules_raw_drop,
    nat_choice_outside,
    nat_choice_taken,
    // TCP header
    tcp_header_short,
    tcp_header_offset,
    tcp_header_checksum,
    tcp_header_flags,
    // TCP, new entry
    tcp_new_syn,
    tcp_new_pickup,
    tcp_new_pickup_refused,
    tcp_new_class,
    // TCP, the table's own answers
    tcp_table_invalid,
    tcp_ignored,
    tcp_ignored_syn_may_reopen,
    tcp_challenge_ack,
    tcp_reopened,
    tcp_out_of_sync,
    tcp_resynchronised,
    // TCP, resets
    tcp_rst_answers_let_through,
    tcp_rst_below_maxack,
    tcp_rst_unchecked,
    tcp_rst_skips_window,
    tcp_rst_inexact,
    tcp_rst_unreplied,
    // TCP, the window
    tcp_window_inside,
    tcp_window_simultaneous_open,
    tcp_window_liberal,
    tcp_window_unchecked,
    tcp_window_overshoot,
    tcp_window_seq_above_maxend,
    tcp_window_seq_below,
    tcp_window_ack_above_end,
    tcp_window_ack_below,
    tcp_syn_not_refreshed,
    tcp_fin_trimmed,
    tcp_fin_trimmed_undefined,
    // UDP and UDP-Lite
    udp_header_short,
    udp_header_length,
    udp_header_checksum,
    udplite_header_short,
    udplite_header_coverage,
    udplite_header_no_checksum,
    udplite_header_checksum,
    generic_unreplied,
    generic_first_reply,
    generic_replied_too_young,
    generic_stream,
    generic_protocol,
    gre_payload,
    // SCTP, the packet as a whole
    sctp_header_short,
    sctp_header_checksum,
    sctp_chunks_none,
    sctp_chunks_none_undefined,
    sctp_chunks_order,
    sctp_chunks_zero_length,
    sctp_chunks_endless,
    sctp_tag,
    // SCTP, the first packet of an entry
    sctp_new_out_of_the_blue,
    sctp_new_chunk,
    sctp_new_undefined,
    // SCTP, chunk by chunk
    sctp_chunk,
    sctp_table_invalid,
    sctp_init_tag,
    sctp_init_short,
    sctp_init_not_refreshed,
    sctp_init_ack_tag,
    sctp_abort_tag,
    sctp_cookie_echo_tag,
    sctp_heartbeat_tag,
    sctp_heartbeat_passed_over,
    // ICMP and ICMPv6 queries
    icmp_header_short,
    icmp_header_checksum,
    icmp_header_type,
    icmp_wrong_family,
    icmp_reply_without_request,
    icmp_query,
    icmp_request_counted,
    icmp_reply_counted,
    icmp_reply_balances,
    icmpv6_untracked_type,
    icmpv6_redirect_hop,
    icmpv6_redirect_option,
    // ICMP and ICMPv6 errors
    icmp_error_related,
    icmp_error_inner_short,
    icmp_error_inner_not_invertible,
    icmp_error_inner_untracked,
    icmp_error_outer_destination,
    // helpers
    helper_incomplete,
    helper_refused,
    helper_no_port,
    helper_not_rewritable,
    count_,
};

constexpr bool is_of_helper(Clause clause) {
    return clause >= Clause::helper_incomplete && clause <= Clause::helper_not_rewritable;
}

}  // namespace conntrack
