/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of CSV (RFC 4180); see csv.h. A machine of four states over bytes:
 * what stands in a quoted field is data, whatever it is.
 */
#include <string.h>

#include "csv.h"

enum state {
	FIELD,			/* at the beginning of a field */
	BARE,			/* in a field without quotes */
	QUOTED,			/* in a field with quotes */
	CLOSED			/* behind a quote in a quoted field */
};

/* A row as it grows: offsets first, since the text may move. */
struct growing {
	struct csv	*csv;
	enum state	 state;
	enum csv_err	 err;		/* the first; the rest is passed over */
	size_t		 n;		/* fields that are complete */
	size_t		 start;		/* of the field at hand */
	size_t		 at[CSV_FIELDS_MAX], len[CSV_FIELDS_MAX];
	int		 any;		/* a byte or a separator was there */
};

void
csv_begin(struct csv *csv, FILE *file)
{
	memset(csv, 0, sizeof(*csv));
	csv->file = file;
	csv->line = 1;
	buf_init(&csv->text, CSV_ROW_MAX);
	buf_init(&csv->ahead, CSV_ROW_MAX);
}

void
csv_end(struct csv *csv)
{
	buf_free(&csv->text);
	buf_free(&csv->ahead);
}

static void
wrong(struct growing *g, enum csv_err err)
{
	if (g->err == CSV_OK)
		g->err = err;
}

static void
add(struct growing *g, int c)
{
	uint8_t	byte = (uint8_t)c;

	g->any = 1;
	if (c == '\0')
		wrong(g, CSV_NUL);
	if (g->err == CSV_OK && buf_add(&g->csv->text, &byte, 1) == -1)
		wrong(g, CSV_TOO_LONG);
}

static void
field_end(struct growing *g)
{
	if (g->n == CSV_FIELDS_MAX)
		wrong(g, CSV_FIELDS);
	if (g->err == CSV_OK) {
		g->at[g->n] = g->start;
		g->len[g->n] = g->csv->text.len - g->start;
		g->n++;
		g->start = g->csv->text.len;
	}
	g->state = FIELD;
}

/* One byte outside quotes; 1 when the row ends with it. */
static int
step_open(struct growing *g, int c)
{
	if (c == '\n') {
		/* CRLF: the CR before it is no data. */
		if (g->state == BARE && g->err == CSV_OK &&
		    g->csv->text.len > g->start &&
		    g->csv->text.p[g->csv->text.len - 1] == '\r')
			g->csv->text.len--;
		field_end(g);
		return 1;
	}
	if (c == g->csv->separator) {
		g->any = 1;
		field_end(g);
	} else if (c == '"' && g->state == FIELD) {
		g->any = 1;
		g->state = QUOTED;
	} else {
		if (c == '"')
			wrong(g, CSV_QUOTE);
		g->state = BARE;
		add(g, c);
	}
	return 0;
}

/* Behind a quote in a quoted field; 1 when the row ends. */
static int
step_closed(struct growing *g, int c)
{
	if (c == '"') {			/* two stand for one */
		add(g, c);
		g->state = QUOTED;
		return 0;
	}
	if (c == '\r')			/* of CRLF; a lone one shows next */
		return 0;
	if (c == g->csv->separator || c == '\n') {
		field_end(g);
		return c == '\n';
	}
	wrong(g, CSV_QUOTE);
	g->state = BARE;
	return 0;
}

static int
step(struct growing *g, int c)
{
	switch (g->state) {
	case FIELD:
	case BARE:
		return step_open(g, c);
	case QUOTED:
		if (c == '"')
			g->state = CLOSED;
		else
			add(g, c);
		return 0;
	case CLOSED:
		return step_closed(g, c);
	}
	return 1;
}

/* The next byte: first those that were read ahead. */
static int
byte_next(struct csv *csv)
{
	return csv->ahead_at < csv->ahead.len ?
	    csv->ahead.p[csv->ahead_at++] : getc(csv->file);
}

/* Read one row, also an empty one. CSV_END: the file ended before it. */
static enum csv_err
row_read(struct csv *csv, struct growing *g)
{
	int	c = EOF, first = 1;

	memset(g, 0, sizeof(*g));
	g->csv = csv;
	buf_reset(&csv->text);
	while ((c = byte_next(csv)) != EOF) {
		first = 0;
		if (c == '\n')
			csv->line++;
		if (step(g, c))
			return CSV_OK;
	}
	if (ferror(csv->file))
		return CSV_READ;
	if (first)
		return CSV_END;
	if (g->state == QUOTED)
		wrong(g, CSV_QUOTE);
	field_end(g);
	return CSV_OK;
}

/* A line that is empty, or only a CR. */
static int
is_empty(const struct growing *g)
{
	return g->err == CSV_OK && g->n == 1 && g->len[0] == 0 &&
	    (!g->any || g->csv->text.len == 0);
}

/*
 * Read the first line ahead, as far as a row may go, for what separates its
 * fields: the spreadsheets of countries with a decimal comma write ";".
 */
static void
line_ahead(struct csv *csv)
{
	static const uint8_t	mark[3] = { 0xef, 0xbb, 0xbf };
	struct buf		*b = &csv->ahead;
	uint8_t			byte;
	int			c, quoted = 0, commas = 0, semicolons = 0;

	do {
		if (b->len == CSV_ROW_MAX || (c = getc(csv->file)) == EOF)
			break;
		byte = (uint8_t)c;
		if (buf_add(b, &byte, 1) == -1) {
			csv->failed = 1;
			return;
		}
		quoted ^= c == '"';
		commas += c == ',' && !quoted;
		semicolons += c == ';' && !quoted;
	} while (c != '\n' || quoted);
	csv->separator = semicolons > 0 && commas == 0 ? ';' : ',';
	if (b->len >= sizeof(mark) && memcmp(b->p, mark, sizeof(mark)) == 0)
		csv->ahead_at = sizeof(mark);
}

enum csv_err
csv_next(struct csv *csv, struct csv_row *row)
{
	struct growing	g;
	enum csv_err	err;
	size_t		i;

	if (csv->separator == 0 && !csv->failed)
		line_ahead(csv);
	if (csv->failed)
		return CSV_READ;
	do {
		row->line = csv->line;
		row->n = 0;
		if ((err = row_read(csv, &g)) != CSV_OK) {
			csv->failed = err == CSV_READ;
			return err;
		}
	} while (is_empty(&g));
	if (g.err != CSV_OK)
		return g.err;
	row->n = g.n;
	for (i = 0; i < g.n; i++) {
		/* There is no text at all when nothing was in any field. */
		row->field[i].p = g.len[i] == 0 ? (const uint8_t *)"" :
		    csv->text.p + g.at[i];
		row->field[i].len = g.len[i];
	}
	return CSV_OK;
}

const char *
csv_text(enum csv_err err)
{
	switch (err) {
	case CSV_OK:
		return "in order";
	case CSV_END:
		return "no more rows";
	case CSV_TOO_LONG:
		return "expected a row of at most 65536 bytes, found a longer "
		    "one";
	case CSV_FIELDS:
		return "expected at most 32 fields, found more";
	case CSV_QUOTE:
		return "expected quotes around a whole field and each quote "
		    "in it twice, found a quote elsewhere";
	case CSV_NUL:
		return "expected text in UTF-8, found a NUL byte";
	case CSV_READ:
		return "the file cannot be read further";
	}
	return "unknown";
}
