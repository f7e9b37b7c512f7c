/* SPDX-License-Identifier: EUPL-1.2 */
/* Gzip as it comes and back (ca/public/pack.h), and of an answer in parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/answer.h"
#include "ca/public/pack.h"
#include "verifier/cbor.h"

enum { MANY = 3 * 1000 * 1000 };

/* Bytes that do not shrink, the same each time. */
static void
noise(uint8_t *out, size_t len)
{
	uint32_t	x = 1;
	size_t		i;

	for (i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		out[i] = (uint8_t)(x >> 24);
	}
}

static void
unpacks_to(struct km_bytes gzip, const uint8_t *want, size_t len)
{
	static uint8_t	 out[MANY + 1];
	struct unpack	*u = unpack_new(gzip);
	size_t		 n = 0, got;

	assert_non_null(u);
	while ((got = unpack_next(u, out + n, 7777 < sizeof(out) - n ? 7777 :
	    sizeof(out) - n)) > 0)
		n += got;
	assert_int_equal(n, len);
	assert_memory_equal(out, want, len);
	unpack_free(u);
}

static void
test_both_ways(void **state)
{
	static uint8_t	 in[MANY];
	struct pack	*p;
	struct buf	 gzip;
	size_t		 at, n, len;

	(void)state;
	noise(in, MANY / 2);		/* the rest shrinks to nothing */
	assert_non_null(p = pack_new(6, MANY));
	for (at = 0, n = 1; at < MANY; at += n, n = n * 3 % 100003) {
		n = n < MANY - at ? n : MANY - at;
		assert_int_equal(pack_add(p, in + at, n), 0);
	}
	assert_int_equal(pack_end(p, &gzip, &len), 0);
	assert_int_equal(len, MANY);
	assert_true(gzip.len > MANY / 2 && gzip.len < MANY / 2 + 10000);
	unpacks_to((struct km_bytes){ gzip.p, gzip.len }, in, MANY);
	buf_free(&gzip);
}

static void
test_nothing(void **state)
{
	struct pack	*p = pack_new(1, 1000000);
	struct buf	 gzip;
	size_t		 len = 9;

	(void)state;
	assert_non_null(p);
	assert_int_equal(pack_end(p, &gzip, &len), 0);
	assert_int_equal(len, 0);
	unpacks_to((struct km_bytes){ gzip.p, gzip.len }, NULL, 0);
	buf_free(&gzip);
}

/* More than it may be is refused, then and later. */
static void
test_too_much(void **state)
{
	static uint8_t	 in[MANY];
	struct pack	*p = pack_new(1, MANY / 4);
	struct buf	 gzip;
	size_t		 len;

	(void)state;
	noise(in, sizeof(in));
	assert_non_null(p);
	assert_int_equal(pack_add(p, in, MANY), -1);
	assert_int_equal(pack_add(p, in, 1), -1);
	assert_int_equal(pack_end(p, &gzip, &len), -1);
}

/* What is not gzip, or only begins to be, ends. */
static void
test_broken(void **state)
{
	uint8_t		 out[64];
	static uint8_t	 in[MANY];
	struct unpack	*u;
	struct pack	*p;
	struct buf	 gzip;
	size_t		 len;

	(void)state;
	u = unpack_new(km_bytes_of("this is no gzip, by far"));
	assert_non_null(u);
	assert_int_equal(unpack_next(u, out, sizeof(out)), 0);
	unpack_free(u);
	noise(in, sizeof(in));
	assert_non_null(p = pack_new(6, MANY * 2));
	assert_int_equal(pack_add(p, in, 10000), 0);
	assert_int_equal(pack_end(p, &gzip, &len), 0);
	u = unpack_new((struct km_bytes){ gzip.p, gzip.len / 2 });
	assert_non_null(u);
	for (len = 0; unpack_next(u, out, sizeof(out)) > 0; len++)
		assert_true(len < 10000 / sizeof(out));
	unpack_free(u);
	buf_free(&gzip);
}

/* In parts it is the same as at once; a little stays as it is. */
static void
test_answer(void **state)
{
	static uint8_t	in[MANY];
	struct answer	a;
	size_t		i;

	(void)state;
	noise(in, sizeof(in));
	answer_init(&a);
	for (i = 0; i < MANY; i += 1000) {
		buf_add(&a.body, in + i, 1000);
		answer_part(&a);
		assert_true(a.body.len < ANSWER_PART);
	}
	answer_end(&a, "/many");
	assert_int_equal(a.status, 200);
	assert_int_equal(a.unpacked, MANY);
	unpacks_to((struct km_bytes){ a.body.p, a.body.len }, in, MANY);
	answer_free(&a);
	answer_init(&a);
	buf_add(&a.body, in, 1000);
	answer_part(&a);
	answer_end(&a, "/few");
	assert_int_equal(a.unpacked, 0);
	assert_int_equal(a.body.len, 1000);
	answer_free(&a);
	/* Refused when half of it is packed. */
	answer_init(&a);
	buf_add(&a.body, in, ANSWER_PART);
	answer_part(&a);
	answer_problem(&a, 503, "Service Unavailable", NULL);
	answer_end(&a, "/half");
	assert_int_equal(a.status, 503);
	assert_int_equal(a.unpacked, 0);
	answer_free(&a);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
