/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Maker of samples: bytes, CBOR (RFC 8949), keys (RFC 9052 section 7, RFC
 * 9679) and signatures. The objects are in sample_object.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include "tests/lib/sample.h"

/* Order of P-256, and half of it (SEC 2 section 2.4.2). */
#define P256_N \
	"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

void
sample_free(struct sample_buf *b)
{
	free(b->p);
	memset(b, 0, sizeof(*b));
}

void
sample_raw(struct sample_buf *b, const void *p, size_t len)
{
	if (len > b->cap - b->len) {
		b->cap = b->cap * 2 + len + 256;
		must((b->p = realloc(b->p, b->cap)) != NULL);
	}
	if (len > 0)
		memcpy(b->p + b->len, p, len);
	b->len += len;
}

static void
head(struct sample_buf *b, unsigned int major, uint64_t v)
{
	uint8_t		h[9];
	unsigned int	i, info, n;

	info = v < 24 ? (unsigned int)v : v <= 0xff ? 24 : v <= 0xffff ? 25 :
	    v <= 0xffffffff ? 26 : 27;
	n = v < 24 ? 0 : 1u << (info - 24);
	h[0] = (uint8_t)(major << 5 | info);
	for (i = 0; i < n; i++)
		h[1 + i] = (uint8_t)(v >> 8 * (n - 1 - i));
	sample_raw(b, h, 1 + n);
}

void
sample_uint(struct sample_buf *b, uint64_t v)
{
	head(b, 0, v);
}

void
sample_int(struct sample_buf *b, int64_t v)
{
	if (v >= 0)
		head(b, 0, (uint64_t)v);
	else
		head(b, 1, (uint64_t)(-1 - v));
}

void
sample_bytes(struct sample_buf *b, const void *p, size_t len)
{
	head(b, 2, len);
	sample_raw(b, p, len);
}

void
sample_text(struct sample_buf *b, const char *s)
{
	head(b, 3, strlen(s));
	sample_raw(b, s, strlen(s));
}

void
sample_array(struct sample_buf *b, size_t n)
{
	head(b, 4, n);
}

void
sample_map(struct sample_buf *b, size_t n)
{
	head(b, 5, n);
}

void
sample_tag(struct sample_buf *b, uint64_t tag)
{
	head(b, 6, tag);
}

void
sample_null(struct sample_buf *b)
{
	sample_raw(b, "\xf6", 1);
}

void
sample_hash(uint8_t out[32], const void *p, size_t len)
{
	SHA256(p, len, out);
}

void
sample_leaf(uint8_t out[32], const void *p, size_t len)
{
	struct sample_buf	b = { 0 };

	sample_raw(&b, "", 1);
	sample_raw(&b, p, len);
	sample_hash(out, b.p, b.len);
	sample_free(&b);
}

void
sample_node(uint8_t out[32], const uint8_t *left, const uint8_t *right)
{
	struct sample_buf	b = { 0 };

	sample_raw(&b, "\x01", 1);
	sample_raw(&b, left, 32);
	sample_raw(&b, right, 32);
	sample_hash(out, b.p, b.len);
	sample_free(&b);
}

static int
is_ec(int alg)
{
	return alg == -7 || alg == -9;
}

static void
ec_key(struct sample_key *k, const uint8_t seed[32])
{
	OSSL_PARAM_BLD	*bld = OSSL_PARAM_BLD_new();
	EC_GROUP	*group = EC_GROUP_new_by_curve_name(
			    NID_X9_62_prime256v1);
	EC_POINT	*point = EC_POINT_new(group);
	BIGNUM		*d = BN_bin2bn(seed, 32, NULL), *n = NULL;
	EVP_PKEY_CTX	*ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM	*params;
	uint8_t		 raw[65];

	must(BN_hex2bn(&n, P256_N) > 0 && BN_cmp(d, n) < 0 && !BN_is_zero(d));
	must(EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1);
	must(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
	    raw, sizeof(raw), NULL) == sizeof(raw));
	memcpy(k->pub, raw + 1, 64);
	k->len = 64;

	must(OSSL_PARAM_BLD_push_utf8_string(bld,
	    OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1);
	must(OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY,
	    raw, sizeof(raw)) == 1);
	must(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1);
	must((params = OSSL_PARAM_BLD_to_param(bld)) != NULL);
	must(EVP_PKEY_fromdata_init(ctx) == 1);
	must(EVP_PKEY_fromdata(ctx, &k->pkey, EVP_PKEY_KEYPAIR, params) == 1);

	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	BN_free(d);
	BN_free(n);
}

void
sample_key(struct sample_key *k, int alg, const char *name)
{
	struct sample_buf	b = { 0 };
	uint8_t			h[32];

	memset(k, 0, sizeof(*k));
	k->alg = alg;
	sample_raw(&b, "keurmerk sample key ", 20);
	sample_raw(&b, name, strlen(name));
	sample_hash(h, b.p, b.len);
	if (is_ec(alg)) {
		ec_key(k, h);
	} else {
		k->len = 32;
		must((k->pkey = EVP_PKEY_new_raw_private_key(
		    EVP_PKEY_ED25519, NULL, h, 32)) != NULL);
		must(EVP_PKEY_get_raw_public_key(k->pkey, k->pub,
		    &k->len) == 1);
	}

	/* RFC 9679: the required members only, so without alg. */
	b.len = 0;
	sample_map(&b, is_ec(alg) ? 4 : 3);
	sample_uint(&b, 1);
	sample_uint(&b, is_ec(alg) ? 2 : 1);
	sample_int(&b, -1);
	sample_uint(&b, is_ec(alg) ? 1 : 6);
	sample_int(&b, -2);
	sample_bytes(&b, k->pub, 32);
	if (is_ec(alg)) {
		sample_int(&b, -3);
		sample_bytes(&b, k->pub + 32, 32);
	}
	sample_hash(h, b.p, b.len);
	memcpy(k->kid, h, sizeof(k->kid));
	sample_free(&b);
}

void
sample_key_free(struct sample_key *k)
{
	EVP_PKEY_free(k->pkey);
	k->pkey = NULL;
}

void
sample_key_write(struct sample_buf *b, const struct sample_key *k)
{
	sample_map(b, is_ec(k->alg) ? 5 : 4);
	sample_uint(b, 1);
	sample_uint(b, is_ec(k->alg) ? 2 : 1);
	sample_uint(b, 3);
	sample_int(b, k->alg);
	sample_int(b, -1);
	sample_uint(b, is_ec(k->alg) ? 1 : 6);
	sample_int(b, -2);
	sample_bytes(b, k->pub, 32);
	if (is_ec(k->alg)) {
		sample_int(b, -3);
		sample_bytes(b, k->pub + 32, 32);
	}
}

void
sample_other_s(uint8_t sig[64])
{
	BIGNUM	*s = BN_bin2bn(sig + 32, 32, NULL), *n = NULL;

	must(BN_hex2bn(&n, P256_N) > 0);
	must(BN_sub(s, n, s) == 1);
	must(BN_bn2binpad(s, sig + 32, 32) == 32);
	BN_free(s);
	BN_free(n);
}

static int
is_high(const uint8_t sig[64])
{
	BIGNUM	*s = BN_bin2bn(sig + 32, 32, NULL), *n = NULL;
	int	 high;

	must(BN_hex2bn(&n, P256_N) > 0);
	must(BN_rshift1(n, n) == 1);
	high = BN_cmp(s, n) > 0;
	BN_free(s);
	BN_free(n);
	return high;
}

void
sample_signature(uint8_t sig[64], const struct sample_key *k, const void *msg,
    size_t len, int high_s)
{
	EVP_MD_CTX	*ctx = EVP_MD_CTX_new();
	ECDSA_SIG	*rs;
	uint8_t		 der[80];
	const uint8_t	*p = der;
	size_t		 n = is_ec(k->alg) ? sizeof(der) : 64;

	must(EVP_DigestSignInit(ctx, NULL, is_ec(k->alg) ? EVP_sha256() : NULL,
	    NULL, k->pkey) == 1);
	must(EVP_DigestSign(ctx, is_ec(k->alg) ? der : sig, &n, msg,
	    len) == 1);
	EVP_MD_CTX_free(ctx);
	if (!is_ec(k->alg))
		return;
	must((rs = d2i_ECDSA_SIG(NULL, &p, (long)n)) != NULL);
	must(BN_bn2binpad(ECDSA_SIG_get0_r(rs), sig, 32) == 32);
	must(BN_bn2binpad(ECDSA_SIG_get0_s(rs), sig + 32, 32) == 32);
	ECDSA_SIG_free(rs);
	if (is_high(sig) != high_s)
		sample_other_s(sig);
}

void
sample_sign1(struct sample_buf *b, const struct sample_key *k,
    const char *iss, const char *sub, const char *typ, const void *payload,
    size_t len)
{
	struct sample_buf	h = { 0 }, t = { 0 };
	uint8_t			sig[64];

	sample_map(&h, 4);
	sample_uint(&h, 1);
	sample_int(&h, k->alg);
	sample_uint(&h, 4);
	sample_bytes(&h, k->kid, sizeof(k->kid));
	sample_uint(&h, 15);
	sample_map(&h, 2);
	sample_uint(&h, 1);
	sample_text(&h, iss);
	sample_uint(&h, 2);
	sample_text(&h, sub);
	sample_uint(&h, 16);
	sample_text(&h, typ);

	sample_array(&t, 4);
	sample_text(&t, "Signature1");
	sample_bytes(&t, h.p, h.len);
	sample_bytes(&t, "", 0);
	sample_bytes(&t, payload, len);
	sample_signature(sig, k, t.p, t.len, 0);

	sample_tag(b, 18);
	sample_array(b, 4);
	sample_bytes(b, h.p, h.len);
	sample_map(b, 0);
	if (payload != NULL)
		sample_bytes(b, payload, len);
	else
		sample_null(b);
	sample_bytes(b, sig, sizeof(sig));
	sample_free(&h);
	sample_free(&t);
}
