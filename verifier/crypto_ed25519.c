/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ed25519, checking only (RFC 8032 section 5.1): R = S B - k A, without
 * cofactor, compared as bytes, as OpenSSL and the browsers do. Formulas are
 * those of section 5.1.4; numbers modulo p are libcrypto's BIGNUMs in
 * Montgomery form. Nothing is secret here, so nothing has to take the same
 * time.
 */
#define OPENSSL_API_COMPAT 10100	/* SHA512_Init(): crypto_openssl.c */

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "crypto_ed25519.h"

enum {
	LEN = KM_ED25519_LEN,
	SPLIT = 127,		/* scalars of 253 bits are cut in two here */
	SUMS = 16
};

/* Extended coordinates: x = X/Z, y = Y/Z, x y = T/Z; T2 is 2 d T. */
struct point {
	BIGNUM	*x, *y, *z, *t, *t2;
};

struct km_ed25519 {
	BN_MONT_CTX	*mont;
	BIGNUM		*p;		/* 2^255 - 19 */
	BIGNUM		*order;		/* L of section 5.1 */
	BIGNUM		*d, *d2;	/* d, and 2 d in Montgomery form */
	struct point	 base[2];	/* B, and 2^SPLIT of them */
};

/*
 * The sums of B (1), 2^SPLIT B (2), -A (4) and 2^SPLIT of those (8): with
 * them, four halves of scalars are worked off in one go of half the length.
 */
struct km_ed25519_key {
	uint8_t		bytes[LEN];
	struct point	sum[SUMS];
};

/* Section 5.1, table 1; y of B, which has an even x. */
static const char prime_hex[] =
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
static const char order_hex[] =
    "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";
static const char d_hex[] =
    "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";
static const uint8_t base_bytes[LEN] = {
	0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
	0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
	0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66
};

static int
mul(const struct km_ed25519 *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b,
    BN_CTX *bn)
{
	return BN_mod_mul_montgomery(r, a, b, c->mont, bn);
}

static int
add(const struct km_ed25519 *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b)
{
	return BN_mod_add_quick(r, a, b, c->p);
}

static int
sub(const struct km_ed25519 *c, BIGNUM *r, const BIGNUM *a, const BIGNUM *b)
{
	return BN_mod_sub_quick(r, a, b, c->p);
}

static int
point_new(struct point *p)
{
	p->x = BN_new();
	p->y = BN_new();
	p->z = BN_new();
	p->t = BN_new();
	p->t2 = BN_new();
	return p->x != NULL && p->y != NULL && p->z != NULL &&
	    p->t != NULL && p->t2 != NULL;
}

static void
point_free(struct point *p)
{
	BN_free(p->x);
	BN_free(p->y);
	BN_free(p->z);
	BN_free(p->t);
	BN_free(p->t2);
}

/* A point for the time of one call. */
static int
point_get(struct point *p, BN_CTX *bn)
{
	p->x = BN_CTX_get(bn);
	p->y = BN_CTX_get(bn);
	p->z = BN_CTX_get(bn);
	p->t = BN_CTX_get(bn);
	p->t2 = NULL;
	return p->t != NULL;
}

/* Scratch of the two formulas below. */
struct scratch {
	BIGNUM	*a, *b, *c, *e, *f, *g;
};

static int
scratch_get(struct scratch *s, BN_CTX *bn)
{
	s->a = BN_CTX_get(bn);
	s->b = BN_CTX_get(bn);
	s->c = BN_CTX_get(bn);
	s->e = BN_CTX_get(bn);
	s->f = BN_CTX_get(bn);
	s->g = BN_CTX_get(bn);
	return s->g != NULL;
}

/* The end of both formulas: b holds H. */
static int
point_finish(const struct km_ed25519 *c, struct point *r,
    const struct scratch *s, BN_CTX *bn)
{
	return mul(c, r->x, s->e, s->f, bn) && mul(c, r->y, s->g, s->b, bn) &&
	    mul(c, r->t, s->e, s->b, bn) && mul(c, r->z, s->f, s->g, bn);
}

/* r += q; holds for all points of this curve, also for r = q. */
static int
point_add(const struct km_ed25519 *c, struct point *r, const struct point *q,
    const struct scratch *s, BN_CTX *bn)
{
	return sub(c, s->a, r->y, r->x) && sub(c, s->e, q->y, q->x) &&
	    mul(c, s->a, s->a, s->e, bn) &&
	    add(c, s->b, r->y, r->x) && add(c, s->e, q->y, q->x) &&
	    mul(c, s->b, s->b, s->e, bn) &&
	    mul(c, s->c, r->t, q->t2, bn) &&
	    mul(c, s->g, r->z, q->z, bn) && add(c, s->g, s->g, s->g) &&
	    sub(c, s->e, s->b, s->a) && sub(c, s->f, s->g, s->c) &&
	    add(c, s->g, s->g, s->c) && add(c, s->b, s->b, s->a) &&
	    point_finish(c, r, s, bn);
}

static int
point_double(const struct km_ed25519 *c, struct point *r,
    const struct scratch *s, BN_CTX *bn)
{
	return mul(c, s->a, r->x, r->x, bn) && mul(c, s->f, r->y, r->y, bn) &&
	    mul(c, s->c, r->z, r->z, bn) && add(c, s->c, s->c, s->c) &&
	    add(c, s->b, s->a, s->f) &&
	    add(c, s->e, r->x, r->y) && mul(c, s->e, s->e, s->e, bn) &&
	    sub(c, s->e, s->b, s->e) && sub(c, s->g, s->a, s->f) &&
	    add(c, s->f, s->c, s->g) && point_finish(c, r, s, bn);
}

static int
point_copy(struct point *r, const struct point *p)
{
	return BN_copy(r->x, p->x) != NULL && BN_copy(r->y, p->y) != NULL &&
	    BN_copy(r->z, p->z) != NULL && BN_copy(r->t, p->t) != NULL;
}

/* What point_add() wants of its second point. */
static int
point_ready(const struct km_ed25519 *c, struct point *r, BN_CTX *bn)
{
	return mul(c, r->t2, r->t, c->d2, bn);
}

/* r = 2^SPLIT p. */
static int
point_raise(const struct km_ed25519 *c, struct point *r,
    const struct point *p, const struct scratch *s, BN_CTX *bn)
{
	int	i;

	if (!point_copy(r, p))
		return 0;
	for (i = 0; i < SPLIT; i++)
		if (!point_double(c, r, s, bn))
			return 0;
	return point_ready(c, r, bn);
}

/* z is 1: x and y, not yet in Montgomery form, to all of the point. */
static int
point_set(const struct km_ed25519 *c, struct point *r, const BIGNUM *x,
    const BIGNUM *y, BN_CTX *bn)
{
	return BN_to_montgomery(r->x, x, c->mont, bn) &&
	    BN_to_montgomery(r->y, y, c->mont, bn) &&
	    BN_to_montgomery(r->z, BN_value_one(), c->mont, bn) &&
	    mul(c, r->t, r->x, r->y, bn) && point_ready(c, r, bn);
}

/* Section 5.1.3; x^2 = (y^2 - 1) / (d y^2 + 1). */
static int
decode(const struct km_ed25519 *c, BIGNUM *x, BIGNUM *y,
    const uint8_t in[LEN], BN_CTX *bn)
{
	BIGNUM	*v = BN_CTX_get(bn);

	if (v == NULL || BN_lebin2bn(in, LEN, y) == NULL ||
	    (BN_is_bit_set(y, 255) && BN_clear_bit(y, 255) != 1) ||
	    BN_nnmod(y, y, c->p, bn) != 1 ||
	    BN_mod_sqr(x, y, c->p, bn) != 1 ||
	    BN_mod_mul(v, x, c->d, c->p, bn) != 1 ||
	    BN_add_word(v, 1) != 1 || BN_mod_inverse(v, v, c->p, bn) == NULL ||
	    BN_sub_word(x, 1) != 1 ||
	    BN_mod_mul(x, x, v, c->p, bn) != 1 ||
	    BN_mod_sqrt(x, x, c->p, bn) == NULL)
		return 0;
	if (BN_is_odd(x) != in[LEN - 1] >> 7 && !BN_is_zero(x))
		return BN_sub(x, c->p, x);
	return 1;
}

/* Section 5.1.2. */
static int
encode(const struct km_ed25519 *c, uint8_t out[LEN], const struct point *p,
    BN_CTX *bn)
{
	BIGNUM	*x = BN_CTX_get(bn), *y = BN_CTX_get(bn), *z = BN_CTX_get(bn);

	if (z == NULL || !BN_from_montgomery(z, p->z, c->mont, bn) ||
	    BN_mod_inverse(z, z, c->p, bn) == NULL ||
	    !mul(c, x, p->x, z, bn) || !mul(c, y, p->y, z, bn) ||
	    BN_bn2lebinpad(y, out, LEN) != LEN)
		return 0;
	if (BN_is_odd(x))
		out[LEN - 1] |= 0x80;
	return 1;
}

/* What km_ed25519_new() has to fill in. */
static int
fill(struct km_ed25519 *c, BN_CTX *bn)
{
	BIGNUM		*x = BN_CTX_get(bn), *y = BN_CTX_get(bn);
	struct scratch	 s;

	return y != NULL && scratch_get(&s, bn) && c->mont != NULL &&
	    c->d2 != NULL && point_new(&c->base[0]) &&
	    point_new(&c->base[1]) &&
	    BN_hex2bn(&c->p, prime_hex) != 0 &&
	    BN_hex2bn(&c->order, order_hex) != 0 &&
	    BN_hex2bn(&c->d, d_hex) != 0 &&
	    BN_MONT_CTX_set(c->mont, c->p, bn) == 1 &&
	    add(c, c->d2, c->d, c->d) &&
	    BN_to_montgomery(c->d2, c->d2, c->mont, bn) &&
	    decode(c, x, y, base_bytes, bn) &&
	    point_set(c, &c->base[0], x, y, bn) &&
	    point_raise(c, &c->base[1], &c->base[0], &s, bn);
}

struct km_ed25519 *
km_ed25519_new(BN_CTX *bn)
{
	struct km_ed25519	*c;
	int			 good;

	if ((c = OPENSSL_zalloc(sizeof(*c))) == NULL)
		return NULL;
	c->mont = BN_MONT_CTX_new();
	c->d2 = BN_new();
	BN_CTX_start(bn);
	good = fill(c, bn);
	BN_CTX_end(bn);
	if (good)
		return c;
	km_ed25519_free(c);
	return NULL;
}

void
km_ed25519_free(struct km_ed25519 *c)
{
	if (c == NULL)
		return;
	point_free(&c->base[0]);
	point_free(&c->base[1]);
	BN_free(c->d2);
	BN_free(c->d);
	BN_free(c->order);
	BN_free(c->p);
	BN_MONT_CTX_free(c->mont);
	OPENSSL_free(c);
}

/* Each sum is one with a bit less, and that bit's point; 0 stays unused. */
static int
key_fill(const struct km_ed25519 *c, struct km_ed25519_key *k, BN_CTX *bn)
{
	BIGNUM			*x = BN_CTX_get(bn), *y = BN_CTX_get(bn);
	struct point		*sum = k->sum;
	const struct point	*one[4] = {
		&c->base[0], &c->base[1], &sum[4], &sum[8]
	};
	struct scratch		 s;
	int			 i, bit;

	if (y == NULL || !scratch_get(&s, bn))
		return 0;
	for (i = 0; i < SUMS; i++)
		if (!point_new(&sum[i]))
			return 0;
	if (!decode(c, x, y, k->bytes, bn) ||
	    (!BN_is_zero(x) && !BN_sub(x, c->p, x)) ||
	    !point_set(c, &sum[4], x, y, bn) ||
	    !point_raise(c, &sum[8], &sum[4], &s, bn))
		return 0;
	for (i = 1; i < SUMS; i++) {
		bit = i & 1 ? 0 : i & 2 ? 1 : i & 4 ? 2 : 3;
		if (i == 1 << bit) {
			if (bit < 2 && (!point_copy(&sum[i], one[bit]) ||
			    !point_ready(c, &sum[i], bn)))
				return 0;
		} else if (!point_copy(&sum[i], &sum[i & (i - 1)]) ||
		    !point_add(c, &sum[i], one[bit], &s, bn) ||
		    !point_ready(c, &sum[i], bn))
			return 0;
	}
	return 1;
}

struct km_ed25519_key *
km_ed25519_key_new(const struct km_ed25519 *c, const uint8_t key[LEN],
    BN_CTX *bn)
{
	struct km_ed25519_key	*k;
	int			 good;

	if ((k = OPENSSL_zalloc(sizeof(*k))) == NULL)
		return NULL;
	memcpy(k->bytes, key, LEN);
	BN_CTX_start(bn);
	good = key_fill(c, k, bn);
	BN_CTX_end(bn);
	if (good)
		return k;
	km_ed25519_key_free(k);
	return NULL;
}

void
km_ed25519_key_free(struct km_ed25519_key *k)
{
	int	i;

	if (k == NULL)
		return;
	for (i = 0; i < SUMS; i++)
		point_free(&k->sum[i]);
	OPENSSL_free(k);
}

/* k = SHA-512(R || A || M), little-endian, modulo L. */
static int
challenge(const struct km_ed25519 *c, BIGNUM *k,
    const struct km_ed25519_key *key, const struct km_bytes msg[2],
    const uint8_t sig[KM_SIG_LEN], BN_CTX *bn)
{
	SHA512_CTX	h;
	uint8_t		hash[64];
	size_t		i;

	SHA512_Init(&h);
	SHA512_Update(&h, sig, LEN);
	SHA512_Update(&h, key->bytes, LEN);
	for (i = 0; i < 2; i++)
		if (msg[i].len > 0)
			SHA512_Update(&h, msg[i].p, msg[i].len);
	SHA512_Final(hash, &h);
	return BN_lebin2bn(hash, sizeof(hash), k) != NULL &&
	    BN_nnmod(k, k, c->order, bn) == 1;
}

/* r = s B - k A, from the highest bit down. */
static int
combine(const struct km_ed25519 *c, struct point *r,
    const struct km_ed25519_key *key, const BIGNUM *s, const BIGNUM *k,
    BN_CTX *bn)
{
	struct scratch	w;
	int		i, at;

	if (!scratch_get(&w, bn) ||
	    !BN_to_montgomery(r->y, BN_value_one(), c->mont, bn) ||
	    BN_copy(r->z, r->y) == NULL)
		return 0;
	BN_zero(r->x);
	BN_zero(r->t);
	for (i = SPLIT - 1; i >= 0; i--) {
		at = BN_is_bit_set(s, i) | BN_is_bit_set(s, i + SPLIT) << 1 |
		    BN_is_bit_set(k, i) << 2 |
		    BN_is_bit_set(k, i + SPLIT) << 3;
		if (!point_double(c, r, &w, bn) ||
		    (at != 0 && !point_add(c, r, &key->sum[at], &w, bn)))
			return 0;
	}
	return 1;
}

int
km_ed25519_verify(const struct km_ed25519 *c,
    const struct km_ed25519_key *key, const struct km_bytes msg[2],
    const uint8_t sig[KM_SIG_LEN], BN_CTX *bn)
{
	BIGNUM		*s, *k;
	struct point	 r;
	uint8_t		 found[LEN];
	int		 good;

	BN_CTX_start(bn);
	s = BN_CTX_get(bn);
	k = BN_CTX_get(bn);
	good = k != NULL && point_get(&r, bn) &&
	    BN_lebin2bn(sig + LEN, LEN, s) != NULL &&
	    BN_cmp(s, c->order) < 0 &&		/* or it is malleable */
	    challenge(c, k, key, msg, sig, bn) &&
	    combine(c, &r, key, s, k, bn) && encode(c, found, &r, bn) &&
	    memcmp(found, sig, LEN) == 0;
	BN_CTX_end(bn);
	return good;
}
