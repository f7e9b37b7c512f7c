/* SPDX-License-Identifier: EUPL-1.2 */
/* Audit: the archive, each day's last epoch with the lists of it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ca/record/number.h"

#include "audit_state.h"

enum { DAY_LEN = 10, LISTS_MAX = 65536 };

/* The lists of the day have the status root of its epoch. */
static void
lists_check(struct audit *a, const char *day, const struct km_epoch *e,
    struct buf *b)
{
	struct km_frontier	f;
	struct km_bytes		bytes;
	uint8_t			hash[KM_HASH_LEN];
	char			path[LAYOUT_PATH_MAX];
	uint64_t		i;

	km_frontier_begin(&f);
	for (i = 0; i < e->status.size && i < LISTS_MAX; i++) {
		snprintf(path, sizeof(path), "archive/%s/status/%" PRIu64,
		    day, i);
		if (audit_file(a, b, path) == -1)
			return;
		bytes = (struct km_bytes){ b->p, b->len };
		km_sha256(hash, &bytes, 1);
		km_leaf_hash(hash, (struct km_bytes){ hash, KM_HASH_LEN });
		km_frontier_add(&f, hash);
	}
	km_frontier_root(hash, &f);
	if (memcmp(hash, e->status.root, KM_HASH_LEN) != 0)
		audit_bad(a, "%s/archive/%s/status: expected the lists of"
		    " epoch %" PRIu32 ", found others", a->conf->tree, day,
		    e->number);
}

/* An epoch verifies where it stands among all of them. */
static void
day_check(struct audit *a, const char *day, struct buf *b)
{
	struct km_epoch	e;
	struct km_sign1	s;
	struct buf	same;
	char		path[LAYOUT_PATH_MAX], date[DAY_LEN + 1];
	enum km_err	err;

	snprintf(path, sizeof(path), "archive/%s/" LAYOUT_EPOCH, day);
	/* Being put aside at this moment: the epoch goes last. */
	date_format(date, a->epoch.this_update);
	if (strcmp(date, day) == 0 &&
	    faccessat(a->root, path, F_OK, 0) == -1 && errno == ENOENT)
		return;
	if (audit_file(a, b, path) == -1)
		return;
	err = km_epoch_decode(&e, &s, b->p, b->len);
	if (err != KM_OK || e.number > a->epoch.number) {
		audit_bad(a, "%s/%s: expected an epoch of ours, found: %s",
		    a->conf->tree, path, err == KM_OK ? "another" :
		    km_err_name(err));
		return;
	}
	date_format(date, e.this_update);
	if (strcmp(date, day) != 0)
		audit_bad(a, "%s/%s: expected an epoch of that day, found one"
		    " of %s", a->conf->tree, path, date);
	buf_init(&same, KM_EPOCH_MAX);
	layout_epoch(path, e.number);
	if (audit_file(a, &same, path) == 0 && !km_bytes_equal(
	    (struct km_bytes){ same.p, same.len },
	    (struct km_bytes){ b->p, b->len }))
		audit_bad(a, "%s/archive/%s/" LAYOUT_EPOCH ": expected the"
		    " bytes of %s, found others", a->conf->tree, day, path);
	buf_free(&same);
	lists_check(a, day, &e, b);
}

int
audit_archive(struct audit *a)
{
	struct dirent	*entry;
	struct buf	 b;
	uint64_t	 bad = a->bad, days = 0;
	DIR		*dir;
	int		 fd;

	fd = openat(a->root, "archive", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return 0;	/* no day is over yet */
	if (fd == -1 || (dir = fdopendir(fd)) == NULL) {
		audit_bad(a, "%s/archive: expected a directory, found: %s",
		    a->conf->tree, strerror(errno));
		if (fd != -1)
			close(fd);
		return 0;
	}
	buf_init(&b, KM_LIST_MAX);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' &&
		    strlen(entry->d_name) == DAY_LEN) {
			day_check(a, entry->d_name, &b);
			days++;
		}
	closedir(dir);
	buf_free(&b);
	audit_part(a, bad, "archive: %" PRIu64 " days", days);
	return 0;
}
