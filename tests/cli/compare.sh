#!/bin/bash
# compare, serve and record: what they print, their files, messages and exit codes.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
toy="exec:python3 $SOURCE/examples/toy_filter.py"
end='[0-9]+ packets, [0-9]+ scenarios, [0-9]+ groups of disagreement, [0-9]+ unexplained'

run 0 compare --with model:linux-6.18 --packets 500
last_line "$end"
out_has 'verdict.ct' '0 groups of disagreement, 0 unexplained' 'clauses of linux-6.18'
quiet
run 0 compare --with "exec:$PROGRAM serve" --profile nat --packets 500
run 0 compare --with "$toy" --profile icmp --packets 500

run 1 compare --with "$toy --bug early_stream" --profile udp --packets 1000 --report found
last_line "$end"
out_has 'group 1: verdict.ct' 'part in verdict.ct' 'model: ' 'flow.'
for file in json txt theirs.jsonl model.jsonl; do
    [ -s found/group-1.$file ] || fail "$last: no group-1.$file"
done
run 0 replay found/group-1.json
run 1 compare --with "$toy --bug early_stream" --scenario found/group-1.json
run 0 compare --with "$toy" --scenario found/group-1.json
run 1 check found/group-1.theirs.jsonl
run 0 check found/group-1.model.jsonl

# One number makes one scenario: the one that is named shows it again.
run 1 compare --with "$toy --bug early_stream" --profile udp --packets 1000
seed=$(sed -n 's/.*first in udp-\([0-9]*\),.*/\1/p' out | head -1)
run 1 compare --with "$toy --bug early_stream" --profile udp --seed "$seed" --packets 1
out_has "first in udp-$seed," '1 scenarios, 1 groups'

run 1 compare --with "$toy --bug early_stream" --profile udp --packets 500 --format jsonl
python3 -c 'import json,sys; lines=[json.loads(l) for l in sys.stdin]; assert lines[0]["scenario"]["steps"] and lines[-1]["unexplained"]==1' <out ||
    fail "$last: not the lines expected"
run 1 compare --with "$toy --bug early_stream" --profile udp --packets 500 --format junit
python3 -c 'import sys,xml.etree.ElementTree as e; t=e.parse(sys.stdin).getroot(); assert t.get("failures")=="1" and t.find("testcase/failure").text' <out ||
    fail "$last: not the XML expected"

# As many at once as one likes: the report is the same, but for the time it took.
for with in fast "$toy --bug early_stream" model:linux-2.6.32; do
    code=0
    [[ $with == exec* ]] && code=1
    for jobs in 1 2; do
        run $code compare --with "$with" --profile udp --packets 2000 --jobs $jobs
        grep -v ' packets a second' out >"of_$jobs"
    done
    cmp -s of_1 of_2 || fail "$last: not the report of one job: $(diff of_1 of_2 | head -5)"
done
run 2 compare --with fast --jobs 0
err_has '--jobs'

# Waiting for timeouts, where time is an argument, takes none.
run 0 compare --with fast --waits 1 --packets 500
run 1 compare --with "$toy --bug early_stream" --profile udp --waits 1 --packets 1000
out_has 'first in udp-waits-'
seed=$(sed -n 's/.*first in udp-waits-\([0-9]*\),.*/\1/p' out | head -1)
run 1 compare --with "$toy --bug early_stream" --profile udp --waits 1 --seed "$seed" --packets 1
out_has "first in udp-waits-$seed," '1 scenarios, 1 groups'

run 1 compare --with 'exec:exit 4' --packets 2
out_has 'the program crashed' 'exit code 4'
run 1 compare --with 'exec:sleep 20' --packets 1 --time-limit 100
out_has 'the program hung'
run 2 compare --with 'exec:/no/such/program' --packets 2
err_has 'no such program'
run 2 compare --with nobody
err_has 'expected kernel, fast, fast:EDITION, model:EDITION or exec:'
run 2 compare
err_has '--with'
run 2 compare --with model:linux-6.18 --profile odd
run 2 compare --with model:linux-6.18 --scenario missing.json
err_has missing.json
run 2 compare --with model:linux-6.18 --packets 3 --seconds 3
run 0 compare --findings
[ -s out ] || fail "$last: nothing printed"

# serve answers line by line, and says where its input is wrong.
printf '%s\n' '{"scenario":{"name":"s"}}' '{"i":0,"step":{"at":0,"in":"outside","packet":"45000025000100004011468dc63364030a000004005103e80011c758000000000000000000"}}' \
    '{"end":true}' >in
run 0 serve
out_lines 2
out_has '"ct":"new"' '"events":[{"type":"NEW"' '"entry":{"ct":"c1"' '{"end":true}'
printf '%s\n' '{"scenario":{"name":"s"}}' '{"i":1,"step":{"at":0,"observe":true}}' >in
run 2 serve
err_has 'standard input:2' 'must be 0'
printf '%s\n' '{"i":0,"step":{"at":0,"observe":true}}' >in
run 2 serve
err_has 'expected {"scenario": ...} first'
echo nonsense >in
run 2 serve
err_has 'is not JSON'

# Where the kernel can be asked, what it does agrees; where it cannot, the program says why.
run_kernel() {
    "$PROGRAM" record --with kernel "$SOURCE/docs/scenarios/udplite-checksum.json" >recorded 2>err
    case $? in
        0) case $(uname -r) in
            6.18.*) run 0 check recorded ;;
            *) echo "not compared: the running kernel is $(uname -r)" ;;
            esac ;;
        2) err_has 'the live kernel cannot be asked here: '; echo "skipped: $(cat err)" ;;
        *) fail "record: exit code $?" ;;
    esac
}
last="ctoracle record"
run_kernel
run 2 record missing.json
err_has missing.json
finish
