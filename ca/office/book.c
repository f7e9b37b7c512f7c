/* SPDX-License-Identifier: EUPL-1.2 */
/* Book: from answers of the signer to rows of the store (book.h). */
#include <string.h>

#include "ca/base/log.h"
#include "ca/base/msg.h"
#include "ca/record/channel.h"
#include "ca/record/publication.h"
#include "ca/record/run.h"
#include "book.h"
#include "heard.h"

static int
unexpected(const struct book *bk, const char *what)
{
	log_warnx("office: batch %llu: expected %s from the signer, found"
	    " another: the store does not follow it any more; reconcile",
	    (unsigned long long)bk->batch, what);
	return -1;
}

/* The next of [* [idx, register-leaf]]; 0, or -1 when it is none. */
static int
changed_read(struct km_cbor *leaves, struct heard_leaf *out)
{
	heard_leaf(leaves, out);
	return leaves->err == KM_OK ? 0 : -1;
}

static int
changed_record(struct book *bk, const struct heard_leaf *c)
{
	struct store_attestation	t;

	t.idx = c->idx;
	t.mark = c->a.number;
	t.status = c->status;
	t.exp = c->a.exp;
	t.leaf = c->bytes;
	return store_attestation_set(bk->st, &t);
}

/* A grant's one leaf: the mark first, as the attestation refers to it. */
static int
grant_record(struct book *bk, const struct book_in *in,
    struct km_cbor *leaves, struct acted *acted)
{
	struct store_subject	mark;
	struct heard_leaf	c;

	km_cbor_array(leaves, 1, 1);
	if (changed_read(leaves, &c) != 0 ||
	    !km_bytes_equal(c.a.sub, in->d->subject))
		return unexpected(bk, "one register leaf of this holder");
	memset(&mark, 0, sizeof(mark));
	mark.subject = c.a.number;
	mark.kind = STORE_MARK;
	memcpy(mark.head, in->id, KM_HASH_LEN);
	memcpy(acted->mark, c.a.number.p, KM_NUMBER_LEN);
	acted->mark[KM_NUMBER_LEN] = '\0';
	return store_mark_add(bk->st, c.a.number, c.a.sub) == 0 &&
	    store_subject_set(bk->st, &mark) == 0 &&
	    changed_record(bk, &c) == 0 &&
	    store_head_set(bk->st, in->d->subject, in->id) == 0 ? 0 : -1;
}

/* Suspend, lift, withdraw: all unexpired attestations of the mark. */
static int
status_record(struct book *bk, const struct book_in *in,
    struct km_cbor *leaves)
{
	struct heard_leaf	c;
	size_t			i, n;

	n = km_cbor_array(leaves, 1, STORE_SLOTS_MAX);
	for (i = 0; i < n; i++) {
		if (changed_read(leaves, &c) != 0 ||
		    !km_bytes_equal(c.a.number, in->d->subject))
			return unexpected(bk, "register leaves of this mark");
		if (changed_record(bk, &c) != 0)
			return -1;
	}
	if (n == 0)
		return unexpected(bk, "register leaves");
	return store_head_set(bk->st, in->d->subject, in->id) == 0 ? 0 : -1;
}

/* Provider, body, authority: the subject and what is in force of it. */
static int
subject_record(struct book *bk, const struct book_in *in,
    enum store_subject_kind kind, struct km_bytes name)
{
	struct store_subject	s;

	memset(&s, 0, sizeof(s));
	s.subject = in->d->subject;
	s.kind = kind;
	memcpy(s.head, in->id, KM_HASH_LEN);
	if (kind == STORE_PROVIDER || kind == STORE_BODY) {
		s.has_in_force = 1;
		memcpy(s.in_force, in->id, KM_HASH_LEN);
	}
	s.name = name;
	if (kind != STORE_PROVIDER)
		bk->changed = 1;
	return store_subject_set(bk->st, &s);
}

static int
scheme_record(struct book *bk, const struct book_in *in)
{
	static const struct km_bytes	none = { NULL, 0 };
	struct store_list		l;

	if (in->json.p == NULL)
		return unexpected(bk, "a scheme that we sent with its JSON");
	memset(&l, 0, sizeof(l));
	l.kind = STORE_SCHEME;
	l.version = in->d->u.scheme.version;
	memcpy(l.hash, in->d->u.scheme.hash.p, KM_HASH_LEN);
	l.name = in->d->u.scheme.scheme;
	l.bytes = in->json;
	return store_list_add(bk->st, &l) == 0 ?
	    subject_record(bk, in, STORE_AUTHORITY, none) : -1;
}

static int
list_record(struct book *bk, const struct book_in *in)
{
	struct store_list	l;
	struct officers		officers;
	struct km_trust		trust;
	struct km_sign		sign;

	memset(&l, 0, sizeof(l));
	memcpy(l.hash, in->id, KM_HASH_LEN);
	l.bytes = in->decision;
	bk->changed = 1;
	if (in->kind == DECISION_TRUST) {
		if (km_trust_decode(&trust, &sign, in->decision.p,
		    in->decision.len) != KM_OK)
			return unexpected(bk, "a trust list");
		l.kind = STORE_TRUST;
		l.version = trust.version;
		return store_list_add(bk->st, &l);
	}
	if (officers_decode(&officers, &sign, in->decision.p,
	    in->decision.len) != KM_OK)
		return unexpected(bk, "an officers list");
	l.kind = STORE_OFFICERS;
	l.version = officers.version;
	officers_free(&officers);
	/* The list says who may do what; who was disabled before is in it. */
	return store_list_add(bk->st, &l) == 0 ?
	    store_disabled_clear(bk->st) : -1;
}

/* What changes, by kind. leaves stands before the changed register leaves. */
static int
kind_record(struct book *bk, const struct book_in *in,
    struct km_cbor *leaves, struct acted *acted)
{
	static const struct km_bytes	none = { NULL, 0 };

	if (act_on_mark(in->kind))
		return status_record(bk, in, leaves);
	if (in->kind == DECISION_GRANT)
		return grant_record(bk, in, leaves, acted);
	if (km_cbor_array(leaves, 0, 0) != 0 || leaves->err != KM_OK)
		return unexpected(bk, "no register leaf");
	if (in->kind == DECISION_TRUST || in->kind == DECISION_OFFICERS)
		return list_record(bk, in);
	if (in->kind == DECISION_PROVIDER_ADD)
		return subject_record(bk, in, STORE_PROVIDER,
		    in->d->u.provider.legal_name);
	if (in->kind == DECISION_BODY_ADD)
		return subject_record(bk, in, STORE_BODY, in->d->u.body.name);
	if (in->kind == DECISION_ASSESSMENT)
		return 0;	/* recorded after the act, to which it refers */
	if (in->kind == DECISION_SCHEME)
		return scheme_record(bk, in);
	if (in->kind == DECISION_DISABLE)
		return store_disabled_add(bk->st, in->d->u.person) == 0 ?
		    subject_record(bk, in, STORE_AUTHORITY, none) : -1;
	return unexpected(bk, "an act of a kind that we know");
}

static int
carried(struct book *bk, const struct book_in *in, struct km_bytes leaf,
    uint64_t index, struct acted *acted)
{
	struct store_act	act;
	uint8_t			hash[KM_HASH_LEN];

	km_leaf_hash(hash, leaf);
	if (merkle_append(bk->log, hash) != 0) {
		log_warnx("office: the log does not fit in memory");
		return -1;
	}
	memset(&act, 0, sizeof(act));
	act.index = index;
	act.batch = bk->batch;
	memcpy(act.id, in->id, KM_HASH_LEN);
	act.kind = in->kind;
	if (in->d != NULL)
		act.subject = in->d->subject;
	act.decision = in->decision;
	act.approvals = in->approvals;
	act.leaf = leaf;
	act.mark = km_bytes_of(acted->mark);
	if (store_act_add(bk->st, &act) != 0)
		return -1;
	if (in->kind == DECISION_ASSESSMENT &&
	    store_assessment_add(bk->st, in->d->subject, index) != 0)
		return -1;
	if (in->was_pending && store_pending_remove(bk->st, in->id) != 0)
		return -1;
	acted->has_index = 1;
	acted->index = index;
	return 0;
}

int
book_result(struct book *bk, const struct book_in *in,
    struct km_cbor *answer, struct acted *acted)
{
	struct heard_result	r;

	memset(acted, 0, sizeof(*acted));
	memcpy(acted->id, in->id, KM_HASH_LEN);
	heard_result(answer, &r);
	if (answer->err != KM_OK)
		return unexpected(bk, "a result");
	if (r.refusal != REFUSAL_NONE) {
		act_refuse(acted, r.refusal, r.text);
		return 0;
	}
	if (r.index != merkle_size(bk->log))
		return unexpected(bk, "the next place in the log");
	acted->state = ACTED_DONE;
	if (kind_record(bk, in, answer, acted) != 0)
		return -1;
	return carried(bk, in, r.leaf, r.index, acted);
}

int
book_agrees(const struct book *bk, const struct km_tree_head *head)
{
	uint8_t	root[KM_HASH_LEN];

	merkle_root(root, bk->log);
	if (head->size != merkle_size(bk->log) ||
	    memcmp(head->root, root, KM_HASH_LEN) != 0)
		return unexpected(bk, "the root of our log");
	return 0;
}

int
book_end(struct book *bk, const struct km_tree_head *head)
{
	if (book_agrees(bk, head) != 0)
		return -1;
	return store_batch_set(bk->st, bk->batch);
}

static int
again(struct book *bk, struct km_cbor *ask, struct km_cbor *result)
{
	struct heard_ask	 asked;
	struct book_in		 in;
	struct acted		 acted;
	struct act		*act;
	enum km_err		 err;
	int			 rc;

	heard_ask(ask, &asked);
	if (ask->err != KM_OK)
		return unexpected(bk, "an act that we sent");
	if ((act = act_new(asked.decision, asked.json, &err)) == NULL) {
		if (err == KM_OK)
			log_warnx("office: out of memory");
		return err == KM_OK ? -1 : unexpected(bk, "a decision");
	}
	memset(&in, 0, sizeof(in));
	in.kind = act->kind;
	in.d = act->kind == act->d.kind ? &act->d : NULL;
	in.id = act->id;
	in.decision = act->decision;
	in.approvals = asked.approvals;
	in.json = act->json;
	in.was_pending = 1;
	rc = book_result(bk, &in, result, &acted);
	act_free(act);
	return rc;
}

int
book_again(struct book *bk, struct km_cbor *answer)
{
	struct heard_batch	b;
	size_t			i;

	heard_batch(answer, &b);
	bk->batch = b.batch;
	if (answer->err != KM_OK)
		return unexpected(bk, "a batch-record");
	if (store_begin(bk->st) != 0)
		return -1;
	for (i = 0; i < b.n; i++)
		if (again(bk, &b.asks, &b.results) != 0)
			goto fail;
	if (book_end(bk, &b.log) != 0 || store_commit(bk->st) != 0)
		goto fail;
	log_info("batch %llu recorded again, %zu acts",
	    (unsigned long long)bk->batch, b.n);
	return 0;
fail:
	store_rollback(bk->st);
	return -1;
}

int
book_superseded(struct book *bk, struct km_bytes bytes)
{
	struct publication	p;
	struct heard_leaf	c;
	uint32_t		idx;
	size_t			i;

	if (publication_decode(&p, bytes.p, bytes.len) != KM_OK)
		return unexpected(bk, "a publication");
	if (p.n_leaves == 0)
		return 0;
	if (store_begin(bk->st) != 0)
		return -1;
	for (i = 0; i < p.n_leaves; i++) {
		c.bytes = publication_leaf(&p.leaves, &idx);
		c.idx = idx;
		if (heard_leaf_decode(&c) != KM_OK) {
			unexpected(bk, "a register leaf");
			goto fail;
		}
		if (changed_record(bk, &c) != 0)
			goto fail;
	}
	if (store_commit(bk->st) == 0)
		return 0;
fail:
	store_rollback(bk->st);
	return -1;
}
