#!/bin/bash
# Installs to a prefix of its own and looks at what came there: install.sh CMAKE BUILD_FOLDER PREFIX
set -eu
source "$(dirname "$0")/expect.sh"
cmake=$1 build=$2 prefix=$3

rm -rf "$prefix"
"$cmake" --install "$build" --prefix "$prefix" >/dev/null

for file in bin/ctoracle share/man/man1/ctoracle.1 share/bash-completion/completions/ctoracle \
        share/doc/ctoracle/LICENSE share/doc/ctoracle/docs/machines.md; do
    [[ -s $prefix/$file ]] || fail "$file is not installed"
done
version=$("$prefix/bin/ctoracle" --version)
[[ $version =~ ^ctoracle\ [0-9]+\.[0-9]+ ]] || fail "--version says '$version'"
expect_equal "the installed manual page" "$("$prefix/bin/ctoracle" man)" "$(<"$prefix/share/man/man1/ctoracle.1")"
expect_equal "the installed completion" "$("$prefix/bin/ctoracle" completion)" \
    "$(<"$prefix/share/bash-completion/completions/ctoracle")"
finish
