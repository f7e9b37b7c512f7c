/* SPDX-License-Identifier: EUPL-1.2 */
/* Ask: readers of messages and records; see ask.h. */
#include <string.h>

#include "ca/base/msg.h"

#include "ask.h"

#define LOG_SIZE_MAX	((UINT64_C(1) << KM_PATH_MAX) - 1)

static struct km_bytes
bytes_read(struct km_cbor *c)
{
	return km_cbor_bytes(c, 0, MSG_MAX);
}

static size_t
byte_strings_read(struct km_cbor *c, struct km_bytes *out, size_t min,
    size_t max)
{
	size_t	i, n;

	n = km_cbor_array(c, min, max);
	for (i = 0; i < n && c->err == KM_OK; i++)
		out[i] = bytes_read(c);
	return c->err == KM_OK ? n : 0;
}

static void
place_read(struct km_cbor *c, struct rested_ask *r)
{
	struct km_bytes	hash;
	size_t		i, n;

	r->has_place = 1;
	r->index = km_cbor_uint(c, 0, LOG_SIZE_MAX);
	r->size = km_cbor_uint(c, 0, LOG_SIZE_MAX);
	n = km_cbor_array(c, 0, KM_PATH_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		hash = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
		if (c->err == KM_OK)
			memcpy(r->path + i * KM_HASH_LEN, hash.p,
			    KM_HASH_LEN);
	}
	r->n_path = c->err == KM_OK ? n : 0;
}

/* The place is a group in the CDDL: three more items of the same array. */
static void
rested_read(struct km_cbor *c, struct rested_ask *r)
{
	size_t	n;

	n = km_cbor_array(c, 2, 5);
	if (n != 2 && n != 5)
		km_cbor_fail(c, KM_ERR_VALUE);
	r->decision = bytes_read(c);
	r->n_approvals = byte_strings_read(c, r->approval, 0, APPROVALS_MAX);
	r->has_place = 0;
	r->n_path = 0;
	if (n == 5)
		place_read(c, r);
}

void
act_ask_read(struct km_cbor *c, struct act_ask *a)
{
	size_t	i, left;

	a->n_rested = a->n_leaves = 0;
	a->json.p = NULL;
	a->json.len = 0;
	left = km_cbor_map(c, 2, 5);
	km_cbor_key(c, &left, ACT_KEY_DECISION);
	a->bytes = bytes_read(c);
	km_cbor_key(c, &left, ACT_KEY_APPROVALS);
	a->n_approvals = byte_strings_read(c, a->approval, 0, APPROVALS_MAX);
	if (km_cbor_opt_key(c, &left, ACT_KEY_RESTED)) {
		a->n_rested = km_cbor_array(c, 1, RESTS_MAX);
		for (i = 0; i < a->n_rested && c->err == KM_OK; i++)
			rested_read(c, &a->rested[i]);
	}
	if (km_cbor_opt_key(c, &left, ACT_KEY_LEAVES))
		a->n_leaves = byte_strings_read(c, a->leaf, 1,
		    STATE_MARK_SLOTS_MAX);
	if (km_cbor_opt_key(c, &left, ACT_KEY_JSON))
		a->json = bytes_read(c);
	km_cbor_close(c, left);
}

/* [* [idx, register-leaf]] */
static size_t
changes_read(struct km_cbor *c, struct leaf_change *out, size_t max)
{
	size_t	i, n;

	n = km_cbor_array(c, 0, max);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		km_cbor_array(c, 2, 2);
		out[i].index = (uint32_t)km_cbor_uint(c, 0, UINT32_MAX);
		out[i].leaf = bytes_read(c);
	}
	return c->err == KM_OK ? n : 0;
}

/* A result has four items, a refusal two; the first number tells. */
void
result_read(struct km_cbor *c, struct result *r)
{
	size_t	n;

	memset(r, 0, sizeof(*r));
	n = km_cbor_array(c, 2, 4);
	r->refusal = (enum refusal)km_cbor_uint(c, 0, 255);
	if (r->refusal != REFUSAL_NONE) {
		r->text = km_cbor_text(c, 0, ASK_TEXT_MAX);
		if (n != 2)
			km_cbor_fail(c, KM_ERR_VALUE);
		return;
	}
	r->log_leaf = bytes_read(c);
	r->index = km_cbor_uint(c, 0, LOG_SIZE_MAX);
	r->n_leaves = changes_read(c, r->leaf, STATE_MARK_SLOTS_MAX);
	if (n != 4)
		km_cbor_fail(c, KM_ERR_VALUE);
}

void
tree_head_read(struct km_cbor *c, struct km_tree_head *out)
{
	struct km_bytes	root;

	memset(out, 0, sizeof(*out));
	km_cbor_array(c, 2, 2);
	out->size = km_cbor_uint(c, 0, LOG_SIZE_MAX);
	root = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
	if (c->err == KM_OK)
		memcpy(out->root, root.p, KM_HASH_LEN);
}
