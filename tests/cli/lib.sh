# Sourced by the tests of this folder: PROGRAM and SOURCE are their two arguments, the working directory is a fresh one
# that goes away at the end. Each case runs the program by `run`, then says what it expects.
# shellcheck shell=bash disable=SC2034
set -u
PROGRAM=$1
SOURCE=$2
CAPTURES=$SOURCE/captures
RECORDINGS=$SOURCE/tests/conformance
EXPECTED=$SOURCE/tests/data/cli
EDITIONS="linux-2.6.9 linux-2.6.32 linux-6.18"
failures=0
cases=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    failures=$((failures + 1))
    printf 'FAILED: %s\n' "$*" >&2
    head -5 err >&2
}

# run CODE ARGUMENT...: runs the program on `in` (empty unless a case wrote it) and expects its exit code. A crash or
# a hang is another code.
run() {
    local wanted=$1 code
    shift
    last="ctoracle $*"
    cases=$((cases + 1))
    [ -e in ] || : >in
    timeout 60 "$PROGRAM" "$@" <in >out 2>err
    code=$?
    rm -f in
    [ "$code" = "$wanted" ] || fail "$last: exit code $code instead of $wanted"
}

# out_has TEXT..., err_has TEXT...: each text stands somewhere in what the last run printed.
out_has() { local t; for t; do grep -qF -e "$t" out || fail "$last: no \"$t\" in its output"; done; }
err_has() { local t; for t; do grep -qF -e "$t" err || fail "$last: no \"$t\" on standard error"; done; }
out_lacks() { ! grep -qF -e "$1" out || fail "$last: \"$1\" in its output"; }
out_lines() { [ "$(wc -l <out)" -eq "$1" ] || fail "$last: $(wc -l <out) lines instead of $1"; }
quiet() { [ ! -s err ] || fail "$last: something on standard error"; }
nothing_out() { [ ! -s out ] || fail "$last: something on standard output"; }

# same_as FILE: the output is this file of tests/data/cli. RENEW=1 writes it anew: look at it before it is committed.
same_as() {
    [ -z "${RENEW-}" ] || cp out "$EXPECTED/$1"
    diff -u "$EXPECTED/$1" out >&2 || fail "$last: differs from $1"
}

# last_line REGEX: all of the last line of the output.
last_line() { tail -n 1 out | grep -qxE -e "$1" || fail "$last: the last line is \"$(tail -n 1 out)\""; }

finish() {
    echo "$cases runs, $failures failures"
    [ "$failures" = 0 ]
}
