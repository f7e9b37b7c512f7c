/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Proof: lists and epochs in the badge against what is known, paths, revoked
 * keys, what is remembered of epochs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/scene.h"

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

/* A badge with all that was written, as it was written last. */
static struct sample_badge
badge_of_all(struct scene *w)
{
	struct sample_badge	b;

	sample_badge(&b, &w->attestation_bytes);
	if (w->status_bytes.len > 0)
		b.status = &w->status_bytes;
	if (w->epoch_bytes.len > 0)
		b.epoch = &w->epoch_bytes;
	return b;
}

static struct sample_badge
stapled(struct scene *w)
{
	scene_write_attestation(w);
	return badge_of_all(w);
}

static void
test_stapled_alone(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	scene_know(w);
	scene_write_status(w);
	scene_write_epoch(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(w->r.epoch_number, 10);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_LIST), KM_PASSED);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH), KM_PASSED);

	/* What was verified in a badge is not known afterwards. */
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
}

/* The newest verified list wins, whichever side it comes from. */
static void
test_newest_wins(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	sample_status_set(&w->status, 7, 2);
	scene_know_all(w);
	w->status.iat++;
	sample_status_set(&w->status, 7, 0);
	scene_write_status(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(w->r.status_iat, w->status.iat);
	/* An attestation by itself is judged by what is known. */
	assert_int_equal(scene_ask(w), KM_SUSPENDED);

	/* Older, or of the same second: what is known counts. */
	w->status.iat--;
	scene_write_status(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUSPENDED);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_LIST), KM_PASSED);
	/* Such a one is not even looked at. */
	w->status_bytes.p[w->status_bytes.len - 1] ^= 1;
	assert_int_equal(scene_ask_badge(w, &b), KM_SUSPENDED);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_LIST), KM_PASSED);
	w->status.iat--;
	scene_write_status(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUSPENDED);
}

/* Under our own algorithm the other s is a bad signature. */
static void
test_list_high_s(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	w->status.key = &w->attest;
	w->trust_attest->purpose = 2;
	w->trust_publish->purpose = 1;
	w->attestation.key = &w->publish;
	scene_know(w);
	scene_write_status(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	sample_other_s(w->status_bytes.p + w->status_bytes.len - 64);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_SIGNATURE);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_SIGNATURE);
	sample_other_s(w->status_bytes.p + w->status_bytes.len - 64);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
}

/* Proof that fails counts as not given, and its check says why. */
static void
test_bad_list(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	scene_know(w);
	w->status.iat = SAMPLE_NOW;
	scene_write_status(w);
	w->status_bytes.p[w->status_bytes.len - 1] ^= 1;
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_LIST), KM_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_SIGNATURE);

	/* Beside a good one that is known it is a warning. */
	w->status.iat = SAMPLE_NOW - 3600;
	scene_know_all(w);
	w->status.iat = SAMPLE_NOW;
	sample_status_set(&w->status, 7, 1);
	scene_write_status(w);
	w->status_bytes.p[w->status_bytes.len - 1] ^= 1;
	b = stapled(w);
	b.epoch = NULL;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_LIST), KM_WARNED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_SIGNATURE);

	/* Of another shard, or no list at all. */
	w->status.shard = 1;
	scene_write_status(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_MISMATCH);
	b.status = &w->epoch_bytes;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_TYP);
}

/* By a key of the wrong purpose, outside its period, of another authority. */
static void
test_list_signer(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	scene_know(w);
	w->status.key = &w->attest;
	scene_write_status(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_PURPOSE);

	w->status.key = &w->other;
	scene_write_status(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_UNKNOWN_KEY);

	w->status.key = &w->publish;
	w->trust_publish->not_after = w->status.iat + 1;
	scene_know(w);
	scene_write_status(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	w->trust_publish->not_after--;
	scene_know(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_KEY_PERIOD);
	w->trust_publish->not_after = INT64_C(253402300799);
	w->trust_publish->not_before = w->status.iat;
	scene_know(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	w->trust_publish->not_before++;
	scene_know(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);

	w->trust_publish->not_before = 0;
	scene_know(w);
	w->status.uri = SAMPLE_AUTHORITY "/status/0";
	w->status.iss = "https://anders.example";
	scene_write_status(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_AUTHORITY);
}

/* What a revoked publish key signed never counts, whatever its iat. */
static void
test_revoked_publish(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	w->trust_publish->revoked_at = SAMPLE_NOW + 50 * SAMPLE_DAY;
	scene_know(w);
	sample_status_set(&w->status, 7, 1);
	scene_write_status(w);
	scene_write_epoch(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_REVOKED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH), KM_ERR_REVOKED);
	assert_int_equal(w->r.epoch_number, 0);
}

/* A list that inflates to more than one of ours is not taken from a badge. */
static void
test_large_stapled(void **state)
{
	static uint8_t		 entries[16385];
	struct scene		*w = *state;
	struct sample_badge	 b;

	sample_status_free(&w->status);
	w->status.entries = entries;
	w->status.n_entries = 16385;
	scene_know(w);
	scene_write_status(w);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_LIMIT);
	w->status.n_entries--;
	scene_write_status(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	w->status.entries = NULL;
}

static void
test_epoch_age(void **state)
{
	struct scene	*w = *state;

	/* The list lasts, so that the epoch's age alone decides. */
	w->status.iat = SAMPLE_NOW;
	w->status.exp = SAMPLE_NOW + 30 * SAMPLE_DAY;
	scene_know_all(w);
	w->q.now = w->epoch.this_update + SAMPLE_DAY - 1;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_AGE), KM_PASSED);
	w->q.now++;
	scene_ask(w);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_AGE), KM_WARNED);
	w->q.now = w->epoch.next_update - 1;
	scene_ask(w);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_AGE), KM_WARNED);
	assert_int_equal(w->r.epoch_number, 10);

	/* A stale epoch counts as not given: none is asked for. */
	w->q.now++;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_AGE), KM_ERR_EXPIRED);
	assert_int_equal(w->r.epoch_number, 0);

	w->q.now = SAMPLE_NOW;
	w->policy.epoch_fail = 3600;
	scene_ask(w);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_AGE), KM_ERR_STALE);
	w->policy.epoch_fail = 3601;
	w->policy.epoch_warn = 3600;
	scene_ask(w);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_AGE), KM_WARNED);

	w->epoch.this_update = SAMPLE_NOW + 301;
	scene_know_all(w);
	scene_ask(w);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_AGE), KM_ERR_EARLY);
}

static void
test_epoch_bad(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;

	scene_know(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH), KM_NOT_PERFORMED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH), KM_ERR_MISSING);

	scene_write_status(w);
	scene_write_epoch(w);
	w->epoch_bytes.p[w->epoch_bytes.len - 1] ^= 1;
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH), KM_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH), KM_ERR_SIGNATURE);
	assert_int_equal(w->r.epoch_number, 0);

	w->epoch.key = &w->attest;
	scene_write_epoch(w);
	scene_ask_badge(w, &b);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH), KM_ERR_PURPOSE);
	w->epoch.key = &w->publish;
	w->epoch.iss = "https://anders.example";
	scene_write_epoch(w);
	scene_ask_badge(w, &b);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH), KM_ERR_AUTHORITY);

	/* Beside a good one that is known it is a warning. */
	w->epoch.iss = SAMPLE_AUTHORITY;
	scene_know_all(w);
	w->epoch_bytes.p[w->epoch_bytes.len - 1] ^= 1;
	scene_ask_badge(w, &b);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH), KM_WARNED);
	assert_int_equal(w->r.epoch_number, 10);
}

/* An epoch that names a newer trust list: ours may lack a revocation. */
static void
test_epoch_trust(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	scene_ask(w);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST), KM_PASSED);
	w->epoch.number++;
	sample_hash(w->epoch.previous, w->epoch_bytes.p, w->epoch_bytes.len);
	w->epoch.trust_version = 2;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST), KM_WARNED);
	assert_int_equal(WHY(w, KM_CHECK_TRUST), KM_ERR_VERSION);

	/* Another list of the same version is a fork of it. */
	scene_know_all(w);
	w->epoch.number++;
	sample_hash(w->epoch.previous, w->epoch_bytes.p, w->epoch_bytes.len);
	w->epoch.trust[0] ^= 1;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_FORK);
}

static void
test_memory(void **state)
{
	struct scene	*w = *state;
	uint8_t		 own[32];

	scene_know_all(w);
	sample_hash(own, w->epoch_bytes.p, w->epoch_bytes.len);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_memory_equal(w->r.epoch_hash, own, 32);

	/* The very same. */
	w->policy.epoch_number = 10;
	memcpy(w->policy.epoch_hash, own, 32);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_MEMORY), KM_PASSED);
	/* The same number, another hash. */
	w->policy.epoch_hash[31] ^= 1;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_FORK);
	assert_int_equal(w->r.epoch_number, 0);
	/* A lower number. */
	w->policy.epoch_number = 11;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_ROLLBACK);
	assert_int_equal(w->r.epoch_number, 0);
	/* Remembered + 1 with the right and a wrong previous hash. */
	w->policy.epoch_number = 9;
	memcpy(w->policy.epoch_hash, w->epoch.previous, 32);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.epoch_hash[0] ^= 1;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_FORK);
	/* Further back nothing can be told. */
	w->policy.epoch_number = 8;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_MEMORY), KM_PASSED);
}

/* The badge's epoch against the one that is known. */
static void
test_fork_in_badge(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	uint8_t			 own[32];

	scene_know_all(w);
	sample_hash(own, w->epoch_bytes.p, w->epoch_bytes.len);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);

	/* The same number, another content. */
	w->epoch.this_update++;
	scene_write_epoch(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_FORK);
	/* The next one, which does not and does follow. */
	w->epoch.number++;
	scene_write_epoch(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	memcpy(w->epoch.previous, own, 32);
	scene_write_epoch(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(w->r.epoch_number, 11);
	/* The one before, which is not what the known one follows. */
	w->epoch.number = 9;
	scene_write_epoch(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	/* Long before: a badge may be older than what is remembered. */
	w->epoch.number = 5;
	scene_write_epoch(w);
	w->policy.epoch_number = 10;
	memcpy(w->policy.epoch_hash, own, 32);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(w->r.epoch_number, 10);
}

/* A status tree of three lists of which ours is the second. */
static void
test_status_path(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	uint8_t			 own[32], leaf[32], path[96], node[32];

	w->status.shard = 1;
	w->attestation.index = 65536 + 7;
	scene_know(w);
	scene_write_status(w);
	sample_hash(own, w->status_bytes.p, w->status_bytes.len);
	sample_leaf(leaf, own, 32);
	memset(path, 3, sizeof(path));
	sample_node(node, path, leaf);
	sample_node(w->epoch.status_root, node, path + 32);
	w->epoch.status_size = 3;
	scene_write_epoch(w);
	b = stapled(w);
	b.has_status_path = 1;
	b.status_path = path;
	b.n_status_path = 2;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_PROOF), KM_PASSED);

	/* It fails by itself; the list is signed all the same. */
	path[63] ^= 1;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_PROOF), KM_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_PROOF), KM_ERR_PROOF);
	path[63] ^= 1;
	b.n_status_path = 3;
	scene_ask_badge(w, &b);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_PROOF), KM_FAILED);
	b.n_status_path = 1;
	scene_ask_badge(w, &b);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_PROOF), KM_FAILED);
	/* Without an epoch there is nothing to lead to. */
	b.n_status_path = 2;
	b.epoch = NULL;
	scene_ask_badge(w, &b);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_PROOF),
	    KM_NOT_PERFORMED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_PROOF), KM_ERR_MISSING);
}

/* Put the attestation into a register of eight leaves, at index 7. */
static struct sample_badge
registered(struct scene *w, int status, uint8_t path[96])
{
	struct sample_buf	leaf = { 0 };
	struct sample_badge	b;
	uint8_t			node[32];
	int			i;

	scene_write_attestation(w);
	sample_register_leaf(&leaf, 7, &w->attestation_bytes, status);
	sample_leaf(node, leaf.p, leaf.len);
	sample_free(&leaf);
	for (i = 0; i < 96; i++)
		path[i] = (uint8_t)i;
	for (i = 0; i < 3; i++)
		sample_node(node, path + 32 * i, node);
	memcpy(w->epoch.register_root, node, 32);
	w->epoch.register_size = 8;
	scene_write_epoch(w);
	scene_write_status(w);
	b = badge_of_all(w);
	b.register_status = status;
	b.register_path = path;
	b.n_register_path = 3;
	return b;
}

static void
test_register_path(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	uint8_t			 path[96];

	scene_know(w);
	b = registered(w, 0, path);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_REGISTER_PROOF), KM_PASSED);
	b.register_status = 2;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(WHY(w, KM_CHECK_REGISTER_PROOF), KM_ERR_PROOF);
	b.register_status = 0;
	path[0] ^= 1;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_REGISTER_PROOF), KM_FAILED);
}

/* Only lists give a status, but a withdrawal is final wherever it stands. */
static void
test_register_withdrawn(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	uint8_t			 path[96];

	scene_know(w);
	b = registered(w, 1, path);
	assert_int_equal(scene_ask_badge(w, &b), KM_WITHDRAWN);
	b.status = NULL;
	assert_int_equal(scene_ask_badge(w, &b), KM_WITHDRAWN);
	path[0] ^= 1;
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	path[0] ^= 1;
	b = registered(w, 2, path);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	b.status = NULL;
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	/* A stale epoch counts as not given. */
	b = registered(w, 1, path);
	w->q.now = w->epoch.next_update;
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
}

/* Under a revoked key only what the register holds. */
static void
test_revoked_attest(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	uint8_t			 path[96];

	w->trust_attest->revoked_at = SAMPLE_NOW;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(w->r.indication, KM_INDETERMINATE);
	assert_int_equal(WHY(w, KM_CHECK_KEY_REVOKED), KM_ERR_REVOKED);
	assert_int_equal(w->r.vouched, 0);
	assert_int_equal(w->r.attestation.legal_name.len, 0);

	scene_know(w);
	b = registered(w, 0, path);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_KEY_REVOKED), KM_PASSED);
	path[95] ^= 1;
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	path[95] ^= 1;
	/* Another attestation than the register holds. */
	w->attestation.legal_name = "Anders B.V.";
	scene_write_attestation(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);

	/* An epoch that is known will do where the badge has none. */
	w->attestation.legal_name = "Voorbeeld ICT B.V.";
	b = registered(w, 0, path);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	b.epoch = NULL;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	/* A stale one will not. */
	w->q.now = w->epoch.next_update;
	w->status.iat = w->q.now;
	w->status.exp = w->q.now + SAMPLE_DAY;
	scene_write_status(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_KEY_REVOKED), KM_ERR_REVOKED);
}

/*
 * The register's leaf begins with the index, of one to five bytes: at each
 * turn the path leads to the root, and from the places next to it does not.
 */
static void
test_register_index(void **state)
{
	static const uint32_t	index[] = {
		0, 23, 24, 255, 256, 65535, 65536, 0x7fffffff, UINT32_MAX - 1
	};
	struct scene		*w = *state;
	struct sample_buf	 leaf = { 0 };
	struct sample_badge	 b;
	uint8_t			 path[32 * 32], node[32];
	size_t			 i, k;

	w->trust_attest->revoked_at = 0;	/* it has no other proof */
	scene_know(w);
	memset(path, 9, sizeof(path));
	w->epoch.register_size = UINT64_C(1) << 32;
	for (i = 0; i < sizeof(index) / sizeof(index[0]); i++) {
		w->attestation.index = index[i];
		w->status.shard = index[i] >> 16;
		scene_write_attestation(w);
		scene_write_status(w);
		leaf.len = 0;
		sample_register_leaf(&leaf, index[i], &w->attestation_bytes,
		    0);
		sample_leaf(node, leaf.p, leaf.len);
		for (k = 0; k < 32; k++)
			if (index[i] >> k & 1)
				sample_node(node, path + 32 * k, node);
			else
				sample_node(node, node, path + 32 * k);
		memcpy(w->epoch.register_root, node, 32);
		scene_write_epoch(w);
		b = badge_of_all(w);
		b.register_status = 0;
		b.register_path = path;
		b.n_register_path = 32;
		assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
		/* The same leaf cannot stand for the next place. */
		w->attestation.index = index[i] + 1;
		w->status.shard = w->attestation.index >> 16;
		scene_write_attestation(w);
		scene_write_status(w);
		assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
		assert_int_equal(WHY(w, KM_CHECK_KEY_REVOKED),
		    KM_ERR_REVOKED);
	}
	sample_free(&leaf);
}

/* A revocation counts whatever its moment, also the first of all. */
static void
test_revoked_at_zero(void **state)
{
	struct scene	*w = *state;

	w->trust_publish->revoked_at = 0;
	scene_know(w);
	scene_write_status(w);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_REVOKED);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_ERR_REVOKED);
	w->trust_publish->revoked_at = SAMPLE_NONE;
	w->trust_attest->revoked_at = 0;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_KEY_REVOKED), KM_ERR_REVOKED);
}

/* Nor an epoch that a revoked key signed. */
static void
test_revoked_both(void **state)
{
	struct scene		*w = *state;
	struct sample_badge	 b;
	uint8_t			 path[96];

	w->trust_attest->revoked_at = SAMPLE_NOW;
	w->trust_publish->revoked_at = SAMPLE_NOW;
	scene_know(w);
	b = registered(w, 0, path);
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(OUTCOME(w, KM_CHECK_REGISTER_PROOF),
	    KM_NOT_PERFORMED);
}

/* -7 in another order with high s, and a kid that names no key of ours. */
static void
test_foreign_list(void **state)
{
	struct scene		*w = *state;
	struct sample_key	 foreign, decoy, stranger;
	struct sample_badge	 b;

	sample_key(&foreign, -7, "foreign");
	sample_key(&decoy, -7, "decoy");
	sample_trust_key(&w->trust, &decoy, 2);
	sample_trust_key(&w->trust, &foreign, 2);
	w->status.key = &foreign;
	w->status.bits = 8;
	w->status.exp = w->status.ttl = 0;
	w->attestation.index = 16383;
	sample_status_set(&w->status, 16383, 2);
	scene_know(w);
	sample_status_foreign(&w->status_bytes, &w->status);
	b = stapled(w);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUSPENDED);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_SUSPENDED);
	/* Without exp it ends where one of ours would. */
	w->q.now = w->status.iat + 7 * SAMPLE_DAY - 1;
	assert_int_equal(scene_ask(w), KM_SUSPENDED);
	w->q.now++;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);

	/* By a key of that algorithm that is not in the list. */
	sample_key(&stranger, -7, "stranger");
	w->status.key = &stranger;
	w->status_bytes.len = 0;
	sample_status_foreign(&w->status_bytes, &w->status);
	scene_know(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_ERR_SIGNATURE);
	sample_key_free(&foreign);
	sample_key_free(&decoy);
	sample_key_free(&stranger);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_stapled_alone),
		TEST(test_newest_wins),
		TEST(test_list_high_s),
		TEST(test_bad_list),
		TEST(test_list_signer),
		TEST(test_revoked_publish),
		TEST(test_large_stapled),
		TEST(test_epoch_age),
		TEST(test_epoch_bad),
		TEST(test_epoch_trust),
		TEST(test_memory),
		TEST(test_fork_in_badge),
		TEST(test_status_path),
		TEST(test_register_path),
		TEST(test_register_withdrawn),
		TEST(test_revoked_attest),
		TEST(test_register_index),
		TEST(test_revoked_at_zero),
		TEST(test_revoked_both),
		TEST(test_foreign_list)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
