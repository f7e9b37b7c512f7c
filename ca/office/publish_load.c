/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What was published last, as the tree has it: verified with the trust lists
 * of the store and held against the epoch that the store says is published.
 * It is what the next publication is compared with.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "publish_state.h"

/* store_list_fn: the next version, into known. */
static int
trust_add(void *arg, const struct store_list *list)
{
	struct publish	*p = arg;
	enum km_err	 err = KM_OK;

	if ((p->known != NULL && list->version <= p->known->trust.version) ||
	    list->version > p->trust_version)
		return 0;
	if (p->known == NULL) {
		if (p->mem == NULL &&
		    (p->mem = malloc(KM_KNOWN_MIN)) == NULL)
			return -1;
		p->known = km_known_begin(p->mem, KM_KNOWN_MIN,
		    list->bytes.p, list->bytes.len);
		if (p->known == NULL)
			err = KM_ERR_PIN;
	} else {
		err = km_known_add(p->known, list->bytes.p, list->bytes.len);
	}
	if (err == KM_OK)
		return 0;
	return publish_alarm(p, "store: expected trust list %" PRIu32 " to"
	    " follow the one before, found: %s", list->version,
	    km_err_name(err));
}

int
publish_trust(struct publish *p, uint32_t version)
{
	p->trust_version = version;
	if (store_lists(p->store, STORE_TRUST, trust_add, p) != 0)
		return -1;
	if (p->known != NULL && p->known->trust.version == version)
		return 0;
	return publish_alarm(p, "store: expected trust list %" PRIu32
	    " of the epoch, found %s", version,
	    p->known == NULL ? "none" : "another as the newest");
}

int
publish_shards(struct publish *p, size_t n)
{
	struct publish_shard	*shard;

	if (n <= p->shard_cap)
		return 0;
	shard = realloc(p->shard, n * sizeof(*shard));
	if (shard == NULL) {
		log_warn("publish: no memory for %zu status lists", n);
		return -1;
	}
	memset(shard + p->shard_cap, 0, (n - p->shard_cap) * sizeof(*shard));
	p->shard = shard;
	p->shard_cap = n;
	return 0;
}

int
publish_read(struct publish *p, const char *path)
{
	buf_reset(&p->scratch);
	switch (tree_read(&p->tree, &p->scratch, path)) {
	case 0:
		return 0;
	case 1:
		log_warnx("%s/%s: expected what was published in epoch"
		    " %" PRIu32 ", found nothing: bring the tree back from a"
		    " mirror", p->conf->tree, path, p->last.number);
		return -1;
	}
	log_warn("%s/%s: cannot be read", p->conf->tree, path);
	return -1;
}

static struct km_bytes
scratch(const struct publish *p)
{
	return (struct km_bytes){ p->scratch.p, p->scratch.len };
}

static int
load_bad(const struct publish *p, const char *path, enum km_err err)
{
	return publish_alarm(p, "%s/%s: expected what was published in epoch"
	    " %" PRIu32 ", found something else (%s): bring the tree back"
	    " from a mirror", p->conf->tree, path, p->last.number,
	    km_err_name(err));
}

static int
load_epoch(struct publish *p, uint32_t number,
    const uint8_t hash[KM_HASH_LEN])
{
	struct km_sign1	s;
	struct km_bytes	all;
	char		path[LAYOUT_PATH_MAX];
	enum km_err	err;

	p->last.number = number;
	layout_epoch(path, number);
	if (publish_read(p, path) == -1)
		return -1;
	all = scratch(p);
	km_sha256(p->last_hash, &all, 1);
	if (memcmp(p->last_hash, hash, KM_HASH_LEN) != 0)
		return load_bad(p, path, KM_ERR_FORK);
	/* A key that was revoked since could sign it then. */
	err = km_epoch_decode(&p->last, &s, all.p, all.len);
	if (err == KM_OK &&
	    publish_trust(p, p->last.trust_version) == -1)
		return -1;
	if (err == KM_OK)
		err = published_epoch(&p->last, p->last_hash, p->known, all);
	if (err == KM_OK && p->last.number != number)
		err = KM_ERR_MISMATCH;
	return err == KM_OK ? 0 : load_bad(p, path, err);
}

/*
 * Lists may be newer than the epoch where publishing was cut off between
 * them: what they say was compared before it was written.
 */
static int
load_lists(struct publish *p)
{
	struct published_list	*list;
	char			 path[LAYOUT_PATH_MAX];
	enum km_err		 err;
	size_t			 i, n = (size_t)p->last.status.size;
	int			 rc = -1;

	if ((list = malloc(sizeof(*list))) == NULL ||
	    publish_shards(p, n) == -1)
		goto out;
	for (i = 0; i < n; i++) {
		layout_status(path, (uint32_t)i);
		if (publish_read(p, path) == -1)
			goto out;
		err = published_list(list, p->known, (uint32_t)i,
		    scratch(p));
		if (err != KM_OK) {
			load_bad(p, path, err);
			goto out;
		}
		p->shard[i].entries = malloc(KM_SHARD_BYTES);
		if (p->shard[i].entries == NULL)
			goto out;
		memcpy(p->shard[i].entries, list->entries, KM_SHARD_BYTES);
		memcpy(p->shard[i].hash, list->hash, KM_HASH_LEN);
		p->n_shards = i + 1;
	}
	rc = 0;
out:
	free(list);
	return rc;
}

static int
load_roots(struct publish *p)
{
	uint8_t		root[KM_HASH_LEN];
	char		path[LAYOUT_PATH_MAX];
	uint64_t	size;
	enum km_err	err;

	layout_index(path, p->last.number);
	if (publish_read(p, path) == -1)
		return -1;
	err = run_index_decode(&size, &p->roots, scratch(p));
	if (err == KM_OK) {
		run_root_of(root, p->roots.p, p->roots.len / KM_HASH_LEN);
		if (size != p->last.reg.size ||
		    memcmp(root, p->last.reg.root, KM_HASH_LEN) != 0)
			err = KM_ERR_PROOF;
	}
	return err == KM_OK ? 0 : load_bad(p, path, err);
}

/* A tree that somebody else publishes in is none of ours. */
static int
load_nothing(struct publish *p)
{
	struct km_epoch	e;
	struct km_sign1	s;

	buf_reset(&p->scratch);
	if (tree_read(&p->tree, &p->scratch, LAYOUT_EPOCH) == 1)
		return 0;
	/* Published, and cut off before the store could note it. */
	if (km_epoch_decode(&e, &s, p->scratch.p, p->scratch.len) == KM_OK &&
	    e.number == 1)
		return 0;
	log_warnx("%s/" LAYOUT_EPOCH ": expected none, since the store has"
	    " not published yet; found one: give this authority a tree of its"
	    " own", p->conf->tree);
	return -1;
}

int
publish_load(struct publish *p)
{
	struct store_meta	meta;

	if (store_meta(p->store, &meta) != 0)
		return -1;
	if (meta.epoch == 0)
		return load_nothing(p);
	if (load_epoch(p, meta.epoch, meta.epoch_hash) == -1)
		return -1;
	return load_lists(p) == 0 ? load_roots(p) : -1;
}
