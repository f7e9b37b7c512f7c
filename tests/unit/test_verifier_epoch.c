/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/epoch.h: one row a rule of schemas/epoch.cddl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/notation.h"
#include "verifier/epoch.h"

#define R32(x)	x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x
#define SIG	R32("01") R32("01")
#define HASH(x)	"h'" R32(x) "'"

static const char good[] =
    "18([<<{1: -9, 4: h'0102030405060708', "
    "15: {1: \"https://keurmerk.example\", 2: \"epoch\"}, "
    "16: \"application/keurmerk-epoch+cose\"}>>, {}, <<{"
    "1: 10, 2: " HASH("02") ", 3: 1000, 4: 2000, 5: [3, " HASH("05") "], "
    "6: " HASH("06") ", 7: " HASH("07") ", 8: [80, " HASH("08") "], "
    "9: [90, " HASH("09") "], 10: [100, " HASH("0a") "]}>>, "
    "h'" SIG "'])";

static const struct notation_row rows[] = {
	{ "another object", KM_ERR_TYP, "-epoch+cose", "-trust+cose" },
	{ "another sub", KM_ERR_MISMATCH, "\"epoch\"", "\"epochs\"" },
	{ "number 0", KM_ERR_VALUE, "<<{1: 10,", "<<{1: 0," },
	{ "number 2^32-1", KM_OK, "<<{1: 10,", "<<{1: 4294967295," },
	{ "number 2^32", KM_ERR_VALUE, "<<{1: 10,", "<<{1: 4294967296," },
	{ "first with a previous", KM_ERR_VALUE, "<<{1: 10,", "<<{1: 1," },
	{ "first", KM_OK, "<<{1: 10, 2: " HASH("02"),
	    "<<{1: 1, 2: " HASH("00") },
	{ "previous of 31", KM_ERR_LIMIT, "2: h'02", "2: h'" },
	{ "next at this", KM_ERR_VALUE, "4: 2000", "4: 1000" },
	{ "next a second later", KM_OK, "4: 2000", "4: 1001" },
	{ "this in the year 10000", KM_ERR_VALUE, "3: 1000",
	    "3: 253402300800" },
	{ "times swapped", KM_ERR_TYPE, "3: 1000, 4: 2000",
	    "4: 2000, 3: 1000" },
	{ "trust version 0", KM_ERR_VALUE, "[3, h", "[0, h" },
	{ "trust without hash", KM_ERR_LIMIT, "[3, " HASH("05") "]", "[3]" },
	{ "trust hash of 33", KM_ERR_LIMIT, "[3, h'05", "[3, h'0505" },
	{ "scheme hash as text", KM_ERR_TYPE, HASH("06"), "\"06\"" },
	{ "no bodies", KM_ERR_LIMIT, "7: " HASH("07") ", ", "" },
	{ "log of 2^48", KM_ERR_VALUE, "[80", "[281474976710656" },
	{ "log of 2^48-1", KM_OK, "[80", "[281474976710655" },
	{ "register below 0", KM_ERR_TYPE, "[90", "[-90" },
	{ "register empty", KM_OK, "[90", "[0" },
	{ "register of one", KM_ERR_LIMIT, "[90, " HASH("09") "]", "[90]" },
	{ "status root of 31", KM_ERR_LIMIT, "[100, h'0a", "[100, h'" },
	{ "an eleventh", KM_ERR_LIMIT, "10: [100", "10: 1, 11: [100" },
	{ "eleven in place of ten", KM_ERR_TYPE, "10: [100", "11: [100" },
	{ "payload and more", KM_ERR_TRAILING, "]}>>", "]}, 1>>" },
};

static enum km_err
decode(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_epoch	e, e0;
	struct km_sign1	s, s0;
	enum km_err	err;

	memset(&e0, 0xa5, sizeof(e0));
	memset(&s0, 0xa5, sizeof(s0));
	e = e0;
	s = s0;
	err = km_epoch_decode(&e, &s, buf, len);
	*untouched = memcmp(&e, &e0, sizeof(e)) == 0 &&
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
	struct km_epoch		e;
	struct km_sign1		s;

	(void)state;
	notation(&b, good);
	assert_int_equal(km_epoch_decode(&e, &s, b.p, b.len), KM_OK);
	assert_int_equal(e.number, 10);
	assert_int_equal(e.previous[31], 2);
	assert_int_equal(e.this_update, 1000);
	assert_int_equal(e.next_update, 2000);
	assert_int_equal(e.trust_version, 3);
	assert_int_equal(e.trust[0], 5);
	assert_int_equal(e.scheme[0], 6);
	assert_int_equal(e.bodies[0], 7);
	assert_int_equal(e.log.size, 80);
	assert_int_equal(e.log.root[0], 8);
	assert_int_equal(e.reg.size, 90);
	assert_int_equal(e.reg.root[0], 9);
	assert_int_equal(e.status.size, 100);
	assert_int_equal(e.status.root[31], 10);
	assert_int_equal(s.alg, KM_ALG_ESP256);
	while (b.len <= KM_EPOCH_MAX)
		sample_raw(&b, "", 1);
	assert_int_equal(km_epoch_decode(&e, &s, b.p, b.len), KM_ERR_LIMIT);
	assert_int_equal(km_epoch_decode(&e, &s, b.p, b.len - 1),
	    KM_ERR_TRAILING);
	sample_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
