#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: each header compiles alone, so that the order of includes never
# matters, and can be included twice.
. tests/tools/guard.sh

: "${CC:=gcc}" "${WARN:=-std=c11 -Wall -Werror}" "${CPPFLAGS:=-I. -Iinclude}"
# FreeType's headers are not where the system's are.
freetype=$(pkg-config --cflags freetype2)

check() {
	ours | grep -E '^(include|verifier|ca|tests)/.*\.h$' >"$samples/list"
	[ -s "$samples/list" ] || return 77
	bad=0
	while IFS= read -r header; do
		case $header in
		ca/public/*) linux="-D_GNU_SOURCE= $freetype" ;;
		verifier/cli/* | ca/* | tests/*) linux=-D_GNU_SOURCE= ;;
		*) linux= ;;
		esac
		# An empty declaration, for a header of macros only.
		printf '#include "%s"\n#include "%s"\nextern int alone;\n' \
		    "$header" "$header" |
		    $CC $WARN $CPPFLAGS $linux -fsyntax-only -x c - || {
			echo "$header: does not compile alone, or not twice"
			bad=1
		}
	done <"$samples/list"
	return $bad
}

echo 'size_t f(void);' | sample include/a.h
must_fail 'include/a.h: does not compile alone'
echo 'struct s { int x; };' | sample ca/base/a.h
must_fail 'ca/base/a.h: does not compile alone, or not twice'
sample ca/base/a.h <<'END'
#ifndef A_H
#define A_H
#include <stddef.h>
size_t	f(void);
#endif
END
must_pass
guard
