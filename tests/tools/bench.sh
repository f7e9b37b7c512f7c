#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Run the benches, one after the other, and hold what they print to the form
#
#	bench NAME VALUE UNIT[ ratio R against WHAT]
#
# Other lines pass as they are. A bench that fails, or measures nothing, fails
# them all; one that ends with 77 was skipped, and has said why.
set -u

if [ $# -eq 0 ]; then
	echo "bench: nothing to run: expected tests/bench/bench_*.c" >&2
	exit 1
fi

export B
bad=0
status=$(mktemp) || exit 1
trap 'rm -f "$status"' EXIT
for bench; do
	{
		case $bench in
		*.sh) sh "$bench" ;;
		*) "$bench" ;;
		esac
		echo $? >"$status"
	} </dev/null | awk -v name="$bench" '
	{ print; fflush() }
	$1 != "bench" { next }
	/^bench [a-z0-9_]+ -?[0-9]+(\.[0-9]+)? [^ ]+( ratio [0-9]+(\.[0-9]+)? against .+)?$/ {
		n++
		next
	}
	{ bad = 1; print name ": not \"bench NAME VALUE UNIT[ ratio R" \
	    " against WHAT]\": " $0 }
	END {
		exit bad ? 1 : n == 0 ? 2 : 0
	}'
	form=$?
	if [ "$(cat "$status")" = 77 ]; then
		[ $form -ne 1 ] || bad=1
		continue
	fi
	[ $form -eq 0 ] || bad=1
	[ $form -ne 2 ] || echo "$bench: measured nothing"
	if [ "$(cat "$status")" != 0 ]; then
		echo "$bench: failed with status $(cat "$status")"
		bad=1
	fi
done
exit $bad
