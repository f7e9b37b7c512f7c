/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Digest: SHA-256 in pieces. By the low-level calls, as in
 * verifier/crypto_openssl.c and for its reasons: they cannot fail, and fetch
 * nothing from the default library context, which reads openssl.cnf.
 */
#define OPENSSL_API_COMPAT 10100	/* SHA256_Init() */

#include <openssl/sha.h>

#include "digest.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct digest),
    "struct digest is large enough");

void
digest_begin(struct digest *d)
{
	SHA256_Init((SHA256_CTX *)(void *)d);
}

void
digest_add(struct digest *d, const void *p, size_t len)
{
	if (len > 0)
		SHA256_Update((SHA256_CTX *)(void *)d, p, len);
}

void
digest_end(uint8_t out[KM_HASH_LEN], struct digest *d)
{
	SHA256_Final(out, (SHA256_CTX *)(void *)d);
}
