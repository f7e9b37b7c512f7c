/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where the rows of a batch come from: badges, directories of them, lines of
 * NDJSON, spreadsheets. Every row of input is handed on in its order, also
 * the one that cannot be read; only what is empty at the end of a spreadsheet
 * is left out.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "verifier/cli/batch.h"
#include "verifier/cli/sheet.h"

enum { HEADER_ROWS = 20, DIGITS_LEAST = 6, USE_MAX = 64 };

atomic_int	batch_stopped;

/* An input as it is read: what was handed in goes on before it waits. */
struct source {
	struct batch_pool *pool;
	const char	*input;
	int		 fd;
};

static ssize_t
source_read(void *ctx, uint8_t *out, size_t cap)
{
	struct source	*s = ctx;
	ssize_t		 n;

	batch_pool_flush(s->pool);
	do {
		if (atomic_load(&batch_stopped) != 0)
			return 0;
		n = read(s->fd, out, cap);
	} while (n < 0 && errno == EINTR);
	return n;
}

static int
fault(struct source *s, unsigned long row, enum batch_why why, int code)
{
	const struct batch_row	r = { .kind = BATCH_FAULT,
	    .input = s->input, .row = row, .why = why, .code = code };

	return batch_pool_row(s->pool, &r);
}

/* A file or a pipe; not a directory, and no device that never ends. */
static int
source_open(struct source *s, const char *path)
{
	struct stat	st;
	int		err;

	s->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) :
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->fd == -1) {
		fault(s, 0, BATCH_OPEN, errno);
		return 0;
	}
	err = fstat(s->fd, &st) == -1 ? errno : S_ISDIR(st.st_mode) ?
	    EISDIR : 0;
	if (err == 0 && !S_ISBLK(st.st_mode) && (!S_ISCHR(st.st_mode) ||
	    isatty(s->fd) || strcmp(path, "-") == 0))
		return 1;
	close(s->fd);
	fault(s, 0, BATCH_KIND, err);
	return 0;
}

/* NDJSON: one line, without its end, and which it is. */
struct lines {
	struct source	 source;
	uint8_t		*p;
	size_t		 len, cap;
	int		 long_;		/* 1: over BATCH_LINE_MAX, passed over */
	unsigned long	 row;
};

static int
line_add(struct lines *l, const uint8_t *p, size_t len)
{
	uint8_t	*q;
	size_t	 cap = l->cap;

	if (l->long_ || l->len + len > BATCH_LINE_MAX) {
		l->long_ = 1;
		return 1;
	}
	while (cap - l->len < len)
		cap = cap == 0 ? 2048 : 2 * cap;
	if (cap != l->cap) {
		if ((q = realloc(l->p, cap)) == NULL)
			return 0;
		l->p = q;
		l->cap = cap;
	}
	memcpy(l->p + l->len, p, len);
	l->len += len;
	return 1;
}

/* A line of nothing but white space is a row like others: an empty one. */
static int
line_done(struct lines *l)
{
	struct batch_row	r = { .kind = BATCH_LINE,
	    .input = l->source.input, .row = ++l->row };
	size_t			i;
	int			rc;

	for (i = 0; i < l->len && (l->p[i] == ' ' || l->p[i] == '\t' ||
	    l->p[i] == '\r'); i++)
		;
	if (l->long_ || i == l->len)
		rc = fault(&l->source, l->row,
		    l->long_ ? BATCH_LONG : BATCH_EMPTY, 0);
	else {
		r.text = l->p;
		r.len = l->len;
		rc = batch_pool_row(l->source.pool, &r);
		l->p = NULL;
		l->cap = 0;
	}
	l->len = 0;
	l->long_ = 0;
	return rc;
}

/* One block of bytes; 0 when nothing more is wanted, -1 without memory. */
static int
lines_block(struct lines *l, const uint8_t *p, size_t n)
{
	const uint8_t	*end;
	size_t		 len;

	for (; (end = memchr(p, '\n', n)) != NULL; p += len + 1, n -= len + 1) {
		len = (size_t)(end - p);
		if (!line_add(l, p, len))
			return -1;
		if (!line_done(l))
			return 0;
	}
	return line_add(l, p, n) ? 1 : -1;
}

static int
input_lines(struct batch_pool *pool, const char *path)
{
	struct lines	 l = { .source = { pool, path, -1 } };
	uint8_t		*block;
	ssize_t		 n;
	int		 rc = 1;

	if (!source_open(&l.source, path))
		return 1;
	if ((block = malloc(SHEET_BLOCK)) == NULL)
		rc = -1;
	while (rc == 1) {
		n = source_read(&l.source, block, SHEET_BLOCK);
		if (n < 0) {
			fault(&l.source, l.row + 1, BATCH_READ, errno);
			break;
		}
		if (n == 0) {
			if (l.len > 0 || l.long_)
				rc = line_done(&l);
			break;
		}
		rc = lines_block(&l, block, (size_t)n);
	}
	if (rc == -1)
		rc = fault(&l.source, l.row + 1, BATCH_MEMORY, 0);
	close(l.source.fd);
	free(block);
	free(l.p);
	return rc;
}

/* A spreadsheet: which columns, once the headers were seen. */
struct table {
	struct source	 source;
	struct sheet	 sheet;
	enum { LOOKING, FOUND, NONE } head;
	unsigned long	 empty;		/* rows, not handed on yet */
	size_t		 n;		/* columns that matter */
	struct {
		size_t		at;
		enum column	column;
	} use[USE_MAX];
};

static size_t
filled(const struct sheet_row *row, size_t *first)
{
	size_t	i, n = 0;

	for (i = 0; i < row->n; i++)
		if (cell_trim(row->cell[i]).len > 0) {
			if (n++ == 0)
				*first = i;
		}
	return n;
}

/* 1 when this row has headers that can be asked by. */
static int
take_headers(struct table *t, const struct sheet_row *row)
{
	enum column	c;
	size_t		i;
	int		key = 0;

	t->n = 0;
	for (i = 0; i < row->n && t->n < USE_MAX; i++) {
		if ((c = column_of(row->cell[i])) == COLUMN_NONE)
			continue;
		t->use[t->n].at = i;
		t->use[t->n++].column = c;
		key |= c == COLUMN_KVK || c == COLUMN_HOST ||
		    c == COLUMN_NUMBER;
	}
	return key;
}

/* A row with one cell, that is a number or a mark number: no headers. */
static int
is_bare(const struct sheet_row *row, size_t at, enum column *column)
{
	char	digits[CELL_DIGITS_MAX];
	int	cleaned;
	struct km_bytes	s = cell_trim(row->cell[at]);

	*column = s.len > 3 && (s.p[0] == 'K' || s.p[0] == 'k') &&
	    (s.p[1] == 'M' || s.p[1] == 'm') && s.p[2] == '-' ?
	    COLUMN_NUMBER : COLUMN_KVK;
	if (*column == COLUMN_NUMBER)
		return 1;
	switch (cell_number(digits, &cleaned, s)) {
	case CELL_DIGITS:
		return strlen(digits) >= DIGITS_LEAST;
	case CELL_ROUNDED:
		return 1;
	case CELL_TEXT:
	case CELL_FRACTION:
		break;
	}
	return 0;
}

/* What is asked by, from all columns of that kind: they must agree. */
static int
pick(const struct table *t, const struct sheet_row *row,
    struct km_bytes out[COLUMN_KINDS])
{
	struct km_bytes	s, *o;
	size_t		i;
	int		agree = 1;

	memset(out, 0, COLUMN_KINDS * sizeof(*out));
	for (i = 0; i < t->n; i++) {
		if (t->use[i].at >= row->n)
			continue;
		s = cell_trim(row->cell[t->use[i].at]);
		o = &out[t->use[i].column];
		if (o->len == 0)
			*o = s;
		else if (s.len > 0 && t->use[i].column <= COLUMN_NUMBER &&
		    (s.len != o->len || memcmp(s.p, o->p, s.len) != 0))
			agree = 0;
	}
	return agree;
}

/* A row of cells, copied: they are the reader's only until the next. */
static int
row_on(struct table *t, const struct sheet_row *row)
{
	struct batch_row	r = { .kind = BATCH_CELLS_ROW,
	    .input = t->source.input, .row = row->row,
	    .remarks = row->cp1252 ? BATCH_CP1252 : 0 };
	struct km_bytes		cell[COLUMN_KINDS];
	size_t			i, at = 0;

	if (!pick(t, row, cell))
		return fault(&t->source, row->row, BATCH_TWO, 0);
	for (i = 0; i < COLUMN_KINDS; i++) {
		if (cell[i].len > BATCH_TEXT_MAX)
			cell[i].len = BATCH_TEXT_MAX;
		r.len += cell[i].len;
	}
	if ((r.text = malloc(r.len + 1)) == NULL)
		return fault(&t->source, row->row, BATCH_MEMORY, 0);
	for (i = 0; i < COLUMN_KINDS; i++) {
		if (cell[i].len > 0)
			memcpy(r.text + at, cell[i].p, cell[i].len);
		r.cell[i] = (struct km_bytes){ r.text + at, cell[i].len };
		at += cell[i].len;
	}
	return batch_pool_row(t->source.pool, &r);
}

/* Rows without anything count only when something comes behind them. */
static int
empty_on(struct table *t, unsigned long next)
{
	for (; t->empty > 0; t->empty--)
		if (!fault(&t->source, next - t->empty, BATCH_EMPTY, 0))
			return 0;
	return 1;
}

static int
table_row(struct table *t, const struct sheet_row *row)
{
	size_t		first = 0, n = filled(row, &first);
	enum column	column;

	if (n == 0) {
		t->empty++;
		return 1;
	}
	if (!empty_on(t, row->row))
		return 0;
	if (t->head == LOOKING && take_headers(t, row)) {
		t->head = FOUND;
		return 1;
	}
	if (t->head == LOOKING && n == 1 && is_bare(row, first, &column)) {
		t->head = FOUND;
		t->n = 1;
		t->use[0].at = first;
		t->use[0].column = column;
	}
	if (t->head == LOOKING && row->row >= HEADER_ROWS)
		t->head = NONE;
	if (t->head == FOUND)
		return row_on(t, row);
	return fault(&t->source, row->row, t->head == NONE ?
	    BATCH_NO_HEADER : BATCH_ABOVE, 0);
}

static enum batch_why
why_of(enum sheet_err err)
{
	switch (err) {
	case SHEET_OK:
	case SHEET_END:
		break;
	case SHEET_TOO_LONG:
		return BATCH_LONG;
	case SHEET_CELLS:
		return BATCH_CELLS;
	case SHEET_NUL:
		return BATCH_NUL;
	case SHEET_QUOTE:
		return BATCH_QUOTE;
	case SHEET_READ:
		return BATCH_READ;
	case SHEET_ZIP:
		return BATCH_ZIP;
	case SHEET_OLE:
		return BATCH_OLE;
	case SHEET_UTF16:
		return BATCH_UTF16;
	case SHEET_ENDLESS:
		return BATCH_ENDLESS;
	case SHEET_MEMORY:
		return BATCH_MEMORY;
	}
	return BATCH_OK;
}

static int
table_rows(struct table *t)
{
	struct sheet_row	row;
	enum sheet_err		err;
	int			rc = 1;

	while (rc && (err = sheet_next(&t->sheet, &row)) != SHEET_END) {
		if (err == SHEET_OK) {
			rc = table_row(t, &row);
			continue;
		}
		rc = empty_on(t, row.row) && fault(&t->source, row.row,
		    why_of(err), err == SHEET_READ ? errno : 0);
		if (err >= SHEET_READ)
			return rc;
	}
	/* Nothing at all is a file that is not what was meant. */
	if (rc && t->head == LOOKING && atomic_load(&batch_stopped) == 0)
		rc = fault(&t->source, 0, BATCH_NO_HEADER, 0);
	return rc;
}

static int
input_sheet(struct batch_pool *pool, const char *path)
{
	struct table	t = { .source = { pool, path, -1 } };
	int		rc;

	if (!source_open(&t.source, path))
		return 1;
	if (sheet_begin(&t.sheet, source_read, &t.source))
		rc = table_rows(&t);
	else
		rc = fault(&t.source, 0, BATCH_MEMORY, 0);
	sheet_end(&t.sheet);
	close(t.source.fd);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory but those that begin with a dot; -1: errno. */
static long
names_of(const char *path, char ***out)
{
	struct dirent	*e;
	char		**names = NULL, **p;
	DIR		*dir = opendir(path);
	size_t		 n = 0, cap = 0;

	if (dir == NULL)
		return -1;
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		if (n == cap) {
			cap = cap == 0 ? 64 : 2 * cap;
			if ((p = realloc(names, cap * sizeof(*p))) == NULL)
				break;
			names = p;
		}
		if ((names[n] = strdup(e->d_name)) == NULL)
			break;
		n++;
	}
	closedir(dir);
	*out = names;
	if (e == NULL)
		return (long)n;
	while (n > 0)
		free(names[--n]);
	free(names);
	errno = ENOMEM;
	return -1;
}

/* Each file in it, by name: so that the order is the same every night. */
static int
input_directory(struct batch_pool *pool, const char *path)
{
	struct source		s = { pool, path, -1 };
	struct batch_row	r = { .kind = BATCH_PATH };
	char			**names;
	size_t			 len;
	long			 i, n = names_of(path, &names);
	int			 rc = 1;

	if (n == -1)
		return fault(&s, 0, BATCH_OPEN, errno);
	qsort(names, (size_t)n, sizeof(*names), by_name);
	for (i = 0; i < n; i++) {
		len = strlen(path) + 1 + strlen(names[i]) + 1;
		if (rc && (r.text = malloc(len)) != NULL) {
			snprintf((char *)r.text, len, "%s/%s", path,
			    names[i]);
			r.input = (const char *)r.text;
			r.len = len;
			rc = batch_pool_row(pool, &r);
		} else if (rc)
			rc = fault(&s, 0, BATCH_MEMORY, 0);
		free(names[i]);
	}
	free(names);
	return rc && atomic_load(&batch_stopped) == 0;
}

static int
has_ending(const char *path, const char *ending)
{
	size_t	len = strlen(path), n = strlen(ending);

	return len > n && strcasecmp(path + len - n, ending) == 0;
}

/* What is not named otherwise: by the ending of its name. */
static enum batch_as
as_named(const char *path)
{
	static const char *const	sheets[] = { ".csv", ".tsv", ".xlsx",
	    ".xls", ".ods" };
	size_t				i;

	for (i = 0; i < sizeof(sheets) / sizeof(sheets[0]); i++)
		if (has_ending(path, sheets[i]))
			return BATCH_AS_SHEET;
	return strcmp(path, "-") == 0 || has_ending(path, ".ndjson") ||
	    has_ending(path, ".jsonl") ? BATCH_AS_LINES : BATCH_AS_BADGE;
}

int
batch_input_asks(const struct batch_source *from)
{
	enum batch_as	as = from->as == BATCH_AS_NAMED ?
			    as_named(from->path) : from->as;

	return as != BATCH_AS_BADGE;
}

int
batch_input(struct batch_pool *pool, const struct batch_source *from)
{
	const struct batch_row	r = { .kind = BATCH_PATH,
	    .input = from->path };
	enum batch_as		as = from->as == BATCH_AS_NAMED ?
				    as_named(from->path) : from->as;
	struct stat		st;

	if (as == BATCH_AS_SHEET)
		return input_sheet(pool, from->path);
	if (as == BATCH_AS_LINES)
		return input_lines(pool, from->path);
	if (stat(from->path, &st) == 0 && S_ISDIR(st.st_mode))
		return input_directory(pool, from->path);
	return batch_pool_row(pool, &r);
}
