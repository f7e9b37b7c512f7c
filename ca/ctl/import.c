/* SPDX-License-Identifier: EUPL-1.2 */
/* Import: providers from a CSV; see import.h. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "field.h"
#include "import.h"

enum { ROWS_MAX = 1000000, TRADE_NAMES_MAX = 5, HOSTS_MAX = 8 };

enum column {
	COLUMN_NAME, COLUMN_KVK, COLUMN_PLACE, COLUMN_TRADE_NAMES,
	COLUMN_HOSTS, COLUMN_INFORMATION, COLUMN_EUID, COLUMN_LEI, COLUMN_N
};
#define COLUMNS	"name, kvk, place, trade_names, hosts, information, euid, lei"

/* As files have them; compared without case. */
static const struct {
	const char	*name;
	enum column	 column;
} headers[] = {
	{ "name", COLUMN_NAME }, { "naam", COLUMN_NAME },
	{ "legal_name", COLUMN_NAME }, { "statutaire naam", COLUMN_NAME },
	{ "kvk", COLUMN_KVK }, { "kvk-nummer", COLUMN_KVK },
	{ "kvknummer", COLUMN_KVK }, { "kvknr", COLUMN_KVK },
	{ "place", COLUMN_PLACE }, { "plaats", COLUMN_PLACE },
	{ "vestigingsplaats", COLUMN_PLACE },
	{ "trade_names", COLUMN_TRADE_NAMES },
	{ "handelsnamen", COLUMN_TRADE_NAMES },
	{ "hosts", COLUMN_HOSTS }, { "domeinen", COLUMN_HOSTS },
	{ "information", COLUMN_INFORMATION },
	{ "informatie", COLUMN_INFORMATION },
	{ "euid", COLUMN_EUID }, { "lei", COLUMN_LEI },
};

/* A file under way. */
struct reading {
	struct import	*im;
	struct csv	 csv;
	int		 at[COLUMN_N];	/* field of the column; -1: none */
	size_t		 fields;	/* in the header */
};

static int __attribute__((__format__(printf, 3, 4)))
wrong(struct import *im, unsigned long line, const char *fmt, ...)
{
	char	text[1024];
	va_list	ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	im->wrong++;
	say_error("%s:%lu: %s", im->file, line, text);
	return -1;
}

static struct km_bytes
trim(struct km_bytes b)
{
	while (b.len > 0 && (b.p[0] == ' ' || b.p[0] == '\t')) {
		b.p++;
		b.len--;
	}
	while (b.len > 0 && (b.p[b.len - 1] == ' ' ||
	    b.p[b.len - 1] == '\t'))
		b.len--;
	return b;
}

static int
header_is(struct km_bytes b, const char *name)
{
	return b.len == strlen(name) && b.len > 0 &&
	    strncasecmp((const char *)b.p, name, b.len) == 0;
}

static int
header_field(struct reading *r, const struct csv_row *row, size_t field)
{
	struct km_bytes	b = trim(row->field[field]);
	size_t		i, n = sizeof(headers) / sizeof(headers[0]);

	for (i = 0; i < n && !header_is(b, headers[i].name); i++)
		;
	if (i == n)
		return say_error("%s:%lu: expected columns of " COLUMNS
		    ", found \"%.*s\"%s", r->im->file, row->line,
		    SAY_BYTES(b), field_encoding(b));
	if (r->at[headers[i].column] != -1)
		return say_error("%s:%lu: expected each column once, found "
		    "\"%.*s\" again", r->im->file, row->line, SAY_BYTES(b));
	r->at[headers[i].column] = (int)field;
	return CTL_DONE;
}

static int
header_read(struct reading *r)
{
	struct csv_row	row;
	enum csv_err	err;
	size_t		i;

	for (i = 0; i < COLUMN_N; i++)
		r->at[i] = -1;
	err = csv_next(&r->csv, &row);
	if (err == CSV_READ)
		return say_error("%s: cannot read: %s", r->im->file,
		    strerror(errno));
	if (err != CSV_OK)
		return say_error("%s:1: expected a header with columns of "
		    COLUMNS ": %s", r->im->file, err == CSV_END ?
		    "found nothing" : csv_text(err));
	for (i = 0; i < row.n; i++)
		if (header_field(r, &row, i) != CTL_DONE)
			return CTL_FAILED;
	r->fields = row.n;
	if (r->at[COLUMN_NAME] == -1 || r->at[COLUMN_KVK] == -1)
		return say_error("%s:%lu: expected the columns name and kvk "
		    "in the header, found none of that name", r->im->file,
		    row.line);
	if (r->at[COLUMN_PLACE] == -1 && r->im->place == NULL)
		return say_usage("%s:%lu: expected a column place, or the "
		    "option --place for all", r->im->file, row.line);
	return CTL_DONE;
}

static struct km_bytes
field(const struct reading *r, const struct csv_row *row, enum column c)
{
	static const struct km_bytes	none;

	return r->at[c] == -1 ? none : trim(row->field[r->at[c]]);
}

/* A copy in the row's own text, of which *end is what is left. */
static struct km_bytes
keep(char **end, struct km_bytes b)
{
	struct km_bytes	copy = { (const uint8_t *)*end, b.len };

	if (b.len > 0)
		memcpy(*end, b.p, b.len);
	*end += b.len;
	return copy;
}

/*
 * Parts of a field, apart by "|", or by ";" where that does not separate the
 * fields themselves; 0, or -1: too many.
 */
static int
parts(const struct reading *r, struct km_bytes *out, size_t *n, size_t max,
    struct km_bytes b)
{
	size_t	i, from = 0;
	int	also = r->csv.separator == ';' ? '|' : ';';

	*n = 0;
	for (i = 0; i <= b.len; i++) {
		if (i < b.len && b.p[i] != also && b.p[i] != '|')
			continue;
		if (i > from) {
			if (*n == max)
				return -1;
			out[*n].p = b.p + from;
			out[*n].len = i - from;
			out[*n] = trim(out[*n]);
			++*n;
		}
		from = i + 1;
	}
	return 0;
}

static int
check(struct import *im, const struct csv_row *row, const char *what,
    enum field f, struct km_bytes b)
{
	char	text[512];

	if (field_wrong(text, f, b) == NULL)
		return 0;
	return wrong(im, row->line, "%s: %s", what, text);
}

static int
check_all(struct import *im, const struct csv_row *row,
    const struct provider *p)
{
	size_t	i;

	if (check(im, row, "KVK", FIELD_KVK, p->kvk) == -1 ||
	    check(im, row, "name", FIELD_NAME, p->legal_name) == -1 ||
	    check(im, row, "place", FIELD_PLACE, p->place) == -1 ||
	    (p->euid.len > 0 &&
	    check(im, row, "euid", FIELD_EUID, p->euid) == -1) ||
	    (p->lei.len > 0 &&
	    check(im, row, "lei", FIELD_LEI, p->lei) == -1) ||
	    (p->information.len > 0 && check(im, row, "information",
	    FIELD_INFORMATION, p->information) == -1))
		return -1;
	for (i = 0; i < p->n_trade_names; i++)
		if (check(im, row, "trade_names", FIELD_NAME,
		    p->trade_name[i]) == -1)
			return -1;
	for (i = 0; i < p->n_hosts; i++)
		if (check(im, row, "hosts", FIELD_HOST, p->host[i]) == -1)
			return -1;
	return 0;
}

/* The fields of one row, in text of its own. */
static int
row_fill(struct reading *r, const struct csv_row *row,
    struct import_row *out)
{
	struct provider	*p = &out->provider;
	struct km_bytes	 place = r->at[COLUMN_PLACE] != -1 ?
			    field(r, row, COLUMN_PLACE) :
			    km_bytes_of(r->im->place);
	size_t		 i, len = place.len;
	char		*end;

	for (i = 0; i < row->n; i++)
		len += row->field[i].len;
	if ((out->text = end = malloc(len + 1)) == NULL)
		return say_error("out of memory");
	out->line = row->line;
	p->legal_name = keep(&end, field(r, row, COLUMN_NAME));
	p->kvk = keep(&end, field(r, row, COLUMN_KVK));
	p->place = keep(&end, place);
	p->euid = keep(&end, field(r, row, COLUMN_EUID));
	p->lei = keep(&end, field(r, row, COLUMN_LEI));
	p->information = keep(&end, field(r, row, COLUMN_INFORMATION));
	if (parts(r, p->trade_name, &p->n_trade_names, TRADE_NAMES_MAX,
	    keep(&end, field(r, row, COLUMN_TRADE_NAMES))) == -1)
		return wrong(r->im, row->line, "trade_names: expected at "
		    "most %d", TRADE_NAMES_MAX);
	if (parts(r, p->host, &p->n_hosts, HOSTS_MAX,
	    keep(&end, field(r, row, COLUMN_HOSTS))) == -1)
		return wrong(r->im, row->line, "hosts: expected at most %d",
		    HOSTS_MAX);
	if (check_all(r->im, row, p) == -1)
		return -1;
	return field_holder(out->sub, p->kvk);
}

static int
row_room(struct import *im)
{
	size_t			 cap = im->n == 0 ? 1024 : 2 * im->n;
	struct import_row	*p;

	if (im->n == ROWS_MAX)
		return say_error("%s: expected at most %d rows", im->file,
		    ROWS_MAX);
	if ((im->n & (im->n - 1)) != 0 || (im->n > 0 && im->n < 1024))
		return CTL_DONE;
	if ((p = reallocarray(im->row, cap, sizeof(*p))) == NULL)
		return say_error("out of memory");
	im->row = p;
	return CTL_DONE;
}

static int
row_read(struct reading *r, const struct csv_row *row)
{
	struct import		*im = r->im;
	struct import_row	*out;

	if (row->n != r->fields) {
		wrong(im, row->line, "expected %zu fields as in the header, "
		    "found %zu", r->fields, row->n);
		return CTL_DONE;
	}
	if (row_room(im) != CTL_DONE)
		return CTL_FAILED;
	out = &im->row[im->n];
	memset(out, 0, sizeof(*out));
	if (row_fill(r, row, out) == 0)
		im->n++;
	else
		free(out->text);
	return CTL_DONE;
}

static int
rows_read(struct reading *r)
{
	struct csv_row	row;
	enum csv_err	err;
	int		rc;

	if ((rc = header_read(r)) != CTL_DONE)
		return rc;
	while ((err = csv_next(&r->csv, &row)) != CSV_END) {
		if (err == CSV_READ)
			return say_error("%s:%lu: cannot read further: %s",
			    r->im->file, row.line, strerror(errno));
		if (err != CSV_OK)
			wrong(r->im, row.line, "%s", csv_text(err));
		else if (row_read(r, &row) != CTL_DONE)
			return CTL_FAILED;
	}
	return CTL_DONE;
}

static int
by_sub(const void *a, const void *b)
{
	const struct import_row	*x = a, *y = b;
	int			 c = strcmp(x->sub, y->sub);

	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static int
by_line(const void *a, const void *b)
{
	const struct import_row	*x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* The second of two is reported; the rows end up ordered by holder. */
static void
each_once(struct import *im)
{
	struct import_row	*row = im->row;
	size_t			 i;

	if (im->n == 0)
		return;
	qsort(row, im->n, sizeof(*row), by_sub);
	for (i = 1; i < im->n; i++)
		if (strcmp(row[i - 1].sub, row[i].sub) == 0) {
			row[i].state = ROW_WRONG;
			row[i].first = row[i - 1].state == ROW_WRONG ?
			    row[i - 1].first : row[i - 1].line;
		}
	qsort(row, im->n, sizeof(*row), by_line);
	for (i = 0; i < im->n; i++)
		if (row[i].state == ROW_WRONG)
			wrong(im, row[i].line, "expected each provider once, "
			    "found KVK number %.*s again (first in line "
			    "%lu)", SAY_BYTES(row[i].provider.kvk),
			    row[i].first);
	qsort(row, im->n, sizeof(*row), by_sub);
}

int
import_read(struct import *im, const char *file, const char *place)
{
	struct reading	 r;
	FILE		*f;
	int		 rc;

	memset(im, 0, sizeof(*im));
	memset(&r, 0, sizeof(r));
	im->file = file;
	im->place = place;
	if ((f = fopen(file, "re")) == NULL)
		return say_error("%s: cannot open: %s", file,
		    strerror(errno));
	r.im = im;
	csv_begin(&r.csv, f);
	rc = rows_read(&r);
	csv_end(&r.csv);
	fclose(f);
	if (rc == CTL_DONE)
		each_once(im);
	return rc;
}

void
import_free(struct import *im)
{
	size_t	i;

	for (i = 0; i < im->n; i++)
		free(im->row[i].text);
	free(im->row);
	memset(im, 0, sizeof(*im));
}
