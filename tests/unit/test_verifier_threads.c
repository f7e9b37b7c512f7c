/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One known, shared by eight threads that verify: each report is the one that
 * a single thread gets. The ThreadSanitizer watches it in "make test".
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/scene.h"

enum { THREADS = 8, TIMES = 25, QUESTIONS = 4 };

struct shared {
	const struct km_known	*known;
	struct km_policy	 policy;
	struct km_question	 q[QUESTIONS];
	char			 want[QUESTIONS][KM_JSON_MAX];
};

static int
right(const struct shared *s, size_t i)
{
	struct km_report	 r;
	char			*json = malloc(KM_JSON_MAX);
	int			 same;

	if (json == NULL)
		return 0;
	same = km_verify(s->known, &r, &s->q[i]) == r.verdict &&
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

/* Four that differ: in key, form, site and what is known of the status. */
static void
questions(struct shared *s, struct scene *w)
{
	struct km_report	r;
	size_t			i;

	memset(s, 0, sizeof(*s));
	s->known = w->known;
	for (i = 0; i < QUESTIONS; i++) {
		s->q[i] = (struct km_question){ w->q.badge, &s->policy,
		    { NULL, 0 }, SAMPLE_NOW + (int64_t)i * 86400 };
	}
	s->q[1].badge.len--;
	s->q[2].origin = (struct km_bytes){ (const uint8_t *)"a.example", 9 };
	for (i = 0; i < QUESTIONS; i++) {
		(void)!km_verify(s->known, &r, &s->q[i]);
		km_report_json(s->want[i], KM_JSON_MAX, &r);
	}
}

static void
test_shared(void **state)
{
	struct shared	*s = malloc(sizeof(*s));
	struct scene	*w = scene_new();
	pthread_t	 thread[THREADS];
	size_t		 i;
	void		*wrong;

	(void)state;
	assert_non_null(s);
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	questions(s, w);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, run, s), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
	scene_free(w);
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
