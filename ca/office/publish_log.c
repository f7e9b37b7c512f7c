/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The log as tiles (c2sp.org/tlog-tiles): tiles of 256 hashes of every eighth
 * level of the tree, and bundles of the entries themselves, each with its
 * length in two bytes before it. A tile at the right edge is partial, and its
 * name says how much of it there is; so no tile ever changes.
 */
#include <inttypes.h>
#include <string.h>

#include "ca/base/log.h"

#include "publish_state.h"

struct walk_log {
	struct publish	*p;
	uint64_t	 next;		/* index expected */
	int		 bundle;	/* 1: append entries to scratch */
};

/* store_leaf_fn */
static int
log_leaf(void *arg, uint64_t index, struct km_bytes leaf)
{
	struct walk_log	*w = arg;
	const uint8_t	*have;
	uint8_t		 hash[KM_HASH_LEN], head[2];

	km_leaf_hash(hash, leaf);
	have = merkle_leaf(w->p->log, index);
	if (index != w->next++ || have == NULL ||
	    memcmp(hash, have, KM_HASH_LEN) != 0)
		return publish_alarm(w->p, "store: log leaf %" PRIu64 " is not"
		    " the one that was recorded", index);
	if (!w->bundle)
		return 0;
	if (leaf.len > UINT16_MAX)
		return publish_alarm(w->p, "store: log leaf %" PRIu64
		    " is longer than a log leaf may be", index);
	head[0] = (uint8_t)(leaf.len >> 8);
	head[1] = (uint8_t)(leaf.len & 0xff);
	if (buf_add(&w->p->scratch, head, sizeof(head)) == -1 ||
	    buf_add(&w->p->scratch, leaf.p, leaf.len) == -1) {
		log_warnx("publish: no memory for log leaf %" PRIu64, index);
		return -1;
	}
	return 0;
}

static int
leaves_walk(struct publish *p, uint64_t from, uint64_t n, int bundle)
{
	struct walk_log	w = { p, from, bundle };

	if (n == 0)		/* which would be: to the end */
		return 0;
	if (store_log(p->store, from, n, log_leaf, &w) != 0)
		return -1;
	if (w.next != from + n)
		return publish_alarm(p, "store: expected log leaves up to"
		    " %" PRIu64 ", found up to %" PRIu64, from + n, w.next);
	return 0;
}

int
publish_check_log(struct publish *p)
{
	uint8_t	root[KM_HASH_LEN];

	if (leaves_walk(p, p->last.log.size,
	    p->epoch.log.size - p->last.log.size, 0) == -1)
		return -1;
	if (merkle_root_at(root, p->log, p->epoch.log.size) == -1 ||
	    memcmp(root, p->epoch.log.root, KM_HASH_LEN) != 0)
		return publish_alarm(p, "epoch %" PRIu32 ": its log root is"
		    " not that of the store's log", p->epoch.number);
	return 0;
}

/* Hashes [from, from + n) of a level of tiles into scratch. */
static int
hashes(struct publish *p, int level, uint64_t from, unsigned int n)
{
	const uint8_t	*node;
	unsigned int	 i;

	for (i = 0; i < n; i++) {
		node = merkle_node(p->log, (unsigned int)level *
		    LAYOUT_TILE_BITS, from + i);
		if (node == NULL ||
		    buf_add(&p->scratch, node, KM_HASH_LEN) == -1) {
			log_warnx("publish: no hash %" PRIu64 " of level %d of"
			    " the log", from + i, level);
			return -1;
		}
	}
	return 0;
}

/* Tiles of a level that have more in them than before. */
static int
tiles(struct publish *p, int level, uint64_t was, uint64_t is)
{
	char		path[LAYOUT_PATH_MAX];
	uint64_t	n, from;
	unsigned int	width;

	if (was == is)
		return 0;
	for (n = was / LAYOUT_TILE; n <= (is - 1) / LAYOUT_TILE; n++) {
		from = n * LAYOUT_TILE;
		width = is - from < LAYOUT_TILE ? (unsigned int)(is - from) :
		    LAYOUT_TILE;
		buf_reset(&p->scratch);
		if ((level == LAYOUT_ENTRIES ?
		    leaves_walk(p, from, width, 1) :
		    hashes(p, level, from, width)) == -1)
			return -1;
		layout_tile(path, level, n, width);
		if (tree_put(&p->tree, path, (struct km_bytes){
		    p->scratch.p, p->scratch.len }, 1) == -1)
			return -1;
	}
	return 0;
}

int
publish_log(struct publish *p)
{
	uint64_t	was = p->last.log.size, is = p->epoch.log.size;
	int		level;

	if (tiles(p, LAYOUT_ENTRIES, was, is) == -1)
		return -1;
	for (level = 0; level < LAYOUT_LEVELS && is > 0; level++) {
		if (tiles(p, level, was, is) == -1)
			return -1;
		was >>= LAYOUT_TILE_BITS;
		is >>= LAYOUT_TILE_BITS;
	}
	return 0;
}
