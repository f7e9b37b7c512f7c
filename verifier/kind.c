/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which object is this? The typ in the protected header says it (RFC 9596);
 * as text, or for a status list as the number of its CoAP Content-Format.
 * Whoever goes on to decode it checks the typ again.
 */
#include "kind.h"

enum {
	TAG_SIGN1 = 18, TAG_SIGN = 98,
	FORMAT_STATUS = 279,	/* application/statuslist+cwt */
	HEADERS_MAX = 32, DEPTH_MAX = 4
};

static const struct {
	const char	*typ;
	int		 tag;
	enum km_kind	 kind;
} typs[] = {
	{ KM_TYP_ATTESTATION,	TAG_SIGN1,	KM_KIND_ATTESTATION },
	{ KM_TYP_STATUS,	TAG_SIGN1,	KM_KIND_STATUS },
	{ KM_TYP_EPOCH,		TAG_SIGN1,	KM_KIND_EPOCH },
	{ KM_TYP_APPROVAL,	TAG_SIGN1,	KM_KIND_APPROVAL },
	{ KM_TYP_TRUST,		TAG_SIGN,	KM_KIND_TRUST },
	{ KM_TYP_OFFICERS,	TAG_SIGN,	KM_KIND_OFFICERS }
};

static enum km_kind
kind_by_typ(struct km_bytes typ, int tag)
{
	size_t	i;

	for (i = 0; i < sizeof(typs) / sizeof(typs[0]); i++)
		if (typs[i].tag == tag &&
		    km_bytes_equal(typ, km_bytes_of(typs[i].typ)))
			return typs[i].kind;
	return KM_KIND_OTHER;
}

/* Keys of any type and order: a list of another make has its own. */
static enum km_kind
kind_by_header(struct km_bytes header, int tag)
{
	struct km_cbor	d;
	size_t		n;
	int64_t		key;

	km_cbor_begin(&d, header.p, header.len);
	n = km_cbor_map(&d, 0, HEADERS_MAX);
	for (; n > 0 && km_cbor_ok(&d); n--) {
		key = 0;
		if (km_cbor_peek(&d) == KM_TEXT)
			km_cbor_skip(&d, 0);
		else
			key = km_cbor_int(&d, INT64_MIN, INT64_MAX);
		if (key != KM_HEADER_TYP)
			km_cbor_skip(&d, DEPTH_MAX);
		else if (km_cbor_peek(&d) == KM_TEXT)
			return kind_by_typ(km_cbor_ascii(&d, 0, 127), tag);
		else
			return km_cbor_uint(&d, 0, 65535) == FORMAT_STATUS &&
			    tag == TAG_SIGN1 ? KM_KIND_STATUS : KM_KIND_OTHER;
	}
	return KM_KIND_OTHER;
}

enum km_kind
km_kind_of(const uint8_t *p, size_t len)
{
	struct km_cbor	d;
	struct km_bytes	header;
	int		tag;

	if (len == 0)
		return KM_KIND_NONE;
	if (p[0] >= 0xa1 && p[0] <= 0xa5)
		return KM_KIND_BADGE;
	if (p[0] == 0xd2)
		tag = TAG_SIGN1;
	else if (len >= 2 && p[0] == 0xd8 && p[1] == TAG_SIGN)
		tag = TAG_SIGN;
	else
		return KM_KIND_NONE;
	km_cbor_begin(&d, p, len);
	km_cbor_tag(&d, (uint64_t)tag);
	km_cbor_array(&d, 4, 4);
	header = km_cbor_bytes(&d, 0, KM_LIST_MAX);
	if (!km_cbor_ok(&d))
		return KM_KIND_NONE;
	return kind_by_header(header, tag);
}
