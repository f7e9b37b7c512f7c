/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A snapshot gives exactly the state that the journal gives, after a random
 * story of some hundred acts; and one that is not right gives nothing.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/file.h"
#include "ca/signer/snapshot.h"
#include "tests/lib/desk.h"

static unsigned int	seed;

static size_t
any(size_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

/* One thing that may happen, good or not. */
static void
one_step(struct desk *d)
{
	static const enum decision_kind	turn[] = { DECISION_SUSPEND,
					    DECISION_LIFT,
					    DECISION_WITHDRAW };
	size_t				h;

	desk_pass(d, (int64_t)any(4000));
	switch (any(8)) {
	case 0:
		if (d->n_holders < DESK_HOLDERS)
			desk_provider(d);
		break;
	case 1:
	case 2:
		if (d->n_holders > 0)
			desk_assess(d, any(d->n_holders));
		break;
	case 3:
	case 4:
		if (d->n_holders == 0 || d->n_marks == DESK_MARKS)
			break;
		h = any(d->n_holders);
		if (d->holder[h].assessed)
			desk_grant(d, h);
		break;
	case 5:
	case 6:
		if (d->n_marks > 0)	/* refused when it cannot be */
			desk_turn(d, turn[any(3)], any(d->n_marks));
		break;
	case 7:
		if (any(3) == 0)
			assert_int_equal(desk_publish(d, NULL),
			    REFUSAL_NONE);
		break;
	}
}

static void
snapshot_path(const struct desk *d, char path[600])
{
	snprintf(path, 600, "%s/snapshot", d->dir);
}

/* The state as a snapshot has it, all of it. */
static void
whole_state(struct desk *d, struct buf *out)
{
	char	path[600];

	snapshot_path(d, path);
	assert_int_equal(snapshot_write(&d->sg->state, &d->sg->journal,
	    d->sg->dirfd), 0);
	buf_reset(out);
	assert_int_equal(file_read(out, path), 0);
}

static void
equals_replay(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct signer_figures	 figures;
	struct signer_error	 err;
	struct buf		 live, loaded, replayed;
	char			 path[600];
	unsigned int		 round, i;

	(void)arg;
	seed = (unsigned int)time(NULL);
	print_message("seed %u\n", seed);
	buf_init(&live, 1 << 24);
	buf_init(&loaded, 1 << 24);
	buf_init(&replayed, 1 << 24);
	desk_begin(d, "snapshot");
	snapshot_path(d, path);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
	for (round = 0; round < 6; round++) {
		for (i = 0; i < 60; i++)
			one_step(d);
		whole_state(d, &live);

		desk_close(d);		/* writes one, and the next loads it */
		desk_open(d);
		assert_true(d->sg->journal.from == d->sg->journal.end);
		whole_state(d, &loaded);
		assert_int_equal(loaded.len, live.len);
		assert_memory_equal(loaded.p, live.p, live.len);

		desk_drop(d);
		assert_int_equal(unlink(path), 0);
		desk_open(d);
		assert_true(d->sg->journal.from == 0);
		whole_state(d, &replayed);
		assert_int_equal(replayed.len, live.len);
		assert_memory_equal(replayed.p, live.p, live.len);
		assert_int_equal(desk_hello(d), REFUSAL_NONE);
	}
	/* From a snapshot of before, and the journal since. */
	desk_close(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	for (i = 0; i < 20; i++)
		one_step(d);
	buf_reset(&live);
	desk_state(d, &live);
	desk_drop(d);
	desk_open(d);
	assert_true(d->sg->journal.from > 0);
	buf_reset(&loaded);
	desk_state(d, &loaded);
	assert_int_equal(loaded.len, live.len);
	assert_memory_equal(loaded.p, live.p, live.len);
	assert_int_equal(signer_replay(d->dir, UINT64_MAX, UINT32_MAX,
	    &figures, &err), 0);
	assert_int_equal(figures.batch, d->batch);
	print_message("%zu holders, %zu marks, batch %llu, epoch %u\n",
	    d->n_holders, d->n_marks, (unsigned long long)d->batch, d->epoch);
	buf_free(&live);
	buf_free(&loaded);
	buf_free(&replayed);
	desk_end(d);
	free(d);
}

static void
snapshot_put(const struct desk *d, const void *p, size_t len, mode_t mode)
{
	int	fd;

	assert_int_not_equal(fd = open(d->dir, O_RDONLY | O_DIRECTORY), -1);
	assert_int_equal(file_write(fd, "snapshot", p, len, mode), 0);
	close(fd);
}

/* Opened anew: was the snapshot used, and is the state right either way? */
static int
used(struct desk *d, const struct buf *want)
{
	struct buf	found;
	int		was;

	buf_init(&found, 4096);
	desk_open(d);
	was = d->sg->journal.from > 0;
	desk_state(d, &found);
	assert_int_equal(found.len, want->len);
	assert_memory_equal(found.p, want->p, want->len);
	desk_drop(d);
	buf_free(&found);
	return was;
}

static void
not_right(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d)), *other;
	struct buf	 good, state, foreign;
	char		 path[600];
	uint8_t		*p;
	size_t		 i;

	(void)arg;
	other = calloc(1, sizeof(*other));
	buf_init(&good, 1 << 24);
	buf_init(&foreign, 1 << 24);
	buf_init(&state, 4096);
	desk_begin(d, "not-right");
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	desk_state(d, &state);
	desk_close(d);
	snapshot_path(d, path);
	assert_int_equal(file_read(&good, path), 0);
	assert_int_equal(used(d, &state), 1);

	/* One bit, here and there; one byte less, one more; nothing. */
	p = malloc(good.len + 1);
	for (i = 0; i < good.len; i += 1 + good.len / 61) {
		memcpy(p, good.p, good.len);
		p[i] ^= 1;
		snapshot_put(d, p, good.len, 0600);
		assert_int_equal(used(d, &state), 0);
	}
	memcpy(p, good.p, good.len);
	p[good.len] = 0;
	snapshot_put(d, p, good.len + 1, 0600);
	assert_int_equal(used(d, &state), 0);
	snapshot_put(d, p, good.len - 1, 0600);
	assert_int_equal(used(d, &state), 0);
	snapshot_put(d, p, 0, 0600);
	assert_int_equal(used(d, &state), 0);
	snapshot_put(d, p, good.len, 0644);
	assert_int_equal(used(d, &state), 0);
	snapshot_put(d, p, good.len, 0600);
	assert_int_equal(used(d, &state), 1);

	/* Whole, of an authority of the same name, but another journal. */
	desk_begin(other, "other");
	desk_open(other);
	assert_int_equal(desk_hello(other), REFUSAL_NONE);
	desk_pass(other, 1);
	desk_furnish(other);
	desk_close(other);
	snapshot_path(other, path);
	assert_int_equal(file_read(&foreign, path), 0);
	snapshot_put(d, foreign.p, foreign.len, 0600);
	assert_int_equal(used(d, &state), 0);

	free(p);
	buf_free(&good);
	buf_free(&foreign);
	buf_free(&state);
	desk_end(d);
	desk_end(other);
	free(d);
	free(other);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(equals_replay),
		cmocka_unit_test(not_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
