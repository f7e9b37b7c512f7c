/* SPDX-License-Identifier: EUPL-1.2 */
/* Check: one decision against the state; see check.h. */
#include <string.h>

#include "ca/record/encode.h"
#include "verifier/attestation.h"

#include "check.h"

enum { ACT_MAX = DECISION_MAX + APPROVALS_MAX * (APPROVAL_MAX + 3) + 16 };

static enum refusal
open_approvals(struct check *ck)
{
	const struct state	*st = ck->st;
	enum km_err		 err;
	size_t			 i;

	for (i = 0; i < ck->ask.n_approvals; i++) {
		err = approval_open(&ck->approver[i], &ck->d,
		    ck->ask.approval[i].p, ck->ask.approval[i].len,
		    &st->officers, &st->trust, verify_ask, ck->verify);
		if (err != KM_OK) {
			ck->who = km_bytes_of(km_err_name(err));
			return refusal_approval(err);
		}
	}
	return REFUSAL_NONE;
}

/*
 * Is this act, whole, at that place of our log, as it was after one of the
 * last batches? What stands there was checked when it was carried out.
 */
static int
in_log(const struct state *st, const struct rested_ask *r,
    enum decision_kind kind)
{
	const struct past_batch	*past;
	uint8_t			 hash[KM_HASH_LEN], root[KM_HASH_LEN];
	uint8_t			 act_room[ACT_MAX], leaf_room[128];
	struct buf		 act = { 0 }, leaf = { 0 };
	struct km_bytes		 bytes;
	size_t			 i;

	act.p = act_room;	/* all the room they may use: no heap */
	act.cap = act.max = sizeof(act_room);
	leaf.p = leaf_room;
	leaf.cap = leaf.max = sizeof(leaf_room);
	encode_act(&act, r->decision, r->approval, r->n_approvals);
	bytes.p = act.p;
	bytes.len = act.len;
	km_sha256(hash, &bytes, 1);
	encode_log_leaf(&leaf, kind, hash, NULL);
	if (act.failed != 0 || leaf.failed != 0)
		return 0;
	bytes.p = leaf.p;
	bytes.len = leaf.len;
	km_leaf_hash(hash, bytes);
	if (!km_path_root(root, hash, r->index, r->size, r->path, r->n_path))
		return 0;
	for (i = 0; i < STATE_HEADS_KEPT; i++) {
		past = &st->past[i];
		if (past->batch != 0 && past->log.size == r->size &&
		    memcmp(past->log.root, root, KM_HASH_LEN) == 0)
			return 1;
	}
	return 0;
}

/* Who assessed: as the approval says that the log holds. */
static int
assessor_of(struct approver *out, const struct state *st,
    const struct rested_ask *r)
{
	struct km_sign1	sign1;

	if (r->n_approvals == 0 || km_sign1_decode(&sign1, r->approval[0].p,
	    r->approval[0].len, KM_TYP_APPROVAL, 1) != KM_OK)
		return -1;
	memset(out, 0, sizeof(*out));
	out->iss = sign1.iss;
	out->bytes = r->approval[0];
	out->officer = officers_find(&st->officers, sign1.iss);
	if (out->officer != NULL)
		out->roles = out->officer->roles;
	return 0;
}

static enum refusal
check_rested(struct check *ck, size_t i)
{
	const struct rested_ask	*r = &ck->ask.rested[i];
	const struct holder	*holder;
	struct decision		*d = &ck->rested[i];

	if (decision_decode(d, r->decision.p, r->decision.len) != KM_OK)
		return REFUSAL_MALFORMED;
	if (memcmp(d->id, ck->d.rests_on[i].p, KM_HASH_LEN) != 0)
		return REFUSAL_RESTS_ON;
	ck->facts.rested[i].decision = d;
	if (d->kind == DECISION_PROVIDER_ADD ||
	    d->kind == DECISION_PROVIDER_CHANGE) {
		holder = state_holder(ck->st, d->subject);
		return holder != NULL && memcmp(holder->in_force, d->id,
		    KM_HASH_LEN) == 0 ? REFUSAL_NONE : REFUSAL_PROVIDER;
	}
	if (d->kind != DECISION_ASSESSMENT)
		return REFUSAL_RESTS_ON;
	if (!r->has_place || !in_log(ck->st, r, d->kind) ||
	    assessor_of(&ck->assessor[i], ck->st, r) == -1)
		return REFUSAL_PROOF;
	ck->facts.rested[i].approver = &ck->assessor[i];
	ck->facts.rested[i].n_approvers = 1;
	return REFUSAL_NONE;
}

static enum refusal
check_rests(struct check *ck)
{
	enum refusal	r;
	size_t		i;

	if (ck->ask.n_rested != ck->d.n_rests_on)
		return REFUSAL_RESTS_ON;
	for (i = 0; i < ck->ask.n_rested; i++)
		if ((r = check_rested(ck, i)) != REFUSAL_NONE)
			return r;
	ck->facts.n_rested = ck->ask.n_rested;
	return REFUSAL_NONE;
}

static int
fact_disabled(void *arg, struct km_bytes officer)
{
	struct check	*ck = arg;

	return state_disabled(ck->st, officer);
}

static const struct body *
fact_body(void *arg, struct km_bytes number)
{
	const struct accredited	*a;
	struct check		*ck = arg;

	if ((a = state_body(ck->st, number)) == NULL)
		return NULL;
	state_body_view(&ck->body, a);
	return &ck->body;
}

static void
mark_facts(struct check *ck, const struct mark *mark)
{
	struct rules_facts	*f = &ck->facts;
	const struct holder	*holder;
	const struct slot	*slot;
	size_t			 i;

	f->known = 1;
	memcpy(f->head, mark->head, KM_HASH_LEN);
	holder = table_at(&ck->st->providers, mark->provider);
	f->holder = state_key(holder->sub, sizeof(holder->sub));
	f->n_assessed = state_assessed(ck->st, holder, f->assessed,
	    ASSESSED_MAX);
	ck->n_slots = state_unexpired(ck->st, mark, ck->now, ck->slot,
	    STATE_MARK_SLOTS_MAX);
	for (i = 0; i < ck->n_slots; i++) {
		slot = &ck->st->slot[ck->slot[i]];
		f->statuses |= 1U << slot->status;
		if (slot->exp > f->last_exp)
			f->last_exp = slot->exp;
	}
}

static void
subject_facts(struct check *ck)
{
	struct rules_facts	*f = &ck->facts;
	const struct accredited	*body;
	const struct holder	*holder;
	const struct mark	*mark;
	struct km_bytes		 subject = ck->d.subject;

	if (subject.len == 0) {			/* the authority itself */
		f->known = 1;
		memcpy(f->head, ck->st->head, KM_HASH_LEN);
	} else if (ck->d.kind == DECISION_BODY_ADD ||
	    ck->d.kind == DECISION_BODY_CHANGE) {
		if ((body = state_body(ck->st, subject)) == NULL)
			return;
		f->known = 1;
		memcpy(f->head, body->head, KM_HASH_LEN);
	} else if (km_number_valid(subject)) {
		if ((mark = state_mark(ck->st, subject)) != NULL)
			mark_facts(ck, mark);
	} else if ((holder = state_holder(ck->st, subject)) != NULL) {
		f->known = f->has_provider = 1;
		memcpy(f->head, holder->head, KM_HASH_LEN);
		memcpy(f->provider, holder->in_force, KM_HASH_LEN);
		f->n_assessed = state_assessed(ck->st, holder, f->assessed,
		    ASSESSED_MAX);
	}
}

static void
facts(struct check *ck)
{
	struct rules_facts	*f = &ck->facts;
	const struct state	*st = ck->st;

	f->now = ck->now;
	f->authority = km_bytes_of(st->authority);
	f->environment = st->environment;
	f->trust_first = st->first;
	f->scheme = st->scheme.version == 0 ? NULL : &st->scheme;
	f->scheme_hash = st->scheme_hash;
	f->officers = st->officers.version == 0 ? NULL : &st->officers;
	f->trust = &st->trust;
	f->disabled = fact_disabled;
	f->body = fact_body;
	f->arg = ck;
	f->halted = st->halted;
	subject_facts(ck);
}

/*
 * One text is one subject: an accreditation number may look like a mark
 * number or a holder, and must then not be given out.
 */
static int
subject_taken(const struct check *ck)
{
	if (ck->d.kind == DECISION_BODY_ADD)
		return km_number_valid(ck->d.subject) ||
		    state_holder(ck->st, ck->d.subject) != NULL;
	if (ck->d.kind == DECISION_PROVIDER_ADD)
		return km_number_valid(ck->d.subject) ||
		    state_body(ck->st, ck->d.subject) != NULL;
	return 0;
}

static int
changes_status(enum decision_kind kind)
{
	return kind == DECISION_SUSPEND || kind == DECISION_LIFT ||
	    kind == DECISION_WITHDRAW;
}

/* The leaves of all unexpired attestations of the mark, as in the tree. */
static enum refusal
check_leaves(const struct check *ck)
{
	uint8_t	hash[KM_HASH_LEN];
	size_t	i;

	if (!changes_status(ck->d.kind))
		return ck->ask.n_leaves == 0 ? REFUSAL_NONE : REFUSAL_LEAF;
	if (ck->ask.n_leaves != ck->n_slots)
		return REFUSAL_LEAF;
	for (i = 0; i < ck->n_slots; i++) {
		km_leaf_hash(hash, ck->ask.leaf[i]);
		if (memcmp(hash, merkle_leaf(ck->st->reg, ck->slot[i]),
		    KM_HASH_LEN) != 0)
			return REFUSAL_LEAF;
	}
	return REFUSAL_NONE;
}

/* The JSON is the scheme that the decision names, and one we can read. */
static enum refusal
check_json(struct check *ck)
{
	static const char	 reads[] = "expected the JSON that it names";
	struct scheme_error	 err;
	struct scheme		 scheme;
	struct km_bytes		 json = ck->ask.json;
	uint8_t			 hash[KM_HASH_LEN];

	if (ck->d.kind != DECISION_SCHEME)
		return json.p == NULL ? REFUSAL_NONE : REFUSAL_MALFORMED;
	ck->who = km_bytes_of(reads);
	km_sha256(hash, &json, 1);
	if (memcmp(hash, ck->d.u.scheme.hash.p, KM_HASH_LEN) != 0 ||
	    !scheme_parse(&scheme, json.p, json.len, &err) ||
	    !km_bytes_equal(km_bytes_of(scheme.id.text),
	    ck->d.u.scheme.scheme) ||
	    scheme.version != ck->d.u.scheme.version)
		return REFUSAL_SCHEME;
	ck->who.len = 0;
	return REFUSAL_NONE;
}

enum refusal
check_decision(struct check *ck)
{
	enum refusal	r;

	memset(&ck->facts, 0, sizeof(ck->facts));
	memset(&ck->who, 0, sizeof(ck->who));
	ck->n_slots = 0;
	if (subject_taken(ck))
		return REFUSAL_SUBJECT;
	facts(ck);
	if ((r = check_rests(ck)) != REFUSAL_NONE ||
	    (r = open_approvals(ck)) != REFUSAL_NONE ||
	    (r = rules_check(&ck->facts, &ck->d, ck->approver,
	    ck->ask.n_approvals, &ck->who)) != REFUSAL_NONE ||
	    (r = check_leaves(ck)) != REFUSAL_NONE ||
	    (r = check_json(ck)) != REFUSAL_NONE)
		return r;
	return state_room(ck->st, ck->d.kind) ? REFUSAL_NONE : REFUSAL_LIMIT;
}
