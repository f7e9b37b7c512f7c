/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signer's snapshot (ca/signer/snapshot.h): edits of a real one. One
 * that was changed does not load, and leaves state and journal as they were;
 * one with the right SHA-256 at its end, as no accident makes it, costs no
 * more memory than it has bytes.
 *
 *	1 byte	bit 0: the SHA-256 at its end is put right afterwards
 *	then	edits (edit.h)
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/signer/digest.h"
#include "ca/signer/snapshot.h"
#include "tests/fuzz/edit.h"
#include "tests/lib/desk.h"

enum { EDITS_MAX = 16, FILE_MAX = 1 << 20 };

static struct desk	*d;
static struct buf	 real, given;
static struct journal	 journal;
static int		 dirfd;

static void
end(void)
{
	journal_close(&journal);
	buf_free(&real);
	buf_free(&given);
	close(dirfd);
	desk_end(d);
	free(d);
}

static void
begin(void)
{
	struct signer_error	err;

	if ((d = calloc(1, sizeof(*d))) == NULL)
		abort();
	buf_init(&real, FILE_MAX);
	buf_init(&given, 2 * FILE_MAX);
	desk_begin(d, "fuzz-snapshot");
	desk_open(d);
	if (desk_hello(d) != REFUSAL_NONE)
		abort();
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	if (desk_publish(d, NULL) != REFUSAL_NONE)
		abort();
	desk_close(d);
	if ((dirfd = open(d->dir, O_RDONLY | O_DIRECTORY)) == -1 ||
	    file_read_at(&real, dirfd, SNAPSHOT_NAME) == -1 ||
	    journal_open(&journal, dirfd, 0, &err) == -1)
		abort();
	atexit(end);
}

/* As snapshot_write() ends it. */
static void
seal(void)
{
	struct digest	g;

	if (given.len < KM_HASH_LEN)
		return;
	digest_begin(&g);
	digest_add(&g, given.p, given.len - KM_HASH_LEN);
	digest_end(given.p + given.len - KM_HASH_LEN, &g);
}

static void
put(void)
{
	int	fd;

	fd = openat(dirfd, SNAPSHOT_NAME, O_WRONLY | O_TRUNC);
	if (fd == -1 || write(fd, given.p, given.len) !=
	    (ssize_t)given.len)
		abort();
	close(fd);
}

static int
unchanged(void)
{
	return given.len == real.len &&
	    memcmp(given.p, real.p, real.len) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct state	st, fresh;
	struct edits		e = { data, len };
	struct journal		j;
	size_t			n;
	int			loaded, sealed;

	if (d == NULL)
		begin();
	buf_reset(&given);
	buf_add(&given, real.p, real.len);
	sealed = (int)edit_number(&e, 1, 2);
	for (n = 0; n < EDITS_MAX && e.len > 0; n++)
		edit_apply(&e, &given);
	if (sealed)
		seal();
	put();
	if (state_init(&st, km_bytes_of(SAMPLE_AUTHORITY),
	    d->papers.environment) == -1)
		abort();
	fresh = st;
	j = journal;
	loaded = snapshot_load(&st, &j, dirfd);
	promise(loaded == 0 || loaded == 1);
	promise(!unchanged() || loaded == 1);
	promise(sealed || loaded == unchanged());
	if (loaded)
		promise(j.end > j.last && j.end <= j.size &&
		    j.from == j.end);
	else
		promise(memcmp(&st, &fresh, sizeof(st)) == 0 &&
		    memcmp(&j, &journal, sizeof(j)) == 0);
	state_free(&st);
	return 0;
}
