/* SPDX-License-Identifier: EUPL-1.2 */
/* Buf: the maximum from both sides, failure that sticks, safe frees. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ca/base/buf.h"

static void
test_empty(void **state)
{
	struct buf	b, zero;

	(void)state;
	buf_init(&b, 10);
	assert_null(b.p);
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_add(&b, NULL, 0), 0);
	buf_free(&b);

	memset(&zero, 0, sizeof(zero));
	buf_free(&zero);
	buf_wipe(&zero);
	buf_reset(&zero);
	/* A zeroed buffer holds nothing, which is its maximum. */
	assert_int_equal(buf_add(&zero, "a", 1), -1);
	assert_int_equal(errno, ENOBUFS);
}

static void
test_maximum(void **state)
{
	struct buf	b;

	(void)state;
	buf_init(&b, 5);
	assert_int_equal(buf_add(&b, "abcde", 5), 0);
	assert_int_equal(b.len, 5);
	assert_int_equal(b.cap, 5);
	assert_memory_equal(b.p, "abcde", 5);
	assert_int_equal(buf_add(&b, "", 0), 0);

	errno = 0;
	assert_int_equal(buf_add(&b, "f", 1), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.p, "abcde", 5);
	buf_free(&b);
}

static void
test_failure_sticks(void **state)
{
	struct buf	b;

	(void)state;
	buf_init(&b, 5);
	assert_int_equal(buf_add(&b, "abcdef", 6), -1);
	assert_int_equal(b.failed, ENOBUFS);
	errno = 0;
	assert_int_equal(buf_add(&b, "a", 1), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(buf_reserve(&b, 0), -1);
	assert_int_equal(buf_printf(&b, "a"), -1);
	assert_int_equal(b.len, 0);

	buf_reset(&b);
	assert_int_equal(buf_add(&b, "a", 1), 0);
	buf_free(&b);
	assert_int_equal(b.failed, 0);
	assert_int_equal(b.max, 5);
}

/* A length near SIZE_MAX must not wrap around. */
static void
test_no_overflow(void **state)
{
	struct buf	b;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(buf_add(&b, "abc", 3), 0);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -1);
	assert_int_equal(errno, ENOBUFS);
	buf_reset(&b);
	assert_int_equal(buf_add(&b, "abc", 3), 0);
	assert_int_equal(buf_reserve(&b, SIZE_MAX - 2), -1);
	buf_reset(&b);
	assert_int_equal(buf_add(&b, "abc", 3), 0);
	assert_int_equal(buf_reserve(&b, 97), 0);
	assert_int_equal(buf_reserve(&b, 98), -1);
	buf_free(&b);
}

static void
test_growth_keeps_bytes(void **state)
{
	struct buf	b;
	size_t		i;
	uint8_t		c;

	(void)state;
	buf_init(&b, 10000);
	for (i = 0; i < 10000; i++) {
		c = (uint8_t)(i * 7);
		assert_int_equal(buf_add(&b, &c, 1), 0);
		assert_true(b.cap <= b.max);
	}
	for (i = 0; i < 10000; i++)
		assert_int_equal(b.p[i], (uint8_t)(i * 7));
	buf_wipe(&b);
	assert_null(b.p);
	assert_int_equal(b.cap, 0);
}

static void
test_printf(void **state)
{
	struct buf	b;
	char		long_text[600];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';

	buf_init(&b, 1000);
	assert_int_equal(buf_printf(&b, "%d-%s", 7, "seven"), 0);
	assert_int_equal(b.len, 7);
	assert_memory_equal(b.p, "7-seven", 7);
	assert_int_equal(buf_printf(&b, "%s", long_text), 0);
	assert_int_equal(b.len, 606);
	assert_int_equal(b.p[605], 'x');
	assert_int_equal(buf_printf(&b, "%s", long_text), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(b.len, 606);
	buf_free(&b);

	/* Longer than the maximum: refused before anything is allocated. */
	buf_init(&b, 599);
	assert_int_equal(buf_printf(&b, "%s", long_text), 0);
	buf_reset(&b);
	assert_int_equal(buf_printf(&b, "%s!", long_text), -1);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_maximum),
		cmocka_unit_test(test_failure_sticks),
		cmocka_unit_test(test_no_overflow),
		cmocka_unit_test(test_growth_keeps_bytes),
		cmocka_unit_test(test_printf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
