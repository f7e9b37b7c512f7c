/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One known, shared by eight threads that verify and look up in its register:
 * each report is the one that a single thread gets. The ThreadSanitizer watches
 * it in "make test".
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/roll.h"
#include "tests/lib/scene.h"

enum { THREADS = 8, TIMES = 25, BADGES = 4, QUESTIONS = 8, MARKS = 64 };

struct shared {
	const struct km_known	*known;
	struct km_policy	 policy;
	struct km_question	 q[QUESTIONS];
	char			 key[QUESTIONS][ROLL_NAME_MAX];
	char			 want[QUESTIONS][KM_JSON_MAX];
};

/* By a badge; or by holder, host and number in turns. */
static enum km_verdict
ask(const struct shared *s, struct km_report *r, size_t i)
{
	static const enum km_by	by[] = {
		KM_BY_HOLDER, KM_BY_HOST, KM_BY_NUMBER, KM_BY_HOLDER
	};

	if (i < BADGES)
		return km_verify(s->known, r, &s->q[i]);
	return km_check(s->known, r, &s->q[i], by[i - BADGES],
	    (const uint8_t *)s->key[i], strlen(s->key[i]));
}

static int
right(const struct shared *s, size_t i)
{
	struct km_report	 r;
	char			*json = malloc(KM_JSON_MAX);
	int			 same;

	if (json == NULL)
		return 0;
	same = ask(s, &r, i) == r.verdict &&
	    km_report_json(json, KM_JSON_MAX, &r) < KM_JSON_MAX &&
	    strcmp(json, s->want[i]) == 0;
	free(json);
	return same;
}

/* NULL when all were right. */
static void *
run(void *arg)
{
	size_t	i, k;

	for (k = 0; k < TIMES; k++)
		for (i = 0; i < QUESTIONS; i++)
			if (!right(arg, (i + k) % QUESTIONS))
				return arg;
	return NULL;
}

/*
 * Four badges that differ: in key, form, site and what is known of the status;
 * and three marks and none in the register.
 */
static void
questions(struct shared *s, struct scene *w)
{
	struct km_report	r;
	size_t			i;

	memset(s, 0, sizeof(*s));
	s->known = w->known;
	for (i = 0; i < QUESTIONS; i++) {
		s->q[i] = (struct km_question){ w->q.badge, &s->policy,
		    { NULL, 0 }, SAMPLE_NOW + (int64_t)(i % BADGES) * 86400 };
	}
	s->q[1].badge.len--;
	s->q[2].origin = (struct km_bytes){ (const uint8_t *)"a.example", 9 };
	roll_kvk(s->key[4], 5);
	roll_host(s->key[5], 6);
	roll_number(s->key[6], 7);
	roll_kvk(s->key[7], MARKS);
	for (i = 0; i < QUESTIONS; i++) {
		(void)!ask(s, &r, i);
		km_report_json(s->want[i], KM_JSON_MAX, &r);
	}
}

static void
test_shared(void **state)
{
	struct shared	*s = malloc(sizeof(*s));
	struct scene	*w = scene_new();
	struct roll	 roll = { 0 };
	struct km_bytes	*runs;
	pthread_t	 thread[THREADS];
	size_t		 i, room = km_register_room(MARKS);
	void		*wrong, *mem = malloc(room);

	(void)state;
	assert_non_null(s);
	assert_non_null(mem);
	w->attestation.index = 0;		/* the badge is in the register */
	scene_write_attestation(w);
	roll_add_bytes(&roll, &w->attestation_bytes, KM_STATUS_VALID);
	roll_add_marks(&roll, &w->attestation, MARKS - 1);
	runs = roll_runs(&roll);
	roll_head(&roll, &w->epoch);
	scene_know_all(w);
	assert_int_equal(km_known_register(w->known, mem, room, runs,
	    roll.n_runs), KM_OK);
	w->q.badge = (struct km_bytes){ w->attestation_bytes.p,
	    w->attestation_bytes.len };
	assert_int_equal(scene_ask_again(w), KM_VALID);
	questions(s, w);
	assert_non_null(strstr(s->want[6], "\"verdict\":\"valid\""));
	assert_non_null(strstr(s->want[7], "\"verdict\":\"not-listed\""));
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, run, s), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
	scene_free(w);
	roll_free(&roll);
	free(runs);
	free(mem);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_shared)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
