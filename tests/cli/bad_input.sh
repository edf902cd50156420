#!/bin/bash
# Bad input: exit code 2, a message that names file and position, everything before it kept.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

small=$CAPTURES/http_small.pcap

# --- files that are none
for verb in replay check; do
    run 2 $verb missing
    err_has 'missing: ' 'No such file'
    mkdir -p folder
    run 2 $verb folder
    err_has 'folder: ' 'is a directory'
    : >empty
    run 2 $verb empty
    err_has 'empty: '
    run 2 $verb -
    err_has '-: '
    mkfifo pipe 2>/dev/null
    run 2 $verb pipe
    err_has 'pipe: ' 'standard input'
done

# --- captures cut short: in the header, in a frame's header, in a frame; packed ones too
head -c 10 "$small" >cut.pcap
run 2 replay cut.pcap
err_has 'cut.pcap: '
nothing_out
head -c 300 "$small" >cut.pcap
run 2 replay cut.pcap
err_has 'cut.pcap: frame 4'
out_lines 3
run 2 replay cut.pcap --format jsonl
out_lines 5
run 2 replay cut.pcap --summary
out_has '3 packets'
run 0 explain cut.pcap --packet 2
run 2 explain cut.pcap --packet 5
err_has 'cut.pcap: frame 4'
head -c 60 "$small" >cut.pcap
run 2 replay cut.pcap
err_has 'cut.pcap: frame 1'
gzip -c "$small" | head -c 300 >cut.gz
xz -c "$small" | head -c 300 >cut.xz
for file in cut.gz cut.xz; do
    run 2 replay $file
    err_has "$file: " 'damaged or ends too early'
done
# Noise does not pack, so what is left of a packed capture holds about as many frames as it is long.
{ cat "$CAPTURES/udp_stream.pcap"; tail -c +25 "$CAPTURES/http_large_transfer.pcap"; } >long
gzip -c long | head -c 1500 >cut.gz
run 2 replay cut.gz
err_has 'cut.gz: frame '
out_has ESTABLISHED
gzip -c "$small" | head -c 8 >cut.gz
run 2 replay cut.gz
err_has 'cut.gz: '
head -c 400 "$CAPTURES/two_interfaces.pcapng" >cut.pcapng
run 2 replay cut.pcapng
err_has 'cut.pcapng: frame 3, at byte 348: the file ends within this block, at byte 400'
out_lines 2
gzip -c "$CAPTURES/two_interfaces.pcapng" | head -c 500 >cut.gz
run 2 replay cut.gz
err_has 'cut.gz: frame ' 'damaged or ends too early'
out_has NEW
printf '\n{"name": "x", "steps": []}' >in
run 2 replay -
err_has '-: at byte 0' 'does not begin with'

# --- what is in them: a link type that is not known, packets shorter than their headers
header='\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000'
frame='\001\000\000\000\000\000\000\000\005\000\000\000\005\000\000\000'
# shellcheck disable=SC2059
printf "$header"'\151\000\000\000' >wifi
run 2 replay wifi
err_has 'wifi: ' 'link type 105'
# shellcheck disable=SC2059
printf "$header"'\145\000\000\000'"$frame"'\105\000\000\024\000'"$frame"'\140\000\000\000\000' >short
# shellcheck disable=SC2059
printf "$frame"'\000\000\000\000\000' >>short
run 0 replay short
out_lines 3
out_has UNSEEN 'shorter than'
# shellcheck disable=SC2059
printf "$header"'\001\000\000\000'"$frame"'\105\000\000\024\000' >short
run 0 replay short
out_has 'shorter than its link header'
# shellcheck disable=SC2059
printf "$header"'\377\377\377\377' >wifi
run 2 replay wifi
err_has 'wifi: '

# --- text that is none of ours
printf 'hello\nworld\n' >words
run 2 replay words
err_has 'words:1: is not JSON'
run 2 check words
err_has 'words:1: is not JSON'
last_line '0 recordings, 0 packets, 0 disagree'
head -c 3 "$small" >words
run 2 replay words
err_has 'words:1: '

# --- the right file for another verb
run 2 check "$small"
err_has 'http_small.pcap: is a capture, which replay reads'
run 2 check "$EXPECTED/scenario.json"
err_has 'scenario.json:1: '
tr -d '\n' <"$EXPECTED/scenario.json" >one_line.json
run 2 check one_line.json
err_has 'one_line.json:1: is a scenario, which replay reads'
for file in "$RECORDINGS/linux-6.18/udp.jsonl.xz" "$EXPECTED/scenario.jsonl"; do
    run 2 replay "$file"
    err_has ': is a recording, which check reads'
done

# --- scenarios
scenario() { printf '%b' "$1" >scenario; run 2 replay scenario; err_has 'scenario:' "$2"; nothing_out; }
scenario '{"name": "x",\n"steps": [\n{"at": 0,}]}' 'scenario:3: is not JSON: column 10: syntax error'
# The line of the key, or of what should hold it.
scenario '[]' '1: the file must be an object'
scenario '{"name": "x",\n"group":\n7,\n"steps": []}' ':2: "group" must be text'
scenario '{"name": "x",\n"steps": [\n  {"at": 0, "observe": true},\n  {"at": 1,\n   "packet": "4"}]}' ':4: "steps[1].in"'
scenario '{"name": "x",\n"steps": [\n  {"at": 0, "observe": true},\n\n  {"at": 1,\n "flush":\n false}\n]}' ':6: "steps[1].flush"'
scenario '{"name": "x",\n"steps": [\n  {"at": 0, "observe": true},\n  7\n]}' ':4: steps[1] must be an object'
scenario '{"name": "x", "sysctl": {\n"nf_conntrack_udp_timeout": 1,\n"odd": 1}, "steps": []}' ':3: "sysctl.odd" is a name'
scenario '\n{\n"name": "x"\n}' ':2: "steps" is missing'
scenario '{\n"name": "a b", "steps": []}' ":2: \"name\" must be of letters"
scenario '{"name": "", "steps": []}' '"name" must be of letters'
scenario '{"steps": []}' '"name" is missing'
scenario '{"name": "x"}' '"steps" is missing'
scenario '{"name": 7, "steps": []}' '"name" must be text'
scenario '{"name": "x", "steps": {}}' '"steps" must be an array'
scenario '{"name": "x", "edition": "linux-9", "steps": []}' '"edition" must be'
scenario '{"name": "x", "steps": [7]}' 'steps[0] must be an object'
scenario '{"name": "x", "steps": [{"flush": true}]}' '"steps[0].at" is missing'
scenario '{"name": "x", "steps": [{"at": 0}]}' 'needs one of packet'
scenario '{"name": "x", "steps": [{"at": 0, "in": "inside", "packet": 4}]}' '"steps[0].packet" must be text'
scenario '{"name": "x", "steps": [{"at": 0, "in": "inside", "packet": "4x"}]}' 'hexadecimal'
scenario '{"name": "x", "steps": [{"at": 0, "packet": "45"}]}' '"steps[0].in" is missing'
scenario '{"name": "x", "steps": [{"at": 2, "flush": true}, {"at": 1, "flush": true}]}' '"steps[1].at" must not go back'
scenario '{"name": "x", "sysctl": {"nf_conntrack_udp_timeou": 3}, "steps": []}' 'nf_conntrack_udp_timeout'
scenario '{"name": "x", "steps": [{"at": 0, "fill": {"count": -3}}]}' '"steps[0].fill.count" must be from 0'
scenario '{"name": "x", "steps": [{"at": 0, "fill": {"count": 99999999}}]}' 'must be from 0 to 16711680'
scenario '{"name": "x", "steps": [{"at": 0, "fill": 3}]}' '"steps[0].fill" must be an object'
scenario '{"name": "x", "steps": [{"at": 0, "fill": {"count": 3, "zone": 70000}}]}' '"steps[0].fill.zone"'
scenario '{"name": "x", "buckets": 0, "steps": []}' '"buckets" must be from 1'
scenario '{"name": "x", "sysctl": {"nf_conntrack_buckets": 0}, "steps": []}' 'must be a whole number from 1'
scenario '{"name": "x", "modules": ["sctpp"], "steps": []}' 'must hold names among'
scenario '{"name": "x", "steps": [{"at": 0, "in": "cellar", "packet": "45"}]}' '"steps[0].in" must name an interface'
scenario '{"name": "x", "steps": [{"at": 0, "release": "a"}]}' '"steps[0].release" must name a held packet'
held='{"at": 0, "in": "inside", "packet": "45", "hold": "a"}'
scenario "{\"name\": \"x\", \"steps\": [$held, $held]}" '"steps[1].hold" must be a new name'
scenario '{"name": "x", "steps": [{"at": 0, "flush": "yes"}]}' '"steps[0].flush" must be true'
scenario '{"name": "x", "sysctl": {"nf_conntrack_udp_timeout": -5}, "steps": []}' 'must be a whole number from 0'
# A key that is there twice: neither is taken silently. The same key in another object is another.
scenario '{"name": "x", "steps": [], "name": "y"}' 'scenario: the key "name" is there twice in one object'
scenario '{"name": "x", "steps": [{"at": 0, "flush": true}, {"at": 0, "at": 1, "flush": true}]}' 'the key "at" is there twice'
# Keys that are not known, at every depth: the line, the path, what was meant, what is known. Those with `_` may be there.
scenario '{"name": "x",\n"rulez": {},\n"steps": []}' 'scenario:2: "rulez" is not known here; did you mean "rules"? known: name, description'
scenario '{"name": "x", "steps": [\n{"at": 0, "in": "inside", "packet": "45", "holdd": "x"}]}' ':2: "steps[0].holdd" is not known here; did you mean "hold"?'
scenario '{"name": "x", "steps": [{"at": 0, "flush": true, "observe": true}]}' '"steps[0].observe" is not known here; known: at, flush'
scenario '{"name": "x", "steps": [{"at": 0, "fill": {"count": 3, "asured": true}}]}' '"steps[0].fill.asured" is not known here; did you mean "assured"?'
scenario '{"name": "x", "rules": {"ipv5": ""}, "steps": []}' '"rules.ipv5" is not known here; did you mean "ipv4"? known: ipv4, ipv6'
scenario '{"name": "x", "interfaces": [{"name": "a", "address": []}], "steps": []}' '"interfaces[0].address" is not known here; did you mean "addresses"?'
scenario '{"name": "x", "steps": [{"at": 0, "delete": {"src": "1.1.1.1", "dst": "1.1.1.2", "proto": 17, "sports": 1}}]}' '"steps[0].delete.sports" is not known'
scenario '{"name": "x", "steps": [{"at": 0, "in": "inside", "packet": "45", "subst": [{"from_step": 0, "from": "src", "field": "dst", "to": 1}]}]}' '"steps[0].subst[0].to" is not known'
printf '{"name": "x", "_author": "me", "steps": [{"at": 0, "flush": true, "_why": 1}]}' >scenario
run 0 replay scenario
deep=$(printf '%100000s' '' | tr ' ' '[')
scenario "{\"name\": $deep" 'nested more than'

# --- recordings: what stands before the bad line is checked, and counted
xz -dc "$RECORDINGS/linux-6.18/udp.jsonl.xz" >good
recording() {
    { cat good; printf '%b' "$1"; } >recording
    run 2 check recording
    err_has "recording:$(($(wc -l <good) + $2)): " "$3"
    last_line '6 recordings, 64 packets, 0 disagree'
}
begin='{"scenario": {"name": "x"}}\n'
recording "${begin}{\"i\": 0,, \n" 2 'is not JSON'
recording '{"scenario": {"name": "x/y"}}\n' 1 '"scenario.name" must be of letters'
recording '{"scenario": {}}\n' 1 '"scenario.name" is missing'
recording '{"end": true}\n' 1 'an end before any'
recording '{"i": 0}\n' 1 'a step before any'
recording "${begin}{\"step\": {}}\n" 2 '"i" is missing'
recording "${begin}{\"i\": 0}\n" 2 '"step" is missing'
recording "${begin}{\"i\": 1, \"step\": {}}\n" 2 '"i" must be 0'
recording "${begin}{\"i\": 0, \"step\": {\"at\": \"0\", \"flush\": true}}\n" 2 '"step.at" must be a number'
recording "$begin" 1 'cut short'
observed='{"i": 0, "step": {"at": 0, "observe": true}'
recording "$begin$observed, \"verdict\": 7}\n" 2 '"verdict" must be an object'
recording "$begin$observed, \"table\": {}}\n" 2 '"table" must be an array'
recording "$begin$observed, \"table\": [{}]}\n" 2 '"table[0].orig" is missing'
# What is almost a known key was mistyped; others may show more than we know.
recording "$begin$observed, \"tabel\": []}\n" 2 '"tabel" is not known here; did you mean "table"?'
recording "$begin{\"i\": 0, \"step\": {\"at\": 0, \"in\": \"inside\", \"packet\": \"45\"}, \"verdict\": {\"sene\": true}}\n" 2 '"verdict.sene" is not known here'
recording "$begin$observed, \"table\": [{\"orig\": {}, \"stauts\": []}]}\n" 2 '"table[0].stauts" is not known here'
recording '{"scenario": {"name": "x", "sysctls": {}}}\n' 1 '"scenario.sysctls" is not known here'
{ cat good; printf '{"scenario": {"name": "x", "recorded_by": "me"}}\n{"i": 0, "step": {"at": 0, "observe": true, "comment": 1}, "weather": "fine"}\n{"end": true}\n'; } >recording
run 0 check recording
# Not in the last block alone: what could be unpacked is checked.
gzip -c good | head -c 2500 >cut.gz
run 2 check cut.gz
err_has 'cut.gz:' 'damaged or ends too early'
last_line '[1-9][0-9]* recordings, [0-9]+ packets, 0 disagree'
cp cut.gz in
run 2 check -
err_has 'is compressed'
{
    cat good
    printf '%b' "${begin}"'{"i": 0, "step": {"at": 0, "observe": true}, "table": [{}]}\n{"end": true}\n'
} >recording
run 2 check recording
err_has 'recording:'

# --- options
option() { local t=$1; shift; run 2 replay "$small" "$@"; err_has "$t"; nothing_out; }
option 'expected name=number' --sysctl nf_conntrack_udp_timeout=soon
option 'expected name=number' --sysctl nf_conntrack_udp_timeout
option '"nf_conntrack_udp_timeout"' --sysctl nf_conntrack_udp_timeou=3
option '0 to' --sysctl nf_conntrack_udp_timeout=-1
option '0 to' --sysctl nf_conntrack_udp_timeout=99999999999
option linux-2.6.9 --edition linux-3
option jsonl --format json
option established --only odd
option expected --flow odd
option '"1.2.3.4:99999"' --flow tcp,1.2.3.4:99999,1.1.1.1:3
option 'need a port' --flow tcp,1.2.3.4,1.1.1.1:3
option 'id=N' --flow icmp,1.2.3.4,1.1.1.1,id=x
option 'different families' --flow 'tcp,1.2.3.4:1,[::1]:3'
option '"odd"' --flow odd,1.2.3.4:1,1.1.1.1:3
option 'standard input' --state -
option 'missing: ' --state missing
option 'missing: ' --sysctl-file missing
printf 'net.netfilter.nf_conntrack_udp_timeout = 7\nnet.netfilter.nf_conntrack_udp_timeou = 7\n' >settings
option 'settings:2: ' --sysctl-file settings
run 0 replay "$small" --edition linux-2.6.9 --sysctl nf_conntrack_tcp_timeout_unacknowledged=3
err_has warning nf_conntrack_tcp_timeout_unacknowledged linux-2.6.9
out_lines 10

finish
