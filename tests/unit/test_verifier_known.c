/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known: the pin, trust lists from one to the next, epochs and
 * status lists that come in any order, revocations that are learnt later,
 * memory that is full, and one known for many questions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/known.h"

#include "tests/lib/scene.h"
#include "verifier/core.h"
#include "verifier/crypto.h"

static int
setup(void **state)
{
	*state = scene_new();
	return 0;
}

static int
teardown(void **state)
{
	scene_free(*state);
	return 0;
}

static void
test_pin(void **state)
{
	struct scene	*w = *state;
	uint8_t		 hash[32], bad[33] = { 0 };

	scene_write_trust(w);
	sample_hash(hash, w->trust_bytes.p, w->trust_bytes.len);
	/* Too little memory, no pin, neither a list nor a hash. */
	assert_null(km_known_begin(w->mem, KM_KNOWN_MIN - 1, hash, 32));
	assert_null(km_known_begin(NULL, sizeof(w->mem), hash, 32));
	assert_null(km_known_begin((uint8_t *)w->mem + 1, KM_KNOWN_MIN, hash,
	    32));
	assert_null(km_known_begin(w->mem, sizeof(w->mem), NULL, 0));
	assert_null(km_known_begin(w->mem, sizeof(w->mem), hash, 31));
	assert_null(km_known_begin(w->mem, sizeof(w->mem), bad, 33));

	/* By its hash: nothing counts before that list. */
	w->known = km_known_begin(w->mem, KM_KNOWN_MIN, hash, 32);
	assert_non_null(w->known);
	scene_write_status(w);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_NO_TRUST);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_NO_TRUST);
	assert_int_equal(scene_add(w, &w->trust_bytes), KM_OK);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
	/* Once more is no harm. */
	assert_int_equal(scene_add(w, &w->trust_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
	km_known_end(w->known);

	hash[0] ^= 1;
	w->known = km_known_begin(w->mem, sizeof(w->mem), hash, 32);
	assert_int_equal(scene_add(w, &w->trust_bytes), KM_ERR_PIN);
	km_known_end(w->known);
	w->known = NULL;

	/* By its bytes, of which the last belong to a signature. */
	w->trust_bytes.p[w->trust_bytes.len - 1] ^= 1;
	assert_null(km_known_begin(w->mem, sizeof(w->mem), w->trust_bytes.p,
	    w->trust_bytes.len));
}

/* A list that stands by itself needs its own threshold. */
static void
test_pin_threshold(void **state)
{
	struct scene	*w = *state;
	uint8_t		 hash[32];

	w->trust.n_signers = 1;
	scene_write_trust(w);
	sample_hash(hash, w->trust_bytes.p, w->trust_bytes.len);
	w->known = km_known_begin(w->mem, sizeof(w->mem), hash, 32);
	assert_int_equal(scene_add(w, &w->trust_bytes), KM_ERR_THRESHOLD);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
}

/* Version 2 after version 1: the roots of both. */
static void
next_version(struct scene *w)
{
	if (w->trust.version == 1)
		sample_hash(w->trust.first, w->trust_bytes.p,
		    w->trust_bytes.len);
	w->trust.version++;
}

static enum km_err
add_trust(struct scene *w)
{
	scene_write_trust(w);
	return scene_add(w, &w->trust_bytes);
}

static void
test_rotation(void **state)
{
	struct scene		*w = *state;
	struct sample_key	 fresh[2];
	size_t			 i;

	scene_know(w);
	sample_key(&fresh[0], -19, "fresh 0");
	sample_key(&fresh[1], -9, "fresh 1");
	next_version(w);
	w->trust.n_roots = 1;			/* root 0 stays */
	sample_trust_root(&w->trust, &fresh[0], 0);
	sample_trust_root(&w->trust, &fresh[1], 0);

	/* By the old roots alone: root 0 counts for both, root 1 for one. */
	w->trust.signer[0] = &w->root[0];
	w->trust.signer[1] = &w->root[1];
	w->trust.n_signers = 2;
	assert_int_equal(add_trust(w), KM_ERR_THRESHOLD);
	/* By the new roots alone. */
	w->trust.signer[0] = &fresh[0];
	w->trust.signer[1] = &fresh[1];
	assert_int_equal(add_trust(w), KM_ERR_THRESHOLD);
	/* Two of each, but one of the signatures is of neither. */
	w->trust.signer[2] = &w->root[0];
	w->trust.signer[3] = &w->root[2];
	w->trust.signer[4] = &w->other;
	w->trust.n_signers = 5;
	assert_int_equal(add_trust(w), KM_ERR_UNKNOWN_KEY);
	/* One of the signatures is wrong. */
	w->trust.n_signers = 4;
	scene_write_trust(w);
	w->trust_bytes.p[w->trust_bytes.len - 1] ^= 1;
	assert_int_equal(scene_add(w, &w->trust_bytes), KM_ERR_SIGNATURE);
	/* None of this changed what is known. */
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(w->r.trust_version, 1);
	assert_int_equal(add_trust(w), KM_OK);
	scene_ask(w);
	assert_int_equal(w->r.trust_version, 2);

	/* On to version 3, by the roots of 2. */
	w->trust.signer[0] = &fresh[0];
	w->trust.signer[1] = &fresh[1];
	w->trust.n_signers = 2;
	next_version(w);
	assert_int_equal(add_trust(w), KM_OK);
	scene_ask(w);
	assert_int_equal(w->r.trust_version, 3);
	for (i = 0; i < 2; i++)
		sample_key_free(&fresh[i]);
}

static void
test_versions(void **state)
{
	struct scene		*w = *state;
	struct sample_buf	 first = { 0 };

	scene_know(w);
	sample_raw(&first, w->trust_bytes.p, w->trust_bytes.len);
	next_version(w);
	w->trust.version = 3;
	assert_int_equal(add_trust(w), KM_ERR_VERSION);
	w->trust.version = 2;
	w->trust.authority = "https://anders.example";
	assert_int_equal(add_trust(w), KM_ERR_AUTHORITY);
	w->trust.authority = SAMPLE_AUTHORITY;
	w->trust.environment = 1;
	assert_int_equal(add_trust(w), KM_ERR_ENVIRONMENT);
	w->trust.environment = 0;
	w->trust.first[0] ^= 1;
	assert_int_equal(add_trust(w), KM_ERR_PIN);
	w->trust.first[0] ^= 1;
	assert_int_equal(add_trust(w), KM_OK);
	/* Never back, and not twice the same version. */
	assert_int_equal(scene_add(w, &first), KM_ERR_VERSION);
	w->trust.issued++;
	assert_int_equal(add_trust(w), KM_ERR_VERSION);
	sample_free(&first);
}

/* What is pinned may be any version; its first hash binds the next ones. */
static void
test_pin_later_version(void **state)
{
	struct scene	*w = *state;

	w->trust.version = 7;
	memset(w->trust.first, 5, 32);
	scene_know(w);
	w->trust.version++;
	w->trust.first[3] ^= 1;
	assert_int_equal(add_trust(w), KM_ERR_PIN);
	w->trust.first[3] ^= 1;
	assert_int_equal(add_trust(w), KM_OK);
}

static void
test_not_for_known(void **state)
{
	static const uint8_t	junk[] = { 0x83, 0x01, 0x02, 0x03 };
	struct scene		*w = *state;
	struct sample_buf	 b = { 0 };

	scene_know(w);
	scene_write_attestation(w);
	assert_int_equal(scene_add(w, &w->attestation_bytes), KM_ERR_TYP);
	assert_int_equal(km_known_add(w->known, junk, 0), KM_ERR_TRUNCATED);
	assert_int_equal(km_known_add(w->known, junk, 4), KM_ERR_TAG);
	sample_sign1(&b, &w->publish, SAMPLE_AUTHORITY, "epoch",
	    "application/keurmerk-approval+cose", "\xa0", 1);
	assert_int_equal(scene_add(w, &b), KM_ERR_TYP);
	b.len = 0;
	sample_sign1(&b, &w->publish, SAMPLE_AUTHORITY, "epoch",
	    "application/keurmerk-epoch+cose", "\xa0", 1);
	assert_int_not_equal(scene_add(w, &b), KM_OK);
	sample_free(&b);
}

static void
test_epochs(void **state)
{
	struct scene		*w = *state;
	struct sample_buf	 ten = { 0 };
	struct sample_key	 stray;
	uint8_t			 hash[32];

	scene_know_all(w);
	sample_raw(&ten, w->epoch_bytes.p, w->epoch_bytes.len);
	sample_hash(hash, ten.p, ten.len);
	/* The same again. */
	assert_int_equal(scene_add(w, &ten), KM_OK);
	scene_ask(w);
	assert_memory_equal(w->r.epoch_hash, hash, 32);
	/* An older one is taken and changes nothing. */
	w->epoch.number = 8;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	scene_ask(w);
	assert_int_equal(w->r.epoch_number, 10);
	w->epoch.number = 11;
	memcpy(w->epoch.previous, hash, 32);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	scene_ask(w);
	assert_int_equal(w->r.epoch_number, 11);
	w->epoch.key = &w->other;
	w->epoch.number = 12;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_UNKNOWN_KEY);
	/* Of what is ours the kid is no hint: it names who signed. */
	stray = w->publish;
	stray.kid[0] ^= 1;
	w->epoch.key = &stray;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_UNKNOWN_KEY);
	sample_free(&ten);
}

/* Two that cannot both be: refused, and no answer rests on either. */
static void
fork_of(struct scene *w, uint32_t number, int64_t later)
{
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->epoch.number = number;
	w->epoch.this_update += later;
	w->epoch.next_update += later;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_FORK);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(w->r.check[KM_CHECK_EPOCH_MEMORY].why, KM_ERR_FORK);
	assert_int_equal(w->r.epoch_number, 0);
	/* One far after both does not take it away. */
	w->epoch.number = 20;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
}

static void
test_fork_same_number(void **state)
{
	fork_of(*state, 10, 1);
}

static void
test_fork_same_number_earlier(void **state)
{
	fork_of(*state, 10, -1);
}

static void
test_fork_next(void **state)
{
	fork_of(*state, 11, 1);
}

static void
test_fork_before(void **state)
{
	fork_of(*state, 9, -1);
}

/* Which of two was added first makes no difference. */
static void
test_fork_keeps_the_longer(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->epoch.this_update--;
	w->epoch.next_update--;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_FORK);
	assert_int_equal(w->known->epoch.this_update, w->epoch.this_update + 1);
	w->epoch.this_update += 2;
	w->epoch.next_update += 2;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_FORK);
	assert_int_equal(w->known->epoch.this_update, w->epoch.this_update);
}

static void
test_lists(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	/* Older: taken, and changes nothing. */
	w->status.iat--;
	sample_status_set(&w->status, 7, 2);
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
	/* Newer. */
	w->status.iat += 2;
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_SUSPENDED);
	/* Of the same second: the one fetched later. */
	sample_status_set(&w->status, 7, 1);
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_WITHDRAWN);
	/* A larger one takes a new place, a smaller one the old. */
	w->status.n_entries = 100;
	sample_status_set(&w->status, 7, 3);
	w->status.iat++;
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_SUPERSEDED);
	w->attestation.index = 400;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	w->status.n_entries = 16384;
	w->status.iat++;
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
}

/* Signature first: only then is a bad stream looked at. */
static void
test_list_not_inflating(void **state)
{
	static uint8_t		 stream[] = { 0x78, 0xda, 0x07, 0, 0, 0, 0, 1 };
	struct sample_buf	 lst = { stream, sizeof(stream), 0 };
	struct scene		*w = *state;

	scene_know_all(w);
	w->status.lst = &lst;
	w->status.iat++;
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_INFLATE);
	w->status_bytes.p[w->status_bytes.len - 1] ^= 1;
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_SIGNATURE);
	/* What was known is as it was. */
	assert_int_equal(scene_ask(w), KM_VALID);
}

/* A revocation takes back what was added before it was known. */
static void
test_revoked_later(void **state)
{
	struct scene		*w = *state;
	struct sample_key	 fresh;

	scene_know(w);
	sample_status_set(&w->status, 7, 1);
	scene_write_status(w);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_WITHDRAWN);
	assert_int_equal(w->r.epoch_number, 10);

	sample_key(&fresh, -19, "fresh");
	sample_trust_key(&w->trust, &fresh, 2);
	w->trust_publish->revoked_at = SAMPLE_NOW;
	next_version(w);
	assert_int_equal(add_trust(w), KM_OK);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_REVOKED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH), KM_ERR_REVOKED);
	assert_int_equal(w->r.epoch_number, 0);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_REVOKED);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_REVOKED);

	/* Older ones by a key that stands take their place. */
	w->status.key = w->epoch.key = &fresh;
	w->status.iat--;
	w->epoch.number = 3;
	sample_status_set(&w->status, 7, 0);
	scene_write_status(w);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(w->r.epoch_number, 3);
	sample_key_free(&fresh);
}

/* A key that has left the list counts for nothing either. */
static void
test_key_left(void **state)
{
	struct scene		*w = *state;
	struct sample_key	 fresh;

	scene_know_all(w);
	sample_key(&fresh, -9, "fresh");
	w->trust_publish->key = &fresh;
	next_version(w);
	assert_int_equal(add_trust(w), KM_OK);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_UNKNOWN_KEY);
	sample_key_free(&fresh);
}

static void
test_full(void **state)
{
	struct scene	*w = *state;
	uint32_t	 i;

	/* As much memory as the header says, for three lists. */
	scene_write_trust(w);
	w->known = km_known_begin(w->mem, KM_KNOWN_MIN + 3 * KM_KNOWN_LIST,
	    w->trust_bytes.p, w->trust_bytes.len);
	for (i = 0; i < 3; i++) {
		w->status.shard = i;
		scene_write_status(w);
		assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	}
	/* What is left over of the minimum ends at some time. */
	for (; i < 100; i++) {
		w->status.shard = i;
		scene_write_status(w);
		if (scene_add(w, &w->status_bytes) == KM_ERR_FULL)
			break;
	}
	assert_in_range(i, 3, 99);
	/* Known is as it was: a list that is there can be renewed. */
	assert_int_equal(scene_ask(w), KM_VALID);
	w->status.shard = 0;
	w->status.iat++;
	sample_status_set(&w->status, 7, 2);
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_SUSPENDED);
	w->attestation.index = (i << 16) + 7;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	w->attestation.index = ((i - 1) << 16) + 7;
	assert_int_equal(scene_ask(w), KM_VALID);
}

/* A list of another make, larger than any of ours. */
static void
test_large_list(void **state)
{
	const size_t	 n = 70000, mem = 400000;
	struct scene	*w = *state;
	uint64_t	*large = calloc(1, mem);

	assert_non_null(large);
	sample_status_free(&w->status);
	w->status.entries = calloc(1, n);
	w->status.n_entries = n;
	w->status.bits = 8;
	w->attestation.index = 65535;
	sample_status_set(&w->status, 65535, 3);
	scene_write_trust(w);
	scene_write_status(w);
	w->known = km_known_begin(w->mem, KM_KNOWN_MIN, w->trust_bytes.p,
	    w->trust_bytes.len);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_FULL);
	km_known_end(w->known);
	w->known = km_known_begin(large, mem, w->trust_bytes.p,
	    w->trust_bytes.len);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_SUPERSEDED);
	/* In place. */
	w->status.iat++;
	sample_status_set(&w->status, 65535, 2);
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_SUSPENDED);
	km_known_end(w->known);
	w->known = NULL;
	free(large);
}

/* Nothing that is known points into what the caller gave. */
static void
test_copies(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	memset(w->trust_bytes.p, 0xff, w->trust_bytes.len);
	memset(w->status_bytes.p, 0xff, w->status_bytes.len);
	memset(w->epoch_bytes.p, 0xff, w->epoch_bytes.len);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(w->r.epoch_number, 10);
}

/* One known, many questions: it is only read, and reports are equal. */
static void
test_shared(void **state)
{
	static char	 json[2][KM_JSON_MAX];
	struct scene	*w = *state;
	uint64_t	*before = malloc(sizeof(w->mem));
	size_t		 len;
	int		 i;

	assert_non_null(before);
	scene_know_all(w);
	memcpy(before, w->mem, sizeof(w->mem));
	assert_int_equal(scene_ask(w), KM_VALID);
	len = km_report_json(json[0], sizeof(json[0]), &w->r);
	for (i = 0; i < 50; i++) {
		w->attestation.index = (uint32_t)i;
		scene_ask(w);
		w->attestation.key = i % 2 == 0 ? &w->other : &w->attest;
		scene_ask(w);
	}
	w->attestation.key = &w->attest;
	w->attestation.index = 7;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(km_report_json(json[1], sizeof(json[1]), &w->r),
	    len);
	assert_string_equal(json[0], json[1]);
	assert_memory_equal(before, w->mem, sizeof(w->mem));
	free(before);
}

/* Asks come in an order that no answer changes. */
static void
test_asks(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	const struct km_ask	*ask;
	struct km_op		 op;
	const uint8_t		*sig[8];
	unsigned int		 answers;
	size_t			 n;

	scene_know(w);
	scene_write_status(w);
	scene_write_epoch(w);
	scene_write_attestation(w);
	sample_badge(&b, &w->attestation_bytes);
	b.status = &w->status_bytes;
	b.epoch = &w->epoch_bytes;
	scene_ask_badge(w, &b);
	for (answers = 0; answers < 8; answers++) {
		km_verify_begin(&op, w->known, &w->q, &w->r);
		for (n = 0; (ask = km_ask(&op)) != NULL; n++) {
			assert_ptr_equal(ask, km_ask(&op));
			if (answers == 0)
				sig[n] = ask->sig;
			assert_ptr_equal(ask->sig, sig[n]);
			km_answer(&op, answers >> n & 1);
		}
		assert_int_equal(n, 3);
		assert_int_equal(km_verify_end(&op),
		    (answers & 1) == 0 ? KM_UNTRUSTED :
		    (answers & 2) == 0 ? KM_UNDETERMINED : KM_VALID);
		assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH),
		    (answers & 4) == 0 ? KM_FAILED : KM_PASSED);
	}

	/* Left unanswered is not verified; answers to nothing are nothing. */
	km_verify_begin(&op, w->known, &w->q, &w->r);
	assert_int_equal(km_verify_end(&op), KM_UNTRUSTED);
	km_answer(&op, 1);
	assert_null(km_ask(&op));
	km_add_begin(&op, w->known, w->status_bytes.p, w->status_bytes.len);
	assert_non_null(km_ask(&op));
	assert_int_equal(km_add_end(&op), KM_ERR_USE);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
}

/* Each answer to a trust list counts for its own signature. */
static void
test_trust_asks(void **state)
{
	struct scene		*w = *state;
	const struct km_ask	*ask;
	struct km_op		 op;
	uint8_t			 hash[32];
	unsigned int		 answers;
	size_t			 n;

	w->trust.signer[w->trust.n_signers++] = &w->root[2];
	scene_write_trust(w);
	sample_hash(hash, w->trust_bytes.p, w->trust_bytes.len);
	for (answers = 0; answers < 8; answers++) {
		w->known = km_known_begin(w->mem, sizeof(w->mem), hash, 32);
		km_add_begin(&op, w->known, w->trust_bytes.p,
		    w->trust_bytes.len);
		for (n = 0; (ask = km_ask(&op)) != NULL; n++) {
			assert_int_equal(km_openssl_verify(NULL, ask), 1);
			km_answer(&op, answers >> n & 1);
		}
		assert_int_equal(n, 3);
		assert_int_equal(km_add_end(&op), answers == 7 ? KM_OK :
		    KM_ERR_SIGNATURE);
		km_known_end(w->known);
	}
	w->known = NULL;
}

static void
test_look(void **state)
{
	struct scene		*w = *state;
	struct km_unverified	 u;

	/* Signed by nobody we know: it only says what it says. */
	w->attestation.key = &w->other;
	scene_write_attestation(w);
	assert_int_equal(km_look(&u, w->attestation_bytes.p,
	    w->attestation_bytes.len), KM_OK);
	assert_int_equal(u.len, w->attestation_bytes.len);
	memset(w->attestation_bytes.p, 0, w->attestation_bytes.len);
	assert_memory_equal(u.attestation.number.p, "KM-2026-000123-P", 16);
	assert_in_range((uintptr_t)u.attestation.number.p,
	    (uintptr_t)u.bytes, (uintptr_t)(u.bytes + u.len));
	assert_int_not_equal(km_look(&u, w->attestation_bytes.p,
	    w->attestation_bytes.len), KM_OK);
	assert_int_equal(km_look(&u, NULL, 0), KM_ERR_NO_BADGE);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_pin),
		TEST(test_pin_threshold),
		TEST(test_rotation),
		TEST(test_versions),
		TEST(test_pin_later_version),
		TEST(test_not_for_known),
		TEST(test_epochs),
		TEST(test_fork_same_number),
		TEST(test_fork_same_number_earlier),
		TEST(test_fork_next),
		TEST(test_fork_before),
		TEST(test_fork_keeps_the_longer),
		TEST(test_lists),
		TEST(test_list_not_inflating),
		TEST(test_revoked_later),
		TEST(test_key_left),
		TEST(test_full),
		TEST(test_large_list),
		TEST(test_copies),
		TEST(test_shared),
		TEST(test_asks),
		TEST(test_trust_asks),
		TEST(test_look)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
