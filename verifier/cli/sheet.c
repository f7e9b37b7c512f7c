/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Spreadsheets saved as text; see sheet.h. A machine of four states over
 * bytes. The one of keurmerkctl (ca/ctl/csv.c) is another on purpose: what an
 * authority acts on is refused where it is odd, what a buyer has is read.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/sheet.h"
#include "verifier/json.h"

enum state {
	START,			/* at the beginning of a cell */
	BARE,			/* in a cell without quotes, or behind them */
	QUOTED,			/* between quotes */
	CLOSED			/* behind a quote between quotes */
};

/* A row as it grows. Of cells only offsets, as the text may move. */
struct growing {
	struct sheet	*s;
	enum state	 state;
	enum sheet_err	 err;		/* the first; the rest is passed over */
	size_t		 n;
	size_t		 start;		/* of the cell at hand */
	size_t		 bytes;		/* read for this row */
	size_t		 kept;		/* of them, in cells */
	int		 cp1252;
};

/* WHATWG Encoding, index windows-1252, 0x80 to 0x9f; 0: has no meaning. */
static const uint16_t	cp1252[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178
};

int
sheet_begin(struct sheet *s, sheet_read_fn *read, void *ctx)
{
	memset(s, 0, sizeof(*s));
	s->read = read;
	s->ctx = ctx;
	s->line = s->row = 1;
	s->block = malloc(SHEET_BLOCK);
	s->span = calloc(SHEET_CELLS_MAX, sizeof(*s->span));
	s->cell = calloc(SHEET_CELLS_MAX, sizeof(*s->cell));
	return s->block != NULL && s->span != NULL && s->cell != NULL;
}

void
sheet_end(struct sheet *s)
{
	free(s->block);
	free(s->span);
	free(s->cell);
	free(s->text);
	memset(s, 0, sizeof(*s));
}

/* More bytes behind those in the block; 0 when none came. */
static int
more(struct sheet *s)
{
	ssize_t	n;

	if (s->at == s->len)
		s->at = s->len = 0;
	if (s->eof || s->failed != SHEET_OK || s->len == SHEET_BLOCK)
		return 0;
	n = s->read(s->ctx, s->block + s->len, SHEET_BLOCK - s->len);
	if (n < 0)
		s->failed = SHEET_READ;
	else if (n == 0)
		s->eof = 1;
	else
		s->len += (size_t)n;
	return n > 0;
}

/* One byte more of text; 0 when there is no memory for it. */
static int
text_add(struct sheet *s, uint8_t c)
{
	uint8_t	*p;
	size_t	 cap;

	if (s->text_len == s->text_cap) {
		cap = s->text_cap == 0 ? 4096 : 2 * s->text_cap;
		if ((p = realloc(s->text, cap)) == NULL) {
			s->failed = SHEET_MEMORY;
			return 0;
		}
		s->text = p;
		s->text_cap = cap;
	}
	s->text[s->text_len++] = c;
	return 1;
}

static int
is_utf8(const uint8_t *p, size_t len)
{
	size_t	i, n;

	for (i = 0; i < len; i += n) {
		n = 1;
		if (p[i] >= 0x80)
			km_character(p + i, len - i, &n);
		if (p[i] >= 0x80 && n == 1)
			return 0;
	}
	return 1;
}

/* The cell at the end of the text once more, from CP1252. */
static void
convert(struct sheet *s, size_t at)
{
	size_t		end = s->text_len;
	unsigned int	c;

	for (; at < end; at++) {
		c = s->text[at];
		if (c >= 0x80 && c < 0xa0)
			c = cp1252[c - 0x80] == 0 ? 0xfffd : cp1252[c - 0x80];
		if (c < 0x80)
			text_add(s, (uint8_t)c);
		else if (c < 0x800) {
			text_add(s, (uint8_t)(0xc0 | c >> 6));
			text_add(s, (uint8_t)(0x80 | (c & 0x3f)));
		} else {
			text_add(s, (uint8_t)(0xe0 | c >> 12));
			text_add(s, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
			text_add(s, (uint8_t)(0x80 | (c & 0x3f)));
		}
	}
}

static void
wrong(struct growing *g, enum sheet_err err)
{
	if (g->err == SHEET_OK)
		g->err = err;
}

static void
add(struct growing *g, uint8_t c)
{
	if (c == '\0')
		wrong(g, SHEET_NUL);
	if (g->kept++ == SHEET_ROW_MAX)
		wrong(g, SHEET_TOO_LONG);
	if (g->err == SHEET_OK)
		text_add(g->s, c);
}

static void
cell_end(struct growing *g)
{
	struct sheet		*s = g->s;
	struct sheet_span	*at;

	g->state = START;
	if (g->n == SHEET_CELLS_MAX)
		wrong(g, SHEET_CELLS);
	if (g->err != SHEET_OK)
		return;
	at = &s->span[g->n++];
	at->at = g->start;
	at->len = s->text_len - g->start;
	if (at->len > 0 && !is_utf8(s->text + at->at, at->len)) {
		at->at = s->text_len;
		convert(s, g->start);
		at->len = s->text_len - at->at;
		g->cp1252 = 1;
	}
	g->start = s->text_len;
}

/* One byte of a cell; 1 when the row ends with it. */
static int
step(struct growing *g, uint8_t c)
{
	if (g->state == QUOTED) {
		if (c == '"')
			g->state = CLOSED;
		else
			add(g, c);
	} else if (c == g->s->separator)
		cell_end(g);
	else if (c == '\n' || c == '\r') {
		cell_end(g);
		return 1;
	} else if (c == '"' && g->state != BARE) {
		if (g->state == CLOSED)		/* two stand for one */
			add(g, c);
		g->state = QUOTED;
	} else {
		g->state = BARE;
		add(g, c);
	}
	return 0;
}

/* LF behind a CR belongs to it. */
static void
eat_newline(struct sheet *s)
{
	if ((s->at < s->len || more(s)) && s->block[s->at] == '\n')
		s->at++;
}

static enum sheet_err
row_read(struct growing *g)
{
	struct sheet	*s = g->s;
	uint8_t		 c;

	for (;;) {
		if (s->at == s->len && !more(s))
			break;
		c = s->block[s->at++];
		if (++g->bytes > SHEET_GIVE_UP)
			return s->failed = SHEET_ENDLESS;
		if (c == '\n')
			s->line++;
		if (!step(g, c))
			continue;
		if (c == '\r') {
			s->line++;
			eat_newline(s);
		}
		return s->failed;
	}
	if (s->failed != SHEET_OK)
		return s->failed;
	if (g->bytes == 0)
		return SHEET_END;
	if (g->state == QUOTED)
		wrong(g, SHEET_QUOTE);
	cell_end(g);
	return s->failed;
}

/* Of files that are no text: which program's. */
static enum sheet_err
no_text(const uint8_t *p, size_t len)
{
	static const uint8_t	zip[4] = { 'P', 'K', 3, 4 };
	static const uint8_t	ole[4] = { 0xd0, 0xcf, 0x11, 0xe0 };

	if (len >= 4 && memcmp(p, zip, 4) == 0)
		return SHEET_ZIP;
	if (len >= 4 && memcmp(p, ole, 4) == 0)
		return SHEET_OLE;
	/* With its mark, or by the halves of its first character. */
	if (len >= 2 && ((p[0] == 0xff && p[1] == 0xfe) ||
	    (p[0] == 0xfe && p[1] == 0xff) ||
	    (p[0] == 0) != (p[1] == 0)))
		return SHEET_UTF16;
	return SHEET_OK;
}

/* "sep=;": as Excel reads and some write; the length of that line or 0. */
static size_t
sep_line(const uint8_t *p, size_t len)
{
	size_t	quoted = len > 0 && p[0] == '"', end = 5 + 2 * quoted;

	if (len < end || memcmp(p + quoted, "sep=", 4) != 0 ||
	    (quoted && p[6] != '"') || p[4 + quoted] == '"' ||
	    p[4 + quoted] == '\n' || p[4 + quoted] == '\r')
		return 0;
	if (end == len || p[end] == '\n')
		return end + (end < len);
	if (p[end] != '\r')
		return 0;
	return end + 1 + (end + 1 < len && p[end + 1] == '\n');
}

/* "12345678,00" is no two cells: there is nothing on this line but a number. */
static int
is_number(const uint8_t *p, size_t len)
{
	size_t	i, commas = 0;

	for (i = 0; i < len; i++) {
		commas += p[i] == ',';
		if (p[i] != ',' && p[i] != '.' && p[i] != ' ' &&
		    (p[i] < '0' || p[i] > '9'))
			return 0;
	}
	return commas == 1;
}

/* What the first line has most of outside quotes. */
static int
separator_of(const uint8_t *p, size_t len)
{
	static const uint8_t	mark[3] = { ';', '\t', ',' };
	size_t			i, j, best = 0, n[3] = { 0, 0, 0 };
	int			quoted = 0;

	for (i = 0; i < len && (quoted || (p[i] != '\n' && p[i] != '\r'));
	    i++) {
		quoted ^= p[i] == '"';
		for (j = 0; j < 3; j++)
			n[j] += !quoted && p[i] == mark[j];
	}
	if (is_number(p, i))
		return ';';
	for (j = 1; j < 3; j++)
		if (n[j] > n[best])
			best = j;
	return mark[best];
}

/* Does the block hold the first line, and what follows its CR? */
static int
has_line(const struct sheet *s)
{
	const uint8_t	*end;

	if (s->len < 8)
		return 0;
	if ((end = memchr(s->block, '\n', s->len)) == NULL)
		end = memchr(s->block, '\r', s->len - 1);
	return end != NULL;
}

static void
look_ahead(struct sheet *s)
{
	static const uint8_t	mark[3] = { 0xef, 0xbb, 0xbf };
	const uint8_t		*p;
	size_t			 len;

	while (!has_line(s) && more(s))
		;
	if (s->failed != SHEET_OK ||
	    (s->failed = no_text(s->block, s->len)) != SHEET_OK)
		return;
	if (s->len >= sizeof(mark) &&
	    memcmp(s->block, mark, sizeof(mark)) == 0)
		s->at = sizeof(mark);
	p = s->block + s->at;
	if ((len = sep_line(p, s->len - s->at)) > 0) {
		s->separator = p[4 + (p[0] == '"')];
		s->at += len;
		s->line++;
	} else
		s->separator = separator_of(p, s->len - s->at);
}

enum sheet_err
sheet_next(struct sheet *s, struct sheet_row *row)
{
	struct growing	g = { .s = s };
	enum sheet_err	err;
	size_t		i;

	if (s->separator == 0 && s->failed == SHEET_OK)
		look_ahead(s);
	memset(row, 0, sizeof(*row));
	row->row = s->row;
	row->line = s->line;
	if (s->failed != SHEET_OK)
		return s->failed;
	s->text_len = 0;
	if ((err = row_read(&g)) != SHEET_OK)
		return err;
	s->row++;
	if (g.err != SHEET_OK)
		return g.err;
	for (i = 0; i < g.n; i++)
		s->cell[i] = (struct km_bytes){ s->span[i].len == 0 ?
		    (const uint8_t *)"" : s->text + s->span[i].at,
		    s->span[i].len };
	row->cp1252 = g.cp1252;
	row->n = g.n;
	row->cell = s->cell;
	return SHEET_OK;
}
