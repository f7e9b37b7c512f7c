/* SPDX-License-Identifier: EUPL-1.2 */
/* Dates as people give them: what is read, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ca/public/page_then.h"

static const struct {
	const char	*text;
	int64_t		 day;		/* -1: none */
} rows[] = {
	{ "1970-01-01", 0 },
	{ "1970-12-31", 364 },
	{ "1972-02-29", 789 },
	{ "2000-02-29", 11016 },
	{ "2000-03-01", 11017 },
	{ "2026-11-24", 20781 },
	{ "24-11-2026", 20781 },
	{ "24/11/2026", 20781 },
	{ "9999-12-31", 2932896 },
	{ "1969-12-31", -1 },
	{ "1971-02-29", -1 },
	{ "2100-02-29", -1 },
	{ "2026-13-01", -1 },
	{ "2026-00-01", -1 },
	{ "2026-01-00", -1 },
	{ "2026-04-31", -1 },
	{ "2026-11-24x", -1 },
	{ "2026-11-241", -1 },
	{ "26-11-24", -1 },
	{ "2026/11/24", -1 },
	{ "2026-11", -1 },
	{ "20261124", -1 },
	{ "-026-11-24", -1 },
	{ "2026--1-24", -1 },
	{ "", -1 },
	{ "-", -1 },
	{ "x", -1 }
};

static void
test_read(void **state)
{
	int64_t	day;
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		day = -1;
		if (page_then_read(&day, rows[i].text) != (rows[i].day == -1 ?
		    -1 : 0) || day != rows[i].day)
			fail_msg("%s: expected day %lld, found %lld",
			    rows[i].text, (long long)rows[i].day,
			    (long long)day);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
