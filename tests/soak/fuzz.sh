#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Every fuzz target from its corpus on: those of the verifier, which reads what
# anyone may write, FUZZ_HOUR (3600) seconds of CPU together, as each runs
# alone on one core; all others FUZZ_SECONDS (120) each.
set -u
: "${FUZZ_HOUR:=3600}" "${FUZZ_SECONDS:=120}"

names() {
	sed 's|^tests/fuzz/fuzz_\(.*\)\.c$|\1|' | tr '\n' ' '
}

ours=$(grep -L -e '"ca/' -e '"tests/fuzz/edit\.h"' tests/fuzz/fuzz_*.c | names)
rest=$(grep -l -e '"ca/' -e '"tests/fuzz/edit\.h"' tests/fuzz/fuzz_*.c | names)
# shellcheck disable=SC2086
set -- $ours
[ $# -gt 0 ] || exit 1
bad=0
make fuzz FUZZ="$ours" FUZZ_SECONDS=$((FUZZ_HOUR / $#)) || bad=1
make fuzz FUZZ="$rest" FUZZ_SECONDS="$FUZZ_SECONDS" || bad=1
exit $bad
