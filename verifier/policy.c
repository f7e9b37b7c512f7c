/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the caller asks for: the site that shows the badge, the holder, the
 * kind of document, demands, bodies. A demand that cannot be evaluated has
 * failed. Last, names that could be read as other names.
 */
#include <string.h>

#include "judge.h"
#include "report.h"

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

/* id is a prefix of so many bytes and then this, which is there. */
static int
is_with(struct km_bytes id, const char *prefix, struct km_bytes it)
{
	struct km_bytes	p = km_bytes_of(prefix);

	return it.len > 0 && id.len == p.len + it.len &&
	    memcmp(id.p, p.p, p.len) == 0 &&
	    memcmp(id.p + p.len, it.p, it.len) == 0;
}

/*
 * An identifier that the attestation has, whole and as it is registered. Two
 * say the same in other words: the EUID of a KVK number, which the reader
 * holds to be so where both stand there, and the sub of a LEI.
 */
static int
is_holder(const struct km_attestation *a, struct km_bytes id)
{
	return km_bytes_equal(id, a->sub) || km_bytes_equal(id, a->kvk) ||
	    km_bytes_equal(id, a->euid) || km_bytes_equal(id, a->lei) ||
	    is_with(id, "NLNHR.", a->kvk) || is_with(id, "LEIXG-", a->lei) ||
	    is_with(a->sub, "LEIXG-", id);
}

static void
judge_holder(const struct km_case *c, struct km_report *r)
{
	const struct km_attestation	*a = &r->attestation;
	struct km_bytes			 id = c->policy->holder;
	struct km_check			*k;
	int				 same;

	if (id.len == 0)
		return;
	same = is_holder(a, id);
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
	k->want_text = km_bytes_of(c->policy->self_declaration == 1 ?
	    "certificate or self-declaration" : "certificate");
	k->found = found;
	k->found_text = km_bytes_of(km_document_name(found));
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

/* As keurmerk's --demand has it: claim, service, level. */
static struct km_bytes
say_demand(struct km_report *r, const struct km_demand *d)
{
	struct km_bytes	part[3] = {
		km_bytes_of(km_claim_name(d->claim)),
		wanted(d->service, WANT_MAX),
		km_bytes_of(km_level_name(d->level))
	};

	return km_say(r, part, 3);
}

/* The line that comes nearest: of the same claim and service. */
static struct km_bytes
say_nearest(struct km_report *r, const struct km_demand *d)
{
	const struct km_line	*l;
	struct km_demand	 near = *d;
	size_t			 i;

	for (i = 0; i < r->attestation.n_lines; i++) {
		l = &r->attestation.line[i];
		near.level = l->level;
		if (l->claim == d->claim &&
		    km_bytes_equal(l->service, d->service))
			return say_demand(r, &near);
	}
	return (struct km_bytes){ NULL, 0 };	/* not assessed */
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
	if (unmet >= 0) {
		k->want_text = say_demand(r, &p->demand[unmet]);
		k->found_text = say_nearest(r, &p->demand[unmet]);
	}
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
 * Look-alikes. The repertoire is one script, Latin (design section 3), so
 * that scripts cannot be mixed. These are letters of it that no language of
 * the register writes and that pass for another: in a name they serve to look
 * like somebody else.
 */
struct look_alike {
	uint16_t	 c;
	char		 looks;
};
static const struct look_alike strange[] = {
	{ 0x0138, 'k' },	/* kra */
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

/*
 * No letters, but between two small letters they pass for one. Digits stand
 * in many a name, seldom there. What is told apart by no rule is left alone,
 * or every other name would be warned of: rn and m, I and l.
 */
static const struct look_alike between[] = {
	{ '0', 'o' }, { '1', 'l' }, { '|', 'l' }, { '!', 'l' },
	{ 0x00a1, 'i' }, { 0x00aa, 'a' }, { 0x00b9, 'l' }, { 0x00ba, 'o' },
	{ 0x00d7, 'x' }		/* the sign of multiplying */
};

static char
looks_like(const struct look_alike *a, size_t n, unsigned int c)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (a[i].c == c)
			return a[i].looks;
	return 0;
}

/* The character at i, of one or two bytes; all look-alikes have no more. */
static unsigned int
character(struct km_bytes s, size_t i, size_t *n)
{
	*n = 1;
	if (s.p[i] >> 5 != 6 || s.len - i < 2)
		return s.p[i];
	*n = 2;
	return (s.p[i] & 0x1fu) << 6 | (s.p[i + 1] & 0x3fu);
}

static int
is_small(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

/* What most of a name is made of, and no look-alike. */
static int
is_plain(uint8_t c)
{
	return is_small(c) || (c >= 'A' && c <= 'Z') || c == ' ';
}

/*
 * The first look-alike in a text that the reader let through, or 0; and what
 * it looks like. Bytes within a character of three equal no look-alike.
 */
static unsigned int
look_alike(struct km_bytes s, char *looks)
{
	unsigned int	c;
	size_t		i, n;

	for (i = 0; i < s.len; i += n) {
		if (is_plain(s.p[i])) {
			n = 1;
			continue;
		}
		c = character(s, i, &n);
		*looks = looks_like(strange,
		    sizeof(strange) / sizeof(strange[0]), c);
		if (*looks == 0 && i > 0 && n < s.len - i &&
		    is_small(s.p[i - 1]) && is_small(s.p[i + n]))
			*looks = looks_like(between,
			    sizeof(between) / sizeof(between[0]), c);
		if (*looks != 0)
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
	char				 looks = 0;

	c = look_alike(name, &looks);
	for (i = 0; i < a->n_trade_names && c == 0; i++) {
		name = a->trade_name[i];
		c = look_alike(name, &looks);
	}
	k = km_check_set(r, KM_CHECK_NAMES, c == 0 ? KM_PASSED : KM_WARNED,
	    c == 0 ? KM_OK : KM_ERR_TEXT);
	if (c != 0) {
		k->want = looks;
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
