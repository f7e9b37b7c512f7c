#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: what runs the tests tells passed from failed. A runner that does not
# see a failure makes all of them worthless.
set -u

: "${CC:=gcc}"
dir=$(mktemp -d "${TEST_TMP:-/tmp}/tools.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT

die() {
	echo "tools.sh: $*" >&2
	exit 1
}

# want STATUS TEXT COMMAND...: its status, and among what it says the text.
want() {
	status=$1 text=$2
	shift 2
	out=$("$@" 2>&1 </dev/null)
	got=$?
	[ $got -eq "$status" ] ||
	    die "$*: expected status $status, found $got: $out"
	case $out in
	*"$text"*) ;;
	*) die "$*: expected \"$text\", found: $out" ;;
	esac
}

# script NAME TEXT
script() {
	printf '%s\n' "$2" >"$dir/$1.sh"
}

script good 'echo fine'
script bad 'echo why it failed; exit 3'
script absent 'echo one; echo no such file; exit 77'
script slow 'sleep 30'
script leaves 'sleep 30 & echo $! >$TEST_TMP.pid'
run() {
	B="$dir/b" TEST_SECONDS=1 sh tests/run "$@"
}
want 0 '1 passed, 0 failed, 0 skipped' run "$dir/good.sh"
want 1 '1 passed, 1 failed, 0 skipped' run "$dir/bad.sh" "$dir/good.sh"
want 1 'why it failed' run "$dir/bad.sh"
want 1 'bad: status 3' run "$dir/bad.sh"
want 0 'absent: no such file' run "$dir/absent.sh"
want 0 '0 passed, 0 failed, 1 skipped' run "$dir/absent.sh"
want 1 'ended after 1 seconds' run "$dir/slow.sh"
want 1 '0 passed, 0 failed, 0 skipped' run
want 1 '0 passed, 1 failed, 0 skipped' run "$dir/missing"
last=$(run "$dir/bad.sh" "$dir/good.sh" | tail -n 1)
[ "$last" = '1 passed, 1 failed, 0 skipped' ] ||
    die "the last line is not the count: $last"
run "$dir/leaves.sh" >"$dir/out" || die "$(cat "$dir/out")"
pid=$(cat "$dir"/b/tmp/*leaves.pid)
case $(cut -d ' ' -f 3 "/proc/$pid/stat" 2>/dev/null) in
'' | Z) ;;
*) die "a test left process $pid behind and nobody ended it" ;;
esac

# A bench says what it measured, in the agreed form.
bench() {
	script bench "$1"
	B="$dir" sh tests/tools/bench.sh "$dir/bench.sh"
}
want 0 'bench a_b 1.5 us' bench 'echo bench a_b 1.5 us'
want 0 '' bench 'echo bench a 2 1/s ratio 0.96 against b of the same run'
want 1 'measured nothing' bench 'echo hello'
want 1 'not "bench NAME' bench 'echo bench a fast'
want 1 'not "bench NAME' bench 'echo bench a 2 1/s ratio x'
want 1 'failed with status 4' bench 'echo bench a 2 1/s; exit 4'
want 1 'nothing to run' sh tests/tools/bench.sh

# The corpus replay: an input that traps, and a corpus without inputs.
cat >"$dir/fuzz_sample.c" <<'END'
#include "tests/fuzz/fuzz.h"
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 3 && data[0] == 'b')
		__builtin_trap();
	return 0;
}
END
$CC -std=c11 -D_GNU_SOURCE= -I. -o "$dir/fuzz_sample" "$dir/fuzz_sample.c" \
    tests/fuzz/replay.c || exit 1
mkdir "$dir/empty" "$dir/corpus"
: >"$dir/corpus/nothing"
echo good >"$dir/corpus/good"
want 0 '2 inputs' "$dir/fuzz_sample" "$dir/corpus"
want 1 '0 inputs' "$dir/fuzz_sample" "$dir/empty"
want 1 'expected a directory with the corpus' "$dir/fuzz_sample"
printf bad >"$dir/corpus/trap"
sh -c 'ulimit -c 0; "$0" "$1" >"$2"; exit $?' "$dir/fuzz_sample" "$dir/corpus" \
    "$dir/out" 2>/dev/null && die "replay does not see the input that traps"
grep -q '/trap: 3 bytes' "$dir/out" || die "replay does not name its input"

# Files in C tables come out as they went in.
cat >"$dir/one.h" <<'END'
#include <stddef.h>
struct one { const char *name, *text; };
extern const struct one ones[];
extern const size_t ones_n;
END
cat >"$dir/show.c" <<'END'
#include <stdio.h>
#include "one.h"
int
main(void)
{
	for (size_t i = 0; i < ones_n; i++)
		printf("[%s]\n%s", ones[i].name, ones[i].text);
	return 0;
}
END
printf 'SELECT "a\\n", \047??/\047;\t-- \303\251 %%d\r\n\n*/ /*\n' \
    >"$dir/001.first.sql"
echo two >"$dir/002.sql"
awk -f tests/tools/embed.awk -v struct=one -v array=ones -v header=one.h \
    "$dir/001.first.sql" "$dir/002.sql" >"$dir/ones.c" &&
    $CC -std=c11 -Wall -Werror -o "$dir/show" "$dir/show.c" "$dir/ones.c" ||
    exit 1
{
	echo '[001.first]'
	cat "$dir/001.first.sql"
	echo '[002]'
	cat "$dir/002.sql"
} >"$dir/expected"
"$dir/show" | cmp - "$dir/expected" || die "embed.awk changes what it embeds"
