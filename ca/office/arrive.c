/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Arrive: one (decision, approval) of an officer's request. It was carried
 * out before, or is on its way; is refused; waits for more approvals; or has
 * them all and is queued. Each signature is checked once, here.
 */
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "decide.h"

/* What is known of an act while it arrives. */
struct arrival {
	struct decide	*dc;
	struct act	*act;
	struct acted	*out;
	struct km_bytes	 approval;	/* the new one */
	struct approver	 approver[APPROVALS_MAX];	/* proposer's first */
	size_t		 n;
	int		 pending;	/* it waits already */
	int		 repeated;	/* the new one is among those */
	enum refusal	 refusal;	/* found while gathering */
	unsigned int	 missing;	/* as stored */
	uint8_t		 room[APPROVALS_MAX][APPROVAL_MAX];
};

static _Noreturn void
store_lost(void)
{
	fatalx("the store failed: nothing more can be acknowledged");
}

/* Its signature was checked when it came in. */
static int
checked_before(void *arg, const struct km_ask *ask)
{
	(void)arg;
	(void)ask;
	return 1;
}

static int
open_one(struct arrival *a, struct approver *out, struct km_bytes bytes,
    km_verify_fn *verify)
{
	struct inforce	*f = &a->dc->in;
	enum km_err	 err;

	err = approval_open(out, &a->act->d, bytes.p, bytes.len,
	    inforce_officers(f), &f->trust, verify, f->verify);
	if (err == KM_OK)
		return 0;
	act_refuse(a->out, refusal_approval(err),
	    km_bytes_of(km_err_name(err)));
	return -1;
}

/* Into its place: the proposer's first, the others by ascending iss. */
static void
insert(struct arrival *a, const struct approver *new)
{
	size_t	i = a->n, first = 0;

	if (a->n > 0 && km_bytes_equal(a->approver[0].iss,
	    a->act->d.proposer))
		first = 1;
	if (km_bytes_equal(new->iss, a->act->d.proposer))
		i = 0;
	else
		while (i > first && km_bytes_cmp(a->approver[i - 1].iss,
		    new->iss) > 0)
			i--;
	memmove(&a->approver[i + 1], &a->approver[i],
	    (a->n - i) * sizeof(*new));
	a->approver[i] = *new;
	a->n++;
}

/*
 * One that it has already. A person who is no longer on the list is passed
 * over: another may approve in that place.
 */
static int
gathered(void *arg, struct km_bytes iss, struct km_bytes bytes)
{
	struct arrival	*a = arg;
	struct approver	 old;
	struct acted	 ignored = *a->out;

	(void)iss;
	if (km_bytes_equal(bytes, a->approval)) {
		a->repeated = 1;
		return 0;
	}
	if (a->n == APPROVALS_MAX - 1 || bytes.len > APPROVAL_MAX) {
		a->refusal = REFUSAL_LIMIT;
		return 0;
	}
	memcpy(a->room[a->n], bytes.p, bytes.len);
	bytes.p = a->room[a->n];
	if (open_one(a, &old, bytes, checked_before) == 0)
		insert(a, &old);
	else
		*a->out = ignored;
	return 0;
}

/* Already carried out: the same result, whoever asks. */
static int
known(struct arrival *a)
{
	struct store_act	found;
	int			rc;

	if ((rc = store_act(a->dc->st, &found, a->act->id)) == -1)
		store_lost();
	if (rc == 1)
		return 0;
	a->out->state = ACTED_ALREADY;
	a->out->has_index = 1;
	a->out->index = found.index;
	if (found.mark.len == KM_NUMBER_LEN)
		memcpy(a->out->mark, found.mark.p, KM_NUMBER_LEN);
	a->out->epoch = decide_epoch(a->dc, found.batch);
	return 1;
}

/* What it waits for, when it does; the scheme's JSON comes with the first. */
static void
pending_read(struct arrival *a)
{
	struct store_pending	p;
	struct km_bytes		json;
	uint8_t			*bytes;
	int			rc;

	if ((rc = store_pending(a->dc->st, &p, a->act->id)) == -1)
		store_lost();
	if (rc == 1)
		return;
	a->pending = 1;
	a->act->was_pending = 1;
	a->missing = p.missing;
	if (p.json.p != NULL && a->act->json.p == NULL) {
		json = p.json;
		bytes = realloc(a->act->bytes,
		    a->act->decision.len + json.len);
		if (bytes == NULL) {
			a->refusal = REFUSAL_LIMIT;
			return;
		}
		memcpy(bytes + a->act->decision.len, json.p, json.len);
		a->act->bytes = bytes;
		a->act->decision.p = bytes;
		a->act->json.p = bytes + a->act->decision.len;
		a->act->json.len = json.len;
		if (decision_decode(&a->act->d, bytes,
		    a->act->decision.len) != KM_OK)
			a->refusal = REFUSAL_MALFORMED;
	}
}

/* More must approve: it waits, with what it has. */
static void
pending_write(struct arrival *a, const struct approver *new,
    const struct rules_facts *f)
{
	struct store_pending	p;
	struct store		*st = a->dc->st;
	int			rc;

	a->out->state = ACTED_PENDING;
	a->out->missing = rules_missing(f, &a->act->d, a->approver, a->n);
	if (a->pending) {
		rc = store_pending_missing(st, a->act->id, a->out->missing);
	} else {
		memset(&p, 0, sizeof(p));
		memcpy(p.id, a->act->id, KM_HASH_LEN);
		p.at = f->now;
		p.valid_until = a->act->d.valid_until;
		p.missing = a->out->missing;
		p.decision = a->act->decision;
		p.json = a->act->json;
		rc = store_pending_add(st, &p);
		a->dc->pending++;
	}
	if (rc != 0 || store_approval_add(st, a->act->id, new->iss,
	    new->bytes) != 0)
		store_lost();
}

/*
 * What another decision on its subject, or the clock, has overtaken can
 * never be carried out.
 */
static void
pending_drop(struct arrival *a)
{
	if (!a->pending || (a->out->refusal != REFUSAL_HEAD &&
	    a->out->refusal != REFUSAL_EXPIRED &&
	    a->out->refusal != REFUSAL_EXISTS))
		return;
	if (store_pending_remove(a->dc->st, a->act->id) != 0)
		store_lost();
}

static int
json_right(const struct act *act)
{
	uint8_t	hash[KM_HASH_LEN];

	if (act->kind != DECISION_SCHEME)
		return act->json.p == NULL;
	if (act->json.p == NULL)
		return 0;
	km_sha256(hash, &act->json, 1);
	return memcmp(hash, act->d.u.scheme.hash.p, KM_HASH_LEN) == 0;
}

/* All approvals are there: they leave as the log will have them. */
static int
complete(struct arrival *a)
{
	struct buf	*out = &a->act->approvals;
	size_t		 i;

	encode_array(out, a->n);
	for (i = 0; i < a->n; i++)
		encode_bytes(out, a->approver[i].bytes);
	if (out->failed == 0)
		return 0;
	act_refuse(a->out, REFUSAL_LIMIT, km_bytes_of("approvals"));
	return -1;
}

/* Counted again only when as many have come; those that left are not. */
static int
full(struct decide *dc)
{
	if (dc->pending < DECIDE_PENDING_MAX)
		return 0;
	if (store_pending_count(dc->st, &dc->pending) != 0)
		store_lost();
	return dc->pending >= DECIDE_PENDING_MAX;
}

/*
 * One who approved earlier and may no longer: disabled since, of another role
 * or employer. Another may approve in that place; else a single person, once
 * found out, would take all that ever had his approval along.
 */
static int
passed_over(struct arrival *a, enum refusal r, struct km_bytes who,
    const struct approver *new)
{
	size_t	i;

	if ((r != REFUSAL_PERSON && r != REFUSAL_ROLE &&
	    r != REFUSAL_CONFLICT && r != REFUSAL_ASSESSOR) ||
	    km_bytes_equal(who, new->iss))
		return 0;
	for (i = 1; i < a->n; i++)
		if (km_bytes_equal(a->approver[i].iss, who)) {
			a->n--;
			memmove(&a->approver[i], &a->approver[i + 1],
			    (a->n - i) * sizeof(a->approver[0]));
			return 1;
		}
	return 0;
}

/* 0: all is there; 1: *out is the answer. */
static int
judge(struct arrival *a, const struct approver *new)
{
	struct rules_facts	f;
	struct act_subject	subject;
	struct km_bytes		who;
	enum refusal		r;

	if (!json_right(a->act)) {
		act_refuse(a->out, a->act->kind == DECISION_SCHEME ?
		    REFUSAL_SCHEME : REFUSAL_MALFORMED,
		    km_bytes_of("expected the JSON that it names, if any"));
		return 1;
	}
	inforce_facts(&f, &a->dc->in, decide_now());
	if (act_rested_load(a->act, a->dc->st, f.officers) != 0 ||
	    act_facts(&f, &subject, a->act, a->dc->st) != 0)
		store_lost();
	do
		r = rules_check(&f, &a->act->d, a->approver, a->n, &who);
	while (passed_over(a, r, who, new));
	if (r == REFUSAL_NONE)
		return complete(a) == 0 ? 0 : 1;
	if (r != REFUSAL_APPROVALS) {
		act_refuse(a->out, r, who);
		pending_drop(a);
		return 1;
	}
	if (!a->pending && full(a->dc)) {
		act_refuse(a->out, REFUSAL_LIMIT,
		    km_bytes_of("decisions that wait for approvals"));
		return 1;
	}
	pending_write(a, new, &f);
	return 1;
}

/* A decision with one more approval. 0: to be queued; 1: answered. */
static int
decision_arrive(struct arrival *a)
{
	struct approver	new;
	size_t		i;

	if (open_one(a, &new, a->approval, verify_ask) != 0)
		return 1;
	if (decide_flying(a->dc, a->act->id) != NULL)
		return 0;
	pending_read(a);
	if (a->pending && store_approvals(a->dc->st, a->act->id, gathered,
	    a) != 0)
		store_lost();
	if (a->refusal != REFUSAL_NONE) {
		act_refuse(a->out, a->refusal, km_bytes_of("approvals"));
		return 1;
	}
	if (a->repeated) {		/* the answer had been lost */
		a->out->state = ACTED_PENDING;
		a->out->missing = a->missing;
		return 1;
	}
	for (i = 0; i < a->n; i++)
		if (km_bytes_equal(a->approver[i].iss, new.iss)) {
			act_refuse(a->out, REFUSAL_TWICE, new.iss);
			return 1;
		}
	insert(a, &new);
	return judge(a, &new);
}

/* A list has its signatures in itself; the signer looks at them. */
static int
list_arrive(struct arrival *a)
{
	encode_array(&a->act->approvals, 0);
	return a->act->approvals.failed == 0 ? 0 : -1;
}

static int
arrive(struct arrival *a)
{
	int	list = a->act->kind != a->act->d.kind;

	if (known(a))
		return 1;
	if (list != (a->approval.p == NULL) ||
	    (list && a->act->json.p != NULL)) {
		act_refuse(a->out, REFUSAL_MALFORMED, km_bytes_of(
		    "expected an approval with a decision, none with a list"));
		return 1;
	}
	return list ? list_arrive(a) : decision_arrive(a);
}

int
decide_arrive(struct decide *dc, struct km_bytes decision,
    struct km_bytes approval, struct km_bytes json, struct acted *out,
    void (*told)(void *, size_t, const struct acted *), void *arg,
    size_t slot)
{
	struct arrival	 a;
	struct act	*flying;
	enum km_err	 err;

	/* All of a request reads, and perhaps writes, in one transaction. */
	if (!dc->begun && store_begin_read(dc->st) != 0)
		store_lost();
	dc->begun = 1;
	memset(&a, 0, sizeof(a));
	memset(out, 0, sizeof(*out));
	a.dc = dc;
	a.out = out;
	a.approval = approval;
	if ((a.act = act_new(decision, json, &err)) == NULL) {
		km_sha256(out->id, &decision, 1);
		act_refuse(out, err == KM_OK ? REFUSAL_LIMIT :
		    REFUSAL_MALFORMED, km_bytes_of(err == KM_OK ?
		    "out of memory" : km_err_name(err)));
		return 1;
	}
	memcpy(out->id, a.act->id, KM_HASH_LEN);
	if (arrive(&a) != 0) {
		act_free(a.act);
		return 1;
	}
	if ((flying = decide_flying(dc, a.act->id)) != NULL) {
		act_free(a.act);
	} else if (dc->queued < DECIDE_QUEUE_MAX) {
		decide_queue(dc, flying = a.act);
	} else {
		act_free(a.act);
		act_refuse(out, REFUSAL_LIMIT,
		    km_bytes_of("acts that wait for the signer"));
		return 1;
	}
	if (act_wait(flying, told, arg, slot) == 0)
		return 0;
	fatalx("out of memory for who waits");
}

void
decide_arrived(struct decide *dc)
{
	if (dc->begun && store_commit(dc->st) != 0)
		store_lost();
	dc->begun = 0;
	batch_send(dc);
}
