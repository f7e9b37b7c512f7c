/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Import against what the authority has: a provider that is there with the
 * same data, or waits for approval with it, is left alone, so that a second
 * import changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "import.h"

enum { DIFFER_LEN = 128 };	/* the names of all columns */

/* Rows whose provider is known, and by which decision. */
struct known {
	struct import	*im;
	size_t		*row;		/* i-th id is of this row */
	uint8_t		 (*id)[KM_HASH_LEN];
	size_t		 n;
};

static int
texts_equal(const struct km_bytes *a, size_t n, const struct km_bytes *b,
    size_t m)
{
	size_t	i;

	for (i = 0; i < n && i < m; i++)
		if (!km_bytes_equal(a[i], b[i]))
			return 0;
	return n == m;
}

/* The columns in which they differ, into text; 0: in none. */
static int
differ(char text[DIFFER_LEN], const struct provider *a,
    const struct provider *b)
{
	const struct {
		const char	*name;
		int		 equal;
	} column[] = {
		{ "name", km_bytes_equal(a->legal_name, b->legal_name) },
		{ "place", km_bytes_equal(a->place, b->place) },
		{ "trade_names", texts_equal(a->trade_name, a->n_trade_names,
		    b->trade_name, b->n_trade_names) },
		{ "hosts", texts_equal(a->host, a->n_hosts, b->host,
		    b->n_hosts) },
		{ "information", km_bytes_equal(a->information,
		    b->information) },
		{ "euid", km_bytes_equal(a->euid, b->euid) },
		{ "lei", km_bytes_equal(a->lei, b->lei) },
		{ "kvk", km_bytes_equal(a->kvk, b->kvk) },
	};
	size_t	i, len = 0;

	for (i = 0; i < sizeof(column) / sizeof(column[0]); i++)
		if (!column[i].equal)
			len += (size_t)snprintf(text + len, DIFFER_LEN - len,
			    "%s%s", len > 0 ? ", " : "", column[i].name);
	return len > 0;
}

static void
found(struct import *im, struct import_row *row, const struct decision *d,
    enum row_state same, const char *where)
{
	char	text[DIFFER_LEN];

	if (row->state == ROW_WRONG)
		return;
	if (!differ(text, &row->provider, &d->u.provider)) {
		row->state = same;
		return;
	}
	row->state = ROW_WRONG;
	im->wrong++;
	say_error("%s:%lu: %s %s with other %s (as \"%.*s\", \"%.*s\"), which "
	    "is left as it is: changing a provider is not yet supported",
	    im->file, row->line, row->sub, where, text,
	    SAY_BYTES(d->u.provider.legal_name),
	    SAY_BYTES(d->u.provider.place));
}

/* decision_fn: the data in force of the i-th known. */
static int
in_force(void *arg, size_t i, const struct decision_view *v)
{
	struct known		*k = arg;
	struct import_row	*row = &k->im->row[k->row[i]];

	if (v->d.kind == DECISION_PROVIDER_ADD ||
	    v->d.kind == DECISION_PROVIDER_CHANGE)
		found(k->im, row, &v->d, ROW_SAME, "is there already");
	return CTL_DONE;
}

static int
compare_known(struct known *k, struct session *s)
{
	struct subject	*subject;
	size_t		 i;
	int		 rc;

	if ((subject = calloc(k->im->n, sizeof(*subject))) == NULL)
		return say_error("out of memory");
	for (i = 0; i < k->im->n; i++)
		memcpy(subject[i].name, k->im->row[i].sub,
		    sizeof(subject[i].name));
	rc = session_subjects(s, subject, k->im->n);
	for (i = 0; i < k->im->n && rc == CTL_DONE; i++)
		if (subject[i].known && subject[i].has_provider) {
			memcpy(k->id[k->n], subject[i].provider,
			    KM_HASH_LEN);
			k->row[k->n++] = i;
		}
	free(subject);
	if (rc == CTL_DONE)
		rc = session_decisions(s,
		    (const uint8_t (*)[KM_HASH_LEN])k->id, k->n, in_force,
		    k);
	return rc;
}

static int
sub_cmp(const void *key, const void *row)
{
	return strcmp(key, ((const struct import_row *)row)->sub);
}

/* decision_fn: one that waits for approval. */
static int
waits(void *arg, size_t i, const struct decision_view *v)
{
	struct import		*im = arg;
	struct import_row	*row;
	char			 sub[SUBJECT_MAX + 1];

	(void)i;
	if (v->d.kind != DECISION_PROVIDER_ADD)
		return CTL_DONE;
	snprintf(sub, sizeof(sub), "%.*s", SAY_BYTES(v->d.subject));
	row = bsearch(sub, im->row, im->n, sizeof(*row), sub_cmp);
	/* The first of two rows with one number has not been reported. */
	while (row != NULL && row > im->row &&
	    strcmp(row[-1].sub, sub) == 0)
		row--;
	if (row != NULL && row->state == ROW_NEW)
		found(im, row, &v->d, ROW_WAITS, "waits for approval");
	return CTL_DONE;
}

int
import_compare(struct import *im, struct session *s)
{
	struct known	k = { .im = im };
	int		rc;

	if (im->n == 0)
		return CTL_DONE;
	k.row = calloc(im->n, sizeof(*k.row));
	k.id = calloc(im->n, sizeof(*k.id));
	if (k.row == NULL || k.id == NULL)
		rc = say_error("out of memory");
	else
		rc = compare_known(&k, s);
	free(k.row);
	free(k.id);
	if (rc == CTL_DONE && s->pending > 0)
		rc = session_pending(s, waits, im);
	return rc;
}
