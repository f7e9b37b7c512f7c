/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Apply: carry out a batch. Acts see each other's effects, in order, because
 * each changes the state before the next is checked; if the journal then
 * cannot be written, the process ends with all of it.
 */
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"

#include "answer.h"

struct batch {
	uint64_t	 number;
	int64_t		 now;
	size_t		 n;		/* acts */
	size_t		 carried;	/* that are new */
	size_t		 kept;		/* bytes of all acts, as recorded */
	struct buf	 acts, results;
	size_t		 result_at[BATCH_ACTS_MAX + 1];
	struct buf	 past;		/* an earlier record */
};

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

void
apply_refused(struct buf *b, enum refusal r, struct km_bytes who)
{
	if (who.len > ASK_TEXT_MAX)
		who.len = 0;
	encode_array(b, 2);
	encode_uint(b, r);
	encode_text(b, who);
}

void
apply_result(struct buf *b, const struct signer *sg, uint64_t log_index)
{
	const struct made	*m = &sg->made;
	struct km_bytes		 leaf;
	size_t			 i;

	encode_array(b, 4);
	encode_uint(b, REFUSAL_NONE);
	encode_bytes(b, held(&m->log_leaf));
	encode_uint(b, log_index);
	encode_array(b, m->n);
	for (i = 0; i < m->n; i++) {
		leaf.p = m->leaves.p + m->leaf[i].at;
		leaf.len = m->leaf[i].len;
		encode_array(b, 2);
		encode_uint(b, m->leaf[i].index);
		encode_bytes(b, leaf);
	}
}

/* Decision, approvals, JSON: what an act is; not what proved it. */
void
apply_record_act(struct buf *b, const struct act_ask *a)
{
	size_t	i;

	encode_map(b, a->json.p != NULL ? 3 : 2);
	encode_uint(b, ACT_KEY_DECISION);
	encode_bytes(b, a->bytes);
	encode_uint(b, ACT_KEY_APPROVALS);
	encode_array(b, a->n_approvals);
	for (i = 0; i < a->n_approvals; i++)
		encode_bytes(b, a->approval[i]);
	if (a->json.p != NULL) {
		encode_uint(b, ACT_KEY_JSON);
		encode_bytes(b, a->json);
	}
}

enum refusal
apply_act(struct signer *sg, uint64_t place)
{
	struct carried		 carried;
	struct check		*ck = sg->check;
	struct made		*m = &sg->made;
	enum decision_kind	 kind;
	enum refusal		 r;
	size_t			 i;

	memset(&ck->who, 0, sizeof(ck->who));
	if (decision_decode(&ck->d, ck->ask.bytes.p, ck->ask.bytes.len) ==
	    KM_OK) {
		if ((r = check_decision(ck)) == REFUSAL_NONE)
			r = build_decision(m, ck);
	} else if ((r = check_list(ck, &kind)) == REFUSAL_NONE)
		r = build_list(m, ck, kind);
	if (r != REFUSAL_NONE)
		return r;

	carried.bytes = ck->ask.bytes;
	carried.json = ck->ask.json;
	carried.log_leaf = held(&m->log_leaf);
	carried.n_leaves = m->n;
	for (i = 0; i < m->n; i++) {
		carried.leaf[i].index = m->leaf[i].index;
		carried.leaf[i].leaf.p = m->leaves.p + m->leaf[i].at;
		carried.leaf[i].leaf.len = m->leaf[i].len;
	}
	carried.place = place;
	carried.at = ck->now;
	/* Half carried out there is no way back, and the journal has none. */
	if (state_carry(&sg->state, &carried) == -1)
		fatalx("state: an act of kind %s that was checked cannot be "
		    "carried out: out of memory?", ck->d.kind == 0 ? "list" :
		    decision_kind_name(ck->d.kind));
	return REFUSAL_NONE;
}

/* The bytes of one result in a batch's record. */
static struct km_bytes
result_in(struct km_bytes record, size_t at)
{
	static const struct km_bytes	none;
	struct batch_record		b;
	struct km_bytes			result = none;
	struct km_cbor			c;
	size_t				i;

	if (replay_batch_open(&b, record) == -1 || at >= b.n)
		return none;
	km_cbor_begin(&c, b.results.p, b.results.len);
	km_cbor_array(&c, b.n, b.n);
	for (i = 0; i <= at; i++)
		result = km_cbor_skip(&c, 6);
	return c.err == KM_OK ? result : none;
}

/* What was answered to this decision before: the same bytes again. */
static struct km_bytes
repeated(struct signer *sg, struct batch *b, uint64_t place)
{
	struct km_bytes	result;
	size_t		at = place & 0xff;

	if (place >> 8 == sg->journal.end) {	/* in this very batch */
		result.p = b->results.p + b->result_at[at];
		result.len = b->result_at[at + 1] - b->result_at[at];
		return result;
	}
	if (journal_read(&sg->journal, place >> 8, &b->past) == -1)
		fatalx("journal: a record that was good is damaged");
	result = result_in(held(&b->past), at);
	if (result.len == 0)
		fatalx("journal: a record has not the result it should");
	return result;
}

/* Bytes of an act as apply_record_act() writes it, or a little more. */
static size_t
kept_len(const struct act_ask *a)
{
	size_t	i, len = 32 + a->bytes.len + a->json.len;

	for (i = 0; i < a->n_approvals; i++)
		len += a->approval[i].len + 8;
	return len;
}

/* For a result of so many bytes, besides all acts, those to come too? */
static int
has_room(const struct batch *b, size_t more)
{
	size_t	used = b->kept + b->results.len;

	return used < BATCH_RECORD_MAX && more <= BATCH_RECORD_MAX - used;
}

/* The most that the result of this act may take. */
static size_t
result_len(const struct act_ask *a)
{
	size_t	i, len = 1024 + KM_ATTESTATION_MAX;

	for (i = 0; i < a->n_leaves; i++)
		len += a->leaf[i].len + 64;
	return len;
}

static void
batch_limit(struct batch *b)
{
	apply_refused(&b->results, REFUSAL_LIMIT,
	    km_bytes_of("bytes of a batch"));
}

/* It may lie in the buffer that it is added to. */
static void
batch_again(struct batch *b, struct km_bytes again)
{
	uint8_t	*copy;

	if (!has_room(b, again.len)) {
		batch_limit(b);
		return;
	}
	if ((copy = malloc(again.len)) == NULL)
		fatalx("batch: out of memory");
	memcpy(copy, again.p, again.len);
	buf_add(&b->results, copy, again.len);
	free(copy);
}

static void
batch_act(struct signer *sg, struct batch *b, size_t i)
{
	const struct done	*done;
	struct check		*ck = sg->check;
	enum refusal		 r;
	uint64_t		 index = sg->state.log.size;
	uint8_t			 id[KM_HASH_LEN];

	b->result_at[i] = b->results.len;
	km_sha256(id, &ck->ask.bytes, 1);
	if ((done = table_find(&sg->state.done, id)) != NULL)
		batch_again(b, repeated(sg, b, done->place));
	else if (!has_room(b, result_len(&ck->ask)))
		batch_limit(b);
	else if ((r = apply_act(sg, sg->journal.end << 8 | i)) ==
	    REFUSAL_NONE) {
		apply_result(&b->results, sg, index);
		b->carried++;
	} else
		apply_refused(&b->results, r, ck->who);
	apply_record_act(&b->acts, &ck->ask);
	b->result_at[i + 1] = b->results.len;
}

static void
batch_record(struct buf *record, const struct signer *sg,
    const struct batch *b)
{
	struct km_tree_head	head;

	state_log_head(&sg->state, &head);
	encode_array(record, 6);
	encode_uint(record, JOURNAL_BATCH);
	encode_int(record, b->now);
	encode_uint(record, b->number);
	encode_array(record, b->n);
	encode_raw(record, held(&b->acts));
	encode_array(record, b->n);
	encode_raw(record, held(&b->results));
	answer_tree_head(record, &head);
}

/* Into the journal, synced; then it has happened. */
static void
batch_commit(struct signer *sg, const struct batch *b)
{
	struct buf	record;
	uint64_t	offset = sg->journal.end;

	buf_init(&record, JOURNAL_RECORD_MAX);
	batch_record(&record, sg, b);
	if (journal_append(&sg->journal, &record) == -1)
		fatal("journal: cannot append");
	buf_free(&record);
	state_batch(&sg->state, b->number, b->now, offset);
}

/* All acts once, so that a message that breaks off has no effect. */
static enum refusal
acts_whole(struct question *q, struct batch *b, struct act_ask *room)
{
	struct km_cbor	c = q->c;
	size_t		i;

	b->kept = 0;
	for (i = 0; i < b->n && c.err == KM_OK; i++) {
		act_ask_read(&c, room);
		b->kept += kept_len(room);
	}
	if (km_cbor_end(&c) != KM_OK)
		return REFUSAL_MALFORMED;
	if (b->kept <= BATCH_ACTS_LEN_MAX)
		return REFUSAL_NONE;
	q->what = "bytes of decisions and approvals";
	return REFUSAL_LIMIT;
}

static enum refusal
batch_begin(struct signer *sg, struct question *q, struct batch *b)
{
	const char	*why;
	enum refusal	 r;

	if (q->len > APPLY_MAX) {
		q->what = "bytes of the message";
		return REFUSAL_LIMIT;
	}
	b->number = km_cbor_uint(&q->c, 0, UINT64_MAX);
	b->n = km_cbor_array(&q->c, 1, UINT32_MAX);
	if (q->n != 3 || q->c.err != KM_OK)
		return REFUSAL_MALFORMED;
	if (b->n > BATCH_ACTS_MAX) {
		q->what = "acts of a batch";
		return REFUSAL_LIMIT;
	}
	if ((r = acts_whole(q, b, &sg->check->ask)) != REFUSAL_NONE)
		return r;
	if (!sg->greeted) {
		q->what = "hello first";
		return REFUSAL_BATCH;
	}
	if (sg->fenced)
		return REFUSAL_FENCED;
	if (b->number != sg->state.batch + 1) {
		q->what = "not the batch after the last";
		return REFUSAL_BATCH;
	}
	why = clock_look(&sg->clock, sg->state.newest, &b->now);
	if (why != NULL) {
		q->what = why;
		return REFUSAL_CLOCK;
	}
	return REFUSAL_NONE;
}

/*
 * A batch in which nothing new was carried out does not count: journal and
 * state are as they were, and its number is still to come.
 */
enum refusal
answer_apply(struct signer *sg, struct question *q, struct buf *reply)
{
	struct km_tree_head	 head;
	struct batch		*b;
	enum refusal		 r;
	size_t			 i;

	if ((b = calloc(1, sizeof(*b))) == NULL)
		fatalx("batch: out of memory");
	buf_init(&b->acts, MSG_MAX);
	buf_init(&b->results, MSG_MAX);
	buf_init(&b->past, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	if ((r = batch_begin(sg, q, b)) != REFUSAL_NONE)
		goto out;
	sg->check->now = b->now;
	for (i = 0; i < b->n; i++) {
		act_ask_read(&q->c, &sg->check->ask);
		batch_act(sg, b, i);
	}
	if (b->acts.failed != 0 || b->results.failed != 0)
		fatalx("batch: out of memory");
	if (b->carried > 0)
		batch_commit(sg, b);
	answer_begin(reply, SIGNER_APPLY, 5);
	encode_uint(reply, sg->state.batch);
	encode_array(reply, b->n);
	encode_raw(reply, held(&b->results));
	state_log_head(&sg->state, &head);
	answer_tree_head(reply, &head);
out:
	buf_free(&b->acts);
	buf_free(&b->results);
	buf_free(&b->past);
	free(b);
	return r;
}
