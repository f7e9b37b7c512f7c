/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Deciding, with a real signer whose answers come when the test wants: what
 * arrives, waits, leaves in batches, is recorded, told, published; and what a
 * start finds after any moment of them.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "tests/lib/bureau_main.h"

static struct desk_holder	holder[600];

static void
meta_is(uint64_t batch, uint64_t log_size, uint32_t epoch)
{
	struct store_meta	meta;

	assert_int_equal(store_meta(b.st, &meta), 0);
	assert_int_equal(meta.batch, batch);
	assert_int_equal(meta.log_size, log_size);
	assert_int_equal(meta.epoch, epoch);
	assert_int_equal(merkle_size(b.log), log_size);
}

/* After init the store is empty: batch 1 comes, and the first epoch. */
static void
test_start(void **state)
{
	(void)state;
	assert_int_equal(b.ready, 1);
	meta_is(1, 3, 1);
	assert_int_equal(b.dc->in.trust.version, 1);
	assert_int_equal(b.dc->in.officers.version, 1);
	assert_int_equal(b.dc->in.scheme.version, 1);
	bureau_drop(&b);
	bureau_open(&b);
	bureau_settle(&b);
	assert_int_equal(b.ready, 2);
	meta_is(1, 3, 2);	/* lists are signed anew at each start */
}

static void
test_pending(void **state)
{
	struct store_pending	p;
	struct papers_act	act;
	uint64_t		n;
	size_t			slot;

	(void)state;
	bureau_provider(&b, &act, &holder[1]);
	slot = bureau_arrive(&b, &act, 0);
	assert_int_equal(bureau_state(&b, slot), ACTED_PENDING);
	assert_int_equal(b.told[slot].missing, ROLE_DECIDER);
	assert_int_equal(store_pending(b.st, &p, act.d.id), 0);
	assert_false(bureau_take(&b));

	/* Byte for byte again: the answer had been lost. */
	slot = bureau_arrive(&b, &act, 0);
	assert_int_equal(bureau_state(&b, slot), ACTED_PENDING);
	assert_int_equal(b.told[slot].missing, ROLE_DECIDER);
	/* Over a restart too. */
	bureau_drop(&b);
	bureau_open(&b);
	bureau_settle(&b);
	slot = bureau_arrive(&b, &act, 1);
	assert_int_equal(bureau_state(&b, slot), -1);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	assert_int_equal(b.told[slot].index, 3);
	assert_int_equal(store_pending_count(b.st, &n), 0);
	assert_int_equal(n, 0);
	slot = bureau_arrive(&b, &act, 1);
	assert_int_equal(bureau_state(&b, slot), ACTED_ALREADY);
	assert_int_equal(b.told[slot].index, 3);
	papers_act_free(&act);
}

/*
 * What queues while a batch is away makes the next, and leaves before the
 * first is recorded and told: half of what is then in hand.
 */
static void
test_batches(void **state)
{
	struct papers_act	act[5];
	size_t			slot[5], i;

	(void)state;
	for (i = 0; i < 5; i++) {
		bureau_provider(&b, &act[i], &holder[i]);
		slot[i] = bureau_propose(&b, &act[i]);
	}
	assert_true(bureau_take(&b));
	assert_int_equal(b.op, SIGNER_APPLY);
	assert_int_equal(b.batch, 2);
	assert_int_equal(b.n_acts, 1);
	assert_false(bureau_take(&b));
	assert_int_equal(bureau_take(&b), 0);
	bureau_sign(&b);
	b.dc->publish_wait_ms = 1000000;	/* no epoch in between */
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, slot[0]), ACTED_DONE);
	assert_int_equal(b.ahead[slot[0]], 1);
	meta_is(2, 4, 1);
	assert_true(bureau_take(&b));
	assert_int_equal(b.op, SIGNER_APPLY);
	assert_int_equal(b.batch, 3);
	assert_int_equal(b.n_acts, 3);
	for (i = 1; i < 5; i++)
		assert_int_equal(bureau_state(&b, slot[i]), -1);
	bureau_sign(&b);
	bureau_reply(&b);
	for (i = 1; i < 4; i++)
		assert_int_equal(b.ahead[slot[i]], 1);
	meta_is(3, 7, 1);
	assert_true(bureau_take(&b));
	assert_int_equal(b.batch, 4);
	assert_int_equal(b.n_acts, 1);
	assert_int_equal(bureau_state(&b, slot[4]), -1);
	bureau_sign(&b);
	bureau_reply(&b);
	for (i = 1; i < 5; i++) {
		assert_int_equal(bureau_state(&b, slot[i]), ACTED_DONE);
		assert_int_equal(b.told[slot[i]].index, 3 + i);
		/* An epoch that has batches 3 and 4 is the next. */
		assert_int_equal(b.told[slot[i]].epoch, 2);
		papers_act_free(&act[i]);
	}
	papers_act_free(&act[0]);
	assert_true(b.dc->dirty);
	b.dc->publish_wait_ms = 0;
	epoch_try(b.dc);
	bureau_settle(&b);
	meta_is(4, 8, 2);
}

static void
test_largest_batch(void **state)
{
	struct papers_act	act;
	size_t			i, slot = 0;

	(void)state;
	for (i = 0; i < 600; i++) {
		bureau_provider(&b, &act, &holder[i]);
		slot = bureau_propose(&b, &act);
		papers_act_free(&act);
	}
	assert_true(bureau_take(&b));
	assert_int_equal(b.n_acts, 1);
	bureau_sign(&b);
	b.dc->publish_wait_ms = 1000000;
	bureau_reply(&b);
	assert_true(bureau_take(&b));
	assert_int_equal(b.n_acts, BATCH_ACTS_MAX);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_true(bureau_take(&b));
	assert_int_equal(b.n_acts, BATCH_ACTS_MAX);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_true(bureau_take(&b));
	assert_int_equal(b.n_acts, 600 - 1 - 2 * BATCH_ACTS_MAX);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	meta_is(5, 603, 1);
}

/* The same act from two sides at once: carried out once, both hear of it. */
static void
test_flying(void **state)
{
	struct papers_act	act;
	size_t			one, two, three;

	(void)state;
	bureau_provider(&b, &act, &holder[0]);
	one = bureau_propose(&b, &act);
	two = bureau_arrive(&b, &act, 1);
	assert_true(bureau_take(&b));
	three = bureau_arrive(&b, &act, 0);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, one), ACTED_DONE);
	assert_int_equal(bureau_state(&b, two), ACTED_ALREADY);
	assert_int_equal(bureau_state(&b, three), ACTED_ALREADY);
	assert_int_equal(b.told[two].index, b.told[one].index);
	bureau_settle(&b);
	assert_int_equal(merkle_size(b.log), 4);

	/* But not with a signature that is not one. */
	act.approval[1].p[act.approval[1].len - 1] ^= 1;
	papers_act_free(&act);
	bureau_provider(&b, &act, &holder[1]);
	bureau_propose(&b, &act);
	act.approval[1].p[act.approval[1].len - 1] ^= 1;
	one = bureau_arrive(&b, &act, 1);
	assert_int_equal(bureau_state(&b, one), ACTED_REFUSED);
	assert_int_equal(b.told[one].refusal, REFUSAL_SIGNATURE);
	papers_act_free(&act);
	bureau_settle(&b);
}

/*
 * An act on a mark is shown with the register leaf of before: so it waits
 * until the one ahead of it is recorded.
 */
static void
test_same_mark(void **state)
{
	struct papers_act	act, suspend, withdraw, other;
	char			mark[KM_NUMBER_LEN + 1];
	size_t			slot, one, two, three;

	(void)state;
	bureau_grant(&b, &act, &holder[0], desk_two);
	slot = bureau_propose(&b, &act);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	strcpy(mark, b.told[slot].mark);
	assert_string_equal(mark, "KM-2026-000001-8");
	b.dc->publish_wait_ms = 1000000;

	bureau_on_mark(&b, &suspend, DECISION_SUSPEND, mark, desk_decider);
	bureau_on_mark(&b, &withdraw, DECISION_WITHDRAW, mark, desk_three);
	bureau_provider(&b, &other, &holder[1]);
	one = bureau_propose(&b, &suspend);
	two = bureau_propose(&b, &withdraw);
	three = bureau_propose(&b, &other);
	assert_true(bureau_take(&b));
	assert_int_equal(b.n_acts, 1);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, one), ACTED_DONE);
	/* The other leaves at once, before the suspension is recorded. */
	assert_true(bureau_take(&b));
	assert_int_equal(b.n_acts, 1);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, three), ACTED_DONE);
	assert_int_equal(bureau_state(&b, two), -1);
	assert_true(bureau_take(&b));
	bureau_sign(&b);
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, two), ACTED_DONE);
	b.dc->publish_wait_ms = 0;
	epoch_try(b.dc);
	bureau_settle(&b);
	papers_act_free(&act);
	papers_act_free(&suspend);
	papers_act_free(&withdraw);
	papers_act_free(&other);
}

/* The signer refuses a batch whole: all in it hear why, and it never was. */
static void
test_batch_refused(void **state)
{
	struct papers_act	act[2];
	size_t			slot[2];

	(void)state;
	bureau_provider(&b, &act[0], &holder[0]);
	bureau_provider(&b, &act[1], &holder[1]);
	slot[0] = bureau_propose(&b, &act[0]);
	slot[1] = bureau_propose(&b, &act[1]);
	assert_true(bureau_take(&b));
	bureau_refuse(&b, REFUSAL_FENCED);
	assert_int_equal(bureau_state(&b, slot[0]), ACTED_REFUSED);
	assert_int_equal(b.told[slot[0]].refusal, REFUSAL_FENCED);
	assert_string_equal(b.told[slot[0]].detail, "only for a test");
	assert_true(bureau_take(&b));
	assert_int_equal(b.batch, 2);
	assert_int_equal(b.n_acts, 1);
	bureau_sign(&b);
	bureau_reply(&b);
	assert_int_equal(bureau_state(&b, slot[1]), ACTED_DONE);
	/* The first can come again. */
	slot[0] = bureau_propose(&b, &act[0]);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot[0]), ACTED_DONE);
	papers_act_free(&act[0]);
	papers_act_free(&act[1]);
}

/* Office lets both through; the signer carries out one of them. */
static void
test_act_refused(void **state)
{
	struct papers_act	act, rival;
	struct papers_draft	d;
	size_t			one, two;

	(void)state;
	bureau_provider(&b, &act, &holder[0]);
	bureau_draft(&b, &d, DECISION_PROVIDER_ADD);
	d.d.subject = km_bytes_of(holder[0].sub);
	d.d.u.provider.kvk = km_bytes_of(holder[0].kvk);
	bureau_act_sign(&b, &rival, &d, desk_two);
	one = bureau_propose(&b, &act);
	two = bureau_propose(&b, &rival);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, one), ACTED_DONE);
	assert_int_equal(bureau_state(&b, two), ACTED_REFUSED);
	assert_int_equal(b.told[two].refusal, REFUSAL_EXISTS);
	/* Its batch did not count, and the next has the number. */
	meta_is(2, 4, 2);
	papers_act_free(&act);
	bureau_provider(&b, &act, &holder[1]);
	one = bureau_propose(&b, &act);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, one), ACTED_DONE);
	meta_is(3, 5, 3);
	papers_act_free(&act);
	papers_act_free(&rival);
}

/* Killed after the signer had it in its journal: it comes again. */
static void
test_lost_answer(void **state)
{
	struct papers_act	act;
	size_t			slot;

	(void)state;
	bureau_grant(&b, &act, &holder[0], desk_two);
	slot = bureau_propose(&b, &act);
	assert_true(bureau_take(&b));
	bureau_sign(&b);
	assert_int_equal(bureau_state(&b, slot), -1);
	bureau_drop(&b);
	bureau_open(&b);
	bureau_settle(&b);
	meta_is(5, 7, 4);
	slot = bureau_arrive(&b, &act, 1);
	assert_int_equal(bureau_state(&b, slot), ACTED_ALREADY);
	assert_string_equal(b.told[slot].mark, "KM-2026-000001-8");
	assert_int_equal(b.told[slot].index, 6);
	papers_act_free(&act);
}

/* Killed before the signer had it: it never was, and can come again. */
static void
test_lost_question(void **state)
{
	struct papers_act	act;
	size_t			slot;

	(void)state;
	bureau_provider(&b, &act, &holder[0]);
	bureau_propose(&b, &act);
	assert_true(bureau_take(&b));
	bureau_drop(&b);
	bureau_open(&b);
	bureau_settle(&b);
	meta_is(1, 3, 2);
	slot = bureau_propose(&b, &act);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	papers_act_free(&act);
}

/* An epoch was made and not published, and a batch came after it. */
static void
test_lost_epoch(void **state)
{
	struct papers_act	act[2];
	size_t			slot;

	(void)state;
	bureau_provider(&b, &act[0], &holder[0]);
	bureau_provider(&b, &act[1], &holder[1]);
	b.dc->publish_wait_ms = 0;
	bureau_propose(&b, &act[0]);
	bureau_propose(&b, &act[1]);
	assert_true(bureau_take(&b));
	bureau_sign(&b);
	bureau_reply(&b);	/* now epoch 2 of batch 2, and batch 3 */
	assert_true(bureau_take(&b));
	assert_int_equal(b.op, SIGNER_PUBLISH);
	assert_int_equal(b.batch, 2);
	bureau_sign(&b);
	assert_true(bureau_take(&b));
	assert_int_equal(b.op, SIGNER_APPLY);
	assert_int_equal(b.batch, 3);
	bureau_sign(&b);
	meta_is(2, 4, 1);
	bureau_drop(&b);
	bureau_open(&b);
	assert_true(bureau_take(&b));
	assert_int_equal(b.op, SIGNER_HELLO);
	bureau_sign(&b);
	bureau_reply(&b);
	meta_is(3, 5, 2);	/* published while the store stood at 2 */
	bureau_settle(&b);
	meta_is(3, 5, 3);
	slot = bureau_arrive(&b, &act[1], 0);
	assert_int_equal(bureau_state(&b, slot), ACTED_ALREADY);
	papers_act_free(&act[0]);
	papers_act_free(&act[1]);
}

static void
test_epoch_refused(void **state)
{
	struct papers_act	act;
	size_t			slot;

	(void)state;
	b.dc->publish_wait_ms = 0;
	bureau_provider(&b, &act, &holder[0]);
	slot = bureau_propose(&b, &act);
	assert_true(bureau_take(&b));
	bureau_sign(&b);
	bureau_reply(&b);
	assert_true(bureau_take(&b));
	assert_int_equal(b.op, SIGNER_PUBLISH);
	bureau_refuse(&b, REFUSAL_CLOCK);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	assert_true(b.dc->dirty);
	assert_int_equal(b.dc->publish_wait_ms, DECIDE_RETRY_MS);
	assert_false(bureau_take(&b));
	b.dc->publish_wait_ms = 0;
	epoch_try(b.dc);
	bureau_settle(&b);
	meta_is(2, 4, 2);
	papers_act_free(&act);
}

/* A list is judged by the signer, which says what is wrong with it. */
static void
test_list(void **state)
{
	static const struct km_bytes	none = { NULL, 0 };
	struct km_bytes			list;
	size_t				slot;

	(void)state;
	list.p = b.desk->papers.trust_bytes.p;
	list.len = b.desk->papers.trust_bytes.len;
	slot = bureau_bytes(&b, list, none, none);
	decide_arrived(b.dc);
	assert_int_equal(bureau_state(&b, slot), ACTED_ALREADY);
	assert_int_equal(b.told[slot].index, 0);
	b.desk->papers.trust_bytes.p[list.len - 1] ^= 1;
	slot = bureau_bytes(&b, list, none, none);
	decide_arrived(b.dc);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_REFUSED);
	assert_int_equal(b.told[slot].refusal, REFUSAL_VERSION);
}

/*
 * In a child, on the channel that it shares: its end must be fatal. Nothing
 * but the store is looked at after it.
 */
static void
assert_fatal(void (*what)(const void *), const void *arg)
{
	int	status, fd;
	pid_t	pid;

	if ((pid = fork()) == 0) {
		fd = open("/dev/null", O_WRONLY);
		dup2(fd, STDERR_FILENO);
		if (event_reinit(b.base) == 0)
			what(arg);
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), LOG_EXIT);
}

static void
lose_signer(const void *arg)
{
	(void)arg;
	shutdown(b.fd, SHUT_RDWR);
	bureau_spin(&b);
}

struct bytes {
	const char	*p;
	size_t		 len;
};

/* A batch is away and this comes back. */
static void
answer_bytes(const void *arg)
{
	const struct bytes	*bytes = arg;
	struct papers_act	 act;
	struct buf		 message;

	bureau_provider(&b, &act, &holder[0]);
	bureau_propose(&b, &act);
	if (!bureau_take(&b))
		_exit(3);
	buf_init(&message, MSG_MAX);
	buf_add(&message, bytes->p, bytes->len);
	bureau_say(&b, &message);
}

/* The right answer, with one byte of it changed. */
static void
answer_flipped(const void *arg)
{
	const size_t		*at = arg;
	struct papers_act	 act;

	bureau_provider(&b, &act, &holder[0]);
	bureau_propose(&b, &act);
	if (!bureau_take(&b))
		_exit(3);
	bureau_sign(&b);
	if (*at >= b.answer.len)
		_exit(LOG_EXIT);
	b.answer.p[b.answer.len - 1 - *at] ^= 0x01;
	bureau_reply(&b);
}

static void
store_ahead(const void *arg)
{
	(void)arg;
	store_batch_set(b.st, 9);
	bureau_drop(&b);
	bureau_open(&b);
	bureau_settle(&b);
}

static void
test_fatal(void **state)
{
#define BYTES(s)	{ s, sizeof(s) - 1 }
	static const struct bytes	rows[] = {
		BYTES("\x00"), BYTES("\x80"), BYTES("\x83\x02\x00\x00"),
		BYTES("\x83\x09\x01\x60"), BYTES("\x83\x02\x01\x60\x00"),
		BYTES("\x83\x01\x01\x60"),	/* a hello, again */
		BYTES("\x83\x03\x01\x60"),	/* no epoch was asked for */
		BYTES("\x85\x02\x00\x03\x80\x80"),	/* another batch */
		BYTES("\x85\x02\x00\x02\x80\x80"),	/* no result */
		BYTES("\x85\x02\x00\x02\x81\x80\x80"),
		BYTES("\x85\x02\x00\x02\x9a\xff\xff\xff\xff"),
		BYTES("\x83\x02\x18\x26\x60"),	/* out of order, it says */
	};
	struct store_meta		meta;
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_fatal(answer_bytes, &rows[i]);
	/* In the root, the size, the leaf's place, the leaf itself. */
	for (i = 0; i < 36; i += 5)
		assert_fatal(answer_flipped, &i);
	assert_int_equal(store_meta(b.st, &meta), 0);
	assert_int_equal(meta.batch, 1);
	assert_int_equal(meta.log_size, 3);
}

static void
test_lost_signer(void **state)
{
	(void)state;
	assert_fatal(lose_signer, NULL);
}

static void
test_store_ahead(void **state)
{
	(void)state;
	assert_fatal(store_ahead, NULL);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		EACH(test_start), EACH(test_pending), EACH(test_batches),
		EACH(test_largest_batch), EACH(test_flying),
		EACH(test_same_mark), EACH(test_batch_refused),
		EACH(test_act_refused), EACH(test_lost_answer),
		EACH(test_lost_question), EACH(test_lost_epoch),
		EACH(test_epoch_refused), EACH(test_list), EACH(test_fatal),
		EACH(test_lost_signer), EACH(test_store_ahead)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
