/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV as people save it: with commas or with semicolons, with a mark in
 * front, with quotes; and rows that are wrong cost nothing but themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/ctl/csv.h"

enum { TEXT_MAX = 4096, LONG = 10 * 1024 * 1024 };

/* Rows as "LINE[FIELD|FIELD]" or "LINE!CODE", one after the other. */
static void
rows_write(char out[TEXT_MAX], FILE *f, int *separator)
{
	struct csv_row	row;
	struct csv	csv;
	enum csv_err	err;
	size_t		at = 0, i;

	csv_begin(&csv, f);
	out[0] = '\0';
	while ((err = csv_next(&csv, &row)) != CSV_END && err != CSV_READ) {
		assert_true(csv.text.cap <= 2 * CSV_ROW_MAX);
		assert_true(csv.ahead.cap <= 2 * CSV_ROW_MAX);
		if (err != CSV_OK) {
			at += (size_t)snprintf(out + at, TEXT_MAX - at,
			    "%lu!%d", row.line, (int)err);
			continue;
		}
		at += (size_t)snprintf(out + at, TEXT_MAX - at, "%lu[",
		    row.line);
		for (i = 0; i < row.n; i++)
			at += (size_t)snprintf(out + at, TEXT_MAX - at,
			    "%s%.*s", i > 0 ? "|" : "",
			    (int)row.field[i].len,
			    (const char *)row.field[i].p);
		at += (size_t)snprintf(out + at, TEXT_MAX - at, "]");
	}
	*separator = csv.separator;
	csv_end(&csv);
}

static void
expect(const char *text, size_t len, int separator, const char *want)
{
	char	found[TEXT_MAX];
	FILE	*f = tmpfile();
	int	sep;

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	rewind(f);
	rows_write(found, f, &sep);
	fclose(f);
	assert_string_equal(found, want);
	assert_int_equal(sep, separator);
}
#define EXPECT(text, sep, want)	expect(text, sizeof(text) - 1, sep, want)

static void
test_separator(void **state)
{
	(void)state;
	EXPECT("a,b\nc,d\n", ',', "1[a|b]2[c|d]");
	EXPECT("a;b\nc;d\n", ';', "1[a|b]2[c|d]");
	/* The first line decides for all that follow. */
	EXPECT("a;b\nc;d,e\n", ';', "1[a|b]2[c|d,e]");
	EXPECT("a,b\nc,d;e\n", ',', "1[a|b]2[c|d;e]");
	EXPECT("a,b;c\nd\n", ',', "1[a|b;c]2[d]");
	EXPECT("a\nb;c\n", ',', "1[a]2[b;c]");
	/* What stands in quotes is data. */
	EXPECT("\"a,b\";c\nd;e\n", ';', "1[a,b|c]2[d|e]");
	EXPECT("\"a;b\",c\nd,e\n", ',', "1[a;b|c]2[d|e]");
	EXPECT("\"a;b\"\nc;d\n", ',', "1[a;b]2[c;d]");
	EXPECT("\"a\"\",b\";c\n", ';', "1[a\",b|c]");
	EXPECT("\"a,\nb\";c\nd;e\n", ';', "1[a,\nb|c]3[d|e]");
	/* Nothing but a first line, or not even that. */
	EXPECT("a;b", ';', "1[a|b]");
	EXPECT(";", ';', "1[|]");
	EXPECT("", ',', "");
}

static void
test_forms(void **state)
{
	(void)state;
	EXPECT("\xef\xbb\xbf" "a;b\r\nc;d\r\n", ';', "1[a|b]2[c|d]");
	EXPECT("\xef\xbb\xbf\"a\",b\n", ',', "1[a|b]");
	/* Half a mark is data, and so is one that comes later. */
	EXPECT("\xef\xbb" "a,b\n", ',', "1[\xef\xbb" "a|b]");
	EXPECT("a\n\xef\xbb\xbf\n", ',', "1[a]2[\xef\xbb\xbf]");
	EXPECT("a,b\n\n\r\nc,d\n", ',', "1[a|b]4[c|d]");
	EXPECT("a;\"b\r\nc\"\r\n;\"\"\"d\"\"\"\r\n", ';',
	    "1[a|b\r\nc]3[|\"d\"]");
}

static void
test_wrong(void **state)
{
	(void)state;
	EXPECT("a;b\nc\"d;e\nf;g\n", ';', "1[a|b]2!4" "3[f|g]");
	EXPECT("a,b\n\"c\"d,e\nf,g\n", ',', "1[a|b]2!4" "3[f|g]");
	EXPECT("a,b\nc,\0d\nf,g\n", ',', "1[a|b]2!5" "3[f|g]");
	EXPECT("a;b\nc;\"d\ne;f\n", ';', "1[a|b]2!4");
	EXPECT("a;b\n;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;\nf;g\n", ';',
	    "1[a|b]2!3" "3[f|g]");
}

/* A line without end costs no memory, wherever it stands. */
static void
test_long(void **state)
{
	char	found[TEXT_MAX];
	FILE	*f = tmpfile();
	int	i, sep;

	(void)state;
	assert_non_null(f);
	fputs("a;b\n", f);
	for (i = 0; i < LONG; i++)
		putc('x', f);
	fputs("\nc;d\n", f);
	rewind(f);
	rows_write(found, f, &sep);
	assert_string_equal(found, "1[a|b]2!2" "3[c|d]");
	fseek(f, sizeof("a;b\n") - 1, SEEK_SET);
	rows_write(found, f, &sep);
	assert_string_equal(found, "1!2" "2[c;d]");
	fclose(f);
}

/* What cannot be told where it stands is read as well. */
static void
test_pipe(void **state)
{
	char	found[TEXT_MAX];
	FILE	*f = popen("printf '\\357\\273\\277a;b\\nc;d\\n'", "r");
	int	sep;

	(void)state;
	assert_non_null(f);
	rows_write(found, f, &sep);
	pclose(f);
	assert_string_equal(found, "1[a|b]2[c|d]");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_separator),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
