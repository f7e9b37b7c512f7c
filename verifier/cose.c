/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * COSE_Sign1 and COSE_Sign (RFC 9052 sections 4.1 and 4.2) in the narrow
 * form of schemas/cose.cddl, and COSE keys (RFC 9052 section 7) with their
 * thumbprints (RFC 9679). Status lists of other makes, which allow more, are
 * read in status.c.
 */
#include <string.h>

#include "attestation.h"
#include "cose.h"

enum {
	TAG_SIGN1 = 18, TAG_SIGN = 98,
	KEY_KTY = 1, KEY_ALG = 3, KEY_CRV = -1, KEY_X = -2, KEY_Y = -3,
	KTY_OKP = 1, KTY_EC2 = 2, CRV_P256 = 1, CRV_ED25519 = 6,
	COORDINATE_LEN = 32,
	HEADER_MAX = 512,	/* the longest of ours has about 490 bytes */
	HEADER_PAIRS_MAX = 16,	/* read far enough to say what is wrong */
	PERSON_MAX = 64, SUBJECT_MAX = 160
};

/* Header parameters, in the order of the schema. */
static void
header_key(struct km_cbor *d, size_t *left, int64_t key)
{
	if (!km_cbor_opt_key(d, left, key))
		km_cbor_fail(d, KM_ERR_HEADER);
}

static size_t
header_map(struct km_cbor *d, size_t pairs)
{
	size_t	n;

	n = km_cbor_map(d, 0, HEADER_PAIRS_MAX);
	if (km_cbor_ok(d) && n != pairs)
		km_cbor_fail(d, KM_ERR_HEADER);
	return n;
}

/* Nothing that is not signed can matter: the unprotected header is empty. */
static void
unprotected(struct km_cbor *d)
{
	size_t	n;

	n = km_cbor_map(d, 0, HEADER_PAIRS_MAX);
	if (n != 0)
		km_cbor_fail(d, KM_ERR_HEADER);
}

static int
header_alg(struct km_cbor *d, size_t *left)
{
	int64_t	alg;

	header_key(d, left, KM_HEADER_ALG);
	alg = km_cbor_int(d, INT32_MIN, INT32_MAX);
	if (alg != KM_ALG_ESP256 && alg != KM_ALG_ED25519)
		km_cbor_fail(d, KM_ERR_ALG);
	return (int)alg;
}

static struct km_bytes
header_kid(struct km_cbor *d, size_t *left)
{
	header_key(d, left, KM_HEADER_KID);
	return km_cbor_bytes(d, KM_KID_LEN, KM_KID_LEN);
}

/* [a-z0-9][a-z0-9.:-]{0,63} of schemas/decision.cddl. */
static struct km_bytes
person(struct km_cbor *d)
{
	struct km_bytes	s;
	size_t		i;
	uint8_t		c;

	s = km_cbor_ascii(d, 1, PERSON_MAX);
	for (i = 0; i < s.len; i++) {
		c = s.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (i > 0 && (c == '.' || c == ':' || c == '-')))
			continue;
		km_cbor_fail(d, KM_ERR_VALUE);
		return (struct km_bytes){ NULL, 0 };
	}
	return s;
}

/* Header 15 (RFC 9597): who says it, and of whom or what. */
static void
header_cwt(struct km_cbor *d, size_t *left, struct km_bytes *iss,
    struct km_bytes *sub, int by_person)
{
	size_t	n;

	header_key(d, left, KM_HEADER_CWT);
	n = header_map(d, 2);
	header_key(d, &n, KM_CLAIM_ISS);
	*iss = by_person ? person(d) : km_read_host_uri(d);
	header_key(d, &n, KM_CLAIM_SUB);
	*sub = km_cbor_text(d, 1, SUBJECT_MAX);
}

/* Header 16 (RFC 9596): an object of one purpose never passes for another. */
static void
header_typ(struct km_cbor *d, size_t *left, const char *want)
{
	struct km_bytes	typ;

	header_key(d, left, KM_HEADER_TYP);
	typ = km_cbor_text(d, 1, HEADER_MAX);
	if (km_cbor_ok(d) && !km_bytes_equal(typ, km_bytes_of(want)))
		km_cbor_fail(d, KM_ERR_TYP);
}

/* 64 bytes; of ESP256 in the one form that the signer could have made. */
static const uint8_t *
signature(struct km_cbor *d, int alg)
{
	struct km_bytes	sig;

	sig = km_cbor_bytes(d, KM_SIG_LEN, KM_SIG_LEN);
	if (km_cbor_ok(d) && alg == KM_ALG_ESP256 &&
	    !km_p256_canonical(sig.p))
		km_cbor_fail(d, KM_ERR_SIGNATURE);
	return sig.p;
}

enum km_err
km_sign1_decode(struct km_sign1 *out, const uint8_t *buf, size_t len,
    const char *typ, int detached)
{
	struct km_sign1	s;
	struct km_cbor	d, h;
	enum km_err	err;
	size_t		left;

	km_cbor_begin(&d, buf, len);
	km_cbor_tag(&d, TAG_SIGN1);
	km_cbor_array(&d, 4, 4);
	s.protected_ = km_cbor_bytes(&d, 1, HEADER_MAX);
	if (!km_cbor_ok(&d))
		return d.err;

	km_cbor_begin(&h, s.protected_.p, s.protected_.len);
	left = header_map(&h, 4);
	s.alg = header_alg(&h, &left);
	s.kid = header_kid(&h, &left);
	header_cwt(&h, &left, &s.iss, &s.sub, detached);
	header_typ(&h, &left, typ);
	if ((err = km_cbor_end(&h)) != KM_OK)
		return err;

	unprotected(&d);
	if (detached) {
		km_cbor_null(&d);
		s.payload = (struct km_bytes){ NULL, 0 };
	} else
		s.payload = km_cbor_bytes(&d, 1, SIZE_MAX);
	s.sig = signature(&d, s.alg);
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	*out = s;
	return KM_OK;
}

/* COSE_Signature (RFC 9052 section 4.1). */
static void
read_signer(struct km_cbor *d, struct km_signer *s)
{
	struct km_cbor	h;
	size_t		left;

	km_cbor_array(d, 3, 3);
	s->protected_ = km_cbor_bytes(d, 1, HEADER_MAX);
	if (!km_cbor_ok(d))
		return;

	km_cbor_begin(&h, s->protected_.p, s->protected_.len);
	left = header_map(&h, 2);
	s->alg = header_alg(&h, &left);
	s->kid = header_kid(&h, &left);
	if (km_cbor_end(&h) != KM_OK)
		km_cbor_fail(d, km_cbor_end(&h));

	unprotected(d);
	s->sig = signature(d, s->alg);
}

enum km_err
km_sign_decode(struct km_sign *out, const uint8_t *buf, size_t len,
    const char *typ)
{
	struct km_sign	s;
	struct km_cbor	d, h;
	enum km_err	err;
	size_t		i, left;

	km_cbor_begin(&d, buf, len);
	km_cbor_tag(&d, TAG_SIGN);
	km_cbor_array(&d, 4, 4);
	s.protected_ = km_cbor_bytes(&d, 1, HEADER_MAX);
	if (!km_cbor_ok(&d))
		return d.err;

	km_cbor_begin(&h, s.protected_.p, s.protected_.len);
	left = header_map(&h, 2);
	header_cwt(&h, &left, &s.iss, &s.sub, 0);
	header_typ(&h, &left, typ);
	if ((err = km_cbor_end(&h)) != KM_OK)
		return err;

	unprotected(&d);
	s.payload = km_cbor_bytes(&d, 1, SIZE_MAX);
	s.n = km_cbor_array(&d, 1, KM_SIGNERS_MAX);
	for (i = 0; i < s.n && km_cbor_ok(&d); i++) {
		read_signer(&d, &s.signer[i]);
		if (km_cbor_ok(&d) && i > 0 && km_bytes_cmp(
		    s.signer[i - 1].kid, s.signer[i].kid) >= 0)
			km_cbor_fail(&d, KM_ERR_ORDER);
	}
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	*out = s;
	return KM_OK;
}

/* kty, alg and crv stand for one another before a byte of key is read. */
static void
read_kind(struct km_cbor *d, struct km_key *key, size_t *left, int64_t kty,
    int foreign)
{
	int64_t	alg, crv;

	km_cbor_key(d, left, KEY_ALG);
	alg = km_cbor_int(d, INT32_MIN, INT32_MAX);
	if (kty == KTY_EC2 ?
	    alg != KM_ALG_ESP256 && (!foreign || alg != KM_ALG_ES256) :
	    alg != KM_ALG_ED25519 && (!foreign || alg != KM_ALG_EDDSA))
		km_cbor_fail(d, KM_ERR_ALG);
	key->alg = (int)alg;

	km_cbor_key(d, left, KEY_CRV);
	crv = km_cbor_int(d, INT32_MIN, INT32_MAX);
	if (crv != (kty == KTY_EC2 ? CRV_P256 : CRV_ED25519))
		km_cbor_fail(d, KM_ERR_KEY);
}

void
km_key_read(struct km_cbor *d, struct km_key *out, int foreign)
{
	struct km_bytes	part;
	struct km_key	key;
	uint8_t		thumbprint[KM_HASH_LEN];
	int64_t		kty;
	size_t		left;

	memset(&key, 0, sizeof(key));
	left = km_cbor_map(d, 4, 5);
	km_cbor_key(d, &left, KEY_KTY);
	kty = km_cbor_int(d, INT32_MIN, INT32_MAX);
	if (kty != KTY_EC2 && kty != KTY_OKP)
		km_cbor_fail(d, KM_ERR_KEY);
	read_kind(d, &key, &left, kty, foreign);

	km_cbor_key(d, &left, KEY_X);
	part = km_cbor_bytes(d, COORDINATE_LEN, COORDINATE_LEN);
	if (km_cbor_ok(d))
		memcpy(key.bytes, part.p, COORDINATE_LEN);
	key.len = COORDINATE_LEN;
	if (kty == KTY_EC2) {
		km_cbor_key(d, &left, KEY_Y);
		part = km_cbor_bytes(d, COORDINATE_LEN, COORDINATE_LEN);
		if (km_cbor_ok(d))
			memcpy(key.bytes + COORDINATE_LEN, part.p,
			    COORDINATE_LEN);
		key.len = 2 * COORDINATE_LEN;
	}
	km_cbor_close(d, left);
	if (!km_cbor_ok(d))
		return;

	km_key_thumbprint(thumbprint, &key);
	memcpy(key.kid, thumbprint, KM_KID_LEN);
	*out = key;
}

/*
 * RFC 9679 section 4: SHA-256 over the required members only, {1, -1, -2, -3}
 * or {1, -1, -2}, in deterministic CBOR. What stands between the members is
 * always the same and written out here.
 */
void
km_key_thumbprint(uint8_t out[KM_HASH_LEN], const struct km_key *key)
{
	static const uint8_t	ec2[] = {
		0xa4, 0x01, KTY_EC2, 0x20, CRV_P256, 0x21, 0x58, 0x20
	};
	static const uint8_t	okp[] = {
		0xa3, 0x01, KTY_OKP, 0x20, CRV_ED25519, 0x21, 0x58, 0x20
	};
	static const uint8_t	y[] = { 0x22, 0x58, 0x20 };
	const struct km_bytes	part[] = {
		{ key->len == COORDINATE_LEN ? okp : ec2, sizeof(ec2) },
		{ key->bytes, COORDINATE_LEN },
		{ y, sizeof(y) },
		{ key->bytes + COORDINATE_LEN, COORDINATE_LEN }
	};

	km_sha256(out, part, key->len == COORDINATE_LEN ? 2 : 4);
}

/* Head of a byte string, shortest form; the number of bytes it took. */
static size_t
bytes_head(uint8_t out[9], uint64_t len)
{
	size_t	i, n;

	if (len < 24) {
		out[0] = (uint8_t)(KM_BYTES << 5 | len);
		return 1;
	}
	n = len <= UINT8_MAX ? 1 : len <= UINT16_MAX ? 2 :
	    len <= UINT32_MAX ? 4 : 8;
	out[0] = (uint8_t)(KM_BYTES << 5 |
	    (n == 1 ? 24 : n == 2 ? 25 : n == 4 ? 26 : 27));
	for (i = 0; i < n; i++)
		out[1 + i] = (uint8_t)(len >> (8 * (n - 1 - i)));
	return 1 + n;
}

size_t
km_tbs(uint8_t tbs[KM_TBS_MAX], struct km_bytes protected_,
    const struct km_bytes *sign_protected, size_t payload_len)
{
	static const uint8_t	one[] = "\x84\x6aSignature1";
	static const uint8_t	many[] = "\x85\x69Signature";
	uint8_t			head[3][9];
	uint8_t			empty_aad = KM_BYTES << 5;
	struct km_bytes		part[7];
	size_t			i, n = 0, len = 0;

	part[n++] = sign_protected == NULL ?
	    (struct km_bytes){ one, sizeof(one) - 1 } :
	    (struct km_bytes){ many, sizeof(many) - 1 };
	part[n].p = head[0];
	part[n++].len = bytes_head(head[0], protected_.len);
	part[n++] = protected_;
	if (sign_protected != NULL) {
		part[n].p = head[1];
		part[n++].len = bytes_head(head[1], sign_protected->len);
		part[n++] = *sign_protected;
	}
	part[n++] = (struct km_bytes){ &empty_aad, 1 };
	part[n].p = head[2];
	part[n++].len = bytes_head(head[2], payload_len);

	for (i = 0; i < n; i++) {
		if (part[i].len > KM_TBS_MAX - len)
			return 0;
		if (part[i].len > 0)
			memcpy(tbs + len, part[i].p, part[i].len);
		len += part[i].len;
	}
	return len;
}

/*
 * The order n of P-256 (SEC 2 version 2 section 2.4.2) and (n - 1) / 2. Where
 * (r, s) verifies, so does (r, n - s); of the two only the lower s is ours.
 */
int
km_p256_canonical(const uint8_t sig[KM_SIG_LEN])
{
	static const uint8_t	order[COORDINATE_LEN] = {
		0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
		0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51
	};
	static const uint8_t	half[COORDINATE_LEN] = {
		0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00,
		0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42,
		0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8
	};
	static const uint8_t	zero[COORDINATE_LEN];
	const uint8_t		*r = sig, *s = sig + COORDINATE_LEN;

	return memcmp(r, zero, COORDINATE_LEN) != 0 &&
	    memcmp(r, order, COORDINATE_LEN) < 0 &&
	    memcmp(s, zero, COORDINATE_LEN) != 0 &&
	    memcmp(s, half, COORDINATE_LEN) <= 0;
}
