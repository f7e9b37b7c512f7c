/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decision: one act of the authority (schemas/decision.cddl). Read strictly:
 * what one decision alone can have wrong is found here; whether it may be
 * carried out is for rules.c.
 */
#include <string.h>

#include "decision.h"

enum subject_form {
	SUBJECT_NOTHING,		/* the authority itself */
	SUBJECT_HOLDER,
	SUBJECT_BODY,			/* accreditation number */
	SUBJECT_MARK			/* mark number */
};

enum {
	REASON_MAX = 7,			/* schemas/register.cddl, reason */
	ID_MAX = 32,			/* an officer's id */
	KID_HEX_LEN = 2 * KM_KID_LEN
};

/* Readers of content, by kind; each sets the reader's sticky error. */

static void
record_read(struct km_cbor *c, struct decision *d)
{
	struct record	*r = &d->u.record;
	size_t		 left;

	left = km_cbor_map(c, 2, 3);
	km_cbor_key(c, &left, 1);
	r->day = km_read_day(c);
	km_cbor_key(c, &left, 2);
	r->reference = km_cbor_text(c, 1, 64);
	if (km_cbor_opt_key(c, &left, 3))
		r->remark = km_cbor_text(c, 1, 200);
	km_cbor_close(c, left);
}

static void
provider_read(struct km_cbor *c, struct decision *d)
{
	struct provider	*p = &d->u.provider;
	enum km_err	 err;
	size_t		 left;

	left = km_cbor_map(c, 2, 8);
	km_cbor_key(c, &left, PROVIDER_KEY_LEGAL_NAME);
	p->legal_name = km_cbor_text(c, 1, KM_TEXT_MAX);
	if (km_cbor_opt_key(c, &left, PROVIDER_KEY_TRADE_NAMES))
		km_read_names(c, p->trade_name, &p->n_trade_names);
	km_cbor_key(c, &left, PROVIDER_KEY_PLACE);
	p->place = km_cbor_text(c, 1, 64);
	if (km_cbor_opt_key(c, &left, PROVIDER_KEY_KVK))
		p->kvk = km_read_kvk(c);
	if (km_cbor_opt_key(c, &left, PROVIDER_KEY_EUID))
		p->euid = km_read_euid(c);
	if (km_cbor_opt_key(c, &left, PROVIDER_KEY_LEI))
		p->lei = km_read_lei(c);
	if (km_cbor_opt_key(c, &left, PROVIDER_KEY_HOSTS))
		km_read_hosts(c, p->host, &p->n_hosts);
	if (km_cbor_opt_key(c, &left, PROVIDER_KEY_INFORMATION))
		p->information = km_read_information(c);
	km_cbor_close(c, left);

	if (c->err != KM_OK)
		return;
	if ((err = km_holder_agree(d->subject, p->kvk, p->euid)) != KM_OK)
		km_cbor_fail(c, err);
	/* As the reader of attestations asks: "LEIXG-" and that LEI. */
	if (p->lei.len > 0 && d->subject.len > 6 &&
	    memcmp(d->subject.p, "LEIXG-", 6) == 0 &&
	    (d->subject.len != 6 + p->lei.len ||
	    memcmp(d->subject.p + 6, p->lei.p, p->lei.len) != 0))
		km_cbor_fail(c, KM_ERR_MISMATCH);
}

static void
body_read(struct km_cbor *c, struct decision *d)
{
	struct body	*b = &d->u.body;
	size_t		 left;

	left = km_cbor_map(c, 4, 4);
	km_cbor_key(c, &left, BODY_KEY_NAME);
	b->name = km_cbor_text(c, 1, KM_TEXT_MAX);
	km_cbor_key(c, &left, BODY_KEY_FROM);
	b->from = km_read_day(c);
	km_cbor_key(c, &left, BODY_KEY_UNTIL);
	b->until = km_read_day(c);
	km_cbor_key(c, &left, BODY_KEY_LEVEL);
	b->level = (enum km_level)km_cbor_uint(c, KM_LEVEL_BASIC,
	    KM_LEVEL_HIGH);
	km_cbor_close(c, left);

	if (c->err == KM_OK && b->from >= b->until)
		km_cbor_fail(c, KM_ERR_VALUE);
}

/* Ascending, each once. */
static void
methods_read(struct km_cbor *c, struct assessment *a)
{
	size_t	i, n;

	n = km_cbor_array(c, 1, METHODS_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		a->method[i] = km_read_code(c);
		if (c->err == KM_OK && i > 0 &&
		    km_bytes_cmp(a->method[i - 1], a->method[i]) >= 0)
			km_cbor_fail(c, KM_ERR_ORDER);
	}
	a->n_methods = n;
}

static void
assessment_read(struct km_cbor *c, struct decision *d)
{
	struct assessment	*a = &d->u.assessment;
	size_t			 left;

	left = km_cbor_map(c, 7, 8);
	km_cbor_key(c, &left, ASSESSMENT_KEY_BODY);
	a->body = km_read_accreditation(c);
	km_cbor_key(c, &left, ASSESSMENT_KEY_DAY);
	a->day = km_read_day(c);
	km_cbor_key(c, &left, ASSESSMENT_KEY_REPORT);
	a->report = km_cbor_text(c, 1, 64);
	km_cbor_key(c, &left, ASSESSMENT_KEY_LINES);
	km_read_lines(c, a->line, &a->n_lines);
	if (km_cbor_opt_key(c, &left, ASSESSMENT_KEY_EVIDENCE))
		km_read_evidence(c, a->evidence, &a->n_evidence);
	km_cbor_key(c, &left, ASSESSMENT_KEY_METHODS);
	methods_read(c, a);
	km_cbor_key(c, &left, ASSESSMENT_KEY_HOURS);
	a->hours = (uint32_t)km_cbor_uint(c, 1, 10000);
	km_cbor_key(c, &left, ASSESSMENT_KEY_FINDINGS);
	a->findings = (uint32_t)km_cbor_uint(c, 0, 10000);
	km_cbor_close(c, left);
}

/* Grant, renew and, with the moment of superseding, amend. */
static void
grant_read(struct km_cbor *c, struct decision *d)
{
	struct grant	*g = &d->u.grant;
	size_t		 left;
	int		 amend = d->kind == DECISION_AMEND;

	left = km_cbor_map(c, amend ? 7 : 6, amend ? 8 : 7);
	km_cbor_key(c, &left, GRANT_KEY_DOCUMENT);
	g->document = (enum km_document)km_cbor_uint(c,
	    KM_DOCUMENT_CERTIFICATE, KM_DOCUMENT_SELF_DECLARATION);
	km_cbor_key(c, &left, GRANT_KEY_SCHEME);
	km_cbor_array(c, 2, 2);
	g->scheme = km_read_code(c);
	g->scheme_version = (uint32_t)km_cbor_uint(c, 1, 65535);
	km_cbor_key(c, &left, GRANT_KEY_LINES);
	km_read_lines(c, g->line, &g->n_lines);
	if (km_cbor_opt_key(c, &left, GRANT_KEY_NOT_COVERED))
		km_read_not_covered(c, g->not_covered, &g->n_not_covered);
	km_cbor_key(c, &left, GRANT_KEY_NBF);
	g->nbf = km_read_time(c);
	km_cbor_key(c, &left, GRANT_KEY_EXP);
	g->exp = km_read_time(c);
	km_cbor_key(c, &left, GRANT_KEY_DRAWING);
	g->drawing = (uint32_t)km_cbor_uint(c, 1, 65535);
	if (amend) {
		km_cbor_key(c, &left, AMEND_KEY_SUPERSEDE);
		g->supersede = km_read_time(c);
	}
	km_cbor_close(c, left);

	/* exp: the first second it is over, a midnight (design section 3). */
	if (c->err == KM_OK && (g->exp <= g->nbf || g->exp % 86400 != 0))
		km_cbor_fail(c, KM_ERR_VALUE);
}

static void
reason_read(struct km_cbor *c, struct decision *d)
{
	size_t	left;

	left = km_cbor_map(c, 1, 1);
	km_cbor_key(c, &left, 1);
	d->u.act.reason = (int)km_cbor_uint(c, 1, REASON_MAX);
	km_cbor_close(c, left);
}

static void
suspend_read(struct km_cbor *c, struct decision *d)
{
	size_t	left;

	left = km_cbor_map(c, 2, 2);
	km_cbor_key(c, &left, 1);
	d->u.act.reason = (int)km_cbor_uint(c, 1, REASON_MAX);
	km_cbor_key(c, &left, 2);
	d->u.act.until = km_read_time(c);
	km_cbor_close(c, left);
}

static void
nothing_read(struct km_cbor *c, struct decision *d)
{
	(void)d;
	km_cbor_close(c, km_cbor_map(c, 0, 0));
}

static int
is_lower_hex(const uint8_t *p, size_t len)
{
	size_t	i;

	for (i = 0; i < len; i++)
		if (!(p[i] >= '0' && p[i] <= '9') &&
		    !(p[i] >= 'a' && p[i] <= 'f'))
			return 0;
	return 1;
}

/* An officer's id, or "root:" or "manager:" and a kid in hex. */
static struct km_bytes
person_read(struct km_cbor *c)
{
	static const struct km_bytes	none;
	struct km_bytes			b;
	size_t				i;

	b = km_cbor_ascii(c, 1, PERSON_MAX);
	if (c->err != KM_OK)
		return none;
	if (b.len == 5 + KID_HEX_LEN && memcmp(b.p, "root:", 5) == 0 &&
	    is_lower_hex(b.p + 5, KID_HEX_LEN))
		return b;
	if (b.len == 8 + KID_HEX_LEN && memcmp(b.p, "manager:", 8) == 0 &&
	    is_lower_hex(b.p + 8, KID_HEX_LEN))
		return b;
	for (i = 0; i < b.len; i++)
		if (!(b.p[i] >= 'a' && b.p[i] <= 'z') &&
		    !(b.p[i] >= '0' && b.p[i] <= '9') &&
		    (i == 0 || (b.p[i] != '.' && b.p[i] != '-')))
			break;
	if (i < b.len || b.len > ID_MAX) {
		km_cbor_fail(c, KM_ERR_VALUE);
		return none;
	}
	return b;
}

static void
disable_read(struct km_cbor *c, struct decision *d)
{
	size_t	left;

	left = km_cbor_map(c, 1, 1);
	km_cbor_key(c, &left, 1);
	d->u.person = person_read(c);
	km_cbor_close(c, left);
}

static void
forget_read(struct km_cbor *c, struct decision *d)
{
	size_t	left;

	left = km_cbor_map(c, 1, 1);
	km_cbor_key(c, &left, 1);
	d->u.id = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_close(c, left);
}

static void
scheme_read(struct km_cbor *c, struct decision *d)
{
	struct scheme_ref	*s = &d->u.scheme;
	size_t			 left;

	left = km_cbor_map(c, 3, 3);
	km_cbor_key(c, &left, 1);
	s->scheme = km_read_code(c);
	km_cbor_key(c, &left, 2);
	s->version = (uint32_t)km_cbor_uint(c, 1, 65535);
	km_cbor_key(c, &left, 3);
	s->hash = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_close(c, left);
}

/*
 * All that differs by kind. Trust and officers are lists under several
 * signatures, never decisions: they have no content to read.
 */
static const struct {
	const char		*name;
	enum subject_form	 subject;
	int			 has_head, moves_head;
	void			(*read)(struct km_cbor *, struct decision *);
} kinds[DECISION_KINDS + 1] = {
	[DECISION_APPLICATION] = { "application", SUBJECT_HOLDER, 0, 0,
	    record_read },
	[DECISION_EVIDENCE] = { "evidence", SUBJECT_HOLDER, 0, 0,
	    record_read },
	[DECISION_SURVEILLANCE] = { "surveillance", SUBJECT_HOLDER, 0, 0,
	    record_read },
	[DECISION_COMPLAINT] = { "complaint", SUBJECT_HOLDER, 0, 0,
	    record_read },
	[DECISION_APPEAL] = { "appeal", SUBJECT_HOLDER, 0, 0, record_read },
	[DECISION_VULNERABILITY] = { "vulnerability", SUBJECT_HOLDER, 0, 0,
	    record_read },
	[DECISION_PROVIDER_ADD] = { "provider-add", SUBJECT_HOLDER, 1, 1,
	    provider_read },
	[DECISION_PROVIDER_CHANGE] = { "provider-change", SUBJECT_HOLDER,
	    1, 1, provider_read },
	[DECISION_BODY_ADD] = { "body-add", SUBJECT_BODY, 1, 1, body_read },
	[DECISION_BODY_CHANGE] = { "body-change", SUBJECT_BODY, 1, 1,
	    body_read },
	[DECISION_ASSESSMENT] = { "assessment", SUBJECT_HOLDER, 0, 0,
	    assessment_read },
	[DECISION_GRANT] = { "grant", SUBJECT_HOLDER, 1, 1, grant_read },
	[DECISION_REFUSE] = { "refuse", SUBJECT_HOLDER, 1, 1, reason_read },
	[DECISION_RENEW] = { "renew", SUBJECT_MARK, 1, 1, grant_read },
	[DECISION_AMEND] = { "amend", SUBJECT_MARK, 1, 1, grant_read },
	[DECISION_LIFT] = { "lift", SUBJECT_MARK, 1, 1, nothing_read },
	[DECISION_WITHDRAW] = { "withdraw", SUBJECT_MARK, 0, 1, reason_read },
	[DECISION_VOID] = { "void", SUBJECT_MARK, 1, 1, reason_read },
	[DECISION_SUSPEND] = { "suspend", SUBJECT_MARK, 0, 1, suspend_read },
	[DECISION_HALT] = { "halt", SUBJECT_NOTHING, 0, 1, nothing_read },
	[DECISION_DISABLE] = { "disable", SUBJECT_NOTHING, 0, 1,
	    disable_read },
	[DECISION_END] = { "end", SUBJECT_MARK, 1, 1, reason_read },
	[DECISION_FORGET] = { "forget", SUBJECT_NOTHING, 1, 1, forget_read },
	[DECISION_RESUME] = { "resume", SUBJECT_NOTHING, 1, 1, nothing_read },
	[DECISION_OFFICERS] = { "officers", SUBJECT_NOTHING, 0, 0, NULL },
	[DECISION_CATALOGUE] = { "catalogue", SUBJECT_NOTHING, 1, 1,
	    scheme_read },
	[DECISION_TRUST] = { "trust", SUBJECT_NOTHING, 0, 0, NULL },
	[DECISION_SCHEME] = { "scheme", SUBJECT_NOTHING, 1, 1, scheme_read },
};

static void
kind_read(struct km_cbor *c, struct decision *d)
{
	struct km_bytes	name;

	name = km_cbor_ascii(c, 1, 32);
	if (c->err != KM_OK)
		return;
	d->kind = decision_kind_by_name(name);
	if (kinds[d->kind].read == NULL)	/* 0 too: no such kind */
		km_cbor_fail(c, KM_ERR_VALUE);
}

static void
subject_read(struct km_cbor *c, struct decision *d)
{
	switch (kinds[d->kind].subject) {
	case SUBJECT_NOTHING:
		d->subject = km_cbor_ascii(c, 0, 0);
		break;
	case SUBJECT_HOLDER:
		d->subject = km_read_holder(c);
		break;
	case SUBJECT_BODY:
		d->subject = km_read_accreditation(c);
		break;
	case SUBJECT_MARK:
		d->subject = km_cbor_ascii(c, KM_NUMBER_LEN, KM_NUMBER_LEN);
		if (c->err == KM_OK && !km_number_valid(d->subject))
			km_cbor_fail(c, KM_ERR_VALUE);
		break;
	}
}

static void
rests_on_read(struct km_cbor *c, struct decision *d)
{
	size_t	i, n;

	n = km_cbor_array(c, 1, RESTS_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		d->rests_on[i] = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
		if (c->err == KM_OK && i > 0 &&
		    km_bytes_cmp(d->rests_on[i - 1], d->rests_on[i]) >= 0)
			km_cbor_fail(c, KM_ERR_ORDER);
	}
	d->n_rests_on = n;
}

enum km_err
decision_decode(struct decision *out, const uint8_t *p, size_t len)
{
	struct decision	 d;
	struct km_cbor	 c;
	enum km_err	 err;
	size_t		 left;

	if (len > DECISION_MAX)
		return KM_ERR_LIMIT;
	memset(&d, 0, sizeof(d));
	d.bytes.p = p;
	d.bytes.len = len;

	km_cbor_begin(&c, p, len);
	left = km_cbor_map(&c, 8, 11);
	km_cbor_key(&c, &left, DECISION_KEY_KIND);
	kind_read(&c, &d);
	if (c.err != KM_OK)	/* what follows depends on the kind */
		return c.err;
	km_cbor_key(&c, &left, DECISION_KEY_AUTHORITY);
	d.authority = km_read_host_uri(&c);
	if (km_cbor_opt_key(&c, &left, DECISION_KEY_ENVIRONMENT))
		d.environment = (enum km_environment)km_cbor_uint(&c,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	km_cbor_key(&c, &left, DECISION_KEY_TRUST);
	d.trust = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_key(&c, &left, DECISION_KEY_PROPOSER);
	d.proposer = person_read(&c);
	km_cbor_key(&c, &left, DECISION_KEY_SUBJECT);
	subject_read(&c, &d);
	km_cbor_key(&c, &left, DECISION_KEY_CONTENT);
	kinds[d.kind].read(&c, &d);
	km_cbor_key(&c, &left, DECISION_KEY_NONCE);
	d.nonce = km_cbor_bytes(&c, NONCE_LEN, NONCE_LEN);
	km_cbor_key(&c, &left, DECISION_KEY_VALID_UNTIL);
	d.valid_until = km_read_time(&c);
	if (kinds[d.kind].has_head) {
		km_cbor_key(&c, &left, DECISION_KEY_HEAD);
		d.head = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	}
	if (km_cbor_opt_key(&c, &left, DECISION_KEY_RESTS_ON))
		rests_on_read(&c, &d);
	km_cbor_close(&c, left);
	if ((err = km_cbor_end(&c)) != KM_OK)
		return err;

	km_sha256(d.id, &d.bytes, 1);
	*out = d;
	return KM_OK;
}

static int
is_kind(enum decision_kind kind)
{
	return (int)kind >= 1 && (int)kind <= DECISION_KINDS;
}

const char *
decision_kind_name(enum decision_kind kind)
{
	return is_kind(kind) ? kinds[kind].name : "unknown";
}

enum decision_kind
decision_kind_by_name(struct km_bytes name)
{
	unsigned int	i;

	for (i = 1; i <= DECISION_KINDS; i++)
		if (km_bytes_equal(name, km_bytes_of(kinds[i].name)))
			return (enum decision_kind)i;
	return (enum decision_kind)0;
}

int
decision_has_head(enum decision_kind kind)
{
	return is_kind(kind) && kinds[kind].has_head;
}

int
decision_moves_head(enum decision_kind kind)
{
	return is_kind(kind) && kinds[kind].moves_head;
}

int
decision_on_mark(enum decision_kind kind)
{
	return is_kind(kind) && kinds[kind].subject == SUBJECT_MARK;
}

void
decision_id_hex(char out[65], const uint8_t id[KM_HASH_LEN])
{
	static const char	hex[] = "0123456789abcdef";
	size_t			i;

	for (i = 0; i < KM_HASH_LEN; i++) {
		out[2 * i] = hex[id[i] >> 4];
		out[2 * i + 1] = hex[id[i] & 15];
	}
	out[64] = '\0';
}
