#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# The demo, as "make demo" runs it without a terminal, in a place of its own;
# and that it sees when a step does not do what it should.
set -u
DEMO=$TEST_TMP/demo
export DEMO
sh tests/demo.sh </dev/null || exit 1
[ ! -d "/proc/$(cat "$DEMO/pid")" ] ||
    { echo "keurmerkd is left running"; exit 1; }

# A verifier that believes everything must not get past it.
mkdir "$TEST_TMP/bin"
for program in keurmerkd keurmerkctl; do
	ln -s "$B/$program" "$TEST_TMP/bin/$program"
done
printf '#!/bin/sh\nexit 0\n' >"$TEST_TMP/bin/keurmerk"
chmod 755 "$TEST_TMP/bin/keurmerk"
if B=$TEST_TMP/bin DEMO=$TEST_TMP/demo2 sh tests/demo.sh </dev/null \
    >"$TEST_TMP/log" 2>&1; then
	echo "the demo passed with a verifier that says yes to all"
	exit 1
fi
grep -q 'expected status 10' "$TEST_TMP/log"
