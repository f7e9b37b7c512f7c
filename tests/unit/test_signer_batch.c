/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Batches: acts that see each other, the same id the same bytes, lists while
 * running, who was disabled, and what is forgotten when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/desk.h"

static void
opened(struct desk *d, const char *name)
{
	desk_begin(d, name);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
}

/* Two grants on one head: the first is carried out, the second is stale. */
static void
acts_see_each_other(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct papers_draft	 draft[2];
	struct desk_act		 a[2] = { { .n_leaves = 0 } };
	const struct desk_act	*both[2] = { &a[0], &a[1] };
	struct result		*result = calloc(2, sizeof(*result));
	struct buf		 reply;
	size_t			 i;

	(void)arg;
	buf_init(&reply, MSG_MAX);
	opened(d, "see");
	desk_assess(d, desk_provider(d));
	for (i = 0; i < 2; i++) {
		desk_draft_grant(d, &draft[i], 0);
		desk_sign(d, &a[i], &draft[i].d, desk_two);
		desk_rest_provider(d, &a[i], 0);
		desk_rest_assessment(d, &a[i], 0);
	}
	assert_int_equal(desk_apply(d, both, 2, result, &reply),
	    REFUSAL_NONE);
	assert_int_equal(result[0].refusal, REFUSAL_NONE);
	assert_int_equal(result[1].refusal, REFUSAL_HEAD);
	assert_int_equal(d->n_marks, 1);
	desk_act_free(&a[0]);
	desk_act_free(&a[1]);
	buf_free(&reply);
	free(result);
	desk_end(d);
	free(d);
}

/* The result of one act, as bytes. */
static void
result_of(struct desk *d, const struct desk_act *a, size_t times,
    struct buf *out)
{
	const struct desk_act	*act[4] = { a, a, a, a };
	struct result		*r = calloc(4, sizeof(*r));
	struct buf		 reply;
	size_t			 i;

	buf_init(&reply, MSG_MAX);
	assert_int_equal(desk_apply(d, act, times, r, &reply), REFUSAL_NONE);
	for (i = 0; i < times; i++) {
		assert_int_equal(r[i].refusal, REFUSAL_NONE);
		buf_reset(out);
		buf_add(out, r[i].log_leaf.p, r[i].log_leaf.len);
		buf_printf(out, "%llu %u ", (unsigned long long)r[i].index,
		    r[i].leaf[0].index);
		buf_add(out, r[i].leaf[0].leaf.p, r[i].leaf[0].leaf.len);
		if (i > 0) {
			assert_int_equal(r[i].index, r[0].index);
			assert_int_equal(r[i].leaf[0].leaf.len,
			    r[0].leaf[0].leaf.len);
			assert_memory_equal(r[i].leaf[0].leaf.p,
			    r[0].leaf[0].leaf.p, r[0].leaf[0].leaf.len);
		}
	}
	buf_free(&reply);
	free(r);
}

static void
same_id_same_bytes(void **arg)
{
	static const char *const	other[] = { "registrar", "decider-2",
					    NULL };
	struct desk		*d = calloc(1, sizeof(*d));
	struct papers_draft	 draft;
	struct desk_act		 a = { .n_leaves = 0 };
	struct buf		 first, again, journal, after;
	uint64_t		 batch;

	(void)arg;
	buf_init(&first, 8192);
	buf_init(&again, 8192);
	buf_init(&journal, 1 << 24);
	buf_init(&after, 1 << 24);
	opened(d, "same");
	desk_assess(d, desk_provider(d));
	desk_draft_grant(d, &draft, 0);
	desk_sign(d, &a, &draft.d, desk_two);
	desk_rest_provider(d, &a, 0);
	desk_rest_assessment(d, &a, 0);
	result_of(d, &a, 3, &first);	/* thrice in one batch */
	assert_int_equal(d->n_marks, 1);
	batch = d->batch;
	desk_journal(d, &journal);

	result_of(d, &a, 1, &again);
	assert_int_equal(again.len, first.len);
	assert_memory_equal(again.p, first.p, first.len);
	desk_pass(d, 100);
	desk_assess(d, 0);		/* and others in between */
	assert_int_equal(d->batch, batch + 1);
	result_of(d, &a, 1, &again);
	assert_memory_equal(again.p, first.p, first.len);
	/* With other approvals, or nothing that proves it: it is done. */
	papers_act_free(&a.act);
	desk_sign(d, &a, &draft.d, other);
	a.n_rested = 0;
	result_of(d, &a, 2, &again);
	assert_memory_equal(again.p, first.p, first.len);
	/* After a start, from the journal or from a snapshot. */
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	result_of(d, &a, 1, &again);
	assert_memory_equal(again.p, first.p, first.len);
	desk_close(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	result_of(d, &a, 1, &again);
	assert_memory_equal(again.p, first.p, first.len);
	assert_int_equal(d->batch, batch + 1);
	assert_int_equal(d->n_marks, 1);
	desk_act_free(&a);
	buf_free(&first);
	buf_free(&again);
	buf_free(&journal);
	buf_free(&after);
	desk_end(d);
	free(d);
}

/* An assessment is proven by a log that it is in: not yet in its own batch. */
static void
old_proofs(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct papers_draft	 draft;
	struct desk_act		 a;
	int			 i, away;

	(void)arg;
	opened(d, "proofs");
	desk_provider(d);
	for (away = 0; away < 5; away++) {
		desk_assess(d, 0);
		desk_draft_grant(d, &draft, 0);
		memset(&a, 0, sizeof(a));
		desk_sign(d, &a, &draft.d, desk_two);
		desk_rest_provider(d, &a, 0);
		desk_rest_assessment(d, &a, 0);	/* for the log of now */
		for (i = 0; i < away; i++)
			desk_provider(d);	/* batches pass */
		assert_int_equal(desk_try(d, &a), away < 4 ? REFUSAL_NONE :
		    REFUSAL_PROOF);
		desk_act_free(&a);
	}
	desk_end(d);
	free(d);
}

static void
officers_next(struct desk *d, struct sample_buf *out, uint32_t version,
    int64_t issued)
{
	const struct papers_person	*signer[2];
	struct officers			 os = d->papers.officers;

	os.version = version;
	os.issued = issued;
	signer[0] = &d->papers.manager[0];
	signer[1] = &d->papers.manager[1];
	papers_officers_write(out, &os, signer, 2);
}

static enum refusal
try_list(struct desk *d, const struct sample_buf *list)
{
	struct desk_act	a = { .list = { list->p, list->len } };

	return desk_try(d, &a);
}

static enum refusal
try_provider(struct desk *d)
{
	struct papers_draft	draft;
	struct desk_holder	h;
	struct desk_act		a = { .n_leaves = 0 };
	enum refusal		r;

	desk_draft_provider(d, &draft, &h);
	desk_sign(d, &a, &draft.d, desk_two);
	r = desk_try(d, &a);
	desk_act_free(&a);
	return r;
}

static void
disabled_until_the_next_list(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct papers_draft	 draft;
	struct desk_act		 a = { .n_leaves = 0 };
	struct sample_buf	 list = { 0 };

	(void)arg;
	opened(d, "disable");
	assert_int_equal(try_provider(d), REFUSAL_NONE);
	papers_draft(&draft, &d->papers, DECISION_DISABLE);
	desk_sign(d, &a, &draft.d, desk_decider);
	assert_int_equal(desk_try(d, &a), REFUSAL_NONE);
	desk_act_free(&a);
	assert_int_equal(try_provider(d), REFUSAL_PERSON);
	desk_close(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(try_provider(d), REFUSAL_PERSON);
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(try_provider(d), REFUSAL_PERSON);

	/* A list from before: office kept it back, until it served. */
	officers_next(d, &list, 2, d->clock->real - 1);
	assert_int_equal(try_list(d, &list), REFUSAL_PERSON);
	assert_int_equal(try_provider(d), REFUSAL_PERSON);
	sample_free(&list);
	officers_next(d, &list, 3, d->clock->real);
	assert_int_equal(try_list(d, &list), REFUSAL_VERSION);
	sample_free(&list);
	officers_next(d, &list, 2, d->clock->real);
	assert_int_equal(try_list(d, &list), REFUSAL_NONE);
	assert_int_equal(try_list(d, &list), REFUSAL_NONE);	/* again */
	assert_int_equal(try_provider(d), REFUSAL_NONE);
	sample_free(&list);
	officers_next(d, &list, 1, d->clock->real);
	assert_int_equal(try_list(d, &list), REFUSAL_VERSION);
	sample_free(&list);
	desk_end(d);
	free(d);
}

/* The next trust list; what changes is the caller's. */
static void
trust_next(struct desk *d, struct sample_trust *t)
{
	size_t	i;

	sample_trust(t);
	t->version = 2;
	memcpy(t->first, d->papers.first, KM_HASH_LEN);
	for (i = 0; i < PAPERS_ROOTS; i++)
		sample_trust_root(t, &d->papers.root[i].key, i < 2);
	for (i = 0; i < PAPERS_MANAGERS; i++)
		sample_trust_key(t, &d->papers.manager[i].key,
		    KM_PURPOSE_OFFICERS);
	sample_trust_key(t, &d->papers.attest, KM_PURPOSE_ATTEST);
	sample_trust_key(t, &d->papers.publish, KM_PURPOSE_PUBLISH);
}

static enum refusal
try_trust(struct desk *d, const struct sample_trust *t)
{
	struct sample_buf	list = { 0 };
	enum refusal		r;

	sample_trust_write(&list, t);
	r = try_list(d, &list);
	sample_free(&list);
	return r;
}

static void
trust_lists(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct sample_trust	 t;

	(void)arg;
	opened(d, "trust");
	trust_next(d, &t);
	t.n_signers = 1;
	assert_int_equal(try_trust(d, &t), REFUSAL_APPROVALS);
	trust_next(d, &t);
	t.version = 3;
	assert_int_equal(try_trust(d, &t), REFUSAL_VERSION);
	trust_next(d, &t);
	t.first[0] ^= 1;
	assert_int_equal(try_trust(d, &t), REFUSAL_TRUST);
	trust_next(d, &t);
	t.key[3].not_after = SAMPLE_NOW;
	assert_int_equal(try_trust(d, &t), REFUSAL_TRUST);
	trust_next(d, &t);
	t.authority = "https://b.example";
	assert_int_equal(try_trust(d, &t), REFUSAL_AUTHORITY);
	trust_next(d, &t);
	t.environment = 2;
	assert_int_equal(try_trust(d, &t), REFUSAL_ENVIRONMENT);
	trust_next(d, &t);
	t.signer[0] = &d->papers.officer[0].key;
	assert_int_equal(try_trust(d, &t), REFUSAL_PERSON);
	trust_next(d, &t);
	t.expires = SAMPLE_NOW;
	assert_int_equal(try_trust(d, &t), REFUSAL_EXPIRED);

	/* A manager revoked: the officers list needs the other two. */
	trust_next(d, &t);
	t.key[0].revoked_at = SAMPLE_NOW - 1;
	assert_int_equal(try_trust(d, &t), REFUSAL_NONE);
	assert_int_equal(try_provider(d), REFUSAL_NONE);
	{
		struct sample_buf	list = { 0 };

		officers_next(d, &list, 2, d->clock->real);
		assert_int_equal(try_list(d, &list), REFUSAL_PERSON);
		sample_free(&list);
	}
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	desk_drop(d);
	desk_open(d);
	assert_int_equal(d->sg->state.trust.version, 2);
	assert_memory_equal(d->sg->state.first, d->papers.first, 32);
	desk_close(d);
	desk_open(d);
	assert_int_equal(d->sg->state.trust.version, 2);
	assert_memory_equal(d->sg->state.first, d->papers.first, 32);
	desk_end(d);
	free(d);
}

/*
 * The ids of what is over are dropped, and what was dropped is refused as
 * expired, not carried out twice.
 */
static void
forgotten_when_over(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct papers_draft	 draft;
	struct desk_holder	 h;
	struct desk_act		 a = { .n_leaves = 0 };
	size_t			 i, n;

	(void)arg;
	opened(d, "forget");
	desk_draft_provider(d, &draft, &h);
	desk_sign(d, &a, &draft.d, desk_two);
	assert_int_equal(desk_try(d, &a), REFUSAL_NONE);
	desk_pass(d, 8 * SAMPLE_DAY);
	assert_int_equal(desk_try(d, &a), REFUSAL_NONE);	/* kept yet */
	n = d->sg->state.done.n;
	for (i = n; i <= STATE_DONE_FIRST; i++)
		assert_int_equal(try_provider(d), REFUSAL_NONE);
	assert_true(d->sg->state.done.n < STATE_DONE_FIRST);
	assert_int_equal(desk_try(d, &a), REFUSAL_EXPIRED);
	desk_act_free(&a);
	desk_end(d);
	free(d);
}

/*
 * Up to its last second a decision is known: a suspension, which has no head,
 * would be carried out again otherwise, after it was lifted.
 */
static void
kept_to_the_last_second(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct papers_draft	 draft;
	struct desk_act		 a = { .n_leaves = 0 };
	size_t			 i, n;

	(void)arg;
	opened(d, "kept");
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	desk_draft_mark(d, &draft, DECISION_SUSPEND, 0);
	desk_sign(d, &a, &draft.d, desk_decider);
	desk_leaf(d, &a, 0);
	assert_int_equal(desk_try(d, &a), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_NONE);
	desk_pass(d, draft.d.valid_until - 1 - d->clock->real);
	for (i = d->sg->state.done.n; i <= STATE_DONE_FIRST; i++)
		assert_int_equal(try_provider(d), REFUSAL_NONE);
	for (i = 0; i < 3; i++) {
		a.n_leaves = 0;
		desk_leaf(d, &a, 0);
		n = merkle_size(d->log);
		assert_int_equal(desk_try(d, &a), REFUSAL_NONE);
		assert_int_equal(merkle_size(d->log), n);
		assert_int_equal(d->mark[0].status, KM_STATUS_VALID);
		desk_pass(d, 1);
	}
	desk_act_free(&a);
	desk_end(d);
	free(d);
}

/*
 * Under halt nothing is given: no list, no provider, no lift. What takes away
 * goes on, and so do lists and epochs.
 */
static void
halted(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct sample_trust	 t;
	struct sample_buf	 list = { 0 };

	(void)arg;
	opened(d, "halted");
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	d->sg->state.halted = 1;
	officers_next(d, &list, 2, d->clock->real);
	assert_int_equal(try_list(d, &list), REFUSAL_HALTED);
	sample_free(&list);
	trust_next(d, &t);
	assert_int_equal(try_trust(d, &t), REFUSAL_HALTED);
	assert_int_equal(try_provider(d), REFUSAL_HALTED);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_HALTED);
	assert_int_equal(desk_turn(d, DECISION_WITHDRAW, 0), REFUSAL_NONE);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	desk_end(d);
	free(d);
}

/* History has room for 64 events; the last are for lift and withdrawal. */
static void
room_to_withdraw(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	enum refusal	 r;
	size_t		 n = 0;

	(void)arg;
	opened(d, "history");
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	while ((r = desk_turn(d, DECISION_SUSPEND, 0)) == REFUSAL_NONE) {
		assert_int_equal(desk_turn(d, DECISION_LIFT, 0),
		    REFUSAL_NONE);
		n++;
	}
	assert_int_equal(r, REFUSAL_LIMIT);
	assert_int_equal(n, (KM_EVENTS_MAX - 2) / 2);
	assert_int_equal(desk_turn(d, DECISION_WITHDRAW, 0), REFUSAL_NONE);
	assert_int_equal(d->mark[0].status, KM_STATUS_WITHDRAWN);
	desk_end(d);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(acts_see_each_other),
		cmocka_unit_test(same_id_same_bytes),
		cmocka_unit_test(old_proofs),
		cmocka_unit_test(disabled_until_the_next_list),
		cmocka_unit_test(trust_lists),
		cmocka_unit_test(forgotten_when_over),
		cmocka_unit_test(kept_to_the_last_second),
		cmocka_unit_test(halted),
		cmocka_unit_test(room_to_withdraw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
