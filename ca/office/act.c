/* SPDX-License-Identifier: EUPL-1.2 */
/* Act: what it is made of, and what the signer is asked (act.h). */
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/channel.h"
#include "ca/record/encode.h"
#include "act.h"

/* A decision, or by its typ a list; nothing of a list is read here. */
static enum km_err
decode(struct act *act)
{
	struct km_sign	sign;
	enum km_err	err;

	err = decision_decode(&act->d, act->decision.p, act->decision.len);
	if (err == KM_OK) {
		act->kind = act->d.kind;
		memcpy(act->id, act->d.id, KM_HASH_LEN);
		return KM_OK;
	}
	if (km_sign_decode(&sign, act->decision.p, act->decision.len,
	    KM_TYP_TRUST) == KM_OK)
		act->kind = DECISION_TRUST;
	else if (km_sign_decode(&sign, act->decision.p, act->decision.len,
	    KM_TYP_OFFICERS) == KM_OK)
		act->kind = DECISION_OFFICERS;
	else
		return err;
	km_sha256(act->id, &act->decision, 1);
	return KM_OK;
}

struct act *
act_new(struct km_bytes decision, struct km_bytes json, enum km_err *err)
{
	struct act	*act;

	*err = KM_OK;
	if ((act = calloc(1, sizeof(*act))) == NULL ||
	    (act->bytes = malloc(decision.len + json.len + 1)) == NULL) {
		free(act);
		return NULL;
	}
	buf_init(&act->approvals, ACT_APPROVALS_LEN);
	if (decision.len > 0)
		memcpy(act->bytes, decision.p, decision.len);
	act->decision.p = act->bytes;
	act->decision.len = decision.len;
	if (json.p != NULL) {
		memcpy(act->bytes + decision.len, json.p, json.len);
		act->json.p = act->bytes + decision.len;
		act->json.len = json.len;
	}
	if ((*err = decode(act)) == KM_OK)
		return act;
	act_free(act);
	return NULL;
}

void
act_free(struct act *act)
{
	struct act_waiter	*w;
	size_t			 i;

	if (act == NULL)
		return;
	while ((w = act->waiter) != NULL) {
		act->waiter = w->next;
		free(w);
	}
	for (i = 0; i < act->n_rested; i++)
		free(act->rested[i].bytes);
	free(act->rested);
	free(act->bytes);
	buf_free(&act->approvals);
	free(act);
}

int
act_wait(struct act *act, void (*told)(void *, size_t, const struct acted *),
    void *arg, size_t slot)
{
	struct act_waiter	**at, *w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return -1;
	w->told = told;
	w->arg = arg;
	w->slot = slot;
	for (at = &act->waiter; *at != NULL; at = &(*at)->next)
		;
	*at = w;
	return 0;
}

/* Who came after the last approval had come hears that it was done before. */
void
act_tell(struct act *act)
{
	struct act_waiter	*w;

	while ((w = act->waiter) != NULL) {
		act->waiter = w->next;
		w->told(w->arg, w->slot, &act->acted);
		free(w);
		if (act->acted.state == ACTED_DONE)
			act->acted.state = ACTED_ALREADY;
	}
}

void
act_refuse(struct acted *out, enum refusal refusal, struct km_bytes who)
{
	size_t	n = who.len < ACT_DETAIL_MAX ? who.len : ACT_DETAIL_MAX;

	out->state = ACTED_REFUSED;
	out->refusal = refusal;
	if (n > 0)
		memcpy(out->detail, who.p, n);
	out->detail[n] = '\0';
}

int
act_on_mark(enum decision_kind kind)
{
	return kind == DECISION_SUSPEND || kind == DECISION_LIFT ||
	    kind == DECISION_WITHDRAW;
}

/* The log's act, read into room of its own. */
static int
rested_copy(struct act_rested *r, const struct store_act *found,
    const struct officers *officers)
{
	struct km_sign1	sign1;
	struct km_cbor	c;
	size_t		n = found->decision.len;

	if ((r->bytes = malloc(n + found->approvals.len)) == NULL) {
		log_warn("office: act");
		return -1;
	}
	memcpy(r->bytes, found->decision.p, n);
	memcpy(r->bytes + n, found->approvals.p, found->approvals.len);
	r->decision.p = r->bytes;
	r->decision.len = n;
	r->approvals.p = r->bytes + n;
	r->approvals.len = found->approvals.len;
	r->index = found->index;

	km_cbor_begin(&c, r->approvals.p, r->approvals.len);
	km_cbor_array(&c, 1, APPROVALS_MAX);
	r->first = km_cbor_bytes(&c, 1, APPROVAL_MAX);
	if (c.err != KM_OK || km_sign1_decode(&sign1, r->first.p,
	    r->first.len, KM_TYP_APPROVAL, 1) != KM_OK ||
	    decision_decode(&r->d, r->decision.p, n) != KM_OK) {
		log_warnx("store: act %llu of the log: expected a decision"
		    " with approvals, found other bytes",
		    (unsigned long long)found->index);
		return -1;
	}
	/* The log holds it, so nothing is verified again. */
	r->approver.iss = sign1.iss;
	r->approver.bytes = r->first;
	if (officers != NULL)
		r->approver.officer = officers_find(officers, sign1.iss);
	if (r->approver.officer != NULL)
		r->approver.roles = r->approver.officer->roles;
	return 0;
}

/* A list in its place (trust, officers) is no decision: it is passed over. */
int
act_rested_load(struct act *act, struct store *st,
    const struct officers *officers)
{
	struct store_act	found;
	size_t			i;
	int			rc;

	if (act->d.n_rests_on == 0)
		return 0;
	act->rested = calloc(act->d.n_rests_on, sizeof(*act->rested));
	if (act->rested == NULL) {
		log_warn("office: act");
		return -1;
	}
	for (i = 0; i < act->d.n_rests_on; i++) {
		rc = store_act(st, &found, act->d.rests_on[i].p);
		if (rc == -1)
			return -1;
		if (rc == 1 || found.kind == DECISION_TRUST ||
		    found.kind == DECISION_OFFICERS)
			return 0;	/* rules.c misses it */
		act->n_rested = i + 1;
		if (rested_copy(&act->rested[i], &found, officers) != 0)
			return -1;
	}
	return 0;
}

/* Assessments of a holder, the newest. */
struct ids {
	size_t	 n;
	uint8_t	 id[ASSESSED_MAX][KM_HASH_LEN];
};

static int
id_add(void *arg, uint64_t index, const uint8_t id[KM_HASH_LEN])
{
	struct ids	*ids = arg;

	(void)index;
	memcpy(ids->id[ids->n++], id, KM_HASH_LEN);
	return 0;
}

/* Who made this one, and for which body. */
static int
assessed_by(struct rules_facts *f, struct act_subject *s, struct store *st,
    const uint8_t id[KM_HASH_LEN])
{
	struct assessed_by	*by = &f->assessed[f->n_assessed];
	struct store_act	 act;
	struct decision		 d;
	size_t			 i = f->n_assessed;

	if (store_act(st, &act, id) != 0)
		return -1;
	if (decision_decode(&d, act.decision.p, act.decision.len) != KM_OK ||
	    d.kind != DECISION_ASSESSMENT ||
	    d.u.assessment.body.len > SUBJECT_MAX) {
		log_warnx("store: act %llu of the log: expected an assessment,"
		    " found other bytes", (unsigned long long)act.index);
		return -1;
	}
	memcpy(s->assessed[i].person, d.proposer.p, d.proposer.len);
	memcpy(s->assessed[i].body, d.u.assessment.body.p,
	    d.u.assessment.body.len);
	by->person.p = (const uint8_t *)s->assessed[i].person;
	by->person.len = d.proposer.len;
	by->body.p = (const uint8_t *)s->assessed[i].body;
	by->body.len = d.u.assessment.body.len;
	f->n_assessed++;
	return 0;
}

static int
assessed_facts(struct rules_facts *f, struct act_subject *s,
    struct store *st, struct km_bytes holder)
{
	struct ids	ids;
	size_t		i;

	ids.n = 0;
	if (store_assessments(st, holder, ASSESSED_MAX, id_add, &ids) != 0)
		return -1;
	for (i = 0; i < ids.n; i++)
		if (assessed_by(f, s, st, ids.id[i]) != 0)
			return -1;
	return 0;
}

static int
slot_facts(void *arg, const struct store_attestation *t)
{
	struct rules_facts	*f = arg;

	f->statuses |= 1U << t->status;
	if (t->exp > f->last_exp)
		f->last_exp = t->exp;
	return 0;
}

static int
mark_facts(struct rules_facts *f, struct act_subject *s,
    const struct act *act, struct store *st)
{
	struct km_bytes	provider;

	if (store_mark(st, &provider, act->d.subject) != 0 ||
	    provider.len >= sizeof(s->holder))
		return -1;
	memcpy(s->holder, provider.p, provider.len);
	s->holder[provider.len] = '\0';
	f->holder = km_bytes_of(s->holder);
	return assessed_facts(f, s, st, f->holder) != 0 ? -1 :
	    store_attestations(st, act->d.subject, f->now, slot_facts, f);
}

int
act_facts(struct rules_facts *f, struct act_subject *s, const struct act *act,
    struct store *st)
{
	struct store_subject	subject;
	size_t			i;
	int			rc;

	for (i = 0; i < act->n_rested; i++) {
		f->rested[i].decision = &act->rested[i].d;
		f->rested[i].approver = &act->rested[i].approver;
		f->rested[i].n_approvers = 1;
	}
	f->n_rested = act->n_rested;
	if ((rc = store_subject(st, &subject, act->d.subject)) != 0)
		return rc == 1 ? 0 : -1;
	f->known = 1;
	memcpy(f->head, subject.head, KM_HASH_LEN);
	if (subject.kind == STORE_PROVIDER && subject.has_in_force) {
		f->has_provider = 1;
		memcpy(f->provider, subject.in_force, KM_HASH_LEN);
		return act->d.kind == DECISION_ASSESSMENT ? 0 :
		    assessed_facts(f, s, st, act->d.subject);
	}
	return subject.kind == STORE_MARK ? mark_facts(f, s, act, st) : 0;
}

/* rested = [decision, approvals, ? place]: provider data needs no place. */
static void
rested_encode(struct buf *out, const struct act_rested *r,
    const struct merkle *log)
{
	uint8_t		path[KM_PATH_MAX * KM_HASH_LEN];
	int		i, n;

	if (r->d.kind == DECISION_PROVIDER_ADD ||
	    r->d.kind == DECISION_PROVIDER_CHANGE) {
		encode_array(out, 2);
		encode_bytes(out, r->decision);
		encode_raw(out, r->approvals);
		return;
	}
	n = merkle_path(path, log, r->index, merkle_size(log));
	encode_array(out, 5);
	encode_bytes(out, r->decision);
	encode_raw(out, r->approvals);
	encode_uint(out, r->index);
	encode_uint(out, merkle_size(log));
	encode_array(out, n < 0 ? 0 : (size_t)n);
	for (i = 0; i < n; i++)
		encode_hash(out, path + i * KM_HASH_LEN);
}

struct leaves {
	struct buf	*out;
	size_t		 n;
};

static int
leaf_encode(void *arg, const struct store_attestation *t)
{
	struct leaves	*l = arg;

	if (l->n < STORE_SLOTS_MAX) {
		encode_bytes(l->out, t->leaf);
		l->n++;
	}
	return 0;
}

static int
leaves_encode(struct buf *out, const struct act *act, struct store *st,
    int64_t now)
{
	struct leaves	l;
	struct buf	bytes;
	struct km_bytes	b;
	int		rc;

	buf_init(&bytes, out->max);
	l.out = &bytes;
	l.n = 0;
	rc = store_attestations(st, act->d.subject, now, leaf_encode, &l);
	encode_array(out, l.n);
	b.p = bytes.p;
	b.len = bytes.len;
	encode_raw(out, b);
	buf_free(&bytes);
	return rc;
}

int
act_encode(struct buf *out, const struct act *act, struct store *st,
    const struct merkle *log, int64_t now)
{
	struct km_bytes	approvals;
	size_t		i;
	int		leaves = act_on_mark(act->kind), rc = 0;

	approvals.p = act->approvals.p;
	approvals.len = act->approvals.len;
	encode_map(out, 2 + (size_t)(act->n_rested > 0) + (size_t)leaves +
	    (size_t)(act->json.p != NULL));
	encode_uint(out, ACT_KEY_DECISION);
	encode_bytes(out, act->decision);
	encode_uint(out, ACT_KEY_APPROVALS);
	encode_raw(out, approvals);
	if (act->n_rested > 0) {
		encode_uint(out, ACT_KEY_RESTED);
		encode_array(out, act->n_rested);
		for (i = 0; i < act->n_rested; i++)
			rested_encode(out, &act->rested[i], log);
	}
	if (leaves) {
		encode_uint(out, ACT_KEY_LEAVES);
		rc = leaves_encode(out, act, st, now);
	}
	if (act->json.p != NULL) {
		encode_uint(out, ACT_KEY_JSON);
		encode_bytes(out, act->json);
	}
	return rc;
}
