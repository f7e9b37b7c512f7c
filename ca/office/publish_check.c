/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * May this publication follow the last one? Office signs nothing and need
 * not believe its signer either: epoch, lists and their root are verified as
 * anyone would (design section 5, publishing).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "publish_state.h"

static int
epoch_chain(const struct publish *p)
{
	const struct km_epoch	*e = &p->epoch;

	if (e->number != p->pub.number)
		return publish_alarm(p, "expected epoch %" PRIu32 " as the"
		    " publication says, found %" PRIu32, p->pub.number,
		    e->number);
	if (e->number != p->last.number + 1)
		return publish_alarm(p, "expected epoch %" PRIu32 ", found"
		    " %" PRIu32, p->last.number + 1, e->number);
	if (memcmp(e->previous, p->last_hash, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its previous hash"
		    " is not that of epoch %" PRIu32 " as published",
		    e->number, p->last.number);
	if (e->this_update < p->last.this_update)
		return publish_alarm(p, "epoch %" PRIu32 ": expected"
		    " this-update at or after %" PRId64 ", found %" PRId64,
		    e->number, p->last.this_update, e->this_update);
	if (e->log.size < p->last.log.size ||
	    e->reg.size < p->last.reg.size ||
	    e->status.size < p->last.status.size)
		return publish_alarm(p, "epoch %" PRIu32 ": log, register or"
		    " lists grew shorter: entries disappear", e->number);
	return 0;
}

/* Trust list, scheme and bodies.json are those that we publish with it. */
static int
epoch_refers(const struct publish *p)
{
	const struct km_epoch	*e = &p->epoch;
	struct store_list	 list;
	uint8_t			 hash[KM_HASH_LEN];

	if (store_list(p->store, &list, STORE_TRUST, 0) != 0 ||
	    list.version != e->trust_version ||
	    memcmp(list.hash, e->trust, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its trust list"
		    " %" PRIu32 " is not the store's newest", e->number,
		    e->trust_version);
	if (store_list(p->store, &list, STORE_SCHEME, 0) != 0 ||
	    memcmp(list.hash, e->scheme, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its scheme is not"
		    " the store's newest", e->number);
	km_sha256(hash, &p->pub.bodies, 1);
	if (memcmp(hash, e->bodies, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its bodies hash"
		    " is not that of " LAYOUT_BODIES, e->number);
	return 0;
}

int
publish_check_epoch(struct publish *p)
{
	struct store_meta	meta;
	struct km_sign1		s;
	enum km_err		err;

	if (store_meta(p->store, &meta) != 0)
		return -1;
	if (meta.batch != p->pub.batch)
		return publish_alarm(p, "expected a publication of batch"
		    " %" PRIu64 ", where the store stands, found one of"
		    " %" PRIu64, meta.batch, p->pub.batch);
	err = km_epoch_decode(&p->epoch, &s, p->pub.epoch.p,
	    p->pub.epoch.len);
	if (err == KM_OK &&
	    publish_trust(p, p->epoch.trust_version) == -1)
		return -1;
	if (err == KM_OK)
		err = published_epoch(&p->epoch, p->hash, p->known,
		    p->pub.epoch);
	if (err != KM_OK)
		return publish_alarm(p, "epoch %" PRIu32 ": does not verify:"
		    " %s", p->pub.number, km_err_name(err));
	if (meta.log_size != p->epoch.log.size ||
	    meta.register_size != p->epoch.reg.size)
		return publish_alarm(p, "epoch %" PRIu32 ": expected log"
		    " %" PRIu64 " and register %" PRIu64 ", where the store"
		    " stands, found %" PRIu64 " and %" PRIu64,
		    p->epoch.number, meta.log_size, meta.register_size,
		    p->epoch.log.size, p->epoch.reg.size);
	return epoch_chain(p) == 0 ? epoch_refers(p) : -1;
}

/* Open one list of the publication into its shard. */
static int
list_open(struct publish *p, struct published_list *l, uint32_t shard,
    struct km_bytes bytes)
{
	struct publish_shard	*s;
	enum km_err		 err;

	if (shard >= p->epoch.status.size)
		return publish_alarm(p, "status/%" PRIu32 ": the epoch has"
		    " %" PRIu64 " lists only", shard, p->epoch.status.size);
	err = published_list(l, p->known, shard, bytes);
	if (err != KM_OK)
		return publish_alarm(p, "status/%" PRIu32 ": does not verify:"
		    " %s", shard, km_err_name(err));
	s = &p->shard[shard];
	if (s->next == NULL && (s->next = malloc(KM_SHARD_BYTES)) == NULL) {
		log_warn("publish: no memory for status/%" PRIu32, shard);
		return -1;
	}
	memcpy(s->next, l->entries, KM_SHARD_BYTES);
	memcpy(s->next_hash, l->hash, KM_HASH_LEN);
	s->bytes = bytes;
	return 0;
}

/* Root over the hashes of all lists, new and as they were. */
static int
lists_root(struct publish *p)
{
	struct km_frontier	 f;
	struct km_bytes		 hash;
	uint8_t			 leaf[KM_HASH_LEN], root[KM_HASH_LEN];
	size_t			 i;

	km_frontier_begin(&f);
	for (i = 0; i < p->epoch.status.size; i++) {
		if (p->shard[i].next == NULL && p->shard[i].entries == NULL)
			return publish_alarm(p, "epoch %" PRIu32 ": expected"
			    " status/%zu, which was never published, found"
			    " none", p->epoch.number, i);
		hash = (struct km_bytes){ p->shard[i].next != NULL ?
		    p->shard[i].next_hash : p->shard[i].hash, KM_HASH_LEN };
		km_leaf_hash(leaf, hash);
		km_frontier_add(&f, leaf);
	}
	km_frontier_root(root, &f);
	if (memcmp(root, p->epoch.status.root, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its status root"
		    " is not that of the lists", p->epoch.number);
	return 0;
}

int
publish_check_lists(struct publish *p)
{
	struct published_list	*l;
	struct km_cbor		 d = p->pub.lists;
	struct km_bytes		 bytes;
	uint32_t		 shard;
	size_t			 i;
	int			 rc = -1;

	if (p->epoch.status.size > PUBLICATION_LISTS_MAX ||
	    p->epoch.status.size < layout_shards(p->epoch.reg.size))
		return publish_alarm(p, "epoch %" PRIu32 ": expected lists for"
		    " %" PRIu64 " attestations, found %" PRIu64,
		    p->epoch.number, p->epoch.reg.size, p->epoch.status.size);
	if (publish_shards(p, (size_t)p->epoch.status.size) == -1)
		return -1;
	if ((l = malloc(sizeof(*l))) == NULL) {
		log_warn("publish: no memory for a status list");
		return -1;
	}
	for (i = 0; i < p->pub.n_lists; i++) {
		bytes = publication_list(&d, &shard);
		if (list_open(p, l, shard, bytes) == -1)
			goto out;
	}
	rc = lists_root(p);
out:
	free(l);
	return rc;
}

const uint8_t *
publish_entries(const struct publish *p, uint64_t shard)
{
	const struct publish_shard	*s = &p->shard[shard];

	return s->next != NULL ? s->next : s->entries;
}
