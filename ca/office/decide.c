/* SPDX-License-Identifier: EUPL-1.2 */
/* Decide: in step with the signer, and its messages (decide.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/base/msg.h"
#include "ca/record/encode.h"
#include "ca/record/layout.h"
#include "ca/record/publication.h"
#include "book.h"
#include "decide.h"
#include "heard.h"

enum { SKIP_DEPTH = 10, PATH_LEN = CONF_PATH_MAX + LAYOUT_PATH_MAX };

int64_t
decide_now(void)
{
	return (int64_t)time(NULL);
}

int64_t
decide_ms(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

enum refusal
decide_answer_head(struct km_cbor *c, struct km_bytes message,
    enum signer_op op, size_t items, struct km_bytes *text)
{
	struct heard_answer	h;

	if (heard_answer(c, &h, message, op, items) != 0)
		fatalx("signer: expected an answer to operation %d, found"
		    " other bytes", (int)op);
	*text = h.text;
	return h.refusal;
}

static void
record_next(struct decide *dc, struct km_cbor *c)
{
	struct book	book;

	memset(&book, 0, sizeof(book));
	book.st = dc->st;
	book.log = dc->log;
	if (book_again(&book, c) != 0)
		fatalx("batch %llu cannot be recorded",
		    (unsigned long long)dc->recorded + 1);
	if (book.batch != dc->recorded + 1)
		fatalx("signer: expected batch %llu again, found %llu",
		    (unsigned long long)dc->recorded + 1,
		    (unsigned long long)book.batch);
	dc->recorded = book.batch;
	dc->dirty = 1;
}

/*
 * Batches and epochs come again, each in order; an epoch belongs right after
 * its batch. c stands before both lists.
 */
static void
catch_up(struct decide *dc, struct km_cbor *c)
{
	struct publication	p;
	struct km_cbor		epochs, before;
	struct km_bytes		bytes;
	size_t			records, n;

	epochs = *c;
	km_cbor_skip(&epochs, SKIP_DEPTH);
	records = km_cbor_array(c, 0, BATCHES_AWAY_MAX);
	n = km_cbor_array(&epochs, 0, UINT32_MAX);
	for (; n > 0 && epochs.err == KM_OK; n--) {
		before = epochs;
		publication_read(&p, &epochs);
		if (epochs.err != KM_OK)
			break;
		for (; records > 0 && dc->recorded < p.batch; records--)
			record_next(dc, c);
		bytes.p = before.p;
		bytes.len = (size_t)(epochs.p - before.p);
		epoch_publish(dc, bytes);
	}
	for (; records > 0 && c->err == KM_OK; records--)
		record_next(dc, c);
	if (c->err != KM_OK || km_cbor_end(&epochs) != KM_OK)
		fatalx("signer: expected batches and epochs, found other"
		    " bytes");
}

static void
hello_answer(struct decide *dc, struct km_bytes message)
{
	struct heard_standing	s;
	struct km_bytes	text;
	struct km_cbor	c;
	enum refusal	refusal;
	uint8_t		root[KM_HASH_LEN];

	refusal = decide_answer_head(&c, message, SIGNER_HELLO, 5, &text);
	if (refusal != REFUSAL_NONE)
		fatalx("signer: %s: %.*s", refusal_name(refusal),
		    (int)text.len, (const char *)text.p);
	heard_standing(&c, &s);
	catch_up(dc, &c);
	merkle_root(root, dc->log);
	if (s.batch != dc->recorded || s.epoch != dc->published ||
	    s.log.size != merkle_size(dc->log) ||
	    memcmp(s.log.root, root, KM_HASH_LEN) != 0)
		fatalx("the signer stands at batch %llu, epoch %lu, the store"
		    " at %llu, %lu, or their logs differ: reconcile",
		    (unsigned long long)s.batch, (unsigned long)s.epoch,
		    (unsigned long long)dc->recorded,
		    (unsigned long)dc->published);
	if (inforce_load(&dc->in, dc->st) != 0 ||
	    dc->in.trust.version == 0 || dc->in.officers.version == 0 ||
	    dc->in.scheme.version == 0)
		fatalx("expected trust list, officers list and scheme, as"
		    " keurmerkd init leaves them");
	dc->in.halted = s.halted;
	dc->in.fenced = s.fenced;
	if (s.fenced)
		log_warnx("the signer is fenced: two officers must reconcile"
		    " it before anything is signed");
	dc->in_step = 1;
	dc->dirty = 1;		/* lists are signed anew at each start */
	dc->ready(dc->arg);
	epoch_try(dc);
}

static void
got(void *arg, struct km_bytes message)
{
	struct decide	*dc = arg;
	struct km_cbor	 c;

	km_cbor_begin(&c, message.p, message.len);
	km_cbor_array(&c, 3, 5);
	switch (km_cbor_uint(&c, SIGNER_HELLO, SIGNER_STATE)) {
	case SIGNER_HELLO:
		if (dc->in_step)
			break;
		hello_answer(dc, message);
		return;
	case SIGNER_APPLY:
		batch_answer(dc, message);
		return;
	case SIGNER_PUBLISH:
		epoch_answer(dc, message);
		return;
	}
	fatalx("signer: expected an answer, found other bytes");
}

/*
 * An authority that was told to look outside, and cannot, does not know
 * whether it is an old copy: it does not begin.
 */
static void
seen_enough(const struct decide *dc, const struct outside *seen)
{
	if (dc->conf->outside_n > 0 && seen->n == 0 && dc->published > 0)
		fatalx("outside: expected an epoch from one of %zu addresses "
		    "at least, found none: an old copy of everything would "
		    "not be noticed. Make one reachable, or take them out of "
		    "the configuration", dc->conf->outside_n);
}

/* The newest epochs outside, and of our own tree: a newer one fences. */
static void
hello(struct decide *dc, const struct outside *seen)
{
	struct buf	own;
	char		path[PATH_LEN];
	size_t		i;
	int		there;

	buf_init(&own, KM_EPOCH_MAX);
	snprintf(path, sizeof(path), "%s/%s", dc->conf->tree, LAYOUT_EPOCH);
	there = file_read(&own, path) == 0;
	if (!there && errno != ENOENT)
		log_warn("%s", path);
	buf_reset(&dc->message);
	encode_array(&dc->message, 5);
	encode_uint(&dc->message, SIGNER_HELLO);
	encode_uint(&dc->message, SIGNER_VERSION);
	encode_uint(&dc->message, dc->recorded);
	encode_uint(&dc->message, dc->published);
	encode_array(&dc->message, (size_t)there + seen->n);
	if (there)
		encode_bytes(&dc->message,
		    (struct km_bytes){ own.p, own.len });
	for (i = 0; i < seen->n; i++)
		encode_bytes(&dc->message, (struct km_bytes){
		    seen->epoch[i].p, seen->epoch[i].len });
	peer_send(dc->peer, &dc->message);
	buf_free(&own);
}

static void
clock_struck(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	epoch_try(arg);
}

static int
begin(struct decide *dc, const struct outside *seen)
{
	struct store_meta	meta;

	if (store_meta(dc->st, &meta) != 0 ||
	    store_pending_count(dc->st, &dc->pending) != 0)
		return -1;
	dc->recorded = meta.batch;
	dc->published = meta.epoch;
	dc->publish_ms = decide_ms() - DECIDE_PUBLISH_MS;
	dc->publish_wait_ms = DECIDE_PUBLISH_MS;
	seen_enough(dc, seen);
	hello(dc, seen);
	return 0;
}

struct decide *
decide_new(struct event_base *base, int fd, struct store *st,
    struct merkle *log, struct publish *publish, const struct conf *conf,
    const struct outside *seen, void (*ready)(void *), void *arg)
{
	struct decide	*dc;

	if ((dc = calloc(1, sizeof(*dc))) == NULL) {
		log_warn("office");
		return NULL;
	}
	dc->base = base;
	dc->st = st;
	dc->log = log;
	dc->publish = publish;
	dc->conf = conf;
	dc->ready = ready;
	dc->arg = arg;
	dc->queue_end = &dc->queue;
	buf_init(&dc->message, MSG_MAX);
	buf_init(&dc->acts, MSG_MAX - 64);
	if (inforce_init(&dc->in, km_bytes_of(conf->issuer),
	    (enum km_environment)conf->environment) == 0 &&
	    (dc->timer = evtimer_new(base, clock_struck, dc)) != NULL &&
	    (dc->peer = peer_new(base, fd, got, dc)) != NULL &&
	    begin(dc, seen) == 0)
		return dc;
	decide_free(dc);
	return NULL;
}

void
decide_free(struct decide *dc)
{
	struct act	*act;
	size_t		 i;

	if (dc == NULL)
		return;
	for (i = 0; i < DECIDE_FLIGHT; i++)
		while ((act = dc->flight[i]) != NULL) {
			dc->flight[i] = act->next_flight;
			act_free(act);
		}
	peer_free(dc->peer);
	if (dc->timer != NULL)
		event_free(dc->timer);
	inforce_free(&dc->in);
	buf_free(&dc->message);
	buf_free(&dc->acts);
	free(dc);
}

int
decide_idle(const struct decide *dc)
{
	return dc->queue == NULL && dc->away == NULL && dc->publishing == 0;
}

uint32_t
decide_epoch(const struct decide *dc, uint64_t batch)
{
	if (dc->published != 0 && batch <= dc->published_batch)
		return dc->published;
	if (dc->publishing != 0 && batch > dc->publishing_batch)
		return dc->publishing + 1;
	return dc->published + 1;
}
