/* SPDX-License-Identifier: EUPL-1.2 */
/* Publication: an epoch and what changed with it; see publication.h. */
#include <string.h>

#include "channel.h"
#include "publication.h"

enum { SHARD_MAX = 65535, LEAF_MAX = 8192 };

struct km_bytes
publication_list(struct km_cbor *d, uint32_t *shard)
{
	km_cbor_array(d, 2, 2);
	*shard = (uint32_t)km_cbor_uint(d, 0, SHARD_MAX);
	return km_cbor_bytes(d, 1, KM_LIST_MAX);
}

struct km_bytes
publication_leaf(struct km_cbor *d, uint32_t *idx)
{
	km_cbor_array(d, 2, 2);
	*idx = (uint32_t)km_cbor_uint(d, 0, UINT32_MAX);
	return km_cbor_bytes(d, 1, LEAF_MAX);
}

/* Pass over n pairs whose numbers must ascend; from: before the first. */
static void
read_pairs(struct km_cbor *d, struct km_cbor *from, size_t *n, size_t max,
    struct km_bytes (*next)(struct km_cbor *, uint32_t *))
{
	uint32_t	number, last = 0;
	size_t		i;

	*n = km_cbor_array(d, 0, max);
	*from = *d;
	for (i = 0; i < *n && d->err == KM_OK; i++) {
		next(d, &number);
		if (d->err == KM_OK && i > 0 && number <= last)
			km_cbor_fail(d, KM_ERR_ORDER);
		last = number;
	}
}

void
publication_read(struct publication *p, struct km_cbor *d)
{
	size_t	left;

	left = km_cbor_map(d, 6, 6);
	km_cbor_key(d, &left, PUBLICATION_KEY_NUMBER);
	p->number = (uint32_t)km_cbor_uint(d, 1, UINT32_MAX);
	km_cbor_key(d, &left, PUBLICATION_KEY_EPOCH);
	p->epoch = km_cbor_bytes(d, 1, KM_EPOCH_MAX);
	km_cbor_key(d, &left, PUBLICATION_KEY_LISTS);
	read_pairs(d, &p->lists, &p->n_lists, PUBLICATION_LISTS_MAX,
	    publication_list);
	km_cbor_key(d, &left, PUBLICATION_KEY_BODIES);
	p->bodies = km_cbor_bytes(d, 1, PUBLICATION_BODIES_MAX);
	km_cbor_key(d, &left, PUBLICATION_KEY_LEAVES);
	read_pairs(d, &p->leaves, &p->n_leaves, PUBLICATION_LEAVES_MAX,
	    publication_leaf);
	km_cbor_key(d, &left, PUBLICATION_KEY_BATCH);
	p->batch = km_cbor_uint(d, 0, UINT64_MAX);
	km_cbor_close(d, left);
}

enum km_err
publication_decode(struct publication *out, const uint8_t *buf, size_t len)
{
	struct publication	p;
	struct km_cbor		d;
	enum km_err		err;

	memset(&p, 0, sizeof(p));
	km_cbor_begin(&d, buf, len);
	publication_read(&p, &d);
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	*out = p;
	return KM_OK;
}
