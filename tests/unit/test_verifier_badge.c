/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/badge.h and register.h: one row a rule of their schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/notation.h"
#include "verifier/badge.h"
#include "verifier/register.h"
#include "verifier/tree.h"

#define R16(x)	x x x x x x x x x x x x x x x x
#define HASH(x)	"h'" R16(x) R16(x) "'"
#define EVENT_1	"[1000, \"grant\", null]"
#define EVENT_2	"[1000, \"suspend\", 7]"
#define EVENT_3	"[2000, \"lift\", null]"
#define EVENTS	"[" EVENT_1 ", " EVENT_2 ", " EVENT_3 "]"
#define LONG	R16(R16("0102030405060708"))		/* 2048 bytes */

static const char badge[] =
    "{1: h'd2', 2: h'd202', 3: h'd203', 4: [" HASH("0a") ", " HASH("0b") "], "
    "5: [2, " EVENTS ", [" HASH("0c") "]]}";

#define BADGE_5	", 5: [2, " EVENTS ", [" HASH("0c") "]]"
static const struct notation_row badge_rows[] = {
	{ "attestation alone", KM_OK, ", 2: h'd202', 3: h'd203', 4: ["
	    HASH("0a") ", " HASH("0b") "]" BADGE_5, "" },
	{ "attestation empty", KM_ERR_LIMIT, "1: h'd2'", "1: h''" },
	{ "attestation of 2048", KM_OK, "1: h'd2'", "1: h'" LONG "'" },
	{ "attestation of 2049", KM_ERR_LIMIT, "1: h'd2'", "1: h'd2" LONG
	    "'" },
	{ "attestation not as bytes", KM_ERR_TYPE, "1: h'd2'", "1: x'd200'" },
	{ "no attestation", KM_ERR_TYPE, "1: h'd2', ", "" },
	{ "status empty", KM_ERR_LIMIT, "h'd202'", "h''" },
	{ "epoch of 1025", KM_ERR_LIMIT, "h'd203'",
	    "h'" R16(R16("01020304")) "01'" },
	{ "epoch of 1024", KM_OK, "h'd203'",
	    "h'" R16(R16("01020304")) "'" },
	{ "epoch before status", KM_ERR_TYPE, "2: h'd202', 3: h'd203'",
	    "3: h'd203', 2: h'd202'" },
	{ "status twice", KM_ERR_TYPE, "3: h'd203'", "2: h'd202'" },
	{ "path empty", KM_OK, HASH("0a") ", " HASH("0b"), "" },
	{ "hash of 31", KM_ERR_LIMIT, "h'0a", "h'" },
	{ "hash as text", KM_ERR_TYPE, HASH("0a"), "\"0a\"" },
	{ "path of 49", KM_ERR_LIMIT, HASH("0a"), R16("0, ") R16("0, ")
	    R16("0, ") "0" },
	{ "path not in an array", KM_ERR_TYPE,
	    "[" HASH("0a") ", " HASH("0b") "]", HASH("0a") },
	{ "status value 4", KM_ERR_VALUE, "5: [2", "5: [4" },
	{ "register of two", KM_ERR_LIMIT, ", [" HASH("0c") "]]", "]" },
	{ "no events", KM_ERR_LIMIT, EVENTS, "[]" },
	{ "event of another kind", KM_ERR_VALUE, "grant", "granted" },
	{ "register path empty", KM_OK, "[" HASH("0c") "]", "[]" },
	{ "a trust list", KM_ERR_LIMIT, "[" HASH("0c") "]]",
	    "[" HASH("0c") "]], 6: h'd862'" },
	{ "six in place of five", KM_ERR_TYPE, "5: [2", "6: [2" },
};

static enum km_err
decode_badge(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_badge	b, b0;
	enum km_err	err;

	memset(&b0, 0xa5, sizeof(b0));
	b = b0;
	err = km_badge_decode(&b, buf, len);
	*untouched = memcmp(&b, &b0, sizeof(b)) == 0;
	return err;
}

static void
test_badge_rows(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(badge, badge_rows,
	    sizeof(badge_rows) / sizeof(badge_rows[0]), decode_badge), 0);
}

static void
test_badge_fields(void **state)
{
	struct sample_buf	b = { 0 };
	struct km_badge		d;
	struct km_cbor		c;
	struct km_event		event[KM_EVENTS_MAX];
	uint8_t			path[3 * KM_HASH_LEN];
	size_t			n;

	(void)state;
	notation(&b, badge);
	assert_int_equal(km_badge_decode(&d, b.p, b.len), KM_OK);
	assert_int_equal(d.attestation.len, 1);
	assert_int_equal(d.status.p[1], 2);
	assert_int_equal(d.epoch.p[1], 3);
	assert_int_equal(d.has_status_path, 1);
	assert_int_equal(d.n_status_path, 2);
	memset(path, 0x5a, sizeof(path));
	km_path_read(path, d.status_path, d.n_status_path);
	assert_int_equal(path[0], 0x0a);
	assert_int_equal(path[31], 0x0a);
	assert_int_equal(path[32], 0x0b);
	assert_int_equal(path[63], 0x0b);
	assert_int_equal(path[64], 0x5a);
	/* Asked for more than there is, it gives what there is. */
	km_path_read(path, d.register_path, 2);
	assert_int_equal(path[31], 0x0c);
	assert_int_equal(path[32], 0x0b);
	assert_int_equal(d.has_register, 1);
	assert_int_equal(d.register_status, KM_STATUS_SUSPENDED);
	assert_int_equal(d.n_register_path, 1);
	km_cbor_begin(&c, d.register_events.p, d.register_events.len);
	km_read_events(&c, event, &n);
	assert_int_equal(km_cbor_end(&c), KM_OK);
	assert_int_equal(n, 3);
	assert_int_equal(event[1].at, 1000);
	assert_int_equal(event[1].kind, KM_EVENT_SUSPEND);
	assert_int_equal(event[1].reason, 7);
	assert_int_equal(event[2].reason, 0);
	sample_free(&b);
}

/* By its first byte: tag 18 is an attestation by itself, whatever follows. */
static void
test_badge_alone(void **state)
{
	uint8_t		*bytes = calloc(1, KM_BADGE_MAX + 1);
	struct km_badge	d;

	(void)state;
	assert_non_null(bytes);
	bytes[0] = 0xd2;
	assert_int_equal(km_badge_decode(&d, bytes, 1), KM_OK);
	assert_int_equal(d.attestation.len, 1);
	assert_int_equal(d.status.len, 0);
	assert_int_equal(d.has_status_path, 0);
	assert_int_equal(d.has_register, 0);
	assert_int_equal(km_badge_decode(&d, bytes, KM_ATTESTATION_MAX),
	    KM_OK);
	assert_int_equal(km_badge_decode(&d, bytes, KM_ATTESTATION_MAX + 1),
	    KM_ERR_LIMIT);
	assert_int_equal(km_badge_decode(&d, bytes, 0), KM_ERR_TRUNCATED);
	bytes[0] = 0x84;
	assert_int_equal(km_badge_decode(&d, bytes, 10), KM_ERR_TYPE);
	bytes[0] = 0xa1;
	bytes[1] = 0x01;
	bytes[2] = 0x41;
	assert_int_equal(km_badge_decode(&d, bytes, KM_BADGE_MAX + 1),
	    KM_ERR_LIMIT);
	assert_int_equal(km_badge_decode(&d, bytes, KM_BADGE_MAX),
	    KM_ERR_TRAILING);
	free(bytes);
}

static const char leaf[] = "[4294967295, h'd2', 1, " EVENTS "]";

static const struct notation_row leaf_rows[] = {
	{ "index of 33 bits", KM_ERR_VALUE, "4294967295", "4294967296" },
	{ "index below 0", KM_ERR_TYPE, "4294967295", "-1" },
	{ "attestation empty", KM_ERR_LIMIT, "h'd2'", "h''" },
	{ "attestation of 2049", KM_ERR_LIMIT, "h'd2'", "h'00" LONG "'" },
	{ "status 4", KM_ERR_VALUE, "h'd2', 1", "h'd2', 4" },
	{ "three in it", KM_ERR_LIMIT, "h'd2', 1, ", "h'd2', " },
	{ "five in it", KM_ERR_LIMIT, "h'd2', 1, ", "h'd2', 1, 1, " },
	{ "no events", KM_ERR_LIMIT, EVENTS, "[]" },
	{ "history going back", KM_ERR_ORDER, "2000", "999" },
	{ "at once", KM_OK, "2000", "1000" },
	{ "event in the year 10000", KM_ERR_VALUE, "2000", "253402300800" },
	{ "kind in capitals", KM_ERR_VALUE, "grant", "Grant" },
	{ "kind cut", KM_ERR_VALUE, "grant", "gran" },
	{ "kind empty", KM_ERR_LIMIT, "grant", "" },
	{ "kind of records", KM_ERR_VALUE, "grant", "complaint" },
	{ "reason 0", KM_ERR_VALUE, "\"suspend\", 7", "\"suspend\", 0" },
	{ "reason 8", KM_ERR_VALUE, "\"suspend\", 7", "\"suspend\", 8" },
	{ "reason 1", KM_OK, "\"suspend\", 7", "\"suspend\", 1" },
	{ "reason in words", KM_ERR_TYPE, "\"suspend\", 7",
	    "\"suspend\", \"misuse\"" },
	{ "no reason", KM_ERR_LIMIT, "\"suspend\", 7", "\"suspend\"" },
	{ "65 events", KM_ERR_LIMIT, EVENT_3, R16("0, ") R16("0, ")
	    R16("0, ") R16("0, ") "0" },
};

static enum km_err
decode_leaf(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_register_leaf	l, l0;
	enum km_err		err;

	memset(&l0, 0xa5, sizeof(l0));
	l = l0;
	err = km_register_leaf_decode(&l, buf, len);
	*untouched = memcmp(&l, &l0, sizeof(l)) == 0;
	return err;
}

static void
test_leaf_rows(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(leaf, leaf_rows,
	    sizeof(leaf_rows) / sizeof(leaf_rows[0]), decode_leaf), 0);
}

/* Every kind by its name, both ways. */
static void
test_kinds(void **state)
{
	const char		*name[] = { "grant", "renew", "amend",
	    "suspend", "lift", "withdraw", "end", "void", "supersede" };
	struct sample_buf	b = { 0 };
	struct km_register_leaf	l;
	size_t			i;

	(void)state;
	sample_array(&b, 4);
	sample_uint(&b, 5);
	sample_bytes(&b, "x", 1);
	sample_uint(&b, 3);
	sample_array(&b, 9);
	for (i = 0; i < 9; i++) {
		sample_array(&b, 3);
		sample_uint(&b, i);
		sample_text(&b, name[i]);
		sample_null(&b);
	}
	assert_int_equal(km_register_leaf_decode(&l, b.p, b.len), KM_OK);
	assert_int_equal(l.index, 5);
	assert_int_equal(l.attestation.p[0], 'x');
	assert_int_equal(l.status, KM_STATUS_SUPERSEDED);
	assert_int_equal(l.n, 9);
	for (i = 0; i < 9; i++) {
		assert_int_equal(l.event[i].kind, i + 1);
		assert_string_equal(km_event_name(l.event[i].kind), name[i]);
	}
	assert_string_equal(km_event_name((enum km_event_kind)0), "unknown");
	assert_string_equal(km_event_name((enum km_event_kind)10), "unknown");
	sample_free(&b);
}

static void
test_run(void **state)
{
	struct sample_buf	b = { 0 };
	struct km_cbor		run;
	struct km_bytes		l;
	uint8_t			*copy;
	size_t			one;

	(void)state;
	notation(&b, leaf);
	one = b.len;
	notation(&b, leaf);
	km_cbor_begin(&run, b.p, b.len);
	l = km_register_next(&run);
	assert_ptr_equal(l.p, b.p);
	assert_int_equal(l.len, one);
	l = km_register_next(&run);
	assert_int_equal(l.len, one);
	l = km_register_next(&run);
	assert_int_equal(l.len, 0);
	assert_int_equal(km_cbor_end(&run), KM_OK);

	/* Cut in the second one; and what is no leaf. */
	copy = notation_copy(&b, b.len - 1);
	km_cbor_begin(&run, copy, b.len - 1);
	assert_int_equal(km_register_next(&run).len, one);
	assert_int_equal(km_register_next(&run).len, 0);
	assert_int_equal(km_cbor_end(&run), KM_ERR_TRUNCATED);
	free(copy);
	km_cbor_begin(&run, (const uint8_t *)"\x00", 1);
	assert_int_equal(km_register_next(&run).len, 0);
	assert_int_equal(km_cbor_end(&run), KM_ERR_TYPE);
	km_cbor_begin(&run, (const uint8_t *)"\x81\x81\x81\x81\x00", 5);
	assert_int_equal(km_register_next(&run).len, 0);
	assert_int_equal(km_cbor_end(&run), KM_ERR_LIMIT);
	sample_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_badge_rows),
		cmocka_unit_test(test_badge_fields),
		cmocka_unit_test(test_badge_alone),
		cmocka_unit_test(test_leaf_rows),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
