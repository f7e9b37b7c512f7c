/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking by mark number, holder or host: the register that is known answers,
 * or says that there is none. Nothing is asked of the host, as the epoch
 * over the register was verified when it was added.
 */
#include <string.h>

#include "judge.h"

/* Nothing came with it. */
static const struct km_badge no_badge;

static int
overlaps(const struct km_lookup *l, const void *mem, size_t len)
{
	uintptr_t	a = (uintptr_t)l->mem, b = (uintptr_t)mem;

	return a < b ? b - a < l->mem_len : a - b < len;
}

enum km_err
km_known_register(struct km_known *known, void *mem, size_t len,
    const struct km_bytes *run, size_t n_runs)
{
	struct km_lookup_of	 of;
	struct km_lookup	*l;
	enum km_err		 err;

	if (!known->has_trust)
		return KM_ERR_NO_TRUST;
	if ((err = km_epoch_counts(known)) != KM_OK)
		return err;
	if (known->lookup != NULL && overlaps(known->lookup, mem, len))
		return KM_ERR_USE;
	of.head = &known->epoch.reg;
	of.authority = known->trust.authority;
	of.environment = known->trust.environment;
	l = km_lookup_build(mem, len, &of, run, n_runs, &err);
	if (l != NULL)
		known->lookup = l;
	return err;
}

/* Judge one attestation of the register. */
static enum km_verdict
judge_leaf(struct km_case *c, struct km_report *r, uint32_t leaf)
{
	struct km_bytes	a = km_lookup_attestation(c->known->lookup, leaf);
	struct km_sign1	s;

	memcpy(r->attestation_bytes, a.p, a.len);
	r->attestation_len = a.len;
	c->badge = &no_badge;
	c->attestation_err = km_attestation_decode(&r->attestation, &s,
	    r->attestation_bytes, a.len);
	if (c->attestation_err == KM_OK) {
		c->sign1 = &s;
		c->key = km_trust_find(&c->known->trust, s.kid);
		km_case_listing(c, r);
		km_case_list(c, r);
	}
	km_judge(c, r);
	c->sign1 = NULL;
	return r->verdict;
}

static void
begin(struct km_case *c, const struct km_known *known,
    const struct km_question *q, struct km_report *out, enum km_by by,
    struct km_bytes key)
{
	km_case_begin(c, known, q, out);
	c->by = by;
	c->asked = key;
	km_case_epoch(c);
	c->register_err = km_lookup_is_key(by, key) ?
	    km_register_err(c, out->now) : KM_ERR_VALUE;
}

/* The newest that is valid answers, else the newest. */
enum km_verdict
km_check(const struct km_known *known, struct km_report *out,
    const struct km_question *q, enum km_by by, const uint8_t *p, size_t len)
{
	struct km_bytes	key = { p, len };
	struct km_case	c;
	uint32_t	at = 0;
	int64_t		first, leaf;
	int		older = 0;

	begin(&c, known, q, out, by, key);
	first = c.register_err != KM_OK ? -1 :
	    km_lookup_next(known->lookup, &at, by, key);
	if (first < 0) {
		km_judge_absent(&c, out);
		return out->verdict;
	}
	if (judge_leaf(&c, out, (uint32_t)first) == KM_VALID)
		return KM_VALID;
	while ((leaf = km_lookup_next(known->lookup, &at, by, key)) >= 0) {
		older = 1;
		begin(&c, known, q, out, by, key);
		if (judge_leaf(&c, out, (uint32_t)leaf) == KM_VALID)
			return KM_VALID;
	}
	if (older) {
		begin(&c, known, q, out, by, key);
		(void)judge_leaf(&c, out, (uint32_t)first);
	}
	return out->verdict;
}

enum km_verdict
km_check_leaf(const struct km_known *known, struct km_report *out,
    const struct km_question *q, enum km_by by, struct km_bytes key,
    uint32_t leaf)
{
	struct km_case	c;

	begin(&c, known, q, out, by, key);
	if (c.register_err == KM_OK && leaf < known->lookup->n)
		return judge_leaf(&c, out, leaf);
	km_judge_absent(&c, out);
	return out->verdict;
}

enum km_verdict
km_check_absent(const struct km_known *known, struct km_report *out,
    const struct km_question *q)
{
	struct km_case	c;

	km_case_begin(&c, known, q, out);
	c.by = KM_BY_NUMBER;
	km_case_epoch(&c);
	c.register_err = km_register_err(&c, out->now);
	km_judge_absent(&c, out);
	return out->verdict;
}
