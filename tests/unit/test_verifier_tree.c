/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/tree.h: known roots, and every proof of every tree up to 40
 * leaves, made by the recursive definitions of RFC 9162 section 2.1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/notation.h"
#include "verifier/tree.h"

enum { N = 40, PATH = 8 };

static uint8_t	leaves[N][KM_HASH_LEN];

/* Largest power of two below n. */
static size_t
split(size_t n)
{
	size_t	k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

/* MTH of section 2.1.1. */
static void
root_of(uint8_t out[KM_HASH_LEN], size_t from, size_t n)
{
	uint8_t	l[KM_HASH_LEN], r[KM_HASH_LEN];
	size_t	k;

	if (n == 0)
		sample_hash(out, "", 0);
	else if (n == 1)
		memcpy(out, leaves[from], KM_HASH_LEN);
	else {
		k = split(n);
		root_of(l, from, k);
		root_of(r, from + k, n - k);
		sample_node(out, l, r);
	}
}

/* PATH of section 2.1.3.1; how many hashes. */
static size_t
path_of(uint8_t out[][KM_HASH_LEN], size_t m, size_t from, size_t n)
{
	size_t	k, len;

	if (n == 1)
		return 0;
	k = split(n);
	if (m < k) {
		len = path_of(out, m, from, k);
		root_of(out[len], from + k, n - k);
	} else {
		len = path_of(out, m - k, from + k, n - k);
		root_of(out[len], from, k);
	}
	return len + 1;
}

/* SUBPROOF of section 2.1.4.1. */
static size_t
subproof(uint8_t out[][KM_HASH_LEN], size_t m, size_t from, size_t n,
    int whole)
{
	size_t	k, len;

	if (m == n) {
		if (whole)
			return 0;
		root_of(out[0], from, n);
		return 1;
	}
	k = split(n);
	if (m <= k) {
		len = subproof(out, m, from, k, whole);
		root_of(out[len], from + k, n - k);
	} else {
		len = subproof(out, m - k, from + k, n - k, 0);
		root_of(out[len], from, k);
	}
	return len + 1;
}

static int
set_up(void **state)
{
	uint8_t	i;

	(void)state;
	for (i = 0; i < N; i++)
		sample_leaf(leaves[i], &i, 1);
	return 0;
}

/* RFC 6962 trees, as transparency-dev/merkle has them. */
static void
test_known_roots(void **state)
{
	static const char *const entry[] = { "x''", "x'00'", "x'10'",
	    "x'2021'", "x'3031'", "x'40414243'", "x'5051525354555657'",
	    "x'606162636465666768696a6b6c6d6e6f'" };
	static const char *const root[] = {
	    "x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
	    "x'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'",
	    "x'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'",
	    "x'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'",
	    "x'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'",
	    "x'4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'",
	    "x'76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'",
	    "x'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'",
	    "x'5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'"
	};
	struct sample_buf	b = { 0 };
	struct km_frontier	f;
	uint8_t			got[KM_HASH_LEN], leaf[KM_HASH_LEN];
	size_t			i;

	(void)state;
	km_frontier_begin(&f);
	for (i = 0; i <= 8; i++) {
		b.len = 0;
		notation(&b, root[i]);
		km_frontier_root(got, &f);
		assert_memory_equal(got, b.p, KM_HASH_LEN);
		assert_int_equal(f.size, i);
		if (i == 8)
			break;
		b.len = 0;
		notation(&b, entry[i]);
		km_leaf_hash(leaf, (struct km_bytes){ b.p, b.len });
		km_frontier_add(&f, leaf);
	}
	sample_free(&b);
}

static void
test_frontier(void **state)
{
	struct km_frontier	f;
	uint8_t			got[KM_HASH_LEN], want[KM_HASH_LEN];
	size_t			n;

	(void)state;
	km_frontier_begin(&f);
	for (n = 0; n < N; n++) {
		km_frontier_root(got, &f);
		root_of(want, 0, n);
		assert_memory_equal(got, want, KM_HASH_LEN);
		km_frontier_add(&f, leaves[n]);
	}
	/* Full, it stays as it is, and so does what comes from outside. */
	f.size = (UINT64_C(1) << KM_PATH_MAX) - 1;
	km_frontier_add(&f, leaves[0]);
	assert_int_equal(f.size, (UINT64_C(1) << KM_PATH_MAX) - 1);
	f.size = UINT64_MAX;
	km_frontier_add(&f, leaves[0]);
	assert_int_equal(f.size, UINT64_MAX);
	km_frontier_root(got, &f);
}

/*
 * Every leaf of every tree; then at another index, in another size, with one
 * hash less and more, and with each hash changed.
 */
static void
test_paths(void **state)
{
	uint8_t	path[PATH][KM_HASH_LEN], got[KM_HASH_LEN], want[KM_HASH_LEN];
	size_t	size, i, k, n;

	(void)state;
	for (size = 1; size <= N; size++) {
		root_of(want, 0, size);
		for (i = 0; i < size; i++) {
			memset(path, 0, sizeof(path));
			n = path_of(path, i, 0, size);
			assert_int_equal(km_path_root(got, leaves[i], i, size,
			    path[0], n), 1);
			assert_memory_equal(got, want, KM_HASH_LEN);
			for (k = 0; k < size; k++)
				if (k != i && km_path_root(got, leaves[i], k,
				    size, path[0], n))
					assert_memory_not_equal(got, want,
					    KM_HASH_LEN);
			assert_int_equal(km_path_root(got, leaves[i], i, size,
			    path[0], n + 1), 0);
			if (n > 0)
				assert_int_equal(km_path_root(got, leaves[i],
				    i, size, path[0], n - 1), 0);
			for (k = 0; k < n; k++) {
				path[k][k] ^= 1;
				assert_int_equal(km_path_root(got, leaves[i],
				    i, size, path[0], n), 1);
				assert_memory_not_equal(got, want,
				    KM_HASH_LEN);
				path[k][k] ^= 1;
			}
		}
	}
}

static void
test_path_limits(void **state)
{
	static uint8_t	path[KM_PATH_MAX + 1][KM_HASH_LEN];
	uint8_t		got[KM_HASH_LEN], kept[KM_HASH_LEN];

	(void)state;
	memset(got, 0x5a, sizeof(got));
	memcpy(kept, got, sizeof(got));
	assert_int_equal(km_path_root(got, leaves[0], 0, 0, NULL, 0), 0);
	assert_int_equal(km_path_root(got, leaves[0], 1, 1, NULL, 0), 0);
	assert_int_equal(km_path_root(got, leaves[0], UINT64_MAX, UINT64_MAX,
	    path[0], 9), 0);
	/* A tree of 2^49 would take 49. */
	assert_int_equal(km_path_root(got, leaves[0], 0, UINT64_C(1) << 49,
	    path[0], 49), 0);
	assert_memory_equal(got, kept, sizeof(got));
	assert_int_equal(km_path_root(got, leaves[0], 0, UINT64_C(1) << 48,
	    path[0], 48), 1);
	assert_int_equal(km_path_root(got, leaves[0], 0, 1, NULL, 0), 1);
	assert_memory_equal(got, leaves[0], KM_HASH_LEN);
}

/* Every pair of trees, with every hash changed, one less and one more. */
static void
test_consistency(void **state)
{
	uint8_t	p[PATH][KM_HASH_LEN], a[KM_HASH_LEN], b[KM_HASH_LEN];
	size_t	m, s, k, n;

	(void)state;
	for (s = 1; s <= N; s++)
	for (m = 1; m <= s; m++) {
		memset(p, 0, sizeof(p));
		root_of(a, 0, m);
		root_of(b, 0, s);
		n = m == s ? 0 : subproof(p, m, 0, s, 1);
		assert_int_equal(km_path_consistent(a, m, b, s, p[0], n), 1);
		assert_int_equal(km_path_consistent(a, m, b, s, p[0], n + 1),
		    0);
		if (n > 0)
			assert_int_equal(km_path_consistent(a, m, b, s, p[0],
			    n - 1), 0);
		for (k = 0; k < n; k++) {
			p[k][k] ^= 1;
			assert_int_equal(km_path_consistent(a, m, b, s, p[0],
			    n), 0);
			p[k][k] ^= 1;
		}
		a[0] ^= 1;
		assert_int_equal(km_path_consistent(a, m, b, s, p[0], n), 0);
		a[0] ^= 1;
		b[31] ^= 1;
		assert_int_equal(km_path_consistent(a, m, b, s, p[0], n), 0);
		b[31] ^= 1;
		if (m < s)
			assert_int_equal(km_path_consistent(b, s, a, m, p[0],
			    n), 0);
	}
}

static void
test_from_empty(void **state)
{
	uint8_t	empty[KM_HASH_LEN], a[KM_HASH_LEN];

	(void)state;
	root_of(empty, 0, 0);
	root_of(a, 0, 3);
	assert_int_equal(km_path_consistent(empty, 0, a, 3, NULL, 0), 1);
	assert_int_equal(km_path_consistent(empty, 0, empty, 0, NULL, 0), 1);
	assert_int_equal(km_path_consistent(empty, 0, a, 0, NULL, 0), 0);
	assert_int_equal(km_path_consistent(a, 0, a, 3, NULL, 0), 0);
	assert_int_equal(km_path_consistent(empty, 0, a, 3, a, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_roots),
		cmocka_unit_test(test_frontier),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_path_limits),
		cmocka_unit_test(test_consistency),
		cmocka_unit_test(test_from_empty),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
