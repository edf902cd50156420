#!/bin/bash
# Holds the reader of rules against the real iptables-restore and iptables-save, and its counters against a kernel's:
#
#   real_iptables.sh RULES_TOOL DATA
#
# Everything happens in network namespaces that go away by themselves. Without root or iptables it says so and ends
# with 77, which ctest shows as skipped.
set -u
tool=$1
data=$2
failures=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

skip() {
    echo "SKIPPED: $*"
    exit 77
}
fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}
# program FAMILY VARIANT: iptables-legacy, ip6tables-nft, ...
program() {
    if [ "$1" = ipv6 ]; then echo "ip6tables-$2"; else echo "iptables-$2"; fi
}
# apart COMMAND...: in a network namespace of its own
apart() { unshare --net -- "$@"; }

[ "$(id -u)" -eq 0 ] || skip "only root may load rules"
command -v iptables-legacy-restore >/dev/null || skip "there is no iptables-legacy-restore"
command -v iptables-nft-restore >/dev/null || skip "there is no iptables-nft-restore"
unshare --net true 2>/dev/null || skip "no network namespaces"
printf '*filter\nCOMMIT\n' | apart iptables-legacy-restore 2>/dev/null || skip "this kernel has no tables of iptables-legacy"

# saved FAMILY VARIANT < TEXT: loads the text, and prints what is saved then, without comments, in the order of tables
# in which packets meet them. iptables-legacy brings tables up when they are asked for, so only those of the text are.
saved() {
    local name tables
    name=$(program "$1" "$2")
    cat >"$work/text"
    tables=$(sed -n 's/^\*//p' "$work/text" | tr '\n' ' ')
    apart sh -c "$name-restore -c <'$work/text' || exit 1
                 for table in $tables; do $name-save -c -t \$table || exit 1; done" 2>"$work/err" |
        grep -v '^#'
    [ "${PIPESTATUS[0]}" -eq 0 ]
}

# Every sample loads as it was written, and is saved in the canonical form.
for family in ipv4 ipv6; do
    "$tool" written $family >"$work/written"
    "$tool" canonical $family >"$work/canonical"
    if saved $family legacy <"$work/written" >"$work/saved"; then
        diff "$work/canonical" "$work/saved" >"$work/diff" ||
            fail "$family samples are saved in another form: $(head -20 "$work/diff")"
        "$tool" read $family <"$work/saved" >"$work/again" || fail "what was saved of the $family samples is refused"
        cmp -s "$work/canonical" "$work/again" || fail "what was saved of the $family samples means something else"
    else
        fail "the $family samples do not load: $(head -3 "$work/err")"
    fi
    # The nft variant writes some matches differently; but it loads the same text, and what it saves is read.
    if saved $family nft <"$work/written" >"$work/saved"; then
        "$tool" read $family <"$work/saved" >/dev/null || fail "what nft saved of the $family samples is refused"
    else
        fail "the $family samples do not load by nft: $(head -3 "$work/err")"
    fi
done

# Random rule sets load and come back letter by letter.
for seed in $(seq 1 25); do
    for family in ipv4 ipv6; do
        "$tool" random $family $seed >"$work/random"
        saved $family legacy <"$work/random" >"$work/saved" ||
            fail "random $family rules $seed do not load: $(head -3 "$work/err")"
        diff "$work/random" "$work/saved" >"$work/diff" ||
            fail "random $family rules $seed are saved in another form: $(head -6 "$work/diff")"
        apart "$(program $family nft)-restore" -c <"$work/random" 2>"$work/err" ||
            fail "random $family rules $seed do not load by nft: $(head -3 "$work/err")"
    done
done

# What is refused here with a claim that iptables refuses it too. All run in one namespace: nothing is loaded.
for family in ipv4 ipv6; do
    "$tool" bad $family >"$work/bad"
    apart bash -c "
        while IFS= read -r -d '' text; do
            if printf '%s' \"\$text\" | $(program $family legacy)-restore -c >/dev/null 2>&1; then
                printf 'taken by iptables: %s\n' \"\$text\"
            fi
        done <'$work/bad'" >"$work/taken"
    [ -s "$work/taken" ] && fail "$family: $(cat "$work/taken")"
done

# A kernel counts the same packets at the same rules.
ports="9 9 10 11 11 11 12"
"$tool" counted "$data/counted.rules" $ports >"$work/ours"
apart bash -c "
    ip link set lo up && iptables-legacy-restore <'$data/counted.rules' || exit 1
    for port in $ports; do echo x >/dev/udp/127.0.0.1/\$port; done
    for table in raw mangle filter; do iptables-legacy-save -c -t \$table; done" 2>"$work/err" |
    grep -v '^#' >"$work/kernel"
diff "$work/ours" "$work/kernel" >"$work/diff" ||
    fail "the kernel counted otherwise (> is the kernel's): $(cat "$work/diff" "$work/err")"

[ "$failures" -eq 0 ] && echo "rules mean to iptables what they mean here"
exit $((failures > 0))
