/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a program of tests with a bureau has of its own: the bureau, set up in
 * step and taken down around each test, and the clock that office asks. In a
 * header and not in the library, which takes no name of the C library over.
 * Included once, by the program's file, after cmocka.h.
 */
#ifndef TESTS_BUREAU_MAIN_H
#define TESTS_BUREAU_MAIN_H

#include <time.h>

#include "tests/lib/bureau.h"

static struct bureau	b;

/* Office asks the system what time it is, the signer asks the desk. */
time_t
time(time_t *out)
{
	time_t	now = b.desk == NULL || b.desk->clock == NULL ? 0 :
	    (time_t)b.desk->clock->real;

	if (out != NULL)
		*out = now;
	return now;
}

static int
setup(void **state)
{
	(void)state;
	bureau_begin(&b, "bureau");
	bureau_open(&b);
	bureau_settle(&b);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	bureau_end(&b);
	return 0;
}

#define EACH(test)	cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
