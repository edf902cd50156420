#!/bin/bash
# The manual page knows every verb and every option, and troff finds nothing wrong with it: manual.sh PROGRAM
set -eu
source "$(dirname "$0")/expect.sh"
program=$1
page=$("$program" man)

expect_equal "the second line" .TH "$(sed -n '2s/ .*//p' <<<"$page")"
for section in NAME SYNOPSIS DESCRIPTION OPTIONS "EXIT STATUS" EXAMPLES "SEE ALSO"; do
    expect_in "$page" ".SH $section" "the manual page"
done
verbs=$(verbs_of "$program")
[[ -n $verbs ]] || fail "the help shows no verbs"
for verb in $verbs; do
    section=$(sed -n "/^\.SH CTORACLE ${verb^^}\$/,/^\.SH/p" <<<"$page")
    [[ -n $section ]] || fail "the manual page has no section on $verb"
    for option in $("$program" "$verb" --help | sed -n 's/^  \(-h,\)\{0,1\}\(--[a-z-]*\).*/\2/p'); do
        [[ $option == --help* ]] || expect_in "$section" "${option//-/\\-}" "the section on $verb"
    done
done
if command -v groff >/dev/null; then
    expect_equal "warnings of groff" "" "$(groff -ww -man -Tutf8 -z <<<"$page" 2>&1)"
fi
finish
