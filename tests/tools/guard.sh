# SPDX-License-Identifier: EUPL-1.2
#
# What the guards in tests/check share; they read it with ".".
#
# A guard defines check(), which looks at the tree in the current directory,
# prints what is wrong ("file:line: what") and fails if anything is. It proves
# that it can fail on small samples before it is believed about the project:
#
#	sample PATH <<END	writes a file of the sample tree
#	must_fail TEXT...	check() fails and says all these; starts afresh
#	must_pass		check() passes; starts afresh
#	guard			the project itself
#
# With nothing to look at, check() returns 77: skipped, which guard reports.
set -u

top=$(pwd)
: "${B:=build}"
samples=$(mktemp -d "${TEST_TMP:-/tmp}/guard.XXXXXX") || exit 1
trap 'rm -rf "$samples"' EXIT
mkdir "$samples/tree"

# The files that are ours, one a line: what git would commit, or all.
ours() {
	if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]
	then
		git ls-files -co --exclude-standard | sort |
		    while IFS= read -r f; do
			[ -f "$f" ] && printf '%s\n' "$f"
		done
	else
		find . -name .git -prune -o -path "./${B#"$top/"}" -prune -o \
		    -type f -print | sed 's|^\./||' | sort
	fi
}

sample() {
	mkdir -p "$samples/tree/$(dirname "$1")" &&
	    cat >"$samples/tree/$1"
}

afresh() {
	rm -rf "$samples/tree"
	mkdir "$samples/tree"
}

must_fail() {
	if out=$(cd "$samples/tree" && check 2>&1); then
		echo "$0: does not see its bad sample: $1" >&2
		exit 1
	fi
	for text; do
		case $out in
		*"$text"*) continue ;;
		esac
		printf '%s: on a bad sample: expected "%s", found:\n%s\n' \
		    "$0" "$text" "$out" >&2
		exit 1
	done
	afresh
}

must_pass() {
	if ! out=$(cd "$samples/tree" && check 2>&1); then
		printf '%s: refuses its good sample:\n%s\n' "$0" "$out" >&2
		exit 1
	fi
	afresh
}

guard() {
	cd "$top" && check
	exit $?
}
