#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Install the Debian packages that are missing, and no others.
#
#	deps.sh [-q] PACKAGE...
#
# With -q, as every build calls it, nothing is said when all is there. It asks
# no questions, so that it also works where nobody is there to answer; sudo
# may ask for a password at a terminal.
set -eu

quiet=no
if [ "${1-}" = -q ]; then
	quiet=yes
	shift
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
	# Not Debian: whoever builds here brings the libraries along.
	[ $quiet = yes ] && exit 0
	echo "deps: dpkg-query not found, so this is not Debian or akin to it;" \
	    "install what these packages hold: $*" >&2
	exit 1
fi

# Debian's npm is some 400 packages: whoever has Node and npm from elsewhere
# needs neither. (18 is Debian's.)
node_is_there() {
	command -v npm >/dev/null 2>&1 && node -e \
	    'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' \
	    2>/dev/null
}

missing=
there=" $(dpkg-query -W -f '${db:Status-Status} ${Package} ' -- "$@" \
    2>/dev/null || :) "
for p; do
	case $there in
	*" installed $p "*) continue ;;
	esac
	case $p in
	nodejs | npm) node_is_there && continue ;;
	esac
	missing="$missing $p"
done

if [ -z "$missing" ]; then
	[ $quiet = yes ] || echo "deps: all $# packages are there"
	exit 0
fi
echo "deps: missing:$missing"

root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "deps: not root and no sudo; as root, run:" \
		    "apt-get install$missing" >&2
		exit 1
	fi
	root=sudo
fi

# Another apt-get may be at work: wait for its lock, do not fail on it.
apt() {
	$root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    -o DPkg::Lock::Timeout=300 "$@" </dev/null
}
apt update

# A web server that tests start by themselves is not one for this machine:
# whoever has no policy of his own gets one for as long as this takes.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap '$root rm -f /usr/sbin/policy-rc.d' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' | $root tee $policy >/dev/null
	$root chmod 755 $policy
fi
# Word splitting is meant: each word is a package.
apt install --no-install-recommends $missing
echo "deps: installed:$missing"
