/* SPDX-License-Identifier: EUPL-1.2 */
/* Answer: who may be asked what, and what every answer begins with. */
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"

#include "answer.h"

/* All the signer can be asked. Nothing changes it. */
static const struct {
	enum signer_op	 op;
	enum refusal	(*answer)(struct signer *, struct question *,
			    struct buf *reply);
} ops[] = {
	{ SIGNER_HELLO,		answer_hello },
	{ SIGNER_APPLY,		answer_apply },
	{ SIGNER_PUBLISH,	answer_publish },
	{ SIGNER_STATE,		answer_state },
};

enum { OPS_N = sizeof(ops) / sizeof(ops[0]), ITEMS_MAX = 5 };

void
answer_begin(struct buf *reply, enum signer_op op, size_t n)
{
	buf_reset(reply);
	encode_array(reply, n);
	encode_uint(reply, op);
	encode_uint(reply, REFUSAL_NONE);
}

void
answer_tree_head(struct buf *reply, const struct km_tree_head *head)
{
	encode_array(reply, 2);
	encode_uint(reply, head->size);
	encode_hash(reply, head->root);
}

static void
refuse(struct buf *reply, uint64_t op, enum refusal r, const char *what)
{
	buf_reset(reply);
	encode_array(reply, 3);
	encode_uint(reply, op);
	encode_uint(reply, r);
	encode_text(reply, km_bytes_of(what != NULL ? what :
	    refusal_text(r)));
	log_warnx("refused: operation %llu: %s: %s", (unsigned long long)op,
	    refusal_name(r), what != NULL ? what : refusal_text(r));
}

void
signer_answer(struct signer *sg, const uint8_t *ask, size_t len,
    struct buf *reply)
{
	struct question	q;
	enum refusal	r;
	uint64_t	op;
	size_t		i;

	memset(&q, 0, sizeof(q));
	buf_reset(reply);
	q.len = len;
	km_cbor_begin(&q.c, ask, len);
	q.n = km_cbor_array(&q.c, 1, ITEMS_MAX);
	op = km_cbor_uint(&q.c, 0, UINT32_MAX);
	for (i = 0; i < OPS_N && q.c.err == KM_OK; i++)
		if (ops[i].op == op)
			break;
	if (q.c.err != KM_OK || i == OPS_N) {
		refuse(reply, 0, REFUSAL_MALFORMED, "no such operation");
		return;
	}
	if ((r = ops[i].answer(sg, &q, reply)) != REFUSAL_NONE)
		refuse(reply, op, r, q.what);
	else if (reply->failed != 0)
		fatalx("answer: expected room for it, found none");
}

void
figures_of(const struct state *st, struct signer_figures *out)
{
	memset(out, 0, sizeof(*out));
	out->batch = st->batch;
	out->epoch = st->epoch;
	state_log_head(st, &out->log);
	state_register_head(st, &out->reg);
	out->status = st->status;
	out->halted = st->halted;
	memcpy(out->trust, st->trust_hash, KM_HASH_LEN);
	memcpy(out->officers, st->officers_hash, KM_HASH_LEN);
	memcpy(out->scheme, st->scheme_hash, KM_HASH_LEN);
	memcpy(out->last_epoch, state_epoch_hash(st), KM_HASH_LEN);
}

/* The heads take a walk over all subjects: once a batch, when asked. */
static int
heads_now(struct signer *sg)
{
	if (sg->heads_known && sg->heads_batch == sg->state.batch)
		return 0;
	if (state_heads(&sg->state, sg->heads) == -1)
		return -1;
	sg->heads_known = 1;
	sg->heads_batch = sg->state.batch;
	return 0;
}

static void
hash_write(struct buf *b, uint64_t key, const uint8_t hash[KM_HASH_LEN])
{
	encode_uint(b, key);
	encode_hash(b, hash);
}

static void
head_write(struct buf *b, uint64_t key, const struct km_tree_head *head)
{
	encode_uint(b, key);
	answer_tree_head(b, head);
}

static void
number_write(struct buf *b, uint64_t key, uint64_t number)
{
	encode_uint(b, key);
	encode_uint(b, number);
}

int
answer_figures(struct signer *sg, struct buf *reply)
{
	struct signer_figures	f;

	if (heads_now(sg) == -1)
		return -1;
	figures_of(&sg->state, &f);
	encode_map(reply, 13);
	number_write(reply, STATE_KEY_BATCH, f.batch);
	number_write(reply, STATE_KEY_EPOCH, f.epoch);
	head_write(reply, STATE_KEY_LOG, &f.log);
	head_write(reply, STATE_KEY_REGISTER, &f.reg);
	head_write(reply, STATE_KEY_STATUS, &f.status);
	number_write(reply, STATE_KEY_HALTED, f.halted != 0);
	number_write(reply, STATE_KEY_FENCED, sg->fenced != 0);
	hash_write(reply, STATE_KEY_TRUST, f.trust);
	hash_write(reply, STATE_KEY_OFFICERS, f.officers);
	hash_write(reply, STATE_KEY_SCHEME, f.scheme);
	hash_write(reply, STATE_KEY_HEADS, sg->heads);
	hash_write(reply, STATE_KEY_LAST_EPOCH, f.last_epoch);
	encode_uint(reply, STATE_KEY_DUE);
	encode_array(reply, 0);		/* nothing is superseded yet */
	return 0;
}

enum refusal
answer_state(struct signer *sg, struct question *q, struct buf *reply)
{
	if (q->n != 1 || km_cbor_end(&q->c) != KM_OK)
		return REFUSAL_MALFORMED;
	answer_begin(reply, SIGNER_STATE, 3);
	return answer_figures(sg, reply) == -1 ? REFUSAL_LIMIT : REFUSAL_NONE;
}
