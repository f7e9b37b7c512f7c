#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: what libkeurmerk.so exports = verifier/keurmerk.sym = the KM_API
# declarations in include/. With --write it first writes keurmerk.sym anew
# from the headers. And tests/lib takes over no name of the C library: what
# one test wants of time(3), all others that link the library would get.
. tests/tools/guard.sh

: "${CC:=gcc}" "${B:=build}"
case $B in /*) ;; *) B=$top/$B ;; esac

# The names that the headers declare with KM_API: for each such declaration
# the first of ours that is followed by a bracket, or else the last of ours.
declared() {
	cat include/*.h 2>/dev/null | awk '
	{ text = text "\n" $0 }
	END {
		gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", text)
		gsub(/\n[ \t]*#[^\n]*/, " ", text)
		n = split(text, part, /[;{}]/)
		for (i = 1; i <= n; i++) {
			if (part[i] !~ /(^|[^A-Za-z0-9_])KM_API([^A-Za-z0-9_]|$)/)
				continue
			s = part[i]
			sub(/.*KM_API/, "", s)
			name = ""
			if (match(s, /km_[a-z0-9_]+[ \t\n]*\(/)) {
				name = substr(s, RSTART, RLENGTH)
				sub(/[ \t\n]*\($/, "", name)
			} else {
				while (match(s, /km_[a-z0-9_]+/)) {
					name = substr(s, RSTART, RLENGTH)
					s = substr(s, RSTART + RLENGTH)
				}
			}
			print name == "" ? "?" part[i] : name
		}
	}' | LC_ALL=C sort
}

listed() {
	sed -n '/^global:/,/^local:/s/^	\([a-z0-9_]*\);$/\1/p' \
	    verifier/keurmerk.sym | LC_ALL=C sort
}

exported() {
	nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
	    LC_ALL=C sort
}

# own LIBRARY: it defines nothing that the C library does.
own() {
	if [ ! -f "$1" ]; then
		echo "$1: not built yet"
		return 77
	fi
	[ -s "$samples/libc" ] || exported "$($CC \
	    -print-file-name=libc.so.6)" | uniq >"$samples/libc"
	if ! grep -qx time "$samples/libc"; then
		echo "$CC: expected to name the C library, found none"
		return 1
	fi
	nm -g --defined-only -A "$1" |
	    awk -v libc="$samples/libc" '
	BEGIN { while ((getline name < libc) > 0) taken[name] = 1 }
	$NF in taken {
		sub(/:[^:]*$/, "", $1)
		print $1 ": " $NF ": defined, and of the C library: " \
		    "define it in the one test that needs it"
		bad = 1
	}
	END { exit bad }'
}

# same NAME FILE NAME FILE
same() {
	cmp -s "$2" "$4" && return 0
	diff "$2" "$4" | sed -n -e "s|^< \(.*\)|\1: in $1, not in $3|p" \
	    -e "s|^> \(.*\)|\1: in $3, not in $1|p"
	return 1
}

write() {
	{
		sed '/^KEURMERK_/,$d' verifier/keurmerk.sym
		echo 'KEURMERK_0 {'
		names=$(declared)
		[ -z "$names" ] || echo 'global:'
		for name in $names; do
			printf '\t%s;\n' "$name"
		done
		printf 'local:\n\t*;\n};\n'
	} >"$samples/sym" && cp "$samples/sym" verifier/keurmerk.sym
}

# check [LIBRARY TESTLIB]
check() {
	so=${1:-libkeurmerk.so}
	own "${2:-testlib.a}" || return
	declared >"$samples/declared"
	listed >"$samples/listed"
	if ! same 'the headers (KM_API)' "$samples/declared" \
	    verifier/keurmerk.sym "$samples/listed"; then
		echo "now run: sh tests/check/symbols.sh --write"
		return 1
	fi
	if [ ! -f "$so" ]; then
		echo "the library has no source yet"
		return 77
	fi
	exported "$so" >"$samples/exported"
	same 'libkeurmerk.so' "$samples/exported" \
	    verifier/keurmerk.sym "$samples/listed"
}

# A small library whose functions are named by the arguments.
library() {
	for f; do
		echo "int $f(void); int $f(void) { return 0; }"
	done | $CC -shared -fPIC -x c -o "$samples/tree/libkeurmerk.so" - ||
	    exit 1
}

# A test library whose functions are named by the arguments.
testlib() {
	for f; do
		echo "int $f(void); int $f(void) { return 0; }"
	done >"$samples/tree/test.c"
	(cd "$samples/tree" && $CC -fno-builtin -w -c -o test.o test.c &&
	    ar rcs testlib.a test.o) || exit 1
}

header() {
	testlib desk_begin
	sample include/keurmerk.h <<'END'
#define KM_API __attribute__((visibility("default")))
/* KM_API int km_comment(void); */
KM_API KM_MUST_USE enum km_verdict
km_one(const struct km_known *known, struct km_report *out);
KM_API struct km_thing	*km_two(void *mem, size_t (*f)(int));
int km_private(void);
END
	sample verifier/keurmerk.sym
}

if [ "${1-}" = --write ]; then
	write
	exit
fi
header
must_fail 'km_one: in the headers (KM_API), not in verifier/keurmerk.sym'
header
(cd "$samples/tree" && write)
library km_one
must_fail 'km_two: in verifier/keurmerk.sym, not in libkeurmerk.so'
header
(cd "$samples/tree" && write)
library km_one km_two km_three
must_fail 'km_three: in libkeurmerk.so, not in verifier/keurmerk.sym'
header
(cd "$samples/tree" && write)
library km_one km_two
must_pass
header
testlib desk_begin time environ
must_fail 'testlib.a:test.o: time: defined, and of the C library' \
    'testlib.a:test.o: environ: defined, and of the C library'
check "$B/libkeurmerk.so" "$B/lib/testlib.a"
