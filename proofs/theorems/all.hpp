// The theorems, each of them defined in the file of its name.
#pragma once

#include "proofs/theorem.hpp"

namespace conntrack::proofs {

Theorem tcp_table_is_total_and_every_state_is_reachable();
Theorem tcp_invariants_are_kept();
Theorem established_says_nothing_about_the_protocol();
Theorem reply_is_never_new();
Theorem syn_and_synack_alone_never_reach_established();
Theorem no_established_without_handshake();
Theorem no_established_without_handshake_even_if_loose();
Theorem icmp_entry_leaves_with_the_reply_that_balances();
Theorem icmp_entry_is_deleted_by_no_packet_of_its_own();
Theorem invalid_packet_changes_nothing_but();
Theorem reset_by_client_equals_reset_by_server();
Theorem a_healthy_connection_stays_healthy();
Theorem how_many_sequence_numbers_reset();
Theorem window_edges_never_move_backwards();
Theorem window_edges_never_move_backwards_but_by_overshoot();
Theorem in_window_data_of_a_correct_peer_is_never_invalid();
Theorem timeout_never_exceeds_the_largest_of_its_protocol();
Theorem refresh_never_shortens_but();
Theorem silence_empties_the_table();
Theorem tcp_entry_is_gone_after_its_closing_timeout();
Theorem late_udp_peer_starts_a_new_flow();
Theorem nat_binding_never_changes_while_the_entry_lives();
Theorem nat_rules_are_consulted_only_for_the_first_packet();
Theorem translation_of_the_reply_undoes_translation_of_the_original();
Theorem translation_keeps_quoted_checksums_right();
Theorem no_two_linked_entries_share_a_tuple();
Theorem early_drop_on_creation_never_takes_an_assured_entry();
Theorem the_count_never_exceeds_max();
Theorem the_count_exceeds_max_only_by_entries_that_have_left();
Theorem entry_is_freed_exactly_when_its_last_reference_goes();
Theorem only_condemnation_keeps_an_entry_out_of_the_table();
Theorem every_confirmed_entry_is_announced_once_and_its_destruction_once();
Theorem expected_connections_are_related();
Theorem ignored_syn_opens_no_door();
Theorem two_blind_packets_end_every_healthy_entry();
Theorem two_blind_packets_lead_every_healthy_entry_back_to_syn_recv();
Theorem an_invalid_synack_does_not_spoil_the_opening();
Theorem retransmission_moves_the_state_at_most_once();
Theorem an_accepted_packet_moves_the_entry_as_tcp_moves();
Theorem a_packet_that_is_passed_by_moves_nothing();
Theorem a_syn_begins_anew_only_where_the_connection_ended();
Theorem which_first_packets_open_an_entry();
Theorem the_reset_that_refuses_a_connection_ends_its_entry();
Theorem nothing_outside_the_window_is_accepted();
Theorem data_within_the_window_is_accepted();
Theorem an_accepted_segment_tells_the_windows();
Theorem nothing_is_taken_beyond_the_edge();
Theorem a_segment_beyond_the_edge_is_ignored_by_a_window_at_most();
Theorem the_answer_to_a_keepalive_is_taken_after_a_pick_up();
Theorem a_packet_sets_the_timeout_of_the_state_it_leads_to_but();
Theorem a_flow_is_assured_once_it_is_a_stream();
Theorem when_a_timer_moves();
Theorem sctp_table_is_total_and_every_state_is_reachable();
Theorem no_sctp_established_without_the_four_way_handshake();
Theorem sctp_is_established_by_cookies_or_by_heartbeats();
Theorem an_sctp_entry_is_assured_only_once_answered();
Theorem an_sctp_chunk_sent_again_moves_nothing();
Theorem an_accepted_chunk_moves_the_entry_as_sctp_moves();
Theorem an_sctp_packet_needs_the_tag_of_its_side_but();
Theorem sctp_tags_are_learned_from_inits_and_heartbeats_alone();
Theorem an_sctp_packet_sets_the_timeout_of_the_state_it_leads_to();
Theorem the_fast_tracker_decides_as_the_model_does();

}  // namespace conntrack::proofs
