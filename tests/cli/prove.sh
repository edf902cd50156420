#!/bin/bash
# prove: the list, one theorem in each format, a violated one with its trace, and what it refuses.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run 0 prove --list
quiet
out_has reply_is_never_new icmp_entry_leaves_with_the_reply_that_balances
head -1 out | grep -q '^[a-z0-9_]*  [A-Z]' || fail "the list begins with a theorem, not a heading"
theorems=$(wc -l <out)
[ "$(sort -u out | wc -l)" = "$theorems" ] || fail "a theorem is listed twice"

run 0 prove reply_is_never_new
out_has 'proved    linux-2.6.9' 'proved    linux-6.18' 'z3'
out_lines 3

run 0 prove reply_is_never_new --edition linux-6.18 --format jsonl
out_lines 1
out_has '"theorem":"reply_is_never_new"' '"result":"proved"' '"obligations":'

run 0 prove reply_is_never_new --edition linux-6.18 --format junit
out_has '<testsuite name="ctoracle prove" tests="1" failures="0">' '<testcase classname="linux-6.18" name="reply_is_never_new"'

# A violated theorem is a result: as expected, with packets that replay plays.
run 0 prove an_invalid_synack_does_not_spoil_the_opening --edition linux-6.18 --traces shown
out_has 'violated  linux-6.18' 'client > server SYN' 'invalid'
run 0 replay shown/an_invalid_synack_does_not_spoil_the_opening.linux-6.18.json
out_has INVALID SYN_SENT

run 0 prove icmp_entry_leaves_with_the_reply_that_balances --smt2 formulas
grep -q '^(set-logic QF_BV)' formulas/icmp_entry_leaves_with_the_reply_that_balances.linux-2.6.9.smt2 || fail "no SMT-LIB"

run 2 prove no_such_theorem
err_has 'no theorem is named "no_such_theorem"' --list
run 2 prove reply_is_never_new --edition linux-7
run 2 prove reply_is_never_new --timeout 0
run 2 prove reply_is_never_new --format markdown
err_has --list

finish
