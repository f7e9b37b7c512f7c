/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl officers draft: who may do what (schemas/officers.cddl), from a
 * CSV with the columns id, employer, roles, key, from, until, conflicts.
 * Several roles, keys or conflicts in one field stand apart by "|", or by ";"
 * in a file of commas.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/record/encode.h"
#include "ca/record/number.h"
#include "ca/record/scheme.h"

#include "csv.h"
#include "ctl.h"
#include "paper.h"

enum column {
	COLUMN_ID, COLUMN_EMPLOYER, COLUMN_ROLES, COLUMN_KEY, COLUMN_FROM,
	COLUMN_UNTIL, COLUMN_CONFLICTS, COLUMN_N
};
static const char *const	columns[COLUMN_N] = {
	"id", "employer", "roles", "key", "from", "until", "conflicts"
};
#define HEADER	"id,employer,roles,key,from,until,conflicts"

enum { NAME_LEN_MAX = 2048 };

struct draft {
	struct officers	 os;
	struct paper	 trust, prev;
	uint8_t		 first[KM_HASH_LEN];
	struct verify	*verify;
	char		*text[OFFICERS_N_MAX];	/* of a row, what it points to */
	const char	*file;			/* the CSV */
};

static int
wrong(const struct draft *d, const struct csv_row *row, const char *column,
    const char *want, struct km_bytes found)
{
	say_error("%s:%lu: %s: expected %s, found \"%.*s\"", d->file,
	    row->line, column, want, SAY_BYTES(found));
	return -1;
}

/* The next part of a field up to ";" or "|", or 0 at its end. */
static int
part(struct km_bytes *rest, struct km_bytes *out)
{
	size_t	more;

	if (rest->len == 0)
		return 0;
	out->p = rest->p;
	for (out->len = 0; out->len < rest->len; out->len++)
		if (out->p[out->len] == ';' || out->p[out->len] == '|')
			break;
	more = out->len < rest->len;
	rest->p += out->len + more;
	rest->len -= out->len + more;
	return 1;
}

static int
roles_of(struct officer *o, struct km_bytes field)
{
	struct km_bytes	one;
	unsigned int	role;

	while (part(&field, &one)) {
		for (role = ROLE_REGISTRAR; role <= ROLE_ASSESSOR; role <<= 1)
			if (km_bytes_equal(one, km_bytes_of(
			    scheme_role_code((enum officer_role)role))))
				break;
		if (role > ROLE_ASSESSOR)
			return -1;
		o->roles |= role;
	}
	return o->roles == 0 ? -1 : 0;
}

/* A key's path is relative to the CSV's own directory. */
static int
key_load_part(struct draft *d, struct km_key *key, struct km_bytes name)
{
	char		path[NAME_LEN_MAX];
	const char	*slash = strrchr(d->file, '/');
	int		dir = slash == NULL || name.p[0] == '/' ? 0 :
			    (int)(slash - d->file) + 1;

	if (memchr(name.p, '\0', name.len) != NULL || snprintf(path,
	    sizeof(path), "%.*s%.*s", dir, d->file, SAY_BYTES(name)) >=
	    (int)sizeof(path)) {
		say_error("%.*s: not a file name", SAY_BYTES(name));
		return -1;
	}
	return public_load(key, path);
}

static int
keys_of(struct draft *d, struct officer *o, struct km_bytes field)
{
	struct km_bytes	one;
	struct km_key	key;
	size_t		j;

	while (part(&field, &one)) {
		if (o->n_keys == OFFICER_KEYS_MAX || one.len == 0 ||
		    key_load_part(d, &key, one) == -1)
			return -1;
		for (j = o->n_keys++; j > 0 && memcmp(o->key[j - 1].kid,
		    key.kid, KM_KID_LEN) > 0; j--)
			o->key[j] = o->key[j - 1];
		o->key[j] = key;
	}
	return o->n_keys == 0 ? -1 : 0;
}

static int
conflicts_of(struct officer *o, struct km_bytes field)
{
	struct km_bytes	one;
	size_t		j;

	while (part(&field, &one)) {
		if (o->n_conflicts == CONFLICTS_MAX)
			return -1;
		for (j = o->n_conflicts++; j > 0 &&
		    km_bytes_cmp(o->conflict[j - 1], one) > 0; j--)
			o->conflict[j] = o->conflict[j - 1];
		o->conflict[j] = one;
	}
	return 0;
}

static int
date_of_field(int64_t *out, struct km_bytes field)
{
	char	text[32];

	if (field.len >= sizeof(text))
		return -1;
	memcpy(text, field.p, field.len);
	text[field.len] = '\0';
	return date_parse(text, out);
}

/* The fields outlive the row: a copy that the officer points into. */
static int
row_keep(struct draft *d, struct csv_row *row)
{
	size_t	i, len = 0;
	char	*p;

	for (i = 0; i < row->n; i++)
		len += row->field[i].len;
	if ((p = malloc(len + 1)) == NULL) {
		say_error("out of memory");
		return -1;
	}
	d->text[d->os.n] = p;
	for (i = 0; i < row->n; i++) {
		if (row->field[i].len > 0)
			memcpy(p, row->field[i].p, row->field[i].len);
		row->field[i].p = (const uint8_t *)p;
		p += row->field[i].len;
	}
	return 0;
}

static int
row_read(struct draft *d, struct csv_row *row)
{
	const struct km_bytes	*f = row->field;
	struct officer		*o;

	if (row->n != COLUMN_N) {
		say_error("%s:%lu: expected %d fields, found %zu", d->file,
		    row->line, COLUMN_N, row->n);
		return -1;
	}
	if (d->os.n == OFFICERS_N_MAX) {
		say_error("%s:%lu: expected at most %d officers", d->file,
		    row->line, OFFICERS_N_MAX);
		return -1;
	}
	if (row_keep(d, row) == -1)
		return -1;
	o = &d->os.officer[d->os.n++];
	o->id = f[COLUMN_ID];
	o->employer = f[COLUMN_EMPLOYER];
	if (roles_of(o, f[COLUMN_ROLES]) == -1)
		return wrong(d, row, "roles", "registrar, reviewer, decider "
		    "or assessor", f[COLUMN_ROLES]);
	if (keys_of(d, o, f[COLUMN_KEY]) == -1)
		return wrong(d, row, "key", "1 to 4 files of public keys",
		    f[COLUMN_KEY]);
	if (date_of_field(&o->from, f[COLUMN_FROM]) == -1)
		return wrong(d, row, "from", "a date as 2027-12-31",
		    f[COLUMN_FROM]);
	if (date_of_field(&o->until, f[COLUMN_UNTIL]) == -1 ||
	    o->until <= o->from)
		return wrong(d, row, "until", "a date after from",
		    f[COLUMN_UNTIL]);
	if (conflicts_of(o, f[COLUMN_CONFLICTS]) == -1)
		return wrong(d, row, "conflicts", "at most 64 holders",
		    f[COLUMN_CONFLICTS]);
	return 0;
}

static int
header_read(struct draft *d, struct csv *csv)
{
	struct csv_row	row;
	enum csv_err	err;
	size_t		i = 0;

	err = csv_next(csv, &row);
	if (err == CSV_OK && row.n == COLUMN_N)
		while (i < COLUMN_N && km_bytes_equal(row.field[i],
		    km_bytes_of(columns[i])))
			i++;
	if (i == COLUMN_N)
		return 0;
	say_error("%s:1: expected the header " HEADER, d->file);
	return -1;
}

static int
csv_read(struct draft *d)
{
	struct csv_row	row;
	struct csv	csv;
	enum csv_err	err;
	FILE		*f;
	int		rc;

	if ((f = fopen(d->file, "re")) == NULL) {
		say_error("%s: cannot open: %s", d->file, strerror(errno));
		return -1;
	}
	csv_begin(&csv, f);
	rc = header_read(d, &csv);
	while (rc == 0 && (err = csv_next(&csv, &row)) != CSV_END) {
		if (err == CSV_OK)
			rc = row_read(d, &row);
		else {
			say_error("%s:%lu: %s", d->file, row.line,
			    csv_text(err));
			rc = -1;
		}
	}
	csv_end(&csv);
	fclose(f);
	return rc;
}

static int
officer_cmp(const void *a, const void *b)
{
	const struct officer	*x = a, *y = b;

	return km_bytes_cmp(x->id, y->id);
}

/*
 * The list as a draft. When the strict reader does not take it, each officer
 * is tried alone, to name the first one that is wrong by itself.
 */
static int
list_make(const struct draft *d, struct paper *out)
{
	struct officers	 one = d->os;
	struct buf	 payload;
	enum km_err	 err, all;
	size_t		 i;

	buf_init(&payload, OFFICERS_MAX);
	encode_officers(&payload, &d->os);
	all = err = paper_list(out, d->os.authority, "officers",
	    KM_TYP_OFFICERS, &payload);
	for (i = 0; all != KM_OK && err == all && i < d->os.n; i++) {
		paper_free(out);
		one.n = 1;
		one.officer = &d->os.officer[i];
		buf_reset(&payload);
		encode_officers(&payload, &one);
		err = paper_list(out, d->os.authority, "officers",
		    KM_TYP_OFFICERS, &payload);
		if (err == KM_OK) {
			err = all;	/* not this one */
			continue;
		}
		say_error("%s: officer \"%.*s\": expected an id of a-z, 0-9, "
		    "\".\" and \"-\" (at most 32), as employer nothing or a "
		    "body's accreditation number, an assessor with a body "
		    "and no other role, as conflicts holders as "
		    "NTRNL-12345678, found something else (%s)", d->file,
		    SAY_BYTES(one.officer->id), km_err_name(err));
		buf_free(&payload);
		return -1;
	}
	buf_free(&payload);
	if (all != KM_OK)
		say_error("%s: expected 1 to 256 officers, each id and each "
		    "key once (%s)", d->file, km_err_name(all));
	return all == KM_OK ? 0 : -1;
}

static int
previous(struct draft *d, const char *path)
{
	d->os.version = 1;
	if (path == NULL)
		return 0;
	if (paper_load(&d->prev, path) == -1)
		return -1;
	if (d->prev.kind != PAPER_OFFICERS ||
	    !km_bytes_equal(d->prev.officers.authority, d->os.authority) ||
	    d->prev.officers.version == UINT32_MAX) {
		say_error("%s: expected the officers list in force of "
		    "%.*s", path, SAY_BYTES(d->os.authority));
		return -1;
	}
	d->os.version = d->prev.officers.version + 1;
	return 0;
}

static int
draft(struct draft *d, const struct opts *o)
{
	const char	*trust = opts_need(o, OPT_TRUST);
	const char	*csv = opts_need(o, OPT_CSV);
	const char	*path = opts_need(o, OPT_OUT);
	struct paper	 list;
	int		 rc = CTL_FAILED;

	if (trust == NULL || csv == NULL || path == NULL ||
	    opts_need(o, OPT_EXPIRES) == NULL)
		return CTL_USAGE;
	d->file = csv;
	d->os.issued = (int64_t)time(NULL);
	if (opts_date(o, OPT_EXPIRES, &d->os.expires) == -1)
		return CTL_USAGE;
	if (d->os.expires <= d->os.issued)
		return say_usage("--expires: expected a day to come");
	if (paper_load_trust(&d->trust, d->first, trust, d->verify) == -1)
		return CTL_FAILED;
	d->os.authority = d->trust.trust.authority;
	d->os.environment = d->trust.trust.environment;
	d->os.trust = (struct km_bytes){ d->first, KM_HASH_LEN };
	if (previous(d, opts_get(o, OPT_FROM)) == -1 || csv_read(d) == -1)
		return CTL_FAILED;
	qsort(d->os.officer, d->os.n, sizeof(*d->os.officer), officer_cmp);
	if (list_make(d, &list) == 0 &&
	    paper_write(path, &list.bytes, 0) == 0) {
		rc = CTL_DONE;
		say_note("%s: a draft of officers list %u with %zu "
		    "officers. It has no force until two scheme managers "
		    "signed it.", path, d->os.version, d->os.n);
	}
	paper_free(&list);
	return rc;
}

int
verb_officers_draft(struct ctl *ctl)
{
	struct draft	d;
	size_t		i;
	int		rc;

	memset(&d, 0, sizeof(d));
	d.verify = verify_new();
	d.os.officer = calloc(OFFICERS_N_MAX, sizeof(*d.os.officer));
	if (d.verify == NULL || d.os.officer == NULL)
		rc = say_error("out of memory");
	else
		rc = draft(&d, &ctl->opts);
	for (i = 0; i < OFFICERS_N_MAX; i++)
		free(d.text[i]);
	officers_free(&d.os);
	paper_free(&d.trust);
	paper_free(&d.prev);
	verify_free(d.verify);
	return rc;
}
