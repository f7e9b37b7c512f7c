/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables of the signer's state: found, grown, dropped, full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ca/signer/table.h"

struct rec {
	uint8_t		key[16];
	uint64_t	value;
};

static void
key_of(uint8_t key[16], unsigned int i)
{
	memset(key, 0, 16);
	memcpy(key, &i, sizeof(i));
}

static void
fill(struct table *t, unsigned int n)
{
	struct rec	*r;
	unsigned int	 i;
	uint8_t		 key[16];

	for (i = 0; i < n; i++) {
		key_of(key, i);
		assert_null(table_find(t, key));
		r = table_add(t, key);
		assert_non_null(r);
		assert_int_equal(r->value, 0);
		r->value = i + 7;
	}
}

/* What was put in is found under its key and number, and nothing else is. */
static void
found_again(void **arg)
{
	struct table	 t;
	struct rec	*r;
	unsigned int	 i;
	uint8_t		 key[16];

	(void)arg;
	table_init(&t, sizeof(struct rec), 16, 1 << 20);
	key_of(key, 0);
	assert_null(table_find(&t, key));
	fill(&t, 5000);
	for (i = 0; i < 5000; i++) {
		key_of(key, i);
		r = table_find(&t, key);
		assert_non_null(r);
		assert_int_equal(r->value, i + 7);
		assert_int_equal(table_number(&t, r), i);
		assert_ptr_equal(table_at(&t, i), r);
		key[15] = 1;		/* the last byte of a key counts */
		assert_null(table_find(&t, key));
	}
	assert_true(t.cap >= t.n && t.cap < 2 * t.n);
	table_free(&t);
}

static void
full_at_its_limit(void **arg)
{
	struct table	t;
	uint8_t		key[16];

	(void)arg;
	table_init(&t, sizeof(struct rec), 16, 100);
	fill(&t, 100);
	key_of(key, 100);
	assert_null(table_add(&t, key));
	assert_int_equal(table_room(&t, 1), -1);
	assert_int_equal(table_room(&t, 0), 0);
	assert_int_equal(t.n, 100);
	assert_null(table_find(&t, key));
	key_of(key, 99);
	assert_non_null(table_find(&t, key));
	table_free(&t);
	assert_int_equal(table_room(&t, 101), -1);
	assert_int_equal(table_room(&t, 100), 0);
	table_free(&t);
}

static int
is_odd(const void *rec, void *arg)
{
	const struct rec	*r = rec;

	(void)arg;
	return r->value & 1;
}

static void
kept_in_order(void **arg)
{
	struct table	 t;
	struct rec	*r;
	unsigned int	 i;
	uint8_t		 key[16];

	(void)arg;
	table_init(&t, sizeof(struct rec), 16, 1 << 20);
	fill(&t, 1000);
	table_keep(&t, is_odd, NULL);
	assert_int_equal(t.n, 500);
	for (i = 0; i < 1000; i++) {
		key_of(key, i);
		r = table_find(&t, key);
		if ((i + 7) % 2 == 0) {
			assert_null(r);
			continue;
		}
		assert_non_null(r);
		assert_int_equal(r->value, i + 7);
		assert_int_equal(table_number(&t, r), i / 2);
	}
	key_of(key, 1);
	assert_non_null(table_add(&t, key));
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(found_again),
		cmocka_unit_test(full_at_its_limit),
		cmocka_unit_test(kept_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
