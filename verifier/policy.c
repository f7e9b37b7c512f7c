/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the caller asks for: the site that shows the badge, the holder, the
 * kind of document, demands, bodies. A demand that cannot be evaluated has
 * failed. Last, names that could be read as other names.
 */
#include <string.h>

#include "judge.h"

/* What is asked for stands in the report only as long as an answer could. */
enum { WANT_MAX = 64, ORIGIN_MAX = 253 };

static struct km_bytes
wanted(struct km_bytes text, size_t max)
{
	return text.len <= max ? text : (struct km_bytes){ NULL, 0 };
}

static struct km_check *
set(struct km_report *r, enum km_check_id id, int met, enum km_err why)
{
	return km_check_set(r, id, met ? KM_PASSED : KM_FAILED,
	    met ? KM_OK : why);
}

/*
 * The exact host; no suffix, no wildcard. The reader lets only A-labels in
 * lower case through, so that nothing else is equal to one.
 */
static int
origin_named(const struct km_attestation *a, struct km_bytes origin)
{
	size_t	i;

	for (i = 0; i < a->n_hosts; i++)
		if (km_bytes_equal(a->host[i], origin))
			return 1;
	return 0;
}

/* The site is in the question, in the policy, or in both: each counts. */
static void
judge_origin(const struct km_case *c, struct km_report *r)
{
	struct km_bytes	 origin = c->q->origin;
	struct km_check	*k;
	int		 named;

	if (origin.len == 0)
		origin = c->policy->origin;
	if (origin.len == 0)
		return;
	named = origin_named(&r->attestation, origin);
	if (named && c->policy->origin.len > 0) {
		origin = c->policy->origin;
		named = origin_named(&r->attestation, origin);
	}
	k = set(r, KM_CHECK_ORIGIN, named, KM_ERR_ORIGIN);
	k->want = (int64_t)r->attestation.n_hosts;
	k->want_text = r->attestation.host[0];
	k->found_text = wanted(origin, ORIGIN_MAX);
	if (named)
		r->binding = KM_BINDING_ORIGIN;
}

/* An identifier that the attestation has, whole. */
static void
judge_holder(const struct km_case *c, struct km_report *r)
{
	const struct km_attestation	*a = &r->attestation;
	struct km_bytes			 id = c->policy->holder;
	struct km_check			*k;
	int				 same;

	if (id.len == 0)
		return;
	same = km_bytes_equal(id, a->sub) || km_bytes_equal(id, a->kvk) ||
	    km_bytes_equal(id, a->euid) || km_bytes_equal(id, a->lei);
	k = set(r, KM_CHECK_HOLDER, same, KM_ERR_HOLDER);
	k->want_text = wanted(id, WANT_MAX);
	k->found_text = a->sub;
	if (same && r->binding == KM_BINDING_NONE)
		r->binding = KM_BINDING_HOLDER;
}

static void
judge_document(const struct km_case *c, struct km_report *r)
{
	enum km_document	 found = r->attestation.document;
	struct km_check		*k;
	int			 met;

	met = found == KM_DOCUMENT_CERTIFICATE ||
	    (found == KM_DOCUMENT_SELF_DECLARATION &&
	    c->policy->self_declaration == 1);
	k = set(r, KM_CHECK_DOCUMENT, met, KM_ERR_DOCUMENT);
	k->want = KM_DOCUMENT_CERTIFICATE;
	k->found = found;
}

/* A line without a service is about the organisation; the reader sees to it. */
static int
line_meets(const struct km_line *line, const struct km_demand *d)
{
	return line->claim == d->claim &&
	    km_bytes_equal(line->service, d->service) &&
	    d->level >= KM_LEVEL_BASIC && line->level >= d->level;
}

/* Met by one line, never by parts of several. */
static int
demand_met(const struct km_attestation *a, const struct km_demand *d)
{
	size_t	i;

	for (i = 0; i < a->n_lines; i++)
		if (line_meets(&a->line[i], d))
			return 1;
	return 0;
}

static void
judge_demands(const struct km_case *c, struct km_report *r)
{
	const struct km_policy	*p = c->policy;
	struct km_check		*k;
	size_t			 i, met = 0;
	int			 unmet = -1;

	if (p->n_demands == 0)
		return;
	for (i = 0; i < p->n_demands && i < KM_DEMANDS_MAX; i++) {
		if (demand_met(&r->attestation, &p->demand[i]))
			met++;
		else if (unmet < 0)
			unmet = (int)i;
	}
	k = set(r, KM_CHECK_DEMANDS, met == p->n_demands, KM_ERR_DEMAND);
	k->want = (int64_t)p->n_demands;
	k->found = (int64_t)met;
	if (unmet >= 0)
		k->want_text = wanted(p->demand[unmet].service, WANT_MAX);
}

static void
judge_body(const struct km_case *c, struct km_report *r)
{
	const struct km_policy	*p = c->policy;
	struct km_bytes		 body = r->attestation.body;
	struct km_check		*k;
	size_t			 i;
	int			 met = 0;

	if (p->n_bodies == 0)
		return;
	for (i = 0; i < p->n_bodies && i < KM_BODIES_MAX; i++)
		if (body.len > 0 && km_bytes_equal(p->body[i], body))
			met = 1;
	k = set(r, KM_CHECK_BODY, met && p->n_bodies <= KM_BODIES_MAX,
	    KM_ERR_BODY);
	k->want = (int64_t)p->n_bodies;
	k->want_text = wanted(p->body[0], WANT_MAX);
	k->found_text = body;
}

/*
 * Letters of the repertoire that no language of the register writes and that
 * pass for another: in a name they serve to look like somebody else.
 */
static const struct {
	uint16_t	 c;
	char		 looks;
} look_alikes[] = {
	{ 0x017f, 'f' },	/* long s */
	{ 0x0184, 'b' }, { 0x0185, 'b' },	/* tone six */
	{ 0x0196, 'l' },	/* iota */
	{ 0x01a6, 'R' },	/* yr */
	{ 0x01a7, 'S' }, { 0x01a8, 's' },	/* tone two */
	{ 0x01b7, '3' },	/* ezh */
	{ 0x01bc, '5' }, { 0x01bd, '5' },	/* tone five */
	{ 0x01bf, 'p' },	/* wynn */
	{ 0x01c0, 'l' }, { 0x01c1, 'l' }, { 0x01c2, 't' },
	{ 0x01c3, '!' },	/* clicks */
	{ 0x021c, '3' }, { 0x021d, '3' },	/* yogh */
	{ 0x0222, '8' }, { 0x0223, '8' },	/* ou */
	{ 0x0237, 'j' },	/* dotless j */
	{ 0x0241, '?' }, { 0x0242, '?' }	/* glottal stop */
};

/* The first look-alike in a text that the reader let through, or 0. */
static unsigned int
look_alike(struct km_bytes s)
{
	unsigned int	c;
	size_t		i, k;

	for (i = 0; i + 1 < s.len; i++) {
		if (s.p[i] >> 5 != 6)	/* all of them have two bytes */
			continue;
		c = (s.p[i] & 0x1fu) << 6 | (s.p[i + 1] & 0x3fu);
		for (k = 0; k < sizeof(look_alikes) / sizeof(look_alikes[0]);
		    k++)
			if (c == look_alikes[k].c)
				return c;
	}
	return 0;
}

static void
judge_names(struct km_report *r)
{
	const struct km_attestation	*a = &r->attestation;
	struct km_bytes			 name = a->legal_name;
	struct km_check			*k;
	unsigned int			 c;
	size_t				 i;

	c = look_alike(name);
	for (i = 0; i < a->n_trade_names && c == 0; i++) {
		name = a->trade_name[i];
		c = look_alike(name);
	}
	k = km_check_set(r, KM_CHECK_NAMES, c == 0 ? KM_PASSED : KM_WARNED,
	    c == 0 ? KM_OK : KM_ERR_TEXT);
	if (c != 0) {
		k->found = c;
		k->found_text = name;
	}
}

void
km_judge_policy(const struct km_case *c, struct km_report *r)
{
	judge_origin(c, r);
	judge_holder(c, r);
	judge_document(c, r);
	judge_demands(c, r);
	judge_body(c, r);
	judge_names(r);
}
