/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Merkle tree: held against RFC 9162 section 2.1 written down as it stands
 * there, recursively, for all sizes up to 70 and some larger; and against
 * roots that others published.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/merkle.h"
#include "tests/lib/sample.h"

enum { SIZES = 70, LARGE = 5000 };

static uint8_t	leaves[LARGE][KM_HASH_LEN];

/* D[from:to], RFC 9162 section 2.1.1. */
static void
naive_root(uint8_t out[KM_HASH_LEN], size_t from, size_t to)
{
	uint8_t	l[KM_HASH_LEN], r[KM_HASH_LEN];
	size_t	k = 1;

	if (to == from) {
		sample_hash(out, "", 0);
		return;
	}
	if (to - from == 1) {
		memcpy(out, leaves[from], KM_HASH_LEN);
		return;
	}
	while (k * 2 < to - from)
		k *= 2;
	naive_root(l, from, from + k);
	naive_root(r, from + k, to);
	sample_node(out, l, r);
}

/* PATH(m, D[from:to]), section 2.1.3.1. */
static int
naive_path(uint8_t *out, size_t m, size_t from, size_t to)
{
	size_t	k = 1;
	int	n;

	if (to - from == 1)
		return 0;
	while (k * 2 < to - from)
		k *= 2;
	if (m < k) {
		n = naive_path(out, m, from, from + k);
		naive_root(out + n * KM_HASH_LEN, from + k, to);
	} else {
		n = naive_path(out, m - k, from + k, to);
		naive_root(out + n * KM_HASH_LEN, from, from + k);
	}
	return n + 1;
}

/* SUBPROOF(m, D[from:to], b), section 2.1.4.1. */
static int
naive_subproof(uint8_t *out, size_t m, size_t from, size_t to, int b)
{
	size_t	k = 1;
	int	n;

	if (m == to - from) {
		if (b)
			return 0;
		naive_root(out, from, to);
		return 1;
	}
	while (k * 2 < to - from)
		k *= 2;
	if (m <= k) {
		n = naive_subproof(out, m, from, from + k, b);
		naive_root(out + n * KM_HASH_LEN, from + k, to);
	} else {
		n = naive_subproof(out, m - k, from + k, to, 0);
		naive_root(out + n * KM_HASH_LEN, from, from + k);
	}
	return n + 1;
}

static struct merkle *
grown(size_t n)
{
	struct merkle	*t;
	size_t		 i;

	assert_non_null(t = merkle_new(LARGE));
	for (i = 0; i < n; i++)
		assert_int_equal(merkle_append(t, leaves[i]), 0);
	assert_int_equal(merkle_size(t), n);
	return t;
}

static void
check_root(const struct merkle *t, size_t n)
{
	uint8_t	want[KM_HASH_LEN], got[KM_HASH_LEN];

	naive_root(want, 0, n);
	assert_int_equal(merkle_root_at(got, t, n), 0);
	assert_memory_equal(got, want, KM_HASH_LEN);
}

/* To roots that check_root() has held against the text. */
static void
check_path(const struct merkle *t, size_t i, size_t n)
{
	uint8_t	want[KM_PATH_MAX * KM_HASH_LEN];
	uint8_t	got[KM_PATH_MAX * KM_HASH_LEN], root[KM_HASH_LEN];
	uint8_t	to[KM_HASH_LEN];
	int	count;

	count = naive_path(want, i, 0, n);
	assert_int_equal(merkle_path(got, t, i, n), count);
	assert_memory_equal(got, want, (size_t)count * KM_HASH_LEN);
	assert_int_equal(merkle_root_at(root, t, n), 0);
	assert_int_equal(km_path_root(to, leaves[i], i, n, got,
	    (size_t)count), 1);
	assert_memory_equal(to, root, KM_HASH_LEN);
}

static void
check_consistency(const struct merkle *t, size_t m, size_t n)
{
	uint8_t	want[KM_PATH_MAX * KM_HASH_LEN];
	uint8_t	got[KM_PATH_MAX * KM_HASH_LEN];
	uint8_t	root1[KM_HASH_LEN], root2[KM_HASH_LEN];
	int	count;

	count = naive_subproof(want, m, 0, n, 1);
	assert_int_equal(merkle_consistency(got, t, m, n), count);
	assert_memory_equal(got, want, (size_t)count * KM_HASH_LEN);
	assert_int_equal(merkle_root_at(root1, t, m), 0);
	assert_int_equal(merkle_root_at(root2, t, n), 0);
	assert_int_equal(km_path_consistent(root1, m, root2, n, got,
	    (size_t)count), 1);
}

/* transparency-dev/merkle, testonly/constants.go: leaves and roots. */
static void
test_published_roots(void **state)
{
	static const char	*const entry[8] = {
		"", "\x00", "\x10", "\x20\x21", "\x30\x31",
		"\x40\x41\x42\x43", "\x50\x51\x52\x53\x54\x55\x56\x57",
		"`abcdefghijklmno"		/* 60 to 6f */
	};
	static const size_t	len[8] = { 0, 1, 1, 2, 2, 4, 8, 16 };
	static const char	*const root[9] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
	};
	struct merkle	*t;
	struct km_bytes	 b;
	uint8_t		 leaf[KM_HASH_LEN], got[KM_HASH_LEN];
	char		 hex[65];
	size_t		 i, k;

	(void)state;
	assert_non_null(t = merkle_new(8));
	for (i = 0; i <= 8; i++) {
		merkle_root(got, t);
		for (k = 0; k < KM_HASH_LEN; k++)
			snprintf(hex + 2 * k, 3, "%02x", got[k]);
		assert_string_equal(hex, root[i]);
		if (i == 8)
			break;
		b.p = (const uint8_t *)entry[i];
		b.len = len[i];
		km_leaf_hash(leaf, b);
		assert_int_equal(merkle_append(t, leaf), 0);
	}
	assert_int_equal(merkle_append(t, leaf), -1);	/* full */
	assert_int_equal(merkle_size(t), 8);
	merkle_free(t);
	merkle_free(NULL);
}

static void
test_small(void **state)
{
	struct merkle	*t;
	size_t		 i, m, n;

	(void)state;
	t = grown(SIZES);
	for (n = 0; n <= SIZES; n++) {
		check_root(t, n);
		for (i = 0; i < n; i++)
			check_path(t, i, n);
		for (m = 1; m <= n; m++)
			check_consistency(t, m, n);
	}
	merkle_free(t);
}

/* As the tree grows, its own root is that of its size. */
static void
test_grows(void **state)
{
	struct merkle	*t;
	uint8_t		 want[KM_HASH_LEN], got[KM_HASH_LEN];
	size_t		 n;

	(void)state;
	assert_non_null(t = merkle_new(UINT64_MAX));
	for (n = 0; n <= 300; n++) {
		merkle_root(got, t);
		naive_root(want, 0, n);
		assert_memory_equal(got, want, KM_HASH_LEN);
		assert_int_equal(merkle_append(t, leaves[n]), 0);
		assert_memory_equal(merkle_leaf(t, n), leaves[n],
		    KM_HASH_LEN);
		assert_null(merkle_leaf(t, n + 1));
	}
	merkle_free(t);
}

/* Past the first chunks: 5,000 leaves. */
static void
test_large(void **state)
{
	struct merkle	*t;
	size_t		 i, m, n, k;

	(void)state;
	t = grown(LARGE);
	srand(20261124);
	for (k = 0; k < 15; k++) {
		n = 1 + (size_t)rand() % LARGE;
		i = (size_t)rand() % n;
		m = 1 + (size_t)rand() % n;
		check_root(t, n);
		check_path(t, i, n);
		check_consistency(t, m, n);
	}
	check_root(t, LARGE);
	check_path(t, LARGE - 1, LARGE);
	check_path(t, 1023, LARGE);
	check_path(t, 1024, LARGE);
	merkle_free(t);
}

/* Replaced leaves change just what stands on them. */
static void
test_set(void **state)
{
	static uint8_t	 kept[LARGE][KM_HASH_LEN];
	struct merkle	*t;
	size_t		 i, k;

	(void)state;
	memcpy(kept, leaves, sizeof(kept));
	t = grown(2500);
	srand(7);
	for (k = 0; k < 12; k++) {
		i = k == 0 ? 2499 : k == 1 ? 0 : (size_t)rand() % 2500;
		sample_hash(leaves[i], &k, sizeof(k));
		assert_int_equal(merkle_set(t, i, leaves[i]), 0);
		check_root(t, 2500);
		check_root(t, 1 + (size_t)rand() % 2500);
	}
	assert_int_equal(merkle_set(t, 2500, leaves[0]), -1);
	for (i = 2500; i < 2600; i++)
		assert_int_equal(merkle_append(t, leaves[i]), 0);
	check_root(t, 2600);
	check_path(t, 2499, 2600);
	memcpy(leaves, kept, sizeof(kept));
	merkle_free(t);
}

static void
test_truncate(void **state)
{
	static uint8_t	 kept[LARGE][KM_HASH_LEN];
	struct merkle	*t;
	uint8_t		 root[KM_HASH_LEN];
	size_t		 i;

	(void)state;
	memcpy(kept, leaves, sizeof(kept));
	t = grown(2100);
	merkle_truncate(t, 3000);
	assert_int_equal(merkle_size(t), 2100);
	merkle_truncate(t, 1030);
	assert_int_equal(merkle_size(t), 1030);
	check_root(t, 1030);
	assert_int_equal(merkle_root_at(root, t, 1031), -1);
	assert_null(merkle_leaf(t, 1030));
	assert_null(merkle_node(t, 1, 515));
	for (i = 1030; i < 2100; i++) {
		sample_hash(leaves[i], &i, sizeof(i));
		assert_int_equal(merkle_append(t, leaves[i]), 0);
	}
	check_root(t, 2100);
	check_root(t, 1500);
	check_path(t, 1029, 2100);
	merkle_truncate(t, 0);
	check_root(t, 0);
	memcpy(leaves, kept, sizeof(kept));
	merkle_free(t);
}

static void
test_root_of(void **state)
{
	struct merkle	*t;
	uint8_t		 want[KM_HASH_LEN], got[KM_HASH_LEN];
	size_t		 from, n;

	(void)state;
	t = grown(2600);
	for (from = 0; from < 2600; from += 1024) {
		n = 2600 - from < 1024 ? 2600 - from : 1024;
		naive_root(want, from, from + n);
		assert_int_equal(merkle_root_of(got, t, from, n), 0);
		assert_memory_equal(got, want, KM_HASH_LEN);
	}
	naive_root(want, 40, 47);
	assert_int_equal(merkle_root_of(got, t, 40, 7), 0);
	assert_memory_equal(got, want, KM_HASH_LEN);
	assert_int_equal(merkle_root_of(got, t, 0, 2600), 0);
	assert_int_equal(merkle_root_of(got, t, 2600, 0), 0);
	assert_int_equal(merkle_root_of(got, t, 4, 7), -1);
	assert_int_equal(merkle_root_of(got, t, 1, 2), -1);
	assert_int_equal(merkle_root_of(got, t, 2048, 553), -1);
	assert_int_equal(merkle_root_of(got, t, 2601, 0), -1);
	assert_int_equal(merkle_root_of(got, t, 0, UINT64_MAX), -1);
	merkle_free(t);
}

static void
test_node(void **state)
{
	struct merkle	*t;
	uint8_t		 want[KM_HASH_LEN];
	size_t		 i;
	unsigned int	 k;

	(void)state;
	t = grown(300);
	for (k = 0; k < 9; k++) {
		for (i = 0; (i + 1) << k <= 300; i++) {
			naive_root(want, i << k, (i + 1) << k);
			assert_memory_equal(merkle_node(t, k, i), want,
			    KM_HASH_LEN);
		}
		assert_null(merkle_node(t, k, i));
	}
	assert_null(merkle_node(t, 9, 0));
	assert_null(merkle_node(t, KM_PATH_MAX, 0));
	assert_null(merkle_node(t, KM_PATH_MAX + 1, 0));
	assert_null(merkle_node(t, 64, 0));
	merkle_free(t);
}

static void
test_refused(void **state)
{
	struct merkle	*t;
	uint8_t		 path[KM_PATH_MAX * KM_HASH_LEN];

	(void)state;
	t = grown(10);
	assert_int_equal(merkle_path(path, t, 0, 0), -1);
	assert_int_equal(merkle_path(path, t, 10, 10), -1);
	assert_int_equal(merkle_path(path, t, 5, 5), -1);
	assert_int_equal(merkle_path(path, t, 0, 11), -1);
	assert_int_equal(merkle_path(path, t, 0, 1), 0);
	assert_int_equal(merkle_consistency(path, t, 5, 4), -1);
	assert_int_equal(merkle_consistency(path, t, 5, 11), -1);
	assert_int_equal(merkle_consistency(path, t, 0, 10), 0);
	assert_int_equal(merkle_consistency(path, t, 10, 10), 0);
	merkle_free(t);
	assert_non_null(t = merkle_new(0));
	assert_int_equal(merkle_append(t, leaves[0]), -1);
	merkle_free(t);
}

static int
begin(void **state)
{
	size_t	i;

	(void)state;
	for (i = 0; i < LARGE; i++)
		sample_leaf(leaves[i], &i, sizeof(i));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_published_roots),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_truncate),
		cmocka_unit_test(test_root_of),
		cmocka_unit_test(test_node),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
