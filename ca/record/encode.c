/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing CBOR items and COSE (RFC 9052 sections 4.1, 4.2 and 7) in the
 * narrow form of schemas/cose.cddl. libcbor writes the heads, always in the
 * shortest form (RFC 8949 section 4.2.1).
 */
#include <cbor.h>
#include <errno.h>
#include <string.h>

#include "encode.h"

enum {
	HEAD_MAX = 9,			/* bytes of an item's head */
	TAG_SIGN1 = 18, TAG_SIGN = 98,	/* RFC 9052 section 2 */
	KEY_KTY = 1, KEY_ALG = 3, KEY_CRV = -1, KEY_X = -2, KEY_Y = -3,
	KTY_OKP = 1, KTY_EC2 = 2, CRV_P256 = 1, CRV_ED25519 = 6,
	COORDINATE_LEN = 32
};

static void
head(struct buf *b, const uint8_t *p, size_t len)
{
	buf_add(b, p, len);
}

void
encode_uint(struct buf *b, uint64_t v)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_uint(v, h, sizeof(h)));
}

void
encode_int(struct buf *b, int64_t v)
{
	uint8_t	h[HEAD_MAX];

	if (v >= 0)
		encode_uint(b, (uint64_t)v);
	else	/* -1 - v, which fits for all v */
		head(b, h, cbor_encode_negint((uint64_t)(-1 - v), h,
		    sizeof(h)));
}

void
encode_bytes(struct buf *b, struct km_bytes s)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_bytestring_start(s.len, h, sizeof(h)));
	buf_add(b, s.p, s.len);
}

void
encode_text(struct buf *b, struct km_bytes s)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_string_start(s.len, h, sizeof(h)));
	buf_add(b, s.p, s.len);
}

void
encode_array(struct buf *b, size_t n)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_array_start(n, h, sizeof(h)));
}

void
encode_map(struct buf *b, size_t n)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_map_start(n, h, sizeof(h)));
}

void
encode_tag(struct buf *b, uint64_t tag)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_tag(tag, h, sizeof(h)));
}

void
encode_null(struct buf *b)
{
	uint8_t	h[HEAD_MAX];

	head(b, h, cbor_encode_null(h, sizeof(h)));
}

void
encode_raw(struct buf *b, struct km_bytes s)
{
	buf_add(b, s.p, s.len);
}

static struct km_bytes
bytes_of(const void *p, size_t len)
{
	struct km_bytes	b;

	b.p = p;
	b.len = len;
	return b;
}

void
encode_hash(struct buf *b, const uint8_t hash[KM_HASH_LEN])
{
	encode_bytes(b, bytes_of(hash, KM_HASH_LEN));
}

void
encode_opt_texts(struct buf *b, int64_t key, const struct km_bytes *text,
    size_t n)
{
	size_t	i;

	if (n == 0)
		return;
	encode_int(b, key);
	encode_array(b, n);
	for (i = 0; i < n; i++)
		encode_text(b, text[i]);
}

void
encode_opt_text(struct buf *b, int64_t key, struct km_bytes text)
{
	if (text.len == 0)
		return;
	encode_int(b, key);
	encode_text(b, text);
}

void
encode_lines(struct buf *b, const struct km_line *line, size_t n)
{
	size_t	i;

	encode_array(b, n);
	for (i = 0; i < n; i++) {
		encode_map(b, line[i].service.len > 0 ? 4 : 3);
		encode_uint(b, KM_LINE_CLAIM);
		encode_uint(b, line[i].claim);
		encode_uint(b, KM_LINE_OBJECT);
		encode_uint(b, line[i].object);
		encode_opt_text(b, KM_LINE_SERVICE, line[i].service);
		encode_uint(b, KM_LINE_LEVEL);
		encode_uint(b, line[i].level);
	}
}

void
encode_evidence(struct buf *b, const struct km_evidence *e, size_t n)
{
	size_t	i;

	encode_array(b, n);
	for (i = 0; i < n; i++) {
		encode_array(b, 2);
		encode_text(b, e[i].code);
		encode_text(b, e[i].reference);
	}
}

/* Header 15: {1 iss, 2 sub} (RFC 9597). */
static void
encode_header_cwt(struct buf *b, struct km_bytes iss, struct km_bytes sub)
{
	encode_uint(b, KM_HEADER_CWT);
	encode_map(b, 2);
	encode_uint(b, KM_CLAIM_ISS);
	encode_text(b, iss);
	encode_uint(b, KM_CLAIM_SUB);
	encode_text(b, sub);
}

static void
encode_header_typ(struct buf *b, const char *typ)
{
	encode_uint(b, KM_HEADER_TYP);
	encode_text(b, km_bytes_of(typ));
}

static void
encode_header_key(struct buf *b, int alg, const uint8_t kid[KM_KID_LEN])
{
	encode_uint(b, KM_HEADER_ALG);
	encode_int(b, alg);
	encode_uint(b, KM_HEADER_KID);
	encode_bytes(b, bytes_of(kid, KM_KID_LEN));
}

void
encode_protected(struct buf *b, int alg, const uint8_t kid[KM_KID_LEN],
    struct km_bytes iss, struct km_bytes sub, const char *typ)
{
	encode_map(b, 4);
	encode_header_key(b, alg, kid);
	encode_header_cwt(b, iss, sub);
	encode_header_typ(b, typ);
}

void
encode_sign1(struct buf *b, struct km_bytes protected_,
    struct km_bytes payload, const uint8_t sig[KM_SIG_LEN])
{
	encode_tag(b, TAG_SIGN1);
	encode_array(b, 4);
	encode_bytes(b, protected_);
	encode_map(b, 0);
	if (payload.p == NULL)
		encode_null(b);
	else
		encode_bytes(b, payload);
	encode_bytes(b, bytes_of(sig, KM_SIG_LEN));
}

void
encode_body_protected(struct buf *b, struct km_bytes iss,
    struct km_bytes sub, const char *typ)
{
	encode_map(b, 2);
	encode_header_cwt(b, iss, sub);
	encode_header_typ(b, typ);
}

void
encode_signer_protected(struct buf *b, int alg,
    const uint8_t kid[KM_KID_LEN])
{
	encode_map(b, 2);
	encode_header_key(b, alg, kid);
}

/*
 * protected_ of a signer is written as it stands: it is what was signed.
 * More signers than a reader takes is a failure of the buffer, EMSGSIZE.
 */
void
encode_sign(struct buf *b, struct km_bytes protected_,
    struct km_bytes payload, const struct km_signer *signer, size_t n)
{
	size_t	order[KM_SIGNERS_MAX], i, j;

	if (n > KM_SIGNERS_MAX) {
		if (b->failed == 0)
			b->failed = EMSGSIZE;
		return;
	}
	for (i = 0; i < n; i++) {
		for (j = i; j > 0 && km_bytes_cmp(signer[order[j - 1]].kid,
		    signer[i].kid) > 0; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}

	encode_tag(b, TAG_SIGN);
	encode_array(b, 4);
	encode_bytes(b, protected_);
	encode_map(b, 0);
	encode_bytes(b, payload);
	encode_array(b, n);
	for (i = 0; i < n; i++) {
		encode_array(b, 3);
		encode_bytes(b, signer[order[i]].protected_);
		encode_map(b, 0);
		encode_bytes(b, bytes_of(signer[order[i]].sig, KM_SIG_LEN));
	}
}

/* RFC 9052 section 7; -1, -2, -3 stand after 1 and 3 on the wire. */
void
encode_key(struct buf *b, const struct km_key *k)
{
	int	ec2 = k->len == 2 * COORDINATE_LEN;

	encode_map(b, ec2 ? 5 : 4);
	encode_uint(b, KEY_KTY);
	encode_uint(b, ec2 ? KTY_EC2 : KTY_OKP);
	encode_uint(b, KEY_ALG);
	encode_int(b, k->alg);
	encode_int(b, KEY_CRV);
	encode_uint(b, ec2 ? CRV_P256 : CRV_ED25519);
	encode_int(b, KEY_X);
	encode_bytes(b, bytes_of(k->bytes, COORDINATE_LEN));
	if (ec2) {
		encode_int(b, KEY_Y);
		encode_bytes(b, bytes_of(k->bytes + COORDINATE_LEN,
		    COORDINATE_LEN));
	}
}
