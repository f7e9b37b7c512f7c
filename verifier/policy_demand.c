/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Demands of the caller's own: the holder, what its claim lines must say, the
 * body, to go on from the epoch that it remembers (proof.c). One that cannot be
 * evaluated has failed.
 */
#include <string.h>

#include "judge.h"
#include "report.h"

/* What is asked for stands in the report only as long as an answer could. */
enum { WANT_MAX = 64 };

static struct km_bytes
wanted(struct km_bytes text)
{
	return text.len <= WANT_MAX ? text : (struct km_bytes){ NULL, 0 };
}

static struct km_check *
set(struct km_report *r, enum km_check_id id, int met, enum km_err why)
{
	return km_check_err(r, id, met ? KM_OK : why);
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
	k->want_text = wanted(id);
	k->found_text = a->sub;
	if (same && r->binding == KM_BINDING_NONE)
		r->binding = KM_BINDING_HOLDER;
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
		wanted(d->service),
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
	k->want_text = wanted(p->body[0]);
	k->found_text = body;
}

void
km_judge_demands(const struct km_case *c, struct km_report *r)
{
	judge_holder(c, r);
	judge_demands(c, r);
	judge_body(c, r);
}

/* Of one number, or of one and the next, the hashes that must be equal. */
void
km_say_remembered(const struct km_case *c, struct km_report *r,
    struct km_check *k, const struct km_epoch_proof *newest)
{
	const struct km_policy	*p = c->policy;
	const struct km_epoch	*e = newest->epoch;

	if (p->epoch_number == 0 || e->number < p->epoch_number ||
	    e->number - p->epoch_number > 1)
		return;
	k->want_text = km_say_hex(r, p->epoch_hash, KM_HASH_LEN);
	k->found_text = km_say_hex(r, e->number == p->epoch_number ?
	    newest->hash : e->previous, KM_HASH_LEN);
}

/*
 * An epoch is remembered and none is given that counts: whether this goes on
 * from it cannot be told, and what was asked and not evaluated has failed
 * (design section 4). Else a rollback would go unseen by leaving it out.
 */
void
km_judge_no_memory(const struct km_case *c, struct km_report *r,
    enum km_err why)
{
	struct km_check	*k;

	if (c->policy->epoch_number == 0)
		return;
	k = km_check_set(r, KM_CHECK_EPOCH_MEMORY, KM_FAILED, why);
	k->want = c->policy->epoch_number;
}
