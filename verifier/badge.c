/* SPDX-License-Identifier: EUPL-1.2 */
/* Badge: the attestation and the proof with it (schemas/badge.cddl). */
#include <string.h>

#include "badge.h"
#include "register.h"
#include "tree.h"

enum {
	HASH_HEAD = 2,			/* 0x58 0x20 before each hash */
	SIGN1_HEAD = 0xd2		/* tag 18 */
};

/* n hashes as they stand, without the head of their array. */
static struct km_bytes
read_path(struct km_cbor *d, size_t *n)
{
	struct km_bytes	path;
	size_t		i;

	*n = km_cbor_array(d, 0, KM_PATH_MAX);
	path.p = d->p;
	for (i = 0; i < *n; i++)
		km_cbor_bytes(d, KM_HASH_LEN, KM_HASH_LEN);
	path.len = (size_t)(d->p - path.p);
	return path;
}

void
km_path_read(uint8_t *out, struct km_bytes path, size_t n)
{
	size_t	i;

	for (i = 0; i < n && path.len / (HASH_HEAD + KM_HASH_LEN) > i; i++)
		memcpy(out + i * KM_HASH_LEN,
		    path.p + i * (HASH_HEAD + KM_HASH_LEN) + HASH_HEAD,
		    KM_HASH_LEN);
}

/* [status, [1*64 event], path]: the leaf without what is known already. */
static void
read_register(struct km_cbor *d, struct km_badge *b)
{
	struct km_event	event[KM_EVENTS_MAX];
	size_t		n;

	b->has_register = 1;
	km_cbor_array(d, 3, 3);
	b->register_status = (enum km_status)km_cbor_uint(d, KM_STATUS_VALID,
	    KM_STATUS_SUPERSEDED);
	b->register_events.p = d->p;
	km_read_events(d, event, &n);
	b->register_events.len = (size_t)(d->p - b->register_events.p);
	b->register_path = read_path(d, &b->n_register_path);
}

static enum km_err
decode_map(struct km_badge *b, const uint8_t *buf, size_t len)
{
	struct km_cbor	d;
	size_t		left;

	km_cbor_begin(&d, buf, len);
	left = km_cbor_map(&d, 1, 5);
	km_cbor_key(&d, &left, KM_BADGE_ATTESTATION);
	b->attestation = km_cbor_bytes(&d, 1, KM_ATTESTATION_MAX);
	if (km_cbor_opt_key(&d, &left, KM_BADGE_STATUS))
		b->status = km_cbor_bytes(&d, 1, KM_BADGE_MAX);
	if (km_cbor_opt_key(&d, &left, KM_BADGE_EPOCH))
		b->epoch = km_cbor_bytes(&d, 1, KM_EPOCH_MAX);
	if (km_cbor_opt_key(&d, &left, KM_BADGE_STATUS_PATH)) {
		b->has_status_path = 1;
		b->status_path = read_path(&d, &b->n_status_path);
	}
	if (km_cbor_opt_key(&d, &left, KM_BADGE_REGISTER))
		read_register(&d, b);
	km_cbor_close(&d, left);
	return km_cbor_end(&d);
}

enum km_err
km_badge_decode(struct km_badge *out, const uint8_t *buf, size_t len)
{
	struct km_badge	b;
	enum km_err	err;

	memset(&b, 0, sizeof(b));
	if (len > 0 && buf[0] == SIGN1_HEAD) {
		if (len > KM_ATTESTATION_MAX)
			return km_refuse(KM_ERR_LIMIT);
		b.attestation = (struct km_bytes){ buf, len };
	} else {
		if (len > KM_BADGE_MAX)
			return km_refuse(KM_ERR_LIMIT);
		if ((err = decode_map(&b, buf, len)) != KM_OK)
			return err;
	}
	*out = b;
	return KM_OK;
}
