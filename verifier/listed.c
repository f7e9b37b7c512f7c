/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Judging what the register says, and what it means to be asked by a key.
 *
 * A register that counts is complete: it has every attestation that was
 * there at its epoch's this-update. So what it does not have is not listed;
 * but an index that it does not reach may be of one given since.
 */
#include "judge.h"

enum { CLOCKS = 300 };			/* seconds they may differ */

/* All bytes are compared, signature included. */
void
km_case_listing(struct km_case *c, const struct km_report *r)
{
	const struct km_lookup	*l = c->known->lookup;
	uint32_t		 i;
	struct km_bytes		 held;

	c->register_err = km_register_err(c, r->now);
	if (c->register_err != KM_OK)
		return;
	i = r->attestation.shard << 16 | r->attestation.idx;
	if (i >= l->n) {
		c->listing = KM_LISTING_BEYOND;
		return;
	}
	held = km_lookup_attestation(l, i);
	c->listing = km_bytes_equal(held, (struct km_bytes){
	    r->attestation_bytes, r->attestation_len }) ? KM_LISTING_SAME :
	    KM_LISTING_OTHER;
	c->listed_status = (enum km_status)km_lookup_leaf(l, i)->status;
}

/* 1 when the answer "not listed" may be given; else why not. */
static int
may_be_absent(const struct km_case *c, const struct km_report *r,
    enum km_err *why)
{
	static const enum km_check_id	first[] = {
		KM_CHECK_TRUST, KM_CHECK_TRUST_DATE, KM_CHECK_EPOCH_AGE,
		KM_CHECK_EPOCH_MEMORY
	};
	size_t				i;

	for (i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (r->check[first[i]].outcome == KM_FAILED) {
			*why = r->check[first[i]].why;
			return 0;
		}
	*why = c->register_err != KM_OK ? c->register_err :
	    c->known->trust.environment != c->policy->environment ?
	    KM_ERR_ENVIRONMENT : KM_OK;
	return *why == KM_OK;
}

static void
judge_absent(const struct km_case *c, struct km_report *r)
{
	struct km_check	*k;
	enum km_err	 why;

	if (may_be_absent(c, r, &why))
		k = km_check_err(r, KM_CHECK_LISTED, KM_ERR_NOT_LISTED);
	else
		k = km_check_set(r, KM_CHECK_LISTED, KM_NOT_PERFORMED, why);
	/* What is no key may be anything, of any size. */
	if (km_lookup_is_key(c->by, c->asked))
		k->want_text = c->asked;
}

/* Given since, or one that the register of its own day does not know. */
static void
judge_beyond(const struct km_case *c, struct km_report *r)
{
	const struct km_epoch	*e = c->epoch[KM_FROM_KNOWN].epoch;
	int			 since;
	struct km_check		*k;

	since = r->attestation.iat + CLOCKS >= e->this_update;
	k = km_check_set(r, KM_CHECK_LISTED, since ? KM_NOT_PERFORMED :
	    KM_FAILED, since ? KM_ERR_INDEX : KM_ERR_NOT_LISTED);
	k->want = (int64_t)e->reg.size;
	k->found = (int64_t)(r->attestation.shard << 16 | r->attestation.idx);
}

void
km_judge_listed(const struct km_case *c, struct km_report *r)
{
	int	broken;

	switch (c->listing) {
	case KM_LISTING_NONE:
		if (c->by != 0)
			judge_absent(c, r);
		else if (c->known->lookup != NULL)
			km_check_set(r, KM_CHECK_LISTED, KM_NOT_PERFORMED,
			    c->register_err);
		return;
	case KM_LISTING_SAME:
		/* The badge's own path may be broken nevertheless. */
		broken = r->check[KM_CHECK_REGISTER_PROOF].outcome ==
		    KM_FAILED;
		km_check_set(r, KM_CHECK_REGISTER_PROOF, broken ?
		    KM_WARNED : KM_PASSED, broken ? KM_ERR_PROOF : KM_OK);
		km_check_err(r, KM_CHECK_LISTED, KM_OK)->want_text = c->asked;
		return;
	case KM_LISTING_OTHER:
		/* No index is given twice: one of the two is not genuine. */
		km_check_err(r, KM_CHECK_LISTED, KM_ERR_MISMATCH);
		return;
	case KM_LISTING_BEYOND:
		judge_beyond(c, r);
		return;
	}
}

/*
 * What came in the place of one that was superseded: the mark's number stays,
 * so it is the newest attestation with it, where a register tells. It is
 * given later, so that its index is never 0.
 */
void
km_judge_successor(const struct km_case *c, struct km_report *r)
{
	struct km_check			*k = &r->check[KM_CHECK_STATUS];
	const struct km_lookup_leaf	*newest;
	struct km_lookup_find		 find;

	if (k->why != KM_ERR_SUPERSEDED || c->register_err != KM_OK)
		return;
	km_lookup_begin(&find, c->known->lookup, KM_BY_NUMBER,
	    r->attestation.number);
	newest = km_lookup_next(&find);
	if (newest == NULL || newest->index <=
	    (r->attestation.shard << 16 | r->attestation.idx))
		return;
	k->want = newest->index;
	k->want_text = r->attestation.number;
}

/*
 * Found by its holder or host, it is bound to that, unless the policy asks
 * for a holder or host of its own, which then decides.
 */
void
km_judge_asked(const struct km_case *c, struct km_report *r)
{
	struct km_check	*k;

	if (c->by == KM_BY_HOST &&
	    r->check[KM_CHECK_ORIGIN].outcome == KM_NOT_PERFORMED) {
		k = km_check_err(r, KM_CHECK_ORIGIN, KM_OK);
		k->want = (int64_t)r->attestation.n_hosts;
		k->want_text = r->attestation.host[0];
		k->found_text = c->asked;
		r->binding = KM_BINDING_ORIGIN;
	}
	if (c->by == KM_BY_HOLDER &&
	    r->check[KM_CHECK_HOLDER].outcome == KM_NOT_PERFORMED) {
		k = km_check_err(r, KM_CHECK_HOLDER, KM_OK);
		k->want_text = c->asked;
		k->found_text = r->attestation.sub;
		if (r->binding == KM_BINDING_NONE)
			r->binding = KM_BINDING_HOLDER;
	}
}
