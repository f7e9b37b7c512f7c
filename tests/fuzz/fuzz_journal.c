/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signer's journal (ca/signer/journal.h, replay.h): edits of a real one.
 * Whatever it holds there is an answer, and what is believed of it is what
 * its records say: batches and epochs in order, each with the log that it
 * names. Of a journal whose bytes were damaged after they were written only
 * whole records of before count, from the first on.
 *
 *	1 byte	bit 0: of the file as it lies on disk, else of its records,
 *		which then get their SHA-256 anew
 *	then	edits (edit.h); of records each with its number before it, one
 *		byte, of which bit 7 says: this record comes twice
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/signer/ask.h"
#include "ca/signer/replay.h"
#include "tests/fuzz/edit.h"
#include "tests/lib/desk.h"

enum { RECORDS_MAX = 16, EDITS_MAX = 16, FILE_MAX = 1 << 20 };

static struct desk	*d;
static struct buf	 journal, record[RECORDS_MAX], given, found;
static size_t		 n_records;
static int		 dirfd;

static void
end(void)
{
	size_t	i;

	for (i = 0; i < RECORDS_MAX; i++)
		buf_free(&record[i]);
	buf_free(&journal);
	buf_free(&given);
	buf_free(&found);
	close(dirfd);
	desk_end(d);
	free(d);
}

/* The real one: init, people, a mark that is suspended, two epochs. */
static void
begin(void)
{
	size_t	i;

	if ((d = calloc(1, sizeof(*d))) == NULL)
		abort();
	buf_init(&journal, FILE_MAX);
	buf_init(&given, 2 * FILE_MAX);
	buf_init(&found, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	for (i = 0; i < RECORDS_MAX; i++)
		buf_init(&record[i], FILE_MAX);
	desk_begin(d, "fuzz-journal");
	desk_open(d);
	if (desk_hello(d) != REFUSAL_NONE)
		abort();
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	if (desk_publish(d, NULL) != REFUSAL_NONE ||
	    desk_turn(d, DECISION_SUSPEND, 0) != REFUSAL_NONE ||
	    desk_publish(d, NULL) != REFUSAL_NONE)
		abort();
	desk_journal(d, &journal);
	desk_drop(d);
	if ((dirfd = open(d->dir, O_RDONLY | O_DIRECTORY)) == -1)
		abort();
	atexit(end);
}

/* Into its records, afresh. */
static void
split(void)
{
	const uint8_t	*p = journal.p;
	size_t		 at, len;

	n_records = 0;
	for (at = 0; at < journal.len; at += len + JOURNAL_TAIL_LEN) {
		promise(n_records < RECORDS_MAX);
		len = (size_t)p[at + 1] << 16 | (size_t)p[at + 2] << 8 |
		    p[at + 3];
		at += MSG_HEAD_LEN;
		buf_reset(&record[n_records]);
		buf_add(&record[n_records++], p + at, len);
	}
}

static void
edit_records(struct edits *e)
{
	size_t	i, n, which, twice = RECORDS_MAX;

	split();
	for (n = 0; n < EDITS_MAX && e->len > 0; n++) {
		which = edit_number(e, 1, 256);
		if (which >> 7 == 1)
			twice = (which & 0x7f) % n_records;
		else
			edit_apply(e, &record[which % n_records]);
	}
	buf_reset(&given);
	for (i = 0; i < n_records; i++) {
		journal_frame(&given, &record[i]);
		if (i == twice)
			journal_frame(&given, &record[i]);
	}
}

static void
edit_file(struct edits *e)
{
	size_t	n;

	buf_reset(&given);
	buf_add(&given, journal.p, journal.len);
	for (n = 0; n < EDITS_MAX && e->len > 0; n++)
		edit_apply(e, &given);
}

static void
put(void)
{
	int	fd;

	fd = openat(dirfd, JOURNAL_NAME, O_WRONLY | O_TRUNC);
	if (fd == -1 || write(fd, given.p, given.len) !=
	    (ssize_t)given.len)
		abort();
	close(fd);
}

/* The last batch and the log as its record says, and as they are. */
static void
is_said(const struct state *st, const struct journal *j)
{
	const struct past_batch	*past = &st->past[st->batch %
				    STATE_HEADS_KEPT];
	struct km_tree_head	 head, want;
	struct batch_record	 b;
	struct km_cbor		 c;

	promise(past->batch == st->batch);
	promise(journal_read(j, past->offset, &found) == 0);
	promise(replay_batch_open(&b, (struct km_bytes){ found.p,
	    found.len }) == 0 && b.batch == st->batch);
	km_cbor_begin(&c, b.log.p, b.log.len);
	tree_head_read(&c, &want);
	state_log_head(st, &head);
	promise(c.err == KM_OK && head.size == want.size &&
	    memcmp(head.root, want.root, KM_HASH_LEN) == 0);
}

/* What counts is one record for each batch and each epoch, in order. */
static void
is_counted(const struct state *st, uint64_t end_at)
{
	const uint8_t	*p;
	uint64_t	 at, batches = 0, epochs = 0;

	for (at = 0; at < end_at; at += MSG_HEAD_LEN + JOURNAL_TAIL_LEN +
	    ((uint64_t)p[1] << 16 | (uint64_t)p[2] << 8 | p[3])) {
		p = given.p + at;
		batches += p[4] == 0x86 && p[5] == JOURNAL_BATCH;
		epochs += p[4] == 0x83 && p[5] == JOURNAL_EPOCH;
	}
	promise(st->batch == batches && st->epoch == epochs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct state	st;
	struct signer_error	err = { "" };
	struct journal		j;
	struct edits		e = { data, len };
	int			on_disk, rc;

	if (d == NULL)
		begin();
	if ((on_disk = (int)edit_number(&e, 1, 2)) == 1)
		edit_file(&e);
	else
		edit_records(&e);
	put();
	if (state_init(&st, km_bytes_of(SAMPLE_AUTHORITY),
	    d->papers.environment) == -1 ||
	    journal_open(&j, dirfd, 0, &err) == -1)
		abort();
	rc = replay_run(&st, &j, -1, NULL, &err);
	promise(rc == 0 || (rc == -1 && err.text[0] != '\0'));
	promise(j.end <= j.size && j.size == given.len);
	promise(rc == 0 || given.len != journal.len ||
	    memcmp(given.p, journal.p, journal.len) != 0);
	if (rc == 0) {
		promise(st.batch > 0 && st.trust.version > 0);
		is_said(&st, &j);
		is_counted(&st, j.end);
	}
	if (rc == 0 && on_disk)
		promise(j.end <= journal.len &&
		    memcmp(given.p, journal.p, j.end) == 0);
	journal_close(&j);
	state_free(&st);
	return 0;
}
