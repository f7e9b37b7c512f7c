#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Beside packages of npm that others check COSE and status lists with: see
# lib/rivals.mjs. Skipped, and said, where npm or what it fetches is not there.
: "${B:=build}"
here=$(dirname "$0")
dir=$B/bench-npm

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
	echo "rivals: skipped: npm and node are not installed"
	exit 77
fi
mkdir -p "$dir/scene" || exit 1
if ! cmp -s "$here/npm/package-lock.json" "$dir/package-lock.json" ||
    [ ! -d "$dir/node_modules" ]; then
	cp "$here/npm/package.json" "$here/npm/.npmrc" "$dir/" || exit 1
	cp "$here/npm/package-lock.json" "$dir/package-lock.json"
	if ! (cd "$dir" && npm ci --silent --ignore-scripts --no-audit \
	    --no-fund); then
		rm -f "$dir/package-lock.json"
		echo "rivals: skipped: npm could not fetch the packages"
		exit 77
	fi
fi
cp "$here/lib/rivals.mjs" "$here/lib/rivals_accept.mjs" "$dir/" || exit 1
"$B/bench/ours" write "$dir/scene" || exit 1
exec node "$dir/rivals.mjs" "$B"
