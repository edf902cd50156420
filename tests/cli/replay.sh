#!/bin/bash
# What replay prints of good input: every format, every kind of file, and the options that narrow.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# --- the formats, against whole files
for edition in linux-2.6.9 linux-6.18; do
    for name in ping_answered udp_late_answer http_small; do
        run 0 replay "$CAPTURES/$name.pcap" --edition $edition
        same_as "$name.$edition.txt"
        quiet
    done
    run 0 replay "$CAPTURES/udp_late_answer.pcap" --edition $edition --format proc
    same_as "udp_late_answer.$edition.proc"
done
run 0 replay "$CAPTURES/http_small.pcap" --format conntrack
same_as http_small.conntrack
run 0 replay "$EXPECTED/scenario.json"
same_as scenario.txt
run 0 replay "$EXPECTED/scenario.json" --format jsonl
same_as scenario.jsonl
run 2 replay "$CAPTURES/tcp_half_closed.pcap" --summary --format jsonl
err_has '--summary: counts are shown as text alone, not as --format jsonl'
run 0 replay "$CAPTURES/tcp_half_closed.pcap" --summary
same_as tcp_half_closed.summary

# --- a full table: whose place a packet takes, and who is refused
for edition in $EDITIONS; do
    run 0 replay "$EXPECTED/full_table.json" --edition "$edition"
    out_has 'evicted: entry 1 udp 10.0.0.2:6000 > 192.0.2.2:53' 'entry 3 evicted' 'DROPPED' '[core.table_full]'
    [ "$(grep -c 'DROPPED' out)" = 1 ] || fail "$last: 0 is no limit"
done
out_has 'evicted: entry 2'
run 0 replay "$EXPECTED/full_table.json" --format jsonl
out_has '"kernel_log":["nf_conntrack: table full, dropping packet"]' '"count":2'
# --- fragments: the one that completes a datagram carries the verdict
for edition in linux-2.6.9 linux-6.18; do
    run 0 replay "$CAPTURES/ping_fragmented.pcap" --edition $edition
    same_as "ping_fragmented.$edition.txt"
    quiet
done
# Two of three fragments, and nothing more.
head -c 312 "$CAPTURES/ping_fragmented.pcap" >begun.pcap
run 0 replay begun.pcap
out_lines 2
err_has '1 datagram is waiting for fragments' 'frame 1'
# The reply's fragments follow, 256 seconds later.
{ cat begun.pcap; tail -c +411 "$CAPTURES/ping_fragmented.pcap" | head -c 386; } >lost.pcap
for record in 312 456 600; do
    later=$(($(od -An -tu1 -j $((record + 1)) -N 1 lost.pcap) + 1))
    printf "\\$(printf %o $later)" | dd of=lost.pcap bs=1 seek=$((record + 1)) conv=notrunc status=none
done
run 0 replay lost.pcap
quiet
out_lines 6
out_has '2 fragments of icmp 10.0.0.2 > 192.0.2.2' 'the first is frame 1  [ip.fragment.timeout]' INVALID '(3 fragments)'
run 0 replay lost.pcap --summary
out_has '1  datagrams given up for want of a fragment: ip.fragment.timeout'
run 0 replay lost.pcap --only invalid
out_lines 1

# --- the notifier of 2.6.9
run 2 replay "$CAPTURES/http_small.pcap" --format conntrack --edition linux-2.6.9
err_has linux-2.6.9 --later-notifier
nothing_out
run 0 replay "$CAPTURES/http_small.pcap" --format conntrack --edition linux-2.6.9 --later-notifier
out_has '[NEW] tcp'

# --- kinds of files: link types, compression, standard input
for name in vlan_tagged.pcap cooked_v1.pcap linux_cooked_any.pcap linux_cooked_twice.pcap loopback.pcap http_ipv6.pcap \
    ping6_answered.pcap dns_query_answer.pcap two_interfaces.pcapng; do
    run 0 replay "$CAPTURES/$name"
    quiet
    out_has NEW ESTABLISHED
    out_lacks INVALID
done
run 0 replay "$CAPTURES/dns_query_answer.pcap"
grep -qE '\.[0-9]{9}  ' out || grep -qE '\.[0-9]{6}  ' out || fail "$last: no absolute times"
run 0 replay "$CAPTURES/vlan_tagged.pcap"
out_has ARP 10.0.42.2
run 0 replay "$CAPTURES/http_ipv6.pcap"
out_has 'tcp [fd00:a::2]:' UNTRACKED
run 0 replay "$CAPTURES/http_large_transfer.pcap"
out_has 'checksum left to the card'
out_lacks INVALID
run 0 replay "$CAPTURES/http_large_transfer.pcap" --checksum verify
out_has INVALID
for policy in '' '--checksum verify'; do
    # shellcheck disable=SC2086  # no argument, or two
    run 0 replay "$EXPECTED/partial.json" $policy
    out_has INVALID
done
run 0 replay "$EXPECTED/partial.json" --checksum auto
out_has NEW 'checksum left to the card'
run 0 replay "$EXPECTED/partial.json" --checksum ignore
out_has NEW

gzip -c "$CAPTURES/http_small.pcap" >small.gz
xz -c "$CAPTURES/http_small.pcap" >small.xz
for file in small.gz small.xz; do
    run 0 replay $file
    same_as http_small.linux-6.18.txt
done
cp "$CAPTURES/http_small.pcap" in
run 0 replay -
same_as http_small.linux-6.18.txt
cp "$EXPECTED/scenario.json" in
run 0 replay -
same_as scenario.txt
gzip -c "$EXPECTED/scenario.json" >scenario.gz
run 0 replay scenario.gz
same_as scenario.txt

# --- interfaces: named where there are several, plain, packed and on standard input
run 0 replay "$CAPTURES/two_interfaces.pcapng"
out_has 'original  inside    tcp 10.0.0.2:' 'reply     outside   tcp 192.0.2.2:80'
cp out several
gzip -c "$CAPTURES/two_interfaces.pcapng" >several.gz
run 0 replay several.gz
cmp -s out several || fail "$last: not as when it is plain"
cp "$CAPTURES/two_interfaces.pcapng" in
run 0 replay -
cmp -s out several || fail "$last: not as when it is a file"
run 0 replay "$CAPTURES/linux_cooked_twice.pcap"
out_has '  if2       tcp ' '  if3       tcp '
run 0 explain "$CAPTURES/two_interfaces.pcapng" --packet 2
out_has 'captured on outside'

# --- a frame older than the one before it: shown with its own time, tracked at the time of the other
cp "$CAPTURES/dns_query_answer.pcap" turned.pcap
printf '\001\000\000\000' | dd of=turned.pcap bs=1 seek=$((24 + 16 + 94)) conv=notrunc status=none
run 0 replay turned.pcap
out_has '     2  1970-01-01 00:00:01.' 'entry 1 30s  events: REPLY'
run 0 replay turned.pcap --format jsonl
out_lacks '"timeout":17'
run 0 explain turned.pcap --packet 2
out_has '1970-01-01 00:00:01.' ' 30 src='

# --- narrowing
run 0 replay "$CAPTURES/ping_answered.pcap" --only new
out_lines 1
run 0 replay "$CAPTURES/ping_answered.pcap" --only new,established
out_lines 8
run 0 replay "$CAPTURES/ping_answered.pcap" --only new --only established
out_lines 8
run 0 replay "$CAPTURES/ping_answered.pcap" --flow icmp,10.0.0.2,192.0.2.2,id=401
out_lines 8
run 0 replay "$CAPTURES/ping_answered.pcap" --flow icmp,192.0.2.2,10.0.0.2
out_lines 8
run 0 replay "$CAPTURES/ping_answered.pcap" --flow icmp,10.0.0.2,192.0.2.2,id=402
out_lines 0
run 0 replay "$CAPTURES/http_small.pcap" --flow tcp,10.0.0.2:40001,192.0.2.2:80
out_lines 10
run 0 replay "$CAPTURES/http_small.pcap" --flow udp,10.0.0.2:40001,192.0.2.2:80
out_lines 0
run 0 replay "$CAPTURES/http_ipv6.pcap"
tcp_lines=$(grep -c 'tcp \[' out)
flow=$(sed -n 's/.*tcp \([^ ]*\) > \([^ ]*\) S .*/tcp,\1,\2/p' out | head -n 1)
run 0 replay "$CAPTURES/http_ipv6.pcap" --flow "$flow"
out_lines "$tcp_lines"
run 0 replay "$CAPTURES/udp_port_unreachable.pcap" --only related
out_lines 1
out_has 'about udp'

# --- the numbers of a summary add up
for name in http_large_transfer ping_fragmented ping_time_exceeded ipv6_link_up tcp_port_reused; do
    run 0 replay "$CAPTURES/$name.pcap"
    lines=$(awk '$4 != "-"' out | wc -l)
    run 0 replay "$CAPTURES/$name.pcap" --summary
    awk -v lines="$lines" '
        NR == 1 { packets = $1 }
        /^by state/ { part = "state"; next }
        /^by clause/ { part = "clause"; next }
        /^flows with/ { part = ""; next }
        /^entries gone/ { part = "gone"; next }
        / entries at the end/ { part = "entries"; entries = $1; next }
        { sum[part] += $1 }
        END {
            good = packets == lines && sum["state"] == packets && sum["clause"] == packets
            exit !(good && sum["entries"] == entries)
        }
    ' out || fail "$last: the numbers do not add up"
done

# --- the progress bar: on a terminal that nothing else is printed to, gone before the results
if command -v script >terminal; then
    head -c 24 "$CAPTURES/udp_stream.pcap" >long.pcap
    tail -c +25 "$CAPTURES/udp_stream.pcap" >frames
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do cat frames frames >more; mv more frames; done
    # So long that it takes more than the fifth of a second before the bar is drawn.
    for _ in $(seq 24); do cat frames >>long.pcap; done
    script -qec "'$PROGRAM' replay long.pcap --summary" terminal >/dev/null </dev/null
    grep -qF '[#' terminal || fail "no bar on a terminal"
    tr -d '\n' <terminal | grep -q $'\033\\[K1572864 packets' || fail "the bar is not gone before the summary"
    script -qec "'$PROGRAM' replay long.pcap --only invalid" terminal >/dev/null </dev/null
    ! grep -qF '[#' terminal || fail "a bar among the lines"
    rm long.pcap
fi
run 0 replay "$CAPTURES/udp_stream.pcap" --summary
quiet

# --- a table to begin with
cat >table <<'END'
tcp      6 431999 ESTABLISHED src=10.0.0.2 dst=192.0.2.2 sport=40008 dport=7000 src=192.0.2.2 dst=10.0.0.2 sport=7000 dport=40008 [ASSURED] mark=0 use=1
END
run 0 replay "$CAPTURES/tcp_already_open.pcap"
out_has NEW
flow=$(sed -n 's/.*tcp \([0-9.]*\):\([0-9]*\) > \([0-9.]*\):\([0-9]*\) .*/\1 \2 \3 \4/p' out | head -n 1)
read -r src sport dst dport <<END
$flow
END
sed -i "s/10.0.0.2/$src/g; s/192.0.2.2/$dst/g; s/40008/$sport/g; s/7000/$dport/g" table
run 0 replay "$CAPTURES/tcp_already_open.pcap" --state table
out_lacks ' NEW '
out_has ESTABLISHED
echo 'tcp 6 soon' >table
run 2 replay "$CAPTURES/tcp_already_open.pcap" --state table
err_has 'table:1:'
nothing_out

finish
