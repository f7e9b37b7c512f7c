#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Fuzz each target in turn with libFuzzer:
#
#	fuzz.sh SECONDS NAME...
#
# What it learns is kept in $B/fuzz/corpus/NAME, what crashes in
# $B/fuzz/crash; tests/fuzz/corpus/NAME is read and never written. An input
# worth keeping is copied there by hand, under a name that says what it tries.
set -u

: "${B:?names the build directory}"
seconds=$1
shift
if [ $# -eq 0 ]; then
	echo "fuzz: no targets: expected tests/fuzz/fuzz_NAME.c" >&2
	exit 1
fi

bad=0
mkdir -p "$B/fuzz/crash" || exit 1
for name; do
	seeds=tests/fuzz/corpus/$name
	learnt=$B/fuzz/corpus/$name
	log=$B/fuzz/$name.log
	mkdir -p "$learnt" || exit 1
	[ -d "$seeds" ] || seeds=
	if "$B/fuzz/bin/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
	    -rss_limit_mb=1024 -print_final_stats=1 \
	    -artifact_prefix="$B/fuzz/crash/$name-" "$learnt" \
	    ${seeds:+"$seeds"} >"$log" 2>&1
	then
		awk -v name="$name" '
		/stat::number_of_executed_units/ { n = $2 }
		/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") c = $(i + 1) }
		END { printf "ok    fuzz %s: %d inputs, %d edges\n", name, n, c }
		' "$log"
	else
		bad=1
		echo "FAIL  fuzz $name: see $log; the input is in" \
		    "$B/fuzz/crash, try it with $B/asan/replay/fuzz_$name"
		tail -n 40 "$log"
	fi
done
exit $bad
