/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/cbor.h: one row a rule, every character, and RFC 8949 app. F. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/lib/notation.h"
#include "verifier/cbor.h"

/* What a row reads; each with the bounds given. */
enum read {
	UINT, INT, BYTES, TEXT, ASCII, LITERAL, ARRAY, MAP, TAG, NUL, SKIP
};

struct row {
	const char	*name;
	enum km_err	 want;
	enum read	 read;
	int64_t		 min, max;
	const char	*bytes;		/* in x'' */
	int64_t		 value;		/* number read, length, or count */
};

static const struct row rows[] = {
	{ "0", KM_OK, UINT, 0, 9, "00", 0 },
	{ "23", KM_OK, UINT, 0, 23, "17", 23 },
	{ "24", KM_OK, UINT, 0, 24, "1818", 24 },
	{ "255", KM_OK, UINT, 0, 255, "18ff", 255 },
	{ "256", KM_OK, UINT, 0, 256, "190100", 256 },
	{ "65535", KM_OK, UINT, 0, 65535, "19ffff", 65535 },
	{ "65536", KM_OK, UINT, 0, 65536, "1a00010000", 65536 },
	{ "2^32-1", KM_OK, UINT, 0, INT64_MAX, "1affffffff", 4294967295 },
	{ "2^32", KM_OK, UINT, 0, INT64_MAX, "1b0000000100000000",
	    4294967296 },
	{ "23 in two bytes", KM_ERR_ENCODING, UINT, 0, 99, "1817", 0 },
	{ "255 in three", KM_ERR_ENCODING, UINT, 0, 999, "1900ff", 0 },
	{ "65535 in five", KM_ERR_ENCODING, UINT, 0, 99999, "1a0000ffff", 0 },
	{ "2^32-1 in nine", KM_ERR_ENCODING, UINT, 0, INT64_MAX,
	    "1b00000000ffffffff", 0 },
	{ "reserved 28", KM_ERR_ENCODING, UINT, 0, 99, "1c", 0 },
	{ "indefinite", KM_ERR_ENCODING, UINT, 0, 99, "1f", 0 },
	{ "nothing", KM_ERR_TRUNCATED, UINT, 0, 99, "", 0 },
	{ "head cut", KM_ERR_TRUNCATED, UINT, 0, 999, "1901", 0 },
	{ "head cut after first", KM_ERR_TRUNCATED, UINT, 0, 999, "18", 0 },
	{ "one more than max", KM_ERR_VALUE, UINT, 0, 9, "0a", 0 },
	{ "one less than min", KM_ERR_VALUE, UINT, 1, 9, "00", 0 },
	{ "larger type", KM_ERR_TYPE, UINT, 0, 99, "20", 0 },
	{ "one byte more", KM_ERR_TRAILING, UINT, 0, 99, "0000", 0 },

	{ "-1", KM_OK, INT, -9, 9, "20", -1 },
	{ "-24", KM_OK, INT, -99, 9, "37", -24 },
	{ "-25", KM_OK, INT, -99, 9, "3818", -25 },
	{ "int 7", KM_OK, INT, -9, 9, "07", 7 },
	{ "-2^63", KM_OK, INT, INT64_MIN, INT64_MAX, "3b7fffffffffffffff",
	    INT64_MIN },
	{ "-2^63-1", KM_ERR_VALUE, INT, INT64_MIN, INT64_MAX,
	    "3b8000000000000000", 0 },
	{ "2^63", KM_ERR_VALUE, INT, INT64_MIN, INT64_MAX,
	    "1b8000000000000000", 0 },
	{ "int below min", KM_ERR_VALUE, INT, -1, 9, "21", 0 },
	{ "int above max", KM_ERR_VALUE, INT, -1, 9, "0a", 0 },
	{ "-24 in two bytes", KM_ERR_ENCODING, INT, -99, 9, "3817", 0 },
	{ "int of bytes", KM_ERR_TYPE, INT, -99, 9, "4100", 0 },

	{ "bytes", KM_OK, BYTES, 2, 2, "420001", 2 },
	{ "no bytes", KM_OK, BYTES, 0, 2, "40", 0 },
	{ "bytes at max", KM_OK, BYTES, 0, 3, "43000102", 3 },
	{ "bytes too many", KM_ERR_LIMIT, BYTES, 0, 2, "43000102", 0 },
	{ "bytes too few", KM_ERR_LIMIT, BYTES, 2, 2, "4100", 0 },
	{ "bytes cut", KM_ERR_TRUNCATED, BYTES, 0, 9, "430001", 0 },
	{ "bytes of 4 GiB", KM_ERR_LIMIT, BYTES, 0, 9, "5affffffff", 0 },
	{ "bytes of 2^64-1, all allowed", KM_ERR_TRUNCATED, BYTES, 0, -1,
	    "5bffffffffffffffff00", 0 },
	{ "bytes indefinite", KM_ERR_ENCODING, BYTES, 0, 9, "5f4100ff", 0 },
	{ "bytes of text", KM_ERR_TYPE, BYTES, 0, 9, "6161", 0 },

	{ "text", KM_OK, TEXT, 1, 9, "6161", 1 },
	{ "text with space", KM_OK, TEXT, 1, 9, "63206120", 3 },
	{ "text too long", KM_ERR_LIMIT, TEXT, 1, 2, "63616161", 0 },
	{ "text empty", KM_ERR_LIMIT, TEXT, 1, 9, "60", 0 },
	{ "lone continuation", KM_ERR_TEXT, TEXT, 1, 9, "6180", 0 },
	{ "cut in a character", KM_ERR_TEXT, TEXT, 1, 9, "61c3", 0 },
	{ "cut, a character follows", KM_ERR_TEXT, TEXT, 1, 9, "62c361", 0 },
	{ "overlong A", KM_ERR_TEXT, TEXT, 1, 9, "62c181", 0 },
	{ "overlong A in three", KM_ERR_TEXT, TEXT, 1, 9, "63e08181", 0 },
	{ "overlong e acute in three", KM_ERR_TEXT, TEXT, 1, 9, "63e083a9",
	    0 },
	{ "overlong NUL", KM_ERR_TEXT, TEXT, 1, 9, "62c080", 0 },
	{ "surrogate", KM_ERR_TEXT, TEXT, 1, 9, "63eda080", 0 },
	{ "four bytes", KM_ERR_TEXT, TEXT, 1, 9, "64f09f9880", 0 },
	{ "0xff", KM_ERR_TEXT, TEXT, 1, 9, "61ff", 0 },
	{ "text of bytes", KM_ERR_TYPE, TEXT, 1, 9, "4161", 0 },

	{ "ascii", KM_OK, ASCII, 1, 9, "62217e", 2 },
	{ "ascii space", KM_ERR_TEXT, ASCII, 1, 9, "6120", 0 },
	{ "ascii DEL", KM_ERR_TEXT, ASCII, 1, 9, "617f", 0 },
	{ "ascii e acute", KM_ERR_TEXT, ASCII, 1, 9, "62c3a9", 0 },

	{ "literal", KM_OK, LITERAL, 0, 0, "63696478", 0 },
	{ "literal longer", KM_ERR_TYPE, LITERAL, 0, 0, "6469647878", 0 },
	{ "literal shorter", KM_ERR_TYPE, LITERAL, 0, 0, "626964", 0 },
	{ "literal another", KM_ERR_TYPE, LITERAL, 0, 0, "63696479", 0 },
	{ "literal in two bytes", KM_ERR_ENCODING, LITERAL, 0, 0,
	    "7803696478", 0 },

	{ "array", KM_OK, ARRAY, 0, 2, "80", 0 },
	{ "array too long", KM_ERR_LIMIT, ARRAY, 0, 2, "83", 0 },
	{ "array too short", KM_ERR_LIMIT, ARRAY, 1, 2, "80", 0 },
	{ "array indefinite", KM_ERR_ENCODING, ARRAY, 0, 2, "9fff", 0 },
	{ "array of map", KM_ERR_TYPE, ARRAY, 0, 2, "a0", 0 },
	{ "map", KM_OK, MAP, 0, 2, "a0", 0 },
	{ "map too large", KM_ERR_LIMIT, MAP, 0, 2, "a3", 0 },
	{ "map indefinite", KM_ERR_ENCODING, MAP, 0, 2, "bfff", 0 },

	{ "tag 18", KM_OK, TAG, 18, 0, "d2", 0 },
	{ "tag 17", KM_ERR_TAG, TAG, 18, 0, "d1", 0 },
	{ "tag 18 in two bytes", KM_ERR_ENCODING, TAG, 18, 0, "d812", 0 },
	{ "no tag", KM_ERR_TAG, TAG, 18, 0, "84", 0 },
	{ "tag of nothing", KM_ERR_TRUNCATED, TAG, 18, 0, "", 0 },
	{ "null", KM_OK, NUL, 0, 0, "f6", 0 },
	{ "undefined", KM_ERR_TYPE, NUL, 0, 0, "f7", 0 },
	{ "null in two bytes", KM_ERR_TYPE, NUL, 0, 0, "f816", 0 },
	{ "null of nothing", KM_ERR_TRUNCATED, NUL, 0, 0, "", 0 },

	{ "skip", KM_OK, SKIP, 2, 0, "8301820203a10405", 8 },
	{ "skip as deep", KM_OK, SKIP, 3, 0, "81818100", 4 },
	{ "skip too deep", KM_ERR_LIMIT, SKIP, 3, 0, "8181818100", 0 },
	{ "skip scalar at no depth", KM_OK, SKIP, 0, 0, "1818", 2 },
	{ "skip array at no depth", KM_ERR_LIMIT, SKIP, 0, 0, "8100", 0 },
	{ "skip tags too deep", KM_ERR_LIMIT, SKIP, 2, 0, "c1c1c100", 0 },
	{ "skip float", KM_OK, SKIP, 0, 0, "fb3ff199999999999a", 9 },
	{ "skip half", KM_OK, SKIP, 0, 0, "f93e00", 3 },
	{ "skip true", KM_OK, SKIP, 0, 0, "f5", 1 },
	{ "skip simple 32", KM_OK, SKIP, 0, 0, "f820", 2 },
	{ "skip key without value", KM_ERR_TRUNCATED, SKIP, 9, 0, "a100", 0 },
	{ "skip not shortest", KM_ERR_ENCODING, SKIP, 9, 0, "811817", 0 },
	{ "skip array of 2^64-1", KM_ERR_TRUNCATED, SKIP, 9, 0,
	    "9bffffffffffffffff", 0 },
	{ "skip map of 2^63", KM_ERR_TRUNCATED, SKIP, 9, 0,
	    "bb800000000000000000", 0 },
	{ "skip and more", KM_ERR_TRAILING, SKIP, 9, 0, "8000", 0 },
};

static int64_t
read_one(struct km_cbor *d, const struct row *r)
{
	size_t	min = (size_t)r->min, max = (size_t)r->max;

	switch (r->read) {
	case UINT:
		return (int64_t)km_cbor_uint(d, min, max);
	case INT:
		return km_cbor_int(d, r->min, r->max);
	case BYTES:
		return (int64_t)km_cbor_bytes(d, min, max).len;
	case TEXT:
		return (int64_t)km_cbor_text(d, min, max).len;
	case ASCII:
		return (int64_t)km_cbor_ascii(d, min, max).len;
	case LITERAL:
		km_cbor_literal(d, "idx");
		return 0;
	case ARRAY:
		return (int64_t)km_cbor_array(d, min, max);
	case MAP:
		return (int64_t)km_cbor_map(d, min, max);
	case TAG:
		km_cbor_tag(d, min);
		return 0;
	case NUL:
		km_cbor_null(d);
		return 0;
	case SKIP:
		return (int64_t)km_cbor_skip(d, (unsigned int)min).len;
	}
	return -2;
}

static uint8_t *
exact(const char *hex, size_t *len)
{
	struct sample_buf	b = { 0 };
	char			text[1024];
	uint8_t			*copy;

	snprintf(text, sizeof(text), "x'%s'", hex);
	notation(&b, text);
	copy = notation_copy(&b, b.len);
	*len = b.len;
	sample_free(&b);
	return copy;
}

static void
test_rows(void **state)
{
	struct km_cbor	 d;
	const struct row *r;
	enum km_err	 err;
	uint8_t		*bytes;
	int64_t		 value;
	size_t		 i, len;
	int		 wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = &rows[i];
		bytes = exact(r->bytes, &len);
		km_cbor_begin(&d, bytes, len);
		value = read_one(&d, r);
		err = km_cbor_end(&d);
		if (err != r->want || (err == KM_OK && value != r->value) ||
		    (err != KM_OK && err != KM_ERR_TRAILING && value != 0)) {
			print_error("%s: expected %d, found %d, value %lld\n",
			    r->name, r->want, err, (long long)value);
			wrong++;
		}
		free(bytes);
	}
	assert_int_equal(wrong, 0);
}

/* From the first error on nothing moves, and that error stays. */
static void
test_sticky(void **state)
{
	const uint8_t	bytes[] = { 0x01, 0x61, 0x61, 0x02 };
	struct km_cbor	d;
	const uint8_t	*at;
	size_t		left = 1;

	(void)state;
	km_cbor_begin(&d, bytes, sizeof(bytes));
	assert_int_equal(km_cbor_uint(&d, 0, 9), 1);
	assert_int_equal(km_cbor_uint(&d, 0, 9), 0);
	assert_int_equal(d.err, KM_ERR_TYPE);
	at = d.p;
	assert_null(km_cbor_text(&d, 1, 9).p);
	assert_int_equal(km_cbor_int(&d, 0, 9), 0);
	assert_int_equal(km_cbor_array(&d, 0, 9), 0);
	assert_int_equal(km_cbor_opt_key(&d, &left, 2), 0);
	assert_int_equal(km_cbor_opt_null(&d), 0);
	assert_null(km_cbor_skip(&d, 9).p);
	assert_int_equal(km_cbor_peek(&d), -1);
	km_cbor_fail(&d, KM_ERR_VALUE);
	assert_ptr_equal(d.p, at);
	assert_int_equal(left, 1);
	assert_int_equal(km_cbor_end(&d), KM_ERR_TYPE);
}

static enum km_err
read_map(const char *hex, int *optional)
{
	struct km_cbor	d;
	uint8_t		*bytes;
	size_t		len, left;

	bytes = exact(hex, &len);
	km_cbor_begin(&d, bytes, len);
	left = km_cbor_map(&d, 1, 4);
	km_cbor_key(&d, &left, 1);
	km_cbor_uint(&d, 0, 9);
	*optional = km_cbor_opt_key(&d, &left, 24);
	if (*optional)
		km_cbor_uint(&d, 0, 9);
	if (km_cbor_opt_key(&d, &left, -1))
		km_cbor_uint(&d, 0, 9);
	km_cbor_close(&d, left);
	free(bytes);
	return km_cbor_end(&d);
}

static void
test_keys(void **state)
{
	int	opt;

	(void)state;
	assert_int_equal(read_map("a10100", &opt), KM_OK);
	assert_int_equal(opt, 0);
	assert_int_equal(read_map("a20100181800", &opt), KM_OK);
	assert_int_equal(opt, 1);
	assert_int_equal(read_map("a3010018180020" "00", &opt), KM_OK);
	assert_int_equal(read_map("a201002000", &opt), KM_OK);
	/* another first key; swapped; twice; unknown; of text */
	assert_int_equal(read_map("a10200", &opt), KM_ERR_TYPE);
	assert_int_equal(read_map("a3010020001818" "00", &opt), KM_ERR_TYPE);
	assert_int_equal(read_map("a201000100", &opt), KM_ERR_TYPE);
	assert_int_equal(read_map("a201000500", &opt), KM_ERR_TYPE);
	assert_int_equal(read_map("a20100616100", &opt), KM_ERR_TYPE);
	/* a pair too many promised; one not promised; not shortest; cut */
	assert_int_equal(read_map("a20100", &opt), KM_ERR_TRUNCATED);
	assert_int_equal(read_map("a10100181800", &opt), KM_ERR_TRAILING);
	assert_int_equal(read_map("a2010019001800", &opt), KM_ERR_ENCODING);
	assert_int_equal(read_map("a2010018", &opt), KM_ERR_TRUNCATED);
}

/* The repertoire of design section 3, said once more. */
static int
may(unsigned int c)
{
	const unsigned int	listed[] = { 0x2013, 0x2014, 0x2018, 0x2019,
				    0x201C, 0x201D, 0x201E, 0x2022, 0x2026,
				    0x20AC };
	size_t			i;

	for (i = 0; i < 10; i++)
		if (c == listed[i])
			return 1;
	return (c > 0x1f && c < 0x7f) || (c > 0xa0 && c < 0x250 && c != 0xad) ||
	    (c > 0x1dff && c < 0x1f00);
}

static void
test_every_character(void **state)
{
	struct km_cbor	d;
	uint8_t		b[5];
	unsigned int	c, n, count = 0;

	(void)state;
	for (c = 0; c <= 0x10ffff; c++) {
		n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		b[0] = (uint8_t)(0x60 | n);
		b[1] = (uint8_t)(n == 1 ? c : n == 2 ? 0xc0 | c >> 6 :
		    n == 3 ? 0xe0 | c >> 12 : 0xf0 | c >> 18);
		if (n > 1)
			b[n] = (uint8_t)(0x80 | (c & 0x3f));
		if (n > 2)
			b[n - 1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		if (n > 3)
			b[2] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		km_cbor_begin(&d, b, 1 + n);
		km_cbor_text(&d, 1, 4);
		if ((km_cbor_end(&d) == KM_OK) != may(c))
			fail_msg("U+%04X", c);
		count += km_cbor_end(&d) == KM_OK;
	}
	assert_int_equal(count, 95 + 430 + 256 + 10);
}

/* Text is looked at by eight bytes: each byte at each place among them. */
static void
test_every_place(void **state)
{
	struct km_cbor	d;
	uint8_t		b[1 + 19];
	size_t		at;
	unsigned int	c, text, ascii, second;

	(void)state;
	for (at = 1; at < sizeof(b) * 256; at++) {
		c = (unsigned int)(at / sizeof(b));
		if (at % sizeof(b) == 0)
			continue;
		for (second = 0x21; second < 0x7f; second += 0x5d) {
			memset(b, (int)second, sizeof(b));
			b[0] = 0x60 | (sizeof(b) - 1);
			b[at % sizeof(b)] = (uint8_t)c;
			km_cbor_begin(&d, b, sizeof(b));
			km_cbor_text(&d, 1, 19);
			text = km_cbor_end(&d) == KM_OK;
			km_cbor_begin(&d, b, sizeof(b));
			km_cbor_ascii(&d, 1, 19);
			ascii = km_cbor_end(&d) == KM_OK;
			if (text != (c >= 0x20 && c < 0x7f) ||
			    ascii != (c > 0x20 && c < 0x7f))
				fail_msg("%02x at %zu", c, at % sizeof(b));
		}
	}
}

static void
test_compare(void **state)
{
	struct km_bytes	a = km_bytes_of("ab"), b = km_bytes_of("abc"),
			c = km_bytes_of("b"), none = { NULL, 0 };

	(void)state;
	assert_int_equal(km_bytes_cmp(a, b), -1);
	assert_int_equal(km_bytes_cmp(b, a), 1);
	assert_int_equal(km_bytes_cmp(b, c), -1);
	assert_int_equal(km_bytes_cmp(none, a), -1);
	assert_int_equal(km_bytes_cmp(none, none), 0);
	assert_int_equal(km_bytes_equal(a, km_bytes_of("ab")), 1);
	assert_int_equal(km_bytes_equal(a, b), 0);
}

/* Every one of RFC 8949 appendix F is refused, by skipping. */
static void
test_not_well_formed(void **state)
{
	const char	*path = "../shared/vectors/cbor_not_well_formed.json";
	json_t		*root, *item;
	struct km_cbor	 d;
	uint8_t		*bytes;
	const char	*hex;
	size_t		 i, len;

	(void)state;
	if ((root = json_load_file(path, 0, NULL)) == NULL) {
		print_message("%s is not there\n", path);
		skip();
	}
	json_array_foreach(json_object_get(root, "items"), i, item) {
		hex = json_string_value(json_object_get(item, "hex"));
		bytes = exact(hex, &len);
		km_cbor_begin(&d, bytes, len);
		km_cbor_skip(&d, 16);
		if (km_cbor_end(&d) == KM_OK)
			fail_msg("%s was accepted", hex);
		free(bytes);
	}
	assert_int_equal(i, 94);
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_sticky),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_every_character),
		cmocka_unit_test(test_every_place),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_not_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
