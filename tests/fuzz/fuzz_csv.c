/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CSV as people save it (ca/ctl/csv.h). Rows lie within what was promised,
 * their lines go up; and what was read, written with quotes around every
 * field, reads back as the same, so that nothing was added or lost.
 */
#include <stdlib.h>

#include "ca/ctl/csv.h"
#include "tests/fuzz/promise.h"

enum { INPUT_MAX = 256 * 1024, AGAIN_MAX = 4 * INPUT_MAX };

static void
field_write(struct buf *out, struct km_bytes field)
{
	size_t	i;

	buf_add(out, "\"", 1);
	for (i = 0; i < field.len; i++) {
		buf_add(out, field.p + i, 1);
		if (field.p[i] == '"')
			buf_add(out, "\"", 1);
	}
	buf_add(out, "\"", 1);
}

static void
row_write(struct buf *out, const struct csv_row *row)
{
	size_t	i;

	for (i = 0; i < row->n; i++) {
		if (i > 0)
			buf_add(out, ",", 1);
		field_write(out, row->field[i]);
	}
	buf_add(out, "\r\n", 2);
}

static void
row_check(const struct csv *csv, const struct csv_row *row)
{
	size_t	i, total = 0;

	promise(row->n >= 1 && row->n <= CSV_FIELDS_MAX);
	for (i = 0; i < row->n; i++) {
		promise(inside(row->field[i], csv->text.p, csv->text.len));
		promise(row->field[i].len == 0 ||
		    memchr(row->field[i].p, '\0', row->field[i].len) == NULL);
		total += row->field[i].len;
	}
	promise(total <= CSV_ROW_MAX);
}

/* All rows that are right, into out; how many. again: all must be. */
static size_t
rows(struct buf *out, const uint8_t *data, size_t len, int again)
{
	struct csv_row	row;
	struct csv	csv;
	enum csv_err	err;
	FILE		*f;
	unsigned long	line = 0;
	size_t		n = 0;

	/* fmemopen(3) has no file of nothing. */
	if (len == 0 || (f = fmemopen((void *)(uintptr_t)data, len, "r")) ==
	    NULL)
		return 0;
	csv_begin(&csv, f);
	while ((err = csv_next(&csv, &row)) != CSV_END && err != CSV_READ) {
		promise(row.line > line && csv.line >= row.line);
		promise(csv_text(err) != NULL && (err == CSV_OK || !again));
		line = row.line;
		if (err != CSV_OK)
			continue;
		row_check(&csv, &row);
		row_write(out, &row);
		n++;
	}
	promise(csv.text.cap <= 2 * CSV_ROW_MAX);
	/* Behind the end, or what cannot be read, nothing comes. */
	promise(csv_next(&csv, &row) == err);
	csv_end(&csv);
	fclose(f);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf	once, twice;
	size_t		n;

	if (len > INPUT_MAX)
		return 0;
	buf_init(&once, AGAIN_MAX);
	buf_init(&twice, AGAIN_MAX);
	n = rows(&once, data, len, 0);
	promise(rows(&twice, once.p, once.len, 1) == n);
	promise(once.failed == 0 && twice.failed == 0 &&
	    once.len == twice.len &&
	    (n == 0 || memcmp(once.p, twice.p, once.len) == 0));
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
