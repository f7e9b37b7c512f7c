#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
#
# Guard: who may know whom.
#
#	schemas <- include <- verifier <- ca/base <- ca/record <- the rooms
#
# The rooms (signer, office, public, ctl) never include each other; a room
# may use what stands left of it. ca/keurmerkd.c starts the rooms and knows
# them all. The command line of the verifier is a room beside ca. Then what
# only some may touch: the database, events, sockets, private keys.
. tests/tools/guard.sh

check() {
	ours | grep -E '^(include|verifier|ca)/.*\.[ch]$' >"$samples/list"
	[ -s "$samples/list" ] || return 77
	xargs awk '
	function room(path,	p)
	{
		split(path, p, "/")
		if (p[1] == "verifier" && p[2] == "cli")
			return "verifier/cli"
		if (p[1] == "ca" && p[2] !~ /\.[ch]$/)
			return "ca/" p[2]
		return p[1]
	}

	function complain(what)
	{
		printf "%s:%d: %s\n", FILENAME, FNR, what
		bad = 1
	}

	# The file that an include in quotes means, as the compiler looks.
	function resolve(name,	dir, path)
	{
		dir = FILENAME
		sub(/\/[^\/]*$/, "", dir)
		path = dir "/" name
		while (sub(/[^\/.]+\/\.\.\//, "", path))
			;
		if (path in have)
			return path
		if (name in have)
			return name
		if (("include/" name) in have)
			return "include/" name
		return ""
	}

	function project(name,	path, from, to)
	{
		path = resolve(name)
		if (path == "") {
			complain("\"" name "\" is not a file of ours:" \
			    " a header of the system goes in <>")
			return
		}
		from = room(FILENAME)
		to = room(path)
		if (from != to && index(" " may[from] " ", " " to " ") == 0)
			complain(from " may not know " to " (" path ")")
	}

	function library(name)
	{
		if (name == "sqlite3.h" && FILENAME !~ /^ca\/office\/store/)
			complain("sqlite3.h belongs to ca/office/store*")
		if (name ~ /^(event2\/|event\.h|ev[a-z]*\.h)/ &&
		    FILENAME ~ /^(include|verifier|ca\/signer|ca\/record)\//)
			complain("no libevent here: " name)
		if (name ~ /^curl\// &&
		    FILENAME !~ /^(ca\/ctl\/|verifier\/cli\/|ca\/office\/outside\.c)/)
			complain("only ca/ctl, sync and outside.c fetch: " name)
		if (name ~ /^openssl\// && FILENAME !~ /crypto_[^\/]*$/ &&
		    FILENAME ~ /^(include|verifier\/[^\/]*\.[ch]$)/)
			complain("the core asks its host; OpenSSL stands" \
			    " in crypto_*.c only: " name)
	}

	BEGIN {
		may["include"] = ""
		may["verifier"] = "include"
		may["verifier/cli"] = "include verifier"
		may["ca/base"] = "include verifier"
		may["ca/record"] = may["ca/base"] " ca/base"
		all = may["ca/record"] " ca/record"
		may["ca/signer"] = may["ca/office"] = may["ca/public"] = all
		may["ca/ctl"] = all
		may["ca"] = all " ca/signer ca/office ca/public"
		for (i = 1; i < ARGC; i++)
			have[ARGV[i]] = 1
	}

	FNR == 1 && !(room(FILENAME) in may) {
		complain("no rule for " room(FILENAME) \
		    ": give it one in tests/check/includes.sh")
	}

	/^[ \t]*#[ \t]*include/ {
		name = $0
		sub(/^[^"<]*["<]/, "", name)
		sub(/[">].*/, "", name)
		if ($0 ~ /include[ \t]*</ && !(("include/" name) in have))
			library(name)
		else
			project(name)
	}

	# Whoever calls one of these holds a private key.
	/(^|[^A-Za-z0-9_])(EVP_(DigestSign[A-Za-z_]*|PKEY_sign[a-z_]*|PKEY_keygen[a-z_]*|PKEY_Q_keygen|PKEY_generate|PKEY_new_raw_private_key[a-z_]*|EC_gen|RSA_gen)|PEM_read_[A-Za-z0-9_]*PrivateKey|d2i_[A-Za-z0-9_]*PrivateKey[a-z_]*|ECDSA_(do_)?sign[a-z_]*|X509_sign[a-z_]*)[ \t]*\(/ &&
	    FILENAME !~ /^ca\/signer\/key/ && FILENAME !~ /^ca\/ctl\// &&
	    FILENAME !~ /^ca\/office\/tls_key\.c$/ {
		complain("a private key is used: that is for" \
		    " ca/signer/key*, ca/ctl, and for TLS" \
		    " ca/office/tls_key.c")
	}
	END { exit bad }' <"$samples/list"
}

for to in signer public ctl; do
	echo 'int x;' | sample ca/$to/x.h
	echo "#include \"ca/$to/x.h\"" | sample ca/office/y.c
	must_fail "ca/office may not know ca/$to"
done
echo 'int x;' | sample ca/record/x.h
echo '#include "../record/x.h"' | sample ca/base/y.h
must_fail 'ca/base/y.h:1: ca/base may not know ca/record'
echo 'int x;' | sample ca/base/x.h
echo '#include "ca/base/x.h"' | sample verifier/y.c
must_fail 'verifier may not know ca/base'
echo 'int x;' | sample verifier/x.h
echo '#include "verifier/x.h"' | sample include/y.h
must_fail 'include may not know verifier'
echo '#include <sqlite3.h>' | sample ca/office/api.c
must_fail 'ca/office/api.c:1: sqlite3.h belongs'
echo '#include <event2/buffer.h>' | sample ca/signer/signer.c
must_fail 'no libevent here'
echo '#include <openssl/evp.h>' | sample verifier/cose.c
must_fail 'OpenSSL stands'
echo '#include <curl/curl.h>' | sample ca/office/api.c
must_fail 'only ca/ctl, sync and outside.c fetch'
echo '	if (EVP_DigestSign(c, s, &n, m, len) != 1)' | sample ca/signer/build.c
must_fail 'ca/signer/build.c:1: a private key is used'
echo '	k = PEM_read_bio_PrivateKey(b, NULL, NULL, NULL);' |
    sample ca/office/tls.c
must_fail 'a private key is used'
echo '	k = EVP_PKEY_Q_keygen(ctx, NULL, "EC", "P-256");' |
    sample ca/base/tls.c
must_fail 'a private key is used'
echo 'int x;' | sample ca/audit/x.c
must_fail 'no rule for ca/audit'
echo 'int x;' | sample ca/record/x.h
echo 'int x;' | sample include/keurmerk.h
sample ca/signer/key_file.c <<'END'
#include <keurmerk.h>
#include "ca/record/x.h"
	EVP_DigestSign(c, s, &n, m, len);
END
echo '#include <sqlite3.h>' | sample ca/office/store_log.c
must_pass
guard
