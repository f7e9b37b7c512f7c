/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verifier's host in C: "does this signature verify?", answered with
 * libcrypto of OpenSSL 3, and SHA-256. The only file of the core with a heap
 * behind it.
 *
 * What an answer depends on is in the arguments. So nothing here goes through
 * an EVP_PKEY, an EC_KEY or a digest of EVP: since 3.0, using one of whatever
 * library context first looks for an ENGINE, for that loads openssl.cnf or
 * what OPENSSL_CONF names, and lets an engine that it finds do the work. Also
 * OpenSSL's own Ed25519 does so, for its hash. What is below does not:
 *
 *   P-256	the equation of ECDSA over EC_POINT_mul(), which has the same
 *		assembly under it as EVP_DigestVerify(), and costs the same
 *   Ed25519	the equation of RFC 8032 over BN_mod_mul_montgomery(), in
 *		crypto_ed25519.c
 *   SHA-256	SHA256_Init() and its sisters. They are deprecated since 3.0,
 *		but need no context, heap or fetch (which costs more than the
 *		hash of a short message). SHA256() in one call goes by EVP.
 *
 * Errors of OpenSSL do not stay in the caller's queue.
 */
#define OPENSSL_API_COMPAT 10100	/* SHA256_Init(), see above */

#include <string.h>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include "core.h"
#include "cose.h"
#include "crypto.h"
#include "crypto_ed25519.h"
#include "crypto_inverse.h"

enum {
	SLOTS = KM_ROOTS_MAX + KM_KEYS_MAX,
	HALF = KM_SIG_LEN / 2
};

/* A key ready for use: one of the two. */
struct prepared {
	int		 alg;		/* 0: none */
	size_t		 len;
	uint8_t		 bytes[KM_KEY_MAX];
	EC_POINT	*p256;
	struct km_ed25519_key *ed25519;
};

struct km_keycache {
	OSSL_LIB_CTX	*ctx;		/* NULL: nothing will verify */
	EC_GROUP	*p256;
	struct km_ed25519 *ed25519;
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

/* SEC 1 section 2.3.4: not on the curve is no point. */
static EC_POINT *
p256_key(const EC_GROUP *p256, BN_CTX *bn, struct km_bytes xy)
{
	uint8_t		 octets[1 + KM_KEY_MAX];
	EC_POINT	*point;

	octets[0] = 0x04;	/* uncompressed */
	memcpy(octets + 1, xy.p, KM_KEY_MAX);
	if ((point = EC_POINT_new(p256)) == NULL)
		return NULL;
	if (EC_POINT_oct2point(p256, point, octets, sizeof(octets),
	    bn) != 1) {
		EC_POINT_free(point);
		return NULL;
	}
	return point;
}

/* 0 < v < n. */
static int
in_range(const BIGNUM *v, const BIGNUM *n)
{
	return !BN_is_zero(v) && BN_cmp(v, n) < 0;
}

/*
 * SEC 1 section 4.1.4, by its steps: u1 = e / s and u2 = r / s, and the x of
 * u1 G + u2 Q is r; all modulo n, which has as many bits as the hash. Nothing
 * here is secret, so nothing has to take the same time.
 */
static int
p256_equation(const EC_GROUP *p256, const EC_POINT *q,
    const uint8_t hash[KM_HASH_LEN], const uint8_t sig[KM_SIG_LEN],
    EC_POINT *point, BN_CTX *bn)
{
	const BIGNUM	*n = EC_GROUP_get0_order(p256);
	BIGNUM		*r = BN_CTX_get(bn), *s = BN_CTX_get(bn);
	BIGNUM		*u1 = BN_CTX_get(bn), *u2 = BN_CTX_get(bn);
	BIGNUM		*x = BN_CTX_get(bn);
	uint8_t		 order[KM_INVERSE_LEN], inverse[KM_INVERSE_LEN];

	if (x == NULL || BN_bn2binpad(n, order, sizeof(order)) < 0 ||
	    BN_bin2bn(sig + HALF, HALF, s) == NULL || !in_range(s, n))
		return 0;
	km_inverse(inverse, sig + HALF, order);
	return point != NULL && BN_bin2bn(sig, HALF, r) != NULL &&
	    in_range(r, n) &&
	    BN_bin2bn(hash, KM_HASH_LEN, u1) != NULL &&
	    BN_bin2bn(inverse, sizeof(inverse), s) != NULL &&
	    BN_mod_mul(u1, u1, s, n, bn) == 1 &&
	    BN_mod_mul(u2, r, s, n, bn) == 1 &&
	    EC_POINT_mul(p256, point, u1, q, u2, bn) == 1 &&
	    !EC_POINT_is_at_infinity(p256, point) &&
	    EC_POINT_get_affine_coordinates(p256, point, x, NULL, bn) == 1 &&
	    BN_nnmod(x, x, n, bn) == 1 && BN_cmp(x, r) == 0;
}

static int
p256_verify(const struct km_keycache *cache, const EC_POINT *q,
    const struct km_ask *ask, BN_CTX *bn)
{
	EC_POINT	*point;
	uint8_t		 hash[KM_HASH_LEN];
	int		 good;

	km_sha256(hash, ask->msg, 2);
	point = EC_POINT_new(cache->p256);
	BN_CTX_start(bn);
	good = p256_equation(cache->p256, q, hash, ask->sig, point, bn);
	BN_CTX_end(bn);
	EC_POINT_free(point);
	return good;
}

static void
forget(struct prepared *k)
{
	EC_POINT_free(k->p256);
	km_ed25519_key_free(k->ed25519);
	memset(k, 0, sizeof(*k));
}

/* 1, or 0 with nothing in k when this is no key. */
static int
prepare(const struct km_keycache *cache, struct prepared *k, int alg,
    struct km_bytes key, BN_CTX *bn)
{
	memset(k, 0, sizeof(*k));
	if ((alg == KM_ALG_ESP256 || alg == KM_ALG_ES256) &&
	    key.len == KM_KEY_MAX)
		k->p256 = p256_key(cache->p256, bn, key);
	else if ((alg == KM_ALG_ED25519 || alg == KM_ALG_EDDSA) &&
	    key.len == KM_ED25519_LEN)
		k->ed25519 = km_ed25519_key_new(cache->ed25519, key.p, bn);
	if (k->p256 == NULL && k->ed25519 == NULL)
		return 0;
	k->alg = alg;
	k->len = key.len;
	memcpy(k->bytes, key.p, key.len);
	return 1;
}

/* The slot's key is used only when it is the very key that is asked for. */
static const struct prepared *
cached(const struct km_keycache *cache, const struct km_ask *ask)
{
	const struct prepared	*k;

	if (ask->slot < 0 || ask->slot >= SLOTS)
		return NULL;
	k = &cache->slot[ask->slot];
	if (k->alg == 0 || k->alg != ask->alg || k->len != ask->key.len ||
	    memcmp(k->bytes, ask->key.p, k->len) != 0)
		return NULL;
	return k;
}

static int
verify(const struct km_keycache *cache, const struct km_ask *ask, BN_CTX *bn)
{
	const struct prepared	*k;
	struct prepared		 own;
	int			 good = 0;

	memset(&own, 0, sizeof(own));
	k = cached(cache, ask);
	if (k == NULL && prepare(cache, &own, ask->alg, ask->key, bn))
		k = &own;
	if (k != NULL)
		good = k->p256 != NULL ?
		    p256_verify(cache, k->p256, ask, bn) :
		    km_ed25519_verify(cache->ed25519, k->ed25519, ask->msg,
		    ask->sig, bn);
	forget(&own);
	return good;
}

int
km_openssl_verify(const struct km_keycache *cache, const struct km_ask *ask)
{
	struct km_keycache	 own;
	BN_CTX			*bn;
	int			 good = 0;

	if (cache == NULL) {
		km_keycache_begin(&own);
		good = own.ctx != NULL && km_openssl_verify(&own, ask);
		km_keycache_end(&own);
		return good;
	}
	if (cache->ctx == NULL)
		return 0;
	ERR_set_mark();
	if ((bn = BN_CTX_new_ex(cache->ctx)) != NULL)
		good = verify(cache, ask, bn);
	BN_CTX_free(bn);
	ERR_pop_to_mark();
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
	BN_CTX	*bn = NULL;

	memset(cache, 0, sizeof(*cache));
	ERR_set_mark();
	cache->ctx = OSSL_LIB_CTX_new();
	if (cache->ctx != NULL && (bn = BN_CTX_new_ex(cache->ctx)) != NULL) {
		cache->p256 = EC_GROUP_new_by_curve_name_ex(cache->ctx, NULL,
		    NID_X9_62_prime256v1);
		cache->ed25519 = km_ed25519_new(bn);
	}
	BN_CTX_free(bn);
	if (cache->p256 == NULL || cache->ed25519 == NULL)
		km_keycache_end(cache);
	ERR_pop_to_mark();
}

int
km_keycache_put(struct km_keycache *cache, int slot, int alg,
    struct km_bytes key)
{
	BN_CTX	*bn;
	int	 good = 0;

	if (cache->ctx == NULL || slot < 0 || slot >= SLOTS)
		return 0;
	ERR_set_mark();
	forget(&cache->slot[slot]);
	if ((bn = BN_CTX_new_ex(cache->ctx)) != NULL)
		good = prepare(cache, &cache->slot[slot], alg, key, bn);
	BN_CTX_free(bn);
	ERR_pop_to_mark();
	return good;
}

void
km_keycache_end(struct km_keycache *cache)
{
	size_t	i;

	for (i = 0; i < SLOTS; i++)
		forget(&cache->slot[i]);
	EC_GROUP_free(cache->p256);
	km_ed25519_free(cache->ed25519);
	OSSL_LIB_CTX_free(cache->ctx);	/* nothing when NULL */
	memset(cache, 0, sizeof(*cache));
}
