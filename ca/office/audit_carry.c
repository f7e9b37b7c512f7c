/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: what an act changes, worked out again from the acts alone and held
 * against the history in the register.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/number.h"

#include "audit_state.h"

static int
no_memory(void)
{
	log_warnx("audit: no memory for what the log leads to");
	return -1;
}

static int
carry_provider(struct audit *a, const struct decision *d)
{
	struct audit_subject	*s;

	s = audit_subject_add(a, d->subject, STORE_PROVIDER);
	if (s == NULL)
		return no_memory();
	memcpy(s->head, d->id, KM_HASH_LEN);
	memcpy(s->in_force, d->id, KM_HASH_LEN);
	return 0;
}

static int
carry_body(struct audit *a, const struct decision *d)
{
	struct audit_subject	*s;
	size_t			 len = d->u.body.name.len;

	if ((s = audit_subject_add(a, d->subject, STORE_BODY)) == NULL)
		return no_memory();
	memcpy(s->head, d->id, KM_HASH_LEN);
	memcpy(s->in_force, d->id, KM_HASH_LEN);
	s->body = d->u.body;
	memcpy(s->name, d->u.body.name.p, len);
	s->body.name = (struct km_bytes){ (uint8_t *)s->name, len };
	return 0;
}

/* Who assessed a provider, and for which body: each once. */
static int
carry_assessment(struct audit *a, const struct decision *d)
{
	struct audit_assessed	 by, *all;
	struct audit_subject	*s;
	size_t			 i;

	if ((s = audit_subject(a, d->subject)) == NULL)
		return 0;	/* told: the rules did not allow it */
	memset(&by, 0, sizeof(by));
	by.person_len = d->proposer.len;
	memcpy(by.person, d->proposer.p, by.person_len);
	by.body_len = d->u.assessment.body.len;
	memcpy(by.body, d->u.assessment.body.p, by.body_len);
	for (i = 0; i < s->n_assessed; i++)
		if (memcmp(&s->assessed[i], &by, sizeof(by)) == 0)
			return 0;
	all = realloc(s->assessed, (s->n_assessed + 1) * sizeof(*all));
	if (all == NULL)
		return no_memory();
	s->assessed = all;
	all[s->n_assessed++] = by;
	return 0;
}

/* The authority's own head. */
static int
carry_head(struct audit *a, const struct decision *d)
{
	struct audit_subject	*s;

	s = audit_subject_add(a, (struct km_bytes){ NULL, 0 },
	    STORE_AUTHORITY);
	if (s == NULL)
		return no_memory();
	memcpy(s->head, d->id, KM_HASH_LEN);
	return 0;
}

static int
carry_disable(struct audit *a, const struct decision *d)
{
	struct km_bytes	person = d->u.person;

	if (a->n_disabled < OFFICERS_N_MAX && person.len <= PERSON_MAX) {
		memcpy(a->disabled[a->n_disabled], person.p, person.len);
		a->disabled[a->n_disabled++][person.len] = '\0';
	}
	return carry_head(a, d);
}

static int
carry_scheme(struct audit *a, const struct decision *d)
{
	struct store_list	list;
	struct scheme_error	err;
	int			rc;

	rc = store_list(a->store, &list, STORE_SCHEME,
	    d->u.scheme.version);
	if (rc == -1)
		return -1;
	if (rc == 1 || !km_bytes_equal(list.name, d->u.scheme.scheme)) {
		audit_bad(a, "store act %" PRIu64 ": expected the scheme that"
		    " it names, found none", a->at);
		return carry_head(a, d);
	}
	km_sha256(a->scheme_hash, &list.bytes, 1);
	if (memcmp(a->scheme_hash, d->u.scheme.hash.p, KM_HASH_LEN) != 0)
		audit_bad(a, "store scheme %" PRIu32 ": expected the JSON that"
		    " act %" PRIu64 " names, found another",
		    d->u.scheme.version, a->at);
	if (!scheme_parse(&a->scheme, list.bytes.p, list.bytes.len, &err))
		audit_bad(a, "store scheme %" PRIu32 ": line %d: %s",
		    d->u.scheme.version, err.line, err.message);
	return carry_head(a, d);
}

static struct audit_slot *
slot_add(struct audit *a)
{
	struct audit_slot	*p;
	uint64_t		 cap;

	if (a->n_slots == a->cap_slots) {
		cap = a->cap_slots == 0 ? 1024 : a->cap_slots * 2;
		p = realloc(a->slot, (size_t)cap * sizeof(*p));
		if (p == NULL)
			return NULL;
		a->slot = p;
		a->cap_slots = cap;
	}
	p = &a->slot[a->n_slots++];
	memset(p, 0, sizeof(*p));
	p->older = AUDIT_NONE;
	return p;
}

/* The slot is there even when the mark is not to be had. */
static int
carry_grant(struct audit *a, const struct store_act *act,
    const struct decision *d, struct km_bytes attestation)
{
	struct km_attestation	 at;
	struct km_sign1		 sign1;
	struct audit_subject	*holder, *mark;
	struct audit_slot	*slot;
	enum km_err		 err;

	if ((slot = slot_add(a)) == NULL)
		return no_memory();
	slot->n = 1;
	slot->status = KM_STATUS_VALID;
	err = km_attestation_decode(&at, &sign1, attestation.p,
	    attestation.len);
	if (err != KM_OK) {
		audit_bad(a, "store attestation %" PRIu64 ": expected one,"
		    " found: %s", a->n_slots - 1, km_err_name(err));
		return 0;
	}
	if (!km_bytes_equal(act->mark, at.number))
		audit_bad(a, "store act %" PRIu64 ": expected mark %.*s, found"
		    " %.*s", act->index, (int)at.number.len,
		    (const char *)at.number.p, (int)act->mark.len,
		    (const char *)act->mark.p);
	(void)number_parse(at.number, &a->year, &a->seq);
	holder = audit_subject_add(a, d->subject, STORE_PROVIDER);
	mark = audit_subject_add(a, at.number, STORE_MARK);
	if (holder == NULL || mark == NULL)
		return no_memory();
	memcpy(holder->head, d->id, KM_HASH_LEN);
	memcpy(mark->head, d->id, KM_HASH_LEN);
	mark->holder = holder;
	slot->exp = at.exp;
	slot->mark = mark;
	slot->older = mark->newest;
	mark->newest = (int64_t)a->n_slots - 1;
	return 0;
}

static enum km_status
status_after(enum decision_kind kind, enum km_event_kind *event)
{
	if (kind == DECISION_SUSPEND) {
		*event = KM_EVENT_SUSPEND;
		return KM_STATUS_SUSPENDED;
	}
	if (kind == DECISION_LIFT) {
		*event = KM_EVENT_LIFT;
		return KM_STATUS_VALID;
	}
	*event = KM_EVENT_WITHDRAW;
	return KM_STATUS_WITHDRAWN;
}

/* This act's line in the history of one attestation. */
static int
carry_event(struct audit *a, const struct decision *d, int64_t idx,
    int64_t at)
{
	struct audit_slot	*slot = &a->slot[idx];
	struct km_register_leaf	 leaf;
	struct km_event		*e;
	struct buf		 bytes;
	enum km_event_kind	 kind;
	int			 rc, reason;

	slot->status = status_after(d->kind, &kind);
	reason = d->kind == DECISION_LIFT ? 0 : d->u.act.reason;
	buf_init(&bytes, RUN_LEAF_MAX);
	rc = audit_leaf(a, (uint64_t)idx, &leaf, &bytes);
	if (rc == 0 && slot->n < leaf.n) {
		e = &leaf.event[slot->n];
		if (e->at != at || e->kind != kind || e->reason != reason)
			audit_bad(a, "store attestation %" PRId64 ": expected"
			    " event %" PRIu32 " to be act %" PRIu64 " (%s,"
			    " reason %d), found %s, reason %d", idx, slot->n,
			    a->at, km_event_name(kind), reason,
			    km_event_name(e->kind), e->reason);
	}
	/* One that is missing shows when all are counted. */
	slot->n++;
	buf_free(&bytes);
	return rc;
}

/* All unexpired attestations of the mark that can go there. */
static int
carry_mark(struct audit *a, const struct decision *d, int64_t at)
{
	struct audit_subject	*mark = audit_subject(a, d->subject);
	enum km_event_kind	 kind;
	enum km_status		 to = status_after(d->kind, &kind);
	int64_t			 i;

	if (mark == NULL || mark->kind != STORE_MARK)
		return 0;	/* told by the rules: unknown subject */
	memcpy(mark->head, d->id, KM_HASH_LEN);
	for (i = mark->newest; i != AUDIT_NONE; i = a->slot[i].older)
		if (a->slot[i].exp > at &&
		    rules_transition(a->slot[i].status, to) &&
		    carry_event(a, d, i, at) == -1)
			return -1;
	return 0;
}

int
audit_carry(struct audit *a, const struct store_act *act,
    const struct decision *d, int64_t at, struct km_bytes attestation)
{
	switch (d->kind) {
	case DECISION_PROVIDER_ADD:
	case DECISION_PROVIDER_CHANGE:
		return carry_provider(a, d);
	case DECISION_BODY_ADD:
	case DECISION_BODY_CHANGE:
		return carry_body(a, d);
	case DECISION_GRANT:
		return carry_grant(a, act, d, attestation);
	case DECISION_SUSPEND:
	case DECISION_LIFT:
	case DECISION_WITHDRAW:
		return carry_mark(a, d, at);
	case DECISION_DISABLE:
		return carry_disable(a, d);
	case DECISION_SCHEME:
		return carry_scheme(a, d);
	case DECISION_ASSESSMENT:
		return carry_assessment(a, d);
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
	case DECISION_REFUSE:
	case DECISION_RENEW:
	case DECISION_AMEND:
	case DECISION_VOID:
	case DECISION_HALT:
	case DECISION_END:
	case DECISION_FORGET:
	case DECISION_RESUME:
	case DECISION_OFFICERS:
	case DECISION_CATALOGUE:
	case DECISION_TRUST:
		break;
	}
	/* The rules refuse these kinds, and that is told. */
	return 0;
}
