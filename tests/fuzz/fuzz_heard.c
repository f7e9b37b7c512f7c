/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What office hears of the signer (ca/office/heard.h): answers to hello and
 * to a batch, walked as decide.c and book.c do. What counts lies in the
 * message, is within its limits, and the signer's own readers, which read
 * the same from the journal, find the same in it.
 */
#include "ca/base/msg.h"
#include "ca/office/act.h"
#include "ca/office/heard.h"
#include "ca/record/publication.h"
#include "ca/record/run.h"
#include "ca/signer/ask.h"
#include "tests/fuzz/promise.h"

static const uint8_t	*message;
static size_t		 message_len;

static int
in_message(struct km_bytes b)
{
	return inside(b, message, message_len);
}

static int
bytes_same(struct km_bytes a, struct km_bytes b)
{
	return a.len == b.len && (a.len == 0 || a.p == b.p);
}

/* The signer's reader agrees with what was heard from before to now. */
static void
result_same(struct km_cbor before, const struct km_cbor *now,
    const struct heard_result *r, size_t n)
{
	static struct result	other;

	result_read(&before, &other);
	promise(before.err == KM_OK && before.p == now->p);
	promise(other.refusal == r->refusal && other.n_leaves == n &&
	    other.index == r->index && bytes_same(other.text, r->text) &&
	    bytes_same(other.log_leaf, r->leaf));
}

static void
leaf_check(const struct heard_leaf *l)
{
	struct heard_leaf	again;

	promise(in_message(l->bytes) && l->bytes.len <= RUN_LEAF_MAX);
	promise(l->idx <= UINT32_MAX && l->status <= KM_STATUS_SUPERSEDED);
	promise(l->a.number.len == KM_NUMBER_LEN && in_message(l->a.number));
	memset(&again, 0, sizeof(again));
	again.idx = l->idx;
	again.bytes = l->bytes;
	promise(heard_leaf_decode(&again) == KM_OK &&
	    again.status == l->status);
	again.idx++;
	promise(heard_leaf_decode(&again) != KM_OK);
}

/* One result; 0, or -1 when there is none. */
static int
result_walk(struct km_cbor *c)
{
	struct heard_result	r;
	struct heard_leaf	l;
	struct km_cbor		before = *c;
	size_t			i, n = 0;

	heard_result(c, &r);
	if (c->err != KM_OK)
		return -1;
	promise((int)r.refusal >= 0 && r.refusal < REFUSAL_N);
	if (r.refusal != REFUSAL_NONE)
		promise(r.text.len <= ACT_DETAIL_MAX && in_message(r.text));
	else {
		promise(r.leaf.len > 0 && in_message(r.leaf));
		n = km_cbor_array(c, 0, STATE_MARK_SLOTS_MAX);
		for (i = 0; i < n && c->err == KM_OK; i++) {
			heard_leaf(c, &l);
			if (c->err == KM_OK)
				leaf_check(&l);
		}
	}
	if (c->err != KM_OK)
		return -1;
	result_same(before, c, &r, n);
	return 0;
}

static int
ask_walk(struct km_cbor *c)
{
	static struct act_ask	other;
	struct heard_ask	a;
	struct km_cbor		before = *c;

	act_ask_read(&before, &other);
	heard_ask(c, &a);
	if (c->err != KM_OK) {
		promise(before.err != KM_OK || other.bytes.len == 0 ||
		    other.bytes.len > OFFICERS_MAX ||
		    (other.json.p != NULL && (other.json.len == 0 ||
		    other.json.len > SCHEME_JSON_MAX)));
		return -1;
	}
	promise(in_message(a.decision) && a.decision.len > 0 &&
	    in_message(a.approvals) && a.approvals.len > 0 &&
	    in_message(a.json));
	promise(before.err != KM_OK || (before.p == c->p &&
	    bytes_same(other.bytes, a.decision) &&
	    bytes_same(other.json, a.json)));
	return 0;
}

/* The asks and results side by side, as long as both are good. */
static void
batch_walk(struct heard_batch *b)
{
	size_t	i;

	promise(b->batch > 0 && b->n <= BATCH_ACTS_MAX);
	for (i = 0; i < b->n; i++)
		if (ask_walk(&b->asks) == -1 ||
		    result_walk(&b->results) == -1)
			return;
	promise(b->asks.p <= b->results.p);
}

static void
hello_walk(struct km_cbor *c)
{
	struct heard_standing	s;
	struct heard_batch	b;
	struct publication	p;
	size_t			i, n;

	heard_standing(c, &s);
	if (c->err == KM_OK)
		promise((s.halted & ~1) == 0 && (s.fenced & ~1) == 0 &&
		    s.log.size < UINT64_C(1) << KM_PATH_MAX);
	n = km_cbor_array(c, 0, BATCHES_AWAY_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		heard_batch(c, &b);
		if (c->err == KM_OK)
			batch_walk(&b);
	}
	n = km_cbor_array(c, 0, UINT32_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++)
		publication_read(&p, c);
}

static void
apply_walk(struct km_cbor *c)
{
	struct km_tree_head	head;
	size_t			i, n;

	km_cbor_uint(c, 0, UINT64_MAX);
	n = km_cbor_array(c, 0, BATCH_ACTS_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++)
		if (result_walk(c) == -1)
			return;
	heard_head(c, &head);
	promise(c->err == KM_OK || head.size == 0 ||
	    head.size < UINT64_C(1) << KM_PATH_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const size_t	 items[] = {
		[SIGNER_HELLO] = 5, [SIGNER_APPLY] = 5, [SIGNER_PUBLISH] = 3
	};
	struct heard_answer	 h;
	struct km_cbor		 c;
	enum signer_op		 op;

	if (len > MSG_MAX)
		return 0;
	message = data;
	message_len = len;
	for (op = SIGNER_HELLO; op <= SIGNER_PUBLISH; op++) {
		if (heard_answer(&c, &h, (struct km_bytes){ data, len }, op,
		    items[op]) == -1)
			continue;
		promise(data[1] == op && in_message(h.text));
		promise((h.refusal == REFUSAL_NONE) == (h.text.p == NULL ||
		    data[2] == 0));
		if (h.refusal == REFUSAL_NONE && op == SIGNER_HELLO)
			hello_walk(&c);
		if (h.refusal == REFUSAL_NONE && op == SIGNER_APPLY)
			apply_walk(&c);
	}
	return 0;
}
