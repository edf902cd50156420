#!/bin/bash
# Has cvc5 decide every obligation that `ctoracle prove --smt2` writes, and compares with the status that stands in it.
# recheck.sh CTORACLE CVC5 [NAME...]
set -eu
program=$1 cvc5=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$program" prove "$@" --smt2 smt2 --traces traces >report || { cat report; exit 1; }

recheck() {
    grep -o '^(set-info :status [a-z]*' "$2" | sed 's/.* //' >"$2.expected"
    "$1" --lang smt2 --tlimit-per=20000 "$2" >"$2.answers" 2>&1 || true
    if ! cmp -s "$2.expected" "$2.answers"; then
        echo "cvc5 and z3 differ in $(basename "$2"):" >&2
        diff "$2.expected" "$2.answers" | head -5 >&2
        return 1
    fi
}
export -f recheck
find smt2 -name '*.smt2' -print0 | xargs -0 -P 2 -I{} bash -c 'recheck "$0" "$1"' "$cvc5" {}
echo "$(cat smt2/*.expected | wc -l) obligations in $(find smt2 -name '*.smt2' | wc -l) files"
