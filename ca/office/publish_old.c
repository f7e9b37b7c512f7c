/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is over: the archive of a day, and the removal of what only readers of
 * old epochs could still want. A little at each publication, so that no one
 * of them takes long.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/log.h"
#include "ca/record/number.h"

#include "publish_state.h"

enum {
	/* Directories of partial tiles looked at in one publication. */
	TILES_LOOKED_AT = 64
};

static int
archive_put(struct publish *p, const char *day, const char *from,
    const char *to)
{
	char	path[LAYOUT_PATH_MAX];

	if (publish_read(p, from) == -1)
		return -1;
	snprintf(path, sizeof(path), "archive/%s/%s", day, to);
	return tree_put(&p->tree, path, (struct km_bytes){ p->scratch.p,
	    p->scratch.len }, 0);
}

/*
 * Before the first epoch of a day takes its place, that of the day before is
 * put aside with its lists. The epoch goes last: with it the day is whole.
 */
int
publish_archive(struct publish *p)
{
	char	day[11], today[11], path[LAYOUT_PATH_MAX];
	size_t	i;

	if (p->last.number == 0)
		return 0;
	date_format(day, p->last.this_update);
	date_format(today, p->epoch.this_update);
	snprintf(path, sizeof(path), "archive/%s/" LAYOUT_EPOCH, day);
	if (strcmp(day, today) == 0 || tree_exists(&p->tree, path))
		return 0;
	tree_may_flush(&p->tree, 1);
	for (i = 0; i < p->n_shards; i++) {
		layout_status(path, (uint32_t)i);
		if (archive_put(p, day, path, path) == -1)
			return -1;
	}
	if (tree_commit(&p->tree) == -1)
		return -1;
	layout_epoch(path, p->last.number);
	if (archive_put(p, day, path, LAYOUT_EPOCH) == -1)
		return -1;
	return tree_commit(&p->tree);
}

/* Call each(arg, name) for the files of a directory; not there: none. */
static int
dir_each(const struct publish *p, const char *path,
    void (*each)(void *, const char *), void *arg)
{
	struct dirent	*e;
	DIR		*d;
	int		 fd;

	fd = openat(p->tree.root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if ((d = fdopendir(fd)) == NULL) {
		close(fd);
		return -1;
	}
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			each(arg, e->d_name);
	closedir(d);
	return 1;
}

static void
index_lowest(void *arg, const char *name)
{
	uint32_t	*lowest = arg;
	char		*end;
	unsigned long	 n = strtoul(name, &end, 10);

	if (*end == '\0' && n > 0 && n <= UINT32_MAX &&
	    (*lowest == 0 || n < *lowest))
		*lowest = (uint32_t)n;
}

static int
index_read(struct publish *p, uint32_t number, struct buf *roots)
{
	char		path[LAYOUT_PATH_MAX];
	uint64_t	size;

	layout_index(path, number);
	buf_reset(&p->scratch);
	if (tree_read(&p->tree, &p->scratch, path) != 0)
		return -1;
	return run_index_decode(&size, roots, (struct km_bytes){
	    p->scratch.p, p->scratch.len }) == KM_OK ? 0 : -1;
}

/*
 * Remove an index, and before it the runs that the next one no longer names:
 * a leaf's history only grows, so no run comes back.
 */
static int
index_remove(struct publish *p, uint32_t number, uint32_t next)
{
	struct buf	old, new;
	char		path[LAYOUT_PATH_MAX];
	size_t		at;
	int		rc = -1;

	buf_init(&old, p->roots.max);
	buf_init(&new, p->roots.max);
	if (index_read(p, number, &old) == 0 &&
	    index_read(p, next, &new) == 0) {
		for (at = 0; at < old.len; at += KM_HASH_LEN) {
			if (at < new.len && memcmp(old.p + at, new.p + at,
			    KM_HASH_LEN) == 0)
				continue;
			layout_run(path, old.p + at);
			if (tree_remove(&p->tree, path) == -1)
				goto out;
		}
	}
	layout_index(path, number);
	rc = tree_remove(&p->tree, path);
out:
	buf_free(&old);
	buf_free(&new);
	return rc;
}

/* Has what came after it been there for long enough? */
static int
index_over(const struct publish *p, uint32_t next)
{
	struct stat	st;
	char		path[LAYOUT_PATH_MAX];

	layout_index(path, next);
	return fstatat(p->tree.root, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_mtime <= p->epoch.this_update - PUBLISH_KEEP;
}

static void
indexes(struct publish *p)
{
	char		path[LAYOUT_PATH_MAX];
	uint32_t	next;
	unsigned int	n;

	if (p->oldest == 0)
		dir_each(p, "register/index", index_lowest, &p->oldest);
	for (n = 0; n < PUBLISH_REMOVE_MAX && p->oldest != 0; n++) {
		next = p->oldest + 1;
		layout_index(path, next);
		while (next < p->epoch.number &&
		    !tree_exists(&p->tree, path))
			layout_index(path, ++next);
		if (next >= p->epoch.number || !index_over(p, next) ||
		    index_remove(p, p->oldest, next) == -1)
			return;
		p->oldest = next;
	}
}

struct remove {
	struct publish	*p;
	char		 dir[LAYOUT_PATH_MAX];
};

static void
partial_remove(void *arg, const char *name)
{
	struct remove	*r = arg;
	char		 path[2 * LAYOUT_PATH_MAX + 256];

	snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	(void)tree_remove(&r->p->tree, path);
}

/* The partial tiles of one that is full. Returns 1 when there were any. */
static int
partials(struct publish *p, int level, uint64_t n)
{
	struct remove	r = { .p = p };
	char		path[LAYOUT_PATH_MAX];

	layout_tile(path, level, n, 1);
	snprintf(r.dir, sizeof(r.dir), "%.*s", (int)(strrchr(path, '/') -
	    path), path);
	if (dir_each(p, r.dir, partial_remove, &r) != 1)
		return 0;
	(void)tree_remove(&p->tree, r.dir);
	return 1;
}

/* One behind the last full tile, so that a reader has time to come back. */
static void
tiles(struct publish *p)
{
	uint64_t	full = p->epoch.log.size >> LAYOUT_TILE_BITS, n;
	unsigned int	looked;
	int		level, found = 0;

	for (looked = 0; looked < TILES_LOOKED_AT && !found &&
	    p->tile + 1 < full; looked++) {
		n = p->tile++;
		found = partials(p, LAYOUT_ENTRIES, n);
		for (level = 0; level < LAYOUT_LEVELS; level++) {
			found |= partials(p, level, n);
			/* The last of a tile above: that is full as well. */
			if ((n & (LAYOUT_TILE - 1)) != LAYOUT_TILE - 1)
				break;
			n >>= LAYOUT_TILE_BITS;
		}
	}
}

void
publish_old(struct publish *p)
{
	indexes(p);
	tiles(p);
}
