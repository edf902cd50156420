#!/bin/bash
# Installs to a prefix of its own, and builds and runs what others would write against the C library there:
# c_library.sh CMAKE BUILD_FOLDER SOURCE_FOLDER WORK_FOLDER
set -eu
source "$(dirname "$0")/expect.sh"
cmake=$1 build=$2 sources=$3 work=$(realpath -m "$4")
prefix=$work/installed consumers=$sources/tests/packaging/consumers

rm -rf "$work"
"$cmake" --install "$build" --prefix "$prefix" >/dev/null
library=$(dirname "$(find "$prefix" -name libctoracle.so)")
[[ -e $library/libctoracle.so.0 ]] || fail "there is no libctoracle.so.0"
soname=$(readelf -d "$library/libctoracle.so" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
expect_equal "the soname" libctoracle.so.0 "$soname"
declared=$(grep -oE '\bctoracle_[a-z_]+\(' "$prefix/include/ctoracle.h" | tr -d '(' | sort -u)
visible=$(nm -D --defined-only "$library/libctoracle.so" | sed -n 's/.* T \([a-z_]*\)@@.*/\1/p' | sort -u)
expect_equal "the functions that are visible" "$declared" "$visible"
expect_equal "other symbols" "" "$(nm -D --defined-only "$library/libctoracle.so" | grep -v ' ctoracle_' | grep -v ' A CTORACLE_0' || :)"

pings_2_6_9='NEW [icmp.request.counted]
ESTABLISHED [icmp.reply.balances]
NEW [icmp.request.counted]
ESTABLISHED [icmp.reply.balances]'
pings_6_18='NEW [icmp.query]
ESTABLISHED [icmp.query]
ESTABLISHED [icmp.query]
ESTABLISHED [icmp.query]
entry 1, protocol 1, 30 s left'

# Found by the CMake package; the installed tree may have been moved.
mv "$prefix" "$work/moved"
prefix=$work/moved library=${library/installed/moved}
"$cmake" -S "$consumers" -B "$work/consumers" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 && "$cmake" --build "$work/consumers" >>"$work/log" 2>&1 ||
    { cat "$work/log"; fail "the consumers cannot be built with the CMake package"; finish; }
expect_equal "ping under linux-6.18" "$pings_6_18" "$("$work/consumers/ping")"
expect_equal "ping under linux-2.6.9" "$pings_2_6_9" "$("$work/consumers/ping" linux-2.6.9)"
expect_equal "masquerade" 'bad rules: 2:15: `10.0.0.300` is no address: expected an IPv4 address (names are not looked up)
left by outside from 192.0.2.1, 1 event' "$("$work/consumers/masquerade")"

# Found by pkg-config.
export PKG_CONFIG_PATH=$library/pkgconfig
expect_equal "the version of pkg-config" "$("$prefix/bin/ctoracle" --version)" "ctoracle $(pkg-config --modversion ctoracle)"
# shellcheck disable=SC2046  # a list of words
cc -std=c99 -Wall -Wextra -Wpedantic -Werror "$consumers/ping.c" -o "$work/ping" $(pkg-config --cflags --libs ctoracle)
expect_equal "ping by pkg-config" "$pings_6_18" "$(LD_LIBRARY_PATH=$library "$work/ping")"

# From Python, without a process in between; what the page on the library shows is what it prints.
said=$(LD_LIBRARY_PATH=$library python3 "$sources/examples/ctypes_track.py" "$sources/captures/udp_late_answer.pcap")
shown=$(sed -n '/^\$ python3 examples\/ctypes_track.py/,/^```/{/^\$/d;/^```/d;p}' "$sources/docs/c-library.md")
expect_equal "the output on the page" "$said" "$shown"
finish
