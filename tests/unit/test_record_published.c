/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publications and run indexes (ca/record/publication.h, run.h), each rule by
 * itself; and lists and epochs of our own, opened (published.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/publication.h"
#include "ca/record/published.h"
#include "ca/record/run.h"
#include "tests/lib/notation.h"
#include "tests/lib/papers.h"

static enum km_err
decode_publication(const uint8_t *p, size_t len, int *untouched)
{
	struct publication	out, before;
	enum km_err		err;

	memset(&out, 0x5a, sizeof(out));
	before = out;
	err = publication_decode(&out, p, len);
	*untouched = memcmp(&out, &before, sizeof(out)) == 0;
	return err;
}

static void
test_publication(void **state)
{
	static const char	good[] = "{1: 3, 2: h'aa', 3: [[0, h'bb'],"
				    " [7, h'cc']], 4: h'7b7d', 5: [[1,"
				    " h'dd'], [9, h'ee']], 6: 2}";
	static const struct notation_row row[] = {
		{ "number 0", KM_ERR_VALUE, "1: 3", "1: 0" },
		{ "number of 33 bits", KM_ERR_VALUE, "1: 3",
		    "1: 4294967296" },
		{ "no number", KM_ERR_TYPE, "{1: 3, 2", "{7: 3, 2" },
		{ "no epoch", KM_ERR_LIMIT, "h'aa'", "h''" },
		{ "epoch as text", KM_ERR_TYPE, "h'aa'", "\"a\"" },
		{ "shard twice", KM_ERR_ORDER, "[7, h'cc']",
		    "[0, h'cc']" },
		{ "shards descend", KM_ERR_ORDER, "[0, h'bb']",
		    "[9, h'bb']" },
		{ "shard of 17 bits", KM_ERR_VALUE, "[7, h'cc']",
		    "[65536, h'cc']" },
		{ "list empty", KM_ERR_LIMIT, "h'bb'", "h''" },
		{ "list of three", KM_ERR_LIMIT, "[0, h'bb']",
		    "[0, h'bb', 1]" },
		{ "no bodies", KM_ERR_LIMIT, "h'7b7d'", "h''" },
		{ "leaf twice", KM_ERR_ORDER, "[9, h'ee']",
		    "[1, h'ee']" },
		{ "leaf empty", KM_ERR_LIMIT, "h'ee'", "h''" },
		{ "batch negative", KM_ERR_TYPE, "6: 2", "6: -1" },
		{ "seventh", KM_ERR_LIMIT, "6: 2}", "6: 2, 7: 1}" }
	};

	(void)state;
	assert_int_equal(notation_rows(good, row,
	    sizeof(row) / sizeof(row[0]), decode_publication), 0);
}

static enum km_err
decode_index(const uint8_t *p, size_t len, int *untouched)
{
	struct buf	roots;
	uint64_t	size = 77;
	enum km_err	err;

	buf_init(&roots, 1024);
	err = run_index_decode(&size, &roots, (struct km_bytes){ p, len });
	*untouched = size == 77;
	buf_free(&roots);
	return err;
}

#define ROOT	"h'000102030405060708090a0b0c0d0e0f" \
		"101112131415161718191a1b1c1d1e1f'"

static void
test_index(void **state)
{
	static const struct notation_row row[] = {
		{ "a root less", KM_ERR_LIMIT, "[1025, ", "[2049, " },
		{ "a root more", KM_ERR_LIMIT, "[1025, ", "[1024, " },
		{ "size as text", KM_ERR_TYPE, "1025", "\"1025\"" },
		{ "size of 33 bits", KM_ERR_VALUE, "1025", "4294967296" }
	};

	(void)state;
	assert_int_equal(notation_rows("[1025, [" ROOT ", " ROOT "]]", row,
	    sizeof(row) / sizeof(row[0]), decode_index), 0);
}

/* Lists and epochs under keys that may, and that may not, sign them. */

static struct papers	papers;
static struct km_known	*known;
static void		*mem;

static int
set_up(void **state)
{
	(void)state;
	papers_begin(&papers, KM_ENVIRONMENT_PRODUCTION);
	mem = malloc(KM_KNOWN_MIN);
	known = km_known_begin(mem, KM_KNOWN_MIN, papers.trust_bytes.p,
	    papers.trust_bytes.len);
	return known == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	km_known_end(known);
	free(mem);
	papers_end(&papers);
	return 0;
}

static enum km_err
list_of(const struct sample_status *s, uint32_t shard)
{
	struct published_list	*l = malloc(sizeof(*l));
	struct sample_buf	 b = { NULL, 0, 0 };
	enum km_err		 err;

	sample_status_write(&b, s);
	err = published_list(l, known, shard, (struct km_bytes){ b.p,
	    b.len });
	if (err == KM_OK) {
		assert_int_equal(published_status(l->entries,
		    ((uint64_t)shard << 16) + 5), 1);
		assert_int_equal(published_status(l->entries, 6), 2);
		assert_int_equal(published_status(l->entries, 65535), 0);
		assert_int_equal(l->iat, s->iat);
		assert_int_equal(l->exp, s->exp);
	}
	sample_free(&b);
	free(l);
	return err;
}

static void
test_list(void **state)
{
	struct sample_status	s;
	struct published_list	*l = malloc(sizeof(*l));
	struct sample_buf	 b = { NULL, 0, 0 };
	size_t			 i;

	(void)state;
	sample_status(&s, &papers.publish);
	sample_status_set(&s, 5, 1);
	sample_status_set(&s, 6, 2);
	assert_int_equal(list_of(&s, 0), KM_OK);
	assert_int_equal(list_of(&s, 1), KM_ERR_MISMATCH);
	s.shard = 3;
	assert_int_equal(list_of(&s, 3), KM_OK);
	s.shard = 0;
	s.key = &papers.attest;
	assert_int_equal(list_of(&s, 0), KM_ERR_PURPOSE);
	s.key = &papers.root[0].key;
	assert_int_equal(list_of(&s, 0), KM_ERR_UNKNOWN_KEY);
	s.key = &papers.publish;
	s.iat = SAMPLE_NOW - 101 * SAMPLE_DAY;
	assert_int_equal(list_of(&s, 0), KM_ERR_KEY_PERIOD);
	s.iat = s.exp;
	assert_int_equal(list_of(&s, 0), KM_ERR_VALUE);
	s.iat = SAMPLE_NOW;
	s.bits = 1;
	assert_int_equal(list_of(&s, 0), KM_ERR_VALUE);
	s.bits = 2;
	s.iss = "https://other.example";
	assert_int_not_equal(list_of(&s, 0), KM_OK);
	s.iss = SAMPLE_AUTHORITY;
	/* What others may write is not how ours are. */
	sample_status_foreign(&b, &s);
	assert_int_not_equal(published_list(l, known, 0,
	    (struct km_bytes){ b.p, b.len }), KM_OK);
	b.len = 0;
	s.ttl = 604801;
	assert_int_equal(list_of(&s, 0), KM_ERR_VALUE);
	s.ttl = 604800;
	assert_int_equal(list_of(&s, 0), KM_OK);
	sample_status_write(&b, &s);
	for (i = 0; i < b.len * 8; i++) {
		b.p[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(published_list(l, known, 0,
		    (struct km_bytes){ b.p, b.len }), KM_OK);
		b.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	sample_free(&b);
	sample_status_free(&s);
	free(l);
}

static enum km_err
epoch_of(const struct sample_epoch *s)
{
	struct sample_buf	b = { NULL, 0, 0 };
	struct km_epoch		e;
	uint8_t			hash[KM_HASH_LEN];
	enum km_err		err;

	sample_epoch_write(&b, s);
	err = published_epoch(&e, hash, known, (struct km_bytes){ b.p,
	    b.len });
	sample_free(&b);
	return err;
}

static void
test_epoch(void **state)
{
	struct sample_epoch	s;

	(void)state;
	sample_epoch(&s, &papers.publish, papers.trust_bytes.p,
	    papers.trust_bytes.len);
	assert_int_equal(epoch_of(&s), KM_OK);
	s.key = &papers.attest;
	assert_int_equal(epoch_of(&s), KM_ERR_PURPOSE);
	s.key = &papers.root[0].key;
	assert_int_equal(epoch_of(&s), KM_ERR_UNKNOWN_KEY);
	s.key = &papers.publish;
	s.iss = "https://other.example";
	assert_int_equal(epoch_of(&s), KM_ERR_AUTHORITY);
	s.iss = SAMPLE_AUTHORITY;
	s.this_update = SAMPLE_NOW - 101 * SAMPLE_DAY;
	assert_int_equal(epoch_of(&s), KM_ERR_KEY_PERIOD);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_publication),
		cmocka_unit_test(test_index),
		cmocka_unit_test_setup_teardown(test_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_epoch, set_up,
		    tear_down)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
