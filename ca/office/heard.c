/* SPDX-License-Identifier: EUPL-1.2 */
/* Heard: readers of what the signer says; see heard.h. */
#include <string.h>

#include "ca/record/run.h"
#include "act.h"
#include "heard.h"

enum {
	LEAF_MAX = 256,			/* a log-leaf is about 90 bytes */
	SKIP_DEPTH = 10,		/* rested in an act-ask has 4 */
	TEXT_MAX = 1024			/* of a refusal of the whole */
};
#define LOG_SIZE_MAX	((UINT64_C(1) << KM_PATH_MAX) - 1)

int
heard_answer(struct km_cbor *c, struct heard_answer *out,
    struct km_bytes message, enum signer_op op, size_t items)
{
	size_t	n;

	memset(out, 0, sizeof(*out));
	km_cbor_begin(c, message.p, message.len);
	n = km_cbor_array(c, 3, items);
	km_cbor_uint(c, op, op);
	out->refusal = (enum refusal)km_cbor_uint(c, 0, 255);
	if (c->err != KM_OK)
		return -1;
	if (out->refusal == REFUSAL_NONE)
		return n == items ? 0 : -1;
	out->text = km_cbor_text(c, 0, TEXT_MAX);
	return n == 3 && km_cbor_end(c) == KM_OK ? 0 : -1;
}

void
heard_head(struct km_cbor *c, struct km_tree_head *out)
{
	struct km_bytes	root;

	memset(out, 0, sizeof(*out));
	km_cbor_array(c, 2, 2);
	out->size = km_cbor_uint(c, 0, LOG_SIZE_MAX);
	root = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
	if (c->err == KM_OK)
		memcpy(out->root, root.p, KM_HASH_LEN);
}

void
heard_standing(struct km_cbor *c, struct heard_standing *out)
{
	size_t	left, i;

	memset(out, 0, sizeof(*out));
	left = km_cbor_map(c, 13, 13);
	km_cbor_key(c, &left, STATE_KEY_BATCH);
	out->batch = km_cbor_uint(c, 0, UINT64_MAX);
	km_cbor_key(c, &left, STATE_KEY_EPOCH);
	out->epoch = (uint32_t)km_cbor_uint(c, 0, UINT32_MAX);
	km_cbor_key(c, &left, STATE_KEY_LOG);
	heard_head(c, &out->log);
	km_cbor_key(c, &left, STATE_KEY_REGISTER);
	km_cbor_skip(c, SKIP_DEPTH);
	km_cbor_key(c, &left, STATE_KEY_STATUS);
	km_cbor_skip(c, SKIP_DEPTH);
	km_cbor_key(c, &left, STATE_KEY_HALTED);
	out->halted = km_cbor_uint(c, 0, 1) != 0;
	km_cbor_key(c, &left, STATE_KEY_FENCED);
	out->fenced = km_cbor_uint(c, 0, 1) != 0;
	for (i = STATE_KEY_TRUST; i <= STATE_KEY_DUE; i++) {
		km_cbor_key(c, &left, (int64_t)i);
		km_cbor_skip(c, SKIP_DEPTH);
	}
	km_cbor_close(c, left);
}

/* A result has four items, a refusal two; the first number tells. */
void
heard_result(struct km_cbor *c, struct heard_result *out)
{
	size_t	n;

	memset(out, 0, sizeof(*out));
	n = km_cbor_array(c, 2, 4);
	out->refusal = (enum refusal)km_cbor_uint(c, 0, REFUSAL_N - 1);
	if (out->refusal != REFUSAL_NONE) {
		out->text = km_cbor_text(c, 0, ACT_DETAIL_MAX);
		if (n != 2)
			km_cbor_fail(c, KM_ERR_VALUE);
		return;
	}
	out->leaf = km_cbor_bytes(c, 1, LEAF_MAX);
	out->index = km_cbor_uint(c, 0, LOG_SIZE_MAX);
	if (n != 4)
		km_cbor_fail(c, KM_ERR_VALUE);
}

enum km_err
heard_leaf_decode(struct heard_leaf *l)
{
	struct km_register_leaf	leaf;
	struct km_sign1		sign1;
	enum km_err		err;

	err = km_register_leaf_decode(&leaf, l->bytes.p, l->bytes.len);
	if (err == KM_OK && leaf.index != l->idx)
		err = KM_ERR_MISMATCH;
	if (err == KM_OK)
		err = km_attestation_decode(&l->a, &sign1,
		    leaf.attestation.p, leaf.attestation.len);
	if (err == KM_OK)
		l->status = leaf.status;
	return err;
}

void
heard_leaf(struct km_cbor *c, struct heard_leaf *out)
{
	enum km_err	err;

	memset(out, 0, sizeof(*out));
	km_cbor_array(c, 2, 2);
	out->idx = km_cbor_uint(c, 0, UINT32_MAX);
	out->bytes = km_cbor_bytes(c, 1, RUN_LEAF_MAX);
	if (c->err == KM_OK && (err = heard_leaf_decode(out)) != KM_OK)
		km_cbor_fail(c, err);
}

void
heard_batch(struct km_cbor *c, struct heard_batch *out)
{
	size_t	n;

	km_cbor_array(c, 4, 4);
	out->batch = km_cbor_uint(c, 1, UINT64_MAX);
	out->asks = *c;			/* the acts, and beside them ... */
	km_cbor_skip(c, SKIP_DEPTH);
	out->results = *c;		/* ... the results, in step */
	km_cbor_skip(c, SKIP_DEPTH);
	heard_head(c, &out->log);
	out->n = km_cbor_array(&out->asks, 0, BATCH_ACTS_MAX);
	n = km_cbor_array(&out->results, 0, BATCH_ACTS_MAX);
	if (n != out->n || out->asks.err != KM_OK ||
	    out->results.err != KM_OK)
		km_cbor_fail(c, KM_ERR_MISMATCH);
}

void
heard_ask(struct km_cbor *c, struct heard_ask *out)
{
	size_t	left;

	memset(out, 0, sizeof(*out));
	left = km_cbor_map(c, 2, 5);
	km_cbor_key(c, &left, ACT_KEY_DECISION);
	out->decision = km_cbor_bytes(c, 1, OFFICERS_MAX);
	km_cbor_key(c, &left, ACT_KEY_APPROVALS);
	out->approvals = km_cbor_skip(c, SKIP_DEPTH);
	if (km_cbor_opt_key(c, &left, ACT_KEY_RESTED))
		km_cbor_skip(c, SKIP_DEPTH);
	if (km_cbor_opt_key(c, &left, ACT_KEY_LEAVES))
		km_cbor_skip(c, SKIP_DEPTH);
	if (km_cbor_opt_key(c, &left, ACT_KEY_JSON))
		out->json = km_cbor_bytes(c, 1, SCHEME_JSON_MAX);
	km_cbor_close(c, left);
}
