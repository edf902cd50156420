# Sourced by the tests of this folder: says what was expected and did not come, and counts it.
failures=0

fail() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }

# expect_equal WHAT WANTED GOT
expect_equal() { [[ $2 == "$3" ]] || fail "$1: expected '$2', got '$3'"; }

# expect_in TEXT WORD WHAT
expect_in() { [[ $1 == *"$2"* ]] || fail "$3: '$2' is missing"; }

# The verbs that the help of a program shows.
verbs_of() { "$1" --help | sed -n '/^Subcommands:/,$s/^  \([a-z]\{1,\}\) .*/\1/p'; }

finish() { [[ $failures == 0 ]] || exit 1; }
