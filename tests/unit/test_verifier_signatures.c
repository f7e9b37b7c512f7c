/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/crypto_openssl.c against EVP, which has other code for the same
 * question: signatures and keys at random, at every edge of their numbers,
 * and made so that a step of the equation meets its exception.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include "tests/lib/sample.h"
#include "verifier/core.h"
#include "verifier/crypto.h"

enum { HALF = 32, RANDOM = 1500, CRAFTED = 60, MIXED = 200 };

/* Bytes that follow from a counter: the same in every run. */
static void
any(uint8_t out[HALF])
{
	static uint32_t	n;

	n++;
	sample_hash(out, &n, sizeof(n));
}

struct room {
	struct km_keycache	*cache;
	EC_GROUP		*p256;
	BN_CTX			*bn;
	const BIGNUM		*n;	/* order */
	BIGNUM			*p;
	size_t			 yes, no;
};

static int
setup(void **state)
{
	struct room	*w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->cache = malloc(km_keycache_size());
	assert_non_null(w->cache);
	km_keycache_begin(w->cache);
	w->bn = BN_CTX_new();
	w->p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	w->n = EC_GROUP_get0_order(w->p256);
	w->p = BN_new();
	assert_int_equal(EC_GROUP_get_curve(w->p256, w->p, NULL, NULL,
	    w->bn), 1);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct room	*w = *state;

	km_keycache_end(w->cache);
	free(w->cache);
	BN_free(w->p);
	EC_GROUP_free(w->p256);
	BN_CTX_free(w->bn);
	free(w);
	return 0;
}

static EVP_PKEY *
evp_p256(const uint8_t xy[2 * HALF])
{
	OSSL_PARAM_BLD	*b = OSSL_PARAM_BLD_new();
	OSSL_PARAM	*params;
	EVP_PKEY_CTX	*ctx;
	EVP_PKEY	*key = NULL;
	uint8_t		 octets[1 + 2 * HALF] = { 0x04 };

	memcpy(octets + 1, xy, 2 * HALF);
	OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME,
	    "prime256v1", 0);
	OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, octets,
	    sizeof(octets));
	params = OSSL_PARAM_BLD_to_param(b);
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key,
	    EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	return key;
}

static int
evp_says(EVP_PKEY *key, const EVP_MD *md, const uint8_t *sig, size_t len,
    const uint8_t msg[HALF])
{
	EVP_MD_CTX	*ctx = EVP_MD_CTX_new();
	int		 good;

	good = key != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, sig, len, msg, HALF) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

static int
evp_says_p256(const uint8_t xy[2 * HALF], const uint8_t sig[KM_SIG_LEN],
    const uint8_t msg[HALF])
{
	ECDSA_SIG	*rs = ECDSA_SIG_new();
	uint8_t		*der = NULL;
	int		 len, good;

	ECDSA_SIG_set0(rs, BN_bin2bn(sig, HALF, NULL),
	    BN_bin2bn(sig + HALF, HALF, NULL));
	len = i2d_ECDSA_SIG(rs, &der);
	good = len > 0 && evp_says(evp_p256(xy), EVP_sha256(), der,
	    (size_t)len, msg);
	OPENSSL_free(der);
	ECDSA_SIG_free(rs);
	return good;
}

static int
we_say(struct room *w, int alg, struct km_bytes key,
    const uint8_t sig[KM_SIG_LEN], const uint8_t msg[HALF])
{
	struct km_ask	ask = { alg, -1, key,
			    { { msg, HALF / 3 },
			    { msg + HALF / 3, HALF - HALF / 3 } }, sig };

	return km_openssl_verify(w->cache, &ask);
}

/* We say what EVP says; gives it. */
static int
agree(struct room *w, int alg, const uint8_t *key,
    const uint8_t sig[KM_SIG_LEN], const uint8_t msg[HALF])
{
	struct km_bytes	bytes = { key, alg == -9 ? 2 * HALF : HALF };
	int		want;

	want = alg == -9 ? evp_says_p256(key, sig, msg) :
	    evp_says(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key,
	    HALF), NULL, sig, KM_SIG_LEN, msg);
	assert_int_equal(we_say(w, alg, bytes, sig, msg), want);
	w->yes += (size_t)want;
	w->no += (size_t)!want;
	return want;
}

/* Of a good signature each half exchanged, and both at random. */
static void
test_random(void **state)
{
	const int		 alg[] = { -9, -19 };
	struct room		*w = *state;
	struct sample_key	 key;
	uint8_t			 msg[HALF], sig[KM_SIG_LEN];
	size_t			 i, k;

	for (i = 0; i < 2; i++) {
		sample_key(&key, alg[i], "signatures");
		w->yes = 0;
		for (k = 0; k < RANDOM; k++) {
			any(msg);
			sample_signature(sig, &key, msg, HALF, k & 1);
			assert_int_equal(agree(w, alg[i], key.pub, sig, msg),
			    1);
			any(k % 3 == 0 ? msg : sig + HALF * (k % 3 - 1));
			agree(w, alg[i], key.pub, sig, msg);
			any(key.pub);	/* mostly off the curve */
			agree(w, alg[i], key.pub, sig, msg);
			sample_key_free(&key);
			sample_key(&key, alg[i], "signatures");
		}
		assert_int_equal(w->yes, RANDOM);
		sample_key_free(&key);
	}
}

/* 0, 1, 2, n - 1, n, n + 1, (n - 1) / 2 and the next, p - 1, p, 2^256 - 1. */
enum { EDGES = 11 };
static void
edge(const struct room *w, uint8_t out[HALF], int which)
{
	BIGNUM	*v = BN_new();

	if (which < 3)
		BN_set_word(v, (BN_ULONG)which);
	else if (which < 8)
		BN_copy(v, w->n);
	else if (which < 10)
		BN_copy(v, w->p);
	if (which == 3 || which == 8)
		BN_sub_word(v, 1);
	else if (which == 5)
		BN_add_word(v, 1);
	else if (which == 6 || which == 7) {
		BN_rshift1(v, v);
		BN_add_word(v, which == 7);
	}
	memset(out, 0xff, HALF);
	if (which < 10)
		assert_int_equal(BN_bn2binpad(v, out, HALF), HALF);
	BN_free(v);
}

static void
test_edges_p256(void **state)
{
	struct room		*w = *state;
	struct sample_key	 key;
	uint8_t			 msg[HALF], sig[KM_SIG_LEN], good[KM_SIG_LEN];
	int			 r, s;

	sample_key(&key, -9, "edges");
	any(msg);
	sample_signature(good, &key, msg, HALF, 0);
	for (r = 0; r <= EDGES; r++)
		for (s = 0; s <= EDGES; s++) {
			memcpy(sig, good, sizeof(sig));
			if (r < EDGES)
				edge(w, sig, r);
			if (s < EDGES)
				edge(w, sig + HALF, s);
			assert_int_equal(agree(w, -9, key.pub, sig, msg),
			    r == EDGES && s == EDGES);
		}
	/* As coordinates of a key none of them is on the curve but two. */
	for (r = 0; r < EDGES; r++)
		for (s = 0; s < EDGES; s++) {
			edge(w, key.pub, r);
			edge(w, key.pub + HALF, s);
			agree(w, -9, key.pub, good, msg);
		}
	sample_key_free(&key);
}

static void
put(uint8_t out[HALF], const BIGNUM *v)
{
	assert_int_equal(BN_bn2binpad(v, out, HALF), HALF);
}

static void
point_bytes(const struct room *w, uint8_t xy[2 * HALF], const EC_POINT *q)
{
	uint8_t	octets[1 + 2 * HALF];

	assert_int_equal(EC_POINT_point2oct(w->p256, q,
	    POINT_CONVERSION_UNCOMPRESSED, octets, sizeof(octets), w->bn),
	    sizeof(octets));
	memcpy(xy, octets + 1, 2 * HALF);
}

/* e = SHA-256(msg), as a number. */
static BIGNUM *
hash_of(const uint8_t msg[HALF])
{
	uint8_t	hash[HALF];

	sample_hash(hash, msg, HALF);
	return BN_bin2bn(hash, HALF, NULL);
}

/* The key under which (r, s) leads to this point: (s R - e G) / r. */
static void
key_for(const struct room *w, uint8_t xy[2 * HALF], const EC_POINT *point,
    const BIGNUM *r, const BIGNUM *s, const BIGNUM *e)
{
	BIGNUM		*inv = BN_new(), *a = BN_new(), *b = BN_new();
	EC_POINT	*q = EC_POINT_new(w->p256);

	BN_mod_inverse(inv, r, w->n, w->bn);
	BN_mod_mul(a, s, inv, w->n, w->bn);
	BN_mod_mul(b, e, inv, w->n, w->bn);
	BN_sub(b, w->n, b);
	assert_int_equal(EC_POINT_mul(w->p256, q, b, point, a, w->bn), 1);
	point_bytes(w, xy, q);
	EC_POINT_free(q);
	BN_free(inv);
	BN_free(a);
	BN_free(b);
}

/*
 * Points whose x is n or more: r is what is left of it. The x itself, or the
 * r of another, is out of range or wrong.
 */
static void
test_large_x(void **state)
{
	struct room	*w = *state;
	EC_POINT	*point = EC_POINT_new(w->p256);
	BIGNUM		*x = BN_dup(w->n), *r = BN_new(), *s = BN_new(), *e;
	uint8_t		 msg[HALF], xy[2 * HALF], sig[KM_SIG_LEN], b[HALF];
	int		 i;

	for (i = 0; i < CRAFTED;) {
		BN_add_word(x, 1);
		if (EC_POINT_set_compressed_coordinates(w->p256, point, x,
		    i & 1, w->bn) != 1)
			continue;
		i++;
		any(msg);
		any(b);
		b[0] = 1;
		BN_bin2bn(b, HALF, s);
		BN_sub(r, x, w->n);
		e = hash_of(msg);
		key_for(w, xy, point, r, s, e);
		put(sig, r);
		put(sig + HALF, s);
		assert_int_equal(agree(w, -9, xy, sig, msg), 1);
		put(sig, x);
		assert_int_equal(agree(w, -9, xy, sig, msg), 0);
		BN_add_word(r, 1);
		put(sig, r);
		assert_int_equal(agree(w, -9, xy, sig, msg), 0);
		BN_free(e);
	}
	BN_free(x);
	BN_free(r);
	BN_free(s);
	EC_POINT_free(point);
}

/*
 * u1 G and u2 Q are the same point, which is then doubled: with k of choice,
 * s = 2 e / k and Q = (e / r) G. And they are each other's opposite, so that
 * the sum is no point: Q = -(e / r) G, whatever r and s are.
 */
static void
test_same_and_opposite(void **state)
{
	struct room	*w = *state;
	EC_POINT	*point = EC_POINT_new(w->p256);
	BIGNUM		*k = BN_new(), *r = BN_new(), *s = BN_new(), *e;
	BIGNUM		*d = BN_new();
	uint8_t		 msg[HALF], xy[2 * HALF], sig[KM_SIG_LEN], b[HALF];
	int		 i;

	for (i = 0; i < CRAFTED; i++) {
		any(msg);
		any(b);
		b[0] = 1;
		BN_bin2bn(b, HALF, k);
		EC_POINT_mul(w->p256, point, k, NULL, NULL, w->bn);
		EC_POINT_get_affine_coordinates(w->p256, point, r, NULL,
		    w->bn);
		BN_nnmod(r, r, w->n, w->bn);
		e = hash_of(msg);
		BN_mod_inverse(s, k, w->n, w->bn);
		BN_mod_mul(s, s, e, w->n, w->bn);
		BN_mod_lshift1(s, s, w->n, w->bn);
		BN_mod_inverse(d, r, w->n, w->bn);
		BN_mod_mul(d, d, e, w->n, w->bn);
		EC_POINT_mul(w->p256, point, d, NULL, NULL, w->bn);
		point_bytes(w, xy, point);
		put(sig, r);
		put(sig + HALF, s);
		assert_int_equal(agree(w, -9, xy, sig, msg), 1);
		EC_POINT_invert(w->p256, point, w->bn);
		point_bytes(w, xy, point);
		assert_int_equal(agree(w, -9, xy, sig, msg), 0);
		BN_free(e);
	}
	BN_free(k);
	BN_free(r);
	BN_free(s);
	BN_free(d);
	EC_POINT_free(point);
}

/* Keys that are small multiples of G, which meet those of its tables. */
static void
test_small_keys(void **state)
{
	struct room	*w = *state;
	EC_POINT	*point = EC_POINT_new(w->p256);
	BIGNUM		*d = BN_new(), *k = BN_new(), *r = BN_new(), *e;
	BIGNUM		*s = BN_new();
	uint8_t		 msg[HALF], xy[2 * HALF], sig[KM_SIG_LEN];
	BN_ULONG	 i, j;

	for (i = 1; i <= 12; i++)
	for (j = 1; j <= 12; j++) {
		any(msg);
		BN_set_word(d, i);
		BN_set_word(k, j);
		EC_POINT_mul(w->p256, point, k, NULL, NULL, w->bn);
		EC_POINT_get_affine_coordinates(w->p256, point, r, NULL,
		    w->bn);
		BN_nnmod(r, r, w->n, w->bn);
		e = hash_of(msg);
		BN_mod_mul(s, r, d, w->n, w->bn);
		BN_mod_add(s, s, e, w->n, w->bn);
		BN_mod_inverse(k, k, w->n, w->bn);
		BN_mod_mul(s, s, k, w->n, w->bn);
		EC_POINT_mul(w->p256, point, d, NULL, NULL, w->bn);
		point_bytes(w, xy, point);
		put(sig, r);
		put(sig + HALF, s);
		assert_int_equal(agree(w, -9, xy, sig, msg), 1);
		sig[KM_SIG_LEN - 1] ^= 1;
		assert_int_equal(agree(w, -9, xy, sig, msg), 0);
		BN_free(e);
	}
	BN_free(d);
	BN_free(k);
	BN_free(r);
	BN_free(s);
	EC_POINT_free(point);
}

/* Ed25519 in the plainest way (RFC 8032 section 5.1.4), modulo p. */
struct edwards {
	BIGNUM	*p, *d, *order;
	BN_CTX	*bn;
};
struct spot {
	BIGNUM	*x, *y;
};

static void
spot_read(const struct edwards *c, struct spot *s, const uint8_t in[HALF])
{
	BIGNUM	*v = BN_new();

	s->x = BN_new();
	s->y = BN_lebin2bn(in, HALF, NULL);
	BN_clear_bit(s->y, 255);
	BN_mod_sqr(s->x, s->y, c->p, c->bn);
	BN_mod_mul(v, s->x, c->d, c->p, c->bn);
	BN_add_word(v, 1);
	BN_mod_inverse(v, v, c->p, c->bn);
	BN_sub_word(s->x, 1);
	BN_mod_mul(s->x, s->x, v, c->p, c->bn);
	assert_non_null(BN_mod_sqrt(s->x, s->x, c->p, c->bn));
	if (BN_is_odd(s->x) != in[HALF - 1] >> 7 && !BN_is_zero(s->x))
		BN_sub(s->x, c->p, s->x);
	BN_free(v);
}

static void
spot_write(uint8_t out[HALF], const struct spot *s)
{
	assert_int_equal(BN_bn2lebinpad(s->y, out, HALF), HALF);
	if (BN_is_odd(s->x))
		out[HALF - 1] |= 0x80;
}

static void
spot_free(struct spot *s)
{
	BN_free(s->x);
	BN_free(s->y);
}

/* out = a + b, as bytes; out may be either. */
static void
edwards_add(const struct edwards *c, uint8_t out[HALF],
    const uint8_t a[HALF], const uint8_t b[HALF])
{
	struct spot	s, t;
	BIGNUM		*xy = BN_new(), *yx = BN_new(), *m = BN_new();
	BIGNUM		*one = BN_new();

	spot_read(c, &s, a);
	spot_read(c, &t, b);
	BN_mod_mul(xy, s.x, t.y, c->p, c->bn);
	BN_mod_mul(yx, s.y, t.x, c->p, c->bn);
	BN_mod_mul(m, xy, yx, c->p, c->bn);
	BN_mod_mul(m, m, c->d, c->p, c->bn);
	BN_mod_mul(s.x, s.x, t.x, c->p, c->bn);
	BN_mod_mul(s.y, s.y, t.y, c->p, c->bn);
	BN_mod_add(s.y, s.y, s.x, c->p, c->bn);
	BN_mod_add(s.x, xy, yx, c->p, c->bn);
	BN_one(one);
	BN_mod_add(xy, one, m, c->p, c->bn);
	BN_mod_sub(yx, one, m, c->p, c->bn);
	BN_mod_inverse(xy, xy, c->p, c->bn);
	BN_mod_inverse(yx, yx, c->p, c->bn);
	BN_mod_mul(s.x, s.x, xy, c->p, c->bn);
	BN_mod_mul(s.y, s.y, yx, c->p, c->bn);
	spot_write(out, &s);
	spot_free(&s);
	spot_free(&t);
	BN_free(xy);
	BN_free(yx);
	BN_free(m);
	BN_free(one);
}

static void
edwards_begin(struct edwards *c)
{
	memset(c, 0, sizeof(*c));
	BN_hex2bn(&c->p, "7fffffffffffffffffffffffffffffffffffffffffffffffff"
	    "ffffffffffffed");
	BN_hex2bn(&c->d, "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75"
	    "eb4dca135978a3");
	BN_hex2bn(&c->order, "1000000000000000000000000000000014def9dea2f79cd6"
	    "5812631a5cf5d3ed");
	c->bn = BN_CTX_new();
}

static void
edwards_end(struct edwards *c)
{
	BN_free(c->p);
	BN_free(c->d);
	BN_free(c->order);
	BN_CTX_free(c->bn);
}

/* A secret number and its multiple of B (section 5.1.5). */
static BIGNUM *
secret(const struct edwards *c, uint8_t out[HALF])
{
	uint8_t		 seed[HALF], hash[2 * HALF];
	EVP_PKEY	*key;
	size_t		 len = HALF;
	BIGNUM		*v;

	any(seed);
	EVP_Digest(seed, HALF, hash, NULL, EVP_sha512(), NULL);
	hash[0] &= 0xf8;
	hash[HALF - 1] = (uint8_t)((hash[HALF - 1] & 0x7f) | 0x40);
	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed,
	    HALF);
	assert_int_equal(EVP_PKEY_get_raw_public_key(key, out, &len), 1);
	EVP_PKEY_free(key);
	v = BN_lebin2bn(hash, HALF, NULL);
	BN_nnmod(v, v, c->order, c->bn);
	return v;
}

/* S = r + k a, for R that stands in sig already. */
static void
sign(const struct edwards *c, uint8_t sig[KM_SIG_LEN], const BIGNUM *r,
    const BIGNUM *a, const uint8_t key[HALF], const uint8_t msg[HALF])
{
	uint8_t	all[3 * HALF], hash[2 * HALF];
	BIGNUM	*k;

	memcpy(all, sig, HALF);
	memcpy(all + HALF, key, HALF);
	memcpy(all + 2 * HALF, msg, HALF);
	EVP_Digest(all, sizeof(all), hash, NULL, EVP_sha512(), NULL);
	k = BN_lebin2bn(hash, sizeof(hash), NULL);
	BN_mod_mul(k, k, a, c->order, c->bn);
	BN_mod_add(k, k, r, c->order, c->bn);
	assert_int_equal(BN_bn2lebinpad(k, sig + HALF, HALF), HALF);
	BN_free(k);
}

/*
 * Keys and R with a part of small order besides: with cofactor all of these
 * would verify; without it, as EVP does, those whose parts cancel out. And S
 * with the order added, which is the same modulo it.
 */
static void
test_mixed_order(void **state)
{
	static const uint8_t	order8[HALF] = {
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3,
		0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05,
		0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
		0xfc, 0x05
	};
	struct room	*w = *state;
	struct edwards	 c;
	BIGNUM		*a, *r, *s;
	uint8_t		 key[HALF], msg[HALF], sig[KM_SIG_LEN];
	int		 i, k;

	edwards_begin(&c);
	w->yes = w->no = 0;
	for (i = 0; i < MIXED; i++) {
		any(msg);
		a = secret(&c, key);
		r = secret(&c, sig);
		for (k = 0; k < i % 8; k++)
			edwards_add(&c, key, key, order8);
		for (k = 0; k < i / 8 % 8; k++)
			edwards_add(&c, sig, sig, order8);
		sign(&c, sig, r, a, key, msg);
		k = agree(w, -19, key, sig, msg);
		/* Without any such part it must verify. */
		if (i % 64 == 0)
			assert_int_equal(k, 1);
		s = BN_lebin2bn(sig + HALF, HALF, NULL);
		BN_add(s, s, c.order);
		BN_bn2lebinpad(s, sig + HALF, HALF);
		assert_int_equal(agree(w, -19, key, sig, msg), 0);
		BN_free(s);
		BN_free(a);
		BN_free(r);
	}
	/* One in eight, and those without. */
	assert_in_range(w->yes, MIXED / 16, MIXED / 2);
	edwards_end(&c);
}

/* y of p and more, of which there are 19, with either sign. */
static void
test_not_canonical(void **state)
{
	struct room	*w = *state;
	uint8_t		 key[HALF], msg[HALF], sig[KM_SIG_LEN] = { 0 };
	int		 i, k;

	any(msg);
	for (i = 0; i < 38; i++)
		for (k = 0; k < 38; k++) {
			memset(key, 0xff, HALF);
			key[0] = (uint8_t)(0xed + i / 2);
			key[HALF - 1] = i & 1 ? 0xff : 0x7f;
			memset(sig, 0xff, HALF);
			sig[0] = (uint8_t)(0xed + k / 2);
			sig[HALF - 1] = k & 1 ? 0xff : 0x7f;
			agree(w, -19, key, sig, msg);
			memset(sig, 0, HALF);
			sig[0] = (uint8_t)(k / 2);
			sig[HALF - 1] = (uint8_t)(k % 2 << 7);
			agree(w, -19, key, sig, msg);
		}
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_random),
		TEST(test_edges_p256),
		TEST(test_large_x),
		TEST(test_same_and_opposite),
		TEST(test_small_keys),
		TEST(test_mixed_order),
		TEST(test_not_canonical)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
