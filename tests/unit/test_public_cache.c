/* SPDX-License-Identifier: EUPL-1.2 */
/* Answers that are kept (ca/public/cache.h): how long, how many, compressed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "ca/public/cache.h"

static struct cache	*c;

static int
set_up(void **state)
{
	(void)state;
	return (c = cache_new()) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	cache_free(c);
	return 0;
}

/* Keep an answer of len bytes; a reference is given up. */
static void
put(const char *key, int is_query, size_t len, int64_t until,
    const char *cache)
{
	struct answer	 a;
	struct kept	*k;

	answer_init(&a);
	a.type = "text/plain";
	a.until = until;
	a.cache = cache;
	assert_int_equal(buf_reserve(&a.body, len), 0);
	memset(a.body.p, 'a', len);
	a.body.len = len;
	assert_non_null(k = cache_put(c, key, is_query, &a));
	kept_unref(k);
	answer_free(&a);
}

static int
is_kept(const char *key, int64_t now)
{
	struct kept	*k = cache_get(c, key, now);
	int		 found = k != NULL;

	kept_unref(k);
	return found;
}

static void
test_kept(void **state)
{
	(void)state;
	assert_false(is_kept("/a", 1));
	put("/a", 0, 10, 0, NULL);
	put("/b", 0, 10, 100, NULL);
	put("/c", 0, 10, 0, "no-store");
	put("", 0, 10, 0, NULL);
	assert_true(is_kept("/a", 1000000));
	assert_true(is_kept("/b", 99));
	assert_false(is_kept("/b", 100));
	assert_false(is_kept("/b", 99));
	assert_false(is_kept("/c", 1));
	assert_false(is_kept("", 1));
	assert_int_equal(cache_entries(c, CACHE_PATHS), 1);
	put("/a", 0, 20, 0, NULL);	/* in its own place */
	assert_int_equal(cache_entries(c, CACHE_PATHS), 1);
	cache_drop(c);
	assert_false(is_kept("/a", 1));
	assert_int_equal(cache_bytes(c, CACHE_PATHS), 0);
	assert_int_equal(cache_bytes(c, CACHE_QUERIES), 0);
}

/* Who has it keeps it, whatever becomes of the cache. */
static void
test_referred(void **state)
{
	struct kept	*k;

	(void)state;
	put("/a", 0, 3, 0, NULL);
	assert_non_null(k = cache_get(c, "/a", 1));
	cache_drop(c);
	assert_memory_equal(k->answer.body.p, "aaa", 3);
	kept_unref(k);
}

/* Queries push out queries; what was asked for last stays. */
static void
test_rooms(void **state)
{
	char	key[32];
	int	i;

	(void)state;
	put("/page", 0, 1000, 0, NULL);
	put("/search\nq\nfirst", 1, 1000, 0, NULL);
	put("/search\nq\nused", 1, 1000, 0, NULL);
	for (i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "/search\nq\n%d", i);
		put(key, 1, 1000, 0, NULL);
		assert_true(is_kept("/search\nq\nused", 1));
	}
	assert_true(is_kept("/page", 1));
	assert_false(is_kept("/search\nq\nfirst", 1));
	assert_true(cache_entries(c, CACHE_QUERIES) <= 1024);
	assert_true(cache_bytes(c, CACHE_QUERIES) <= 4 << 20);
	for (i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "/search\nq\n%d", i);
		put(key, 1, 100000, 0, NULL);
		assert_true(cache_bytes(c, CACHE_QUERIES) <= 4 << 20);
	}
	assert_true(is_kept("/page", 1));
	put("/large", 0, 2 << 20, 0, NULL);
	assert_int_equal(cache_entries(c, CACHE_LARGE), 1);
	assert_true(is_kept("/large", 1));
	assert_true(is_kept("/page", 1));
}

static void
test_gzip(void **state)
{
	struct kept	*k;
	uint8_t		 out[8192];
	z_stream	 z;

	(void)state;
	put("/small", 0, 1023, 0, NULL);
	assert_non_null(k = cache_get(c, "/small", 1));
	assert_int_equal(kept_gzip(k).len, 0);
	kept_unref(k);
	put("/text", 0, 4096, 0, NULL);
	assert_non_null(k = cache_get(c, "/text", 1));
	assert_true(kept_gzip(k).len > 0);
	assert_true(k->gzip.len < 200);
	assert_string_not_equal(k->etag, k->etag_gzip);
	memset(&z, 0, sizeof(z));
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = k->gzip.p;
	z.avail_in = (uInt)k->gzip.len;
	z.next_out = out;
	z.avail_out = sizeof(out);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, 4096);
	assert_memory_equal(out, k->answer.body.p, 4096);
	inflateEnd(&z);
	kept_unref(k);
}

/* The same bytes of the same type have one tag, and others another. */
static void
test_etag(void **state)
{
	struct kept	*a, *b;

	(void)state;
	put("/a", 0, 10, 0, NULL);
	put("/b", 0, 10, 0, NULL);
	put("/c", 0, 11, 0, NULL);
	a = cache_get(c, "/a", 1);
	b = cache_get(c, "/b", 1);
	assert_string_equal(a->etag, b->etag);
	kept_unref(b);
	b = cache_get(c, "/c", 1);
	assert_string_not_equal(a->etag, b->etag);
	kept_unref(a);
	kept_unref(b);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		TEST(test_kept), TEST(test_referred), TEST(test_rooms),
		TEST(test_gzip), TEST(test_etag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
