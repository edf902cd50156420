#!/bin/bash
# Every machine is drawn in every edition and notation, with all its states: diagrams.sh PROGRAM
set -eu
source "$(dirname "$0")/expect.sh"
program=$1

tcp="NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE"

# drawn MACHINE EDITION STATE...
drawn() {
    local machine=$1 edition=linux-$2 format all text state
    shift 2
    for format in dot mermaid; do
        for all in "" --all; do
            text=$("$program" diagram "$machine" --edition "$edition" --format $format $all) ||
                fail "diagram $machine --edition $edition --format $format $all"
            [[ $format == dot ]] && expect_equal "$machine $edition" 'digraph "' "${text:0:9}"
            [[ $format == mermaid ]] && expect_in "$text" $'\nflowchart TB\n' "$machine $edition"
            expect_in "$text" ", $edition" "the title of $machine"
            [[ -n $all ]] || expect_in "$text" "Left out: actions" "$machine $edition"
            for state; do
                grep -Eq "^ +$state(\(| \[)" <<<"$text" || fail "$machine $edition $format $all: no box for $state"
            done
            if [[ $format == dot ]] && command -v dot >/dev/null; then
                dot -Tplain <<<"$text" >/dev/null || fail "dot refuses $machine $edition $all"
            fi
        done
    done
    return 0
}

drawn tcp 2.6.9 $tcp LISTEN
for edition in 2.6.32 6.18; do drawn tcp $edition $tcp SYN_SENT2; done
for edition in 2.6.9 2.6.32 6.18; do
    drawn generic $edition Unreplied Replied Assured
    drawn entry $edition Unconfirmed Confirmed Dying Freed
done
drawn icmp 2.6.9 Fresh Waiting Balanced

# A few arrows that everybody knows.
tcp_dot=$("$program" diagram tcp --edition linux-6.18)
for arrow in "NONE -> SYN_SENT" "SYN_SENT -> SYN_RECV" "SYN_RECV -> ESTABLISHED" "LAST_ACK -> TIME_WAIT"; do
    expect_in "$tcp_dot" "  $arrow " "TCP of linux-6.18"
done

for edition in linux-2.6.32 linux-6.18; do
    code=0
    said=$("$program" diagram icmp --edition $edition 2>&1) || code=$?
    expect_equal "the exit code of icmp in $edition" 2 $code
    expect_in "$said" "$edition tracks ICMP by the generic machine" "the error"
done
finish
