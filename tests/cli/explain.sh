#!/bin/bash
# explain: every part of its answer, for packets of each kind.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

parts() {
    out_has 'packet   ' 'verdict  ' 'clause   ' 'source   ' 'entry before' 'entry after' events 'other editions'
}

run 0 explain "$CAPTURES/udp_late_answer.pcap" --packet 2
parts
out_has 'frame 2 of' 'checksum right' linux-2.6.9 linux-2.6.32

# The echo reply that ends an entry of 2.6.9.
run 0 explain "$CAPTURES/ping_answered.pcap" --packet 4 --edition linux-2.6.9
parts
out_has icmp.reply.balances '(deleted)' 'requests less replies: 1' linux-6.18

# A packet that took another's place.
run 0 explain "$EXPECTED/full_table.json" --packet 2 --edition linux-2.6.32
parts
out_has 'evicted, since the table was full' 'entry 1: ipv4'

# An ICMP error, with the entry of the packet that it quotes.
run 0 explain "$CAPTURES/udp_port_unreachable.pcap" --packet 2
parts
out_has 'about udp' 'verdict  related' UNREPLIED

# UDP need not be summed.
run 0 explain "$EXPECTED/unsummed.json" --packet 0
out_has 'TTL 64, no checksum'

# Packets outside the window: the fourth of a connection, its sequence number far behind, and the answer to it.
number_at() { od -An -tu"$2" -j"$1" -N"$2" window.pcap | tr -d ' '; }
cp "$CAPTURES/http_small.pcap" window.pcap
at=24
for _ in 1 2 3; do at=$((at + 16 + $(number_at $((at + 8)) 4))); done
seq=$((at + 16 + 14 + 20 + 4))
# shellcheck disable=SC2059
printf "\\$(printf %03o $(($(number_at $seq 1) ^ 16)))" | dd of=window.pcap bs=1 seek=$seq conv=notrunc status=none
run 0 explain window.pcap --packet 4 --checksum ignore
parts
out_has 'verdict  established' tcp.window.seq_below 'FAILS by' 'passed by'
run 0 explain window.pcap --packet 5 --checksum ignore
parts
out_has 'verdict  invalid' tcp.window.ack_above_end 'FAILS by' td_maxend
run 0 explain window.pcap --packet 4
out_has 'checksum WRONG'

# A malformed packet, and numbers that name none.
run 0 explain "$EXPECTED/scenario.json" --packet 3
out_has malformed unseen ip.header_invalid
run 2 explain "$EXPECTED/scenario.json" --packet 4
err_has scenario.json 'step 4 holds no IP packet' flush
run 2 explain "$CAPTURES/ping_answered.pcap" --packet 1
err_has ping_answered.pcap 'frame 1 holds no IP packet: ARP'
run 2 explain "$CAPTURES/ping_answered.pcap" --packet 11
err_has ping_answered.pcap 'no frame 11' 'the last is 10'
run 2 explain "$CAPTURES/ping_answered.pcap" --packet 0
err_has 'no frame 0'
for number in -1 x 1x 99999999999999999999999; do
    run 2 explain "$CAPTURES/ping_answered.pcap" --packet=$number
    err_has "--packet"
    nothing_out
done

# From standard input other editions cannot be asked; a warning about a setting comes once.
cp "$CAPTURES/ping_answered.pcap" in
run 0 explain - --packet 4
out_has 'read only once'
run 0 explain "$CAPTURES/ping_answered.pcap" --packet 4 --sysctl nf_conntrack_tcp_timeout_unacknowledged=9
quiet

# --- a packet that was held, when it goes on: its verdict is that of its coming, its way is told to the end
run 0 explain "$EXPECTED/held_then_rules.json" --packet 3
parts
out_has 'released x, a packet that was held' 'verdict  new, original direction' '(not confirmed yet)' 'POSTROUTING  nat     MASQUERADE' \
    'end          -> outside as udp 192.0.2.1:2 > 198.51.100.1:2'
quiet

# --- a packet of a connection that was announced; one that is INVALID, and its entry is there still
helpers="--rules $CAPTURES/router_helpers.rules --interface inside=10.0.0.1/24+10.0.0.0/8"
run 0 explain "$CAPTURES/ftp_nat.pcapng" $helpers --interface outside=192.0.2.1/24,192.0.2.100/24 --packet 27
out_has 'announced by entry 1: its first packet is RELATED' 'by no rule: it follows the flow that announced it'
run 0 explain "$EXPECTED/sctp_tags.json" --packet 5
out_has 'verdict  invalid' 'bears 0x9999; known before it: 0x2222 for packets of the original side, 0x1111 for those of the reply'
[ "$(grep -c 'ESTABLISHED src=10.0.0.2' out)" -eq 2 ] || fail "$last: the entry is not shown before and after"

# --- one that was dropped instead of being held
run 0 replay "$EXPECTED/held_but_dropped.json"
out_has 'released: x, but no packet of that name is held'
run 2 explain "$EXPECTED/held_but_dropped.json" --packet 1
err_has 'step 1 holds no IP packet: released: x, but no packet of that name is held'

# --- what becomes of it under other editions: translated or not, dropped
run 0 explain "$SOURCE/docs/scenarios/nat-table-removed.json" --packet 5
out_has 'end          -> outside as udp 192.0.2.100:1000 > 198.51.100.1:7000' \
    'linux-2.6.32  established, original direction  flow.stream  -> outside'
run 0 explain "$EXPECTED/ports_exhausted.json" --packet 2
out_has 'linux-2.6.9   new, original direction          flow.unreplied  dropped at POSTROUTING, NAT: no free tuple' \
    'dropped at POSTROUTING, NAT: no free port or id at the chosen address' '(never confirmed: its first packet was dropped)'
out_lacks 'not confirmed yet'

# --- a datagram that came in fragments
run 0 explain "$CAPTURES/ping_fragmented.pcap" --packet 3
out_has 'put together from 3 fragments' 'verdict  new, original direction' 'packets=1 bytes=3028'
run 0 explain "$CAPTURES/ping_fragmented.pcap" --packet 2
out_has 'verdict  unseen' 'clause   ip.fragment.waiting' 'net/ipv4/ip_fragment.c'
out_lacks 'put together'

# A packet that may not begin an entry is not held against a window.
run 0 explain "$EXPECTED/reset_of_nothing.json" --packet 3
out_has 'tcp.new.class'
out_lacks 'window test'

finish
