/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/trust.h: one row a rule of schemas/trust.cddl, and one a way in
 * which a list may not follow another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/notation.h"
#include "verifier/core.h"
#include "verifier/trust.h"

#define R32(x)	x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x
#define SIG	R32("01") R32("01")
#define OKP(x)	"{1: 1, 3: -19, -1: 6, -2: h'" R32(x) "'}"
#define EC2(x)	"{1: 2, 3: -9, -1: 1, -2: h'" R32(x) "', -3: h'" R32(x) "'}"

/* Their kids begin with 2d, 56, 90; 58, 8a, d4. */
#define ROOT_1	OKP("01")
#define ROOT_2	OKP("05")
#define ROOT_3	OKP("06")
#define KEY_1	"{1: " EC2("02") ", 2: 1, 3: 100, 4: 900}"
#define KEY_2	"{1: " EC2("04") ", 2: 2, 3: 100, 4: 900, 5: 500}"
#define KEY_3	"{1: " OKP("07") ", 2: 3, 3: 100, 4: 900}"
#define EC2_FOREIGN(x)							\
    "{1: 2, 3: -7, -1: 1, -2: h'" R32(x) "', -3: h'" R32(x) "'}"

static const char good[] =
    "98([<<{15: {1: \"https://keurmerk.example\", 2: \"trust\"}, "
    "16: \"application/keurmerk-trust+cose\"}>>, {}, <<{"
    "1: \"https://keurmerk.example\", 2: 1, 3: 2, 4: 1000, 5: 2000, 6: 2, "
    "7: [" ROOT_1 ", " ROOT_2 ", " ROOT_3 "], "
    "8: [" KEY_1 ", " KEY_2 ", " KEY_3 "], "
    "9: h'" R32("0a") "'}>>, ["
    "[<<{1: -19, 4: h'0000000000000001'}>>, {}, h'" SIG "']]])";

static const struct notation_row rows[] = {
	{ "officers list", KM_ERR_TYP, "keurmerk-trust", "keurmerk-officers" },
	{ "sub officers", KM_ERR_MISMATCH, "\"trust\"", "\"officers\"" },
	{ "iss of another", KM_ERR_MISMATCH, "{15: {1: \"https://keurmerk",
	    "{15: {1: \"https://keurmerc" },
	{ "authority of another", KM_ERR_MISMATCH, "<<{1: \"https://keurmerk",
	    "<<{1: \"https://keurmerc" },
	{ "authority by http", KM_ERR_VALUE, "<<{1: \"https://keurmerk",
	    "<<{1: \"http://keurmerk" },
	{ "production", KM_OK, "2: 1, 3: 2,", "3: 2," },
	{ "production, said", KM_ERR_VALUE, "2: 1, 3: 2,", "2: 0, 3: 2," },
	{ "environment 3", KM_ERR_VALUE, "2: 1, 3: 2,", "2: 3, 3: 2," },
	{ "version 0", KM_ERR_VALUE, "3: 2, 4: 1", "3: 0, 4: 1" },
	{ "version 1 with first", KM_ERR_TYPE, "3: 2, 4: 1", "3: 1, 4: 1" },
	{ "version 2^32", KM_ERR_VALUE, "3: 2, 4: 1", "3: 4294967296, 4: 1" },
	{ "version 2 without first", KM_ERR_TYPE, ", 9: h'" R32("0a") "'",
	    "" },
	{ "first of 31", KM_ERR_LIMIT, "9: h'0a", "9: h'" },
	{ "issued at expiry", KM_ERR_VALUE, "4: 1000, 5", "4: 2000, 5" },
	{ "issued a second before", KM_OK, "4: 1000, 5", "4: 1999, 5" },
	{ "expires in the year 10000", KM_ERR_VALUE, "5: 2000",
	    "5: 253402300800" },
	{ "threshold 0", KM_ERR_VALUE, "6: 2", "6: 0" },
	{ "threshold of all", KM_OK, "6: 2", "6: 3" },
	{ "threshold of more", KM_ERR_VALUE, "6: 2", "6: 4" },
	{ "no roots", KM_ERR_LIMIT, ROOT_1 ", " ROOT_2 ", " ROOT_3, "" },
	{ "roots descending", KM_ERR_ORDER, ROOT_1 ", " ROOT_2,
	    ROOT_2 ", " ROOT_1 },
	{ "root twice", KM_ERR_ORDER, ROOT_2, ROOT_1 },
	{ "root for lists of others", KM_ERR_ALG, ROOT_2,
	    EC2_FOREIGN("02") },
	{ "17 roots", KM_ERR_LIMIT, ROOT_3, ROOT_3 ", 0, 0, 0, 0, 0, 0, 0, 0,"
	    "0, 0, 0, 0, 0, 0" },
	{ "no keys", KM_ERR_LIMIT, KEY_1 ", " KEY_2 ", " KEY_3, "" },
	{ "one key", KM_OK, KEY_1 ", " KEY_2 ", " KEY_3, KEY_3 },
	{ "keys descending", KM_ERR_ORDER, KEY_1 ", " KEY_2,
	    KEY_2 ", " KEY_1 },
	{ "key twice", KM_ERR_ORDER, KEY_2, KEY_1 },
	{ "key twice, two purposes", KM_ERR_ORDER, KEY_2,
	    "{1: " EC2("02") ", 2: 2, 3: 100, 4: 900}" },
	{ "key twice, two algorithms", KM_ERR_ORDER, KEY_2,
	    "{1: " EC2_FOREIGN("02") ", 2: 2, 3: 100, 4: 900}" },
	{ "a root as key", KM_ERR_ORDER, KEY_2,
	    "{1: " ROOT_3 ", 2: 2, 3: 100, 4: 900}" },
	{ "purpose 0", KM_ERR_VALUE, KEY_1,
	    "{1: " EC2("02") ", 2: 0, 3: 100, 4: 900}" },
	{ "purpose 4", KM_ERR_VALUE, KEY_1,
	    "{1: " EC2("02") ", 2: 4, 3: 100, 4: 900}" },
	{ "ES256 for lists", KM_OK, KEY_1,
	    "{1: " EC2_FOREIGN("02") ", 2: 2, 3: 100, 4: 900}" },
	{ "ES256 for attestations", KM_ERR_ALG, KEY_1,
	    "{1: " EC2_FOREIGN("02") ", 2: 1, 3: 100, 4: 900}" },
	{ "ES256 for officers", KM_ERR_ALG, KEY_1,
	    "{1: " EC2_FOREIGN("02") ", 2: 3, 3: 100, 4: 900}" },
	{ "no not-after", KM_ERR_LIMIT, KEY_1,
	    "{1: " EC2("02") ", 2: 1, 3: 100}" },
	{ "another field of a key", KM_ERR_TYPE, KEY_1,
	    "{1: " EC2("02") ", 2: 1, 3: 100, 4: 900, 6: 1}" },
	{ "revoked below 0", KM_ERR_VALUE, "5: 500", "5: -1" },
	{ "33 keys", KM_ERR_LIMIT, KEY_3, KEY_3 ", 0, 0, 0, 0, 0, 0, 0, 0,"
	    "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,"
	    "0" },
	{ "a field more", KM_ERR_LIMIT, "'}>>, [", "', 10: 1}>>, [" },
	{ "another field", KM_ERR_TYPE, ", 9: h'", ", 10: h'" },
	{ "payload and more", KM_ERR_TRAILING, "'}>>, [", "'}, 1>>, [" },
};

static enum km_err
decode(const uint8_t *buf, size_t len, int *untouched)
{
	static struct km_trust	t, t0;
	struct km_sign		s, s0;
	enum km_err		err;

	memset(&t0, 0xa5, sizeof(t0));
	memset(&s0, 0xa5, sizeof(s0));
	t = t0;
	s = s0;
	err = km_trust_decode(&t, &s, buf, len);
	*untouched = memcmp(&t, &t0, sizeof(t)) == 0 &&
	    memcmp(&s, &s0, sizeof(s)) == 0;
	return err;
}

static void
test_rows(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(good, rows,
	    sizeof(rows) / sizeof(rows[0]), decode), 0);
}

static void
test_fields(void **state)
{
	struct sample_buf	b = { 0 };
	struct km_trust		t;
	struct km_sign		s;

	(void)state;
	notation(&b, good);
	assert_int_equal(km_trust_decode(&t, &s, b.p, b.len), KM_OK);
	assert_true(km_bytes_equal(t.authority,
	    km_bytes_of("https://keurmerk.example")));
	assert_int_equal(t.environment, KM_ENVIRONMENT_DEMONSTRATION);
	assert_int_equal(t.version, 2);
	assert_int_equal(t.issued, 1000);
	assert_int_equal(t.expires, 2000);
	assert_int_equal(t.threshold, 2);
	assert_int_equal(t.n_roots, 3);
	assert_int_equal(t.root[1].kid[0], 0x56);
	assert_int_equal(t.n_keys, 3);
	assert_int_equal(t.key[0].purpose, KM_PURPOSE_ATTEST);
	assert_int_equal(t.key[0].key.bytes[63], 2);
	assert_int_equal(t.key[0].not_before, 100);
	assert_int_equal(t.key[0].not_after, 900);
	assert_int_equal(t.key[0].revoked_at, -1);
	assert_int_equal(t.key[1].revoked_at, 500);
	assert_int_equal(t.first[31], 0x0a);
	assert_int_equal(s.n, 1);
	while (b.len <= KM_TRUST_MAX)
		sample_raw(&b, "", 1);
	assert_int_equal(km_trust_decode(&t, &s, b.p, b.len), KM_ERR_LIMIT);
	assert_int_equal(km_trust_decode(&t, &s, b.p, b.len - 1),
	    KM_ERR_TRAILING);
	assert_int_equal(km_trust_find(&t,
	    (struct km_bytes){ t.key[2].key.kid, 8 }), 2);
	assert_int_equal(km_trust_find(&t,
	    (struct km_bytes){ t.root[0].kid, 8 }), -1);
	assert_int_equal(km_trust_find(&t,
	    (struct km_bytes){ t.key[2].key.kid, 7 }), -1);
	sample_free(&b);
}

/* Roots a to e, and lists made from them. */
struct world {
	struct sample_key	root[5], key;
	struct sample_trust	one, two;
	uint8_t			first[KM_HASH_LEN];
	struct km_keycache	*cache;
	int			asks, refuse;	/* refuse ask number n */
};

static int
world_verify(void *arg, const struct km_ask *ask)
{
	struct world	*w = arg;

	if (++w->asks == w->refuse)
		return 0;
	return km_openssl_verify(w->cache, ask);
}

/* One: roots a, b, c, two of them needed; two: b, c, d, all needed. */
static void
world_begin(struct world *w)
{
	const char	*names[] = { "a", "b", "c", "d", "e" };
	int		 i;

	memset(w, 0, sizeof(*w));
	w->cache = malloc(km_keycache_size());
	assert_non_null(w->cache);
	km_keycache_begin(w->cache);
	for (i = 0; i < 5; i++)
		sample_key(&w->root[i], i % 2 ? -9 : -19, names[i]);
	sample_key(&w->key, -9, "attest");

	sample_trust(&w->one);
	sample_trust_root(&w->one, &w->root[0], 1);
	sample_trust_root(&w->one, &w->root[1], 1);
	sample_trust_root(&w->one, &w->root[2], 0);
	sample_trust_key(&w->one, &w->key, 1);

	sample_trust(&w->two);
	w->two.version = 2;
	w->two.threshold = 3;
	sample_trust_root(&w->two, &w->root[1], 1);
	sample_trust_root(&w->two, &w->root[2], 1);
	sample_trust_root(&w->two, &w->root[3], 1);
	sample_trust_key(&w->two, &w->key, 1);
	memset(w->first, 0x0f, sizeof(w->first));
	memset(w->two.first, 0x0f, sizeof(w->two.first));
}

static void
world_end(struct world *w)
{
	int	i;

	for (i = 0; i < 5; i++)
		sample_key_free(&w->root[i]);
	sample_key_free(&w->key);
	km_keycache_end(w->cache);
	free(w->cache);
}

/* two after one; or, with alone, two by itself. */
static enum km_err
accept(struct world *w, int alone)
{
	struct sample_buf	a = { 0 }, b = { 0 };
	struct km_trust		prev, next;
	struct km_sign		s0, s;
	enum km_err		err;

	sample_trust_write(&a, &w->one);
	sample_trust_write(&b, &w->two);
	assert_int_equal(km_trust_decode(&prev, &s0, a.p, a.len), KM_OK);
	assert_int_equal(km_trust_decode(&next, &s, b.p, b.len), KM_OK);
	w->asks = 0;
	err = km_trust_accept(alone ? NULL : &prev, &next, &s, w->first,
	    world_verify, w);
	sample_free(&a);
	sample_free(&b);
	return err;
}

#define SIGNERS(w, ...)	do {						\
	const int	list_[] = { __VA_ARGS__ };			\
	size_t		i_;						\
	(w)->two.n_signers = sizeof(list_) / sizeof(list_[0]);		\
	for (i_ = 0; i_ < (w)->two.n_signers; i_++)			\
		(w)->two.signer[i_] = &(w)->root[list_[i_]];		\
} while (0)

static void
test_signers(void **state)
{
	struct world	w;

	(void)state;
	world_begin(&w);
	/* b and c for the old list, b, c and d for the new one. */
	assert_int_equal(accept(&w, 0), KM_OK);
	assert_int_equal(w.asks, 3);
	SIGNERS(&w, 0, 1, 2, 3);
	assert_int_equal(accept(&w, 0), KM_OK);
	SIGNERS(&w, 1, 2);
	assert_int_equal(accept(&w, 0), KM_ERR_THRESHOLD);
	SIGNERS(&w, 0, 1, 2);
	assert_int_equal(accept(&w, 0), KM_ERR_THRESHOLD);
	SIGNERS(&w, 1, 2, 3, 4);
	assert_int_equal(accept(&w, 0), KM_ERR_UNKNOWN_KEY);
	/* Enough of the new, and one of the old: too few of those. */
	w.two.n_roots = 0;
	w.two.threshold = 2;
	sample_trust_root(&w.two, &w.root[2], 0);
	sample_trust_root(&w.two, &w.root[3], 0);
	sample_trust_root(&w.two, &w.root[4], 0);
	SIGNERS(&w, 2, 3, 4);
	assert_int_equal(accept(&w, 0), KM_ERR_THRESHOLD);
	SIGNERS(&w, 1, 2, 3, 4);
	assert_int_equal(accept(&w, 0), KM_OK);
	world_end(&w);
}

/* Whichever signature is bad, the whole list is refused. */
static void
test_every_signature(void **state)
{
	struct world	w;

	(void)state;
	world_begin(&w);
	SIGNERS(&w, 0, 1, 2, 3);
	for (w.refuse = 1; w.refuse <= 4; w.refuse++)
		assert_int_equal(accept(&w, 0), KM_ERR_SIGNATURE);
	assert_int_equal(accept(&w, 0), KM_OK);
	world_end(&w);
}

static void
test_alone(void **state)
{
	struct world	w;

	(void)state;
	world_begin(&w);
	assert_int_equal(accept(&w, 1), KM_OK);
	/* A root of the old one signed it too, and has no say. */
	SIGNERS(&w, 0, 1, 2, 3);
	assert_int_equal(accept(&w, 1), KM_OK);
	SIGNERS(&w, 1, 2);
	assert_int_equal(accept(&w, 1), KM_ERR_THRESHOLD);
	SIGNERS(&w, 0, 1, 2);
	assert_int_equal(accept(&w, 1), KM_ERR_THRESHOLD);
	/* Before the first list there was none. */
	w.two.version = 1;
	SIGNERS(&w, 0, 1, 2, 3);
	assert_int_equal(accept(&w, 1), KM_ERR_UNKNOWN_KEY);
	SIGNERS(&w, 1, 2, 3);
	assert_int_equal(accept(&w, 1), KM_OK);
	/* Another first hash than the caller knows. */
	w.two.version = 7;
	assert_int_equal(accept(&w, 1), KM_OK);
	w.first[0] ^= 1;
	assert_int_equal(accept(&w, 1), KM_ERR_PIN);
	world_end(&w);
}

static void
test_may_follow(void **state)
{
	struct world	w;

	(void)state;
	world_begin(&w);
	w.two.version = 3;
	assert_int_equal(accept(&w, 0), KM_ERR_VERSION);
	w.two.version = 1;
	assert_int_equal(accept(&w, 0), KM_ERR_VERSION);
	w.one.version = UINT32_MAX;
	assert_int_equal(accept(&w, 0), KM_ERR_VERSION);
	w.one.version = 1;
	w.two.version = 2;
	w.two.authority = "https://ander.example";
	assert_int_equal(accept(&w, 0), KM_ERR_AUTHORITY);
	w.two.authority = w.one.authority;
	w.two.environment = 1;
	assert_int_equal(accept(&w, 0), KM_ERR_ENVIRONMENT);
	w.two.environment = 0;
	w.two.first[31] ^= 1;
	assert_int_equal(accept(&w, 0), KM_ERR_PIN);
	w.first[31] ^= 1;
	assert_int_equal(accept(&w, 0), KM_OK);
	/* The old list names another first one than both others. */
	w.one.version = 2;
	w.two.version = 3;
	assert_int_equal(accept(&w, 0), KM_ERR_PIN);
	memcpy(w.one.first, w.first, sizeof(w.first));
	assert_int_equal(accept(&w, 0), KM_OK);
	world_end(&w);
}

/*
 * Two keys of two lists with one kid: 2^32 hashes make such a pair, and its
 * owner would sign once for both. Made here by writing it into what was read.
 */
static void
test_same_kid(void **state)
{
	struct sample_buf	a = { 0 }, b = { 0 };
	struct km_trust		prev, next;
	struct km_sign		s0, s;
	struct world		w;
	size_t			i;

	(void)state;
	world_begin(&w);
	sample_trust_write(&a, &w.one);
	sample_trust_write(&b, &w.two);
	assert_int_equal(km_trust_decode(&prev, &s0, a.p, a.len), KM_OK);
	assert_int_equal(km_trust_decode(&next, &s, b.p, b.len), KM_OK);
	assert_int_equal(km_trust_accept(&prev, &next, &s, w.first,
	    world_verify, &w), KM_OK);
	/* b's kid in the new list is now another key's: it lacks one. */
	for (i = 0; i < next.n_roots; i++)
		if (memcmp(next.root[i].kid, w.root[1].kid, 8) == 0)
			memcpy(next.root[i].bytes, w.root[3].pub, 64);
	assert_int_equal(km_trust_accept(&prev, &next, &s, w.first,
	    world_verify, &w), KM_ERR_THRESHOLD);
	for (i = 0; i < next.n_roots; i++)
		if (memcmp(next.root[i].kid, w.root[1].kid, 8) == 0)
			memcpy(next.root[i].bytes, w.root[1].pub, 64);
	/* In the old list instead. */
	for (i = 0; i < prev.n_roots; i++)
		if (memcmp(prev.root[i].kid, w.root[1].kid, 8) == 0)
			memcpy(prev.root[i].bytes, w.root[3].pub, 64);
	assert_int_equal(km_trust_accept(&prev, &next, &s, w.first,
	    world_verify, &w), KM_ERR_THRESHOLD);
	/* And of another algorithm: the new list's key still counts. */
	for (i = 0; i < prev.n_roots; i++)
		if (memcmp(prev.root[i].kid, w.root[1].kid, 8) == 0)
			prev.root[i].alg = -19;
	prev.threshold = 1;
	assert_int_equal(km_trust_accept(&prev, &next, &s, w.first,
	    world_verify, &w), KM_OK);
	/* The key has another algorithm than the signature says. */
	for (i = 0; i < next.n_roots; i++)
		if (memcmp(next.root[i].kid, w.root[1].kid, 8) == 0)
			next.root[i].alg = -19;
	assert_int_equal(km_trust_accept(&prev, &next, &s, w.first,
	    world_verify, &w), KM_ERR_ALG);
	assert_int_equal(km_trust_accept(&prev, &next, &s, NULL,
	    world_verify, &w), KM_ERR_USE);
	sample_free(&a);
	sample_free(&b);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_signers),
		cmocka_unit_test(test_every_signature),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_may_follow),
		cmocka_unit_test(test_same_kid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
