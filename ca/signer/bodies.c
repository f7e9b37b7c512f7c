/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bodies: bodies.json, the accredited bodies as the public sees them, with
 * counts a year. Always the same bytes for the same state: members sorted,
 * no white space, bodies by number, years ascending.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/number.h"

#include "answer.h"

/* Text of the closed repertoire: only these two need an escape (RFC 8259). */
static void
text_write(struct buf *b, struct km_bytes text)
{
	size_t	i;

	buf_add(b, "\"", 1);
	for (i = 0; i < text.len; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_add(b, "\\", 1);
		buf_add(b, &text.p[i], 1);
	}
	buf_add(b, "\"", 1);
}

/* Counts of a body from year on: the next, or NULL. */
static const struct count *
count_next(const struct state *st, uint32_t body, uint32_t year)
{
	const struct count	*c, *next = NULL;
	size_t			 i;

	for (i = 0; i < st->counts.n; i++) {
		c = table_at(&st->counts, i);
		if (c->body == body && c->year >= year &&
		    (next == NULL || c->year < next->year))
			next = c;
	}
	return next;
}

static void
counts_write(struct buf *b, const struct state *st, uint32_t body)
{
	const struct count	*c;
	uint32_t		 year = 0;
	const char		*comma = "";

	buf_printf(b, "\"counts\":[");
	while ((c = count_next(st, body, year)) != NULL) {
		buf_printf(b, "%s{\"granted\":%" PRIu32 ",\"refused\":%" PRIu32
		    ",\"suspended\":%" PRIu32 ",\"withdrawn\":%" PRIu32
		    ",\"year\":%" PRIu32 "}", comma, c->granted, c->refused,
		    c->suspended, c->withdrawn, c->year);
		comma = ",";
		year = c->year + 1;
	}
	buf_printf(b, "]");
}

static void
body_write(struct buf *b, const struct state *st, uint32_t number)
{
	const struct accredited	*a = table_at(&st->bodies, number);
	char			 from[11], until[11];

	date_format(from, (int64_t)a->from * 86400);
	date_format(until, (int64_t)a->until * 86400);
	buf_printf(b, "{\"accreditation\":");
	text_write(b, state_key(a->number, sizeof(a->number)));
	buf_printf(b, ",");
	counts_write(b, st, number);
	buf_printf(b, ",\"from\":\"%s\",\"level\":\"%s\",\"name\":", from,
	    scheme_level_code((enum km_level)a->level));
	text_write(b, (struct km_bytes){ (const uint8_t *)a->name,
	    a->name_len });
	buf_printf(b, ",\"until\":\"%s\"}", until);
}

/* By number, without a second copy: the smallest greater than the last. */
static uint32_t
body_next(const struct state *st, const char *after)
{
	const struct accredited	*a, *best = NULL;
	size_t			 i;

	for (i = 0; i < st->bodies.n; i++) {
		a = table_at(&st->bodies, i);
		if (memcmp(a->number, after, sizeof(a->number)) > 0 &&
		    (best == NULL || memcmp(a->number, best->number,
		    sizeof(a->number)) < 0))
			best = a;
	}
	return best == NULL ? TABLE_NONE : table_number(&st->bodies, best);
}

void
bodies_write(struct buf *b, const struct state *st)
{
	static const char	none[sizeof(((struct accredited *)NULL)->
				    number)];
	const struct accredited	*a;
	const char		*after = none, *comma = "";
	uint32_t		 number;

	buf_printf(b, "{\"authority\":\"%s\",\"bodies\":[", st->authority);
	while ((number = body_next(st, after)) != TABLE_NONE) {
		buf_printf(b, "%s", comma);
		body_write(b, st, number);
		a = table_at(&st->bodies, number);
		after = a->number;
		comma = ",";
	}
	buf_printf(b, "]}\n");
}
