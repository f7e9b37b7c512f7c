/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Open data: the whole register at a stable address, as CSV, as JSON, and as
 * the compact index that a browser looks up a list in (see api.h). Made a
 * mark at a time, without a tree in memory.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier/report.h"

#include "api.h"

enum { MARK_MAX = 32768 };	/* bytes; an attestation has 2048 */

/* What may be done with it, and what may not (Creative Commons CC0 1.0). */
#define LICENCE	"https://creativecommons.org/publicdomain/zero/1.0/"
#define GDPR_NL	"CC0 1.0: u mag deze gegevens vrij gebruiken. Het heft de " \
	"AVG niet op: bij een eenmanszaak zijn het persoonsgegevens."
#define GDPR_EN	"CC0 1.0: you may use this data freely. It does not lift " \
	"the GDPR: of a sole trader it is personal data."
/* In each row of the CSV, which has no place for more (RFC 4180). */
#define TERMS	"\"CC0 1.0; de AVG blijft gelden; the GDPR still applies\""

/* Writes one mark; comma says that it is not the first. */
typedef void	 write_mark(struct buf *, const struct site *,
		    const struct mark *, int comma);

/* 1; 0 after a 503. */
static int
begin(struct answer *a, const struct site *s, const char *type,
    const char *file)
{
	if (!api_ready(a, s))
		return 0;
	a->type = type;
	a->cache = "max-age=300";
	a->flags |= ANSWER_OPEN | ANSWER_NOINDEX;
	snprintf(a->file, sizeof(a->file), "%s", file);
	return 1;
}

static void
all_marks(struct answer *a, const struct site *s, int64_t now,
    write_mark *write)
{
	struct mark	m;
	uint32_t	i, n = reg_marks(s->reg);
	int		comma = 0;

	for (i = 0; i < n && !a->body.failed; i++) {
		if (reg_mark(&m, s->reg, i, now) == -1)
			continue;
		if (m.until != 0 && (a->until == 0 || m.until < a->until))
			a->until = m.until;
		write(&a->body, s, &m, comma);
		comma = 1;
		answer_part(a);
	}
}

/* A register that is larger than one answer may be is there as runs. */
static void
end(struct answer *a)
{
	if (a->body.failed)
		answer_problem(a, 503, "Service Unavailable", "The register "
		    "is too large for one file: take register/index/N and the "
		    "runs that it names.");
}

/*
 * A cell (RFC 4180): in quotes, and with an apostrophe first where a
 * spreadsheet would take it for a formula.
 */
static void
cell_part(struct buf *b, struct km_bytes text)
{
	const uint8_t	*p = text.p, *end = text.p + text.len, *quote;

	while (p < end && (quote = memchr(p, '"', (size_t)(end - p))) !=
	    NULL) {
		buf_add(b, p, (size_t)(quote + 1 - p));
		buf_add(b, "\"", 1);
		p = quote + 1;
	}
	if (p < end)
		buf_add(b, p, (size_t)(end - p));
}

static void
cell_guard(struct buf *b, struct km_bytes text)
{
	if (text.len > 0 && memchr("=+-@\t\r", text.p[0], 6) != NULL)
		buf_add(b, "'", 1);
}

static void
cell(struct buf *b, struct km_bytes text)
{
	buf_add(b, ",\"", 2);
	cell_guard(b, text);
	cell_part(b, text);
	buf_add(b, "\"", 1);
}

static void
cell_word(struct buf *b, const char *word)
{
	buf_printf(b, ",%s", word);	/* of ours: nothing to escape */
}

static void
cell_time(struct buf *b, int64_t t)
{
	char	iso[KM_ISO_MAX];

	km_iso_time(iso, t);
	cell_word(b, iso);
}

static void
cell_day(struct buf *b, int64_t day)
{
	char	iso[KM_ISO_MAX];

	km_iso_day(iso, day);
	cell_word(b, iso);
}

/* Several in one: none of them has a vertical bar by itself in it. */
static void
cell_texts(struct buf *b, const struct km_bytes *text, size_t n)
{
	size_t	i;

	buf_add(b, ",\"", 2);
	if (n > 0)
		cell_guard(b, text[0]);
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_add(b, " | ", 3);
		cell_part(b, text[i]);
	}
	buf_add(b, "\"", 1);
}

static void
cell_lines(struct buf *b, const struct km_attestation *a)
{
	const struct km_line	*l;
	size_t			 i;

	buf_add(b, ",\"", 2);
	for (i = 0; i < a->n_lines; i++) {
		l = &a->line[i];
		buf_printf(b, "%s%s:%.*s:%s", i > 0 ? " | " : "",
		    km_claim_name(l->claim), l->service.len > 0 ?
		    (int)l->service.len : 12, l->service.len > 0 ?
		    (const char *)l->service.p : "organisation",
		    km_level_name(l->level));
	}
	buf_add(b, "\"", 1);
}

/* The band: that this is no real register, in each row of it. */
static void
cell_notice(struct buf *b, const struct site *s)
{
	json_t		*notice = model_notice(s);
	const char	*text = json_string_value(json_object_get(notice,
			    "nl"));

	cell(b, km_bytes_of(text == NULL ? "" : text));
	json_decref(notice);
}

static void
csv_mark(struct buf *b, const struct site *s, const struct mark *m, int comma)
{
	const struct km_attestation	*a = &m->a;
	const char			*reason = model_reason_name(m->reason);

	(void)comma;
	buf_add(b, a->number.p, a->number.len);
	cell_word(b, km_environment_name(a->environment));
	cell_word(b, mark_state_name(m->state));
	cell_time(b, m->since);
	cell_word(b, reason == NULL ? "" : reason);
	cell_word(b, km_document_name(a->document));
	cell(b, a->legal_name);
	cell_texts(b, a->trade_name, a->n_trade_names);
	cell(b, a->place);
	cell(b, a->sub);
	cell(b, a->kvk);
	cell(b, a->euid);
	cell(b, a->lei);
	cell_texts(b, a->host, a->n_hosts);
	cell_lines(b, a);
	cell_texts(b, a->not_covered, a->n_not_covered);
	cell(b, a->scheme);
	buf_printf(b, ",%" PRIu32, a->scheme_version);
	cell_day(b, a->assessed);
	cell(b, a->body_name);
	cell(b, a->body);
	cell_time(b, a->nbf);
	cell_time(b, a->exp);
	cell_day(b, model_last_day(a));
	buf_printf(b, ",%s/%.*s", s->conf->issuer, (int)a->number.len,
	    (const char *)a->number.p);
	cell_word(b, TERMS);
	cell_notice(b, s);
	buf_add(b, "\r\n", 2);
}

/* GET /open-data/register.csv */
void
open_csv(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	static const char	head[] = "number,environment,status,"
	    "statusSince,statusReason,document,legalName,tradeNames,place,"
	    "identifier,kvk,euid,lei,hosts,lines,notCovered,scheme,"
	    "schemeVersion,assessed,bodyName,bodyAccreditation,validFrom,"
	    "validUntil,lastDay,page,terms,notice\r\n";

	(void)args;
	(void)n;
	if (!begin(a, s, "text/csv; charset=utf-8; header=present",
	    "register.csv"))
		return;
	buf_add(&a->body, head, sizeof(head) - 1);
	all_marks(a, s, ask->now, csv_mark);
	end(a);
}

static void
json_holder(struct km_json *j, const struct km_attestation *a)
{
	size_t	i;

	km_json_open(j, "holder", '{');
	km_json_text(j, "identifier", a->sub);
	km_json_text(j, "legalName", a->legal_name);
	km_json_open(j, "tradeNames", '[');
	for (i = 0; i < a->n_trade_names; i++)
		km_json_text(j, NULL, a->trade_name[i]);
	km_json_close(j, ']');
	km_json_text(j, "place", a->place);
	km_json_opt_text(j, "kvk", a->kvk);
	km_json_opt_text(j, "euid", a->euid);
	km_json_opt_text(j, "lei", a->lei);
	km_json_open(j, "hosts", '[');
	for (i = 0; i < a->n_hosts; i++)
		km_json_text(j, NULL, a->host[i]);
	km_json_close(j, ']');
	km_json_close(j, '}');
}

static void
json_scope(struct km_json *j, const struct km_attestation *a)
{
	size_t	i;

	km_json_open(j, "lines", '[');
	for (i = 0; i < a->n_lines; i++) {
		km_json_open(j, NULL, '{');
		km_json_string(j, "claim", km_claim_name(a->line[i].claim));
		km_json_string(j, "object",
		    model_object_name(a->line[i].object));
		km_json_opt_text(j, "service", a->line[i].service);
		km_json_string(j, "level", km_level_name(a->line[i].level));
		km_json_close(j, '}');
	}
	km_json_close(j, ']');
	km_json_open(j, "notCovered", '[');
	for (i = 0; i < a->n_not_covered; i++)
		km_json_text(j, NULL, a->not_covered[i]);
	km_json_close(j, ']');
}

static void
json_body(struct km_json *j, const struct km_attestation *a)
{
	if (a->body.len == 0) {
		km_json_null(j, "body");
		return;
	}
	km_json_open(j, "body", '{');
	km_json_text(j, "name", a->body_name);
	km_json_text(j, "accreditation", a->body);
	km_json_close(j, '}');
}

static void
json_fields(struct km_json *j, const struct mark *m)
{
	const struct km_attestation	*a = &m->a;
	const char			*reason = model_reason_name(m->reason);

	km_json_open(j, NULL, '{');
	km_json_text(j, "number", a->number);
	km_json_string(j, "status", mark_state_name(m->state));
	km_json_time(j, "statusSince", m->since);
	if (reason == NULL)
		km_json_null(j, "statusReason");
	else
		km_json_string(j, "statusReason", reason);
	km_json_string(j, "document", km_document_name(a->document));
	json_holder(j, a);
	json_scope(j, a);
	km_json_open(j, "scheme", '{');
	km_json_text(j, "id", a->scheme);
	km_json_int(j, "version", a->scheme_version);
	km_json_close(j, '}');
	km_json_day(j, "assessed", a->assessed);
	json_body(j, a);
	km_json_time(j, "validFrom", a->nbf);
	km_json_time(j, "validUntil", a->exp);
	km_json_day(j, "lastDay", model_last_day(a));
	km_json_close(j, '}');
}

/* One mark, by what is written of it into a buffer of its own. */
static void
json_add(struct buf *b, const struct mark *m, int comma,
    void (*fields)(struct km_json *, const struct mark *))
{
	struct km_json	j;
	char		text[MARK_MAX];
	size_t		len;

	km_json_begin(&j, text, sizeof(text));
	fields(&j, m);
	len = km_json_end(&j);
	if (len >= sizeof(text)) {
		b->failed = ENOBUFS;
		return;
	}
	buf_add(b, comma ? ",\n" : "\n", comma ? 2 : 1);
	buf_add(b, text, len);
}

static void
json_mark(struct buf *b, const struct site *s, const struct mark *m,
    int comma)
{
	(void)s;
	json_add(b, m, comma, json_fields);
}

/* What stands before the marks, with the bracket open. 0 or -1. */
static int
json_head(struct buf *b, json_t *head)
{
	if (model_write(b, head) == -1)
		return -1;
	b->len -= 2;		/* the brace and the line's end */
	return buf_add(b, ",\"marks\":[", 10);
}

/* GET /open-data/register.json */
void
open_json(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t	*head;

	(void)args;
	(void)n;
	if (!begin(a, s, "application/json", "register.json"))
		return;
	head = json_pack("{s:s, s:o, s:s, s:o, s:o, s:s, s:{s:s, s:s}}",
	    "environment", conf_environment_name(s->conf->environment),
	    "notice", model_notice(s), "issuer", s->conf->issuer,
	    "epoch", model_epoch(s->epoch),
	    "asOf", model_time(ask->now),
	    "licence", LICENCE, "terms", "nl", GDPR_NL, "en", GDPR_EN);
	json_head(&a->body, head);
	all_marks(a, s, ask->now, json_mark);
	buf_add(&a->body, "\n]}\n", 4);
	end(a);
}

/* As columns[] below has it. */
static void
index_fields(struct km_json *j, const struct mark *m)
{
	const struct km_attestation	*a = &m->a;
	size_t				 i;

	km_json_open(j, NULL, '[');
	km_json_text(j, NULL, a->number);
	km_json_text(j, NULL, a->sub);
	km_json_string(j, NULL, km_status_name(m->attestation[m->speaks].
	    status));
	km_json_int(j, NULL, m->since);
	km_json_int(j, NULL, a->nbf);
	km_json_int(j, NULL, a->exp);
	km_json_string(j, NULL, km_document_name(a->document));
	km_json_text(j, NULL, a->legal_name);
	km_json_open(j, NULL, '[');
	for (i = 0; i < a->n_trade_names; i++)
		km_json_text(j, NULL, a->trade_name[i]);
	km_json_close(j, ']');
	km_json_open(j, NULL, '[');
	for (i = 0; i < a->n_hosts; i++)
		km_json_text(j, NULL, a->host[i]);
	km_json_close(j, ']');
	km_json_open(j, NULL, '[');
	for (i = 0; i < a->n_lines; i++) {
		km_json_open(j, NULL, '[');
		km_json_string(j, NULL, km_claim_name(a->line[i].claim));
		km_json_opt_text(j, NULL, a->line[i].service);
		km_json_string(j, NULL, km_level_name(a->line[i].level));
		km_json_close(j, ']');
	}
	km_json_close(j, ']');
	km_json_opt_text(j, NULL, a->euid);
	km_json_opt_text(j, NULL, a->lei);
	km_json_close(j, ']');
}

static void
index_mark(struct buf *b, const struct site *s, const struct mark *m,
    int comma)
{
	(void)s;
	json_add(b, m, comma, index_fields);
}

static json_t *
epoch_with_hash(const struct site *s)
{
	json_t		*epoch = model_epoch(s->epoch);
	struct km_bytes	 bytes;
	const char	*etag;
	uint8_t		 hash[KM_HASH_LEN];

	bytes = view_epoch(s->view, &etag);
	km_sha256(hash, &bytes, 1);
	json_object_set_new(epoch, "hash", model_hex(hash, sizeof(hash)));
	return epoch;
}

/* GET /open-data/register.index */
void
open_index(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t	*head;

	(void)args;
	(void)n;
	if (!begin(a, s, "application/json", ""))
		return;
	head = json_pack("{s:s, s:i, s:s, s:o, s:s, s:o,"
	    " s:[s,s,s,s,s,s,s,s,s,s,s,s,s]}",
	    "format", "keurmerk-index", "version", 1,
	    "environment", conf_environment_name(s->conf->environment),
	    "notice", model_notice(s), "issuer", s->conf->issuer,
	    "epoch", epoch_with_hash(s), "columns", "number", "holder",
	    "state", "since", "validFrom", "validUntil", "document",
	    "legalName", "tradeNames", "hosts", "lines", "euid", "lei");
	json_head(&a->body, head);
	all_marks(a, s, ask->now, index_mark);
	buf_add(&a->body, "\n]}\n", 4);
	end(a);
}
