/* SPDX-License-Identifier: EUPL-1.2 */
/* Audit: what is published, as of the newest epoch; all that went before. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "audit_state.h"

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

/* One epoch after the one before; e is both. */
static void
epoch_follow(struct audit *a, uint32_t number, struct km_epoch *e,
    uint8_t hash[KM_HASH_LEN], struct buf *b, struct buf *list)
{
	struct km_epoch	before = *e;
	uint8_t		previous[KM_HASH_LEN], root[KM_HASH_LEN];
	char		path[LAYOUT_PATH_MAX];
	struct km_sign1	s;
	enum km_err	err;

	memcpy(previous, hash, KM_HASH_LEN);
	layout_epoch(path, number);
	if (audit_file(a, b, path) == -1)
		return;
	err = km_epoch_decode(e, &s, b->p, b->len);
	/* Each under the trust list that was in force for it. */
	if (err == KM_OK)
		err = audit_trust(a, e->trust_version, list);
	if (err == KM_OK)
		err = published_epoch(e, hash, a->known, held(b));
	if (err == KM_OK && (e->number != number ||
	    memcmp(e->previous, previous, KM_HASH_LEN) != 0 ||
	    e->this_update < before.this_update ||
	    e->trust_version < before.trust_version ||
	    e->log.size < before.log.size || e->reg.size < before.reg.size ||
	    e->status.size < before.status.size))
		err = KM_ERR_FORK;
	if (err == KM_OK && (merkle_root_at(root, a->log, e->log.size) ==
	    -1 || memcmp(root, e->log.root, KM_HASH_LEN) != 0))
		err = KM_ERR_PROOF;
	if (err != KM_OK)
		audit_bad(a, "%s/%s: expected an epoch that follows the one"
		    " before and has the log's root, found: %s",
		    a->conf->tree, path, km_err_name(err));
	a->time[number - 1].log_size = e->log.size;
	a->time[number - 1].at = e->this_update;
}

int
audit_epochs(struct audit *a)
{
	struct km_epoch	e;
	struct buf	b, list;
	uint64_t	bad = a->bad;
	uint8_t		hash[KM_HASH_LEN];
	uint32_t	i;

	a->time = calloc((size_t)a->epoch.number + 1, sizeof(*a->time));
	if (a->time == NULL) {
		log_warnx("audit: no memory for the epochs");
		return -1;
	}
	memset(&e, 0, sizeof(e));
	memset(hash, 0, sizeof(hash));
	buf_init(&b, KM_EPOCH_MAX);
	buf_init(&list, KM_TRUST_MAX);
	audit_known_forget(a);
	for (i = 1; i <= a->epoch.number; i++) {
		epoch_follow(a, i, &e, hash, &b, &list);
		audit_progress(a, "epochs", i, a->epoch.number);
		if (i == a->meta.epoch && memcmp(hash, a->meta.epoch_hash,
		    KM_HASH_LEN) != 0)
			audit_bad(a, "store: expected the hash of epoch"
			    " %" PRIu32 ", found another", i);
	}
	if (a->epoch.number != 0 &&
	    memcmp(hash, a->epoch_hash, KM_HASH_LEN) != 0)
		audit_bad(a, "%s/" LAYOUT_EPOCH ": expected the bytes of"
		    " epochs/%" PRIu32 ", found others", a->conf->tree,
		    a->epoch.number);
	buf_free(&b);
	buf_free(&list);
	if (a->epoch.number != 0)
		audit_part(a, bad, "epochs: %" PRIu32 ", each follows and"
		    " verifies", a->epoch.number);
	return 0;
}

/* What verifies a list for others is in force until its exp. */
static void
lists_check(struct audit *a)
{
	const struct published_list	*l;
	uint64_t			 idx, end;
	int				 found, want;

	if (!audit_lists_agree(a))
		audit_bad(a, "%s/status: expected the lists of epoch %" PRIu32
		    ", whose root it has, found others", a->conf->tree,
		    a->epoch.number);
	if (a->epoch.status.size < layout_shards(a->epoch.reg.size))
		audit_bad(a, "epoch %" PRIu32 ": expected %" PRIu64 " lists,"
		    " found %" PRIu64, a->epoch.number,
		    layout_shards(a->epoch.reg.size), a->epoch.status.size);
	end = a->epoch.status.size << LAYOUT_SHARD_BITS;
	for (idx = 0; idx < end; idx++) {
		if ((l = a->list[idx >> LAYOUT_SHARD_BITS]) == NULL)
			continue;
		want = idx < a->epoch.reg.size && idx < a->n_slots ?
		    (int)a->slot[idx].then : 0;
		found = published_status(l->entries, idx);
		if (found != want)
			audit_bad(a, "%s/status/%" PRIu64 ": entry %" PRIu64
			    ": expected status %d, as the log leads to, found"
			    " %d", a->conf->tree, idx >> LAYOUT_SHARD_BITS,
			    idx & 0xffff, want, found);
	}
}

/* A file of leaves is what its name says. */
static void
run_check(struct audit *a, uint64_t run, const uint8_t *root, struct buf *b)
{
	struct km_frontier	f;
	struct km_cbor		d;
	struct km_bytes		leaf;
	uint8_t			hash[KM_HASH_LEN];
	char			path[LAYOUT_PATH_MAX];

	if (memcmp(root, a->root_then[run], KM_HASH_LEN) != 0)
		audit_bad(a, "%s/register/index/%" PRIu32 ": run %" PRIu64
		    ": expected the root of the store's leaves, found"
		    " another", a->conf->tree, a->epoch.number, run);
	layout_run(path, root);
	if (audit_file(a, b, path) == -1)
		return;
	km_frontier_begin(&f);
	km_cbor_begin(&d, b->p, b->len);
	while ((leaf = km_register_next(&d)).len > 0) {
		km_leaf_hash(hash, leaf);
		km_frontier_add(&f, hash);
	}
	km_frontier_root(hash, &f);
	if (km_cbor_end(&d) != KM_OK ||
	    f.size != run_leaves(a->epoch.reg.size, run) ||
	    memcmp(hash, root, KM_HASH_LEN) != 0)
		audit_bad(a, "%s/%s: expected the %" PRIu64 " leaves that its"
		    " name is the root of, found others", a->conf->tree, path,
		    run_leaves(a->epoch.reg.size, run));
}

static void
runs_check(struct audit *a)
{
	struct buf	b, roots;
	uint8_t		root[KM_HASH_LEN];
	char		path[LAYOUT_PATH_MAX];
	uint64_t	run, size;

	buf_init(&b, RUN_INDEX_MAX);
	buf_init(&roots, RUN_INDEX_MAX);
	layout_index(path, a->epoch.number);
	if (audit_file(a, &b, path) == -1)
		goto out;
	if (run_index_decode(&size, &roots, held(&b)) != KM_OK ||
	    size != a->epoch.reg.size) {
		audit_bad(a, "%s/%s: expected an index of %" PRIu64 " leaves,"
		    " found something else", a->conf->tree, path,
		    a->epoch.reg.size);
		goto out;
	}
	run_root_of(root, roots.p, roots.len / KM_HASH_LEN);
	if (memcmp(root, a->epoch.reg.root, KM_HASH_LEN) != 0)
		audit_bad(a, "%s/%s: expected runs with the register root of"
		    " epoch %" PRIu32 ", found others", a->conf->tree, path,
		    a->epoch.number);
	for (run = 0; run < roots.len / KM_HASH_LEN &&
	    run < run_count(a->n_slots); run++)
		run_check(a, run, roots.p + run * KM_HASH_LEN, &b);
out:
	buf_free(&b);
	buf_free(&roots);
}

/* store_list_fn: a list in the tree is the store's. */
static int
list_check(void *arg, const struct store_list *l)
{
	struct audit	*a = arg;
	struct buf	 b;
	char		 path[LAYOUT_PATH_MAX];
	uint8_t		 hash[KM_HASH_LEN];

	km_sha256(hash, &l->bytes, 1);
	if (memcmp(hash, l->hash, KM_HASH_LEN) != 0)
		audit_bad(a, "store list %d.%" PRIu32 ": expected the SHA-256"
		    " of its bytes beside it, found another", (int)l->kind,
		    l->version);
	if (l->kind == STORE_TRUST)
		layout_trust(path, l->version);
	else
		layout_scheme(path, l->name, l->version);
	a->n_seen++;
	/* One that the epoch does not have yet is not published yet. */
	if (a->meta.log_size > a->epoch.log.size && (l->kind == STORE_TRUST ?
	    l->version > a->epoch.trust_version :
	    memcmp(l->hash, a->scheme_hash, KM_HASH_LEN) == 0 &&
	    memcmp(l->hash, a->epoch.scheme, KM_HASH_LEN) != 0))
		return 0;
	buf_init(&b, SCHEME_JSON_MAX);
	if (audit_file(a, &b, path) == 0 &&
	    !km_bytes_equal(held(&b), l->bytes))
		audit_bad(a, "%s/%s: expected the bytes that the store has,"
		    " found others", a->conf->tree, path);
	buf_free(&b);
	return 0;
}

int
audit_published(struct audit *a)
{
	uint64_t	bad = a->bad;

	if (a->epoch.number == 0) {
		if (a->meta.epoch == 0)
			printf("tree: nothing is published yet\n");
		else
			printf("tree: has no epoch to audit it by\n");
		return 0;
	}
	lists_check(a);
	audit_part(a, bad, "status: %" PRIu64 " lists of epoch %" PRIu32
	    ", %" PRIu64 " entries", a->epoch.status.size, a->epoch.number,
	    a->epoch.reg.size);
	bad = a->bad;
	runs_check(a);
	audit_part(a, bad, "runs: %" PRIu64 " of epoch %" PRIu32,
	    run_count(a->epoch.reg.size), a->epoch.number);
	bad = a->bad;
	a->n_seen = 0;
	if (store_lists(a->store, STORE_TRUST, list_check, a) == -1 ||
	    store_lists(a->store, STORE_SCHEME, list_check, a) == -1)
		return -1;
	if (memcmp(a->epoch.scheme, a->scheme_hash, KM_HASH_LEN) != 0 &&
	    a->meta.log_size == a->epoch.log.size)
		audit_bad(a, "epoch %" PRIu32 ": expected the hash of the"
		    " scheme in force, found another", a->epoch.number);
	if (memcmp(a->bodies_hash, a->epoch.bodies, KM_HASH_LEN) != 0)
		audit_bad(a, "%s/" LAYOUT_BODIES ": expected what epoch"
		    " %" PRIu32 " has the hash of, found something else",
		    a->conf->tree, a->epoch.number);
	audit_part(a, bad, "files: %zu trust lists and schemes, "
	    LAYOUT_BODIES, a->n_seen);
	return 0;
}
