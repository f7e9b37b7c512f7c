/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The journal as a file: cut short at every byte, damaged at every byte,
 * empty, foreign, of another version, readable by others.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"
#include "tests/lib/desk.h"

/* An authority with a few batches and an epoch, closed. */
struct fixture {
	struct desk	 desk;
	struct buf	 journal;
	size_t		 last;		/* where the last record begins */
	struct signer_figures full, before;	/* with and without it */
};

static void
journal_put(const struct fixture *f, const void *p, size_t len)
{
	int	fd;

	assert_int_not_equal(fd = open(f->desk.dir, O_RDONLY | O_DIRECTORY),
	    -1);
	assert_int_equal(file_write(fd, "journal", p, len, 0600), 0);
	unlinkat(fd, "snapshot", 0);
	close(fd);
}

static int
setup(void **arg)
{
	struct fixture		*f = calloc(1, sizeof(*f));
	struct desk		*d = &f->desk;
	struct signer_error	 err;

	desk_begin(d, "journal");
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	desk_drop(d);
	buf_init(&f->journal, 1 << 22);
	desk_journal(d, &f->journal);
	f->last = f->journal.len;
	assert_int_equal(signer_replay(d->dir, UINT64_MAX, UINT32_MAX,
	    &f->before, &err), 0);

	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_grant(d, 0);
	desk_drop(d);
	desk_journal(d, &f->journal);
	assert_int_equal(signer_replay(d->dir, UINT64_MAX, UINT32_MAX,
	    &f->full, &err), 0);
	assert_int_equal(f->full.batch, f->before.batch + 1);
	*arg = f;
	return 0;
}

static int
teardown(void **arg)
{
	struct fixture	*f = *arg;

	desk_end(&f->desk);
	buf_free(&f->journal);
	free(f);
	return 0;
}

/* Replay it; NULL, or what is wrong with it. */
static const char *
wrong(const struct fixture *f, struct signer_figures *out)
{
	static struct signer_error	err;

	return signer_replay(f->desk.dir, UINT64_MAX, UINT32_MAX, out,
	    &err) == 0 ? NULL : err.text;
}

static void
last_record_cut_short(void **arg)
{
	struct fixture		*f = *arg;
	struct signer_figures	 found;
	struct stat		 st;
	char			 path[600];
	size_t			 len;

	for (len = f->last; len < f->journal.len; len += len < f->last + 40 ||
	    len + 40 > f->journal.len ? 1 : 41) {
		journal_put(f, f->journal.p, len);
		assert_null(wrong(f, &found));
		assert_memory_equal(&found, &f->before, sizeof(found));
		if (len % 9 != 0)
			continue;
		/* Whoever writes to it cuts it, and goes on. */
		desk_open(&f->desk);
		snprintf(path, sizeof(path), "%s/journal", f->desk.dir);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, f->last);
		desk_drop(&f->desk);
	}
}

/* A full disk or a lost write: right length, wrong bytes, nothing behind. */
static void
last_record_half_zeros(void **arg)
{
	struct fixture		*f = *arg;
	struct signer_figures	 found;
	uint8_t			*p = malloc(f->journal.len);
	size_t			 from;

	for (from = f->last; from < f->journal.len - 8; from += 211) {
		memcpy(p, f->journal.p, f->journal.len);
		memset(p + from, 0, f->journal.len - from);
		journal_put(f, p, f->journal.len);
		assert_null(wrong(f, &found));
		assert_memory_equal(&found, &f->before, sizeof(found));
	}
	free(p);
}

/* Every byte before the last record: refused, by name, and never cut. */
static void
middle_damaged(void **arg)
{
	struct fixture		*f = *arg;
	struct signer_figures	 found;
	struct signer_error	 err;
	struct stat		 st;
	uint8_t			*p = malloc(f->journal.len);
	const char		*why;
	char			 path[600];
	size_t			 i;

	snprintf(path, sizeof(path), "%s/journal", f->desk.dir);
	/* Closer in the small records than in the one with the scheme. */
	for (i = 0; i < f->last; i += i < 100 ? 3 :
	    i + 4000 < f->last ? 2003 : 61) {
		memcpy(p, f->journal.p, f->journal.len);
		p[i] ^= 0x20;
		journal_put(f, p, f->journal.len);
		why = wrong(f, &found);
		assert_non_null(why);
		assert_non_null(strstr(why, "damaged"));
		if (i % 5 != 0)
			continue;
		assert_int_equal(desk_try_open(&f->desk, &err), -1);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, f->journal.len);
	}
	free(p);
}

/* Where each frame begins, and the end; how many frames. */
static size_t
frames(const struct fixture *f, size_t at[16])
{
	const uint8_t	*p = f->journal.p;
	size_t		 i, n = 0;

	for (i = 0; i < f->journal.len; n++) {
		at[n] = i;
		i += 12 + ((size_t)p[i] << 24 | (size_t)p[i + 1] << 16 |
		    (size_t)p[i + 2] << 8 | p[i + 3]);
	}
	at[n] = i;
	return n;
}

/* The journal with frame i n times. */
static const char *
with_frame(const struct fixture *f, size_t i, int n,
    struct signer_figures *found)
{
	struct buf	all;
	size_t		at[16];
	const char	*why;

	frames(f, at);
	buf_init(&all, 1 << 22);
	buf_add(&all, f->journal.p, at[i]);
	while (n-- > 0)
		buf_add(&all, f->journal.p + at[i], at[i + 1] - at[i]);
	buf_add(&all, f->journal.p + at[i + 1], f->journal.len - at[i + 1]);
	journal_put(f, all.p, all.len);
	buf_free(&all);
	why = wrong(f, found);
	return why;
}

/*
 * Frames that are whole, but not this sequence of them: head, five batches
 * with an epoch before the last. Only what is missing at the very end the
 * journal cannot know by itself.
 */
static void
records_out_of_order(void **arg)
{
	struct fixture		*f = *arg;
	struct signer_figures	 found;
	size_t			 at[16], i;

	assert_int_equal(frames(f, at), 7);
	for (i = 1; i < 7; i++)
		assert_non_null(strstr(with_frame(f, i, 2, &found),
		    "does not follow"));
	for (i = 1; i < 5; i++)
		assert_non_null(strstr(with_frame(f, i, 0, &found),
		    "does not follow"));
	assert_null(with_frame(f, 5, 0, &found));	/* the epoch */
	assert_int_equal(found.epoch, 0);
	assert_null(with_frame(f, 6, 0, &found));
	assert_int_equal(found.batch, f->before.batch);
	assert_null(with_frame(f, 6, 1, &found));
	assert_int_equal(found.batch, f->full.batch);
}

/* A journal of this head and then the rest of ours. */
static void
head_put(struct fixture *f, uint64_t kind, uint64_t version, const char *uri,
    uint64_t environment)
{
	struct buf	record, all;
	size_t		skip;

	buf_init(&record, 512);
	buf_init(&all, 1 << 22);
	encode_array(&record, 4);
	encode_uint(&record, kind);
	encode_uint(&record, version);
	encode_text(&record, km_bytes_of(uri));
	encode_uint(&record, environment);
	journal_frame(&all, &record);
	skip = 12 + f->journal.p[3];
	buf_add(&all, f->journal.p + skip, f->journal.len - skip);
	journal_put(f, all.p, all.len);
	buf_free(&record);
	buf_free(&all);
}

static void
refused_with(struct fixture *f, const char *words)
{
	struct signer_error	err;
	struct buf		before, after;

	buf_init(&before, 1 << 22);
	buf_init(&after, 1 << 22);
	desk_journal(&f->desk, &before);
	assert_int_equal(desk_try_open(&f->desk, &err), -1);
	if (strstr(err.text, words) == NULL)
		fail_msg("expected \"%s\", found \"%s\"", words, err.text);
	desk_journal(&f->desk, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.p, after.p, before.len);
	buf_free(&before);
	buf_free(&after);
}

static void
foreign(void **arg)
{
	struct fixture	*f = *arg;
	char		 path[600];

	head_put(f, 0, 1, SAMPLE_AUTHORITY, 0);	/* ours: as it was */
	desk_open(&f->desk);
	desk_drop(&f->desk);
	head_put(f, 0, 1, "https://other.example", 0);
	refused_with(f, "expected one of https://keurmerk.example");
	head_put(f, 0, 1, SAMPLE_AUTHORITY, 1);
	refused_with(f, "environment 0, found");
	head_put(f, 0, 2, SAMPLE_AUTHORITY, 0);
	refused_with(f, "expected version 1, found 2");
	head_put(f, 1, 1, SAMPLE_AUTHORITY, 0);
	refused_with(f, "expected the record that init writes");
	journal_put(f, "", 0);
	refused_with(f, "expected the record that init writes");
	journal_put(f, "SQLite format 3", 16);
	refused_with(f, "expected the record that init writes");
	journal_put(f, f->journal.p, 12 + f->journal.p[3]);
	refused_with(f, "expected the batch that init writes");

	journal_put(f, f->journal.p, f->journal.len);
	snprintf(path, sizeof(path), "%s/journal", f->desk.dir);
	assert_int_equal(chmod(path, 0640), 0);
	refused_with(f, "mode 0600");
}

static void
no_journal(void **arg)
{
	struct fixture		*f = *arg;
	struct signer_figures	 found;
	struct signer_error	 err;
	char			 path[600];

	snprintf(path, sizeof(path), "%s/journal", f->desk.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(desk_try_open(&f->desk, &err), -1);
	assert_non_null(strstr(err.text, "expected one from init"));
	assert_int_equal(access(path, F_OK), -1);
	assert_non_null(strstr(wrong(f, &found), "expected one from init"));
	assert_int_equal(signer_replay("/nowhere/signer", 0, 0, &found, &err),
	    -1);
	journal_put(f, f->journal.p, f->journal.len);
}

/* The figures as they were after each batch and epoch. */
static void
replay_stops(void **arg)
{
	struct fixture		*f = *arg;
	struct signer_figures	 found;
	struct signer_error	 err;
	uint64_t		 batch;

	journal_put(f, f->journal.p, f->journal.len);
	for (batch = 1; batch <= f->full.batch; batch++) {
		assert_int_equal(signer_replay(f->desk.dir, batch, 1, &found,
		    &err), 0);
		assert_int_equal(found.batch, batch);
		assert_int_equal(found.epoch, batch >= f->before.batch);
		assert_int_equal(found.log.size, batch + 2);
	}
	assert_memory_equal(&found, &f->full, sizeof(found));
	assert_int_equal(signer_replay(f->desk.dir, UINT64_MAX, 0, &found,
	    &err), 0);
	assert_int_equal(found.epoch, 0);
	assert_int_equal(found.batch, f->before.batch);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(last_record_cut_short),
		cmocka_unit_test(last_record_half_zeros),
		cmocka_unit_test(middle_damaged),
		cmocka_unit_test(records_out_of_order),
		cmocka_unit_test(foreign),
		cmocka_unit_test(no_journal),
		cmocka_unit_test(replay_stops),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
