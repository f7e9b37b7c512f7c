/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Epoch: when the signer is asked for the next one, and that it is published
 * (design section 5, publishing). After every change, many in one, and by the
 * clock, long before the lists are over. Between batches: an epoch is of the
 * state after one batch, and is published while the store stands there.
 */
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "ca/record/publication.h"
#include "book.h"
#include "decide.h"

enum {
	TTL = 3600,		/* seconds, of lists; the scheme may say other */
	SLOWER = 10		/* waits so many times as long as it took, */
};

/* From one epoch to the next when nothing changes. */
static int64_t
regular_ms(const struct decide *dc)
{
	int64_t	ttl = TTL;

	if (dc->in.scheme.version != 0)
		ttl = dc->in.scheme.periods.list_ttl_seconds;
	return ttl * 1000 / 2;
}

static void
timer_set(struct decide *dc, int64_t ms)
{
	struct timeval	tv;

	if (ms < 1)
		ms = 1;
	tv.tv_sec = ms / 1000;
	tv.tv_usec = ms % 1000 * 1000;
	if (evtimer_add(dc->timer, &tv) != 0)
		fatalx("epoch: no timer");
}

void
epoch_try(struct decide *dc)
{
	uint64_t	batch;
	int64_t		at;

	if (!dc->in_step || dc->publishing != 0 || dc->away != NULL)
		return;
	at = dc->publish_ms + (dc->dirty ? dc->publish_wait_ms :
	    regular_ms(dc));
	if (decide_ms() < at) {
		timer_set(dc, at - decide_ms());
		return;
	}
	batch = dc->recording != NULL ? dc->recording->number : dc->recorded;
	dc->publishing = dc->published + 1;
	dc->publishing_batch = batch;
	dc->dirty = 0;
	buf_reset(&dc->message);
	encode_array(&dc->message, 4);
	encode_uint(&dc->message, SIGNER_PUBLISH);
	encode_uint(&dc->message, batch);
	encode_uint(&dc->message, dc->publishing);
	/* No kind that is carried out today supersedes anything. */
	encode_array(&dc->message, 0);
	peer_send(dc->peer, &dc->message);
}

void
epoch_publish(struct decide *dc, struct km_bytes bytes)
{
	struct publication	p;
	struct book		book;
	int64_t			before = decide_ms();

	if (publication_decode(&p, bytes.p, bytes.len) != KM_OK ||
	    p.number != dc->published + 1)
		fatalx("signer: expected a publication of epoch %lu",
		    (unsigned long)dc->published + 1);
	if (p.batch != dc->recorded)
		fatalx("epoch %lu is of batch %llu, the store stands at %llu:"
		    " reconcile", (unsigned long)p.number,
		    (unsigned long long)p.batch,
		    (unsigned long long)dc->recorded);
	memset(&book, 0, sizeof(book));
	book.st = dc->st;
	book.log = dc->log;
	book.batch = p.batch;
	if (book_superseded(&book, bytes) != 0 ||
	    publish_run(dc->publish, bytes) != 0)
		fatalx("epoch %lu cannot be published",
		    (unsigned long)p.number);
	dc->published = p.number;
	dc->published_batch = p.batch;
	dc->publish_ms = decide_ms();
	dc->publish_wait_ms = SLOWER * (dc->publish_ms - before);
	if (dc->publish_wait_ms < DECIDE_PUBLISH_MS)
		dc->publish_wait_ms = DECIDE_PUBLISH_MS;
	if (dc->publish_wait_ms > DECIDE_PUBLISH_MAX_MS)
		dc->publish_wait_ms = DECIDE_PUBLISH_MAX_MS;
	log_debug("epoch %lu of batch %llu published in %lld ms",
	    (unsigned long)p.number, (unsigned long long)p.batch,
	    (long long)(dc->publish_ms - before));
}

/* Nothing has changed; what is to be published stays so. */
static void
refused(struct decide *dc, enum refusal refusal, struct km_bytes text)
{
	if (refusal == REFUSAL_BATCH)
		fatalx("epoch %lu: the signer is not in step with the store:"
		    " %.*s", (unsigned long)dc->publishing, (int)text.len,
		    (const char *)text.p);
	log_warnx("epoch %lu refused: %s: %.*s; asked again in %d s",
	    (unsigned long)dc->publishing, refusal_name(refusal),
	    (int)text.len, (const char *)text.p, DECIDE_RETRY_MS / 1000);
	dc->publishing = 0;
	dc->dirty = 1;
	dc->publish_ms = decide_ms();
	dc->publish_wait_ms = DECIDE_RETRY_MS;
	timer_set(dc, DECIDE_RETRY_MS);
}

void
epoch_answer(struct decide *dc, struct km_bytes message)
{
	struct km_bytes	text, rest;
	struct km_cbor	c;
	enum refusal	refusal;

	if (dc->publishing == 0)
		fatalx("signer: an epoch that nothing was asked for");
	refusal = decide_answer_head(&c, message, SIGNER_PUBLISH, 3, &text);
	if (refusal != REFUSAL_NONE) {
		refused(dc, refusal, text);
		return;
	}
	rest.p = c.p;
	rest.len = (size_t)(c.end - c.p);
	epoch_publish(dc, rest);
	dc->publishing = 0;
	epoch_try(dc);
}
