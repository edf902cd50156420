#!/bin/bash
# --unknown-match: every packet whose fate hangs on a match that is not known is marked, also those that come later.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

story=$EXPECTED/unknown_match.json
rules=$EXPECTED/unknown_match.rules
hangs='(hangs on a match that is not known'
line() { sed -n "$1p" out; }
line_has() { [[ $(line "$1") == *"$2"* ]] || fail "$last: line $1 has no \"$2\""; }
line_lacks() { [[ $(line "$1") != *"$2"* ]] || fail "$last: line $1 has \"$2\""; }

for edition in $EDITIONS; do
    # The first packet meets the match; its answer and what follows hang on it.
    run 0 replay "$story" --rules "$rules" --unknown-match always --edition "$edition"
    line_has 1 "-> outside $hangs)"
    line_has 2 "ESTABLISHED  reply"
    line_has 2 "-> inside $hangs, met by packet 0)"
    line_has 3 "-> outside $hangs, met by packet 0)"
    # Taken the other way there is no entry; that its answer is NEW hangs on it, too.
    run 0 replay "$story" --rules "$rules" --unknown-match never --edition "$edition"
    line_has 1 "dropped at FORWARD by its policy $hangs)"
    line_has 2 "NEW          original"
    line_has 2 "dropped at FORWARD by its policy $hangs, met by packet 0)"
done
run 0 replay "$story" --rules "$rules" --unknown-match always --tracker fast
line_has 2 "$hangs, met by packet 0)"
run 0 replay "$story" --rules "$rules" --unknown-match always --summary
out_has '3 packets hang on a match that is not known'
run 0 replay "$story" --rules "$rules" --unknown-match always --format jsonl
line_has 2 '"uncertain":true}'
line_has 3 '"uncertain":true,"uncertain_since":0}'
line_has 4 '"uncertain":true,"uncertain_since":0}'
run 0 explain "$story" --rules "$rules" --unknown-match always --packet 1
out_has 'line 5: -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT' "$hangs, met by packet 0)"

# Bound or not by a rule that hangs: the answer may come from where the packet was sent, or from where it was turned to.
for edition in $EDITIONS; do
    for answer in always never; do
        run 0 replay "$EXPECTED/unknown_match_dnat.json" --unknown-match $answer --edition "$edition"
        line_has 1 "$hangs)"
        line_has 2 "$hangs, met by packet 0)"
    done
done

# Which matches are not known is said before, so that a mistyped one is noticed.
printf '*filter\n-A FORWARD -m contrack --ctstate NEW -j ACCEPT\n-A FORWARD -m odd -j DROP\n-A INPUT -m odd -j DROP\nCOMMIT\n' >typed.rules
run 0 replay "$story" --rules typed.rules --unknown-match never
err_has 'match "contrack" (line 2 of the rules) is not known here and taken to never match; did you mean "conntrack"?' \
    'match "odd" (line 3 of the rules, and 1 more) is not known here and taken to never match'
run 0 replay "$CAPTURES/udp_late_answer.pcap" --rules typed.rules --unknown-match always
err_has '--rules: match "contrack" (line 2 of the rules) is not known here and taken to always match'

# Another flow is sure.
printf '*filter\n-A FORWARD -p tcp -m odd -j DROP\nCOMMIT\n' >tcp.rules
run 0 replay "$story" --rules tcp.rules --unknown-match never
out_lacks "$hangs"

# A mark that hangs: only who asks for it is marked.
printf '*mangle\n-A FORWARD -i inside -m odd -j CONNMARK --set-mark 7\nCOMMIT\n' >mark.rules
run 0 replay "$story" --rules mark.rules --unknown-match never
line_has 1 "$hangs)"
printf '*mangle\n-A FORWARD -m conntrack --ctstate NEW -j ACCEPT\n-A FORWARD -i inside -m odd -j CONNMARK --set-mark 7\n' >mark.rules
printf -- '-A PREROUTING -i outside -m connmark --mark 7 -j DROP\nCOMMIT\n' >>mark.rules
python3 - "$story" >longer.json <<'END'
import json, sys
story = json.load(open(sys.argv[1]))
answer = dict(story["steps"][1], at=0.3)
story["steps"].append(answer)
print(json.dumps(story))
END
run 0 replay longer.json --rules mark.rules --unknown-match never
line_lacks 2 "$hangs"
line_has 3 "$hangs)"
line_has 4 "-> inside $hangs, met by packet 2)"
run 0 replay longer.json --rules mark.rules --unknown-match always
line_has 4 "dropped at PREROUTING by line 4: -A PREROUTING -i outside -m connmark --mark 7 -j DROP $hangs, met by packet 2)"
run 0 explain longer.json --rules mark.rules --unknown-match never --packet 3
out_has '(asks for a mark that hangs on a match that is not known)'
sed -i 's/-A PREROUTING.*//' mark.rules
sed -i '/^$/d' mark.rules
run 0 replay longer.json --rules mark.rules --unknown-match never
line_lacks 4 "$hangs"

# An answer of the router itself.
printf '*filter\n-A OUTPUT -m odd -j DROP\nCOMMIT\n' >output.rules
run 0 replay "$CAPTURES/router_nat.pcapng" --rules "$CAPTURES/router_nat.rules" --interface inside=10.0.0.1/24+10.0.0.0/8 \
    --interface outside=192.0.2.1/24
out_lacks "$hangs"
sed 's/^COMMIT$/-A OUTPUT -m odd -j DROP\nCOMMIT/' "$CAPTURES/router_nat.rules" | awk '/^\*/ { t = $0 } t ~ /filter/ || !/odd/' >output.rules
run 0 replay "$CAPTURES/router_nat.pcapng" --rules output.rules --interface inside=10.0.0.1/24+10.0.0.0/8 \
    --interface outside=192.0.2.1/24 --unknown-match never
out_has "time exceeded about" "-> inside $hangs)"

finish
