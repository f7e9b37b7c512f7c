/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of the mark (design section 5). Pure: no clock, no memory of its
 * own, no state but what it is given. The order of the checks is that of
 * rules.h; persons.c has the part about people.
 *
 * What the content is held against, by kind:
 *
 *	assessment	claims, services, methods and evidence of the scheme;
 *			levels offered; a day that has come, on which the body
 *			was accredited, to that level
 *	grant		scheme in force; document, claims, services and levels
 *			offered; period; then what it rests on: the provider
 *			data in force and 1 to 15 assessments of this holder,
 *			none of them idle, that cover each line
 *	suspend		reason, term, status
 *	withdraw	reason, status
 *	lift		status
 *	disable		an officer of the list who is not disabled yet
 *	scheme		the next version of the scheme in force, or the first
 */
#include <stdio.h>
#include <string.h>

#include "encode.h"
#include "persons.h"

enum {
	DAY = 86400,			/* seconds */
	VALID_DAYS_MAX = 30,		/* design section 3, without a scheme */
	SHARD_LAST = 65535, IDX_LAST = 65535
};

int
rules_transition(enum km_status from, enum km_status to)
{
	switch (from) {
	case KM_STATUS_VALID:
		return to != KM_STATUS_VALID;
	case KM_STATUS_WITHDRAWN:
		return 0;
	case KM_STATUS_SUSPENDED:
		return to == KM_STATUS_VALID || to == KM_STATUS_WITHDRAWN;
	case KM_STATUS_SUPERSEDED:
		return to == KM_STATUS_WITHDRAWN;
	}
	return 0;
}

static int
has_lines(const struct decision *d)
{
	return d->kind == DECISION_GRANT || d->kind == DECISION_RENEW ||
	    d->kind == DECISION_AMEND;
}

enum km_level
rules_level(const struct decision *d)
{
	enum km_level	level = (enum km_level)0;
	size_t		i;

	if (!has_lines(d))
		return level;
	for (i = 0; i < d->u.grant.n_lines; i++)
		if (d->u.grant.line[i].level > level)
			level = d->u.grant.line[i].level;
	return level;
}

const struct rested *
rules_provider(const struct rested *rested, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (rested[i].decision->kind == DECISION_PROVIDER_ADD ||
		    rested[i].decision->kind == DECISION_PROVIDER_CHANGE)
			return &rested[i];
	return NULL;
}

const struct rested *
rules_main_assessment(const struct rested *rested, size_t n)
{
	const struct rested	*best = NULL;
	const struct decision	*d, *b;
	size_t			 i;

	for (i = 0; i < n; i++) {
		d = rested[i].decision;
		if (d->kind != DECISION_ASSESSMENT)
			continue;
		b = best == NULL ? NULL : best->decision;
		if (b == NULL || d->u.assessment.day > b->u.assessment.day ||
		    (d->u.assessment.day == b->u.assessment.day &&
		    memcmp(d->id, b->id, KM_HASH_LEN) < 0))
			best = &rested[i];
	}
	return best;
}

/* Kinds of today; the others are refused by name. */
static int
is_supported(enum decision_kind kind)
{
	switch (kind) {
	case DECISION_PROVIDER_ADD:
	case DECISION_BODY_ADD:
	case DECISION_ASSESSMENT:
	case DECISION_GRANT:
	case DECISION_LIFT:
	case DECISION_WITHDRAW:
	case DECISION_SUSPEND:
	case DECISION_DISABLE:
	case DECISION_SCHEME:
		return 1;
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
	case DECISION_PROVIDER_CHANGE:
	case DECISION_BODY_CHANGE:
	case DECISION_REFUSE:
	case DECISION_RENEW:
	case DECISION_AMEND:
	case DECISION_VOID:
	case DECISION_HALT:
	case DECISION_END:
	case DECISION_FORGET:
	case DECISION_RESUME:
	case DECISION_OFFICERS:
	case DECISION_CATALOGUE:
	case DECISION_TRUST:
		return 0;
	}
	return 0;
}

static int
is_for_halt(enum decision_kind kind)
{
	return kind == DECISION_SUSPEND || kind == DECISION_WITHDRAW ||
	    kind == DECISION_DISABLE || kind == DECISION_RESUME;
}

/* Is there what the decision is about, and is there nothing yet to be added? */
static enum refusal
subject_check(const struct rules_facts *f, const struct decision *d)
{
	/* An accreditation number may look like a mark's: not a second one. */
	if (d->kind == DECISION_BODY_ADD && km_number_valid(d->subject))
		return REFUSAL_SUBJECT;
	if (d->kind == DECISION_PROVIDER_ADD || d->kind == DECISION_BODY_ADD)
		return f->known ? REFUSAL_EXISTS : REFUSAL_NONE;
	if (d->kind == DECISION_ASSESSMENT || d->kind == DECISION_GRANT)
		return f->has_provider ? REFUSAL_NONE : REFUSAL_SUBJECT;
	if (decision_on_mark(d->kind))
		return f->known ? REFUSAL_NONE : REFUSAL_SUBJECT;
	return REFUSAL_NONE;		/* the authority itself */
}

static enum refusal
frame_check(const struct rules_facts *f, const struct decision *d)
{
	int64_t	days = f->scheme == NULL ? VALID_DAYS_MAX :
	    f->scheme->periods.decision_days_max;

	if (!km_bytes_equal(d->authority, f->authority))
		return REFUSAL_AUTHORITY;
	if (d->environment != f->environment)
		return REFUSAL_ENVIRONMENT;
	if (memcmp(d->trust.p, f->trust_first, KM_HASH_LEN) != 0)
		return REFUSAL_TRUST;
	if (d->valid_until <= f->now)
		return REFUSAL_EXPIRED;
	if (d->valid_until - f->now > days * DAY)
		return REFUSAL_TOO_LONG;
	if (f->halted && !is_for_halt(d->kind))
		return REFUSAL_HALTED;
	if (!is_supported(d->kind))
		return REFUSAL_UNSUPPORTED;
	return REFUSAL_NONE;
}

/* Claims, services and levels that the scheme offers on such a document. */
static enum refusal
lines_check(const struct scheme *s, const struct km_line *line, size_t n,
    enum km_document document, struct km_bytes *who)
{
	size_t	i;

	for (i = 0; i < n; i++) {
		if (!scheme_claim_allowed(s, line[i].claim, line[i].object) ||
		    (line[i].object == KM_OBJECT_SERVICE &&
		    !scheme_service_known(s, line[i].service))) {
			*who = line[i].service;
			return REFUSAL_SERVICE;
		}
		if (!scheme_level_offered(s, line[i].level,
		    KM_DOCUMENT_CERTIFICATE))
			return REFUSAL_LEVEL;
		if (!scheme_level_offered(s, line[i].level, document))
			return REFUSAL_DOCUMENT;
	}
	return REFUSAL_NONE;
}

/* A body in force, on that day, up to those levels. */
static enum refusal
accreditation_check(const struct rules_facts *f, const struct assessment *a,
    struct km_bytes *who)
{
	const struct body	*body;
	size_t			 i;

	*who = a->body;
	body = f->body(f->arg, a->body);
	if (body == NULL || a->day < body->from || a->day >= body->until)
		return REFUSAL_ACCREDITATION;
	for (i = 0; i < a->n_lines; i++)
		if (a->line[i].level > body->level)
			return REFUSAL_ACCREDITATION;
	who->p = NULL;
	who->len = 0;
	return REFUSAL_NONE;
}

static enum refusal
assessment_check(const struct rules_facts *f, const struct decision *d,
    struct km_bytes *who)
{
	const struct assessment	*a = &d->u.assessment;
	enum refusal		 r;
	size_t			 i;

	if ((r = lines_check(f->scheme, a->line, a->n_lines,
	    KM_DOCUMENT_CERTIFICATE, who)) != REFUSAL_NONE)
		return r;
	for (i = 0; i < a->n_methods; i++)
		if (!scheme_method_known(f->scheme, a->method[i])) {
			*who = a->method[i];
			return REFUSAL_SERVICE;
		}
	for (i = 0; i < a->n_evidence; i++)
		if (!scheme_evidence_known(f->scheme, a->evidence[i].code)) {
			*who = a->evidence[i].code;
			return REFUSAL_SERVICE;
		}
	if ((int64_t)a->day > f->now / DAY)
		return REFUSAL_PERIOD;
	return accreditation_check(f, a, who);
}

static enum refusal
grant_check(const struct rules_facts *f, const struct decision *d,
    struct km_bytes *who)
{
	const struct grant	*g = &d->u.grant;
	enum refusal		 r;
	int64_t			 days = f->scheme->periods.attestation_days_max;

	if (!km_bytes_equal(g->scheme, km_bytes_of(f->scheme->id.text)) ||
	    g->scheme_version != f->scheme->version)
		return REFUSAL_SCHEME;
	if ((r = lines_check(f->scheme, g->line, g->n_lines, g->document,
	    who)) != REFUSAL_NONE)
		return r;
	if (g->exp <= f->now || g->exp - g->nbf > days * DAY)
		return REFUSAL_PERIOD;
	return REFUSAL_NONE;
}

/* At least one unexpired attestation can go there, and none is withdrawn. */
static enum refusal
status_check(const struct rules_facts *f, enum km_status to)
{
	int	from;

	if (f->last_exp <= f->now ||
	    (f->statuses & 1U << KM_STATUS_WITHDRAWN))
		return REFUSAL_STATUS;
	for (from = KM_STATUS_VALID; from <= (int)KM_STATUS_SUPERSEDED; from++)
		if ((f->statuses & 1U << from) &&
		    rules_transition((enum km_status)from, to))
			return REFUSAL_NONE;
	return REFUSAL_STATUS;
}

static enum refusal
act_check(const struct rules_facts *f, const struct decision *d)
{
	int64_t	days = f->scheme->periods.suspension_days_max;

	if (d->kind != DECISION_LIFT &&
	    !scheme_reason_allowed(f->scheme, d->kind, d->u.act.reason))
		return REFUSAL_REASON;
	if (d->kind == DECISION_SUSPEND && (d->u.act.until <= f->now ||
	    d->u.act.until - f->now > days * DAY))
		return REFUSAL_PERIOD;
	return status_check(f, d->kind == DECISION_SUSPEND ?
	    KM_STATUS_SUSPENDED : d->kind == DECISION_WITHDRAW ?
	    KM_STATUS_WITHDRAWN : KM_STATUS_VALID);
}

static enum refusal
disable_check(const struct rules_facts *f, const struct decision *d,
    struct km_bytes *who)
{
	if (f->officers != NULL &&
	    officers_find(f->officers, d->u.person) != NULL &&
	    !f->disabled(f->arg, d->u.person))
		return REFUSAL_NONE;
	*who = d->u.person;
	return REFUSAL_PERSON;
}

static enum refusal
scheme_check(const struct rules_facts *f, const struct decision *d)
{
	const struct scheme_ref	*next = &d->u.scheme;

	if (f->scheme == NULL)
		return REFUSAL_NONE;
	if (!km_bytes_equal(next->scheme, km_bytes_of(f->scheme->id.text)) ||
	    next->version != f->scheme->version + 1)
		return REFUSAL_VERSION;
	return REFUSAL_NONE;
}

static enum refusal
content_check(const struct rules_facts *f, const struct decision *d,
    struct km_bytes *who)
{
	if (d->kind == DECISION_SCHEME)
		return scheme_check(f, d);
	if (f->scheme == NULL)
		return REFUSAL_SCHEME;
	if (d->kind == DECISION_ASSESSMENT)
		return assessment_check(f, d, who);
	if (d->kind == DECISION_GRANT)
		return grant_check(f, d, who);
	if (d->kind == DECISION_DISABLE)
		return disable_check(f, d, who);
	if (decision_on_mark(d->kind))
		return act_check(f, d);
	return REFUSAL_NONE;		/* provider-add, body-add */
}

/*
 * Does the assessment answer for this line? The object is compared with the
 * service, which is empty exactly for the organisation.
 */
static int
covers(const struct assessment *a, const struct km_line *line)
{
	size_t	i;

	for (i = 0; i < a->n_lines; i++)
		if (a->line[i].claim == line->claim &&
		    km_bytes_equal(a->line[i].service, line->service) &&
		    a->line[i].level >= line->level)
			return 1;
	return 0;
}

/*
 * One assessment of a grant. One that covers no line has no business there:
 * its body could end up in the attestation of what it never looked at.
 */
static enum refusal
rested_check(const struct rules_facts *f, const struct decision *d,
    const struct assessment *a, struct km_bytes *who)
{
	int64_t	age = f->scheme->periods.assessment_age_days_max;
	size_t	i;

	if ((int64_t)a->day > f->now / DAY ||
	    f->now / DAY - (int64_t)a->day > age ||
	    d->u.grant.nbf / DAY - (int64_t)a->day > age)
		return REFUSAL_STALE_ASSESSMENT;
	for (i = 0; i < d->u.grant.n_lines; i++)
		if (covers(a, &d->u.grant.line[i]))
			return accreditation_check(f, a, who);
	return REFUSAL_RESTS_ON;
}

/* Exactly the provider data in force, and assessments of this holder. */
static enum refusal
rests_shape_check(const struct rules_facts *f, const struct decision *d)
{
	const struct decision	*r;
	size_t			 i, providers = 0, assessments = 0;

	for (i = 0; i < f->n_rested; i++) {
		r = f->rested[i].decision;
		if (!km_bytes_equal(r->subject, d->subject))
			return REFUSAL_RESTS_ON;
		if (r->kind == DECISION_ASSESSMENT)
			assessments++;
		else if (&f->rested[i] == rules_provider(f->rested,
		    f->n_rested))
			providers++;
		else
			return REFUSAL_RESTS_ON;
	}
	if (providers != 1 || assessments == 0)
		return REFUSAL_RESTS_ON;
	r = rules_provider(f->rested, f->n_rested)->decision;
	return memcmp(r->id, f->provider, KM_HASH_LEN) == 0 ?
	    REFUSAL_NONE : REFUSAL_PROVIDER;
}

static enum refusal
grant_rests_check(const struct rules_facts *f, const struct decision *d,
    struct km_bytes *who)
{
	const struct decision	*r;
	enum refusal		 why;
	size_t			 i, k;

	if ((why = rests_shape_check(f, d)) != REFUSAL_NONE)
		return why;
	for (k = 0; k < d->u.grant.n_lines; k++) {
		for (i = 0; i < f->n_rested; i++) {
			r = f->rested[i].decision;
			if (r->kind == DECISION_ASSESSMENT &&
			    covers(&r->u.assessment, &d->u.grant.line[k]))
				break;
		}
		if (i == f->n_rested) {
			*who = d->u.grant.line[k].service;
			return REFUSAL_UNASSESSED;
		}
	}
	for (i = 0; i < f->n_rested; i++) {
		r = f->rested[i].decision;
		if (r->kind == DECISION_ASSESSMENT && (why = rested_check(f,
		    d, &r->u.assessment, who)) != REFUSAL_NONE)
			return why;
	}
	r = rules_main_assessment(f->rested, f->n_rested)->decision;
	if (d->u.grant.nbf < (int64_t)r->u.assessment.day * DAY)
		return REFUSAL_PERIOD;
	return REFUSAL_NONE;
}

static enum refusal
rests_check(const struct rules_facts *f, const struct decision *d,
    struct km_bytes *who)
{
	size_t	i;

	if (f->n_rested != d->n_rests_on || f->n_rested > RESTS_MAX)
		return REFUSAL_RESTS_ON;
	for (i = 0; i < f->n_rested; i++)
		if (memcmp(f->rested[i].decision->id, d->rests_on[i].p,
		    KM_HASH_LEN) != 0)
			return REFUSAL_RESTS_ON;
	if (d->kind == DECISION_GRANT)
		return grant_rests_check(f, d, who);
	return f->n_rested == 0 ? REFUSAL_NONE : REFUSAL_RESTS_ON;
}

/*
 * The attestation that a grant makes, with the longest number, index and
 * address that it may get: does it fit? Tried here, as people must not
 * approve what cannot be signed. Written into the stack: the buffer has all
 * the room it may ever use, so it never allocates.
 */
static enum refusal
size_check(const struct rules_facts *f, const struct decision *d)
{
	static const uint8_t	zeros[KM_SIG_LEN];
	const struct decision	*as;
	struct km_attestation	 a;
	struct buf		 payload = { 0 }, header = { 0 }, whole = { 0 };
	struct km_bytes		 uri;
	uint8_t			 room[3][KM_ATTESTATION_MAX];
	char			 text[KM_URI_MAX + 16];
	int			 n;

	n = snprintf(text, sizeof(text), "%.*s/status/%d",
	    (int)d->authority.len, (const char *)d->authority.p, SHARD_LAST);
	uri.p = (const uint8_t *)text;
	uri.len = (size_t)n;
	payload.p = room[0];
	header.p = room[1];
	whole.p = room[2];
	payload.cap = header.cap = whole.cap = KM_ATTESTATION_MAX;
	payload.max = header.max = whole.max = KM_ATTESTATION_MAX;

	as = rules_main_assessment(f->rested, f->n_rested)->decision;
	attestation_build(&a, d, rules_provider(f->rested,
	    f->n_rested)->decision, as, f->body(f->arg,
	    as->u.assessment.body), km_bytes_of("KM-9999-999999-0"),
	    (uint64_t)SHARD_LAST << 16 | IDX_LAST, uri, zeros, KM_TIME_MAX);
	encode_attestation(&payload, &a);
	encode_protected(&header, KM_ALG_ED25519, zeros, a.iss, a.sub,
	    KM_TYP_ATTESTATION);
	encode_sign1(&whole, (struct km_bytes){ header.p, header.len },
	    (struct km_bytes){ payload.p, payload.len }, zeros);
	return payload.failed != 0 || whole.failed != 0 ? REFUSAL_LIMIT :
	    REFUSAL_NONE;
}

enum refusal
rules_check(const struct rules_facts *f, const struct decision *d,
    const struct approver *a, size_t n, struct km_bytes *who)
{
	enum refusal	r;

	who->p = NULL;
	who->len = 0;
	if ((r = frame_check(f, d)) != REFUSAL_NONE ||
	    (r = subject_check(f, d)) != REFUSAL_NONE)
		return r;
	if (decision_has_head(d->kind) &&
	    memcmp(d->head.p, f->head, KM_HASH_LEN) != 0)
		return REFUSAL_HEAD;
	if ((r = content_check(f, d, who)) != REFUSAL_NONE ||
	    (r = rests_check(f, d, who)) != REFUSAL_NONE)
		return r;
	if (d->kind == DECISION_GRANT &&
	    (r = size_check(f, d)) != REFUSAL_NONE)
		return r;
	return persons_check(f, d, a, n, who);
}
