/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Hello: nothing before it, what office lacks after it, and fenced by an
 * epoch that this journal does not know.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/encode.h"
#include "ca/record/publication.h"
#include "tests/lib/desk.h"

static void
hello_write(struct buf *ask, uint64_t version, uint64_t batch, uint64_t epoch,
    const struct sample_buf *seen, size_t n)
{
	size_t	i;

	encode_array(ask, 5);
	encode_uint(ask, SIGNER_HELLO);
	encode_uint(ask, version);
	encode_uint(ask, batch);
	encode_uint(ask, epoch);
	encode_array(ask, n);
	for (i = 0; i < n; i++)
		encode_bytes(ask, (struct km_bytes){ seen[i].p,
		    seen[i].len });
}

/* A hello, and how much came back: batches and epochs. */
static enum refusal
hello(struct desk *d, uint64_t batch, uint64_t epoch,
    const struct sample_buf *seen, size_t n_seen, size_t *batches,
    size_t *epochs)
{
	struct km_cbor	c;
	struct buf	ask, reply;
	enum refusal	r;
	size_t		i;

	buf_init(&ask, 65536);
	buf_init(&reply, MSG_MAX);
	hello_write(&ask, SIGNER_VERSION, batch, epoch, seen, n_seen);
	desk_ask(d, &ask, &reply);
	*batches = *epochs = 0;
	if ((r = desk_refusal(&reply)) == REFUSAL_NONE) {
		km_cbor_begin(&c, reply.p, reply.len);
		km_cbor_array(&c, 5, 5);
		for (i = 0; i < 3; i++)
			km_cbor_skip(&c, 6);
		*batches = km_cbor_array(&c, 0, 9);
		for (i = 0; i < *batches; i++)
			km_cbor_skip(&c, 6);
		*epochs = km_cbor_array(&c, 0, 99);
		for (i = 0; i < *epochs; i++)
			km_cbor_skip(&c, 6);
		assert_int_equal(km_cbor_end(&c), KM_OK);
	}
	buf_free(&ask);
	buf_free(&reply);
	return r;
}

static void
furnished(struct desk *d, const char *name)
{
	desk_begin(d, name);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
}

static void
how_far_apart(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	uint64_t	 k;
	size_t		 b, e;

	(void)arg;
	furnished(d, "apart");
	k = d->batch;
	assert_int_equal(hello(d, k, 2, NULL, 0, &b, &e), REFUSAL_NONE);
	assert_int_equal(b, 0);
	assert_int_equal(e, 0);
	assert_int_equal(hello(d, k - 1, 1, NULL, 0, &b, &e), REFUSAL_NONE);
	assert_int_equal(b, 1);
	assert_int_equal(e, 1);
	assert_int_equal(hello(d, k - 2, 0, NULL, 0, &b, &e), REFUSAL_NONE);
	assert_int_equal(b, 2);
	assert_int_equal(e, 2);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);

	/* Too far, either way: nothing, until a hello that fits. */
	assert_int_equal(hello(d, k - 2, 2, NULL, 0, &b, &e), REFUSAL_BATCH);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_BATCH);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_BATCH);
	assert_int_equal(hello(d, k + 2, 2, NULL, 0, &b, &e), REFUSAL_BATCH);
	assert_int_equal(hello(d, k + 1, 3, NULL, 0, &b, &e), REFUSAL_BATCH);
	assert_int_equal(hello(d, UINT64_MAX, 2, NULL, 0, &b, &e),
	    REFUSAL_BATCH);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_BATCH);
	assert_int_equal(hello(d, k + 1, 2, NULL, 0, &b, &e), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 0), REFUSAL_NONE);

	/* After a start nothing goes before a hello. */
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_BATCH);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_BATCH);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);
	desk_end(d);
	free(d);
}

static void
not_a_hello(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	struct buf	 ask, reply;

	(void)arg;
	furnished(d, "not");
	buf_init(&ask, 65536);
	buf_init(&reply, MSG_MAX);
	hello_write(&ask, 2, d->batch, d->epoch, NULL, 0);
	desk_ask(d, &ask, &reply);
	assert_int_equal(desk_refusal(&reply), REFUSAL_VERSION);
	buf_reset(&ask);
	hello_write(&ask, 1, d->batch, d->epoch, NULL, 0);
	encode_uint(&ask, 0);
	desk_ask(d, &ask, &reply);
	assert_int_equal(desk_refusal(&reply), REFUSAL_MALFORMED);
	ask.len -= 2;
	desk_ask(d, &ask, &reply);
	assert_int_equal(desk_refusal(&reply), REFUSAL_MALFORMED);
	buf_free(&ask);
	buf_free(&reply);
	desk_end(d);
	free(d);
}

/* What office lost comes back as it was, and it records the same. */
static void
lost_answers(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d)), *old;
	struct merkle		*log;
	size_t			 i;
	uint64_t		 n;

	(void)arg;
	old = calloc(1, sizeof(*old));
	furnished(d, "lost");
	/* Keep the numbers of now, then lose two batches and an epoch. */
	memcpy(old, d, sizeof(*old));
	n = merkle_size(d->log);
	desk_grant(d, 0);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 1), REFUSAL_NONE);
	log = merkle_new(1 << 20);
	for (i = 0; i < n; i++)
		merkle_append(log, merkle_leaf(d->log, i));
	merkle_free(d->log);
	d->log = log;
	sample_free(&d->leaf[1]);
	d->n_leaves = d->n_marks = 1;
	d->batch = old->batch;
	d->epoch = old->epoch;
	memcpy(d->holder, old->holder, sizeof(d->holder));
	desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(d->batch, old->batch + 2);
	assert_int_equal(d->epoch, old->epoch + 1);
	assert_int_equal(d->n_marks, 2);
	assert_int_equal(d->mark[1].status, KM_STATUS_SUSPENDED);
	assert_int_equal(desk_turn(d, DECISION_LIFT, 1), REFUSAL_NONE);
	free(old);
	desk_end(d);
	free(d);
}

static void
outside(struct desk *d, struct sample_buf *out, const struct sample_key *key,
    uint32_t number, const char *iss)
{
	struct sample_epoch	e;

	sample_epoch(&e, key, d->papers.trust_bytes.p,
	    d->papers.trust_bytes.len);
	e.number = number;
	e.iss = iss;
	sample_free(out);
	sample_epoch_write(out, &e);
}

/* Of an authority that has its second trust list. */
static void
later_trust(struct desk *d, struct sample_buf *out,
    const struct sample_key *key, const char *iss)
{
	struct sample_epoch	e;

	sample_epoch(&e, key, d->papers.trust_bytes.p,
	    d->papers.trust_bytes.len);
	e.number = 9;
	e.iss = iss;
	e.trust_version = 2;
	sample_free(out);
	sample_epoch_write(out, &e);
}

static int
fenced(struct desk *d)
{
	struct km_cbor	c;
	struct buf	state;
	size_t		left;
	uint64_t	found;
	int		i;

	buf_init(&state, 4096);
	desk_state(d, &state);
	km_cbor_begin(&c, state.p, state.len);
	km_cbor_array(&c, 3, 3);
	km_cbor_skip(&c, 0);
	km_cbor_skip(&c, 0);
	left = km_cbor_map(&c, 13, 13);
	for (i = STATE_KEY_BATCH; i < STATE_KEY_FENCED; i++) {
		km_cbor_key(&c, &left, i);
		km_cbor_skip(&c, 3);
	}
	km_cbor_key(&c, &left, STATE_KEY_FENCED);
	found = km_cbor_uint(&c, 0, 1);
	assert_int_equal(c.err, KM_OK);
	buf_free(&state);
	return found == 1;
}

/* Seen outside: this epoch, besides what else is shown. */
static int
fences(struct desk *d, struct sample_buf seen[2])
{
	size_t	b, e;

	assert_int_equal(hello(d, d->batch, d->epoch, seen, 2, &b, &e),
	    REFUSAL_NONE);
	return fenced(d);
}

static void
epochs_outside(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct sample_buf	 seen[2] = { { 0 }, { 0 } };
	struct publication	 p;
	struct buf		 bytes;

	(void)arg;
	furnished(d, "outside");
	buf_init(&bytes, MSG_MAX);
	assert_int_equal(desk_publish(d, &bytes), REFUSAL_NONE);
	assert_int_equal(publication_decode(&p, bytes.p, bytes.len), KM_OK);
	sample_raw(&seen[0], p.epoch.p, p.epoch.len);

	outside(d, &seen[1], &d->papers.publish, 4, SAMPLE_AUTHORITY);
	assert_true(fences(d, seen));
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_FENCED);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_FENCED);
	outside(d, &seen[1], &d->papers.publish, 3, SAMPLE_AUTHORITY);
	assert_true(fences(d, seen));
	outside(d, &seen[1], &d->papers.publish, 2, SAMPLE_AUTHORITY);
	assert_true(fences(d, seen));

	/* What does not verify, nobody is fenced by. */
	outside(d, &seen[1], &d->papers.attest, 9, SAMPLE_AUTHORITY);
	assert_false(fences(d, seen));
	outside(d, &seen[1], &d->papers.officer[0].key, 9, SAMPLE_AUTHORITY);
	assert_false(fences(d, seen));
	outside(d, &seen[1], &d->papers.publish, 9, "https://b.example");
	assert_false(fences(d, seen));
	outside(d, &seen[1], &d->papers.publish, 9, SAMPLE_AUTHORITY);
	seen[1].p[seen[1].len - 1] ^= 1;
	assert_false(fences(d, seen));
	seen[1].len = 0;
	assert_false(fences(d, seen));

	/* Under a later trust list it may be by a key that comes with it. */
	later_trust(d, &seen[1], &d->papers.attest, SAMPLE_AUTHORITY);
	assert_true(fences(d, seen));
	assert_int_equal(desk_publish(d, NULL), REFUSAL_FENCED);
	later_trust(d, &seen[1], &d->papers.attest, "https://b.example");
	assert_false(fences(d, seen));

	/* Our own, and then all goes on. */
	outside(d, &seen[1], &d->papers.publish, 9, SAMPLE_AUTHORITY);
	assert_true(fences(d, seen));
	sample_free(&seen[1]);
	sample_raw(&seen[1], seen[0].p, seen[0].len);
	assert_false(fences(d, seen));
	assert_int_equal(desk_turn(d, DECISION_SUSPEND, 0), REFUSAL_NONE);
	assert_int_equal(desk_publish(d, NULL), REFUSAL_NONE);
	sample_free(&seen[0]);
	sample_free(&seen[1]);
	buf_free(&bytes);
	desk_end(d);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(how_far_apart),
		cmocka_unit_test(not_a_hello),
		cmocka_unit_test(lost_answers),
		cmocka_unit_test(epochs_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
