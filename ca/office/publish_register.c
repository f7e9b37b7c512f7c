/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register's runs, and the comparison that lets nothing grow lighter
 * without a decision (design section 5, publishing; schemas/register.cddl).
 *
 * A run that changed is read from the store leaf by leaf: its leaves say
 * what the list must say, and by which decision. In a run that did not
 * change no entry may have changed either.
 */
#include <inttypes.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"

#include "publish_state.h"

/* What the walk over the leaves of a run carries along. */
struct walk_run {
	struct publish		*p;
	uint64_t		 next;		/* idx expected */
	struct km_frontier	 tree;
};

/* store_run_fn */
static int
dirty_note(void *arg, uint64_t run)
{
	struct publish	*p = arg;

	if (run >= p->dirty.len)
		return publish_alarm(p, "store: run %" PRIu64 " changed, but"
		    " the register has %zu", run, p->dirty.len);
	p->dirty.p[run] = 1;
	return 0;
}

static int
dirty_read(struct publish *p, size_t n)
{
	buf_reset(&p->dirty);
	if (buf_reserve(&p->dirty, n) == -1) {
		log_warnx("publish: no memory for %zu runs", n);
		return -1;
	}
	if (n > 0)
		memset(p->dirty.p, 0, n);
	p->dirty.len = n;
	return store_dirty(p->store, dirty_note, p) == 0 ? 0 : -1;
}

/* A lift since what was published last? */
static int
was_lifted(const struct publish *p, const struct km_register_leaf *leaf)
{
	size_t	i;

	for (i = 0; i < leaf->n; i++)
		if (leaf->event[i].kind == KM_EVENT_LIFT &&
		    leaf->event[i].at >= p->last.this_update)
			return 1;
	return 0;
}

/*
 * Withdrawn is final, superseded becomes nothing but withdrawn, and only a
 * lift ends a suspension (design section 3, status list).
 */
static int
may_become(const struct publish *p, int was,
    const struct km_register_leaf *leaf)
{
	if (was == (int)leaf->status)
		return 1;
	switch ((enum km_status)was) {
	case KM_STATUS_VALID:
		return 1;
	case KM_STATUS_WITHDRAWN:
		return 0;
	case KM_STATUS_SUSPENDED:
		return leaf->status == KM_STATUS_WITHDRAWN ||
		    was_lifted(p, leaf);
	case KM_STATUS_SUPERSEDED:
		return leaf->status == KM_STATUS_WITHDRAWN;
	}
	return 0;
}

static int
leaf_check(const struct publish *p, uint64_t idx, struct km_bytes bytes)
{
	const struct publish_shard	*s = &p->shard[idx >>
					    LAYOUT_SHARD_BITS];
	struct km_register_leaf		 leaf;
	enum km_err			 err;
	int				 now, was;

	err = km_register_leaf_decode(&leaf, bytes.p, bytes.len);
	if (err == KM_OK && leaf.index != idx)
		err = KM_ERR_INDEX;
	if (err != KM_OK)
		return publish_alarm(p, "store: register leaf %" PRIu64
		    " is not one: %s", idx, km_err_name(err));
	now = published_status(publish_entries(p,
	    idx >> LAYOUT_SHARD_BITS), idx);
	if (now != (int)leaf.status)
		return publish_alarm(p, "attestation %" PRIu64 ": its list"
		    " says status %d, its register leaf %d", idx, now,
		    (int)leaf.status);
	if (idx >= p->last.reg.size || s->entries == NULL)
		return 0;
	was = published_status(s->entries, idx);
	if (!may_become(p, was, &leaf))
		return publish_alarm(p, "attestation %" PRIu64 ": status %d"
		    " was published, and no decision makes it %d", idx, was,
		    now);
	return 0;
}

/* store_leaf_fn */
static int
run_leaf(void *arg, uint64_t idx, struct km_bytes leaf)
{
	struct walk_run	*w = arg;
	uint8_t		 hash[KM_HASH_LEN];

	if (idx != w->next++)
		return publish_alarm(w->p, "store: expected register leaf"
		    " %" PRIu64 ", found %" PRIu64, w->next - 1, idx);
	if (leaf_check(w->p, idx, leaf) == -1)
		return -1;
	km_leaf_hash(hash, leaf);
	km_frontier_add(&w->tree, hash);
	if (buf_add(&w->p->scratch, leaf.p, leaf.len) == -1)
		return publish_alarm(w->p, "store: the run of register leaf"
		    " %" PRIu64 " is larger than a run may be", idx);
	return 0;
}

/* Put a run that changed together, check and stage it; its root into root. */
static int
run_write(struct publish *p, uint64_t run, uint8_t root[KM_HASH_LEN])
{
	struct walk_run	w = { .p = p, .next = run * KM_RUN_LEAVES };
	uint64_t	n = run_leaves(p->epoch.reg.size, run);
	char		path[LAYOUT_PATH_MAX];

	km_frontier_begin(&w.tree);
	buf_reset(&p->scratch);
	if (store_leaves(p->store, w.next, n, run_leaf, &w) != 0)
		return -1;
	if (w.tree.size != n)
		return publish_alarm(p, "store: expected %" PRIu64 " leaves"
		    " in run %" PRIu64 ", found %" PRIu64, n, run,
		    w.tree.size);
	km_frontier_root(root, &w.tree);
	layout_run(path, root);
	return tree_put(&p->tree, path, (struct km_bytes){ p->scratch.p,
	    p->scratch.len }, 1);
}

/* In a run that did not change nothing may have; its root is as it was. */
static int
run_keep(struct publish *p, uint64_t run, uint8_t root[KM_HASH_LEN])
{
	const struct publish_shard	*s;
	size_t				 at;

	if (run_leaves(p->last.reg.size, run) !=
	    run_leaves(p->epoch.reg.size, run) ||
	    (run + 1) * KM_HASH_LEN > p->roots.len)
		return publish_alarm(p, "store: run %" PRIu64 " has grown, but"
		    " is not among those that changed", run);
	memcpy(root, p->roots.p + run * KM_HASH_LEN, KM_HASH_LEN);
	s = &p->shard[run * KM_RUN_LEAVES >> LAYOUT_SHARD_BITS];
	if (s->next == NULL || s->entries == NULL)
		return 0;
	at = (size_t)(run * PUBLISH_RUN_ENTRIES % KM_SHARD_BYTES);
	if (memcmp(s->next + at, s->entries + at, PUBLISH_RUN_ENTRIES) == 0)
		return 0;
	return publish_alarm(p, "attestations %" PRIu64 " to %" PRIu64
	    ": a status was changed that no decision is about",
	    run * KM_RUN_LEAVES,
	    run * KM_RUN_LEAVES + run_leaves(p->epoch.reg.size, run) - 1);
}

/* What is not granted yet has no status yet. */
static int
rest_check(const struct publish *p)
{
	uint64_t	idx, end;
	const uint8_t	*entries;

	end = p->epoch.status.size << LAYOUT_SHARD_BITS;
	for (idx = p->epoch.reg.size; idx < end; idx++) {
		entries = publish_entries(p, idx >> LAYOUT_SHARD_BITS);
		if (published_status(entries, idx) != KM_STATUS_VALID)
			return publish_alarm(p, "attestation %" PRIu64
			    ": has a status in its list, and is not in the"
			    " register", idx);
	}
	return 0;
}

int
publish_register(struct publish *p)
{
	uint8_t		root[KM_HASH_LEN];
	uint64_t	run;
	size_t		n = (size_t)run_count(p->epoch.reg.size);

	buf_reset(&p->next_roots);
	if (dirty_read(p, n) == -1 || rest_check(p) == -1)
		return -1;
	for (run = 0; run < n; run++) {
		if ((p->dirty.p[run] ? run_write(p, run, root) :
		    run_keep(p, run, root)) == -1)
			return -1;
		if (buf_add(&p->next_roots, root, KM_HASH_LEN) == -1) {
			log_warnx("publish: no memory for the roots of runs");
			return -1;
		}
	}
	run_root_of(root, p->next_roots.p, n);
	if (memcmp(root, p->epoch.reg.root, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its register root"
		    " is not that of the store's leaves", p->epoch.number);
	return 0;
}

int
publish_index(struct publish *p)
{
	char	path[LAYOUT_PATH_MAX];

	buf_reset(&p->scratch);
	encode_register_index(&p->scratch, p->epoch.reg.size,
	    p->next_roots.p, p->next_roots.len / KM_HASH_LEN);
	if (p->scratch.failed) {
		log_warnx("publish: no memory for the register's index");
		return -1;
	}
	layout_index(path, p->epoch.number);
	return tree_put(&p->tree, path, (struct km_bytes){ p->scratch.p,
	    p->scratch.len }, 1);
}
