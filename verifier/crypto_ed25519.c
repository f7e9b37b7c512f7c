/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ed25519, checking only (RFC 8032 section 5.1): R = S B - k A, without
 * cofactor, compared as bytes, as OpenSSL and the browsers do. Formulas are
 * those of section 5.1.4, over crypto_field.c; what is done once for a key,
 * and scalars, are libcrypto's BIGNUMs. Nothing is secret here, so nothing
 * has to take the same time.
 */
#define OPENSSL_API_COMPAT 10100	/* SHA512_Init(): crypto_openssl.c */

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "crypto_ed25519.h"
#include "crypto_field.h"

enum {
	LEN = KM_ED25519_LEN,
	SPLIT = 127,		/* scalars of 253 bits are cut in two here */
	SUMS = 16
};

/* Extended coordinates: x = X/Z, y = Y/Z, x y = T/Z; T2 is 2 d T. */
struct point {
	struct km_field	x, y, z, t, t2;
};

struct km_ed25519 {
	BIGNUM		*p;		/* 2^255 - 19 */
	BIGNUM		*order;		/* L of section 5.1 */
	BIGNUM		*d;
	struct km_field	 d2;		/* 2 d */
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

/* The end of both formulas. */
static void
point_finish(struct point *r, const struct km_field *e,
    const struct km_field *f, const struct km_field *g,
    const struct km_field *h)
{
	km_field_mul(&r->x, e, f);
	km_field_mul(&r->y, g, h);
	km_field_mul(&r->t, e, h);
	km_field_mul(&r->z, f, g);
}

/* r += q; holds for all points of this curve, also for r = q. */
static void
point_add(struct point *r, const struct point *q)
{
	struct km_field	a, b, c, d, e, f, g, h;

	km_field_sub(&a, &r->y, &r->x);
	km_field_sub(&b, &q->y, &q->x);
	km_field_mul(&a, &a, &b);
	km_field_add(&b, &r->y, &r->x);
	km_field_add(&c, &q->y, &q->x);
	km_field_mul(&b, &b, &c);
	km_field_mul(&c, &r->t, &q->t2);
	km_field_mul(&d, &r->z, &q->z);
	km_field_add(&d, &d, &d);
	km_field_sub(&e, &b, &a);
	km_field_sub(&f, &d, &c);
	km_field_add(&g, &d, &c);
	km_field_add(&h, &b, &a);
	point_finish(r, &e, &f, &g, &h);
}

static void
point_double(struct point *r)
{
	struct km_field	a, b, c, e, f, g, h;

	km_field_mul(&a, &r->x, &r->x);
	km_field_mul(&b, &r->y, &r->y);
	km_field_mul(&c, &r->z, &r->z);
	km_field_add(&c, &c, &c);
	km_field_add(&h, &a, &b);
	km_field_add(&e, &r->x, &r->y);
	km_field_mul(&e, &e, &e);
	km_field_sub(&e, &h, &e);
	km_field_sub(&g, &a, &b);
	km_field_add(&f, &c, &g);
	point_finish(r, &e, &f, &g, &h);
}

/* What point_add() wants of its second point. */
static void
point_ready(const struct km_ed25519 *c, struct point *r)
{
	km_field_mul(&r->t2, &r->t, &c->d2);
}

/* r = 2^SPLIT p. */
static void
point_raise(const struct km_ed25519 *c, struct point *r,
    const struct point *p)
{
	int	i;

	*r = *p;
	for (i = 0; i < SPLIT; i++)
		point_double(r);
	point_ready(c, r);
}

static int
field_set(struct km_field *r, const BIGNUM *v)
{
	uint8_t	bytes[LEN];

	if (BN_bn2lebinpad(v, bytes, LEN) != LEN)
		return 0;
	km_field_read(r, bytes);
	return 1;
}

/* z is 1. */
static int
point_set(const struct km_ed25519 *c, struct point *r, const BIGNUM *x,
    const BIGNUM *y)
{
	if (!field_set(&r->x, x) || !field_set(&r->y, y))
		return 0;
	r->z = (struct km_field){ { 1 } };
	km_field_mul(&r->t, &r->x, &r->y);
	point_ready(c, r);
	return 1;
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
static void
encode(uint8_t out[LEN], const struct point *p)
{
	struct km_field	v, z;
	uint8_t		x[LEN];

	km_field_inverse(&z, &p->z);
	km_field_mul(&v, &p->x, &z);
	km_field_write(x, &v);
	km_field_mul(&v, &p->y, &z);
	km_field_write(out, &v);
	out[LEN - 1] |= (uint8_t)(x[0] << 7);
}

/* What km_ed25519_new() has to fill in. */
static int
fill(struct km_ed25519 *c, BN_CTX *bn)
{
	BIGNUM	*x = BN_CTX_get(bn), *y = BN_CTX_get(bn);

	if (y == NULL || BN_hex2bn(&c->p, prime_hex) == 0 ||
	    BN_hex2bn(&c->order, order_hex) == 0 ||
	    BN_hex2bn(&c->d, d_hex) == 0 || !field_set(&c->d2, c->d))
		return 0;
	km_field_add(&c->d2, &c->d2, &c->d2);
	if (!decode(c, x, y, base_bytes, bn) ||
	    !point_set(c, &c->base[0], x, y))
		return 0;
	point_raise(c, &c->base[1], &c->base[0]);
	return 1;
}

struct km_ed25519 *
km_ed25519_new(BN_CTX *bn)
{
	struct km_ed25519	*c;
	int			 good;

	if ((c = OPENSSL_zalloc(sizeof(*c))) == NULL)
		return NULL;
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
	BN_free(c->d);
	BN_free(c->order);
	BN_free(c->p);
	OPENSSL_free(c);
}

/* Each sum is one with a bit less, and that bit's point; 0 stays unused. */
static int
key_fill(const struct km_ed25519 *c, struct km_ed25519_key *k, BN_CTX *bn)
{
	BIGNUM		*x = BN_CTX_get(bn), *y = BN_CTX_get(bn);
	struct point	*sum = k->sum;
	int		 i;

	if (y == NULL || !decode(c, x, y, k->bytes, bn) ||
	    (!BN_is_zero(x) && !BN_sub(x, c->p, x)) ||
	    !point_set(c, &sum[4], x, y))
		return 0;
	point_raise(c, &sum[8], &sum[4]);
	sum[1] = c->base[0];
	sum[2] = c->base[1];
	for (i = 1; i < SUMS; i++) {
		if ((i & (i - 1)) == 0)
			continue;
		sum[i] = sum[i & (i - 1)];
		point_add(&sum[i], &sum[i & -i]);
		point_ready(c, &sum[i]);
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
static void
combine(struct point *r, const struct km_ed25519_key *key, const BIGNUM *s,
    const BIGNUM *k)
{
	int	i, at;

	memset(r, 0, sizeof(*r));
	r->y.v[0] = r->z.v[0] = 1;
	for (i = SPLIT - 1; i >= 0; i--) {
		at = BN_is_bit_set(s, i) | BN_is_bit_set(s, i + SPLIT) << 1 |
		    BN_is_bit_set(k, i) << 2 |
		    BN_is_bit_set(k, i + SPLIT) << 3;
		point_double(r);
		if (at != 0)
			point_add(r, &key->sum[at]);
	}
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
	good = k != NULL && BN_lebin2bn(sig + LEN, LEN, s) != NULL &&
	    BN_cmp(s, c->order) < 0 &&		/* or it is malleable */
	    challenge(c, k, key, msg, sig, bn);
	if (good) {
		combine(&r, key, s, k);
		encode(found, &r);
		good = memcmp(found, sig, LEN) == 0;
	}
	BN_CTX_end(bn);
	return good;
}
