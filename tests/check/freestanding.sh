#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: libkeurmerk can open no socket and no file, read no clock and no
# environment, has no heap of its own and no state. What it takes from outside
# is a short list, so that whatever is not named here is refused: memory and
# string functions, the compiler's own helpers, and of libcrypto what checks a
# signature and hashes.
. tests/tools/guard.sh

: "${CC:=gcc}" "${B:=build}"
case $B in /*) ;; *) B=$top/$B ;; esac

check() {
	lib=${1:-libkeurmerk.a}
	if [ ! -f "$lib" ] || [ -z "$(ar t "$lib")" ]; then
		echo "the library has no source yet"
		return 77
	fi
	nm -A "$lib" >"$samples/nm"
	objdump -t "$lib" >"$samples/sections"
	awk '
	BEGIN {
		# ISO C functions of memory and strings alone.
		names = "mem(chr|cmp|cpy|move|set)|str(n?cmp|n?len|r?chr|r?str|c?spn)"
		# What gcc and clang call on their own account.
		own = "_GLOBAL_OFFSET_TABLE_|__stack_chk_(fail|guard)|" \
		    "__(mem(cpy|move|set)|str(n?cpy|n?cat))_chk|" \
		    "__(asan|ubsan|gcov|sanitizer)_.*|__popcount.*"
		# libcrypto: integers, points and hashes alone. EVP and EC_KEY
		# read openssl.cnf (crypto_openssl.c).
		crypto = "OSSL_LIB_CTX_(new|free)|EC_(GROUP|POINT)_[A-Za-z0-9_]+|" \
		    "(BN|ERR)_[A-Za-z0-9_]+|OPENSSL_cleanse|CRYPTO_memcmp|" \
		    "SHA(256|512)_(Init|Update|Final)"
		may = "^(" names "|" own "|" crypto ")$"
		# What the OpenSSL adapter keeps lives on the heap of libcrypto.
		heap = "^CRYPTO_(malloc|zalloc|free|clear_free)$"
		never = "^(ERR_print_errors_fp|BN_(priv_)?rand.*)$"
	}
	# archive:member:address type name; undefined ones have no address.
	FNR == NR {
		type = $(NF - 1)
		name = $NF
		if (type == "U" || type == "w") {
			from = $1
			sub(/:[^:]*$/, "", from)
			sub(/.*:/, "", from)
			wanted[from " " name] = 1
		}
		else if (type ~ /^[A-Z]$/)
			defined[name] = 1
		next
	}
	/^[^ ]+\.o: +file format/ { member = $1 }
	/ O (\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ &&
	    $0 !~ /\.data\.rel\.ro/ {
		print member " " $NF ": is a variable that is not constant:" \
		    " the library has no state"
		bad = 1
	}
	END {
		for (pair in wanted) {
			split(pair, p, " ")
			if (p[2] in defined ||
			    (p[2] ~ may && p[2] !~ never) ||
			    (p[2] ~ heap && p[1] ~ /^crypto_/))
				continue
			print p[1] ": uses " p[2] ": " (p[2] ~ /^km_/ ? \
			    "which is not defined in the library" : \
			    "the library asks its caller for whatever" \
			    " is not an argument")
			bad = 1
		}
		exit bad
	}' "$samples/nm" "$samples/sections"
}

# A library of one object made from standard input.
library() {
	$CC -w -O1 -c -x c -o "$samples/tree/a.o" - &&
	    ar rcs "$samples/tree/libkeurmerk.a" "$samples/tree/a.o" || exit 1
}

bad='socket connect open fopen read write time clock_gettime gettimeofday
getenv malloc calloc realloc free printf snprintf abort rand getrandom
CRYPTO_malloc BIO_new_file RAND_bytes OSSL_LIB_CTX_load_config EVP_DigestSign
EVP_DigestVerify EC_KEY_new SHA256 BN_rand'
for f in $bad; do
	echo "int $f(); int km_$f(void) { return $f(); }"
done | library
set --
for f in $bad; do
	set -- "$@" "a.o: uses $f:"
done
must_fail "$@"
echo 'static int n; int km_next(void) { return ++n; }' | library
must_fail 'n: is a variable'
echo 'int km_state = 3;' | library
must_fail 'km_state: is a variable'
library <<'END'
#include <string.h>
int BN_cmp(void);
static const char *const names[] = { "a", "b" };
int km_y(const char *s);
int km_x(const char *s) { return memcmp(s, names[*s], 9) + km_y(s); }
int km_y(const char *s) { return BN_cmp() + (int)strlen(s); }
END
must_pass
check "$B/libkeurmerk.a"
