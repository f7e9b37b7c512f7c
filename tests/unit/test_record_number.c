/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mark numbers, and dates held against the C library's own calendar (which
 * only the test may ask).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "ca/record/number.h"
#include "tests/lib/sample.h"

static void
test_format(void **state)
{
	char	out[KM_NUMBER_LEN + 1] = "unchanged";

	(void)state;
	assert_int_equal(number_format(out, 1969, 1), -1);
	assert_int_equal(number_format(out, 10000, 1), -1);
	assert_int_equal(number_format(out, 2026, 0), -1);
	assert_int_equal(number_format(out, 2026, 1000000), -1);
	assert_string_equal(out, "unchanged");
	assert_int_equal(number_format(out, 2026, 123), 0);
	assert_string_equal(out, "KM-2026-000123-P");
	assert_int_equal(number_format(out, 1970, 1), 0);
	assert_int_equal(number_format(out, 9999, 999999), 0);
}

static void
test_parse(void **state)
{
	static const char	*const bad[] = {
		"", "KM-2026-000123-", "KM-2026-000123-Q", "KM-2026-000123-p",
		"KM-2026-000124-P", "KM-2027-000123-P", "KM2026000123P",
		"km-2026-000123-P", "KM-2026-000123-PP", "KM-2026-00012A-P"
	};
	char		out[KM_NUMBER_LEN + 1];
	unsigned int	year, seq, y, s;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(number_parse(km_bytes_of(bad[i]), &y, &s),
		    -1);
	for (year = 1970; year <= 9999; year += 1147)
		for (seq = 1; seq <= 999999; seq += 4217) {
			assert_int_equal(number_format(out, year, seq), 0);
			assert_int_equal(number_parse(km_bytes_of(out), &y,
			    &s), 0);
			assert_int_equal(y, year);
			assert_int_equal(s, seq);
		}
}

/* Well-formed numbers, with their check character, that are never given. */
static void
test_parse_outside(void **state)
{
	char		text[KM_NUMBER_LEN + 1] = "KM-1969-000001-";
	unsigned int	y = 5, s = 5;

	(void)state;
	text[15] = km_number_check("KM1969000001", 12);
	assert_int_equal(km_number_valid(km_bytes_of(text)), 1);
	assert_int_equal(number_parse(km_bytes_of(text), &y, &s), -1);
	memcpy(text, "KM-2026-000000-", 15);
	text[15] = km_number_check("KM2026000000", 12);
	assert_int_equal(km_number_valid(km_bytes_of(text)), 1);
	assert_int_equal(number_parse(km_bytes_of(text), &y, &s), -1);
	assert_int_equal(y, 5);
	assert_int_equal(s, 5);
}

/* MOD 37,36 finds every single wrong character, and neighbours swapped. */
static void
test_check_character(void **state)
{
	static const char	set[] = "0123456789";
	char			text[KM_NUMBER_LEN + 1], bad[KM_NUMBER_LEN + 1];
	unsigned int		y, s;
	size_t			i, k;

	(void)state;
	assert_int_equal(number_format(text, 2026, 904717), 0);
	for (i = 3; i < 14; i++)
		for (k = 0; set[k] != '\0'; k++) {
			if (text[i] == '-' || text[i] == set[k])
				continue;
			memcpy(bad, text, sizeof(bad));
			bad[i] = set[k];
			assert_int_equal(number_parse(km_bytes_of(bad), &y,
			    &s), -1);
		}
	for (i = 3; i < 13; i++) {
		memcpy(bad, text, sizeof(bad));
		bad[i] = text[i + 1];
		bad[i + 1] = text[i];
		if (strcmp(bad, text) != 0)
			assert_int_equal(number_parse(km_bytes_of(bad), &y,
			    &s), -1);
	}
}

/* Each day of the years that matter, and some of all the others. */
static void
test_calendar(void **state)
{
	char		want[40], got[21];
	struct tm	tm;
	time_t		at;
	int64_t		day, back, step = 1;

	(void)state;
	for (day = 0; day <= KM_TIME_MAX_DAYS; day += step) {
		step = day < 60000 ? 1 : 97;
		at = (time_t)(day * 86400 + day % 86400);
		assert_non_null(gmtime_r(&at, &tm));
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
		date_time_format(got, at);
		assert_string_equal(got, want);
		assert_int_equal(date_parse(want, &back), 0);
		assert_int_equal(back, at);
		assert_int_equal(date_midnight(at), day * 86400);
		assert_int_equal(date_year(at), tm.tm_year + 1900);
		assert_int_equal(date_of((unsigned int)tm.tm_year + 1900,
		    (unsigned int)tm.tm_mon + 1, (unsigned int)tm.tm_mday),
		    day * 86400);
		want[10] = '\0';
		date_format(got, at);
		assert_string_equal(got, want);
		assert_int_equal(date_parse(want, &back), 0);
		assert_int_equal(back, day * 86400);
	}
}

static void
test_edges(void **state)
{
	char	out[21];

	(void)state;
	assert_int_equal(date_of(2026, 11, 24), SAMPLE_NOW);
	assert_int_equal(date_of(1970, 1, 1), 0);
	assert_int_equal(date_of(9999, 12, 31), KM_TIME_MAX / 86400 * 86400);
	assert_int_equal(date_of(1969, 12, 31), -1);
	assert_int_equal(date_of(10000, 1, 1), -1);
	assert_int_equal(date_of(2026, 0, 1), -1);
	assert_int_equal(date_of(2026, 13, 1), -1);
	assert_int_equal(date_of(2026, 1, 0), -1);
	assert_int_equal(date_of(2026, 4, 31), -1);
	assert_int_equal(date_of(2026, 2, 29), -1);
	assert_true(date_of(2028, 2, 29) > 0);
	assert_int_equal(date_of(2100, 2, 29), -1);
	assert_true(date_of(2000, 2, 29) > 0);
	date_time_format(out, KM_TIME_MAX);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
	date_time_format(out, INT64_MAX);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
	date_time_format(out, INT64_MIN);
	assert_string_equal(out, "1970-01-01T00:00:00Z");
	date_format(out, -1);
	assert_string_equal(out, "1970-01-01");
	assert_int_equal(date_year(INT64_MAX), 9999);
	assert_int_equal(date_midnight(-5), 0);
}

static void
test_parse_bad(void **state)
{
	static const char	*const bad[] = {
		"", "2026", "2026-11-2", "2026-11-240", "2026/11/24",
		"2026-1-024", "2026-02-30", "2026-00-10", "2026-11-00",
		"0000-01-01", "1969-12-31", "+026-11-24", "2026-11- 4",
		"2026-11-24T00:00:00", "2026-11-24 00:00:00Z",
		"2026-11-24T24:00:00Z", "2026-11-24T00:60:00Z",
		"2026-11-24T23:59:60Z", "2026-11-24T00:00:00z",
		"2026-11-24T00-00:00Z", "2026-11-24T00:00-00Z",
		"2026-11-24T0a:00:00Z", "2026-11-24T00:00:0aZ",
		"2026-11-24T00:-1:00Z", "2026-11-24T00:00:00ZZ",
		"2026-13-24T00:00:00Z"
	};
	int64_t	at = 5;
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (date_parse(bad[i], &at) != -1)
			fail_msg("%s: taken for a date", bad[i]);
	assert_int_equal(at, 5);
	assert_int_equal(date_parse("2026-11-24T13:14:15Z", &at), 0);
	assert_int_equal(at, SAMPLE_NOW + 13 * 3600 + 14 * 60 + 15);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_outside),
		cmocka_unit_test(test_check_character),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_parse_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
