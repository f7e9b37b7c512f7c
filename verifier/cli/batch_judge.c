/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One row of a batch, answered: the badge in it verified as keurmerk verify
 * does, or what it asks by looked up in the register.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/cli/batch.h"
#include "verifier/cli/policy.h"
#include "verifier/known.h"
#include "verifier/lookup.h"

int
batch_scratch_begin(struct batch_scratch *s)
{
	memset(s, 0, sizeof(*s));
	s->words = open_memstream(&s->words_p, &s->words_len);
	if (s->words == NULL)
		return 0;
	/* Only one thread writes to it: no lock for each character. */
	__fsetlocking(s->words, FSETLOCKING_BYCALLER);
	return 1;
}

void
batch_scratch_end(struct batch_scratch *s)
{
	batch_line_end(s);
	if (s->words != NULL)
		fclose(s->words);
	free(s->words_p);
	free(s->p);
}

int
batch_grow(struct batch_scratch *s, size_t cap)
{
	uint8_t	*p;

	if (cap <= s->cap)
		return 1;
	if ((p = realloc(s->p, cap)) == NULL)
		return 0;
	s->p = p;
	s->cap = cap;
	return 1;
}

/* All of fd up to KM_FILE_MAX bytes and one; errno or 0. */
static int
slurp(struct batch_scratch *s, int fd, size_t size)
{
	ssize_t	n;

	if (size > KM_FILE_MAX)
		return EFBIG;
	if (!batch_grow(s, size + 4096))
		return ENOMEM;
	for (s->len = 0;; s->len += (size_t)n) {
		if (s->len == s->cap && !batch_grow(s, 2 * s->cap))
			return ENOMEM;
		n = read(fd, s->p + s->len, s->cap - s->len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return errno;
		else if (n == 0)
			return 0;
		if (s->len + (size_t)n > KM_FILE_MAX)
			return EFBIG;
	}
}

/* Names may come from a file: what is no file is not waited for. */
int
batch_file(struct batch_answer *a, struct batch_scratch *s, const char *path)
{
	struct stat	st;
	int		err, fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1 || fstat(fd, &st) == -1) {
		err = errno;
		if (fd != -1)
			close(fd);
		return batch_fail(a, BATCH_OPEN, "%s", strerror(err));
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return batch_fail(a, BATCH_KIND, "%s", S_ISDIR(st.st_mode) ?
		    cli_word("een map", "a directory") : cli_word(
		    "een apparaat of pijp", "a device or pipe"));
	}
	err = slurp(s, fd, (size_t)st.st_size);
	close(fd);
	if (err == EFBIG)
		return batch_fail(a, BATCH_LARGE, "%d", (int)KM_FILE_MAX);
	if (err != 0)
		return batch_fail(a, BATCH_OPEN, "%s", strerror(err));
	return 1;
}

/* As many at a time as there are, while nothing new is needed to be known. */
static void
judge(struct batch *b, struct batch_answer *a)
{
	pthread_rwlock_rdlock(&b->lock);
	if (cli_gather_wants(&b->known, a->q.badge)) {
		pthread_rwlock_unlock(&b->lock);
		pthread_rwlock_wrlock(&b->lock);
		cli_gather_shard(&b->known, a->q.badge);
		pthread_rwlock_unlock(&b->lock);
		pthread_rwlock_rdlock(&b->lock);
	}
	/* The verdict stands in the report. */
	(void)!km_verify(b->known.known, &a->report, &a->q);
	pthread_rwlock_unlock(&b->lock);
}

void
batch_verify(struct batch *b, struct batch_answer *a, struct km_bytes badge)
{
	a->q.badge = badge;
	judge(b, a);
	/* A file without a badge in it is not a badge that is bad. */
	if (km_exit(&a->report) == CLI_ERROR)
		batch_fail(a, BATCH_NO_BADGE, "%s", badge.len == 0 ?
		    cli_word("leeg", "empty") : "");
	else
		a->judged = 1;
}

/* The lists of all attestations that the key finds: are there new ones? */
static int
lists(struct batch *b, enum km_by by, struct km_bytes key, int take)
{
	const struct km_lookup_leaf	*f;
	struct km_lookup_find		 find;

	km_lookup_begin(&find, b->known.known->lookup, by, key);
	while ((f = km_lookup_next(&find)) != NULL) {
		if (!cli_gather_wants_leaf(&b->known, f->index))
			continue;
		if (!take)
			return 1;
		cli_gather_leaf(&b->known, f->index);
	}
	return 0;
}

void
batch_look_up(struct batch *b, struct batch_answer *a)
{
	enum km_by	by = a->by == BATCH_BY_NUMBER ? KM_BY_NUMBER :
			    a->by == BATCH_BY_HOST ? KM_BY_HOST :
			    KM_BY_HOLDER;

	if (b->known.from->tree == NULL) {
		batch_fail(a, BATCH_NO_REGISTER, "%s", "");
		return;
	}
	/* What it is bound to is then named. */
	if (by == KM_BY_HOST && a->policy.origin.len == 0)
		a->policy.origin = a->asked;
	pthread_rwlock_rdlock(&b->lock);
	if (lists(b, by, a->asked, 0)) {
		pthread_rwlock_unlock(&b->lock);
		pthread_rwlock_wrlock(&b->lock);
		lists(b, by, a->asked, 1);
		pthread_rwlock_unlock(&b->lock);
		pthread_rwlock_rdlock(&b->lock);
	}
	(void)!km_check(b->known.known, &a->report, &a->q, by, a->asked.p,
	    a->asked.len);
	pthread_rwlock_unlock(&b->lock);
	a->judged = 1;
}

static void
answer_path(struct batch *b, struct batch_answer *a, struct batch_scratch *s)
{
	a->by = BATCH_BY_BADGE;
	if (batch_file(a, s, a->row->input))
		batch_verify(b, a, (struct km_bytes){ s->p, s->len });
}

/* The policy of this row, where it asks for more than all do. */
static void
name_policy(const struct batch *b, struct batch_answer *a)
{
	if (a->policy.holder.p == b->policy.holder.p &&
	    a->policy.origin.p == b->policy.origin.p)
		memcpy(a->policy_hash, b->policy_hash, KM_HASH_LEN);
	else if (!cli_policy_hash(a->policy_hash, &a->policy))
		memset(a->policy_hash, 0, KM_HASH_LEN);
}

void
batch_judge(struct batch *b, struct batch_answer *a, struct batch_scratch *s,
    const struct batch_row *row)
{
	batch_line_end(s);
	memset(a, 0, offsetof(struct batch_answer, report));
	a->row = row;
	a->remarks = row->remarks;
	a->policy = b->policy;
	a->q = b->q;
	a->q.policy = &a->policy;
	switch (row->kind) {
	case BATCH_PATH:
		answer_path(b, a, s);
		break;
	case BATCH_LINE:
		batch_line(b, a, s);
		break;
	case BATCH_CELLS_ROW:
		batch_ask_cells(b, a);
		break;
	case BATCH_FAULT:
		batch_fail(a, row->why, "%s",
		    row->code != 0 ? strerror(row->code) : "");
		break;
	}
	name_policy(b, a);
}
