/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: the log's tiles and bundles (c2sp.org/tlog-tiles) up to the newest
 * epoch, against the leaves of the store.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <fcntl.h>

#include "audit_state.h"

struct walk {
	struct audit	*a;
	struct buf	 want, have;
	uint64_t	 n;		/* tiles looked at */
};

/* store_leaf_fn */
static int
entry_add(void *arg, uint64_t index, struct km_bytes leaf)
{
	struct buf	*b = arg;
	uint8_t		 head[2];

	(void)index;
	head[0] = (uint8_t)(leaf.len >> 8 & 0xff);
	head[1] = (uint8_t)(leaf.len & 0xff);
	buf_add(b, head, sizeof(head));
	buf_add(b, leaf.p, leaf.len);
	return 0;
}

static int
tile_want(struct walk *w, int level, uint64_t from, unsigned int width)
{
	const uint8_t	*node;
	unsigned int	 i;

	buf_reset(&w->want);
	if (level == LAYOUT_ENTRIES)
		return store_log(w->a->store, from, width, entry_add,
		    &w->want);
	for (i = 0; i < width; i++) {
		node = merkle_node(w->a->log, (unsigned int)level *
		    LAYOUT_TILE_BITS, from + i);
		if (node != NULL)
			buf_add(&w->want, node, KM_HASH_LEN);
	}
	return 0;
}

/*
 * A partial tile is gone some time after it has been filled up; then the
 * full one begins with what it had.
 */
static void
tile_check(struct walk *w, int level, uint64_t n, unsigned int width)
{
	struct stat	st;
	char		path[LAYOUT_PATH_MAX], full[LAYOUT_PATH_MAX];
	size_t		len = w->want.len;

	layout_tile(path, level, n, width);
	layout_tile(full, level, n, LAYOUT_TILE);
	if (width != LAYOUT_TILE &&
	    fstatat(w->a->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    fstatat(w->a->root, full, &st, AT_SYMLINK_NOFOLLOW) == 0)
		snprintf(path, sizeof(path), "%s", full);
	w->n++;
	if (audit_file(w->a, &w->have, path) == -1)
		return;
	if (w->have.len < len || (strcmp(path, full) != 0 ||
	    width == LAYOUT_TILE ? w->have.len != len : 0) ||
	    memcmp(w->have.p, w->want.p, len) != 0)
		audit_bad(w->a, "%s/%s: expected the log's %s %" PRIu64
		    " and on, found others", w->a->conf->tree, path,
		    level == LAYOUT_ENTRIES ? "leaves" : "hashes",
		    n * LAYOUT_TILE);
}

static int
level_check(struct walk *w, int level, uint64_t size)
{
	uint64_t	n;
	unsigned int	width;

	for (n = 0; n * LAYOUT_TILE < size; n++) {
		width = size - n * LAYOUT_TILE < LAYOUT_TILE ?
		    (unsigned int)(size - n * LAYOUT_TILE) : LAYOUT_TILE;
		if (tile_want(w, level, n * LAYOUT_TILE, width) != 0)
			return -1;
		tile_check(w, level, n, width);
		audit_progress(w->a, "tiles", n * LAYOUT_TILE, size);
	}
	return 0;
}

int
audit_tiles(struct audit *a)
{
	struct walk	w;
	uint64_t	bad = a->bad, size = a->epoch.log.size;
	int		level, rc;

	if (a->epoch.number == 0)
		return 0;
	memset(&w, 0, sizeof(w));
	w.a = a;
	buf_init(&w.want, LAYOUT_TILE * 260);
	buf_init(&w.have, LAYOUT_TILE * 260);
	rc = level_check(&w, LAYOUT_ENTRIES, size);
	for (level = 0; rc == 0 && level < LAYOUT_LEVELS && size > 0;
	    level++) {
		rc = level_check(&w, level, size);
		size >>= LAYOUT_TILE_BITS;
	}
	buf_free(&w.want);
	buf_free(&w.have);
	if (rc != 0)
		return -1;
	audit_part(a, bad, "tiles: %" PRIu64 " of the log", w.n);
	return 0;
}
