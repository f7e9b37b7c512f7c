/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: was each act allowed when it was carried out? The log is gone
 * through in its order; each decision is held against the rules over what
 * the acts before it lead to, and what it made is built again and compared.
 *
 * When an act was carried out stands in the history of the attestations it
 * is about. For other acts it is known between two epochs: then a moment
 * must exist there at which the rules allow it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "ca/record/number.h"

#include "audit_state.h"

enum { DAY = 86400 };

struct replay {
	struct audit		*a;
	uint64_t		 epoch;		/* of a->time: the next */
	int64_t			 from, until;	/* when it was carried out */
	struct decision		 d;
	struct rules_facts	 facts;
	struct decision		 rested[RESTS_MAX];
	struct approver		 assessor[RESTS_MAX];
	struct buf		 rested_bytes[RESTS_MAX];
	struct km_bytes		 approval[APPROVALS_MAX];
	struct approver		 approver[APPROVALS_MAX];
	struct km_register_leaf	 leaf;		/* of a grant */
	struct buf		 bytes;
};

/* audit_sign.c's processes verify; here approvals are opened for who it is. */
static int
verified_elsewhere(void *arg, const struct km_ask *ask)
{
	(void)arg;
	(void)ask;
	return 1;
}

static const struct officers *
officers(const struct audit *a)
{
	return a->officers.version == 0 ? NULL : &a->officers;
}

/* When was act a->at carried out, as far as the epochs tell? */
static void
times(struct replay *r)
{
	struct audit	*a = r->a;

	while (r->epoch < a->epoch.number &&
	    a->time[r->epoch].log_size <= a->at)
		r->from = a->time[r->epoch++].at;
	r->until = r->epoch < a->epoch.number ? a->time[r->epoch].at :
	    (int64_t)time(NULL);
	if (r->from < a->newest)
		r->from = a->newest;
}

/* Lists. */

static int
keep(struct buf *out, struct km_bytes bytes)
{
	buf_reset(out);
	if (buf_add(out, bytes.p, bytes.len) == 0)
		return 0;
	log_warnx("audit: no memory for a list");
	return -1;
}

/* Whether it may follow, audit_sign.c tells; here it takes its place. */
static int
list_carry(struct replay *r, const struct store_act *act)
{
	struct audit	*a = r->a;
	struct km_bytes	 bytes = act->decision;
	struct officers	 next;
	struct km_trust	 trust;
	struct km_sign	 sign;

	if (act->kind == DECISION_TRUST &&
	    km_trust_decode(&trust, &sign, bytes.p, bytes.len) == KM_OK) {
		if (keep(&a->trust_bytes, bytes) == -1 ||
		    km_trust_decode(&a->trust, &sign, a->trust_bytes.p,
		    a->trust_bytes.len) != KM_OK)
			return -1;
		km_sha256(a->trust_hash, &bytes, 1);
		if (a->trust.version == 1)
			memcpy(a->first, a->trust_hash, KM_HASH_LEN);
	} else if (act->kind == DECISION_OFFICERS && officers_decode(&next,
	    &sign, bytes.p, bytes.len) == KM_OK) {
		officers_free(&next);
		officers_free(&a->officers);
		memset(&a->officers, 0, sizeof(a->officers));
		if (keep(&a->officers_bytes, bytes) == -1 ||
		    officers_decode(&a->officers, &sign,
		    a->officers_bytes.p, a->officers_bytes.len) != KM_OK)
			return -1;
		km_sha256(a->officers_hash, &bytes, 1);
		a->n_disabled = 0;
	}
	return 0;
}

/* Facts. */

static int
fact_disabled(void *arg, struct km_bytes officer)
{
	struct audit	*a = arg;
	size_t		 i;

	for (i = 0; i < a->n_disabled; i++)
		if (km_bytes_equal(km_bytes_of(a->disabled[i]), officer))
			return 1;
	return 0;
}

static const struct body *
fact_body(void *arg, struct km_bytes number)
{
	struct audit_subject	*s = audit_subject(arg, number);

	return s != NULL && s->kind == STORE_BODY ? &s->body : NULL;
}

static void
assessed_facts(struct rules_facts *f, const struct audit_subject *holder)
{
	const struct audit_assessed	*by;
	size_t				 i, n = holder->n_assessed;

	f->n_assessed = n < ASSESSED_MAX ? n : ASSESSED_MAX;
	for (i = 0; i < f->n_assessed; i++) {
		by = &holder->assessed[n - 1 - i];
		f->assessed[i].person = (struct km_bytes){
		    (const uint8_t *)by->person, by->person_len };
		f->assessed[i].body = (struct km_bytes){
		    (const uint8_t *)by->body, by->body_len };
	}
}

static void
mark_facts(struct replay *r, const struct audit_subject *mark)
{
	struct rules_facts		*f = &r->facts;
	const struct audit_slot		*slot;
	int64_t				 i;

	if (mark->holder != NULL) {
		f->holder = (struct km_bytes){
		    (const uint8_t *)mark->holder->key, mark->holder->len };
		assessed_facts(f, mark->holder);
	}
	for (i = mark->newest; i != AUDIT_NONE; i = slot->older) {
		slot = &r->a->slot[i];
		if (slot->exp <= f->now)
			continue;
		f->statuses |= 1U << slot->status;
		if (slot->exp > f->last_exp)
			f->last_exp = slot->exp;
	}
}

static void
facts(struct replay *r, int64_t now)
{
	struct audit			*a = r->a;
	struct rules_facts		*f = &r->facts;
	const struct audit_subject	*s;

	f->now = now;
	f->authority = km_bytes_of(a->conf->issuer);
	f->environment = (enum km_environment)a->conf->environment;
	f->trust_first = a->first;
	f->scheme = a->scheme.version == 0 ? NULL : &a->scheme;
	f->scheme_hash = a->scheme_hash;
	f->officers = officers(a);
	f->trust = &a->trust;
	f->disabled = fact_disabled;
	f->body = fact_body;
	f->arg = a;
	f->halted = a->halted;
	f->statuses = 0;
	f->last_exp = 0;
	if (r->d.subject.len == 0)	/* the authority itself */
		f->known = 1;
	if ((s = audit_subject(a, r->d.subject)) == NULL)
		return;
	f->known = 1;
	memcpy(f->head, s->head, KM_HASH_LEN);
	if (s->kind == STORE_PROVIDER) {
		f->has_provider = 1;
		memcpy(f->provider, s->in_force, KM_HASH_LEN);
		assessed_facts(f, s);
	} else if (s->kind == STORE_MARK)
		mark_facts(r, s);
}

/* Who assessed: the first approval names him, and its signature is good. */
static void
assessor(struct replay *r, size_t i, struct km_bytes approvals)
{
	struct km_bytes	 approval[APPROVALS_MAX];
	struct approver	*who = &r->assessor[i];
	struct km_sign1	 s;

	memset(who, 0, sizeof(*who));
	if (audit_approvals(approval, approvals) < 1 ||
	    km_sign1_decode(&s, approval[0].p, approval[0].len,
	    KM_TYP_APPROVAL, 1) != KM_OK)
		return;
	who->iss = s.iss;
	who->bytes = approval[0];
	if (officers(r->a) != NULL)
		who->officer = officers_find(&r->a->officers, s.iss);
	if (who->officer != NULL)
		who->roles = who->officer->roles;
	r->facts.rested[i].approver = who;
	r->facts.rested[i].n_approvers = 1;
}

/* What it rests on was carried out before it. 1: and is not to be had. */
static int
rested(struct replay *r, size_t i)
{
	struct store_act	 act;
	struct buf		*b = &r->rested_bytes[i];
	struct km_bytes		 approvals;
	size_t			 len;
	int			 rc;

	rc = store_act(r->a->store, &act, r->d.rests_on[i].p);
	if (rc == -1)
		return -1;
	if (rc == 1 || act.index >= r->a->at) {
		audit_bad(r->a, "store act %" PRIu64 ": rests on a decision"
		    " that was not carried out before it", r->a->at);
		return 1;
	}
	buf_reset(b);
	len = act.decision.len;
	if (buf_add(b, act.decision.p, len) == -1 ||
	    buf_add(b, act.approvals.p, act.approvals.len) == -1) {
		log_warnx("audit: no memory for what a decision rests on");
		return -1;
	}
	approvals = (struct km_bytes){ b->p + len, b->len - len };
	if (decision_decode(&r->rested[i], b->p, len) != KM_OK)
		return 1;	/* told where it stands itself */
	r->facts.rested[i].decision = &r->rested[i];
	if (act.kind == DECISION_ASSESSMENT)
		assessor(r, i, approvals);
	return 0;
}

/* Grants: built again. */

/* The attestation is what decision, provider and assessment make of it. */
static void
grant_check(struct replay *r)
{
	struct audit		*a = r->a;
	const struct rested	*provider, *main_one;
	const struct body	*body;
	struct km_attestation	 want;
	struct km_sign1		 have;
	struct buf		 payload;
	uint8_t			 cti[KM_CTI_LEN];
	char			 number[KM_NUMBER_LEN + 1];
	char			 uri[KM_URI_MAX + 32];
	int64_t			 at = r->leaf.event[0].at;
	unsigned int		 year = date_year(at);

	provider = rules_provider(r->facts.rested, r->facts.n_rested);
	main_one = rules_main_assessment(r->facts.rested, r->facts.n_rested);
	if (provider == NULL || main_one == NULL || (body = fact_body(a,
	    main_one->decision->u.assessment.body)) == NULL ||
	    number_format(number, year, year == a->year ? a->seq + 1 : 1) ==
	    -1 || km_sign1_decode(&have, r->leaf.attestation.p,
	    r->leaf.attestation.len, KM_TYP_ATTESTATION, 0) != KM_OK) {
		audit_bad(a, "store act %" PRIu64 ": expected an attestation"
		    " that follows from it, found none", a->at);
		return;
	}
	snprintf(uri, sizeof(uri), "%s/status/%" PRIu64, a->conf->issuer,
	    a->n_slots >> LAYOUT_SHARD_BITS);
	encode_cti(cti, r->d.id);
	attestation_build(&want, &r->d, provider->decision,
	    main_one->decision, body, km_bytes_of(number), a->n_slots,
	    km_bytes_of(uri), cti, at);
	buf_init(&payload, KM_ATTESTATION_MAX);
	encode_attestation(&payload, &want);
	if (payload.failed != 0 || !km_bytes_equal(have.payload,
	    (struct km_bytes){ payload.p, payload.len }))
		audit_bad(a, "store attestation %" PRIu64 ": expected what act"
		    " %" PRIu64 " makes, mark %s, found other contents",
		    a->n_slots, a->at, number);
	buf_free(&payload);
}

/* Decisions. */

/*
 * When it was carried out, as the history of its attestations has it; or
 * AUDIT_NONE where it has none.
 */
static int
event_time(struct replay *r, int64_t *at)
{
	struct audit			*a = r->a;
	const struct audit_subject	*mark;
	int64_t				 i;

	*at = AUDIT_NONE;
	if (r->d.kind == DECISION_GRANT) {
		if (audit_leaf(a, a->n_slots, &r->leaf, &r->bytes) == -1)
			return -1;
		if (r->leaf.n > 0)
			*at = r->leaf.event[0].at;
		return 0;
	}
	if (r->d.kind != DECISION_SUSPEND && r->d.kind != DECISION_LIFT &&
	    r->d.kind != DECISION_WITHDRAW)
		return 0;
	if ((mark = audit_subject(a, r->d.subject)) == NULL ||
	    mark->kind != STORE_MARK)
		return 0;
	for (i = mark->newest; i != AUDIT_NONE && *at == AUDIT_NONE;
	    i = a->slot[i].older) {
		if (audit_leaf(a, (uint64_t)i, &r->leaf, &r->bytes) == -1)
			return -1;
		if (a->slot[i].n < r->leaf.n)
			*at = r->leaf.event[a->slot[i].n].at;
	}
	return 0;
}

static enum refusal
rules(struct replay *r, size_t n, int64_t now, struct km_bytes *who)
{
	memset(who, 0, sizeof(*who));
	facts(r, now);
	return rules_check(&r->facts, &r->d, r->approver, n, who);
}

/* Allowed at the moment that is known, or at one that may have been? */
static void
rules_judge(struct replay *r, size_t n, int64_t *at)
{
	struct audit	*a = r->a;
	enum refusal	 why;
	struct km_bytes	 who;
	int64_t		 early = r->from, late = r->until;

	if (*at != AUDIT_NONE) {
		if (*at < r->from || *at > r->until)
			audit_bad(a, "store act %" PRIu64 ": expected it to be"
			    " carried out between %" PRId64 " and %" PRId64
			    ", as the epochs say, found %" PRId64, a->at,
			    r->from, r->until, *at);
		why = rules(r, n, *at, &who);
	} else {
		*at = r->from;
		if (r->d.valid_until - 30 * DAY > early)
			early = r->d.valid_until - 30 * DAY;
		if (r->d.valid_until <= late)
			late = r->d.valid_until - 1;
		why = rules(r, n, early < late ? early : late, &who);
		if (why != REFUSAL_NONE)
			why = rules(r, n, late, &who);
	}
	if (why != REFUSAL_NONE)
		audit_bad(a, "store act %" PRIu64 " (%s %.*s): expected a"
		    " decision that the rules allow, found: %s%s%.*s", a->at,
		    decision_kind_name(r->d.kind), (int)r->d.subject.len,
		    (const char *)r->d.subject.p, refusal_name(why),
		    who.len > 0 ? " " : "", (int)who.len,
		    (const char *)who.p);
}

/* Who approved; less than all when one cannot be opened, which is told. */
static size_t
open_all(struct replay *r, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (approval_open(&r->approver[i], &r->d, r->approval[i].p,
		    r->approval[i].len, officers(r->a), &r->a->trust,
		    verified_elsewhere, NULL) != KM_OK)
			break;
	return i;
}

static int
decision_check(struct replay *r, const struct store_act *act)
{
	struct audit	*a = r->a;
	enum km_err	 err;
	size_t		 i;
	int64_t		 at;
	int		 missing = 0, n, rc;

	err = decision_decode(&r->d, act->decision.p, act->decision.len);
	if (err != KM_OK || r->d.kind != act->kind ||
	    !km_bytes_equal(r->d.subject, act->subject)) {
		audit_bad(a, "store act %" PRIu64 ": expected a decision of"
		    " the kind and subject of its row, found: %s", a->at,
		    err == KM_OK ? "another" : km_err_name(err));
		return 0;
	}
	memset(&r->facts, 0, sizeof(r->facts));
	r->facts.n_rested = r->d.n_rests_on;
	for (i = 0; i < r->d.n_rests_on; i++) {
		if ((rc = rested(r, i)) == -1)
			return -1;
		missing |= rc;
	}
	if (event_time(r, &at) == -1)
		return -1;
	n = audit_approvals(r->approval, act->approvals);
	if (!missing && n >= 0 && open_all(r, (size_t)n) == (size_t)n)
		rules_judge(r, (size_t)n, &at);
	if (at == AUDIT_NONE)
		at = r->from;
	if (r->d.kind == DECISION_GRANT && !missing)
		grant_check(r);
	if (at > a->newest)
		a->newest = at;
	return audit_carry(a, act, &r->d, at, r->leaf.attestation);
}

/* What the register was when the epoch was made. */
static void
then_keep(struct audit *a)
{
	uint64_t	i;

	for (i = 0; i < a->n_slots; i++) {
		a->slot[i].then = a->slot[i].status;
		a->slot[i].n_then = a->slot[i].n;
	}
}

/* store_act_fn */
static int
act_check(void *arg, const struct store_act *act)
{
	struct replay	*r = arg;

	r->a->at = act->index;
	if (act->index == r->a->epoch.log.size)
		then_keep(r->a);
	times(r);
	audit_progress(r->a, "rules", act->index, r->a->meta.log_size);
	if (act->kind == DECISION_TRUST || act->kind == DECISION_OFFICERS)
		return list_carry(r, act);
	return decision_check(r, act);
}

int
audit_replay(struct audit *a)
{
	struct replay	*r;
	uint64_t	 bad = a->bad;
	size_t		 i;
	int		 rc;

	if ((r = calloc(1, sizeof(*r))) == NULL) {
		log_warnx("audit: no memory");
		return -1;
	}
	r->a = a;
	buf_init(&r->bytes, RUN_LEAF_MAX);
	for (i = 0; i < RESTS_MAX; i++)
		buf_init(&r->rested_bytes[i], DECISION_MAX +
		    APPROVALS_MAX * (APPROVAL_MAX + 3) + 16);
	rc = store_acts(a->store, 0, 0, act_check, r);
	if (a->meta.log_size <= a->epoch.log.size)
		then_keep(a);
	buf_free(&r->bytes);
	for (i = 0; i < RESTS_MAX; i++)
		buf_free(&r->rested_bytes[i]);
	free(r);
	if (rc != 0)
		return -1;
	audit_part(a, bad, "rules: %" PRIu64 " acts, each allowed when it was"
	    " carried out, %" PRIu64 " attestations built again",
	    a->meta.log_size, a->n_slots);
	return 0;
}
