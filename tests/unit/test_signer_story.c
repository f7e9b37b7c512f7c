/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signer through one story: init, a body, a provider, assessed, granted,
 * suspended, lifted, withdrawn, and published in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/desk.h"

static void
one_mark(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	size_t		 h, m;

	(void)arg;
	desk_begin(d, "story");
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(d->batch, 1);
	desk_furnish(d);
	h = desk_provider(d);
	desk_assess(d, h);
	m = desk_grant(d, h);
	assert_string_equal(d->mark[m].number, "KM-2026-000001-8");
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, m), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_LIFT, m), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_WITHDRAW, m), REFUSAL_NONE);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	desk_close(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_end(d);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(one_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
