/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Spreadsheets as people save them: the reader of cells, the headers it
 * knows, and what spreadsheets do to numbers and websites.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/cli/columns.h"
#include "verifier/cli/sheet.h"

enum { OUT_MAX = 4096 };

/* Bytes, so many at a time: also what comes in pieces is read. */
struct bytes {
	const char	*p;
	size_t		 len, step;
	int		 fails;		/* at the end */
};

static ssize_t
bytes_read(void *ctx, uint8_t *out, size_t cap)
{
	struct bytes	*b = ctx;
	size_t		 n = b->len < b->step ? b->len : b->step;

	if (n > cap)
		n = cap;
	if (n == 0 && b->fails) {
		errno = EIO;
		return -1;
	}
	memcpy(out, b->p, n);
	b->p += n;
	b->len -= n;
	return (ssize_t)n;
}

/* All rows as "a|b/c|d/", an error as "#number/". */
static enum sheet_err
read_all(char out[OUT_MAX], struct bytes b, int *cp1252)
{
	struct sheet		s;
	struct sheet_row	row;
	enum sheet_err		err;
	size_t			i, len = 0;
	unsigned long		last = 0;

	*cp1252 = 0;
	out[0] = '\0';
	assert_int_equal(sheet_begin(&s, bytes_read, &b), 1);
	while ((err = sheet_next(&s, &row)) < SHEET_READ &&
	    err != SHEET_END) {
		assert_true(row.row == last + 1);
		last = row.row;
		if (err != SHEET_OK)
			len += (size_t)snprintf(out + len, OUT_MAX - len,
			    "#%d", err);
		for (i = 0; i < row.n; i++)
			len += (size_t)snprintf(out + len, OUT_MAX - len,
			    "%s%.*s", i > 0 ? "|" : "",
			    (int)row.cell[i].len,
			    (const char *)row.cell[i].p);
		len += (size_t)snprintf(out + len, OUT_MAX - len, "/");
		*cp1252 |= row.cp1252;
		assert_true(len < OUT_MAX);
	}
	/* What is over stays over. */
	assert_int_equal(sheet_next(&s, &row), err);
	sheet_end(&s);
	return err;
}

#define ROW(name, bytes, want)	{ name, bytes, sizeof(bytes) - 1, want, \
				    SHEET_END, 0 }
#define ODD(name, bytes, want)	{ name, bytes, sizeof(bytes) - 1, want, \
				    SHEET_END, 1 }
#define BAD(name, bytes, err)	{ name, bytes, sizeof(bytes) - 1, "", err, 0 }
static const struct {
	const char	*name, *bytes;
	size_t		 len;
	const char	*want;
	enum sheet_err	 end;
	int		 cp1252;
} rows[] = {
	ROW("nothing", "", ""),
	ROW("commas", "a,b\nc,d\n", "a|b/c|d/"),
	ROW("semicolons", "a;b\r\nc;d\r\n", "a|b/c|d/"),
	ROW("tabs", "a\tb\nc\td", "a|b/c|d/"),
	ROW("the most of them", "a;b,c;d\n1;2,0;3\n", "a|b,c|d/1|2,0|3/"),
	ROW("within quotes they do not count", "\"a;b;c\",d\n1,2",
	    "a;b;c|d/1|2/"),
	ROW("line ends of old Macs", "a;b\rc;d\r", "a|b/c|d/"),
	ROW("line ends mixed", "a\r\nb\rc\nd", "a/b/c/d/"),
	ROW("byte order mark", "\xef\xbb\xbf" "kvk;b\n1;2\n", "kvk|b/1|2/"),
	ROW("byte order mark before a quote", "\xef\xbb\xbf\"kvk\";b\n",
	    "kvk|b/"),
	ROW("sep= line", "sep=;\r\na,b;c\r\n", "a,b|c/"),
	ROW("sep= line of a rare kind", "sep=|\na|b\n", "a|b/"),
	ROW("sep= line in quotes", "\"sep=;\"\na,b;c\n", "a,b|c/"),
	ROW("sep= line behind a mark", "\xef\xbb\xbfsep=,\na,b\n", "a|b/"),
	ROW("no sep= line", "sep=;x;y\n", "sep=|x|y/"),
	ROW("quotes", "\"a\";\"b \"\"c\"\"\"\n", "a|b \"c\"/"),
	ROW("newline in quotes", "\"a\nb\r\nc\";d\n", "a\nb\r\nc|d/"),
	ROW("quote in a bare cell", "a\"b;c\n", "a\"b|c/"),
	ROW("text behind a quote", "\"a\"b\"c\";d\n", "ab\"c\"|d/"),
	ROW("empty cells", ";;\n\"\";a;\n", "||/|a|/"),
	ROW("empty lines", "a;b\n\n\r\nc;d\n\n", "a|b///c|d//"),
	ROW("number with a decimal comma alone", "12345678,00\n1234567,00\n",
	    "12345678,00/1234567,00/"),
	ROW("UTF-8", "Caf\xc3\xa9;\xe2\x82\xac\n", "Caf\xc3\xa9|\xe2\x82\xac/"),
	ODD("CP1252", "Caf\xe9;\x80;x\n\x93y\x94;a;b\n",
	    "Caf\xc3\xa9|\xe2\x82\xac|x/\xe2\x80\x9cy\xe2\x80\x9d|a|b/"),
	ODD("CP1252 beside UTF-8", "\xe9;\xc3\xa9\n", "\xc3\xa9|\xc3\xa9/"),
	ODD("CP1252 without a meaning", "\x81;a\n", "\xef\xbf\xbd|a/"),
	ROW("NUL byte in a cell", "a;b\nc\0;d\ne;f\n", "a|b/#4/e|f/"),
	ROW("NUL byte in quotes", "a;b\n\"c\0\n\";d\ne;f\n", "a|b/#4/e|f/"),
	ROW("quote never closed", "a;b\n\"c;d\ne;f\n", "a|b/#5/"),
	ROW("quote at the very end", "a;\"", "#5/"),
	BAD(".xlsx", "PK\3\4more", SHEET_ZIP),
	BAD(".xls", "\xd0\xcf\x11\xe0more", SHEET_OLE),
	BAD("Unicode text", "\xff\xfek\0v\0k\0", SHEET_UTF16),
	BAD("Unicode text of the other order", "\xfe\xff\0k\0v\0k",
	    SHEET_UTF16),
	BAD("Unicode text without a mark", "k\0v\0k\0\n\0", SHEET_UTF16)
};

static void
test_rows(void **state)
{
	char		out[OUT_MAX];
	size_t		i, step;
	enum sheet_err	err;
	int		cp1252;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (step = 1; step < 70; step += step < 10 ? 1 : 59) {
			err = read_all(out, (struct bytes){ rows[i].bytes,
			    rows[i].len, step, 0 }, &cp1252);
			if (err != rows[i].end ||
			    strcmp(out, rows[i].want) != 0 ||
			    cp1252 != rows[i].cp1252)
				fail_msg("%s: %s, %d", rows[i].name, out,
				    err);
		}
}

/* What is too long costs its row, and no more memory than that. */
static void
test_limits(void **state)
{
	enum { LONG = 10 * 1024 * 1024, MANY = 1000000 };
	char		*text = malloc(LONG + 64), out[OUT_MAX];
	int		 cp1252;

	(void)state;
	assert_non_null(text);
	memcpy(text, "a;b\n", 4);
	memset(text + 4, 'x', LONG);
	memcpy(text + 4 + LONG, ";y\nc;d\n", 8);
	assert_int_equal(read_all(out, (struct bytes){ text, LONG + 11,
	    100000, 0 }, &cp1252), SHEET_END);
	assert_string_equal(out, "a|b/#2/c|d/");
	memset(text + 4, ';', MANY);
	memcpy(text + 4 + MANY, "\nc;d\n", 6);
	assert_int_equal(read_all(out, (struct bytes){ text, MANY + 9,
	    100000, 0 }, &cp1252), SHEET_END);
	assert_string_equal(out, "a|b/#3/c|d/");
	assert_int_equal(read_all(out, (struct bytes){ "a\nb", 3, 1, 1 },
	    &cp1252), SHEET_READ);
	free(text);
}

static ssize_t
endless_read(void *ctx, uint8_t *out, size_t cap)
{
	size_t	*total = ctx;

	memset(out, 'x', cap);
	*total += cap;
	return (ssize_t)cap;
}

static void
test_endless(void **state)
{
	struct sheet		s;
	struct sheet_row	row;
	size_t			total = 0;

	(void)state;
	assert_int_equal(sheet_begin(&s, endless_read, &total), 1);
	assert_int_equal(sheet_next(&s, &row), SHEET_ENDLESS);
	assert_int_equal(sheet_next(&s, &row), SHEET_ENDLESS);
	assert_true(total < 2 * (size_t)SHEET_GIVE_UP);
	assert_true(s.text_cap <= 2 * SHEET_ROW_MAX);
	sheet_end(&s);
}

static struct km_bytes
bytes_of(const char *s)
{
	return (struct km_bytes){ (const uint8_t *)s, strlen(s) };
}

static void
test_headers(void **state)
{
	static const struct {
		const char	*header;
		enum column	 want;
	} table[] = {
		{ "kvk", COLUMN_KVK }, { "kvk-nummer", COLUMN_KVK },
		{ "KvKnr", COLUMN_KVK }, { "KvK nummer", COLUMN_KVK },
		{ "KvK-nr.", COLUMN_KVK }, { "K.v.K. nummer:", COLUMN_KVK },
		{ "Kamer van Koophandel", COLUMN_KVK },
		{ " KVK_NUMMER ", COLUMN_KVK },
		{ "kvk\xc2\xa0nummer", COLUMN_NONE },
		{ "Website", COLUMN_HOST }, { "DOMEIN", COLUMN_HOST },
		{ "url", COLUMN_HOST }, { "Naam", COLUMN_NAME },
		{ "Leverancier", COLUMN_NAME },
		{ "bedrijfs-naam", COLUMN_NAME },
		{ "Keurmerknummer", COLUMN_NUMBER },
		{ "mark number", COLUMN_NUMBER },
		{ "Leveranciersnr", COLUMN_ID },
		{ "", COLUMN_NONE }, { "kvkx", COLUMN_NONE },
		{ "k", COLUMN_NONE }, { "=kvk", COLUMN_KVK },
		{ "kvk\xc3\xa9", COLUMN_NONE },
		{ "kamervankoophandelkamervankoophandel", COLUMN_NONE }
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (column_of(bytes_of(table[i].header)) != table[i].want)
			fail_msg("%s", table[i].header);
}

static void
test_numbers(void **state)
{
	static const struct {
		const char	*name, *cell, *want;
		enum cell_kind	 kind;
		int		 cleaned;
	} table[] = {
		{ "as it is", "12345678", "12345678", CELL_DIGITS, 0 },
		{ "leading zero lost", "1234567", "1234567", CELL_DIGITS, 0 },
		{ "scientific", "1.2345678E7", "12345678", CELL_DIGITS, 1 },
		{ "scientific, Dutch", "1,2345678E+07", "12345678",
		    CELL_DIGITS, 1 },
		{ "scientific, 7 digits", "1,234567e6", "1234567",
		    CELL_DIGITS, 1 },
		{ "scientific, rounded", "1.23457E+07", "", CELL_ROUNDED, 0 },
		{ "scientific, three", "1.234E7", "", CELL_ROUNDED, 0 },
		{ "scientific, whole", "9E7", "", CELL_ROUNDED, 0 },
		{ "scientific, huge", "1E99999999999", "", CELL_TEXT, 0 },
		{ "scientific, nothing", "1E", "", CELL_TEXT, 0 },
		{ "decimals", "12345678,00", "12345678", CELL_DIGITS, 1 },
		{ "decimals with a point", "12345678.0", "12345678",
		    CELL_DIGITS, 1 },
		{ "three decimals", "12345678,000", "12345678", CELL_DIGITS,
		    1 },
		{ "fraction", "12345678,5", "", CELL_FRACTION, 0 },
		{ "spaces", " 12 345 678 ", "12345678", CELL_DIGITS, 1 },
		{ "no-break spaces", "12\xc2\xa0" "345\xe2\x80\xaf" "678",
		    "12345678", CELL_DIGITS, 1 },
		{ "points", "12.345.678", "12345678", CELL_DIGITS, 1 },
		{ "points and decimals", "12.345.678,00", "12345678",
		    CELL_DIGITS, 1 },
		{ "points, 7 digits", "1.234.567", "1234567", CELL_DIGITS,
		    1 },
		{ "apostrophe in front", "'01234567", "01234567",
		    CELL_DIGITS, 1 },
		{ "curly apostrophe", "\xe2\x80\x99" "01234567", "01234567",
		    CELL_DIGITS, 1 },
		{ "formula of text", "=\"01234567\"", "01234567",
		    CELL_DIGITS, 1 },
		{ "formula", "=1+1", "", CELL_TEXT, 0 },
		{ "nine digits", "123456789", "123456789", CELL_DIGITS, 0 },
		{ "negative", "-12345678", "", CELL_TEXT, 0 },
		{ "empty", "", "", CELL_TEXT, 0 },
		{ "a mark alone", ",", "", CELL_TEXT, 0 },
		{ "two fractions", "1,2,3", "", CELL_TEXT, 0 },
		{ "words", "onbekend", "", CELL_TEXT, 0 },
		{ "hexadecimal", "0x123456", "", CELL_TEXT, 0 },
		{ "21 digits", "123456789012345678901", "", CELL_TEXT, 0 },
		{ "Arabic digits", "\xd9\xa1\xd9\xa2", "", CELL_TEXT, 0 }
	};
	char	out[CELL_DIGITS_MAX];
	size_t	i;
	int	cleaned;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (cell_number(out, &cleaned, bytes_of(table[i].cell)) !=
		    table[i].kind || strcmp(out, table[i].want) != 0 ||
		    cleaned != table[i].cleaned)
			fail_msg("%s: %s", table[i].name, out);
}

static void
test_hosts(void **state)
{
	static const struct {
		const char	*cell, *want;
	} table[] = {
		{ "ict.example", "ict.example" },
		{ " WWW.ICT.Example. ", "www.ict.example" },
		{ "https://www.ict.example/nl/?a#b", "www.ict.example" },
		{ "HTTP://ict.example:8080", "ict.example" },
		{ "xn--caf-dma.example", "xn--caf-dma.example" },
		{ "caf\xc3\xa9.example", "" }, { "", "" }, { "https://", "" },
		{ "info@ict.example", "" }, { "ftp://ict.example", "" },
		{ "192.0.2.1", "" }, { "een twee.example", "" },
		{ "geen", "" }
	};
	char	out[CELL_HOST_MAX], longest[512];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(cell_host(out, bytes_of(table[i].cell)),
		    table[i].want[0] != '\0');
		assert_string_equal(out, table[i].want);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(cell_host(out, bytes_of(longest)), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_hosts)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
