/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Epochs and lists: one after the other, the same bytes again, statuses as
 * decided, signed anew in time; and what a hello gives back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "ca/record/encode.h"
#include "ca/record/publication.h"
#include "tests/lib/desk.h"
#include "verifier/inflate.h"
#include "verifier/status.h"

/* A publication, read and verified in all that it says of itself. */
struct seen {
	struct buf		 bytes;
	struct publication	 p;
	struct km_epoch		 epoch;
	struct km_status_list	 list;		/* of shard 0, if any */
	uint8_t			 list_hash[KM_HASH_LEN];
	uint8_t			 entries[STATE_SHARD_BYTES];
};

static struct seen *
seen_new(void)
{
	struct seen	*s = calloc(1, sizeof(*s));

	buf_init(&s->bytes, MSG_MAX);
	return s;
}

static void
seen_free(struct seen *s)
{
	buf_free(&s->bytes);
	free(s);
}

static int
verifies(const struct sample_key *key, struct km_bytes kid, int alg,
    struct km_bytes protected_, struct km_bytes payload, const uint8_t *sig)
{
	struct km_ask	ask;
	uint8_t		tbs[KM_TBS_MAX];

	assert_memory_equal(kid.p, key->kid, KM_KID_LEN);
	memset(&ask, 0, sizeof(ask));
	ask.alg = alg;
	ask.slot = -1;
	ask.key = (struct km_bytes){ key->pub, key->len };
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, protected_, NULL, payload.len);
	ask.msg[1] = payload;
	ask.sig = sig;
	return km_openssl_verify(NULL, &ask);
}

static void
list_look(struct desk *d, struct seen *s)
{
	struct km_bytes	bytes;
	struct km_cbor	c = s->p.lists;
	uint32_t	shard;
	size_t		len;

	assert_int_equal(s->p.n_lists, 1);
	bytes = publication_list(&c, &shard);
	assert_int_equal(shard, 0);
	km_sha256(s->list_hash, &bytes, 1);
	assert_int_equal(km_status_decode(&s->list, bytes.p, bytes.len),
	    KM_OK);
	assert_true(verifies(&d->papers.publish, s->list.kid, s->list.alg,
	    s->list.protected_, s->list.payload, s->list.sig));
	assert_true(km_bytes_equal(s->list.uri,
	    km_bytes_of(SAMPLE_AUTHORITY "/status/0")));
	assert_int_equal(s->list.bits, 2);
	assert_int_equal(s->list.ttl, 3600);
	assert_int_equal(s->list.iat, d->clock->real);
	assert_int_equal(s->list.exp, d->clock->real + 7 * SAMPLE_DAY);
	assert_int_equal(km_inflate(s->entries, sizeof(s->entries), &len,
	    s->list.lst.p, s->list.lst.len), KM_OK);
	assert_int_equal(len, sizeof(s->entries));
}

/* Each head of the epoch is that of what office has. */
static void
heads_look(struct desk *d, struct seen *s)
{
	struct km_frontier	f;
	struct km_bytes		entry;
	uint8_t			hash[KM_HASH_LEN];
	size_t			i;

	merkle_root(hash, d->log);
	assert_int_equal(s->epoch.log.size, merkle_size(d->log));
	assert_memory_equal(s->epoch.log.root, hash, KM_HASH_LEN);
	km_frontier_begin(&f);
	for (i = 0; i < d->n_leaves; i++) {
		entry = (struct km_bytes){ d->leaf[i].p, d->leaf[i].len };
		km_leaf_hash(hash, entry);
		km_frontier_add(&f, hash);
	}
	km_frontier_root(hash, &f);
	assert_int_equal(s->epoch.reg.size, d->n_leaves);
	assert_memory_equal(s->epoch.reg.root, hash, KM_HASH_LEN);
	km_frontier_begin(&f);
	if (d->n_leaves > 0) {
		entry = (struct km_bytes){ s->list_hash, KM_HASH_LEN };
		km_leaf_hash(hash, entry);
		km_frontier_add(&f, hash);
	}
	km_frontier_root(hash, &f);
	assert_int_equal(s->epoch.status.size, d->n_leaves > 0);
	assert_memory_equal(s->epoch.status.root, hash, KM_HASH_LEN);
}

static void
epoch_look(struct desk *d, struct seen *s)
{
	struct km_sign1	sign1;
	uint8_t		hash[KM_HASH_LEN];

	assert_int_equal(publication_decode(&s->p, s->bytes.p, s->bytes.len),
	    KM_OK);
	assert_int_equal(s->p.number, d->epoch);
	assert_int_equal(s->p.batch, d->batch);
	assert_int_equal(km_epoch_decode(&s->epoch, &sign1, s->p.epoch.p,
	    s->p.epoch.len), KM_OK);
	assert_true(verifies(&d->papers.publish, sign1.kid, sign1.alg,
	    sign1.protected_, sign1.payload, sign1.sig));
	assert_int_equal(s->epoch.number, d->epoch);
	assert_int_equal(s->epoch.this_update, d->clock->real);
	assert_int_equal(s->epoch.next_update,
	    d->clock->real + 7 * SAMPLE_DAY);
	assert_int_equal(s->epoch.trust_version, 1);
	assert_memory_equal(s->epoch.trust, d->papers.first, KM_HASH_LEN);
	sample_hash(hash, d->json.p, d->json.len);
	assert_memory_equal(s->epoch.scheme, hash, KM_HASH_LEN);
	km_sha256(hash, &s->p.bodies, 1);
	assert_memory_equal(s->epoch.bodies, hash, KM_HASH_LEN);
	heads_look(d, s);
}

/* The next epoch; with_list: the list of shard 0 must be in it. */
static void
publish(struct desk *d, struct seen *s, int with_list)
{
	buf_reset(&s->bytes);
	assert_int_equal(desk_publish(d, &s->bytes), REFUSAL_NONE);
	assert_int_equal(publication_decode(&s->p, s->bytes.p, s->bytes.len),
	    KM_OK);
	if (with_list)
		list_look(d, s);
	else
		assert_int_equal(s->p.n_lists, 0);
	epoch_look(d, s);
}

static int
status(const struct seen *s, uint32_t idx)
{
	return km_status_get((struct km_bytes){ s->entries,
	    sizeof(s->entries) }, 2, idx);
}

static void
furnished(struct desk *d, const char *name)
{
	desk_begin(d, name);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
}

static void
statuses(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	struct seen	*s = seen_new();
	size_t		 i, m[9];

	(void)arg;
	furnished(d, "statuses");
	publish(d, s, 0);
	for (i = 0; i < 9; i++)
		m[i] = desk_grant(d, 0);
	publish(d, s, 1);
	for (i = 0; i < sizeof(s->entries) * 4; i++)
		assert_int_equal(status(s, (uint32_t)i), KM_STATUS_VALID);
	for (i = 1; i < 6; i++)
		assert_int_equal(desk_turn(d, DECISION_SUSPEND, m[i]),
		    REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_LIFT, m[2]), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_WITHDRAW, m[3]), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_WITHDRAW, m[7]), REFUSAL_NONE);
	/* Nothing leaves withdrawn, and nothing is suspended twice. */
	assert_int_equal(desk_turn(d, DECISION_LIFT, m[3]), REFUSAL_STATUS);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, m[3]),
	    REFUSAL_STATUS);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, m[4]),
	    REFUSAL_STATUS);
	assert_int_equal(desk_turn(d, DECISION_LIFT, m[0]), REFUSAL_STATUS);
	publish(d, s, 1);
	for (i = 0; i < 9; i++)
		assert_int_equal(status(s, (uint32_t)i),
		    i == 3 || i == 7 ? KM_STATUS_WITHDRAWN :
		    i == 1 || i == 4 || i == 5 ? KM_STATUS_SUSPENDED :
		    KM_STATUS_VALID);
	seen_free(s);
	desk_end(d);
	free(d);
}

/* Changed: at once. Unchanged: when half of ttl is over, deflated as before. */
static void
signed_in_time(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	struct seen	*s = seen_new(), *t = seen_new();

	(void)arg;
	furnished(d, "time");
	desk_grant(d, 0);
	publish(d, s, 1);
	desk_pass(d, 1799);
	memcpy(t->list_hash, s->list_hash, KM_HASH_LEN);
	publish(d, t, 0);
	desk_pass(d, 1);
	publish(d, t, 1);
	assert_true(km_bytes_equal(s->list.lst, t->list.lst));
	/* A start in between keeps what was, and makes the same again. */
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_pass(d, 1800);
	publish(d, t, 1);
	assert_true(km_bytes_equal(s->list.lst, t->list.lst));
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);
	publish(d, t, 1);
	assert_false(km_bytes_equal(s->list.lst, t->list.lst));
	seen_free(s);
	seen_free(t);
	desk_end(d);
	free(d);
}

/* PUBLISH with these numbers; the publication in out. */
static enum refusal
ask_publish(struct desk *d, uint64_t batch, uint64_t epoch, struct buf *out)
{
	struct buf	ask, reply;
	enum refusal	r;

	buf_init(&ask, 64);
	buf_init(&reply, MSG_MAX);
	encode_array(&ask, 4);
	encode_uint(&ask, SIGNER_PUBLISH);
	encode_uint(&ask, batch);
	encode_uint(&ask, epoch);
	encode_array(&ask, 0);
	desk_ask(d, &ask, &reply);
	r = desk_refusal(&reply);
	buf_reset(out);
	if (r == REFUSAL_NONE)
		buf_add(out, reply.p + 3, reply.len - 3);
	buf_free(&ask);
	buf_free(&reply);
	return r;
}

static void
one_after_the_other(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	struct seen	*s = seen_new();
	struct buf	 again, first;
	uint8_t		 last[KM_HASH_LEN] = { 0 };
	uint32_t	 e;

	(void)arg;
	buf_init(&again, MSG_MAX);
	buf_init(&first, MSG_MAX);
	furnished(d, "order");
	desk_grant(d, 0);
	for (e = 1; e <= 3; e++) {
		publish(d, s, e == 1);
		assert_memory_equal(s->epoch.previous, last, KM_HASH_LEN);
		km_sha256(last, &s->p.epoch, 1);
		if (e == 1)
			buf_add(&first, s->bytes.p, s->bytes.len);
		/* Made already: the same bytes, however the clock stands. */
		desk_pass(d, 10);
		assert_int_equal(ask_publish(d, d->batch, e, &again),
		    REFUSAL_NONE);
		assert_int_equal(again.len, s->bytes.len);
		assert_memory_equal(again.p, s->bytes.p, again.len);
	}
	assert_int_equal(ask_publish(d, d->batch, 1, &again), REFUSAL_NONE);
	assert_memory_equal(again.p, first.p, first.len);
	assert_int_equal(ask_publish(d, d->batch, 5, &again), REFUSAL_BATCH);
	assert_int_equal(ask_publish(d, d->batch - 1, 4, &again),
	    REFUSAL_BATCH);
	assert_int_equal(ask_publish(d, d->batch + 1, 4, &again),
	    REFUSAL_BATCH);
	assert_int_equal(ask_publish(d, d->batch, 0, &again),
	    REFUSAL_MALFORMED);
	/* Long ago is not kept; the last 64 are, over a start too. */
	for (; e <= 70; e++)
		publish(d, s, 0);
	desk_close(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(ask_publish(d, d->batch, 6, &again), REFUSAL_BATCH);
	assert_int_equal(ask_publish(d, d->batch, 7, &again), REFUSAL_NONE);
	assert_int_equal(ask_publish(d, d->batch, 70, &again), REFUSAL_NONE);
	assert_memory_equal(again.p, s->bytes.p, again.len);
	buf_free(&again);
	buf_free(&first);
	seen_free(s);
	desk_end(d);
	free(d);
}

static void
bodies_counted(void **arg)
{
	static const char	want[] = "{\"authority\":\"" SAMPLE_AUTHORITY
				    "\",\"bodies\":[{\"accreditation\":\"A "
				    "1\",\"counts\":[],\"from\":\"2025-10-20\""
				    ",\"level\":\"basic\",\"name\":\"De "
				    "\\\"Keur\\\\\",\"until\":\"2027-12-29\"},"
				    "{\"accreditation\":\"C 999\",\"counts\":["
				    "{\"granted\":3,\"refused\":0,"
				    "\"suspended\":2,\"withdrawn\":1,\"year\":"
				    "2026},{\"granted\":1,\"refused\":0,"
				    "\"suspended\":0,\"withdrawn\":0,\"year\":"
				    "2027}],\"from\":\"2025-10-20\",\"level\":"
				    "\"substantial\",\"name\":\"Voorbeeld "
				    "Certificatie\",\"until\":\"2027-12-29\"}"
				    "]}\n";
	struct desk		*d = calloc(1, sizeof(*d));
	struct seen		*s = seen_new();
	struct papers_draft	 draft;
	struct desk_act		 a = { 0 };
	json_t			*json;

	(void)arg;
	furnished(d, "bodies");
	papers_draft(&draft, &d->papers, DECISION_BODY_ADD);
	draft.d.subject = km_bytes_of("A 1");
	draft.d.u.body.name = km_bytes_of("De \"Keur\\");
	draft.d.u.body.level = KM_LEVEL_BASIC;
	desk_sign(d, &a, &draft.d, desk_two);
	assert_int_equal(desk_try(d, &a), REFUSAL_NONE);
	desk_act_free(&a);
	desk_grant(d, 0);
	desk_grant(d, 0);
	desk_grant(d, 0);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_WITHDRAW, 1), REFUSAL_NONE);
	desk_pass(d, 50 * SAMPLE_DAY);
	desk_grant(d, 0);
	assert_string_equal(d->mark[3].number, "KM-2027-000001-S");
	publish(d, s, 1);
	assert_int_equal(s->p.bodies.len, sizeof(want) - 1);
	assert_memory_equal(s->p.bodies.p, want, sizeof(want) - 1);
	json = json_loadb((const char *)s->p.bodies.p, s->p.bodies.len,
	    JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	json_decref(json);
	seen_free(s);
	desk_end(d);
	free(d);
}

/* The clock ran back: nothing, until it has caught up. A jump: nothing. */
static void
clock_kept(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	struct buf	 again;

	(void)arg;
	buf_init(&again, MSG_MAX);
	furnished(d, "clock");
	desk_pass(d, 1000);
	desk_grant(d, 0);
	desk_pass(d, -1);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_CLOCK);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_CLOCK);
	desk_pass(d, 1);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);

	d->clock->real += 300;		/* set right by a little: it may */
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	d->clock->real += 301;
	assert_int_equal(desk_publish(d, NULL), REFUSAL_CLOCK);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_CLOCK);
	/* Setting it back does not help, an epoch made already comes. */
	d->clock->real -= 301;
	assert_int_equal(desk_publish(d, NULL), REFUSAL_CLOCK);
	assert_int_equal(ask_publish(d, d->batch, d->epoch, &again),
	    REFUSAL_NONE);
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	d->clock->boot += 301;
	assert_int_equal(desk_publish(d, NULL), REFUSAL_CLOCK);

	/* Step by step is no other way; over a long time a little more is. */
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	d->clock->real += 200;
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	desk_pass(d, 100 * 1000);
	d->clock->real += 200;
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	d->clock->real += 1;
	assert_int_equal(desk_publish(d, NULL), REFUSAL_CLOCK);

	/* Started on a clock that stands before the journal. */
	desk_drop(d);
	desk_pass(d, -5000);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_CLOCK);
	desk_pass(d, 5000);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	buf_free(&again);
	desk_end(d);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(statuses),
		cmocka_unit_test(signed_in_time),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(bodies_counted),
		cmocka_unit_test(clock_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
