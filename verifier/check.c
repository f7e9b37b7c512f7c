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

/*
 * Judge one attestation of the register, which was decoded when it was added.
 * It is what the register has, and that counts, or nobody had come here.
 */
static enum km_verdict
judge_leaf(struct km_case *c, struct km_report *r,
    const struct km_lookup_leaf *f)
{
	struct km_sign1	s;

	memset(&s, 0, sizeof(s));
	memcpy(r->attestation_bytes, f->p + f->at, f->attestation);
	r->attestation_len = f->attestation;
	km_places_get(&r->attestation, &s, r->attestation_bytes, &f->places,
	    f->word);
	c->badge = &no_badge;
	c->sign1 = &s;
	c->key = km_trust_find(&c->known->trust, s.kid);
	c->listing = KM_LISTING_SAME;
	c->listed_status = (enum km_status)f->status;
	km_case_list(c, r);
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
	const struct km_lookup_leaf	*first, *f, *next;
	struct km_lookup_find		 find;
	struct km_bytes			 key = { p, len };
	struct km_case			 c;
	int				 last = 0;

	km_lookup_begin(&find, known->lookup, by, key);
	begin(&c, known, q, out, by, key);
	first = c.register_err != KM_OK ? NULL : km_lookup_next(&find);
	if (first == NULL) {
		km_judge_absent(&c, out);
		return out->verdict;
	}
	f = first;
	while (judge_leaf(&c, out, f) != KM_VALID && !last) {
		next = km_lookup_next(&find);
		if (next == NULL && f == first)
			break;		/* it is the only one */
		last = next == NULL;
		f = last ? first : next;
		begin(&c, known, q, out, by, key);
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
		return judge_leaf(&c, out,
		    km_lookup_leaf(known->lookup, leaf));
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
