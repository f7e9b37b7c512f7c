/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who may propose and approve a decision (design section 5, the table and the
 * paragraph under it). The table is data of the scheme in force; that all are
 * different people is not.
 */
#include <string.h>

#include "persons.h"

/* Before there is a scheme, the roots adopt one (design section 5, init). */
static const struct scheme_row first_scheme = {
	.kind = DECISION_SCHEME,
	.proposer = ROLE_ROOT,
	.threshold_role = ROLE_ROOT,
	.threshold = SCHEME_THRESHOLD_TRUST,
	.distinct = 1
};

static const struct scheme_row *
row_of(const struct rules_facts *f, const struct decision *d)
{
	return f->scheme == NULL ? &first_scheme :
	    scheme_row(f->scheme, d->kind);
}

/* Roles that must approve, of which first_scheme has none. */
static const struct scheme_approvers *
needed(const struct rules_facts *f, const struct decision *d)
{
	return f->scheme == NULL ? &first_scheme.approvers[0] :
	    scheme_approvers(f->scheme, d->kind,
	    (unsigned int)rules_level(d));
}

static size_t
threshold(const struct rules_facts *f, const struct scheme_row *row)
{
	return row->threshold == SCHEME_THRESHOLD_TRUST ?
	    f->trust->threshold : row->threshold;
}

/* iss is "manager:" and a kid in hex: is that key in its period? */
static int
manager_in_period(const struct km_trust *trust, struct km_bytes iss,
    int64_t now)
{
	static const char	 hex[] = "0123456789abcdef";
	const struct km_trust_key *k;
	char			 id[8 + 2 * KM_KID_LEN + 1] = "manager:";
	size_t			 i, j;

	for (i = 0; i < trust->n_keys; i++) {
		k = &trust->key[i];
		for (j = 0; j < KM_KID_LEN; j++) {
			id[8 + 2 * j] = hex[k->key.kid[j] >> 4];
			id[8 + 2 * j + 1] = hex[k->key.kid[j] & 15];
		}
		if (km_bytes_equal(km_bytes_of(id), iss))
			return k->revoked_at == -1 &&
			    now >= k->not_before && now < k->not_after;
	}
	return 0;
}

/* May this person act at all, today? */
static enum refusal
in_force(const struct rules_facts *f, const struct approver *a)
{
	if (a->officer == NULL) {
		if ((a->roles & ROLE_MANAGER) &&
		    !manager_in_period(f->trust, a->iss, f->now))
			return REFUSAL_PERSON;
		return REFUSAL_NONE;
	}
	if (f->officers == NULL || f->now >= f->officers->expires)
		return REFUSAL_OFFICERS_EXPIRED;
	if (f->now < a->officer->from || f->now >= a->officer->until ||
	    f->disabled(f->arg, a->iss))
		return REFUSAL_PERSON;
	return REFUSAL_NONE;
}

/* Does the i-th, who is the proposer if 0, have a role that counts? */
static int
role_right(const struct rules_facts *f, const struct decision *d,
    const struct approver *a, size_t i)
{
	const struct scheme_approvers	*roles = needed(f, d);
	const struct scheme_row		*row = row_of(f, d);
	size_t				 k;

	if (row->threshold != 0 && !(a->roles & row->threshold_role))
		return 0;
	if (i == 0) {
		if (!(a->roles & row->proposer))
			return 0;
		/* The assessor answers for the body he works for. */
		return d->kind != DECISION_ASSESSMENT ||
		    (a->officer != NULL && km_bytes_equal(
		    a->officer->employer, d->u.assessment.body));
	}
	if (row->threshold != 0)
		return 1;
	for (k = 0; k < roles->n; k++)
		if (a->roles & roles->role[k])
			return 1;
	return 0;
}

static int
is_alnum(uint8_t ch)
{
	return (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
}

/*
 * Accreditation numbers as people mean them: "C 999" and "C-999" are one body
 * here, however it is written in the officers list.
 */
static int
same_body(struct km_bytes a, struct km_bytes b)
{
	size_t	i = 0, j = 0;

	for (;; i++, j++) {
		while (i < a.len && !is_alnum(a.p[i]))
			i++;
		while (j < b.len && !is_alnum(b.p[j]))
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (a.p[i] != b.p[j])
			return 0;
	}
}

/*
 * With the holder that the decision is about. Of a mark the holder may not be
 * known to the caller; then a person with any conflict might have this one.
 * Of a body, who works for it has one, declared or not.
 */
static int
has_conflict(const struct rules_facts *f, const struct decision *d,
    const struct approver *a)
{
	struct km_bytes	holder = d->subject;
	size_t		i;

	if (a->officer == NULL)
		return 0;
	if (d->kind == DECISION_BODY_ADD || d->kind == DECISION_BODY_CHANGE)
		return same_body(a->officer->employer, d->subject);
	if (decision_on_mark(d->kind)) {
		holder = f->holder;
		if (holder.len == 0)
			return a->officer->n_conflicts > 0;
	}
	for (i = 0; i < a->officer->n_conflicts; i++)
		if (km_bytes_equal(a->officer->conflict[i], holder))
			return 1;
	return 0;
}

/* Is this the assessor, or one who works where the assessor did or does? */
static int
is_of(const struct approver *a, const struct assessed_by *by,
    const struct officer *now)
{
	if (km_bytes_equal(by->person, a->iss))
		return 1;
	if (a->officer == NULL || a->officer->employer.len == 0)
		return 0;
	/* Since then the assessor may have gone to another body. */
	return same_body(a->officer->employer, by->body) || (now != NULL &&
	    same_body(a->officer->employer, now->employer));
}

/*
 * Assessed this file, or works where the assessor does. Acts on a mark rest
 * on no assessment: the holder's are all that there are up to now.
 */
static int
is_assessor(const struct rules_facts *f, const struct approver *a)
{
	const struct rested	*r;
	const struct officer	*now;
	struct assessed_by	 by;
	size_t			 i;

	for (i = 0; i < f->n_rested; i++) {
		r = &f->rested[i];
		if (r->decision->kind != DECISION_ASSESSMENT)
			continue;
		by.person = r->decision->proposer;
		by.body = r->decision->u.assessment.body;
		if (is_of(a, &by, r->n_approvers > 0 ?
		    r->approver[0].officer : NULL))
			return 1;
	}
	for (i = 0; i < f->n_assessed; i++) {
		now = f->officers == NULL ? NULL :
		    officers_find(f->officers, f->assessed[i].person);
		if (is_of(a, &f->assessed[i], now))
			return 1;
	}
	return 0;
}

static enum refusal
person_check(const struct rules_facts *f, const struct decision *d,
    const struct approver *a, size_t i)
{
	const struct scheme_row	*row = row_of(f, d);
	enum refusal		 r;
	size_t			 j;

	if ((r = in_force(f, &a[i])) != REFUSAL_NONE)
		return r;
	for (j = 0; j < i; j++)
		if (km_bytes_equal(a[j].iss, a[i].iss))
			return REFUSAL_TWICE;
	if (!role_right(f, d, &a[i], i))
		return REFUSAL_ROLE;
	if (row->not_conflicted && has_conflict(f, d, &a[i]))
		return REFUSAL_CONFLICT;
	if (row->not_assessor && is_assessor(f, &a[i]))
		return REFUSAL_ASSESSOR;
	return REFUSAL_NONE;
}

/*
 * The largest set of needed roles that different people can fill, a bit for
 * each of the roles in order. A person may have several roles but fills one:
 * sets that can be filled grow person by person.
 */
static unsigned int
filled(const struct scheme_approvers *roles, const struct approver *a,
    size_t n)
{
	unsigned char	reach[1 << SCHEME_APPROVERS_MAX] = { 1 };
	unsigned int	set, best = 0;
	size_t		i, k;

	for (i = 1; i < n; i++)		/* the proposer does not approve */
		for (set = 1U << roles->n; set-- > 0; )
			for (k = 0; reach[set] && k < roles->n; k++)
				if (!(set & 1U << k) &&
				    (a[i].roles & roles->role[k]))
					reach[set | 1U << k] = 1;
	for (set = 0; set < 1U << roles->n; set++)
		if (reach[set] && __builtin_popcount(set) >
		    __builtin_popcount(best))
			best = set;
	return best;
}

unsigned int
rules_missing(const struct rules_facts *f, const struct decision *d,
    const struct approver *a, size_t n)
{
	const struct scheme_approvers	*roles;
	const struct scheme_row		*row;
	unsigned int			 have, missing = 0;
	size_t				 k;

	if (f->scheme == NULL && d->kind != DECISION_SCHEME)
		return 0;
	row = row_of(f, d);
	if (row->threshold != 0)
		return n < threshold(f, row) ?
		    (unsigned int)row->threshold_role : 0;
	if (n == 0)		/* the proposer has yet to sign */
		missing |= row->proposer;
	roles = needed(f, d);
	have = filled(roles, a, n);
	for (k = 0; k < roles->n; k++)
		if (!(have & 1U << k))
			missing |= roles->role[k];
	return missing;
}

enum refusal
persons_check(const struct rules_facts *f, const struct decision *d,
    const struct approver *a, size_t n, struct km_bytes *who)
{
	enum refusal	r;
	size_t		i;

	/* First, as who must have which role depends on it. */
	for (i = 0; i < n; i++)
		if (i == 0 ? !km_bytes_equal(a[0].iss, d->proposer) :
		    i > 1 && km_bytes_cmp(a[i - 1].iss, a[i].iss) > 0) {
			*who = a[i].iss;
			return REFUSAL_ORDER;
		}
	for (i = 0; i < n; i++)
		if ((r = person_check(f, d, a, i)) != REFUSAL_NONE) {
			*who = a[i].iss;
			return r;
		}
	return rules_missing(f, d, a, n) != 0 ? REFUSAL_APPROVALS :
	    REFUSAL_NONE;
}
