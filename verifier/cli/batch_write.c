/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An answer as one line, to be kept as evidence: NDJSON
 * (schemas/batch.schema.json) or CSV. One list of members for both. What a
 * stranger wrote steers neither a terminal nor a spreadsheet.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/batch.h"
#include "verifier/crypto.h"
#include "verifier/json.h"
#include "verifier/report.h"

enum { OUT_MIN = 8192 };

/* One line being written: JSON, or cells. */
struct line {
	const struct batch *batch;
	struct batch_text *t;
	struct batch_scratch *scratch;
	int		 json;
	int		 head;		/* 1: only the names of the columns */
	struct km_json	 j;
	int		 first;
};

/* Room for len bytes more. */
static int
grow(struct batch_text *t, size_t len)
{
	size_t	cap = t->cap;
	char	*q;

	while (cap - t->len < len)
		cap = cap == 0 ? OUT_MIN : 2 * cap;
	if (cap == t->cap)
		return 1;
	if ((q = realloc(t->p, cap)) == NULL) {
		t->failed = 1;
		return 0;
	}
	t->p = q;
	t->cap = cap;
	return 1;
}

static void
add(struct batch_text *t, const char *p, size_t len)
{
	if (!grow(t, len))
		return;
	if (len > 0)
		memcpy(t->p + t->len, p, len);
	t->len += len;
}

/* Begin to write words into scratch, and what was written. */
static FILE *
words(struct batch_scratch *s)
{
	rewind(s->words);
	return s->words;
}

static struct km_bytes
written(struct batch_scratch *s)
{
	long	len;

	fflush(s->words);
	len = ftell(s->words);
	return (struct km_bytes){ (const uint8_t *)s->words_p,
	    len > 0 ? (size_t)len : 0 };
}

/*
 * A cell that a spreadsheet would take for a formula begins with one of
 * these, some of which let spaces go before, or take the signs of full width
 * (U+FF0B, FF0D, FF1D, FF20) for the same. There is no control in it.
 */
static int
is_formula(struct km_bytes s)
{
	unsigned int	c = ' ';
	size_t		i, n;

	for (i = 0; i < s.len && (c == ' ' || c == 0xa0); i += n)
		c = km_character(s.p + i, s.len - i, &n);
	return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff0b ||
	    c == 0xff0d || c == 0xff1d || c == 0xff20;
}

/* RFC 4180: in quotes, those in it twice. s is fit for a terminal. */
static void
cell(struct line *l, struct km_bytes s)
{
	size_t	i, from = 0;

	if (!l->first)
		add(l->t, l->batch->form == BATCH_EXCEL ? ";" : ",", 1);
	l->first = 0;
	if (s.len == 0)
		return;
	add(l->t, "\"", 1);
	if (is_formula(s))
		add(l->t, "'", 1);
	for (i = 0; i < s.len; i++)
		if (s.p[i] == '"') {
			add(l->t, (const char *)s.p + from, i + 1 - from);
			from = i;
		}
	add(l->t, (const char *)s.p + from, s.len - from);
	add(l->t, "\"", 1);
}

/* Bytes from anywhere; empty is null, or a cell without anything. */
static void
put_text(struct line *l, const char *key, struct km_bytes s)
{
	if (l->json) {
		km_json_opt_text(&l->j, key, s);
		return;
	}
	if (l->head)
		s = cli_bytes(key);
	cli_put(words(l->scratch), s);
	cell(l, written(l->scratch));
}

static void
put_string(struct line *l, const char *key, const char *s)
{
	put_text(l, key, s == NULL ? (struct km_bytes){ NULL, 0 } :
	    cli_bytes(s));
}

/* What was written into scratch's words. */
static void
put_words(struct line *l, const char *key)
{
	struct km_bytes	s = written(l->scratch);

	if (l->json)
		km_json_opt_text(&l->j, key, s);
	else
		cell(l, l->head ? cli_bytes(key) : s);
}

static void
put_number(struct line *l, const char *key, int have, int64_t v)
{
	char	digits[24];

	if (l->json && have)
		km_json_int(&l->j, key, v);
	else if (l->json)
		km_json_null(&l->j, key);
	else {
		snprintf(digits, sizeof(digits), "%lld", (long long)v);
		put_string(l, key, have ? digits : NULL);
	}
}

/* A hash. */
static void
put_hex(struct line *l, const char *key, int have,
    const uint8_t p[KM_HASH_LEN])
{
	static const char	hex[] = "0123456789abcdef";
	char			text[2 * KM_HASH_LEN + 1] = "";
	size_t			i;

	for (i = 0; have && i < KM_HASH_LEN; i++) {
		text[2 * i] = hex[p[i] >> 4];
		text[2 * i + 1] = hex[p[i] & 15];
	}
	put_string(l, key, text);
}

static void
put_moment(struct line *l, const char *key, int have, int64_t t)
{
	char	iso[KM_ISO_MAX] = "";

	if (have)
		km_iso_time(iso, t);
	put_string(l, key, iso);
}

static void
put_day(struct line *l, const char *key, int have, int64_t day)
{
	char	iso[KM_ISO_MAX] = "";

	if (have)
		km_iso_day(iso, day);
	put_string(l, key, iso);
}

static const char *const by_names[] = {
	[BATCH_BY_NOTHING] = NULL, [BATCH_BY_BADGE] = "badge",
	[BATCH_BY_NUMBER] = "number", [BATCH_BY_HOLDER] = "holder",
	[BATCH_BY_HOST] = "domain"
};

static void
put_asked(struct line *l, const struct batch_answer *a)
{
	const struct batch_row	*row = a->row;

	put_string(l, "input", row->input);
	put_number(l, "row", row->row > 0, (int64_t)row->row);
	put_text(l, "id", a->id);
	put_text(l, "name", a->name);
	put_string(l, "asked_by", by_names[a->by]);
	put_text(l, "given", a->given);
	put_text(l, "asked", a->asked);
}

/* First whether it was bound to anybody, then the verdict. */
static void
put_verdict(struct line *l, const struct batch_answer *a)
{
	const struct km_report	*r = &a->report;
	FILE			*f;

	put_string(l, "binding", a->judged ?
	    km_binding_name(r->binding) : NULL);
	put_string(l, "verdict", a->judged ?
	    km_verdict_name(r->verdict) : NULL);
	put_number(l, "exit", 1, a->judged ? (int64_t)r->verdict :
	    a->why == BATCH_EMPTY || a->why == BATCH_ABOVE ? 0 : CLI_ERROR);
	f = words(l->scratch);
	if (a->judged && !l->head) {
		if (r->binding == KM_BINDING_NONE) {
			cli_print_binding(f, r, &a->q);
			putc(' ', f);
		}
		/* A proposal is never looked up in silence. */
		if ((a->remarks & BATCH_PROPOSED) != 0)
			fprintf(f, "%s: %s ", a->asked_text, cli_word(
			    "met een 0 ervoor opgezocht; vergelijk het nummer.",
			    "looked up with a 0 in front; compare the number."
			    ));
		cli_print_verdict(f, r);
	}
	put_words(l, "words");
}

/* Each check that was not simply in order. */
static void
put_checks(struct line *l, const struct batch_answer *a)
{
	const struct km_check	*c = a->report.check;
	FILE			*f = words(l->scratch);
	const char		*comma = "";
	int			 i;

	if (l->json)
		km_json_open(&l->j, "checks", '[');
	for (i = 0; a->judged && i < KM_CHECKS; i++) {
		if (c[i].outcome != KM_FAILED && c[i].outcome != KM_WARNED)
			continue;
		if (l->json) {
			km_json_open(&l->j, NULL, '{');
			km_json_string(&l->j, "check",
			    km_check_name((enum km_check_id)i));
			km_json_string(&l->j, "outcome",
			    km_outcome_name(c[i].outcome));
			km_json_string(&l->j, "why", km_err_name(c[i].why));
			km_json_close(&l->j, '}');
			continue;
		}
		fprintf(f, "%s%s: %s", comma, cli_check_word(
		    (enum km_check_id)i), cli_err_word(c[i].why));
		comma = "; ";
	}
	if (l->json)
		km_json_close(&l->j, ']');
	else
		put_words(l, "checks");
}

static void
put_lines(struct line *l, const struct km_attestation *t)
{
	FILE		*f = words(l->scratch);
	size_t		 i;

	if (l->json)
		km_json_open(&l->j, "lines", '[');
	for (i = 0; t != NULL && i < t->n_lines; i++) {
		if (l->json) {
			km_json_open(&l->j, NULL, '{');
			km_json_string(&l->j, "claim",
			    km_claim_name(t->line[i].claim));
			km_json_opt_text(&l->j, "service",
			    t->line[i].service);
			km_json_string(&l->j, "level",
			    km_level_name(t->line[i].level));
			km_json_close(&l->j, '}');
			continue;
		}
		/* As --demand takes them. */
		fprintf(f, "%s%s:", i > 0 ? "; " : "",
		    km_claim_name(t->line[i].claim));
		cli_put(f, t->line[i].service);
		fprintf(f, ":%s", km_level_name(t->line[i].level));
	}
	if (l->json)
		km_json_close(&l->j, ']');
	else
		put_words(l, "lines");
}

/* Only what a key vouches for. */
static void
put_attestation(struct line *l, const struct batch_answer *a)
{
	static const struct km_attestation	 none;
	const struct km_report			*r = &a->report;
	const struct km_attestation		*t = &none;
	const struct km_check			*status;
	struct km_bytes				 bytes;
	uint8_t					 hash[KM_HASH_LEN] = { 0 };
	int					 have = a->judged &&
						    r->vouched;

	if (have) {
		t = &r->attestation;
		bytes = (struct km_bytes){ r->attestation_bytes,
		    r->attestation_len };
		km_sha256(hash, &bytes, 1);
	}
	status = &r->check[KM_CHECK_STATUS];
	put_text(l, "mark", t->number);
	put_string(l, "environment", have ?
	    km_environment_name(t->environment) : NULL);
	put_string(l, "document", have ?
	    km_document_name(t->document) : NULL);
	put_text(l, "holder", t->legal_name);
	put_text(l, "holder_id", t->sub);
	put_text(l, "kvk", t->kvk);
	put_lines(l, have ? t : NULL);
	put_string(l, "status", have && (status->outcome == KM_PASSED ||
	    (status->outcome == KM_FAILED && status->why != KM_ERR_INDEX &&
	    status->why != KM_ERR_RESERVED)) ? km_status_name(
	    (enum km_status)status->found) : NULL);
	put_day(l, "assessed", have && t->body.len > 0, t->assessed);
	put_text(l, "body", t->body);
	put_day(l, "valid_from", have, t->nbf / 86400);
	/* exp is the first second that it is over. */
	put_day(l, "valid_through", have, (t->exp - 1) / 86400);
	put_hex(l, "attestation_sha256", have, hash);
}

static void
put_used(struct line *l, const struct batch_answer *a)
{
	const struct km_report	*r = &a->report;
	int			 epoch = a->judged && r->epoch_number != 0;

	put_number(l, "trust_version", a->judged && r->trust_version != 0,
	    r->trust_version);
	put_moment(l, "status_issued", a->judged && r->check[
	    KM_CHECK_STATUS_AGE].outcome != KM_NOT_PERFORMED, r->status_iat);
	put_number(l, "epoch", epoch, r->epoch_number);
	put_hex(l, "epoch_hash", epoch, r->epoch_hash);
	put_moment(l, "checked_at", 1, a->q.now);
	put_hex(l, "policy", 1, a->policy_hash);
}

static void
put_remarks(struct line *l, const struct batch_answer *a)
{
	FILE		*f = words(l->scratch);
	const char	*comma = "";
	size_t		 i;

	if (l->json)
		km_json_open(&l->j, "remarks", '[');
	for (i = 0; i < BATCH_REMARKS; i++) {
		if ((a->remarks >> i & 1) == 0)
			continue;
		if (l->json) {
			km_json_string(&l->j, NULL, batch_remark_name(i));
			continue;
		}
		fprintf(f, "%s%s", comma, batch_remark_words(i));
		comma = "; ";
	}
	if (l->json)
		km_json_close(&l->j, ']');
	else
		put_words(l, "remarks");
	put_string(l, "error", a->judged ? NULL : batch_why_name(a->why));
	f = words(l->scratch);
	if (!a->judged && a->why != BATCH_OK) {
		fputs(batch_why_words(a->why), f);
		if (a->detail[0] != '\0') {
			fputs(": ", f);
			cli_put(f, cli_bytes(a->detail));
		}
	}
	put_words(l, "error_words");
}

static void
put_all(struct line *l, const struct batch_answer *a)
{
	put_asked(l, a);
	put_verdict(l, a);
	put_checks(l, a);
	put_attestation(l, a);
	put_used(l, a);
	put_remarks(l, a);
}

/* Written once to know how long it is, where there is no room yet. */
static void
write_json(struct line *l, const struct batch_answer *a)
{
	size_t	need = OUT_MIN, room = 0;

	while (need >= room) {
		if (!grow(l->t, need + 1))
			return;
		room = l->t->cap - l->t->len;
		km_json_begin(&l->j, l->t->p + l->t->len, room);
		km_json_open(&l->j, NULL, '{');
		put_all(l, a);
		km_json_close(&l->j, '}');
		need = km_json_end(&l->j);
	}
	l->t->len += need;
	add(l->t, "\n", 1);
}

static void
write_line(const struct batch *b, struct batch_text *t,
    struct batch_scratch *s, const struct batch_answer *a, int head)
{
	struct line	l = { .batch = b, .t = t, .scratch = s,
	    .json = b->form == BATCH_NDJSON, .head = head, .first = 1 };

	if (l.json) {
		write_json(&l, a);
		return;
	}
	put_all(&l, a);
	add(t, "\r\n", 2);
}

void
batch_write(const struct batch *b, struct batch_text *t,
    struct batch_scratch *s, const struct batch_answer *a)
{
	write_line(b, t, s, a, 0);
}

void
batch_write_head(const struct batch *b, struct batch_text *t,
    struct batch_scratch *s)
{
	static const struct batch_row	row = { .input = "" };
	static struct batch_answer	a = { .row = &row };

	if (b->form == BATCH_NDJSON)
		return;
	if (b->form == BATCH_EXCEL)
		add(t, "\xef\xbb\xbf", 3);
	write_line(b, t, s, &a, 1);
}
