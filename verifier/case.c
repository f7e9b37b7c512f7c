/* SPDX-License-Identifier: EUPL-1.2 */
/* A case for the judge: what is known that bears on one attestation. */
#include <string.h>

#include "judge.h"

static const struct km_policy no_policy;

void
km_case_begin(struct km_case *c, const struct km_known *known,
    const struct km_question *q, struct km_report *out)
{
	memset(out, 0, sizeof(*out));
	/* Within the times that objects can have, so that sums cannot wrap. */
	out->now = q->now < 0 ? 0 : q->now > KM_TIME_MAX ? KM_TIME_MAX :
	    q->now;
	memset(c, 0, sizeof(*c));
	c->q = q;
	c->policy = q->policy != NULL ? q->policy : &no_policy;
	c->known = known;
	c->key = -1;
}

void
km_case_epoch(struct km_case *c)
{
	struct km_epoch_proof	*e = &c->epoch[KM_FROM_KNOWN];

	if (!c->known->has_epoch)
		return;
	e->given = 1;
	e->err = km_epoch_counts(c->known);
	e->epoch = &c->known->epoch;
	e->hash = c->known->epoch_hash;
}

void
km_case_list(struct km_case *c, const struct km_report *r)
{
	struct km_list_proof	*p = &c->list[KM_FROM_KNOWN];
	const struct km_list	*l;

	l = km_known_list(c->known, r->attestation.status_uri);
	if (l == NULL)
		return;
	p->given = 1;
	p->err = km_list_counts(c->known, l);
	p->iat = l->iat;
	p->exp = l->exp;
	p->bits = l->bits;
	p->entries = (struct km_bytes){ l->entries, l->len };
}
