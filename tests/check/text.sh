#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: each source file names its licence in its first lines, is not longer
# than a reader can bear, and leaves nothing open in a comment.
. tests/tools/guard.sh

# Vectors and corpora are data, whatever their names say.
sources() {
	ours | grep -v -e '^tests/vectors/' -e '^tests/fuzz/corpus/' |
	    grep -e '\.[chS]$' -e '\.sh$' -e '\.py$' -e '\.awk$' \
	    -e '\.m\{0,1\}js$' -e '\.ts$' \
	    -e '\.sql$' -e '\.cddl$' -e '\.ya\{0,1\}ml$' -e '\.sym$' \
	    -e '\.mk$' -e '\.css$' -e '\.html$' -e '\.[1-8]$' \
	    -e '^Makefile$' -e '^tests/run$' -e '^\.ci/run$' \
	    -e '^\.clang-format$' -e '^\.editorconfig$' -e '^\.gitignore$'
}

check() {
	sources >"$samples/list"
	[ -s "$samples/list" ] || return 77
	xargs awk '
	FNR == 1 { leave(); file = FILENAME; licence = 0 }
	FNR <= 3 && /SPDX-License-Identifier: EUPL-1\.2/ { licence = 1 }
	FNR == 800 {
		complain(": 800 lines or more: make a second noun of it")
	}
	/(^|[^A-Za-z0-9_])(TO[D]O|FIX[M]E|X[X]X)([^A-Za-z0-9_]|$)/ {
		complain(":" FNR ": left open: settle it, or write a sentence")
	}
	END { leave(); exit bad }
	function leave()
	{
		if (file != "" && !licence)
			complain(": no \"SPDX-License-Identifier: EUPL-1.2\"" \
			    " in the first three lines")
	}
	function complain(what)
	{
		print file what
		bad = 1
	}' <"$samples/list"
}

L='/* SPDX-License-Identifier: EUPL-1.2 */'
sample a.c <<END
int a;
END
must_fail 'a.c: no "SPDX'
sample a.h <<END
$L
/* TO""DO later */
END
sed -i 's/""//' "$samples/tree/a.h"
must_fail 'a.h:2: left open'
sample a.c <<END
$L
$(yes | head -n 800)
END
must_fail 'a.c: 800 lines'
sample a.c <<END
$L
static char name[] = "/tmp/XXXXXX";
END
must_pass
guard
