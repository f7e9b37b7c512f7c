/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Policies as data: what each member becomes. What is refused, one by one,
 * is in tests/vectors/bad/policy.json.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/vectors.h"
#include "verifier/cbor.h"

static int
is(struct km_bytes s, const char *want)
{
	return km_bytes_equal(s, km_bytes_of(want));
}

static void
whole(const struct km_policy *p)
{
	assert_int_equal(p->environment, KM_ENVIRONMENT_DEMONSTRATION);
	assert_int_equal(p->self_declaration, 1);
	assert_int_equal(p->n_demands, 2);
	assert_int_equal(p->demand[0].claim, KM_CLAIM_BASIC_MEASURES);
	assert_true(is(p->demand[0].service, "cloud-hosting"));
	assert_int_equal(p->demand[0].level, KM_LEVEL_SUBSTANTIAL);
	assert_int_equal(p->demand[1].claim, KM_CLAIM_POLICY_ADVICE);
	assert_int_equal(p->demand[1].service.len, 0);
	assert_int_equal(p->demand[1].level, KM_LEVEL_BASIC);
	assert_true(is(p->holder, "NTRNL-90000011"));
	assert_int_equal(p->n_bodies, 2);
	assert_true(is(p->body[0], "C 123"));
	assert_true(is(p->body[1], "C 124"));
	assert_int_equal(p->status_warn, 3600);
	assert_int_equal(p->status_fail, 7200);
	assert_int_equal(p->epoch_warn, 0);
	assert_int_equal(p->epoch_fail, 7200);
	assert_int_equal(p->trust_warn, 86400);
	assert_int_equal(p->trust_fail, 0);
	assert_int_equal(p->skew, 60);
	assert_int_equal(p->epoch_number, 12);
	assert_int_equal(p->epoch_hash[0], 0xd1);
	assert_true(is(p->origin, "ict.example"));
}

static int
read_one(const struct vector *v, void *arg)
{
	static const struct km_policy	 none;
	struct km_policy		 p;
	size_t				*seen = arg;

	memset(&p, 0xff, sizeof(p));
	assert_int_equal(km_policy_decode(&p, v->p, v->len), KM_OK);
	if (strcmp(v->name, "whole") == 0) {
		whole(&p);
		(*seen)++;
	}
	if (strcmp(v->name, "empty") == 0) {
		assert_memory_equal(&p, &none, sizeof(p));
		(*seen)++;
	}
	return 1;
}

static void
test_members(void **state)
{
	size_t	seen = 0;

	(void)state;
	assert_int_equal(vectors_run("good/policy.json", read_one, &seen), 0);
	assert_int_equal(seen, 2);
}

/* A refused policy leaves what was there, and each cut is refused. */
static int
cut_one(const struct vector *v, void *arg)
{
	struct km_policy	 p;
	uint8_t			*cut;
	size_t			 i;

	(void)arg;
	for (i = 0; i < v->len; i++) {
		cut = malloc(i + 1);	/* the sanitizer sees a read past it */
		assert_non_null(cut);
		memcpy(cut + 1, v->p, i);
		p.skew = 77;
		assert_int_equal(km_policy_decode(&p, cut + 1, i),
		    KM_ERR_TRUNCATED);
		assert_int_equal(p.skew, 77);
		free(cut);
	}
	return 1;
}

static void
test_cut(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/policy.json", cut_one, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_cut)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
