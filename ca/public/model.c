/* SPDX-License-Identifier: EUPL-1.2 */
/* Model: a mark as JSON; see model.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "ca/record/scheme.h"
#include "verifier/json.h"
#include "verifier/report.h"

#include "model.h"

enum { DAY = 86400, LINK_MAX = KM_URI_MAX + ASK_PATH_MAX };

json_t *
model_text(struct km_bytes text)
{
	if (text.len == 0)
		return json_null();
	return json_stringn((const char *)text.p, text.len);
}

/* Takes the item over, also when it fails. */
static int
add(json_t *array, json_t *item)
{
	return json_array_append_new(array, item);
}

/* What was begun is nothing once part of it failed. */
static json_t *
whole(json_t *json, int rc)
{
	if (rc == 0)
		return json;
	json_decref(json);
	return NULL;
}

json_t *
model_texts(const struct km_bytes *text, size_t n)
{
	json_t	*all = json_array();
	size_t	 i;
	int	 rc = all == NULL ? -1 : 0;

	for (i = 0; i < n && rc == 0; i++)
		rc = add(all, model_text(text[i]));
	return whole(all, rc);
}

json_t *
model_hex(const uint8_t *p, size_t len)
{
	static const char	digits[] = "0123456789abcdef";
	char			hex[2 * KM_HASH_LEN];
	size_t			i;

	if (len > KM_HASH_LEN)
		return NULL;
	for (i = 0; i < len; i++) {
		hex[2 * i] = digits[p[i] >> 4];
		hex[2 * i + 1] = digits[p[i] & 15];
	}
	return json_stringn(hex, 2 * len);
}

json_t *
model_time(int64_t t)
{
	char	text[KM_ISO_MAX];

	km_iso_time(text, t);
	return json_string(text);
}

json_t *
model_day(int64_t day)
{
	char	text[KM_ISO_MAX];

	km_iso_day(text, day);
	return json_string(text);
}

json_t *
model_link(const struct site *s, const char *fmt, ...)
{
	char	path[ASK_PATH_MAX + 1];
	char	link[LINK_MAX + 1];
	va_list	ap;
	int	n;

	va_start(ap, fmt);
	n = vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(path))
		return NULL;
	n = snprintf(link, sizeof(link), "%s%s", s->conf->issuer, path);
	if (n < 0 || (size_t)n >= sizeof(link))
		return NULL;
	return json_string(link);
}

int64_t
model_last_day(const struct km_attestation *a)
{
	return a->exp / DAY - 1;	/* exp falls at 00:00:00Z */
}

const char *
model_object_name(enum km_object o)
{
	switch (o) {
	case KM_OBJECT_ORGANISATION:	return "organisation";
	case KM_OBJECT_SERVICE:		return "service";
	}
	return "unknown";
}

const char *
model_reason_name(int reason)
{
	return scheme_reason_code(reason);
}

static json_t *
optional(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

json_t *
model_epoch(const struct km_epoch *e)
{
	return json_pack("{s:I, s:o, s:o}",
	    "number", (json_int_t)e->number,
	    "thisUpdate", model_time(e->this_update),
	    "nextUpdate", model_time(e->next_update));
}

json_t *
model_notice(const struct site *s)
{
	switch (s->conf->environment) {
	case CONF_PRODUCTION:
		break;
	case CONF_DEMONSTRATION:
		return json_pack("{s:s, s:s}",
		    "nl", "DEMONSTRATIE: geen echt keurmerk.",
		    "en", "DEMONSTRATION: not a real mark.");
	case CONF_EXERCISE:
		return json_pack("{s:s, s:s}",
		    "nl", "OEFENING: geen echt keurmerk.",
		    "en", "EXERCISE: not a real mark.");
	}
	return json_null();
}

json_t *
model_lines(const struct km_attestation *a)
{
	json_t	*all = json_array();
	size_t	 i;
	int	 rc = all == NULL ? -1 : 0;

	for (i = 0; i < a->n_lines && rc == 0; i++)
		rc = add(all, json_pack("{s:s, s:s, s:o, s:s}",
		    "claim", km_claim_name(a->line[i].claim),
		    "object", model_object_name(a->line[i].object),
		    "service", model_text(a->line[i].service),
		    "level", km_level_name(a->line[i].level)));
	return whole(all, rc);
}

static json_t *
evidence(const struct km_attestation *a)
{
	json_t	*all = json_array();
	size_t	 i;
	int	 rc = all == NULL ? -1 : 0;

	for (i = 0; i < a->n_evidence && rc == 0; i++)
		rc = add(all, json_pack("{s:o, s:o}",
		    "code", model_text(a->evidence[i].code),
		    "reference", model_text(a->evidence[i].reference)));
	return whole(all, rc);
}

static json_t *
holder(const struct km_attestation *a)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "identifier", model_text(a->sub),
	    "legalName", model_text(a->legal_name),
	    "tradeNames", model_texts(a->trade_name, a->n_trade_names),
	    "place", model_text(a->place),
	    "kvk", model_text(a->kvk),
	    "euid", model_text(a->euid),
	    "lei", model_text(a->lei),
	    "hosts", model_texts(a->host, a->n_hosts),
	    "information", model_text(a->information));
}

static json_t *
body(const struct km_attestation *a)
{
	if (a->body.len == 0)
		return json_null();	/* the holder's own declaration */
	return json_pack("{s:o, s:o}",
	    "name", model_text(a->body_name),
	    "accreditation", model_text(a->body));
}

static json_t *
links(const struct site *s, struct km_bytes number)
{
	const char	*no = (const char *)number.p;
	int		 n = (int)number.len;

	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
	    "self", model_link(s, "/v1/marks/%.*s", n, no),
	    "page", model_link(s, "/%.*s", n, no),
	    "attestation", model_link(s, "/v1/marks/%.*s/attestation", n, no),
	    "badge", model_link(s, "/v1/marks/%.*s/badge", n, no),
	    "feed", model_link(s, "/feed/%.*s.xml", n, no));
}

static json_t *
attestation(const struct mark *m, size_t i)
{
	const struct mark_attestation	*ma = &m->attestation[i];
	struct km_attestation		 a;
	struct km_sign1			 s;

	if (km_attestation_decode(&a, &s, ma->bytes.p, ma->bytes.len) !=
	    KM_OK)
		return NULL;	/* the register decoded it before */
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:s, s:b}",
	    "index", (json_int_t)ma->index,
	    "id", model_hex(a.cti.p, a.cti.len),
	    "issued", model_time(a.iat),
	    "validFrom", model_time(a.nbf),
	    "validUntil", model_time(a.exp),
	    "status", mark_state_name(ma->state),
	    "speaks", (int)(i == m->speaks));
}

static json_t *
attestations(const struct mark *m)
{
	json_t	*all = json_array();
	size_t	 i;
	int	 rc = all == NULL ? -1 : 0;

	for (i = 0; i < m->n_attestations && rc == 0; i++)
		rc = add(all, attestation(m, i));
	return whole(all, rc);
}

static json_t *
history(const struct mark *m)
{
	json_t	*all = json_array();
	size_t	 i;
	int	 rc = all == NULL ? -1 : 0;

	for (i = 0; i < m->n_events && rc == 0; i++)
		rc = add(all, json_pack("{s:o, s:s, s:o, s:I}",
		    "at", model_time(m->event[i].at),
		    "event", km_event_name(m->event[i].kind),
		    "reason", optional(model_reason_name(m->event[i].reason)),
		    "attestation", (json_int_t)m->event[i].index));
	return whole(all, rc);
}

/* What is granted, and to whom. */
static json_t *
granted(const struct site *s, const struct mark *m)
{
	const struct km_attestation	*a = &m->a;

	return json_pack("{s:o, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o,"
	    " s:{s:o, s:I}, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "number", model_text(a->number),
	    "status", mark_state_name(m->state),
	    "statusSince", model_time(m->since),
	    "statusReason", optional(model_reason_name(m->reason)),
	    "environment", km_environment_name(a->environment),
	    "document", km_document_name(a->document),
	    "issuer", model_text(a->iss),
	    "holder", holder(a),
	    "lines", model_lines(a),
	    "notCovered", model_texts(a->not_covered, a->n_not_covered),
	    "scheme", "id", model_text(a->scheme),
	    "version", (json_int_t)a->scheme_version,
	    "assessed", model_day(a->assessed),
	    "body", body(a),
	    "report", model_text(a->report),
	    "evidence", evidence(a),
	    "validFrom", model_time(a->nbf),
	    "validUntil", model_time(a->exp),
	    "lastDay", model_day(model_last_day(a)),
	    "epoch", model_epoch(s->epoch),
	    "links", links(s, a->number));
}

json_t *
model_mark(const struct site *s, const struct mark *m, enum model_parts parts)
{
	json_t	*j = granted(s, m);

	switch (parts) {
	case MODEL_LIST:
		break;
	case MODEL_WHOLE:
		if (json_object_set_new(j, "attestations",
		    attestations(m)) != 0 ||
		    json_object_set_new(j, "history", history(m)) != 0) {
			json_decref(j);
			return NULL;
		}
		break;
	}
	return j;
}

static int
write_part(const char *text, size_t len, void *arg)
{
	return buf_add(arg, text, len);
}

int
model_write(struct buf *out, json_t *json)
{
	int	rc = -1;

	if (json != NULL)
		rc = json_dump_callback(json, write_part, out, JSON_COMPACT);
	json_decref(json);
	if (rc == 0)
		rc = buf_add(out, "\n", 1);
	if (rc != 0 && !out->failed)
		out->failed = ENOMEM;
	return rc == 0 ? 0 : -1;
}
