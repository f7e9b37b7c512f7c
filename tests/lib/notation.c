/* SPDX-License-Identifier: EUPL-1.2 */
/* Diagnostic notation (RFC 8949 section 8) and tables of broken rules. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/notation.h"

static void	item(struct sample_buf *, const char **);

_Noreturn static void
syntax(const char *at, const char *want)
{
	fprintf(stderr, "notation: expected %s, found \"%.40s\"\n", want, at);
	abort();
}

static void
space(const char **t)
{
	while (**t == ' ' || **t == '\n' || **t == '\t')
		(*t)++;
}

static int
token(const char **t, const char *want)
{
	size_t	n = strlen(want);

	space(t);
	if (strncmp(*t, want, n) != 0)
		return 0;
	*t += n;
	return 1;
}

static void
need(const char **t, const char *want)
{
	if (!token(t, want))
		syntax(*t, want);
}

/* Items until the closing token; how many there were. */
static size_t
items(struct sample_buf *b, const char **t, const char *close, int pairs)
{
	size_t	n = 0;

	if (token(t, close))
		return 0;
	do {
		item(b, t);
		if (pairs) {
			need(t, ":");
			item(b, t);
		}
		n++;
	} while (token(t, ","));
	need(t, close);
	return n;
}

static unsigned int
nibble(const char **t)
{
	const char	*digits = "0123456789abcdef", *d;

	if (**t == '\0' || (d = strchr(digits, **t)) == NULL)
		syntax(*t, "a hex digit");
	(*t)++;
	return (unsigned int)(d - digits);
}

static void
hex(struct sample_buf *b, const char **t)
{
	uint8_t	byte;

	while (!token(t, "'")) {
		byte = (uint8_t)(nibble(t) << 4);
		byte = (uint8_t)(byte | nibble(t));
		sample_raw(b, &byte, 1);
	}
}

static void
text(struct sample_buf *b, const char **t)
{
	const char	*end = strchr(*t, '"');
	char		*s;

	if (end == NULL)
		syntax(*t, "\" at the end of a text");
	if ((s = strndup(*t, (size_t)(end - *t))) == NULL)
		abort();
	sample_text(b, s);
	free(s);
	*t = end + 1;
}

/* A number, and the item in brackets when it is a tag. */
static void
number(struct sample_buf *b, const char **t)
{
	unsigned long long	v;
	char			*end;
	int			negative = **t == '-';

	if (!isdigit((unsigned char)(*t)[negative]))
		syntax(*t, "an item");
	errno = 0;
	v = strtoull(*t + negative, &end, 10);
	if (errno != 0)
		syntax(*t, "a number of 64 bits");
	*t = end;
	if (!negative && token(t, "(")) {
		sample_tag(b, v);
		item(b, t);
		need(t, ")");
	} else if (negative)
		sample_int(b, -(int64_t)v);
	else
		sample_uint(b, v);
}

static void
item(struct sample_buf *b, const char **t)
{
	struct sample_buf	in = { 0 };
	size_t			n;

	if (token(t, "[")) {
		n = items(&in, t, "]", 0);
		sample_array(b, n);
		sample_raw(b, in.p, in.len);
	} else if (token(t, "{")) {
		n = items(&in, t, "}", 1);
		sample_map(b, n);
		sample_raw(b, in.p, in.len);
	} else if (token(t, "<<")) {
		items(&in, t, ">>", 0);
		sample_bytes(b, in.p, in.len);
	} else if (token(t, "h'")) {
		hex(&in, t);
		sample_bytes(b, in.p, in.len);
	} else if (token(t, "x'")) {
		hex(b, t);
	} else if (token(t, "\"")) {
		text(b, t);
	} else if (token(t, "null")) {
		sample_null(b);
	} else if (token(t, "(")) {	/* where a row took a tag away */
		item(b, t);
		need(t, ")");
	} else
		number(b, t);
	sample_free(&in);
}

void
notation(struct sample_buf *b, const char *t)
{
	item(b, &t);
	space(&t);
	if (*t != '\0')
		syntax(t, "the end");
}

uint8_t *
notation_copy(const struct sample_buf *b, size_t len)
{
	uint8_t	*copy = malloc(len > 0 ? len : 1);

	if (copy == NULL || len > b->len)
		abort();
	if (len > 0)
		memcpy(copy, b->p, len);
	return copy;
}

/* good with one part replaced; a find that is not there, once, is a mistake. */
static char *
replaced(const char *good, const struct notation_row *row)
{
	const char	*at = strstr(good, row->find);
	size_t		 len = strlen(good) + strlen(row->with) + 1;
	char		*s = malloc(len);

	if (s == NULL || at == NULL || strstr(at + 1, row->find) != NULL) {
		fprintf(stderr, "%s: expected \"%s\" once in the good text\n",
		    row->name, row->find);
		abort();
	}
	snprintf(s, len, "%.*s%s%s", (int)(at - good), good, row->with,
	    at + strlen(row->find));
	return s;
}

static int
try(const char *name, const struct sample_buf *b, size_t len,
    notation_decode *decode, enum km_err want, int any)
{
	uint8_t		*copy = notation_copy(b, len);
	enum km_err	 got;
	int		 untouched = 0, wrong;

	got = decode(copy, len, &untouched);
	free(copy);
	wrong = (any ? got == KM_OK : got != want) ||
	    untouched != (got != KM_OK);
	if (wrong)
		fprintf(stderr, "%s (%zu bytes): expected %s %d, found %d%s\n",
		    name, len, any ? "not" : "error", want, got,
		    untouched == (got != KM_OK) ? "" : ", output changed");
	return wrong;
}

int
notation_rows(const char *good, const struct notation_row *row, size_t n,
    notation_decode *decode)
{
	struct sample_buf	b = { 0 };
	size_t			i;
	char			*s;
	int			wrong = 0;

	for (i = 0; i < n; i++) {
		s = replaced(good, &row[i]);
		b.len = 0;
		notation(&b, s);
		wrong += try(row[i].name, &b, b.len, decode, row[i].want, 0);
		free(s);
	}
	b.len = 0;
	notation(&b, good);
	wrong += try("good", &b, b.len, decode, KM_OK, 0);
	for (i = 0; i < b.len; i++)
		wrong += try("cut short", &b, i, decode, KM_OK, 1);
	sample_raw(&b, "", 1);
	wrong += try("one byte more", &b, b.len, decode, KM_ERR_TRAILING, 0);
	sample_free(&b);
	return wrong;
}
