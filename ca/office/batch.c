/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Batch: what queued while the last was away goes to the signer; its
 * answer is recorded and told to all who wait (decide.h). No timers: a lone
 * act leaves at once, and under load batches grow by themselves.
 */
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "book.h"
#include "decide.h"
#include "heard.h"

/* The chain in which an act with this id is. */
static struct act **
bucket_of(struct decide *dc, const uint8_t *id)
{
	return &dc->flight[((unsigned int)id[0] << 8 | id[1]) &
	    (DECIDE_FLIGHT - 1)];
}

struct act *
decide_flying(const struct decide *dc, const uint8_t *id)
{
	struct act	*act;

	act = dc->flight[((unsigned int)id[0] << 8 | id[1]) &
	    (DECIDE_FLIGHT - 1)];
	while (act != NULL && memcmp(act->id, id, KM_HASH_LEN) != 0)
		act = act->next_flight;
	return act;
}

void
decide_queue(struct decide *dc, struct act *act)
{
	struct act	**bucket = bucket_of(dc, act->id);

	act->next_flight = *bucket;
	*bucket = act;
	act->next = NULL;
	*dc->queue_end = act;
	dc->queue_end = &act->next;
	dc->queued++;
}

static void
landed(struct decide *dc, struct act *act)
{
	struct act	**at = bucket_of(dc, act->id);

	while (*at != act)
		at = &(*at)->next_flight;
	*at = act->next_flight;
}

static int
has_mark(const struct batch *b, struct km_bytes mark)
{
	size_t	i;

	for (i = 0; b != NULL && i < b->n; i++)
		if (b->act[i] != NULL && act_on_mark(b->act[i]->kind) &&
		    km_bytes_equal(b->act[i]->d.subject, mark))
			return 1;
	return 0;
}

/*
 * The signer is shown the register leaves of a mark as it made them last: an
 * act on a mark waits while another on the same is not yet in the store.
 */
static int
must_wait(const struct decide *dc, const struct batch *next,
    const struct act *act)
{
	return act_on_mark(act->kind) &&
	    (has_mark(dc->recording, act->d.subject) ||
	    has_mark(next, act->d.subject));
}

/*
 * At most half of what is in hand: then the signer has one half while the
 * other is recorded. With all of it in one batch they would take turns, and
 * since all who wait for a batch come back together, would go on so.
 */
static size_t
most(const struct decide *dc)
{
	size_t	n = dc->queued;

	if (dc->recording != NULL)
		n += dc->recording->n;
	n = (n + 1) / 2;
	return n < BATCH_ACTS_MAX ? n : BATCH_ACTS_MAX;
}

/* From the queue into the batch, as many as fit; act-asks into dc->acts. */
static void
fill(struct decide *dc, struct batch *b)
{
	struct act	**at = &dc->queue, *act;
	int64_t		  now = decide_now();
	size_t		  before, max = most(dc);

	b->n = 0;
	buf_reset(&dc->acts);
	while ((act = *at) != NULL && b->n < max) {
		if (must_wait(dc, b, act)) {
			at = &act->next;
			continue;
		}
		before = dc->acts.len;
		if (act_encode(&dc->acts, act, dc->st, dc->log, now) != 0)
			fatalx("the store failed");
		if (b->n > 0 && (dc->acts.failed != 0 ||
		    dc->acts.len > DECIDE_BATCH_BYTES)) {
			dc->acts.failed = 0;
			dc->acts.len = before;
			break;
		}
		if ((*at = act->next) == NULL)
			dc->queue_end = at;
		act->next = NULL;
		dc->queued--;
		b->act[b->n++] = act;
	}
}

void
batch_send(struct decide *dc)
{
	struct batch	*b = &dc->batch[dc->recording == &dc->batch[0]];
	struct km_bytes	 acts;

	if (!dc->in_step || dc->away != NULL || dc->queue == NULL)
		return;
	fill(dc, b);
	if (b->n == 0)
		return;
	b->number = (dc->recording != NULL ? dc->recording->number :
	    dc->recorded) + 1;
	acts.p = dc->acts.p;
	acts.len = dc->acts.len;
	buf_reset(&dc->message);
	encode_array(&dc->message, 3);
	encode_uint(&dc->message, SIGNER_APPLY);
	encode_uint(&dc->message, b->number);
	encode_array(&dc->message, b->n);
	encode_raw(&dc->message, acts);
	peer_send(dc->peer, &dc->message);
	dc->away = b;
}

static void
in_of(struct book_in *in, const struct act *act)
{
	memset(in, 0, sizeof(*in));
	in->kind = act->kind;
	in->d = act->kind == act->d.kind ? &act->d : NULL;
	in->id = act->id;
	in->decision = act->decision;
	in->approvals.p = act->approvals.p;
	in->approvals.len = act->approvals.len;
	in->json = act->json;
	in->was_pending = act->was_pending;
}

/* The results of a batch, and what the signer says of the log after it. */
static int
results(struct book *book, const struct batch *b, struct km_cbor *c,
    struct km_tree_head *head)
{
	struct book_in	in;
	size_t		i;

	if (km_cbor_array(c, b->n, b->n) != b->n)
		return -1;
	for (i = 0; i < b->n; i++) {
		in_of(&in, b->act[i]);
		if (book_result(book, &in, c, &b->act[i]->acted) != 0)
			return -1;
	}
	heard_head(c, head);
	return km_cbor_end(c) == KM_OK ? 0 : -1;
}

/*
 * Durable point 2 of the pipeline: decisions, approvals, leaves and batch
 * number in one transaction. c stands before the results. Nothing is written
 * of a batch that does not count.
 */
static void
record(struct decide *dc, const struct batch *b, struct km_cbor *c)
{
	struct km_tree_head	head;
	struct book		book;
	int			counts = b->number > dc->recorded;

	memset(&book, 0, sizeof(book));
	book.st = dc->st;
	book.log = dc->log;
	book.batch = b->number;
	if ((counts && store_begin(dc->st) != 0) ||
	    results(&book, b, c, &head) != 0 ||
	    (counts ? book_end(&book, &head) : book_agrees(&book, &head)) !=
	    0 || (counts && store_commit(dc->st) != 0))
		fatalx("batch %llu cannot be recorded",
		    (unsigned long long)b->number);
	dc->recorded = b->number;
	if (book.changed && inforce_load(&dc->in, dc->st) != 0)
		fatalx("what is in force cannot be read");
}

/* Everyone who waits hears; told() may bring in new acts at once. */
static void
tell(struct decide *dc, struct batch *b)
{
	struct act	*act;
	size_t		 i;

	for (i = 0; i < b->n; i++) {
		act = b->act[i];
		b->act[i] = NULL;
		if (act->acted.state == ACTED_DONE)
			act->acted.epoch = decide_epoch(dc, b->number);
		landed(dc, act);
		act_tell(act);
		act_free(act);
	}
	b->n = 0;
}

/*
 * The signer refused the batch as a whole and is where it was: so is the
 * store, and every act in it hears why.
 */
static void
refused(struct decide *dc, struct batch *b, enum refusal refusal,
    struct km_bytes text)
{
	size_t	i;

	if (refusal == REFUSAL_BATCH)
		fatalx("batch %llu: the signer is not in step with the store:"
		    " %.*s", (unsigned long long)b->number, (int)text.len,
		    (const char *)text.p);
	log_warnx("batch %llu refused: %s: %.*s",
	    (unsigned long long)b->number, refusal_name(refusal),
	    (int)text.len, (const char *)text.p);
	for (i = 0; i < b->n; i++) {
		memcpy(b->act[i]->acted.id, b->act[i]->id, KM_HASH_LEN);
		act_refuse(&b->act[i]->acted, refusal, text);
	}
	dc->recording = b;	/* keeps its room until all have heard */
	dc->away = NULL;
	tell(dc, b);
	dc->recording = NULL;
	batch_send(dc);
}

void
batch_answer(struct decide *dc, struct km_bytes message)
{
	struct batch	*b = dc->away;
	struct km_bytes	 text;
	struct km_cbor	 c;
	enum refusal	 refusal;
	uint64_t	 number;

	if (b == NULL)
		fatalx("signer: an answer that nothing was asked for");
	refusal = decide_answer_head(&c, message, SIGNER_APPLY, 5, &text);
	if (refusal != REFUSAL_NONE) {
		refused(dc, b, refusal, text);
		return;
	}
	/* When nothing new was carried out the batch does not count. */
	number = km_cbor_uint(&c, b->number - 1, b->number);
	if (c.err != KM_OK)
		fatalx("signer: expected the answer to batch %llu",
		    (unsigned long long)b->number);
	if (number == b->number)
		dc->dirty = 1;
	b->number = number;
	dc->recording = b;
	dc->away = NULL;
	epoch_try(dc);
	batch_send(dc);
	record(dc, b, &c);
	tell(dc, b);
	dc->recording = NULL;
	batch_send(dc);		/* acts that had to wait for these */
}
