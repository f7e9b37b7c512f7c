/* SPDX-License-Identifier: EUPL-1.2 */
/* Epoch: what was public at one moment (schemas/epoch.cddl). */
#include <string.h>

#include "attestation.h"
#include "epoch.h"

#define TREE_SIZE_MAX	((UINT64_C(1) << 48) - 1)

static void
read_hash(struct km_cbor *d, uint8_t out[KM_HASH_LEN])
{
	struct km_bytes	hash;

	hash = km_cbor_bytes(d, KM_HASH_LEN, KM_HASH_LEN);
	if (km_cbor_ok(d))
		memcpy(out, hash.p, KM_HASH_LEN);
}

static void
read_head(struct km_cbor *d, struct km_tree_head *head)
{
	km_cbor_array(d, 2, 2);
	head->size = km_cbor_uint(d, 0, TREE_SIZE_MAX);
	read_hash(d, head->root);
}

enum km_err
km_epoch_decode(struct km_epoch *out, struct km_sign1 *sign1,
    const uint8_t *buf, size_t len)
{
	static const uint8_t	zeros[KM_HASH_LEN];
	struct km_epoch		e;
	struct km_sign1		s;
	struct km_cbor		d;
	enum km_err		err;
	size_t			left;

	if (len > KM_EPOCH_MAX)
		return km_refuse(KM_ERR_LIMIT);
	err = km_sign1_decode(&s, buf, len, KM_TYP_EPOCH, 0);
	if (err != KM_OK)
		return err;
	if (!km_bytes_equal(s.sub, km_bytes_of("epoch")))
		return km_refuse(KM_ERR_MISMATCH);

	memset(&e, 0, sizeof(e));
	km_cbor_begin(&d, s.payload.p, s.payload.len);
	left = km_cbor_map(&d, 10, 10);
	km_cbor_key(&d, &left, KM_EPOCH_NUMBER);
	e.number = (uint32_t)km_cbor_uint(&d, 1, UINT32_MAX);
	km_cbor_key(&d, &left, KM_EPOCH_PREVIOUS);
	read_hash(&d, e.previous);
	km_cbor_key(&d, &left, KM_EPOCH_THIS_UPDATE);
	e.this_update = km_read_time(&d);
	km_cbor_key(&d, &left, KM_EPOCH_NEXT_UPDATE);
	e.next_update = km_read_time(&d);
	km_cbor_key(&d, &left, KM_EPOCH_TRUST);
	km_cbor_array(&d, 2, 2);
	e.trust_version = (uint32_t)km_cbor_uint(&d, 1, UINT32_MAX);
	read_hash(&d, e.trust);
	km_cbor_key(&d, &left, KM_EPOCH_SCHEME);
	read_hash(&d, e.scheme);
	km_cbor_key(&d, &left, KM_EPOCH_BODIES);
	read_hash(&d, e.bodies);
	km_cbor_key(&d, &left, KM_EPOCH_LOG);
	read_head(&d, &e.log);
	km_cbor_key(&d, &left, KM_EPOCH_REGISTER);
	read_head(&d, &e.reg);
	km_cbor_key(&d, &left, KM_EPOCH_STATUS);
	read_head(&d, &e.status);
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;

	if (e.this_update >= e.next_update || (e.number == 1 &&
	    memcmp(e.previous, zeros, KM_HASH_LEN) != 0))
		return km_refuse(KM_ERR_VALUE);
	*out = e;
	*sign1 = s;
	return KM_OK;
}
