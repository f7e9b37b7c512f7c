/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Hello: where office stands, where the signer stands, and whether the two
 * may go on. What office has not recorded it gets again, from the journal;
 * further apart than two batches they need people. An epoch seen outside
 * that this journal does not know means that this is a restored old copy:
 * it is fenced, and signs nothing (design section 5).
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"

#include "answer.h"

enum { ROOM_LEFT = 4096 };		/* of an answer, for what ends it */

/* Signed by a publish key that counts, of the trust list in force? */
static int
epoch_genuine(struct signer *sg, const struct km_epoch *e,
    const struct km_sign1 *s)
{
	const struct km_trust_key	*k;
	const struct state		*st = &sg->state;
	struct km_ask			 ask;
	uint8_t				 tbs[KM_TBS_MAX];
	int				 i;

	if (!km_bytes_equal(s->iss, km_bytes_of(st->authority)) ||
	    (i = km_trust_find(&st->trust, s->kid)) == -1)
		return 0;
	k = &st->trust.key[i];
	if (k->purpose != KM_PURPOSE_PUBLISH || k->revoked_at != -1 ||
	    e->this_update < k->not_before || e->this_update >= k->not_after ||
	    k->key.alg != s->alg)
		return 0;
	memset(&ask, 0, sizeof(ask));
	ask.alg = s->alg;
	ask.slot = -1;
	ask.key.p = k->key.bytes;
	ask.key.len = k->key.len;
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, s->protected_, NULL, s->payload.len);
	ask.msg[1] = s->payload;
	ask.sig = s->sig;
	return ask.msg[0].len > 0 && verify_ask(sg->verify, &ask);
}

/*
 * Of ours by its name, and under a trust list that this journal has not come
 * to: its key may be one that we cannot know yet. Who cannot tell must not
 * sign; whoever made it up holds us up, no more.
 */
static int
epoch_beyond(const struct signer *sg, const struct km_epoch *e,
    const struct km_sign1 *s)
{
	const struct state	*st = &sg->state;

	if (!km_bytes_equal(s->iss, km_bytes_of(st->authority)) ||
	    e->trust_version <= st->trust.version)
		return 0;
	log_warnx("hello: an epoch under trust list %" PRIu32 " was seen "
	    "outside, the journal knows trust list %" PRIu32 ": this is an "
	    "old copy, nothing is signed until two officers reconcile",
	    e->trust_version, st->trust.version);
	return 1;
}

/* Is this one that we did not make? */
static int
epoch_fences(struct signer *sg, struct km_bytes bytes)
{
	const struct past_epoch	*past;
	struct km_epoch		 e;
	struct km_sign1		 s;
	uint8_t			 hash[KM_HASH_LEN];

	int			 whole;

	whole = km_epoch_decode(&e, &s, bytes.p, bytes.len) == KM_OK;
	if (whole && epoch_beyond(sg, &e, &s))
		return 1;
	if (!whole || !epoch_genuine(sg, &e, &s)) {
		log_warnx("hello: an epoch seen outside does not verify: it "
		    "counts as not seen");
		return 0;
	}
	if (e.number > sg->state.epoch) {
		log_warnx("hello: epoch %" PRIu32 " was seen outside, the "
		    "journal ends at %" PRIu32 ": this is an old copy, "
		    "nothing is signed until two officers reconcile",
		    e.number, sg->state.epoch);
		return 1;
	}
	past = &sg->state.past_epoch[e.number % STATE_EPOCHS_KEPT];
	km_sha256(hash, &bytes, 1);
	if (past->number != e.number ||
	    memcmp(past->hash, hash, sizeof(hash)) == 0)
		return 0;
	log_warnx("hello: another epoch %" PRIu32 " was seen outside than the "
	    "journal has: there are two signers, nothing is signed until two "
	    "officers reconcile", e.number);
	return 1;
}

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

/* [batch, acts, results, tree-head] of a batch that office has not got. */
static void
batch_again(struct buf *out, struct signer *sg, uint64_t batch)
{
	const struct past_batch	*past;
	struct batch_record	 b;
	struct buf		 record;

	past = &sg->state.past[batch % STATE_HEADS_KEPT];
	buf_init(&record, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	if (past->batch != batch ||
	    journal_read(&sg->journal, past->offset, &record) == -1 ||
	    replay_batch_open(&b, held(&record)) == -1)
		fatalx("journal: the record of batch %" PRIu64 " was good and "
		    "is damaged", batch);
	encode_array(out, 4);
	encode_uint(out, b.batch);
	encode_raw(out, b.acts);
	encode_raw(out, b.results);
	encode_raw(out, b.log);
	buf_free(&record);
}

/*
 * Epochs after the one that office published, as many as fit; the rest come
 * when it asks for them by number.
 */
static size_t
epochs_again(struct buf *out, struct signer *sg, uint32_t after, size_t room)
{
	struct buf	one;
	size_t		n = 0;
	uint32_t	e;

	for (e = after + 1; e <= sg->state.epoch && e != 0; e++) {
		buf_init(&one, MSG_MAX);
		if (publish_again(sg, e, &one) == -1 ||
		    one.len > room - out->len) {
			buf_free(&one);
			break;
		}
		encode_raw(out, held(&one));
		buf_free(&one);
		n++;
	}
	return n;
}

/* May we go on from there? */
static int
is_near(const struct state *st, uint64_t batch, uint32_t epoch)
{
	if (batch > st->batch || st->batch - batch > BATCHES_AWAY_MAX) {
		log_warnx("hello: office stands at batch %" PRIu64 ", the "
		    "journal at %" PRIu64 ": too far apart to go on by "
		    "themselves, nothing is signed until reconciled", batch,
		    st->batch);
		return 0;
	}
	if (epoch > st->epoch || st->epoch - epoch >= STATE_EPOCHS_KEPT) {
		log_warnx("hello: office published epoch %" PRIu32 ", the "
		    "journal ends at %" PRIu32 ": too far apart to go on by "
		    "themselves, nothing is signed until reconciled", epoch,
		    st->epoch);
		return 0;
	}
	return 1;
}

static enum refusal
hello_read(struct question *q, uint64_t *batch, uint32_t *epoch,
    struct km_bytes *seen, size_t *n_seen)
{
	uint64_t	version;
	size_t		i;

	version = km_cbor_uint(&q->c, 0, UINT32_MAX);
	if (q->c.err == KM_OK && version != SIGNER_VERSION) {
		q->what = "of this channel";
		return REFUSAL_VERSION;
	}
	*batch = km_cbor_uint(&q->c, 0, UINT64_MAX);
	*epoch = (uint32_t)km_cbor_uint(&q->c, 0, UINT32_MAX);
	*n_seen = km_cbor_array(&q->c, 0, ASK_EPOCHS_MAX);
	for (i = 0; i < *n_seen && q->c.err == KM_OK; i++)
		seen[i] = km_cbor_bytes(&q->c, 0, KM_EPOCH_MAX);
	if (q->n != 5 || km_cbor_end(&q->c) != KM_OK)
		return REFUSAL_MALFORMED;
	return REFUSAL_NONE;
}

/* A hello is looked at anew each time: nothing of the last one counts. */
enum refusal
answer_hello(struct signer *sg, struct question *q, struct buf *reply)
{
	struct km_bytes	seen[ASK_EPOCHS_MAX];
	struct buf	epochs;
	enum refusal	r;
	uint64_t	batch, b;
	uint32_t	epoch;
	size_t		i, n;

	if ((r = hello_read(q, &batch, &epoch, seen, &n)) != REFUSAL_NONE)
		return r;
	sg->greeted = sg->fenced = 0;
	for (i = 0; i < n; i++)
		if (epoch_fences(sg, seen[i]))
			sg->fenced = 1;
	if (!is_near(&sg->state, batch, epoch)) {
		q->what = "too far from the journal, reconcile";
		return REFUSAL_BATCH;
	}
	sg->greeted = 1;
	answer_begin(reply, SIGNER_HELLO, 5);
	if (answer_figures(sg, reply) == -1)
		fatalx("hello: out of memory");
	encode_array(reply, sg->state.batch - batch);
	for (b = batch + 1; b <= sg->state.batch; b++)
		batch_again(reply, sg, b);
	buf_init(&epochs, MSG_MAX);
	i = epochs_again(&epochs, sg, epoch, reply->failed != 0 ||
	    reply->len + ROOM_LEFT > MSG_MAX ? 0 :
	    MSG_MAX - ROOM_LEFT - reply->len);
	encode_array(reply, i);
	encode_raw(reply, held(&epochs));
	buf_free(&epochs);
	return REFUSAL_NONE;
}
