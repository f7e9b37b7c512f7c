#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: libkeurmerk stays fit for a small box and a web page. Its text, which
# is section .text of the stripped shared library, is under 64 kB (of 1024
# bytes); WebAssembly and the JavaScript that loads it, where they have been
# built, are under 20 kB gzipped together. The web component counts apart:
# what keurmerk.js does not import is not in it.
. tests/tools/guard.sh

: "${CC:=gcc}"
case $B in /*) ;; *) B=$top/$B ;; esac
text_max=65535
web_max=20479

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

# The file and what it imports from beside it, a line each.
imports() {
	echo "$1"
	sed -n "s/^[^/]*\(from\|import\) *[\"']\.\/\([a-z0-9_-]*\.js\)[\"'].*/\2/p" \
	    "$1" | sort -u | while IFS= read -r f; do
		imports "$f"
	done
}

# Each is compressed by itself, as a server does.
gzipped() {
	(cd "$1" && for f in keurmerk.wasm $(imports keurmerk.js | sort -u)
	do
		gzip -9 -n -c "$f" | wc -c
	done | awk '{ n += $1 } END { print n + 0 }')
}

check() {
	if [ ! -f "${1:-libkeurmerk.so}" ]; then
		echo "the library has no source yet"
		return 77
	fi
	ok=0
	under "text of libkeurmerk.so, stripped" $text_max \
	    "$(text_of "${1:-libkeurmerk.so}")" || ok=1
	if [ -f "${2:-web}/keurmerk.js" ]; then
		under "keurmerk.wasm and keurmerk.js, gzipped" $web_max \
		    "$(gzipped "${2:-web}")" || ok=1
	fi
	return $ok
}

# A library with so many bytes of text, and more besides.
library() {
	echo "const char km_data[90000] = { 1 };
	    __asm__(\".text; .skip $1\");" |
	    $CC -w -g -shared -fPIC -x c -o "$samples/tree/libkeurmerk.so" - ||
	    exit 1
}

# Bytes that do not compress.
noise() {
	awk -v n="$1" 'BEGIN {
		srand(1)
		for (; n > 0; n--)
			printf "%c", 33 + int(rand() * 90)
	}'
}

library 66000
must_fail 'text of libkeurmerk.so'
library 60000
must_pass
library 60000
noise 18000 | sample web/keurmerk.wasm
{ echo "import { a } from './part.js';"; noise 2000; } |
    sample web/keurmerk.js
{ echo "import './deep.js';"; noise 2000; } | sample web/part.js
noise 4000 | sample web/deep.js
must_fail 'keurmerk.wasm and keurmerk.js'
library 60000
noise 18000 | sample web/keurmerk.wasm
echo 'x' | sample web/keurmerk.js
noise 9000 | sample web/badge.js
must_pass
check "$B/libkeurmerk.so" "$B/web/keurmerk"
