#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: neither keurmerk nor libkeurmerk.so can reach a network: no function
# that opens or names a socket, nor a library that has them. Only
# keurmerk-sync may, and must, so that this guard is known to see it.
. tests/tools/guard.sh

: "${CC:=gcc}" "${B:=build}"
case $B in /*) ;; *) B=$top/$B ;; esac

# offline FILE
offline() {
	bad=0
	for name in $(nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2)
	    print $2 }' | grep -E '^(socket(pair)?|connect|accept4?|bind|listen|get(addr|name)info|(send|recv)(to|msg|mmsg)?|gethostby.*|(curl|SSL|BIO_.*(connect|socket)|event|evhttp)_.*|syscall|dlopen|io_uring_.*)$'); do
		echo "$1: uses $name: only keurmerk-sync may reach a network"
		bad=1
	done
	for lib in $(objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }' |
	    grep -E '^lib(curl|ssl|event|resolv|nss)'); do
		echo "$1: needs $lib: only keurmerk-sync may reach a network"
		bad=1
	done
	return $bad
}

check() {
	rc=0
	for f in "${1:-libkeurmerk.so}" "${2:-keurmerk}"; do
		if [ ! -f "$f" ]; then
			echo "$f: not built yet"
			return 77
		fi
		offline "$f" || rc=1
	done
	return $rc
}

# object NAME FUNCTION...: a shared object that calls these.
object() {
	name=$1
	shift
	for f; do
		echo "int $f(); int km_$f(void) { return $f(); }"
	done | $CC -w -fno-builtin -shared -fPIC -x c \
	    -o "$samples/tree/$name" - || exit 1
}

object libkeurmerk.so memcmp
object keurmerk read socket connect getaddrinfo curl_easy_perform SSL_connect
must_fail 'keurmerk: uses socket' 'keurmerk: uses connect' \
    'keurmerk: uses getaddrinfo' 'keurmerk: uses curl_easy_perform' \
    'keurmerk: uses SSL_connect'
object libkeurmerk.so sendto
object keurmerk read
must_fail 'libkeurmerk.so: uses sendto'
object libkeurmerk.so memcmp
object keurmerk read write execve fork
must_pass
if [ -f "$B/keurmerk-sync" ] && offline "$B/keurmerk-sync" >/dev/null; then
	echo "$0: does not see that keurmerk-sync reaches a network" >&2
	exit 1
fi
check "$B/libkeurmerk.so" "$B/keurmerk"
