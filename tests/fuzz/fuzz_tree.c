/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The published tree as public finds it (ca/public/view.h): edits of a real
 * one. What is in force of it is what the authority signed, to the last byte,
 * or nothing; and the tree is called healthy only when all of it is.
 *
 *	edits (edit.h), each with the number of its file before it, one byte;
 *	bit 7 says that the file is not there
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/public/view.h"
#include "tests/fuzz/edit.h"
#include "tests/lib/edition.h"

enum { FILE_TRUST, FILE_EPOCH, FILE_LIST, FILES_N };
enum { EDITS_MAX = 16, FILE_MAX = 1 << 18, OUT_MAX = 1 << 20 };

static const char *const	names[FILES_N] = {
	"trust/1", "epoch", "status/0"
};
static struct edition	e;
static struct buf	real[FILES_N], given[FILES_N];
static int		there[FILES_N];
static int		dirfd = -1;

static void
end(void)
{
	size_t	i;

	for (i = 0; i < FILES_N; i++) {
		buf_free(&real[i]);
		buf_free(&given[i]);
	}
	close(dirfd);
	edition_end(&e);
}

static void
publish(void)
{
	struct publish	*p;
	struct buf	 out;

	buf_init(&out, OUT_MAX);
	edition_press(&e, &out);
	if ((p = publish_open(&e.conf, e.store, e.log)) == NULL ||
	    publish_run(p, (struct km_bytes){ out.p, out.len }) != 0)
		abort();
	publish_close(p);
	buf_free(&out);
}

static void
begin(void)
{
	const char	*tmp = getenv("TEST_TMP");
	char		 dir[256];
	size_t		 i;

	snprintf(dir, sizeof(dir), "%.200s/fuzz-tree.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL)
		abort();
	edition_begin(&e, dir);
	edition_grant(&e, 3);
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	publish();
	if ((dirfd = open(e.tree, O_RDONLY | O_DIRECTORY)) == -1)
		abort();
	for (i = 0; i < FILES_N; i++) {
		buf_init(&real[i], FILE_MAX);
		buf_init(&given[i], FILE_MAX);
		if (file_read_at(&real[i], dirfd, names[i]) == -1)
			abort();
	}
	atexit(end);
}

static void
put(size_t i)
{
	int	fd;

	unlinkat(dirfd, names[i], 0);
	if (!there[i])
		return;
	fd = openat(dirfd, names[i], O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (fd == -1 || write(fd, given[i].p, given[i].len) !=
	    (ssize_t)given[i].len)
		abort();
	close(fd);
}

static void
edit(struct edits *s)
{
	size_t	i, n, which;

	for (i = 0; i < FILES_N; i++) {
		there[i] = 1;
		buf_reset(&given[i]);
		buf_add(&given[i], real[i].p, real[i].len);
	}
	for (n = 0; n < EDITS_MAX && s->len > 0; n++) {
		which = edit_number(s, 1, 256);
		if (which >> 7 == 1)
			there[(which & 0x7f) % FILES_N] = 0;
		else
			edit_apply(s, &given[which % FILES_N]);
	}
	for (i = 0; i < FILES_N; i++)
		put(i);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

static void
look(struct view *v)
{
	struct view_health	h;
	struct km_bytes		epoch;
	const char		*etag;
	int			good[FILES_N], list;
	size_t			i;

	for (i = 0; i < FILES_N; i++)
		good[i] = there[i] && same(&given[i], &real[i]);
	view_refresh(v);
	epoch = view_epoch(v, &etag);
	promise((epoch.len > 0) == (good[FILE_TRUST] && good[FILE_EPOCH]));
	promise(epoch.len == 0 || (epoch.len == real[FILE_EPOCH].len &&
	    memcmp(epoch.p, real[FILE_EPOCH].p, epoch.len) == 0));
	list = view_list(v, 0, (struct km_bytes){ given[FILE_LIST].p,
	    given[FILE_LIST].len });
	promise(!list || same(&given[FILE_LIST], &real[FILE_LIST]));
	promise(!view_list(v, 1, (struct km_bytes){ real[FILE_LIST].p,
	    real[FILE_LIST].len }));
	view_health(v, &h, e.epoch.this_update);
	promise(h.ok == (good[FILE_TRUST] && good[FILE_EPOCH] &&
	    good[FILE_LIST]));
	promise(h.epoch == (epoch.len > 0 ? e.epoch.number : 0));
	view_health(v, &h, e.epoch.next_update);
	promise(!h.ok);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct edits	 s = { data, len };
	struct files	*files;
	struct view	*v;

	if (dirfd == -1)
		begin();
	edit(&s);
	if ((files = files_new(e.tree)) == NULL ||
	    (v = view_new(&e.conf, files)) == NULL)
		abort();
	look(v);
	view_free(v);
	files_free(files);
	return 0;
}
