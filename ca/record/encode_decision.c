/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing the papers: decision, officers list, act and log leaf, field by
 * field in the order of schemas/; and what a granted decision makes.
 */
#include <string.h>

#include "encode.h"

static struct km_bytes
bytes_of(const void *p, size_t len)
{
	struct km_bytes	b;

	b.p = p;
	b.len = len;
	return b;
}

static void
encode_record(struct buf *b, const struct record *r)
{
	encode_map(b, r->remark.len > 0 ? 3 : 2);
	encode_uint(b, 1);
	encode_uint(b, r->day);
	encode_uint(b, 2);
	encode_text(b, r->reference);
	encode_opt_text(b, 3, r->remark);
}

static void
encode_provider(struct buf *b, const struct provider *p)
{
	size_t	n = 2;

	n += p->n_trade_names > 0;
	n += p->kvk.len > 0;
	n += p->euid.len > 0;
	n += p->lei.len > 0;
	n += p->n_hosts > 0;
	n += p->information.len > 0;
	encode_map(b, n);
	encode_uint(b, PROVIDER_KEY_LEGAL_NAME);
	encode_text(b, p->legal_name);
	encode_opt_texts(b, PROVIDER_KEY_TRADE_NAMES, p->trade_name,
	    p->n_trade_names);
	encode_uint(b, PROVIDER_KEY_PLACE);
	encode_text(b, p->place);
	encode_opt_text(b, PROVIDER_KEY_KVK, p->kvk);
	encode_opt_text(b, PROVIDER_KEY_EUID, p->euid);
	encode_opt_text(b, PROVIDER_KEY_LEI, p->lei);
	encode_opt_texts(b, PROVIDER_KEY_HOSTS, p->host, p->n_hosts);
	encode_opt_text(b, PROVIDER_KEY_INFORMATION, p->information);
}

static void
encode_body(struct buf *b, const struct body *body)
{
	encode_map(b, 4);
	encode_uint(b, BODY_KEY_NAME);
	encode_text(b, body->name);
	encode_uint(b, BODY_KEY_FROM);
	encode_uint(b, body->from);
	encode_uint(b, BODY_KEY_UNTIL);
	encode_uint(b, body->until);
	encode_uint(b, BODY_KEY_LEVEL);
	encode_uint(b, body->level);
}

static void
encode_assessment(struct buf *b, const struct assessment *a)
{
	encode_map(b, a->n_evidence > 0 ? 8 : 7);
	encode_uint(b, ASSESSMENT_KEY_BODY);
	encode_text(b, a->body);
	encode_uint(b, ASSESSMENT_KEY_DAY);
	encode_uint(b, a->day);
	encode_uint(b, ASSESSMENT_KEY_REPORT);
	encode_text(b, a->report);
	encode_uint(b, ASSESSMENT_KEY_LINES);
	encode_lines(b, a->line, a->n_lines);
	if (a->n_evidence > 0) {
		encode_uint(b, ASSESSMENT_KEY_EVIDENCE);
		encode_evidence(b, a->evidence, a->n_evidence);
	}
	encode_opt_texts(b, ASSESSMENT_KEY_METHODS, a->method, a->n_methods);
	encode_uint(b, ASSESSMENT_KEY_HOURS);
	encode_uint(b, a->hours);
	encode_uint(b, ASSESSMENT_KEY_FINDINGS);
	encode_uint(b, a->findings);
}

static void
encode_grant(struct buf *b, const struct grant *g, int amend)
{
	encode_map(b, (size_t)(6 + (g->n_not_covered > 0) + amend));
	encode_uint(b, GRANT_KEY_DOCUMENT);
	encode_uint(b, g->document);
	encode_uint(b, GRANT_KEY_SCHEME);
	encode_array(b, 2);
	encode_text(b, g->scheme);
	encode_uint(b, g->scheme_version);
	encode_uint(b, GRANT_KEY_LINES);
	encode_lines(b, g->line, g->n_lines);
	encode_opt_texts(b, GRANT_KEY_NOT_COVERED, g->not_covered,
	    g->n_not_covered);
	encode_uint(b, GRANT_KEY_NBF);
	encode_int(b, g->nbf);
	encode_uint(b, GRANT_KEY_EXP);
	encode_int(b, g->exp);
	encode_uint(b, GRANT_KEY_DRAWING);
	encode_uint(b, g->drawing);
	if (amend) {
		encode_uint(b, AMEND_KEY_SUPERSEDE);
		encode_int(b, g->supersede);
	}
}

static void
encode_reason(struct buf *b, const struct decision *d)
{
	encode_map(b, d->kind == DECISION_SUSPEND ? 2 : 1);
	encode_uint(b, 1);
	encode_int(b, d->u.act.reason);
	if (d->kind == DECISION_SUSPEND) {
		encode_uint(b, 2);
		encode_int(b, d->u.act.until);
	}
}

static void
encode_scheme_ref(struct buf *b, const struct scheme_ref *s)
{
	encode_map(b, 3);
	encode_uint(b, 1);
	encode_text(b, s->scheme);
	encode_uint(b, 2);
	encode_uint(b, s->version);
	encode_uint(b, 3);
	encode_bytes(b, s->hash);
}

static void
encode_content(struct buf *b, const struct decision *d)
{
	switch (d->kind) {
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
		encode_record(b, &d->u.record);
		break;
	case DECISION_PROVIDER_ADD:
	case DECISION_PROVIDER_CHANGE:
		encode_provider(b, &d->u.provider);
		break;
	case DECISION_BODY_ADD:
	case DECISION_BODY_CHANGE:
		encode_body(b, &d->u.body);
		break;
	case DECISION_ASSESSMENT:
		encode_assessment(b, &d->u.assessment);
		break;
	case DECISION_GRANT:
	case DECISION_RENEW:
	case DECISION_AMEND:
		encode_grant(b, &d->u.grant, d->kind == DECISION_AMEND);
		break;
	case DECISION_REFUSE:
	case DECISION_WITHDRAW:
	case DECISION_VOID:
	case DECISION_SUSPEND:
	case DECISION_END:
		encode_reason(b, d);
		break;
	case DECISION_LIFT:
	case DECISION_HALT:
	case DECISION_RESUME:
	case DECISION_OFFICERS:		/* lists, never decisions */
	case DECISION_TRUST:
		encode_map(b, 0);
		break;
	case DECISION_DISABLE:
		encode_map(b, 1);
		encode_uint(b, 1);
		encode_text(b, d->u.person);
		break;
	case DECISION_FORGET:
		encode_map(b, 1);
		encode_uint(b, 1);
		encode_bytes(b, d->u.id);
		break;
	case DECISION_CATALOGUE:
	case DECISION_SCHEME:
		encode_scheme_ref(b, &d->u.scheme);
		break;
	}
}

/* rests_on as it stands: the caller keeps it ascending. */
void
encode_decision(struct buf *b, const struct decision *d)
{
	size_t	i, n = 8;

	n += d->environment != KM_ENVIRONMENT_PRODUCTION;
	n += d->head.len > 0;
	n += d->n_rests_on > 0;
	encode_map(b, n);
	encode_uint(b, DECISION_KEY_KIND);
	encode_text(b, km_bytes_of(decision_kind_name(d->kind)));
	encode_uint(b, DECISION_KEY_AUTHORITY);
	encode_text(b, d->authority);
	if (d->environment != KM_ENVIRONMENT_PRODUCTION) {
		encode_uint(b, DECISION_KEY_ENVIRONMENT);
		encode_uint(b, d->environment);
	}
	encode_uint(b, DECISION_KEY_TRUST);
	encode_bytes(b, d->trust);
	encode_uint(b, DECISION_KEY_PROPOSER);
	encode_text(b, d->proposer);
	encode_uint(b, DECISION_KEY_SUBJECT);
	encode_text(b, d->subject);
	encode_uint(b, DECISION_KEY_CONTENT);
	encode_content(b, d);
	encode_uint(b, DECISION_KEY_NONCE);
	encode_bytes(b, d->nonce);
	encode_uint(b, DECISION_KEY_VALID_UNTIL);
	encode_int(b, d->valid_until);
	if (d->head.len > 0) {
		encode_uint(b, DECISION_KEY_HEAD);
		encode_bytes(b, d->head);
	}
	if (d->n_rests_on > 0) {
		encode_uint(b, DECISION_KEY_RESTS_ON);
		encode_array(b, d->n_rests_on);
		for (i = 0; i < d->n_rests_on; i++)
			encode_bytes(b, d->rests_on[i]);
	}
}

static void
encode_officer(struct buf *b, const struct officer *o)
{
	size_t	i, n = 0;

	for (i = OFFICER_REGISTRAR; i <= OFFICER_ASSESSOR; i++)
		n += o->roles >> (i - 1) & 1;
	encode_map(b, o->n_conflicts > 0 ? 7 : 6);
	encode_uint(b, OFFICER_KEY_ID);
	encode_text(b, o->id);
	encode_uint(b, OFFICER_KEY_EMPLOYER);
	encode_text(b, o->employer);
	encode_uint(b, OFFICER_KEY_ROLES);
	encode_array(b, n);
	for (i = OFFICER_REGISTRAR; i <= OFFICER_ASSESSOR; i++)
		if (o->roles >> (i - 1) & 1)
			encode_uint(b, i);
	encode_uint(b, OFFICER_KEY_KEYS);
	encode_array(b, o->n_keys);
	for (i = 0; i < o->n_keys; i++)
		encode_key(b, &o->key[i]);
	encode_opt_texts(b, OFFICER_KEY_CONFLICTS, o->conflict, o->n_conflicts);
	encode_uint(b, OFFICER_KEY_FROM);
	encode_int(b, o->from);
	encode_uint(b, OFFICER_KEY_UNTIL);
	encode_int(b, o->until);
}

/* Officers, keys and conflicts as they stand: the caller sorts them. */
void
encode_officers(struct buf *b, const struct officers *os)
{
	size_t	i;

	encode_map(b, os->environment != KM_ENVIRONMENT_PRODUCTION ? 7 : 6);
	encode_uint(b, OFFICERS_KEY_AUTHORITY);
	encode_text(b, os->authority);
	if (os->environment != KM_ENVIRONMENT_PRODUCTION) {
		encode_uint(b, OFFICERS_KEY_ENVIRONMENT);
		encode_uint(b, os->environment);
	}
	encode_uint(b, OFFICERS_KEY_VERSION);
	encode_uint(b, os->version);
	encode_uint(b, OFFICERS_KEY_ISSUED);
	encode_int(b, os->issued);
	encode_uint(b, OFFICERS_KEY_EXPIRES);
	encode_int(b, os->expires);
	encode_uint(b, OFFICERS_KEY_TRUST);
	encode_bytes(b, os->trust);
	encode_uint(b, OFFICERS_KEY_OFFICERS);
	encode_array(b, os->n);
	for (i = 0; i < os->n; i++)
		encode_officer(b, &os->officer[i]);
}

/* The proposer's approval first, then by ascending iss: the caller's order. */
void
encode_act(struct buf *b, struct km_bytes decision,
    const struct km_bytes *approval, size_t n)
{
	size_t	i;

	encode_array(b, 2);
	encode_bytes(b, decision);
	encode_array(b, n);
	for (i = 0; i < n; i++)
		encode_bytes(b, approval[i]);
}

void
encode_log_leaf(struct buf *b, enum decision_kind kind,
    const uint8_t act[KM_HASH_LEN], const uint8_t *object)
{
	encode_array(b, 4);
	encode_uint(b, 1);
	encode_text(b, km_bytes_of(decision_kind_name(kind)));
	encode_hash(b, act);
	if (object == NULL)
		encode_null(b);
	else
		encode_hash(b, object);
}

void
encode_cti(uint8_t out[KM_CTI_LEN], const uint8_t id[KM_HASH_LEN])
{
	struct km_bytes	part[2];
	uint8_t		hash[KM_HASH_LEN];

	part[0] = km_bytes_of("keurmerk cti");
	part[1] = bytes_of(id, KM_HASH_LEN);
	km_sha256(hash, part, 2);
	memcpy(out, hash, KM_CTI_LEN);
}

/* A mark's decision names the mark: the holder is the provider's subject. */
void
attestation_build(struct km_attestation *out, const struct decision *d,
    const struct decision *provider, const struct decision *assessment,
    const struct body *body, struct km_bytes number, uint64_t index,
    struct km_bytes uri, const uint8_t *cti, int64_t iat)
{
	const struct grant	*g = &d->u.grant;
	const struct provider	*p = &provider->u.provider;
	const struct assessment	*s = &assessment->u.assessment;
	struct km_attestation	*a = out;

	memset(a, 0, sizeof(*a));
	a->iss = d->authority;
	a->sub = provider->subject;
	a->exp = g->exp;
	a->nbf = g->nbf;
	a->iat = iat;
	a->cti = bytes_of(cti, KM_CTI_LEN);
	a->idx = (uint32_t)(index & 0xffff);
	a->shard = (uint32_t)(index >> 16);
	a->status_uri = uri;
	a->number = number;
	a->environment = d->environment;
	a->document = g->document;
	a->scheme = g->scheme;
	a->scheme_version = g->scheme_version;
	a->n_lines = g->n_lines;
	memcpy(a->line, g->line, sizeof(a->line));
	a->n_not_covered = g->n_not_covered;
	memcpy(a->not_covered, g->not_covered, sizeof(a->not_covered));
	a->legal_name = p->legal_name;
	a->n_trade_names = p->n_trade_names;
	memcpy(a->trade_name, p->trade_name, sizeof(a->trade_name));
	a->place = p->place;
	a->kvk = p->kvk;
	a->euid = p->euid;
	a->lei = p->lei;
	a->n_hosts = p->n_hosts;
	memcpy(a->host, p->host, sizeof(a->host));
	a->information = p->information;
	a->assessed = s->day;
	a->n_evidence = s->n_evidence;
	memcpy(a->evidence, s->evidence, sizeof(a->evidence));
	a->drawing = g->drawing;
	/* No body stands behind a declaration of one's own. */
	if (g->document == KM_DOCUMENT_CERTIFICATE) {
		a->body_name = body->name;
		a->body = s->body;
		a->report = s->report;
	}
}
