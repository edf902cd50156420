#include "oracle/compare/edition_switches.hpp"

#include <array>

namespace conntrack::oracle {

namespace {

template <auto group, auto member>
constexpr EditionSwitch edition_switch(std::string_view name) {
    return {name, [](const Edition& a, const Edition& b) { return a.*group.*member != b.*group.*member; },
            [](Edition& to, const Edition& from) { to.*group.*member = from.*group.*member; }};
}

constexpr std::array switches = {
    edition_switch<&Edition::core, &CoreSwitches::trackers_built_in>("core.trackers_built_in"),
    edition_switch<&Edition::core, &CoreSwitches::gre_tracker>("core.gre_tracker"),
    edition_switch<&Edition::core, &CoreSwitches::always_accounts>("core.always_accounts"),
    edition_switch<&Edition::core, &CoreSwitches::checks_setting_ranges>("core.checks_setting_ranges"),
    edition_switch<&Edition::core, &CoreSwitches::ipv6>("core.ipv6"),
    edition_switch<&Edition::core, &CoreSwitches::checks_before_lookup>("core.checks_before_lookup"),
    edition_switch<&Edition::core, &CoreSwitches::tuple_needs_bytes>("core.tuple_needs_bytes"),
    edition_switch<&Edition::core, &CoreSwitches::unmatched_error_is_query>("core.unmatched_error_is_query"),
    edition_switch<&Edition::core, &CoreSwitches::error_checks_destination>("core.error_checks_destination"),
    edition_switch<&Edition::core, &CoreSwitches::refresh_needs_a_second>("core.refresh_needs_a_second"),
    edition_switch<&Edition::core, &CoreSwitches::has_dying>("core.has_dying"),
    edition_switch<&Edition::core, &CoreSwitches::lists_unconfirmed>("core.lists_unconfirmed"),
    edition_switch<&Edition::core, &CoreSwitches::stored_timeout_survives_death>("core.stored_timeout_survives_death"),
    edition_switch<&Edition::core, &CoreSwitches::counts_icmp>("core.counts_icmp"),
    edition_switch<&Edition::core, &CoreSwitches::udp_stream_age_s>("core.udp_stream_age_s"),
    edition_switch<&Edition::core, &CoreSwitches::udplite_tracker>("core.udplite_tracker"),
    edition_switch<&Edition::core, &CoreSwitches::udplite_needs_module>("core.udplite_needs_module"),
    edition_switch<&Edition::core, &CoreSwitches::udplite_sums_length_byte>("core.udplite_sums_length_byte"),
    edition_switch<&Edition::core, &CoreSwitches::icmp_by_number_only>("core.icmp_by_number_only"),
    edition_switch<&Edition::core, &CoreSwitches::icmpv6_multicast_router_untracked>(
        "core.icmpv6_multicast_router_untracked"),
    edition_switch<&Edition::core, &CoreSwitches::icmpv6_redirect_checked>("core.icmpv6_redirect_checked"),
    edition_switch<&Edition::core, &CoreSwitches::icmpv6_inner_at_fixed_offset>("core.icmpv6_inner_at_fixed_offset"),
    edition_switch<&Edition::core, &CoreSwitches::resolves_clashes>("core.resolves_clashes"),
    edition_switch<&Edition::core, &CoreSwitches::generic_may_clash>("core.generic_may_clash"),
    edition_switch<&Edition::core, &CoreSwitches::drop_counts_as_accept>("core.drop_counts_as_accept"),
    edition_switch<&Edition::nat, &NatSwitches::ipv6>("nat.ipv6"),
    edition_switch<&Edition::nat, &NatSwitches::forgets_when_unloaded>("nat.forgets_when_unloaded"),
    edition_switch<&Edition::nat, &NatSwitches::local_hooks>("nat.local_hooks"),
    edition_switch<&Edition::nat, &NatSwitches::input_chain>("nat.input_chain"),
    edition_switch<&Edition::nat, &NatSwitches::ignores_what_it_met_late>("nat.ignores_what_it_met_late"),
    edition_switch<&Edition::nat, &NatSwitches::consults_for_confirmed>("nat.consults_for_confirmed"),
    edition_switch<&Edition::nat, &NatSwitches::keeps_records>("nat.keeps_records"),
    edition_switch<&Edition::nat, &NatSwitches::reuses_translated_source>("nat.reuses_translated_source"),
    edition_switch<&Edition::nat, &NatSwitches::tries_original_first>("nat.tries_original_first"),
    edition_switch<&Edition::nat, &NatSwitches::least_used_address>("nat.least_used_address"),
    edition_switch<&Edition::nat, &NatSwitches::hashes_whole_address>("nat.hashes_whole_address"),
    edition_switch<&Edition::nat, &NatSwitches::failed_search_drops>("nat.failed_search_drops"),
    edition_switch<&Edition::nat, &NatSwitches::implicit_source>("nat.implicit_source"),
    edition_switch<&Edition::nat, &NatSwitches::random_start>("nat.random_start"),
    edition_switch<&Edition::nat, &NatSwitches::keeps_failed_start>("nat.keeps_failed_start"),
    edition_switch<&Edition::nat, &NatSwitches::single_port_untested>("nat.single_port_untested"),
    edition_switch<&Edition::nat, &NatSwitches::same_flow_is_no_clash>("nat.same_flow_is_no_clash"),
    edition_switch<&Edition::nat, &NatSwitches::reverse_flow_is_no_clash>("nat.reverse_flow_is_no_clash"),
    edition_switch<&Edition::nat, &NatSwitches::evicts_closed>("nat.evicts_closed"),
    edition_switch<&Edition::nat, &NatSwitches::searches_more_protocols>("nat.searches_more_protocols"),
    edition_switch<&Edition::nat, &NatSwitches::searches_dccp>("nat.searches_dccp"),
    edition_switch<&Edition::nat, &NatSwitches::swaps_port_range>("nat.swaps_port_range"),
    edition_switch<&Edition::nat, &NatSwitches::counts_stored_ids>("nat.counts_stored_ids"),
    edition_switch<&Edition::nat, &NatSwitches::icmp_ids>("nat.icmp_ids"),
    edition_switch<&Edition::nat, &NatSwitches::lists_at_source_binding>("nat.lists_at_source_binding"),
    edition_switch<&Edition::nat, &NatSwitches::relists>("nat.relists"),
    edition_switch<&Edition::nat, &NatSwitches::inner_always_rewritten>("nat.inner_always_rewritten"),
    edition_switch<&Edition::nat, &NatSwitches::drops_redirect_unknown>("nat.drops_redirect_unknown"),
    edition_switch<&Edition::nat, &NatSwitches::masquerades_unspecified>("nat.masquerades_unspecified"),
    edition_switch<&Edition::nat, &NatSwitches::checks_out_interface>("nat.checks_out_interface"),
    edition_switch<&Edition::nat, &NatSwitches::address_loss_ends>("nat.address_loss_ends"),
    edition_switch<&Edition::nat, &NatSwitches::address_loss_ends_own>("nat.address_loss_ends_own"),
    edition_switch<&Edition::nat, &NatSwitches::new_address_ends_others>("nat.new_address_ends_others"),
    edition_switch<&Edition::notice, &NoticeSwitches::notifier>("notice.notifier"),
    edition_switch<&Edition::notice, &NoticeSwitches::separate_reply_and_assured>("notice.separate_reply_and_assured"),
    edition_switch<&Edition::notice, &NoticeSwitches::destroy_shows_timeout_and_state>(
        "notice.destroy_shows_timeout_and_state"),
    edition_switch<&Edition::notice, &NoticeSwitches::dying_in_destroy>("notice.dying_in_destroy"),
    edition_switch<&Edition::notice, &NoticeSwitches::family_in_proc>("notice.family_in_proc"),
    edition_switch<&Edition::notice, &NoticeSwitches::mark_in_proc>("notice.mark_in_proc"),
    edition_switch<&Edition::notice, &NoticeSwitches::zone_in_proc>("notice.zone_in_proc"),
    edition_switch<&Edition::notice, &NoticeSwitches::reader_holds_reference>("notice.reader_holds_reference"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::udp_zero_sum_becomes_ones>("rewrite.udp_zero_sum_becomes_ones"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::quoted_sum_takes_outer_address>(
        "rewrite.quoted_sum_takes_outer_address"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::udplite>("rewrite.udplite"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::sctp>("rewrite.sctp"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::dccp>("rewrite.dccp"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::gre>("rewrite.gre"),
    edition_switch<&Edition::rewrite, &RewriteSwitches::sctp_needs_checksum_field>("rewrite.sctp_needs_checksum_field"),
    edition_switch<&Edition::full_table, &FullTableSwitches::tested_before_inversion>(
        "full_table.tested_before_inversion"),
    edition_switch<&Edition::full_table, &FullTableSwitches::reach>("full_table.reach"),
    edition_switch<&Edition::full_table, &FullTableSwitches::takes_whole_chain>("full_table.takes_whole_chain"),
    edition_switch<&Edition::full_table, &FullTableSwitches::netlink_looks_at_zero>("full_table.netlink_looks_at_zero"),
    edition_switch<&Edition::full_table, &FullTableSwitches::collector>("full_table.collector"),
    edition_switch<&Edition::full_table, &FullTableSwitches::message>("full_table.message"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::overlap_kills>("reassembly.overlap_kills"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::misfit_kills_ipv4>("reassembly.misfit_kills_ipv4"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::refused_may_complete>("reassembly.refused_may_complete"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::limits_distance>("reassembly.limits_distance"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::merges_ecn>("reassembly.merges_ecn"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::keeps_largest>("reassembly.keeps_largest"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::evicts_oldest>("reassembly.evicts_oldest"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv6_pieces_pass>("reassembly.ipv6_pieces_pass"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv6_refused_pass>("reassembly.ipv6_refused_pass"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv6_needs_all_headers>(
        "reassembly.ipv6_needs_all_headers"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv6_atomic_unwrapped>(
        "reassembly.ipv6_atomic_unwrapped"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv6_link_tells_apart>(
        "reassembly.ipv6_link_tells_apart"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::answers_timeout>("reassembly.answers_timeout"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv4_high_thresh>("reassembly.ipv4_high_thresh"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv4_low_thresh>("reassembly.ipv4_low_thresh"),
    edition_switch<&Edition::reassembly, &ReassemblySwitches::ipv4_timeout_s>("reassembly.ipv4_timeout_s"),
    edition_switch<&Edition::stack, &StackSwitches::network_address_is_broadcast>("stack.network_address_is_broadcast"),
    edition_switch<&Edition::stack, &StackSwitches::whole_zero_network>("stack.whole_zero_network"),
    edition_switch<&Edition::stack, &StackSwitches::early_demux>("stack.early_demux"),
    edition_switch<&Edition::stack, &StackSwitches::joins_groups>("stack.joins_groups"),
    edition_switch<&Edition::stack, &StackSwitches::handles_ip_options>("stack.handles_ip_options"),
    edition_switch<&Edition::stack, &StackSwitches::answers>("stack.answers"),
    edition_switch<&Edition::rules, &RuleSwitches::untracked_is_an_entry>("rules.untracked_is_an_entry"),
    edition_switch<&Edition::rules, &RuleSwitches::ctstate_nat_by_address>("rules.ctstate_nat_by_address"),
    edition_switch<&Edition::rules, &RuleSwitches::ctstate_decides_without_entry>(
        "rules.ctstate_decides_without_entry"),
};

}  // namespace

std::span<const EditionSwitch> edition_switches() { return switches; }

}  // namespace conntrack::oracle
