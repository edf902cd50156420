#!/bin/bash
# Captures and scenarios through a router with rules: what is bound, stopped and sent; the same packets seen twice.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

inside=inside=10.0.0.1/24,fd00:a::1/64+10.0.0.0/8,fd00:a::/48
outside=outside=192.0.2.1/24,fd00:b::1/64
stage="--interface $inside --interface $outside"
nat=$CAPTURES/router_nat.pcapng
nat_rules=$CAPTURES/router_nat.rules

filter() { # filter RULE...: the text of a table filter
    printf '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n'
    printf '%s\n' "$@" COMMIT
}
lines_with() { grep -c -e "$1" out; }
# is COUNT PATTERN: so many lines of the output hold it.
is() { [ "$(lines_with "$2")" = "$1" ] || fail "$last: $(lines_with "$2") lines with \"$2\" instead of $1"; }

# shellcheck disable=SC2086  # $stage is four words
{
# --- a router seen from both sides: a packet on its way out is recognised and not tracked again
for file in two_interfaces.pcapng linux_cooked_twice.pcap; do
    for edition in $EDITIONS; do
        run 0 replay "$CAPTURES/$file" $stage --edition "$edition"
        quiet
        out_lines 20
        is 10 ' on its way out$'
        is 6 '  -> outside'
        is 4 '  -> inside'
        out_lacks 'NOT AS HERE'
    done
done
run 0 replay "$CAPTURES/two_interfaces.pcapng" $stage
out_has '     2  ' 'outside   tcp 10.0.0.2:40035 > 192.0.2.2:80 S' '= frame 1 on its way out'
run 0 replay "$CAPTURES/two_interfaces.pcapng" $stage --summary
out_has '10 packets' '10 frames show what the router sent, 0 of them not as here'
run 0 replay "$CAPTURES/two_interfaces.pcapng" $stage --only new
out_lines 1
run 2 explain "$CAPTURES/two_interfaces.pcapng" $stage --packet 2
err_has 'frame 2 shows what the router sent, frame 1 on its way out'

# --- a router that translates: the replay predicts every packet that left
run 0 replay "$nat" --rules "$nat_rules" $stage
quiet
out_lacks 'NOT AS HERE'
is 24 ' on its way out$'
is 2 "= the router's answer to frame "
out_has 'SNAT 10.0.0.2:40036 -> 192.0.2.1:40036 by line 7: -A POSTROUTING -o outside -j MASQUERADE' \
    'DNAT 192.0.2.1:8080 -> 10.0.0.2:5000 by line 6: -A PREROUTING' \
    'SNAT 10.0.0.2 id 410 -> 192.0.2.1 id 410 by line 7' \
    '-> outside as tcp 192.0.2.1:40036 > 192.0.2.2:80' \
    '-> inside as tcp 192.0.2.2:80 > 10.0.0.2:40036' \
    '-> outside as tcp 192.0.2.1:8080 > 192.0.2.2:40037' \
    'dropped by forwarding, hop limit  answers: icmp 10.0.0.1 > 10.0.0.2 time exceeded' \
    'rejected at FORWARD by line 15: -A FORWARD' 'answers: icmp 10.0.0.1 > 10.0.0.2 unreachable, code 3' \
    'dropped at FORWARD by line 16: -A FORWARD -i inside -p udp -m udp --dport 5002 -j DROP' \
    'SNAT 192.0.2.1:40040 unchanged by line 7' 'sent by the router  -> outside' '-> the router itself'
out_lacks INVALID
# The bindings stand at the packets that made them, and nowhere else.
is 4 ' by line [67]: '
for edition in linux-2.6.9 linux-2.6.32; do
    run 0 replay "$nat" --rules "$nat_rules" $stage --edition $edition
    out_lacks 'NOT AS HERE'
    is 24 ' on its way out$'
done
run 0 replay "$nat" --rules "$nat_rules" $stage --summary
out_has 'dropped at FORWARD by line 16: ' 'rejected at FORWARD by line 15: ' '3  by line 7: -A POSTROUTING' \
    '1  by line 6: -A PREROUTING' '18  outside' '26 frames show what the router sent, 0 of them not as here'
run 0 explain "$nat" --rules "$nat_rules" $stage --packet 21
out_has 'PREROUTING   nat     DNAT' 'line 6: -A PREROUTING' 'FORWARD      filter  policy ACCEPT' \
    'decided      DNAT 192.0.2.1:8080 -> 10.0.0.2:5000' 'the source stays (null binding)' 'end          -> inside as tcp'
run 0 explain "$nat" --rules "$nat_rules" $stage --packet 23
out_has bindings 'by line 6: ' '(bound at ' 'FORWARD      filter  accepted' 'line 14: -A FORWARD -m conntrack'
run 0 explain "$nat" --rules "$nat_rules" $stage --packet 53
out_has 'FORWARD      filter  dropped' 'verdict  new'

# --- rules that are not those of the router: its packets left otherwise
sed 's/MASQUERADE/SNAT --to-source 192.0.2.100/' "$nat_rules" >other.rules
run 0 replay "$nat" --rules other.rules $stage
out_has 'frame 1 on its way out; NOT AS HERE: tcp 192.0.2.100:40036 > 192.0.2.2:80 leaves by outside'
filter '-A FORWARD -p icmp -j DROP' >other.rules
run 0 replay "$CAPTURES/two_interfaces.pcapng" --rules other.rules $stage
out_lacks 'NOT AS HERE'
filter '-A FORWARD -p tcp -m tcp --dport 80 -j DROP' >other.rules
run 0 replay "$CAPTURES/two_interfaces.pcapng" --rules other.rules $stage
out_has 'frame 1 on its way out; NOT AS HERE: dropped at FORWARD by line 5: -A FORWARD -p tcp -m tcp --dport 80 -j DROP'
run 0 replay "$CAPTURES/two_interfaces.pcapng" --rules other.rules $stage --summary
out_has 'of them not as here'
out_lacks ' 0 of them not as here'

# --- captured on one side: packets enter by the interface behind which their source lies
run 0 replay "$CAPTURES/http_small.pcap" --rules "$nat_rules"
err_has 'rules without --interface' 'inside=10.0.0.1/24'
out_has '-> outside as tcp 192.0.2.1:40001 > 192.0.2.2:80'
# The server's packets are addressed to the client, not to the router: they are no replies.
out_has 'INVALID                tcp 192.0.2.2:80 > 10.0.0.2:40001 SA'
printf '*nat\n:PREROUTING DROP [0:0]\nCOMMIT\n' >drop.rules
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules drop.rules $stage
quiet
out_has 'dropped at PREROUTING by its policy'
printf '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p icmp -j DROP\nCOMMIT\n' >raw.rules
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules raw.rules $stage
out_has UNSEEN rules.raw_drop 'dropped at PREROUTING by line 3: -A PREROUTING -p icmp -j DROP'
filter '-A FORWARD -p tcp -j DROP' >six.rules
run 0 replay "$CAPTURES/http_ipv6.pcap" --rules6 six.rules $stage
out_has 'dropped at FORWARD by line 5: -A FORWARD -p tcp -j DROP'
run 0 replay "$CAPTURES/http_ipv6.pcap" --rules six.rules $stage
out_lacks 'by line'
filter '-A FORWARD -j LOG --log-prefix "seen: "' >log.rules
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules log.rules $stage
is 3 'LOG "seen: "'
run 0 replay "$CAPTURES/http_small.pcap" --interface lan=10.0.0.1/24
out_lacks '-> outside'
out_has '-> lan'
run 0 replay "$CAPTURES/http_small.pcap" --interface lan=10.0.0.1/24+10.0.0.0/24
out_has 'no interface leads to its source' 'dropped by routing, not routable'

# --- a packet that comes twice, as it was, is no packet on its way out
{ cat "$CAPTURES/http_small.pcap"; tail -c +25 "$CAPTURES/http_small.pcap"; } >again.pcap
run 0 replay again.pcap $stage
out_lines 20
out_lacks 'on its way out'

# --- cut captures, fragments, and every other capture: nothing that a router cannot take. The two that show both sides
# of a router were made where nothing is translated, and say so.
for file in "$CAPTURES"/*.pcap*; do
    for edition in $EDITIONS; do
        run 0 replay "$file" --rules "$nat_rules" $stage --edition "$edition"
        case $file in
            *twice.pcap | *two_interfaces.pcapng)
                out_has "frame 1 on its way out; NOT AS HERE: tcp 192.0.2.1:" ;;
            *ftp_*) # taken behind other rules
                out_has "frame 1 on its way out; NOT AS HERE: " ;;
            *) out_lacks 'NOT AS HERE' ;;
        esac
    done
done
# ... and behind the rules that name helpers, what they rewrite is predicted to the byte.
helpers="--rules $CAPTURES/router_helpers.rules --interface inside=10.0.0.1/24+10.0.0.0/8"
for file in ftp_nat tftp_nat; do
    # shellcheck disable=SC2086  # $helpers is four words
    run 0 replay "$CAPTURES/$file.pcapng" $helpers --interface outside=192.0.2.1/24,192.0.2.100/24
    quiet
    out_has ' on its way out' RELATED
    out_lacks 'NOT AS HERE'
    out_lacks INVALID
done
run 0 replay "$CAPTURES/ping_fragmented.pcap" --rules "$nat_rules" $stage
out_has '(3 fragments)' 'SNAT 10.0.0.2 id '
run 0 replay "$CAPTURES/http_large_transfer.pcap" --rules "$nat_rules" $stage
out_lacks 'too big'

# --- a fragment that waited in vain for a minute: the router tells its sender, and that frame is recognised
base64 -d >lost.pcap <<'END'
1MOyoQIABAAAAAAAAAAAAP//AABlAAAA6AMAAAAAAABAAAAAQAAAAGAAAAAAGCxA/QAACgAAAAAAAAAAAAAAAv0AAAsAAAAAAAAAAAAAAAIRAA
ABAAAABwPoADUAIAF3AAAAAAAAAAAlBAAAAAAAAHAAAABwAAAAYAAAAABIOkD9AAAKAAAAAAAAAAAAAAAB/QAACgAAAAAAAAAAAAAAAgMBZTQA
AAAAYAAAAAAYLED9AAAKAAAAAAAAAAAAAAAC/QAACwAAAAAAAAAAAAAAAhEAAAEAAAAHA+gANQAgAXcAAAAAAAAAAA==
END
run 0 replay lost.pcap $stage
out_has 'id 7 given up; the first is frame 1' "time exceeded about udp [fd00:a::2]:1000 > [fd00:b::2]:53  = the router's answer to frame 1"
run 0 replay lost.pcap $stage --edition linux-2.6.32
out_lacks 'answer to'

# --- a recording: what passed, and where it left
run 0 replay "$nat" --rules "$nat_rules" $stage --format jsonl
out_lines 39
out_has '"interfaces":[{"name":"inside","addresses":["10.0.0.1/24","fd00:a::1/64"],"networks":["10.0.0.0/8","fd00:a::/48"]}' \
    '"rules":{"ipv4":"*nat' '"in":"outside"' '"in":""' '"emerged":true,"side":"outside","out":"45' '"local":[{"side":"inside"'
run 0 replay "$CAPTURES/two_interfaces.pcapng" $stage --format jsonl
cp out recording.jsonl
run 0 check recording.jsonl
last_line '1 recordings, 10 packets, 0 disagree'

# --- matches that are not known: refused, or decided by the user's word, and said
filter '-A FORWARD -m statistic --mode random --probability 0.5 -j DROP' '-A FORWARD -p tcp -j ACCEPT' >unknown.rules
run 2 replay "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage
err_has 'unknown.rules:5:15: unknown match `statistic`' known: conntrack
nothing_out
run 2 replay "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage --unknown-match refuse
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage --unknown-match never
is 3 '  -> outside (hangs on a match that is not known'
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage --unknown-match always
is 3 'dropped at FORWARD by line 5: .* (hangs on a match that is not known'
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage --unknown-match always --format jsonl
is 3 '"uncertain":true'
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage --unknown-match always --summary
out_has '3 packets hang on a match that is not known'
run 0 explain "$CAPTURES/ping_unanswered.pcap" --rules unknown.rules $stage --unknown-match never --packet 1
out_has 'a match that is not known was taken not to match'
filter '-A FORWARD -p tcp -j ACCEPT' >known.rules
run 0 replay "$CAPTURES/ping_unanswered.pcap" --rules known.rules $stage --unknown-match always
out_lacks 'hangs on'

# --- bad rules and interfaces: file, line, column
filter '-A FORWARD -j DRPO' >bad.rules
run 2 replay "$nat" --rules bad.rules $stage
err_has 'bad.rules:5:15: unknown target `DRPO`' 'did you mean `DROP`'
nothing_out
filter '-A FORWARD -j nochain' >bad.rules
run 2 replay "$nat" --rules bad.rules $stage
err_has 'bad.rules:5:15: unknown target `nochain`, and there is no chain of that name so far'
printf '*filter\n:FORWARD ACCEPT [0:0]\n' >bad.rules
run 2 replay "$nat" --rules bad.rules
err_has 'bad.rules:3:1: expected COMMIT'
run 2 replay "$nat" --rules6 bad.rules
err_has 'bad.rules:3:1: '
run 2 replay "$nat" --rules missing.rules
err_has 'missing.rules: '
run 2 replay "$nat" --rules .
for option in --rules --rules6; do
    run 2 replay "$nat" $option -
    err_has "$option: standard input"
done
# --- rules that a kernel would not take: NAT of IPv6 came with linux-3.7
printf '*nat\nCOMMIT\n' >nat6.rules
for edition in linux-2.6.9 linux-2.6.32; do
    run 2 replay "$nat" --rules6 nat6.rules --edition $edition
    err_has "--rules: $edition has no table nat for IPv6"
    nothing_out
done
run 0 replay "$nat" --rules6 nat6.rules --edition linux-6.18
run 0 explain "$nat" --rules6 nat6.rules --packet 1
out_has 'linux-2.6.32  not known: --rules: linux-2.6.32 has no table nat for IPv6'
gzip -c "$nat_rules" >nat.rules.gz
run 0 replay "$nat" --rules nat.rules.gz $stage
is 24 ' on its way out$'
run 2 replay "$nat" --rules "$nat_rules" --unknown-match sometimes
for bad in inside =10.0.0.1 inside= inside=10.0.0 inside=10.0.0.1+ inside=10.0.0.1/33 inside=10.0.0.1,+10.0.0.0/8; do
    run 2 replay "$nat" --interface "$bad"
    err_has "--interface: \"$bad\"" 'expected NAME=ADDRESS'
    nothing_out
done
for bad in sixteen-letters-=10.0.0.1 in/side=10.0.0.1 'in side=10.0.0.1'; do
    run 2 replay "$nat" --interface "$bad"
    err_has "--interface: \"$bad\"" 'name'
done
run 0 replay "$CAPTURES/udp_late_answer.pcap" --interface fifteen-letters=10.0.0.1/24
run 2 replay "$nat" --interface inside
err_has 'there is no "=" with an address behind it'
run 2 replay "$nat" --interface =10.0.0.1
err_has 'there is no name before "="'
run 2 replay "$nat" --interface "$inside" --interface inside=10.1.0.1
err_has '"inside" is there twice'

# --- scenarios: their own rules, and others in place of these
story=$SOURCE/docs/scenarios/nat-rule-deleted.json
run 0 replay "$story"
out_has 'SNAT 10.0.0.2:1000 -> 192.0.2.100:1000 by line 4: ' '-> inside as udp 198.51.100.1:7000 > 10.0.0.2:1000'
run 0 replay "$story" --rules "$nat_rules"
quiet
out_has 'SNAT 10.0.0.2:1000 -> 192.0.2.1:1000 by line 7: '
run 0 replay "$story" --rules "$nat_rules" --format jsonl
cp out recording.jsonl
run 0 check recording.jsonl
run 0 replay "$story" --interface inside=10.0.0.1/24+10.0.0.0/8 --interface outside=198.51.100.254/24
out_has '-> outside as udp 192.0.2.100:1000'
run 2 replay "$story" --interface lan=10.0.0.1/24 --interface wan=192.0.2.1/24
err_has 'the packet of step 0 enters by "inside", which no --interface names'
sed 's/-o outside -j SNAT/-o outside -m statistic --mode random -j SNAT/' "$story" >unknown.json
run 2 replay unknown.json
err_has 'unknown match `statistic`'
run 0 replay unknown.json --unknown-match always
out_has 'SNAT 10.0.0.2:1000 -> 192.0.2.100:1000' '(hangs on a match that is not known)'
run 0 replay unknown.json --unknown-match never
out_lacks SNAT
sed 's/192.0.2.100\\n/192.0.2.100 --random\\n/' "$story" >random.json
run 0 replay random.json
out_has '(first permitted port; Linux chooses at random)'
run 0 explain "$story" --packet 3
out_has '(bound at 0.000000)' 'no chain was met'
}

finish
