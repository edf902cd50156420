// The kernels whose behaviour is meant, and the switches in which they differ. An edition is data: rules ask its
// switches, nothing else depends on a kernel's number. The values stand in editions.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace conntrack {

enum class EditionId : std::uint8_t { linux_2_6_9, linux_2_6_32, linux_6_18 };

inline constexpr std::size_t edition_count = 3;
inline constexpr std::array<EditionId, edition_count> all_editions = {EditionId::linux_2_6_9, EditionId::linux_2_6_32,
                                                                      EditionId::linux_6_18};

/// When a side that sent a SYN before may start anew with another one.
enum class Reinitialise : std::uint8_t {
    original_in_syn_sent,                    // original direction in SYN_SENT, whatever the flags
    original_in_syn_sent_reply_in_syn_recv,  // and the reply direction in SYN_RECV
    any_syn_before_established,              // a SYN of either direction, in SYN_SENT and SYN_RECV
};

/// Which segments that occupy no sequence number are moved to the sender's edge before they are tested.
enum class MoveEmpty : std::uint8_t { all, all_but_resets, reset_of_syn_sent };

/// When a SYN may reopen a connection that has ended.
enum class Reopen : std::uint8_t { always, if_closed_or_reset };

/// Which tags a SHUTDOWN COMPLETE of SCTP may bear; "its T flag" says that it bears that of the other side.
enum class CompleteTag : std::uint8_t {
    own_or_flagged_other,  // its side's, or with its T flag the other side's
    any_unless_flagged,    // any; with its T flag one of the two
    as_flagged,            // its side's, with its T flag the other side's
};

/// What becomes of a SYN/ACK that answers a SYN which was let through unseen.
enum class OutOfSync : std::uint8_t { delete_by_last_seq, delete_by_last_end, resynchronise };

/// Behaviour of the TCP tracker (ip_conntrack_proto_tcp.c, nf_conntrack_proto_tcp.c).
struct TcpSwitches {
    bool ninth_state_listens;        // the state with the number of SYN_SENT2 is LISTEN, and never entered
    bool push_counts_in_flag_check;  // PSH is significant in the list of valid flag sets
    bool unseen_side_has_zero_end;   // "not seen" is td_end == 0, else td_maxwin == 0
    bool bare_syn_initialises;       // a SYN without ACK initialises an unseen side
    bool scaling_needs_reply;        // the rule "both or none scale" is applied in the reply direction only
    bool midstream_scales_window;    // a side met in mid stream has its window scaled
    bool midstream_fits_receiver;    // ... and fits the receiver's edge to its acknowledgement
    Reinitialise reinitialise;
    MoveEmpty move_empty;
    bool trims_to_window;             // data beyond the edge is cut off, FIN with it
    bool tests_end_above;             // the upper bound is put on the end of the data, else on its start
    bool tests_seq_below;             // the lower bound is put on the start of the data, else on its end
    bool tests_ack_below;             // the lower ack bound is put on ack, strictly, else on sack
    bool lower_bound_needs_receiver;  // no lower bound while the receiver's window is unknown
    bool counts_loose_packets;        // pick-up switches the window test off for a number of packets
    bool pickup_is_liberal;           // pick-up marks both sides BE_LIBERAL
    bool liberal_spares_no_reset;     // be_liberal does not save a RST
    bool harmless_is_ignored;         // out of window in a harmless way: passed by, not INVALID
    bool tracks_maxack;               // td_maxack, DATA_UNACKNOWLEDGED
    bool grows_receiver_window;
    bool receiver_window_must_be_known;  // ... only if it is known
    bool retransmission_has_ack_window;  // equal segments must agree in ack and window too
    bool retransmission_window_scaled;   // ... in the scaled window, kept in 16 bits
    bool fresh_receiver_window_is_one;   // td_maxwin of the silent side of a new entry is 1
    bool syn_keeps_liberal;              // reading SYN options keeps BE_LIBERAL
    Reopen reopen;
    OutOfSync out_of_sync;
    bool lets_reset_of_unseen_syn_pass;  // linux-2.6.9: RST answering a SYN that was let through changes nothing
    bool validates_reset;                // RST below the highest acknowledgement is INVALID
    bool validates_reset_exactly;        // and an inexact one in ESTABLISHED only shortens the timeout
    bool reset_answers_other_side_only;  // a RST that answers a SYN let through must come from the other side
    bool accounts_deleting_reset;        // the RST that deletes an unanswered entry is counted first
    bool records_last_dir;               // last_dir follows last_index
    bool records_last_end;               // an ignored packet leaves its end
    bool records_ignored_syn;            // ... its window, and a SYN its options
    bool marks_closer;                   // CLOSE_INIT
    bool has_unacknowledged_timeout;
    bool simultaneous_open;
    bool challenge_ack;
    bool unreplied_syn_not_refreshed;  // and mid-stream pick-up held at the unacknowledged timeout
    bool reset_takes_close_timeout;
    bool zero_window_takes_retrans_timeout;
    bool invalid_closer_shrinks;  // an invalid FIN/RST between two others shortens the timeout
};

/// The rest of the packet path (ip_conntrack_core.c, nf_conntrack_core.c and the smaller trackers).
struct CoreSwitches {
    bool trackers_built_in;              // the SCTP and GRE trackers are always there
    bool gre_tracker;                    // there is a GRE tracker at all
    bool gre_ipv6;                       // ... for IPv6, too
    bool gre_tells_every_stream_packet;  // each packet of a GRE stream is told as the first one was
    bool always_accounts;                // accounting and events are compiled in or out, no setting decides
    bool checks_setting_ranges;          // settings are held to the range of their kind
    bool ipv6;
    bool checks_before_lookup;       // transport headers are judged before an entry is looked for
    std::uint8_t tuple_needs_bytes;  // bytes of transport header needed for ports
    bool unmatched_error_is_query;   // an ICMP error about nothing known goes on as a query
    bool error_checks_destination;   // its outer destination must be the inner source
    bool refresh_needs_a_second;     // a refresh of less than a second is not made
    bool has_dying;
    bool lists_unconfirmed;  // entries not yet confirmed are in a list, which a flush and an unloading of NAT walk, too
    bool stored_timeout_survives_death;  // the deadline of a deleted entry can still be read in its DESTROY
    bool counts_icmp;                    // ICMP entries count requests minus replies
    std::uint8_t udp_stream_age_s;       // a replied UDP flow must be older than this to be a stream
    bool udplite_tracker;
    bool udplite_needs_module;
    bool udplite_sums_length_byte;  // a defect: IPv4's pseudo header has the lowest byte of the length, see decode.cpp
    bool icmp_by_number_only;       // ICMP of the wrong family meets the ICMP tracker
    bool icmpv6_multicast_router_untracked;
    bool icmpv6_redirect_checked;
    bool icmpv6_inner_at_fixed_offset;
    bool resolves_clashes;       // two first packets of one flow: the second goes on with the first one's entry
    bool generic_may_clash;      // ... of protocols without a tracker, too
    bool drop_counts_as_accept;  // the handler's DROP is 0: SEEN_REPLY may still be set
};

/// Behaviour of the SCTP tracker (ip_conntrack_proto_sctp.c, nf_conntrack_proto_sctp.c).
struct SctpSwitches {
    bool heartbeats;             // HEARTBEAT and HEARTBEAT ACK have rows, teach tags and may bear wrong ones
    bool checks_checksum;        // the CRC32c
    bool bounds_walk;            // a packet without chunks, or with one of no length, is refused; else see packet.hpp
    bool opens_by_rows_alone;    // chunks without a row cannot open an entry
    bool opening_decides_state;  // the first packet's chunks have moved the state before the packet is handled
    bool any_opener_leaves_its_tag;  // ... INIT aside, else of SHUTDOWN ACK alone
    bool abort_goes_by_flag;         // an ABORT bears its side's tag, with its T flag the other's; else either
    CompleteTag complete_tag;
    bool init_tag_is_originals;    // a defect: INIT and INIT ACK set the tag of the original side, whoever sent them
    bool marks_inits;              // INIT leaves a mark; INIT ACK of another tag is taken only where INITs crossed
    bool init_keeps_closed_timer;  // an INIT that leaves a connection CLOSED does not refresh it
    bool assures_by_handshake;     // ASSURED by a COOKIE ACK that ends the packet, else whenever ESTABLISHED comes
};

/// Network address translation (ip_nat_core.c, nf_nat_core.c, and the MASQUERADE target).
struct NatSwitches {
    bool ipv6;
    bool forgets_when_unloaded;     // without NAT hooks there are no bindings, else they only rest
    bool local_hooks;               // there is translation at LOCAL_IN and LOCAL_OUT
    bool input_chain;               // LOCAL_IN asks rules; else it makes null bindings only
    bool ignores_what_it_met_late;  // an entry that was confirmed before NAT saw it is never translated
    bool consults_for_confirmed;    // rules are asked for a confirmed entry, too, though their answer has no effect
    bool keeps_records;             // manipulations are records of direction, hook and type, not status bits
    bool reuses_translated_source;  // a host's port that was translated before gets the same translation again
    bool tries_original_first;      // the untranslated tuple is tried before that
    bool least_used_address;        // of several addresses the one with fewest entries, else by a hash
    bool hashes_whole_address;      // that hash is over all words of both addresses
    bool failed_search_drops;       // no free tuple: the packet is dropped at once, not at confirmation
    bool implicit_source;           // a destination that clashes may be saved by another source port
    bool random_start;              // the search begins at a random part, and gives up after some rounds
    bool keeps_failed_start;        // a search that finds nothing moves the start of the next one all the same
    bool single_port_untested;      // a range of one port is taken although it clashes
    bool same_flow_is_no_clash;     // an entry of the same original tuple does not count; confirmation decides
    bool reverse_flow_is_no_clash;  // nor does the reverse flow, where the protocol may clash
    bool evicts_closed;             // a TCP entry in TIME_WAIT or CLOSE may have to make room
    bool searches_more_protocols;   // UDP-Lite, SCTP and ICMPv6 as well
    bool searches_dccp;
    bool swaps_port_range;         // a range that is given upside down is turned round
    bool counts_stored_ids;        // ICMP ids are counted in the byte order they are stored in
    std::uint32_t icmp_ids;        // how many ids are tried
    bool lists_at_source_binding;  // the list by source takes an entry with its source binding, else with its first
    bool relists;                  // ... and puts it in front again with its second
    bool inner_always_rewritten;   // the quotation of an ICMP error is rewritten at every hook
    bool drops_redirect_unknown;   // an ICMP redirect without an entry is dropped
    bool masquerades_unspecified;  // MASQUERADE takes a packet from 0.0.0.0, too
    bool checks_out_interface;     // a masqueraded flow that turns to another interface is ended
    bool address_loss_ends;        // MASQUERADE entries of an interface end when an address of it goes
    bool address_loss_ends_own;    // ... only those that use this address
    bool new_address_ends_others;  // and when an address comes, those that use another
};

/// Connections that announce others: who is expected, and who is RELATED (ip_conntrack_core.c, nf_conntrack_expect.c).
struct ExpectationSwitches {
    bool identical_of_anybody;   // an expectation for the same tuple counts as identical, whoever announced it
    bool identical_is_replaced;  // it makes room for the new one, else its timer starts anew
    bool clash_is_found_last;    // who has his maximum gives up one before it is asked whether others are in the way
    bool always_times_out;       // by the helper's policy, else only where that has a timeout
    bool global_limit;           // nf_conntrack_expect_max
    bool skips_inactive;         // INACTIVE ones match nothing
    bool dying_master_is_gone;   // a master that was deleted answers for nobody, though a packet holds it
    bool child_takes_mark;       // the child's mark is the master's
    bool child_keeps_master;     // the master lives on while a child does, else until it is deleted
    bool end_is_told;            // observers hear when an expectation goes, too
};

/// Helpers: who looks into which connections, and when (ip_conntrack_ftp.c, nf_conntrack_helper.c, nf_nat_helper.c).
struct HelperSwitches {
    bool serves_its_port;     // a loaded helper serves the port of the reply tuple, else a rule names it
    bool looks_when_tracked;  // at the track hook, else at the confirm hook
    bool refusal_drops;       // a packet whose announcement cannot be registered is dropped
    bool rewrites_for_nat;    // what is announced through NAT is rewritten, and the child follows its master
    bool rewritten_zero_sum_becomes_ones;  // a rewritten segment is summed where it leaves, and never bears a 0
    bool next_port_is_random;     // an announced port that is taken is replaced by any above it, else by the next one
    bool adjustment_is_told;      // observers hear when sequence numbers begin to be shifted
    bool adjusts_only_acks;       // what a segment without ACK has in the field is left alone
    bool adjusts_without_helper;  // they are shifted even if the helper has gone
    bool one_line_position;       // FTP remembers one place behind a line and direction, which later ones replace
    bool passive_reply_needs_parenthesis;  // FTP: 227 announces between ( and ), else from its first digit on
    bool ipv6;                             // FTP: EPRT with an IPv6 address
};

/// What observers hear, and what /proc shows.
struct NoticeSwitches {
    bool notifier;                    // the edition has one at all
    bool separate_reply_and_assured;  // REPLY and ASSURED instead of STATUS
    bool destroy_shows_timeout_and_state;
    bool dying_in_destroy;
    bool family_in_proc, mark_in_proc, zone_in_proc, reader_holds_reference;
};

/// What NAT does to bytes (spec/wire/rewrite.hpp).
struct RewriteSwitches {
    bool udp_zero_sum_becomes_ones;       // 0 would say that there is no checksum
    bool quoted_sum_takes_outer_address;  // a defect: TCP and UDP in an ICMP error, see rewrite.cpp
    bool udplite, sctp, dccp, gre;        // ports (keys) and checksums of these are rewritten
    bool sctp_needs_checksum_field;       // also where an ICMP error quotes only the first eight bytes
};

/// How far an early drop looks for entries that may go.
enum class EvictionReach : std::uint8_t {
    own_chain,           // the chain that the new original tuple falls into
    until_entries_seen,  // chain after chain, until one yields somebody or eviction_range tuples were looked at
    buckets,             // eviction_range chains, until one yields somebody
};

/// What happens when there are as many entries as may be (early_drop(), gc_worker()).
struct FullTableSwitches {
    bool tested_before_inversion;  // a packet whose tuple has no inverse costs an entry, too
    EvictionReach reach;
    bool takes_whole_chain;      // everybody in the chain who may go, else the oldest of them
    bool netlink_looks_at_zero;  // an entry made by user space looks in the first chains, whatever its tuple
    bool collector;              // a garbage collector, which is told when nobody could be dropped
    std::string_view message;    // what the kernel's log says when nobody could be dropped
};

/// How the fragments of a datagram are put together before tracking (ip_fragment.c, inet_fragment.c,
/// nf_conntrack_reasm.c), and how the datagram leaves (ip_output.c).
struct ReassemblySwitches {
    bool overlap_kills;         // an overlap drops the whole datagram; else the overlap is cut off
    bool misfit_kills_ipv4;     // so does an empty fragment, or one that contradicts the end; else it is dropped alone
    bool refused_may_complete;  // after a fragment that was not taken, completeness is asked all the same
    bool limits_distance;       // IPv4: a queue starts anew if its source sent too many others in between
    bool merges_ecn;            // congestion marks of all fragments are joined; some combinations are dropped
    bool keeps_largest;         // the datagram leaves in fragments no larger than the largest that came
    bool evicts_oldest;         // memory is made by giving up old queues; else new fragments are dropped
    bool ipv6_pieces_pass;      // IPv6: each fragment goes on by itself, with the entry of the whole
    bool ipv6_refused_pass;     // IPv6: a fragment that is not taken goes on as it is
    bool ipv6_needs_all_headers;  // IPv6: a first fragment without all headers is not taken (RFC 8200), and goes on
    bool ipv6_atomic_unwrapped;   // IPv6: a datagram in one fragment loses its fragment header
    bool ipv6_link_tells_apart;   // IPv6: to multicast and link-local addresses, each interface has its own queues
    bool answers_timeout;         // the sender is told: IPv6 always, IPv4 for datagrams to the router itself
    std::uint32_t ipv4_high_thresh, ipv4_low_thresh;  // bytes (ipfrag_high_thresh); IPv6 has settings
    std::uint32_t ipv4_timeout_s;                     // ipfrag_time
};

/// The IP stack around the tracker. The 2.6 editions were recorded without one: their routers forward every sound
/// header as it is, and are silent.
struct StackSwitches {
    bool network_address_is_broadcast;  // the lowest address of a network was one, until Linux 5.14
    bool whole_zero_network;            // nobody has an address that begins with 0 (until 5.3), else only 0.0.0.0
    bool early_demux;                   // looks for a socket of TCP before it routes (since 3.6)
    bool joins_groups;                  // takes packets to all hosts, to all routers, and from nobody to everybody
    bool handles_ip_options;            // spec/wire/ipv4_options.hpp
    bool answers;                       // spec/wire/answer.hpp and host.hpp
};

/// What rules see (ipt_state.c, ipt_conntrack.c, xt_state.c, xt_conntrack.c, xt_CT.c).
struct RuleSwitches {
    bool untracked_is_an_entry;   // "untracked" is an entry that all such packets share, else the lack of one
    bool ctstate_nat_by_address;  // --ctstate SNAT, DNAT compare the addresses of the tuples, else look at the status
    bool ctstate_decides_without_entry;  // -m conntrack of a packet without entry: --ctstate alone decides
};

struct Edition {
    EditionId id;
    std::string_view name;
    std::uint32_t ticks_per_second;  // HZ of the kernels that were recorded
    TcpSwitches tcp;
    CoreSwitches core;
    SctpSwitches sctp;
    NatSwitches nat;
    ExpectationSwitches expectation;
    HelperSwitches helper;
    NoticeSwitches notice;
    RewriteSwitches rewrite;
    FullTableSwitches full_table;
    ReassemblySwitches reassembly;
    StackSwitches stack;
    RuleSwitches rules;
};

}  // namespace conntrack
