#!/bin/bash
# What the completion offers, asked as bash asks it: completion.sh PROGRAM
set -eu
source "$(dirname "$0")/expect.sh"
program=$1
script=$("$program" completion)
bash -n <<<"$script" || fail "bash does not take the script"
eval "$script"

# offered WORD...: what the last word may become
offered() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _ctoracle
    echo "${COMPREPLY[*]}"
}

editions="linux-2.6.9 linux-2.6.32 linux-6.18"
expect_equal "ctoracle ch" check "$(offered ctoracle ch)"
expect_equal "ctoracle" "$(verbs_of "$program" | xargs)" "$(offered ctoracle '')"
expect_equal "a machine" generic "$(offered ctoracle diagram g)"
expect_equal "a machine after an option" "tcp sctp generic icmp entry" "$(offered ctoracle diagram --edition linux-6.18 '')"
expect_equal "no second machine" "" "$(offered ctoracle diagram tcp t)"
expect_equal "an edition" "$editions" "$(offered ctoracle check --edition '')"
expect_equal "an edition after =" linux-6.18 "$(offered ctoracle check --edition = linux-6)"
expect_equal "nothing after =" "$editions" "$(offered ctoracle check --edition =)"
expect_equal "an option" --format "$(offered ctoracle diagram tcp --fo)"
expect_equal "an option of the program" --version "$(offered ctoracle --v)"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
touch "$folder/one two.jsonl"
expect_equal "a file" "$folder/one two.jsonl" "$(offered ctoracle check first.jsonl "$folder/o")"
finish
