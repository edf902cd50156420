#!/bin/bash
# Help, version, wrong verbs, and output that cannot be written.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run 2
err_has Usage replay explain check
nothing_out
run 2 replya
err_has '"replya"'
run 2 --odd
err_has odd
run 0 --version
out_has 'ctoracle '
out_lines 1
run 0 --help
out_has Usage replay
for verb in replay explain check clauses diagram; do
    run 0 $verb --help
    out_has Usage "$verb"
    quiet
    run 2 $verb --odd
    err_has "ctoracle $verb: "
    nothing_out
done
for verb in replay explain check; do
    run 2 $verb
    err_has required
done
run 0 clauses
out_has tcp.window.inside

# full ARGUMENT...: the program says that the disk is full.
full() {
    cases=$((cases + 1))
    last="ctoracle $* >/dev/full"
    timeout 60 "$PROGRAM" "$@" >/dev/full 2>err
    local code=$?
    [ $code = 2 ] || fail "$last: exit code $code"
    err_has 'standard output: cannot be written'
}
for format in text jsonl conntrack proc; do full replay "$CAPTURES/http_large_transfer.pcap" --format $format; done
full replay "$EXPECTED/scenario.json" --format jsonl
full replay "$CAPTURES/http_small.pcap" --summary
full explain "$CAPTURES/http_small.pcap" --packet 1
full check "$RECORDINGS/linux-6.18/udp.jsonl.xz"
full clauses
full diagram tcp
full --help
full replay --help
full --version

# A reader that leaves after a line: no crash, no run to the end of something large.
tail -c +25 "$CAPTURES/http_small.pcap" >frames
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
    cat frames frames >twice
    mv twice frames
done
{ head -c 24 "$CAPTURES/http_small.pcap"; cat frames; } >long.pcap
for format in text jsonl; do
    cases=$((cases + 1))
    last="ctoracle replay --format $format | head -n 1"
    timeout 10 "$PROGRAM" replay long.pcap --format $format 2>err | head -n 1 >out
    code=${PIPESTATUS[0]}
    [ "$code" = 2 ] || fail "$last: exit code $code"
    err_has 'standard output: cannot be written'
    out_lines 1
done

finish
