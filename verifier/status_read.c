/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Status list (draft-ietf-oauth-status-list-21, CWT form), of our own make
 * and of others. Others write keys in any order, the kid unprotected, and
 * headers and claims that we do not know. What is known is told apart by a
 * bit each; what is not is well-formed, kept apart by its encoded bytes, and
 * counted. Heads are of the shortest form and lengths definite in all.
 */
#include <string.h>

#include "attestation.h"
#include "status.h"

enum {
	TAG_SIGN1 = 18, CONTENT_FORMAT = 279,	/* application/statuslist+cwt */
	HEADER_CRIT = 2,
	/* What km_tbs() has room for, less what it adds itself. */
	HEADER_MAX = KM_TBS_MAX - 64,
	PAIRS_MAX = 24, OTHERS_MAX = 16, DEPTH = 8,
	FOREIGN_KID_MAX = 64, FOREIGN_URI_MAX = 1024
};

/* A key that is known: a number, or a text. */
struct label {
	int64_t		 number;
	const char	*text;		/* NULL: the number */
};

/* Keys seen in one map, or in two that share a name space. */
struct seen {
	unsigned int	 known;		/* bit i: label i */
	size_t		 n;
	struct km_bytes	 other[OTHERS_MAX];
};

static int
is_label(const struct label *l, struct km_bytes key)
{
	struct km_cbor	d;
	struct km_bytes	text;

	km_cbor_begin(&d, key.p, key.len);
	if (l->text == NULL)
		return km_cbor_int(&d, INT64_MIN, INT64_MAX) == l->number &&
		    km_cbor_end(&d) == KM_OK;
	text = km_cbor_ascii(&d, 1, 32);
	return km_cbor_end(&d) == KM_OK &&
	    km_bytes_equal(text, km_bytes_of(l->text));
}

/*
 * Read the next key. Gives its place among the n labels; or -1, after which
 * its value has been passed over as well. Twice the same is an error.
 */
static int
next_label(struct km_cbor *d, struct seen *seen, const struct label *label,
    size_t n)
{
	struct km_bytes	key;
	size_t		i;

	key = km_cbor_skip(d, 0);
	if (d->err != KM_OK)
		return -1;
	for (i = 0; i < n; i++) {
		if (!is_label(&label[i], key))
			continue;
		if ((seen->known >> i & 1) == 1)
			km_cbor_fail(d, KM_ERR_ORDER);
		seen->known |= 1u << i;
		return d->err == KM_OK ? (int)i : -1;
	}
	for (i = 0; i < seen->n; i++)
		if (km_bytes_equal(seen->other[i], key))
			km_cbor_fail(d, KM_ERR_ORDER);
	if (seen->n == OTHERS_MAX)
		km_cbor_fail(d, KM_ERR_LIMIT);
	if (d->err == KM_OK)
		seen->other[seen->n++] = key;
	km_cbor_skip(d, DEPTH);
	return -1;
}

enum { CWT_ISS, CWT_SUB };
static const struct label cwt_labels[] = {
	[CWT_ISS] = { KM_CLAIM_ISS, NULL }, [CWT_SUB] = { KM_CLAIM_SUB, NULL }
};

/* Header 15 (RFC 9597). */
static void
read_cwt(struct km_cbor *d, struct km_bytes *iss, struct km_bytes *sub)
{
	struct seen	seen = { 0, 0, { { NULL, 0 } } };
	size_t		i, n;

	n = km_cbor_map(d, 0, PAIRS_MAX);
	for (i = 0; i < n && d->err == KM_OK; i++) {
		switch (next_label(d, &seen, cwt_labels, 2)) {
		case CWT_ISS:
			*iss = km_cbor_text(d, 1, FOREIGN_URI_MAX);
			break;
		case CWT_SUB:
			*sub = km_cbor_ascii(d, 1, FOREIGN_URI_MAX);
			break;
		}
	}
}

static int
read_alg(struct km_cbor *d)
{
	int64_t	alg;

	if (km_cbor_peek(d) != KM_NINT && km_cbor_peek(d) != KM_UINT)
		km_cbor_fail(d, KM_ERR_ALG);
	alg = km_cbor_int(d, INT32_MIN, INT32_MAX);
	if (alg != KM_ALG_ESP256 && alg != KM_ALG_ED25519 &&
	    alg != KM_ALG_ES256 && alg != KM_ALG_EDDSA)
		km_cbor_fail(d, KM_ERR_ALG);
	return (int)alg;
}

/* RFC 9596: the media type, or its Content-Format. */
static void
read_typ(struct km_cbor *d)
{
	struct km_bytes	typ;

	if (km_cbor_peek(d) == KM_UINT) {
		if (km_cbor_uint(d, 0, UINT64_MAX) != CONTENT_FORMAT)
			km_cbor_fail(d, KM_ERR_TYP);
		return;
	}
	typ = km_cbor_text(d, 1, FOREIGN_URI_MAX);
	if (!km_bytes_equal(typ, km_bytes_of(KM_TYP_STATUS)))
		km_cbor_fail(d, KM_ERR_TYP);
}

enum { HEADER_ALG, HEADER_CRITICAL, HEADER_KID, HEADER_CWT, HEADER_TYP };
static const struct label header_labels[] = {
	[HEADER_ALG] = { KM_HEADER_ALG, NULL },
	[HEADER_CRITICAL] = { HEADER_CRIT, NULL },
	[HEADER_KID] = { KM_HEADER_KID, NULL },
	[HEADER_CWT] = { KM_HEADER_CWT, NULL },
	[HEADER_TYP] = { KM_HEADER_TYP, NULL }
};
enum { N_HEADERS = sizeof(header_labels) / sizeof(header_labels[0]) };

/*
 * A label may stand in one of the two headers only (RFC 9052 section 3), so
 * both share what was seen. What must be signed may not be unprotected, and
 * crit asks for what we do not know, wherever it stands.
 */
static void
read_header(struct km_cbor *d, struct km_status_list *l, struct seen *seen,
    struct km_bytes *sub, int is_protected)
{
	size_t	i, n;
	int	at;

	n = km_cbor_map(d, 0, PAIRS_MAX);
	for (i = 0; i < n && d->err == KM_OK; i++) {
		at = next_label(d, seen, header_labels, N_HEADERS);
		if (at == HEADER_CRITICAL ||
		    (at >= 0 && at != HEADER_KID && !is_protected))
			km_cbor_fail(d, KM_ERR_HEADER);
		if (at == HEADER_ALG)
			l->alg = read_alg(d);
		else if (at == HEADER_KID)
			l->kid = km_cbor_bytes(d, 1, FOREIGN_KID_MAX);
		else if (at == HEADER_CWT)
			read_cwt(d, &l->iss, sub);
		else if (at == HEADER_TYP)
			read_typ(d);
	}
}

static enum km_err
read_protected(struct km_status_list *l, struct seen *seen,
    struct km_bytes *sub)
{
	struct km_cbor	h;
	enum km_err	err;

	km_cbor_begin(&h, l->protected_.p, l->protected_.len);
	read_header(&h, l, seen, sub, 1);
	if ((err = km_cbor_end(&h)) != KM_OK)
		return err;
	if ((seen->known >> HEADER_ALG & 1) == 0)
		return KM_ERR_ALG;
	return (seen->known >> HEADER_TYP & 1) == 1 ? KM_OK : KM_ERR_TYP;
}

enum { LIST_BITS, LIST_LST };
static const struct label list_labels[] = {
	[LIST_BITS] = { 0, "bits" }, [LIST_LST] = { 0, "lst" }
};

/* Section 4.3 of the draft. aggregation_uri is passed over. */
static void
read_list(struct km_cbor *d, struct km_status_list *l)
{
	struct seen	seen = { 0, 0, { { NULL, 0 } } };
	size_t		i, n;

	n = km_cbor_map(d, 0, PAIRS_MAX);
	for (i = 0; i < n && d->err == KM_OK; i++) {
		switch (next_label(d, &seen, list_labels, 2)) {
		case LIST_BITS:
			l->bits = (unsigned int)km_cbor_uint(d, 1, 8);
			if ((l->bits & (l->bits - 1)) != 0)
				km_cbor_fail(d, KM_ERR_VALUE);
			break;
		case LIST_LST:
			l->lst = km_cbor_bytes(d, 1, KM_LIST_MAX);
			break;
		}
	}
	if (seen.known != 3)
		km_cbor_fail(d, KM_ERR_MISSING);
}

enum { CLAIM_ISS, CLAIM_SUB, CLAIM_EXP, CLAIM_NBF, CLAIM_IAT, CLAIM_LIST,
    CLAIM_TTL };
static const struct label claim_labels[] = {
	[CLAIM_ISS] = { KM_CLAIM_ISS, NULL },
	[CLAIM_SUB] = { KM_CLAIM_SUB, NULL },
	[CLAIM_EXP] = { KM_CLAIM_EXP, NULL },
	[CLAIM_NBF] = { KM_CLAIM_NBF, NULL },
	[CLAIM_IAT] = { KM_CLAIM_IAT, NULL },
	[CLAIM_LIST] = { KM_CLAIM_STATUS_LIST, NULL },
	[CLAIM_TTL] = { KM_CLAIM_TTL, NULL }
};
enum { N_CLAIMS = sizeof(claim_labels) / sizeof(claim_labels[0]) };

struct claims {
	struct km_bytes	iss;
	int64_t		nbf;
};

static void
read_claim(struct km_cbor *d, struct km_status_list *l, struct claims *c,
    int at)
{
	if (at == CLAIM_ISS)
		c->iss = km_cbor_text(d, 1, FOREIGN_URI_MAX);
	else if (at == CLAIM_SUB)
		l->uri = km_cbor_ascii(d, 1, FOREIGN_URI_MAX);
	else if (at == CLAIM_EXP)
		l->exp = km_cbor_int(d, 1, KM_TIME_MAX);
	else if (at == CLAIM_NBF)
		c->nbf = km_read_time(d);
	else if (at == CLAIM_IAT)
		l->iat = km_read_time(d);
	else if (at == CLAIM_LIST)
		read_list(d, l);
	else if (at == CLAIM_TTL)
		l->ttl = km_cbor_int(d, 1, KM_TIME_MAX);
}

/* header_sub: of header 15; claims there and here must be equal. */
static enum km_err
read_claims(struct km_status_list *l, struct km_bytes header_sub)
{
	const unsigned int	need = 1u << CLAIM_SUB | 1u << CLAIM_IAT |
				    1u << CLAIM_LIST;
	struct seen		seen = { 0, 0, { { NULL, 0 } } };
	struct claims		c = { { NULL, 0 }, 0 };
	struct km_cbor		d;
	enum km_err		err;
	size_t			i, n;

	km_cbor_begin(&d, l->payload.p, l->payload.len);
	n = km_cbor_map(&d, 0, PAIRS_MAX);
	for (i = 0; i < n && d.err == KM_OK; i++)
		read_claim(&d, l, &c,
		    next_label(&d, &seen, claim_labels, N_CLAIMS));
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	if ((seen.known & need) != need)
		return KM_ERR_MISSING;
	if ((header_sub.len > 0 && !km_bytes_equal(header_sub, l->uri)) ||
	    (l->iss.len > 0 && c.iss.len > 0 &&
	    !km_bytes_equal(l->iss, c.iss)))
		return KM_ERR_MISMATCH;
	if (l->iss.len == 0)
		l->iss = c.iss;
	/* Good from its iat on at the latest, which is checked anyway. */
	return c.nbf > l->iat ? KM_ERR_VALUE : KM_OK;
}

enum km_err
km_status_decode(struct km_status_list *out, const uint8_t *buf, size_t len)
{
	struct km_status_list	l;
	struct seen		seen = { 0, 0, { { NULL, 0 } } };
	struct km_bytes		sub = { NULL, 0 };
	struct km_cbor		d;
	enum km_err		err;

	if (len > KM_LIST_MAX)
		return KM_ERR_LIMIT;
	memset(&l, 0, sizeof(l));
	km_cbor_begin(&d, buf, len);
	km_cbor_tag(&d, TAG_SIGN1);
	km_cbor_array(&d, 4, 4);
	l.protected_ = km_cbor_bytes(&d, 1, HEADER_MAX);
	if (d.err != KM_OK)
		return d.err;
	if ((err = read_protected(&l, &seen, &sub)) != KM_OK)
		return err;
	read_header(&d, &l, &seen, &sub, 0);
	l.payload = km_cbor_bytes(&d, 1, KM_LIST_MAX);
	l.sig = km_cbor_bytes(&d, KM_SIG_LEN, KM_SIG_LEN).p;
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	if ((err = read_claims(&l, sub)) != KM_OK)
		return err;
	*out = l;
	return KM_OK;
}
