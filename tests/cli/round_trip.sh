#!/bin/bash
# A replay in the format jsonl is a recording that check accepts; check finds what was altered.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

counts='[0-9]+ recordings, [0-9]+ packets, [0-9]+ disagree'

# --- recordings of kernels, as they are, packed and unpacked, and on standard input
udp=$RECORDINGS/linux-6.18/udp.jsonl.xz
run 0 check "$udp"
last_line '6 recordings, 64 packets, 0 disagree'
xz -dc "$udp" >udp.jsonl
gzip -c udp.jsonl >udp.gz
run 0 check udp.jsonl udp.gz
last_line '12 recordings, 128 packets, 0 disagree'
cp udp.jsonl in
run 0 check -
last_line '6 recordings, 64 packets, 0 disagree'

# --- what was altered is found, once for each recording
sed '0,/"ct":"new"/s//"ct":"invalid"/' udp.jsonl >altered.jsonl
run 1 check altered.jsonl
out_has altered.jsonl: 'verdict.ct' '"invalid"' '"new"' 'packet    udp' clause
last_line '6 recordings, 64 packets, 1 disagree'
sed 's/"seen":true/"seen":false/' udp.jsonl >altered.jsonl
run 1 check altered.jsonl
last_line '6 recordings, 64 packets, 6 disagree'
run 1 check --edition linux-2.6.9 "$RECORDINGS/linux-6.18/tcp.jsonl.xz"
last_line "$counts"

# --- round trips of scenarios, under every edition
run 0 replay "$EXPECTED/scenario.json" --format jsonl
for name in scenario full_table; do
    for edition in $EDITIONS; do
        run 0 replay "$EXPECTED/$name.json" --edition "$edition" --format jsonl
        cp out recording.jsonl
        run 0 check recording.jsonl
        last_line '1 recordings, [0-9]+ packets, 0 disagree'
    done
done

# --- round trips of captures. A recording plays on the stage of the file format, so these are captures of packets that
# its router forwards, whole and with their own checksums.
for name in http_small tcp_port_reused tcp_half_closed tcp_reset tcp_refused dns_query_answer udp_stream \
    udp_late_answer udp_port_unreachable ping_answered ping_unanswered http_ipv6 cooked_v1 vlan_tagged; do
    for edition in $EDITIONS; do
        run 0 replay "$CAPTURES/$name.pcap" --edition "$edition" --format jsonl
        cp out recording.jsonl
        run 0 check recording.jsonl
        last_line '1 recordings, [0-9]+ packets, 0 disagree'
    done
done

# A recording's name has fewer letters than a file's.
cp "$CAPTURES/ping_answered.pcap" 'a capture (2).pcap'
run 0 replay 'a capture (2).pcap' --format jsonl
out_has '"name":"a_capture__2_"'
mv out recording.jsonl
run 0 check recording.jsonl
last_line '1 recordings, 8 packets, 0 disagree'

finish
