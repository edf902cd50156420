#!/bin/bash
# distinguish: one difference in each format, its scenario replayed under both editions, and what is refused.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run 0 distinguish linux-2.6.32 linux-6.18 --only udp_timeout_stream --scenarios shown
quiet
out_has 'UDP setting udp_timeout_stream' 'linux-2.6.32: 180' 'linux-6.18: 120' 'server > client UDP' ' | '
last_line '1 differences, 1 of them shown by packets\. Looked at: up to 6 packets.*'
scenario=shown/udp.udp_timeout_stream.linux-2.6.32.linux-6.18.json
run 0 replay $scenario --edition linux-2.6.32
out_has '180s'
run 0 replay $scenario --edition linux-6.18
out_has '120s'

run 0 distinguish linux-2.6.9 linux-6.18 --only counts_icmp --only 'ESTABLISHED, reply synack' --format jsonl
out_lines 2
out_has '"name":"counts_icmp"' '"linux-2.6.9":"established, no entry"' '"kind":"cell"' '"alone":true'

# What no packets show is said, with how far was looked.
run 0 distinguish linux-2.6.9 linux-6.18 --only counts_icmp --most 1
out_has 'no packets show it'
last_line '1 differences, 0 of them shown by packets\. Looked at: up to 1 packets.*'

run 2 distinguish linux-2.6.9
run 2 distinguish linux-2.6.9 linux-7
run 2 distinguish linux-6.18 linux-6.18
err_has 'another edition than itself'
nothing_out
run 2 distinguish linux-2.6.9 linux-6.18 --only no_such_rule
err_has 'no difference between these editions is named "no_such_rule"'
run 2 distinguish linux-2.6.9 linux-6.18 --most 0
run 2 distinguish linux-2.6.9 linux-6.18 --format junit
: >file
run 2 distinguish linux-2.6.9 linux-6.18 --only udp_timeout_stream --scenarios file
finish
