#!/bin/bash
# What happens to entries and fragments besides verdicts, and why: told in text, counted in the summary.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# --- NAT found no free port: that is no race
for edition in $EDITIONS; do
    run 0 replay "$EXPECTED/ports_exhausted.json" --edition "$edition"
    out_lacks 'confirmed meanwhile'
    case $edition in
        linux-2.6.9) out_has 'dropped at POSTROUTING, NAT: no free tuple' ;;
        *) out_has '(none is free at that address)  dropped at POSTROUTING, NAT: no free port or id at the chosen address' ;;
    esac
done
out_has '(first permitted port; Linux chooses at random)'
run 0 replay "$EXPECTED/single_port.json"
out_has 'dropped at POSTROUTING, NAT: no free port or id at the chosen address'
out_lacks 'confirmed meanwhile'

# --- one port is no choice; the entry whose port it was says why it went
for tracker in model fast; do
    run 0 replay "$EXPECTED/time_wait_evicted.json" --tracker $tracker
    out_lacks 'at random'
    out_has 'entry 1 (deleted, it had ended and NAT wanted its port)'
done
run 0 replay "$EXPECTED/time_wait_evicted.json" --summary
out_has 'entries gone' '1  deleted, it had ended and NAT wanted its port'

# --- every other way to go
run 0 replay "$CAPTURES/ping_answered.pcap" --edition linux-2.6.9
out_has 'entry 1 (deleted by this packet) 0 outstanding'
run 0 replay "$CAPTURES/tcp_refused.pcap"
out_has '(deleted by this packet)'
run 0 replay "$EXPECTED/scenario.json"
out_has ' flushed: '
run 0 replay "$EXPECTED/held_then_rules.json"
out_has 'entry 1 deleted: udp 10.0.0.2:1 > 198.51.100.1:2'
run 0 replay "$EXPECTED/full_table.json"
out_has 'entry 3 evicted (full table): udp 10.0.0.2:6002' 'kernel log: nf_conntrack: table full, dropping packet'
run 0 replay "$EXPECTED/full_table.json" --only established
out_lacks 'kernel log'
run 0 replay "$EXPECTED/full_table.json" --summary
out_has '3  evicted (full table)' 'nf_conntrack: table full, dropping packet'

# --- fillers have no numbers, whoever tracks them, and are counted
run 0 replay "$EXPECTED/fillers.json"
out_has 'entry 1 30s [UNREPLIED]  -> outside  evicted: filler udp 10.1.' 'entry 2 30s'
mv out model
run 0 replay "$EXPECTED/fillers.json" --tracker fast
sed -i 's/evicted: filler.*  events/events/' out model  # whose bucket is whose hangs on the hash
diff model out >&2 || fail "$last: entries are numbered otherwise"
run 0 replay "$EXPECTED/fillers.json" --summary
out_has 'entries gone' 'fillers evicted (full table)' '7  fillers'

# --- zones and marks of entries
run 0 replay "$EXPECTED/zones_and_marks.json"
out_has 'entry 1 30s [UNREPLIED] zone=5 mark=7  ->' 'entry 2 30s [UNREPLIED] zone-orig=7 mark=7' 'entry 3 30s [UNREPLIED] mark=7'

# --- fragments that never become a datagram
run 0 replay "$EXPECTED/late_fragments.json"
out_has '31.000000  -                      1 fragment of udp 10.0.0.2 > 198.51.100.1 id 8 given up; the first is step 3  [ip.fragment.timeout]'
err_has '1 datagram is waiting for fragments; the first of them is step 4'
run 0 replay "$EXPECTED/late_fragments.json" --format jsonl
out_has '"lost":[{"first":3,"fragments":1,"clause":"ip.fragment.timeout"}]'
run 0 replay "$EXPECTED/late_fragments.json" --summary
out_has '1  datagrams given up for want of a fragment: ip.fragment.timeout'

# DNAT --random without ports searches for none: all stays as it is, and nothing was taken.
for edition in $EDITIONS; do
    run 0 replay "$EXPECTED/dnat_random.json" --edition "$edition"
    out_has 'DNAT 192.0.2.1:53 -> 10.0.0.9:53 by line 4' '-> inside as udp 198.51.100.1:1000 > 10.0.0.9:53'
    out_lacks 'free)' 'SNAT'
done

finish
