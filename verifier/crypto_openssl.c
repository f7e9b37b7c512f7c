/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verifier's host in C: "does this signature verify?", answered by
 * OpenSSL 3, and SHA-256. The only file of the core with a heap behind it.
 *
 * All goes through a library context of its own, made by OSSL_LIB_CTX_new():
 * that one never loads openssl.cnf nor looks at OPENSSL_CONF, as the default
 * context does at its first fetch. Errors of OpenSSL do not stay in the
 * caller's queue.
 *
 * SHA256_Init() and its sisters are deprecated since OpenSSL 3.0, and are
 * used all the same: they need no context, no heap and no fetch (for two
 * hundred bytes that costs more than the hash), cannot fail, and have the
 * processor's SHA instructions. SHA256() in one call will not do: since 3.0
 * it fetches from the default context and so reads openssl.cnf.
 */
#define OPENSSL_API_COMPAT 10100	/* SHA256_Init(), see above */

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include "core.h"
#include "cose.h"
#include "crypto.h"

enum {
	SLOTS = KM_ROOTS_MAX + KM_KEYS_MAX,
	HALF = KM_SIG_LEN / 2,
	DER_MAX = 2 + 2 * (2 + 1 + HALF),
	MESSAGE_MAX = 4096	/* on the stack; larger ones on the heap */
};

/* A key ready for use: init is EVP_PKEY_verify_init()ed, only ever copied. */
struct prepared {
	int		 alg;
	size_t		 len;
	uint8_t		 bytes[KM_KEY_MAX];
	EVP_PKEY	*pkey;
	EVP_PKEY_CTX	*init;		/* P-256 only */
};

struct km_keycache {
	OSSL_LIB_CTX	*ctx;
	struct prepared	 slot[SLOTS];
};

void
km_sha256(uint8_t out[KM_HASH_LEN], const struct km_bytes *part, size_t n)
{
	SHA256_CTX	c;
	size_t		i;

	SHA256_Init(&c);
	for (i = 0; i < n; i++)
		if (part[i].len > 0)
			SHA256_Update(&c, part[i].p, part[i].len);
	SHA256_Final(out, &c);
}

static int
is_p256(int alg)
{
	return alg == KM_ALG_ESP256 || alg == KM_ALG_ES256;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *
p256_key(OSSL_LIB_CTX *ctx, struct km_bytes xy)
{
	char		 group[] = "prime256v1";
	uint8_t		 point[1 + KM_KEY_MAX];
	OSSL_PARAM	 params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group,
		    sizeof(group) - 1),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
		    sizeof(point)),
		OSSL_PARAM_END
	};
	EVP_PKEY_CTX	*make;
	EVP_PKEY	*pkey = NULL;

	point[0] = 0x04;	/* uncompressed, SEC 1 section 2.3.3 */
	memcpy(point + 1, xy.p, KM_KEY_MAX);
	make = EVP_PKEY_CTX_new_from_name(ctx, "EC", NULL);
	if (make == NULL || EVP_PKEY_fromdata_init(make) != 1 ||
	    EVP_PKEY_fromdata(make, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(make);
	return pkey;
}

static void
forget(struct prepared *k)
{
	EVP_PKEY_CTX_free(k->init);
	EVP_PKEY_free(k->pkey);
	memset(k, 0, sizeof(*k));
}

/* 1, or 0 with nothing in k when this is no key. */
static int
prepare(OSSL_LIB_CTX *ctx, struct prepared *k, int alg, struct km_bytes key)
{
	memset(k, 0, sizeof(*k));
	if (is_p256(alg) && key.len == KM_KEY_MAX) {
		k->pkey = p256_key(ctx, key);
		if (k->pkey == NULL)
			return 0;
		k->init = EVP_PKEY_CTX_new_from_pkey(ctx, k->pkey, NULL);
		if (k->init == NULL || EVP_PKEY_verify_init(k->init) != 1) {
			forget(k);
			return 0;
		}
	} else if ((alg == KM_ALG_ED25519 || alg == KM_ALG_EDDSA) &&
	    key.len == 32) {
		k->pkey = EVP_PKEY_new_raw_public_key_ex(ctx, "ED25519", NULL,
		    key.p, key.len);
		if (k->pkey == NULL)
			return 0;
	} else
		return 0;
	k->alg = alg;
	k->len = key.len;
	memcpy(k->bytes, key.p, key.len);
	return 1;
}

/* One INTEGER of DER: no leading zeros, none negative (X.690 section 8.3). */
static size_t
der_integer(uint8_t *out, const uint8_t v[HALF])
{
	size_t	skip = 0, pad, len;

	while (skip < HALF - 1 && v[skip] == 0)
		skip++;
	pad = v[skip] >> 7;
	len = HALF - skip;
	out[0] = 0x02;
	out[1] = (uint8_t)(pad + len);
	out[2] = 0;
	memcpy(out + 2 + pad, v + skip, len);
	return 2 + pad + len;
}

static int
p256_verify(const struct prepared *k, const struct km_ask *ask)
{
	EVP_PKEY_CTX	*ctx;
	uint8_t		 der[DER_MAX], hash[KM_HASH_LEN];
	size_t		 len = 2;
	int		 good;

	km_sha256(hash, ask->msg, 2);
	len += der_integer(der + len, ask->sig);
	len += der_integer(der + len, ask->sig + HALF);
	der[0] = 0x30;
	der[1] = (uint8_t)(len - 2);

	ctx = EVP_PKEY_CTX_dup(k->init);
	good = ctx != NULL &&
	    EVP_PKEY_verify(ctx, der, len, hash, sizeof(hash)) == 1;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* Ed25519 reads its message twice, so it has to lie in one piece. */
static int
ed25519_verify(OSSL_LIB_CTX *lib, const struct prepared *k,
    const struct km_ask *ask)
{
	EVP_MD_CTX	*ctx = NULL;
	uint8_t		 small[MESSAGE_MAX], *m = small;
	size_t		 i, len = 0;
	int		 good = 0;

	if (ask->msg[1].len > SIZE_MAX - ask->msg[0].len)
		return 0;
	if (ask->msg[0].len + ask->msg[1].len > sizeof(small) &&
	    (m = OPENSSL_malloc(ask->msg[0].len + ask->msg[1].len)) == NULL)
		return 0;
	for (i = 0; i < 2; i++) {
		if (ask->msg[i].len > 0)
			memcpy(m + len, ask->msg[i].p, ask->msg[i].len);
		len += ask->msg[i].len;
	}
	ctx = EVP_MD_CTX_new();
	good = ctx != NULL && EVP_DigestVerifyInit_ex(ctx, NULL, NULL, lib,
	    NULL, k->pkey, NULL) == 1 &&
	    EVP_DigestVerify(ctx, ask->sig, KM_SIG_LEN, m, len) == 1;
	EVP_MD_CTX_free(ctx);
	if (m != small)
		OPENSSL_free(m);
	return good;
}

/* The slot's key is used only when it is the very key that is asked for. */
static const struct prepared *
cached(const struct km_keycache *cache, const struct km_ask *ask)
{
	const struct prepared	*k;

	if (cache == NULL || ask->slot < 0 || ask->slot >= SLOTS)
		return NULL;
	k = &cache->slot[ask->slot];
	if (k->pkey == NULL || k->alg != ask->alg || k->len != ask->key.len ||
	    memcmp(k->bytes, ask->key.p, k->len) != 0)
		return NULL;
	return k;
}

int
km_openssl_verify(const struct km_keycache *cache, const struct km_ask *ask)
{
	const struct prepared	*k;
	struct prepared		 own;
	OSSL_LIB_CTX		*ctx;
	int			 good = 0;

	ctx = cache != NULL ? cache->ctx : OSSL_LIB_CTX_new();
	if (ctx == NULL)	/* NULL would be the default context */
		return 0;
	memset(&own, 0, sizeof(own));
	ERR_set_mark();
	k = cached(cache, ask);
	if (k == NULL && prepare(ctx, &own, ask->alg, ask->key))
		k = &own;
	if (k != NULL)
		good = is_p256(k->alg) ? p256_verify(k, ask) :
		    ed25519_verify(ctx, k, ask);
	forget(&own);
	ERR_pop_to_mark();
	if (cache == NULL)
		OSSL_LIB_CTX_free(ctx);
	return good;
}

size_t
km_keycache_size(void)
{
	return sizeof(struct km_keycache);
}

void
km_keycache_begin(struct km_keycache *cache)
{
	memset(cache, 0, sizeof(*cache));
	ERR_set_mark();
	cache->ctx = OSSL_LIB_CTX_new();
	ERR_pop_to_mark();
}

int
km_keycache_put(struct km_keycache *cache, int slot, int alg,
    struct km_bytes key)
{
	int	good;

	if (cache->ctx == NULL || slot < 0 || slot >= SLOTS)
		return 0;
	ERR_set_mark();
	forget(&cache->slot[slot]);
	good = prepare(cache->ctx, &cache->slot[slot], alg, key);
	ERR_pop_to_mark();
	return good;
}

void
km_keycache_end(struct km_keycache *cache)
{
	size_t	i;

	for (i = 0; i < SLOTS; i++)
		forget(&cache->slot[i]);
	OSSL_LIB_CTX_free(cache->ctx);
	memset(cache, 0, sizeof(*cache));
}
