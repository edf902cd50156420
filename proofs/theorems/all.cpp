#include "proofs/theorems/all.hpp"

namespace conntrack::proofs {

const std::vector<Theorem>& all_theorems() {
    static const std::vector<Theorem> theorems = {
        tcp_table_is_total_and_every_state_is_reachable(),
        tcp_invariants_are_kept(),
        an_accepted_packet_moves_the_entry_as_tcp_moves(),
        a_packet_that_is_passed_by_moves_nothing(),
        a_syn_begins_anew_only_where_the_connection_ended(),
        which_first_packets_open_an_entry(),
        nothing_outside_the_window_is_accepted(),
        data_within_the_window_is_accepted(),
        a_packet_sets_the_timeout_of_the_state_it_leads_to_but(),
        a_flow_is_assured_once_it_is_a_stream(),
        when_a_timer_moves(),
        established_says_nothing_about_the_protocol(),
        reply_is_never_new(),
        syn_and_synack_alone_never_reach_established(),
        no_established_without_handshake(),
        no_established_without_handshake_even_if_loose(),
        icmp_entry_leaves_with_the_reply_that_balances(),
        icmp_entry_is_deleted_by_no_packet_of_its_own(),
        invalid_packet_changes_nothing_but(),
        reset_by_client_equals_reset_by_server(),
        a_healthy_connection_stays_healthy(),
        how_many_sequence_numbers_reset(),
        window_edges_never_move_backwards(),
        window_edges_never_move_backwards_but_by_overshoot(),
        in_window_data_of_a_correct_peer_is_never_invalid(),
        timeout_never_exceeds_the_largest_of_its_protocol(),
        refresh_never_shortens_but(),
        silence_empties_the_table(),
        tcp_entry_is_gone_after_its_closing_timeout(),
        late_udp_peer_starts_a_new_flow(),
        nat_binding_never_changes_while_the_entry_lives(),
        nat_rules_are_consulted_only_for_the_first_packet(),
        translation_of_the_reply_undoes_translation_of_the_original(),
        translation_keeps_quoted_checksums_right(),
        no_two_linked_entries_share_a_tuple(),
        early_drop_on_creation_never_takes_an_assured_entry(),
        the_count_never_exceeds_max(),
        the_count_exceeds_max_only_by_entries_that_have_left(),
        entry_is_freed_exactly_when_its_last_reference_goes(),
        every_confirmed_entry_is_announced_once_and_its_destruction_once(),
        expected_connections_are_related(),
        ignored_syn_opens_no_door(),
        two_blind_packets_end_every_healthy_entry(),
        two_blind_packets_lead_every_healthy_entry_back_to_syn_recv(),
        an_invalid_synack_does_not_spoil_the_opening(),
        retransmission_moves_the_state_at_most_once(),
        the_fast_tracker_decides_as_the_model_does(),
    };
    return theorems;
}

}  // namespace conntrack::proofs
