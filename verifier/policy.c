/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is asked of every badge: the site that shows it, the kind of document,
 * and what the caller demands beyond that (policy_demand.c). Last, names that
 * could be read as other names.
 */
#include "judge.h"
#include "report.h"

/* What is asked for stands in the report only as long as an answer could. */
enum { ORIGIN_MAX = 253 };

static struct km_check *
set(struct km_report *r, enum km_check_id id, int met, enum km_err why)
{
	return km_check_err(r, id, met ? KM_OK : why);
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
	if (origin.len <= ORIGIN_MAX)
		k->found_text = origin;
	if (named)
		r->binding = KM_BINDING_ORIGIN;
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
	judge_document(c, r);
	km_judge_demands(c, r);
	judge_names(r);
}
