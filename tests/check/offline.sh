#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: libkeurmerk and keurmerk cannot reach a network. Neither asks the
# system's libraries for a socket, a name or a service, and what they load
# besides the C library and libcrypto is a short list, of which none does.
# (libcrypto can open sockets; freestanding.sh holds what is used of it.)
. tests/tools/guard.sh

: "${CC:=gcc}"
case $B in /*) ;; *) B=$top/$B ;; esac

network='accept4?|bind|connect|dn_[a-z]+|freeaddrinfo|getaddrinfo'
network="$network|getnameinfo|getpeername|getsockname|gai_[a-z]+"
network="$network|get(host|net|proto|serv)(by[a-z0-9_]+|ent(_r)?)|if_[a-z]+"
network="$network|inet_[a-z_]+|listen|n?res_[a-z]+|rcmd(_af)?|recv[a-z]*"
network="$network|send|sendto|sendmm?sg|socket|socketpair|shutdown"
network="$network|BIO_(s_|new_)?(accept|connect|socket|dgram)[a-z_]*|SSL_.*"
network="$network|OSSL_HTTP_.*|curl_.*|ldap_.*|dlopen|syscall"
may='^lib(c|crypto|jansson|pthread|m)\.so\.|^ld-linux'

look() {
	nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' |
	    grep -Ex "$network" | sed "s|^|${1##*/}: uses |" | grep . && return 1
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' |
	    grep -Ev "$may" | sed "s|^|${1##*/}: loads |" | grep . && return 1
	return 0
}

# check FILE...
check() {
	ok=77
	for f in "$@"; do
		[ -f "$f" ] || continue
		[ $ok -eq 1 ] || ok=0
		look "$f" || ok=1
	done
	[ $ok -ne 77 ] || echo "nothing has been built yet"
	return $ok
}

# A program that calls this, and is linked so.
program() {
	f=$1
	shift
	echo "int $f(); int main(void) { return $f(); }" |
	    $CC -w -x c -o "$samples/tree/keurmerk" - "$@" || exit 1
}

must_see() {
	if out=$(check "$samples/tree/keurmerk"); then
		echo "$0: does not see $1" >&2
		exit 1
	fi
}

for f in socket connect getaddrinfo gethostbyname send recvmsg inet_pton; do
	program $f
	must_see $f
done
program inflate -lz
must_see 'a library more'
program puts
check "$samples/tree/keurmerk" || exit 1
check "$B/libkeurmerk.so" "$B/keurmerk"
