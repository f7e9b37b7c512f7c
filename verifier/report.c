/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The report as JSON (schemas/report.schema.json): every key always there
 * and in one order, so that equal reports are equal bytes. Claims stand in
 * it only where a key vouches for them.
 */
#include "report.h"

static void
json_line(struct km_json *j, const struct km_line *l)
{
	km_json_open(j, NULL, '{');
	km_json_string(j, "claim", km_claim_name(l->claim));
	km_json_string(j, "object", l->object == KM_OBJECT_SERVICE ?
	    "service" : "organisation");
	km_json_opt_text(j, "service", l->service);
	km_json_string(j, "level", km_level_name(l->level));
	km_json_close(j, '}');
}

static void
json_texts(struct km_json *j, const char *key, const struct km_bytes *text,
    size_t n)
{
	size_t	i;

	km_json_open(j, key, '[');
	for (i = 0; i < n; i++)
		km_json_text(j, NULL, text[i]);
	km_json_close(j, ']');
}

static void
json_holder(struct km_json *j, const struct km_attestation *a)
{
	km_json_text(j, "legal_name", a->legal_name);
	json_texts(j, "trade_names", a->trade_name, a->n_trade_names);
	km_json_text(j, "place", a->place);
	km_json_opt_text(j, "kvk", a->kvk);
	km_json_opt_text(j, "euid", a->euid);
	km_json_opt_text(j, "lei", a->lei);
	json_texts(j, "hosts", a->host, a->n_hosts);
}

static void
json_assessment(struct km_json *j, const struct km_attestation *a)
{
	size_t	i;

	km_json_day(j, "assessed", a->assessed);
	if (a->body.len == 0)
		km_json_null(j, "body");
	else {
		km_json_open(j, "body", '{');
		km_json_text(j, "name", a->body_name);
		km_json_text(j, "accreditation", a->body);
		km_json_close(j, '}');
	}
	km_json_opt_text(j, "report", a->report);
	km_json_open(j, "evidence", '[');
	for (i = 0; i < a->n_evidence; i++) {
		km_json_open(j, NULL, '{');
		km_json_text(j, "code", a->evidence[i].code);
		km_json_text(j, "reference", a->evidence[i].reference);
		km_json_close(j, '}');
	}
	km_json_close(j, ']');
	km_json_opt_text(j, "information", a->information);
}

/* A time as a number and as text: key and key_text. */
static void
json_moment(struct km_json *j, const char *key, const char *key_text,
    int64_t t)
{
	km_json_int(j, key, t);
	km_json_time(j, key_text, t);
}

void
km_json_attestation(struct km_json *j, const char *key,
    const struct km_attestation *a)
{
	size_t	i;

	km_json_open(j, key, '{');
	km_json_text(j, "number", a->number);
	km_json_string(j, "environment",
	    km_environment_name(a->environment));
	km_json_string(j, "document", km_document_name(a->document));
	km_json_text(j, "issuer", a->iss);
	km_json_text(j, "holder", a->sub);
	json_moment(j, "issued", "issued_text", a->iat);
	json_moment(j, "not_before", "not_before_text", a->nbf);
	json_moment(j, "expires", "expires_text", a->exp);
	/* What people see: exp is the first second that it is over. */
	km_json_day(j, "last_day", (a->exp - 1) / 86400);
	km_json_hex(j, "id", a->cti.p, a->cti.len);
	km_json_open(j, "status_list", '{');
	km_json_int(j, "idx", a->idx);
	km_json_text(j, "uri", a->status_uri);
	km_json_close(j, '}');
	km_json_open(j, "scheme", '{');
	km_json_text(j, "id", a->scheme);
	km_json_int(j, "version", a->scheme_version);
	km_json_close(j, '}');
	km_json_open(j, "lines", '[');
	for (i = 0; i < a->n_lines; i++)
		json_line(j, &a->line[i]);
	km_json_close(j, ']');
	json_texts(j, "not_covered", a->not_covered, a->n_not_covered);
	json_holder(j, a);
	json_assessment(j, a);
	km_json_int(j, "drawing", a->drawing);
	km_json_close(j, '}');
}

int
km_exit(const struct km_report *r)
{
	const struct km_check	*badge = &r->check[KM_CHECK_BADGE];

	if (badge->outcome == KM_FAILED && badge->why == KM_ERR_NO_BADGE)
		return 2;
	return (int)r->verdict;
}

int
km_acceptable(const struct km_report *r, int unbound_ok)
{
	return r->verdict == KM_VALID &&
	    (unbound_ok == 1 || r->binding != KM_BINDING_NONE);
}

int
km_check_has_time(enum km_check_id id)
{
	return id == KM_CHECK_TRUST_DATE || id == KM_CHECK_KEY_PERIOD ||
	    id == KM_CHECK_NOT_BEFORE || id == KM_CHECK_EXPIRY ||
	    id == KM_CHECK_STATUS_AGE || id == KM_CHECK_EPOCH_AGE;
}

static void
json_check(struct km_json *j, enum km_check_id id, const struct km_check *c)
{
	int	time = km_check_has_time(id) && c->outcome != KM_NOT_PERFORMED;

	km_json_open(j, NULL, '{');
	km_json_string(j, "check", km_check_name(id));
	km_json_string(j, "outcome", km_outcome_name(c->outcome));
	km_json_string(j, "why", km_err_name(c->why));
	km_json_int(j, "want", c->want);
	km_json_int(j, "found", c->found);
	if (time) {
		km_json_time(j, "want_text", c->want);
		km_json_time(j, "found_text", c->found);
	} else {
		km_json_text(j, "want_text", c->want_text);
		km_json_text(j, "found_text", c->found_text);
	}
	km_json_close(j, '}');
}

static void
json_used(struct km_json *j, const struct km_report *r)
{
	if (r->trust_version == 0)
		km_json_null(j, "trust_version");
	else
		km_json_int(j, "trust_version", r->trust_version);
	if (r->epoch_number == 0)
		km_json_null(j, "epoch");
	else {
		km_json_open(j, "epoch", '{');
		km_json_int(j, "number", r->epoch_number);
		km_json_hex(j, "hash", r->epoch_hash, KM_HASH_LEN);
		km_json_close(j, '}');
	}
	if (r->check[KM_CHECK_STATUS_AGE].outcome == KM_NOT_PERFORMED)
		km_json_null(j, "status_list");
	else {
		km_json_open(j, "status_list", '{');
		json_moment(j, "issued", "issued_text", r->status_iat);
		json_moment(j, "expires", "expires_text", r->status_exp);
		km_json_close(j, '}');
	}
}

size_t
km_report_json(char *out, size_t cap, const struct km_report *r)
{
	struct km_json	j;
	int		i;

	km_json_begin(&j, out, cap);
	km_json_open(&j, NULL, '{');
	km_json_string(&j, "verdict", km_verdict_name(r->verdict));
	km_json_string(&j, "binding", km_binding_name(r->binding));
	km_json_string(&j, "indication", km_indication_name(r->indication));
	km_json_int(&j, "exit", km_exit(r));
	json_moment(&j, "now", "now_text", r->now);
	json_used(&j, r);
	km_json_open(&j, "checks", '[');
	for (i = 0; i < KM_CHECKS; i++)
		json_check(&j, (enum km_check_id)i, &r->check[i]);
	km_json_close(&j, ']');
	if (r->vouched)
		km_json_attestation(&j, "attestation", &r->attestation);
	else
		km_json_null(&j, "attestation");
	km_json_close(&j, '}');
	return km_json_end(&j);
}
