/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Spreadsheets as people save them (verifier/cli/sheet.h). Rows count up and
 * stay within their limits, cells are UTF-8; and what was read, written with
 * quotes around every cell, reads back as the same.
 */
#include <stdlib.h>

#include "tests/fuzz/promise.h"
#include "verifier/cli/columns.h"
#include "verifier/cli/sheet.h"
#include "verifier/json.h"

enum { INPUT_MAX = 65536, AGAIN_MAX = 8 * INPUT_MAX };

struct text {
	uint8_t	*p;
	size_t	 len, at;
};

static ssize_t
text_read(void *ctx, uint8_t *out, size_t cap)
{
	struct text	*t = ctx;
	size_t		 n = t->len - t->at < cap ? t->len - t->at : cap;

	/* In pieces, so that every state meets the end of a block. */
	if (n > 7)
		n = 7 + n / 16;
	memcpy(out, t->p + t->at, n);
	t->at += n;
	return (ssize_t)n;
}

static void
put(struct text *t, uint8_t c)
{
	promise(t->len < AGAIN_MAX);
	t->p[t->len++] = c;
}

static void
cell_check(struct km_bytes s)
{
	char	digits[CELL_DIGITS_MAX], host[CELL_HOST_MAX];
	size_t	i, n;
	int	cleaned;

	for (i = 0; i < s.len; i += n) {
		promise(s.p[i] != 0);
		km_character(s.p + i, s.len - i, &n);
		promise(n > 1 || s.p[i] < 0x80);
	}
	promise((unsigned int)column_of(s) <= COLUMN_NONE);
	promise(cell_trim(s).len <= s.len);
	(void)cell_number(digits, &cleaned, s);
	promise(strspn(digits, "0123456789") == strlen(digits));
	promise(cell_host(host, s) == (host[0] != '\0'));
}

static void
cell_write(struct text *out, struct km_bytes s)
{
	size_t	i;

	put(out, '"');
	for (i = 0; i < s.len; i++) {
		put(out, s.p[i]);
		if (s.p[i] == '"')
			put(out, '"');
	}
	put(out, '"');
}

/* All rows that can be read, written anew; again: then all of them can. */
static size_t
rows(struct text *out, struct text *in, int again)
{
	struct sheet		s;
	struct sheet_row	row;
	enum sheet_err		err;
	unsigned long		last = 0;
	size_t			i, n = 0;

	promise(sheet_begin(&s, text_read, in) == 1);
	memcpy(out->p, "sep=;\r\n", 7);
	out->len = 7;
	while ((err = sheet_next(&s, &row)) < SHEET_READ &&
	    err != SHEET_END) {
		promise(row.row == ++last);
		promise(err == SHEET_OK || !again);
		if (err != SHEET_OK)
			continue;
		promise(row.n >= 1 && row.n <= SHEET_CELLS_MAX);
		promise(!again || !row.cp1252);
		for (i = 0; i < row.n; i++) {
			if (i > 0)
				put(out, ';');
			cell_check(row.cell[i]);
			cell_write(out, row.cell[i]);
		}
		put(out, '\r');
		put(out, '\n');
		n++;
	}
	promise(sheet_next(&s, &row) == err);
	promise(err == SHEET_END || !again);
	sheet_end(&s);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct text	in = { NULL, len, 0 }, once = { NULL, 0, 0 };
	struct text	twice = { NULL, 0, 0 };
	size_t		n;

	if (len > INPUT_MAX)
		return 0;
	in.p = malloc(len + 1);
	once.p = malloc(AGAIN_MAX);
	twice.p = malloc(AGAIN_MAX);
	promise(in.p != NULL && once.p != NULL && twice.p != NULL);
	if (len > 0)
		memcpy(in.p, data, len);
	n = rows(&once, &in, 0);
	promise(rows(&twice, &once, 1) == n);
	promise(once.len == twice.len &&
	    memcmp(once.p, twice.p, once.len) == 0);
	free(in.p);
	free(once.p);
	free(twice.p);
	return 0;
}
