#!/bin/bash
# Has cvc5 decide every obligation that `ctoracle prove --smt2` writes, and compares with the status that stands in it.
# What it has decided before, to the letter, is not asked again: the answers lie in MEMORY by the hash of the question.
# recheck.sh CTORACLE CVC5 MEMORY [NAME...]
set -eu
program=$1 cvc5=$2 memory=$3
shift 3
memory=$memory/$("$cvc5" --version | sed -n '1s/.*version //p' | tr -cd 'a-z0-9.')
mkdir -p "$memory"
memory=$(realpath "$memory")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$program" prove "$@" --smt2 smt2 --traces traces >report || { cat report; exit 1; }

recheck() {  # CVC5 MEMORY FILE
    known=$2/$(sha256sum "$3" | cut -d' ' -f1)
    [ -e "$known" ] && return 0
    grep -o '^(set-info :status [a-z]*' "$3" | sed 's/.* //' >"$3.expected"
    "$1" --lang smt2 --tlimit-per=100000 "$3" >"$3.answers" 2>&1 || true
    if ! cmp -s "$3.expected" "$3.answers"; then
        echo "cvc5 and z3 differ in $(basename "$3"):" >&2
        diff "$3.expected" "$3.answers" | head -5 >&2
        return 1
    fi
    touch "$known"
    echo "$3" >>asked
}
export -f recheck
: >asked
find smt2 -name '*.smt2' -print0 | xargs -0 -P 2 -I{} bash -c 'recheck "$0" "$1" "$2"' "$cvc5" "$memory" {}
echo "$(cat smt2/*.smt2 | grep -c '^(set-info :status') obligations in $(find smt2 -name '*.smt2' | wc -l) files," \
    "$(wc -l <asked) of them asked anew"
