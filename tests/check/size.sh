#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: libkeurmerk stays fit for a small box: its text, which is section
# .text of the stripped shared library, is under 64 kB (of 1024 bytes). What a
# page loads is held by tests/browser/40_size.mjs.
. tests/tools/guard.sh

: "${CC:=gcc}"
case $B in /*) ;; *) B=$top/$B ;; esac
text_max=65535

# under FILES LIMIT BYTES
under() {
	[ "$3" -le "$2" ] && return
	echo "$1: expected at most $2 bytes, found $3"
	return 1
}

text_of() {
	strip -o "$samples/stripped" "$1" &&
	    size -A "$samples/stripped" | awk '$1 == ".text" { print $2 }'
}

check() {
	if [ ! -f "${1:-libkeurmerk.so}" ]; then
		echo "the library has no source yet"
		return 77
	fi
	under "text of libkeurmerk.so, stripped" $text_max \
	    "$(text_of "${1:-libkeurmerk.so}")"
}

# A library with so many bytes of text, and more besides.
library() {
	echo "const char km_data[90000] = { 1 };
	    __asm__(\".text; .skip $1\");" |
	    $CC -w -g -shared -fPIC -x c -o "$samples/tree/libkeurmerk.so" - ||
	    exit 1
}

library 66000
must_fail 'text of libkeurmerk.so'
library 60000
must_pass
check "$B/libkeurmerk.so"
