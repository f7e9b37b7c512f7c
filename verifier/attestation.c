/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Attestation: a CWT (RFC 8392) in a COSE_Sign1, as schemas/attestation.cddl
 * has it. km_attestation_decode() reads like that schema from top to bottom;
 * what its comments ask for besides is checked at the end.
 */
#include <string.h>

#include "attestation.h"

enum {
	DAY = 86400,			/* seconds */
	SHARDS = 65536,			/* idx of all of them fits 32 bits */
	STATUS_URI_MAX = KM_URI_MAX + 13,	/* "/status/65535" */
	PLACE_MAX = 64, REPORT_MAX = 64
};

/* The number after "/status/", in shortest decimal; -1: no shard. */
static int
read_shard(struct km_bytes s)
{
	size_t	i;
	int	v = 0;

	if (s.len < 1 || s.len > 5 || (s.p[0] == '0' && s.len > 1))
		return -1;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v < SHARDS ? v : -1;
}

/* draft-ietf-oauth-status-list-21 section 6.3; uri = iss "/status/" shard. */
static void
read_status(struct km_cbor *d, struct km_attestation *a)
{
	const struct km_bytes	middle = km_bytes_of("/status/");
	struct km_bytes		uri;
	size_t			skip;
	int			shard;

	km_cbor_map(d, 1, 1);
	km_cbor_literal(d, "status_list");
	km_cbor_map(d, 2, 2);
	km_cbor_literal(d, "idx");
	a->idx = (uint32_t)km_cbor_uint(d, 0, 65535);
	km_cbor_literal(d, "uri");
	a->status_uri = uri = km_cbor_ascii(d, 1, STATUS_URI_MAX);
	if (!km_cbor_ok(d))
		return;

	skip = a->iss.len + middle.len;
	if (uri.len < skip || memcmp(uri.p, a->iss.p, a->iss.len) != 0 ||
	    memcmp(uri.p + a->iss.len, middle.p, middle.len) != 0) {
		km_cbor_fail(d, KM_ERR_MISMATCH);
		return;
	}
	shard = read_shard((struct km_bytes){ uri.p + skip, uri.len - skip });
	if (shard < 0)
		km_cbor_fail(d, KM_ERR_VALUE);
	else
		a->shard = (uint32_t)shard;
}

/* Who holds it: 7 to 13 of the mark. */
static void
read_mark_holder(struct km_cbor *d, struct km_attestation *a, size_t *left)
{
	km_cbor_key(d, left, KM_MARK_LEGAL_NAME);
	a->legal_name = km_cbor_text(d, 1, KM_TEXT_MAX);
	if (km_cbor_opt_key(d, left, KM_MARK_TRADE_NAMES))
		km_read_names(d, a->trade_name, &a->n_trade_names);
	km_cbor_key(d, left, KM_MARK_PLACE);
	a->place = km_cbor_text(d, 1, PLACE_MAX);
	if (km_cbor_opt_key(d, left, KM_MARK_KVK))
		a->kvk = km_read_kvk(d);
	if (km_cbor_opt_key(d, left, KM_MARK_EUID))
		a->euid = km_read_euid(d);
	if (km_cbor_opt_key(d, left, KM_MARK_LEI))
		a->lei = km_read_lei(d);
	if (km_cbor_opt_key(d, left, KM_MARK_HOSTS))
		km_read_hosts(d, a->host, &a->n_hosts);
}

static void
read_mark(struct km_cbor *d, struct km_attestation *a)
{
	size_t	left;

	left = km_cbor_map(d, 8, 19);
	km_cbor_key(d, &left, KM_MARK_NUMBER);
	a->number = km_cbor_ascii(d, KM_NUMBER_LEN, KM_NUMBER_LEN);
	if (!km_number_valid(a->number))
		km_cbor_fail(d, KM_ERR_VALUE);
	if (km_cbor_opt_key(d, &left, KM_MARK_ENVIRONMENT))
		a->environment = (enum km_environment)km_cbor_uint(d,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	km_cbor_key(d, &left, KM_MARK_DOCUMENT);
	a->document = (enum km_document)km_cbor_uint(d,
	    KM_DOCUMENT_CERTIFICATE, KM_DOCUMENT_SELF_DECLARATION);
	km_cbor_key(d, &left, KM_MARK_SCHEME);
	km_cbor_array(d, 2, 2);
	a->scheme = km_read_code(d);
	a->scheme_version = (uint32_t)km_cbor_uint(d, 1, 65535);
	km_cbor_key(d, &left, KM_MARK_LINES);
	km_read_lines(d, a->line, &a->n_lines);
	if (km_cbor_opt_key(d, &left, KM_MARK_NOT_COVERED))
		km_read_not_covered(d, a->not_covered, &a->n_not_covered);
	read_mark_holder(d, a, &left);
	km_cbor_key(d, &left, KM_MARK_ASSESSED);
	a->assessed = km_read_day(d);
	if (km_cbor_opt_key(d, &left, KM_MARK_BODY)) {
		km_cbor_array(d, 2, 2);
		a->body_name = km_cbor_text(d, 1, KM_TEXT_MAX);
		a->body = km_read_accreditation(d);
	}
	if (km_cbor_opt_key(d, &left, KM_MARK_REPORT))
		a->report = km_cbor_text(d, 1, REPORT_MAX);
	if (km_cbor_opt_key(d, &left, KM_MARK_EVIDENCE))
		km_read_evidence(d, a->evidence, &a->n_evidence);
	if (km_cbor_opt_key(d, &left, KM_MARK_INFORMATION))
		a->information = km_read_information(d);
	km_cbor_key(d, &left, KM_MARK_DRAWING);
	a->drawing = (uint32_t)km_cbor_uint(d, 1, 65535);
	km_cbor_close(d, left);
}

/* What no single field shows: the comments of the schema. */
static enum km_err
agree(const struct km_attestation *a, const struct km_sign1 *s)
{
	const struct km_bytes	lei_sub = km_bytes_of("LEIXG-");
	int			certificate;

	if (!km_bytes_equal(a->iss, s->iss) ||
	    !km_bytes_equal(a->sub, s->sub))
		return km_refuse(KM_ERR_MISMATCH);
	if (a->exp % DAY != 0 || a->nbf >= a->exp)
		return km_refuse(KM_ERR_VALUE);
	certificate = a->document == KM_DOCUMENT_CERTIFICATE;
	if (certificate != (a->body.len > 0) ||
	    certificate != (a->report.len > 0))
		return km_refuse(KM_ERR_VALUE);
	if (a->lei.len > 0 &&
	    memcmp(a->sub.p, lei_sub.p, lei_sub.len) == 0 &&
	    !km_bytes_equal(a->lei, (struct km_bytes){
	    a->sub.p + lei_sub.len, a->sub.len - lei_sub.len }))
		return km_refuse(KM_ERR_MISMATCH);
	return km_holder_agree(a->sub, a->kvk, a->euid);
}

enum km_err
km_attestation_decode(struct km_attestation *out, struct km_sign1 *sign1,
    const uint8_t *buf, size_t len)
{
	struct km_attestation	a;
	struct km_sign1		s;
	struct km_cbor		d;
	enum km_err		err;
	size_t			left;

	if (len > KM_ATTESTATION_MAX)
		return km_refuse(KM_ERR_LIMIT);
	err = km_sign1_decode(&s, buf, len, KM_TYP_ATTESTATION, 0);
	if (err != KM_OK)
		return err;

	memset(&a, 0, sizeof(a));
	km_cbor_begin(&d, s.payload.p, s.payload.len);
	left = km_cbor_map(&d, 8, 8);
	km_cbor_key(&d, &left, KM_CLAIM_ISS);
	a.iss = km_read_host_uri(&d);
	km_cbor_key(&d, &left, KM_CLAIM_SUB);
	a.sub = km_read_holder(&d);
	km_cbor_key(&d, &left, KM_CLAIM_EXP);
	a.exp = km_read_time(&d);
	km_cbor_key(&d, &left, KM_CLAIM_NBF);
	a.nbf = km_read_time(&d);
	km_cbor_key(&d, &left, KM_CLAIM_IAT);
	a.iat = km_read_time(&d);
	km_cbor_key(&d, &left, KM_CLAIM_CTI);
	a.cti = km_cbor_bytes(&d, KM_CTI_LEN, KM_CTI_LEN);
	km_cbor_key(&d, &left, KM_CLAIM_STATUS);
	read_status(&d, &a);
	km_cbor_key(&d, &left, KM_CLAIM_MARK);
	read_mark(&d, &a);
	if ((err = km_cbor_end(&d)) != KM_OK ||
	    (err = agree(&a, &s)) != KM_OK)
		return err;
	*out = a;
	*sign1 = s;
	return KM_OK;
}
