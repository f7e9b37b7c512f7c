/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publish: make the next epoch, and the lists that changed or have become
 * old. Status lists are draft-ietf-oauth-status-list-21 in CWT form, with 2
 * bits an entry; a list is deflated again only when an entry changed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "verifier/status.h"

#include "answer.h"

enum {
	DAY = 86400,
	LISTS_LEN_MAX = 4 * 1024 * 1024,	/* in one publication */
	LIST_LEN_MAX = STATE_SHARD_BYTES + 2048,
	BODIES_MAX = 2 * 1024 * 1024	/* 256 bodies, 50 years */
};

/* One epoch on its way. */
struct press {
	uint32_t		 number;
	int64_t			 now;
	struct list_change	*change;	/* as many as there are lists */
	size_t			 n;
	struct buf		 lists;		/* n times [shard, list] */
	struct buf		 bodies, epoch;
};

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

/* The entries of a shard, lowest bits first; unused ones are 0. */
static void
entries_write(uint8_t out[STATE_SHARD_BYTES], const struct state *st,
    size_t shard)
{
	uint64_t	i, from, n = state_slots(st);

	memset(out, 0, STATE_SHARD_BYTES);
	from = (uint64_t)shard << STATE_SHARD_BITS;
	for (i = 0; i < UINT64_C(1) << STATE_SHARD_BITS && from + i < n; i++)
		out[i / 4] |= (uint8_t)((st->slot[from + i].status & 3) <<
		    (i % 4 * 2));
}

static int
shard_deflate(const struct state *st, size_t number)
{
	struct shard	*shard = &st->shard[number];
	uint8_t		*entries, *lst = NULL, *fit;
	uLongf		 len = compressBound(STATE_SHARD_BYTES);
	int		 rc = -1;

	if ((entries = malloc(STATE_SHARD_BYTES)) == NULL ||
	    (lst = malloc(len)) == NULL)
		goto out;
	entries_write(entries, st, number);
	if (compress2(lst, &len, entries, STATE_SHARD_BYTES,
	    Z_BEST_COMPRESSION) != Z_OK)
		goto out;
	fit = realloc(lst, len);
	free(shard->lst);
	shard->lst = fit != NULL ? fit : lst;
	shard->lst_len = len;
	lst = NULL;	/* given to shard */
	rc = 0;
out:
	free(entries);
	free(lst);
	return rc;
}

/* Sign the list of a shard into out, and read it again. */
static int
list_sign(struct buf *out, struct signer *sg, size_t number, int64_t now)
{
	const struct state	*st = &sg->state;
	const struct shard	*shard = &st->shard[number];
	struct km_status_list	 again;
	struct km_bytes		 uri, lst;
	struct buf		 payload;
	char			 text[BUILD_URI_MAX];
	int			 rc;

	uri.p = (const uint8_t *)text;
	uri.len = build_list_uri(text, st, number);
	lst.p = shard->lst;
	lst.len = shard->lst_len;
	buf_init(&payload, LIST_LEN_MAX);
	encode_status(&payload, km_bytes_of(st->authority), uri,
	    now + (int64_t)st->scheme.periods.list_days * DAY, now,
	    st->scheme.periods.list_ttl_seconds, lst);
	rc = payload.failed != 0 ? -1 : build_sign1(out, sg->keys, st,
	    KM_PURPOSE_PUBLISH, now, uri, KM_TYP_STATUS, held(&payload));
	buf_free(&payload);
	if (rc == 0 && (km_status_decode(&again, out->p, out->len) != KM_OK ||
	    !km_bytes_equal(again.uri, uri) || again.iat != now ||
	    !km_bytes_equal(again.lst, lst)))
		rc = -1;
	return rc;
}

/* Why a list is signed now; of those, changed ones cannot wait. */
static int
list_needed(const struct state *st, size_t number, int64_t now)
{
	const struct shard	*shard = &st->shard[number];

	return shard->dirty || now - shard->iat >=
	    st->scheme.periods.list_ttl_seconds / 2;
}

static int
list_make(struct press *pr, struct signer *sg, size_t number)
{
	struct shard		*shard = &sg->state.shard[number];
	struct list_change	*change = &pr->change[pr->n];
	struct km_bytes		 bytes;
	struct buf		 list;

	if ((shard->dirty || shard->lst == NULL) &&
	    shard_deflate(&sg->state, number) == -1)
		return -1;
	buf_init(&list, LIST_LEN_MAX);
	if (list_sign(&list, sg, number, pr->now) == -1) {
		buf_free(&list);
		return -1;
	}
	bytes = held(&list);
	change->shard = (uint32_t)number;
	change->iat = pr->now;
	km_sha256(change->hash, &bytes, 1);
	pr->n++;
	encode_array(&pr->lists, 2);
	encode_uint(&pr->lists, number);
	encode_bytes(&pr->lists, bytes);
	buf_free(&list);
	return 0;
}

/*
 * More lists than fit: the old ones first wait for the next epoch. Changed
 * ones do not: there are never so many (256 shards are 16 million marks).
 */
static enum refusal
lists_make(struct press *pr, struct signer *sg)
{
	const struct state	*st = &sg->state;
	size_t			 i, left = 0;

	for (i = 0; i < st->n_shards; i++)
		left += st->shard[i].dirty != 0;
	if (left > LISTS_LEN_MAX / LIST_LEN_MAX)
		return REFUSAL_LIMIT;
	for (i = 0; i < st->n_shards; i++) {
		if (!list_needed(st, i, pr->now))
			continue;
		if (!st->shard[i].dirty && pr->lists.len +
		    (left + 1) * LIST_LEN_MAX > LISTS_LEN_MAX)
			continue;
		left -= st->shard[i].dirty != 0;
		if (list_make(pr, sg, i) == -1)
			return REFUSAL_TRUST;
	}
	return REFUSAL_NONE;
}

static enum refusal
epoch_make(struct press *pr, struct signer *sg, struct km_epoch *e)
{
	const struct state	*st = &sg->state;
	struct km_bytes		 bodies;
	struct km_sign1		 sign1;
	struct buf		 payload;
	int			 rc;

	memset(e, 0, sizeof(*e));
	e->number = pr->number;
	memcpy(e->previous, state_epoch_hash(st), KM_HASH_LEN);
	e->this_update = pr->now;
	e->next_update = pr->now + (int64_t)st->scheme.periods.epoch_days *
	    DAY;
	e->trust_version = st->trust.version;
	memcpy(e->trust, st->trust_hash, KM_HASH_LEN);
	memcpy(e->scheme, st->scheme_hash, KM_HASH_LEN);
	bodies_write(&pr->bodies, st);
	bodies = held(&pr->bodies);
	km_sha256(e->bodies, &bodies, 1);
	state_log_head(st, &e->log);
	state_register_head(st, &e->reg);
	state_status_head(st, pr->change, pr->n, &e->status);

	buf_init(&payload, KM_EPOCH_MAX);
	encode_epoch(&payload, e);
	rc = payload.failed != 0 ? -1 : build_sign1(&pr->epoch, sg->keys, st,
	    KM_PURPOSE_PUBLISH, pr->now, km_bytes_of("epoch"), KM_TYP_EPOCH,
	    held(&payload));
	buf_free(&payload);
	if (rc == -1 || km_epoch_decode(e, &sign1, pr->epoch.p,
	    pr->epoch.len) != KM_OK)
		return REFUSAL_TRUST;
	return REFUSAL_NONE;
}

static void
publication_write(struct buf *b, const struct press *pr,
    const struct state *st)
{
	encode_map(b, 6);
	encode_uint(b, PUBLICATION_KEY_NUMBER);
	encode_uint(b, pr->number);
	encode_uint(b, PUBLICATION_KEY_EPOCH);
	encode_bytes(b, held(&pr->epoch));
	encode_uint(b, PUBLICATION_KEY_LISTS);
	encode_array(b, pr->n);
	encode_raw(b, held(&pr->lists));
	encode_uint(b, PUBLICATION_KEY_BODIES);
	encode_bytes(b, held(&pr->bodies));
	encode_uint(b, PUBLICATION_KEY_LEAVES);
	encode_array(b, 0);
	encode_uint(b, PUBLICATION_KEY_BATCH);
	encode_uint(b, st->batch);
}

/* Into the journal, synced; then it has happened. */
static void
publication_commit(struct signer *sg, struct press *pr,
    const struct km_epoch *e, struct buf *reply)
{
	struct km_bytes	bytes;
	struct buf	record;
	uint64_t	offset = sg->journal.end;
	uint8_t		hash[KM_HASH_LEN];

	buf_init(&record, JOURNAL_RECORD_MAX);
	encode_array(&record, 3);
	encode_uint(&record, JOURNAL_EPOCH);
	encode_int(&record, pr->now);
	publication_write(&record, pr, &sg->state);
	if (journal_append(&sg->journal, &record) == -1)
		fatal("journal: cannot append");
	buf_free(&record);
	bytes = held(&pr->epoch);
	km_sha256(hash, &bytes, 1);
	if (state_publish(&sg->state, pr->change, pr->n, e, hash, pr->now,
	    offset) == -1)
		fatalx("state: epoch %" PRIu32 " does not agree with it",
		    pr->number);
	answer_begin(reply, SIGNER_PUBLISH, 3);
	publication_write(reply, pr, &sg->state);
}

static enum refusal
press_run(struct signer *sg, struct press *pr, struct question *q,
    struct buf *reply)
{
	const struct state	*st = &sg->state;
	struct km_epoch		 e;
	enum refusal		 r;

	if (st->epoch != 0 && pr->now >= st->next_update)
		log_warnx("publish: epoch %" PRIu32 " was over %" PRId64
		    " seconds ago: verifiers had no fresh one since",
		    st->epoch, pr->now - st->next_update);
	pr->change = calloc(st->n_shards + 1, sizeof(*pr->change));
	if (pr->change == NULL)
		return REFUSAL_LIMIT;
	if ((r = lists_make(pr, sg)) == REFUSAL_NONE)
		r = epoch_make(pr, sg, &e);
	if (r == REFUSAL_TRUST)
		q->what = "the signer has no key for publish now";
	if (r != REFUSAL_NONE)
		return r;
	if (pr->lists.failed != 0 || pr->bodies.failed != 0)
		return REFUSAL_LIMIT;
	publication_commit(sg, pr, &e, reply);
	return REFUSAL_NONE;
}

/* The publication in an epoch's record: bytes of record, or empty. */
static struct km_bytes
publication_in(struct km_bytes record)
{
	struct km_bytes	bytes;
	struct km_cbor	c;

	km_cbor_begin(&c, record.p, record.len);
	km_cbor_array(&c, 3, 3);
	km_cbor_uint(&c, JOURNAL_EPOCH, JOURNAL_EPOCH);
	km_cbor_uint(&c, 0, UINT64_MAX);
	bytes = km_cbor_skip(&c, 6);
	if (km_cbor_end(&c) != KM_OK)
		bytes.len = 0;
	return bytes;
}

int
publish_again(struct signer *sg, uint32_t number, struct buf *out)
{
	const struct past_epoch	*past;
	struct km_bytes		 bytes;
	struct buf		 record;

	past = &sg->state.past_epoch[number % STATE_EPOCHS_KEPT];
	if (number == 0 || past->number != number)
		return -1;
	buf_init(&record, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	if (journal_read(&sg->journal, past->offset, &record) == -1)
		fatalx("journal: a record that was good is damaged");
	bytes = publication_in(held(&record));
	if (bytes.len == 0)
		fatalx("journal: expected the record of epoch %" PRIu32
		    ", found another", number);
	buf_add(out, bytes.p, bytes.len);
	buf_free(&record);
	return 0;
}

static enum refusal
publish_begin(struct signer *sg, struct question *q, struct press *pr)
{
	const struct state	*st = &sg->state;
	const char		*why;
	uint64_t		 batch;
	size_t			 n;

	batch = km_cbor_uint(&q->c, 0, UINT64_MAX);
	pr->number = (uint32_t)km_cbor_uint(&q->c, 1, UINT32_MAX);
	n = km_cbor_array(&q->c, 0, STATE_SLOTS_MAX);
	if (q->c.err == KM_OK && n > 0)
		return REFUSAL_LEAF;	/* nothing is ever due yet */
	if (q->n != 4 || km_cbor_end(&q->c) != KM_OK)
		return REFUSAL_MALFORMED;
	if (!sg->greeted) {
		q->what = "hello first";
		return REFUSAL_BATCH;
	}
	if (sg->fenced)
		return REFUSAL_FENCED;
	if (pr->number <= st->epoch)
		return REFUSAL_NONE;	/* made already */
	if (pr->number != st->epoch + 1 || batch != st->batch) {
		q->what = "not the next epoch after the last batch";
		return REFUSAL_BATCH;
	}
	if ((why = clock_look(&sg->clock, st->newest, &pr->now)) != NULL) {
		q->what = why;
		return REFUSAL_CLOCK;
	}
	return REFUSAL_NONE;
}

enum refusal
answer_publish(struct signer *sg, struct question *q, struct buf *reply)
{
	struct press	pr;
	enum refusal	r;

	memset(&pr, 0, sizeof(pr));
	if ((r = publish_begin(sg, q, &pr)) != REFUSAL_NONE)
		return r;
	if (pr.number <= sg->state.epoch) {
		answer_begin(reply, SIGNER_PUBLISH, 3);
		if (publish_again(sg, pr.number, reply) == 0)
			return REFUSAL_NONE;
		q->what = "an epoch of too long ago";
		return REFUSAL_BATCH;
	}
	buf_init(&pr.lists, LISTS_LEN_MAX + LIST_LEN_MAX);
	buf_init(&pr.bodies, BODIES_MAX);
	buf_init(&pr.epoch, KM_EPOCH_MAX);
	r = press_run(sg, &pr, q, reply);
	buf_free(&pr.lists);
	buf_free(&pr.bodies);
	buf_free(&pr.epoch);
	free(pr.change);
	return r;
}
