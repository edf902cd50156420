#!/bin/bash
# The fast tracker in the place of the model: what is printed is the same.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# both ARGUMENT...: the same run with either tracker.
both() {
    run 0 replay "$@"
    mv out expected
    run 0 replay "$@" --tracker fast
    diff -u expected out >&2 || fail "$last: differs from the model"
}

for edition in $EDITIONS; do
    for file in ping_answered.pcap http_small.pcap; do
        both "$CAPTURES/$file" --edition "$edition"
        both "$CAPTURES/$file" --edition "$edition" --format jsonl
        both "$CAPTURES/$file" --edition "$edition" --format proc
        both "$CAPTURES/$file" --edition "$edition" --summary
    done
    both "$CAPTURES/router_nat.pcapng" --rules "$CAPTURES/router_nat.rules" --edition "$edition"
    both "$CAPTURES/router_nat.pcapng" --rules "$CAPTURES/router_nat.rules" --edition "$edition" --format jsonl
    for scenario in "$SOURCE"/docs/scenarios/*.json; do
        both "$scenario" --edition "$edition"
        both "$scenario" --edition "$edition" --format jsonl
    done
    run 0 check --tracker fast "$RECORDINGS/$edition/nat.jsonl.xz"
    last_line '[0-9]+ recordings, [0-9]+ packets, 0 disagree'
done
both "$CAPTURES/http_small.pcap" --state "$SOURCE/tests/data/conntrack_list.txt" --edition linux-6.18

run 2 replay "$CAPTURES/ping_answered.pcap" --tracker other
err_has '--tracker'
run 2 check --tracker other "$RECORDINGS/linux-6.18/full.jsonl.xz"
err_has '--tracker'
finish
