/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The judge: every verdict, each at its edge to the second, the order among
 * them, and every check seen to fail. Proof in the badge, epochs and the
 * register are in test_verifier_proof.c, demands in test_verifier_policy.c.
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

static void
test_valid(void **state)
{
	struct scene	*w = *state;
	int		 i;

	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(w->r.indication, KM_TOTAL_PASSED);
	assert_int_equal(w->r.binding, KM_BINDING_NONE);
	assert_int_equal(w->r.vouched, 1);
	assert_int_equal(w->r.trust_version, 1);
	assert_int_equal(w->r.epoch_number, 10);
	assert_int_equal(w->r.status_iat, w->status.iat);
	assert_int_equal(w->r.status_exp, w->status.exp);
	assert_int_equal(w->r.attestation_len, w->attestation_bytes.len);
	assert_int_equal(w->r.attestation.idx, 7);
	/* What was not asked for is not performed, all else passed. */
	for (i = 0; i < KM_CHECKS; i++) {
		switch (i) {
		case KM_CHECK_PICTURE:
		case KM_CHECK_EPOCH_MEMORY:
		case KM_CHECK_STATUS_PROOF:
		case KM_CHECK_REGISTER_PROOF:
		case KM_CHECK_ORIGIN:
		case KM_CHECK_HOLDER:
		case KM_CHECK_DEMANDS:
		case KM_CHECK_BODY:
		case KM_CHECK_LISTED:
			assert_int_equal(OUTCOME(w, i), KM_NOT_PERFORMED);
			break;
		default:
			assert_int_equal(OUTCOME(w, i), KM_PASSED);
			assert_int_equal(WHY(w, i), KM_OK);
		}
	}
}

/* No policy at all is the empty one. */
static void
test_no_policy(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->q.policy = NULL;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->attestation.document = 2;
	w->attestation.body = w->attestation.report = NULL;
	assert_int_equal(scene_ask(w), KM_UNMET);
}

static void
test_malformed(void **state)
{
	struct scene	*w = *state;
	uint8_t		 large[KM_BADGE_MAX + 1] = { 0xa1, 0x01 };

	scene_know_all(w);
	w->q.badge = (struct km_bytes){ NULL, 0 };
	assert_int_equal(scene_ask_again(w), KM_MALFORMED);
	assert_int_equal(w->r.indication, KM_TOTAL_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_BADGE), KM_ERR_NO_BADGE);
	assert_int_equal(OUTCOME(w, KM_CHECK_ATTESTATION), KM_NOT_PERFORMED);

	w->q.badge = (struct km_bytes){ large, sizeof(large) };
	assert_int_equal(scene_ask_again(w), KM_MALFORMED);
	assert_int_equal(WHY(w, KM_CHECK_BADGE), KM_ERR_LIMIT);

	scene_ask(w);
	w->q.badge.len--;
	assert_int_equal(scene_ask_again(w), KM_MALFORMED);
	assert_int_equal(OUTCOME(w, KM_CHECK_BADGE), KM_PASSED);
	assert_int_equal(WHY(w, KM_CHECK_ATTESTATION), KM_ERR_TRUNCATED);
	assert_int_equal(w->r.vouched, 0);
	assert_int_equal(w->r.attestation_len, 0);

	w->attestation.number = "KM-2026-000123-Q";
	assert_int_equal(scene_ask(w), KM_MALFORMED);
	assert_int_equal(WHY(w, KM_CHECK_ATTESTATION), KM_ERR_VALUE);
}

/* An object of another purpose, by a key that may sign it, is no badge. */
static void
test_other_purpose(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->attestation.typ = "application/keurmerk-epoch+cose";
	assert_int_equal(scene_ask(w), KM_MALFORMED);
	assert_int_equal(WHY(w, KM_CHECK_ATTESTATION), KM_ERR_TYP);
}

static void
test_no_trust(void **state)
{
	struct scene	*w = *state;
	uint8_t		 pin[32];

	scene_write_trust(w);
	sample_hash(pin, w->trust_bytes.p, w->trust_bytes.len);
	w->known = km_known_begin(w->mem, sizeof(w->mem), pin, sizeof(pin));
	assert_non_null(w->known);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(w->r.indication, KM_INDETERMINATE);
	assert_int_equal(WHY(w, KM_CHECK_TRUST), KM_ERR_NO_TRUST);
	assert_int_equal(w->r.vouched, 0);
	assert_int_equal(w->r.trust_version, 0);
	/* Malformed needs no trust. */
	w->q.badge.len--;
	assert_int_equal(scene_ask_again(w), KM_MALFORMED);
}

static void
test_trust_dates(void **state)
{
	struct scene	*w = *state;

	w->trust.expires = SAMPLE_NOW;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST_DATE), KM_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_TRUST_DATE), KM_ERR_EXPIRED);
	assert_int_equal(w->r.vouched, 0);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_NOT_PERFORMED);
	w->q.now--;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST_DATE), KM_WARNED);

	/* It warns from 30 days before. */
	w->q.now = SAMPLE_NOW;
	w->trust.expires = SAMPLE_NOW + 30 * SAMPLE_DAY;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST_DATE), KM_WARNED);
	w->trust.expires++;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST_DATE), KM_PASSED);

	/* From a clock that is ahead by more than 300 s. */
	w->trust.issued = SAMPLE_NOW + 300;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->trust.issued++;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_TRUST_DATE), KM_ERR_EARLY);
}

/* Without usable trust even a bad signature is undetermined. */
static void
test_expired_trust_first(void **state)
{
	struct scene	*w = *state;

	w->trust.expires = SAMPLE_NOW;
	sample_status_set(&w->status, 7, 1);
	w->attestation.key = &w->other;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
}

static void
test_untrusted_signature(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	scene_ask(w);
	w->attestation_bytes.p[w->attestation_bytes.len - 40] ^= 1;
	assert_int_equal(scene_ask_again(w), KM_UNTRUSTED);
	assert_int_equal(w->r.indication, KM_TOTAL_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_SIGNATURE), KM_ERR_SIGNATURE);
	assert_int_equal(OUTCOME(w, KM_CHECK_KEY), KM_PASSED);
	assert_int_equal(w->r.vouched, 0);
	assert_int_equal(w->r.attestation.number.len, 0);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS), KM_NOT_PERFORMED);
}

/* The other s verifies just as well, and is refused. */
static void
test_untrusted_high_s(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	scene_ask(w);
	sample_other_s(w->attestation_bytes.p + w->attestation_bytes.len -
	    64);
	assert_int_equal(scene_ask_again(w), KM_UNTRUSTED);
	assert_int_equal(WHY(w, KM_CHECK_SIGNATURE), KM_ERR_SIGNATURE);
	assert_int_equal(OUTCOME(w, KM_CHECK_ATTESTATION), KM_NOT_PERFORMED);
	assert_int_equal(w->r.vouched, 0);
}

static void
test_untrusted_issuer(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->attestation.key = &w->other;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(w->r.indication, KM_INDETERMINATE);
	assert_int_equal(WHY(w, KM_CHECK_KEY), KM_ERR_UNKNOWN_KEY);

	/* A publish key signs no attestation. */
	w->attestation.key = &w->publish;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(WHY(w, KM_CHECK_KEY), KM_ERR_PURPOSE);

	w->attestation.key = &w->attest;
	w->attestation.iss = "https://anders.example";
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(WHY(w, KM_CHECK_ISSUER), KM_ERR_AUTHORITY);
	assert_int_equal(w->r.vouched, 0);
}

/* alg in the header is not the key's: the key decides, not the message. */
static void
test_untrusted_alg(void **state)
{
	struct scene		*w = *state;
	struct sample_key	 fake = w->publish;

	/* Signed with Ed25519 under the kid of a P-256 key. */
	scene_know_all(w);
	memcpy(fake.kid, w->attest.kid, sizeof(fake.kid));
	w->attestation.key = &fake;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(WHY(w, KM_CHECK_KEY), KM_ERR_ALG);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_NOT_PERFORMED);
}

static void
test_key_period(void **state)
{
	struct scene	*w = *state;

	w->trust_attest->not_before = w->attestation.iat;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->trust_attest->not_before++;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(WHY(w, KM_CHECK_KEY_PERIOD), KM_ERR_KEY_PERIOD);
	assert_int_equal(w->r.vouched, 0);

	w->trust_attest->not_before = 0;
	w->trust_attest->not_after = w->attestation.iat + 1;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->trust_attest->not_after--;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
}

static void
test_untrusted_environment(void **state)
{
	struct scene	*w = *state;

	/* The list is of production, the attestation is not. */
	w->attestation.environment = 1;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(w->r.indication, KM_INDETERMINATE);
	assert_int_equal(WHY(w, KM_CHECK_ENVIRONMENT), KM_ERR_ENVIRONMENT);
	assert_int_equal(w->r.vouched, 0);
	w->policy.environment = KM_ENVIRONMENT_DEMONSTRATION;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);

	/* Both are of the demonstration: valid when asked for by name. */
	w->trust.environment = 1;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.environment = KM_ENVIRONMENT_EXERCISE;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	w->policy.environment = KM_ENVIRONMENT_PRODUCTION;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);

	/* The list is of the demonstration, the attestation is not. */
	w->attestation.environment = 0;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(w->r.check[KM_CHECK_ENVIRONMENT].found,
	    KM_ENVIRONMENT_PRODUCTION);
}

static void
test_not_before(void **state)
{
	struct scene	*w = *state;

	w->attestation.nbf = SAMPLE_NOW;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->q.now--;
	assert_int_equal(scene_ask(w), KM_NOT_YET_VALID);
	assert_int_equal(w->r.indication, KM_TOTAL_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_NOT_BEFORE), KM_ERR_EARLY);
	assert_int_equal(w->r.vouched, 1);
}

static void
test_expired(void **state)
{
	struct scene	*w = *state;

	w->attestation.exp = SAMPLE_NOW;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_EXPIRED);
	assert_int_equal(w->r.indication, KM_TOTAL_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_EXPIRY), KM_ERR_EXPIRED);
	w->q.now--;
	assert_int_equal(scene_ask(w), KM_VALID);
}

static void
test_status(void **state)
{
	static const struct {
		int			value;
		enum km_verdict		verdict;
		enum km_err		why;
		enum km_indication	indication;
	} rows[] = {
		{ 0, KM_VALID, KM_OK, KM_TOTAL_PASSED },
		{ 1, KM_WITHDRAWN, KM_ERR_WITHDRAWN, KM_TOTAL_FAILED },
		{ 2, KM_SUSPENDED, KM_ERR_SUSPENDED, KM_INDETERMINATE },
		{ 3, KM_SUPERSEDED, KM_ERR_SUPERSEDED, KM_TOTAL_FAILED }
	};
	struct scene	*w = *state;
	size_t		 i;

	for (i = 0; i < 4; i++) {
		/* The neighbours say otherwise. */
		sample_status_set(&w->status, 6, rows[(i + 1) % 4].value);
		sample_status_set(&w->status, 7, rows[i].value);
		sample_status_set(&w->status, 8, rows[(i + 2) % 4].value);
		scene_know_all(w);
		assert_int_equal(scene_ask(w), rows[i].verdict);
		assert_int_equal(WHY(w, KM_CHECK_STATUS), rows[i].why);
		assert_int_equal(w->r.check[KM_CHECK_STATUS].found,
		    rows[i].value);
		assert_int_equal(w->r.indication, rows[i].indication);
		assert_int_equal(w->r.vouched, 1);
	}
}

/* Status is always required. */
static void
test_status_missing(void **state)
{
	struct scene	*w = *state;

	scene_know(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_MISSING);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS), KM_NOT_PERFORMED);
	assert_int_equal(w->r.vouched, 1);

	/* The list of another shard is not of this attestation. */
	w->status.shard = 1;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	w->attestation.index = 65536 + 7;
	assert_int_equal(scene_ask(w), KM_VALID);
}

static void
test_status_index(void **state)
{
	struct scene	*w = *state;

	w->attestation.index = 65535;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
	w->status.n_entries--;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS), KM_ERR_INDEX);
}

/* Values without a meaning, which a list of 4 bits can hold. */
static void
test_status_reserved(void **state)
{
	struct scene	*w = *state;
	int		 value;

	w->status.bits = 4;
	for (value = 4; value < 16; value++) {
		sample_status_set(&w->status, 7, value);
		scene_know_all(w);
		assert_int_equal(scene_ask(w), KM_UNDETERMINED);
		assert_int_equal(WHY(w, KM_CHECK_STATUS), KM_ERR_RESERVED);
	}
	sample_status_set(&w->status, 7, 2);
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_SUSPENDED);
}

static void
test_status_age(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->q.now = w->status.iat + SAMPLE_DAY - 1;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_AGE), KM_PASSED);
	w->q.now++;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_AGE), KM_WARNED);
	w->q.now = w->status.exp - 1;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->q.now++;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_AGE), KM_ERR_EXPIRED);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS), KM_NOT_PERFORMED);

	/* Ahead of our clock: by 300 s at most. */
	w->q.now = w->status.iat - 300;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->q.now--;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_AGE), KM_ERR_EARLY);
}

/* An expired list proves nothing but a withdrawal, which is final. */
static void
test_status_expired_list(void **state)
{
	struct scene	*w = *state;
	int		 value;

	for (value = 0; value < 4; value++) {
		w->q.now = SAMPLE_NOW;
		sample_status_set(&w->status, 7, value);
		scene_know_all(w);
		w->q.now = w->status.exp;
		assert_int_equal(scene_ask(w), value == 1 ? KM_WITHDRAWN :
		    KM_UNDETERMINED);
	}
}

/* A policy shortens ages and never lengthens them. */
static void
test_policy_ages(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->q.now = w->status.iat + 3600;
	w->policy.status_warn = 3600;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_AGE), KM_WARNED);
	w->policy.status_warn++;
	scene_ask(w);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_AGE), KM_PASSED);
	w->policy.status_fail = 3600;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_AGE), KM_ERR_STALE);
	w->policy.status_fail++;
	assert_int_equal(scene_ask(w), KM_VALID);

	w->policy.status_warn = w->policy.status_fail = 100 * SAMPLE_DAY;
	w->policy.skew = 100 * SAMPLE_DAY;
	w->q.now = w->status.iat + SAMPLE_DAY;
	scene_ask(w);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_AGE), KM_WARNED);
	w->q.now = w->status.exp;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	w->q.now = w->status.iat - 301;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);

	w->policy.skew = 10;
	w->q.now = w->status.iat - 10;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->q.now--;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);

	memset(&w->policy, 0, sizeof(w->policy));
	w->q.now = SAMPLE_NOW;
	w->policy.trust_warn = 30 * SAMPLE_DAY;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_TRUST_DATE), KM_WARNED);
	w->policy.trust_fail = 30 * SAMPLE_DAY;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_TRUST_DATE), KM_ERR_STALE);
	w->policy.trust_fail++;
	assert_int_equal(scene_ask(w), KM_VALID);
}

/* Spoil the sample so that this verdict is reached, whatever else is. */
static void
spoil(struct scene *w, enum km_verdict v)
{
	static const uint8_t	elsewhere[] = "elders.example";

	switch (v) {
	case KM_UNTRUSTED:
		w->attestation.environment = 2;
		break;
	case KM_WITHDRAWN:
		sample_status_set(&w->status, 7, 1);
		break;
	case KM_NOT_YET_VALID:
		w->attestation.nbf = SAMPLE_NOW + 1;
		break;
	case KM_EXPIRED:
		w->attestation.nbf = SAMPLE_NOW - 100 * SAMPLE_DAY;
		w->attestation.exp = SAMPLE_NOW;
		break;
	case KM_SUSPENDED:
		sample_status_set(&w->status, 7, 2);
		break;
	case KM_SUPERSEDED:
		sample_status_set(&w->status, 7, 3);
		break;
	case KM_WRONG_ORIGIN:
		w->q.origin = (struct km_bytes){ elsewhere,
		    sizeof(elsewhere) - 1 };
		break;
	case KM_UNMET:
		w->attestation.document = 2;
		w->attestation.body = w->attestation.report = NULL;
		break;
	case KM_UNDETERMINED:
		w->policy.epoch_number = 11;
		break;
	case KM_VALID:
	case KM_MALFORMED:
	case KM_NOT_LISTED:
		break;
	}
}

/* Of two that apply the first in the table of design section 4. */
static void
test_order(void **state)
{
	static const enum km_verdict	order[] = {
		KM_UNTRUSTED, KM_WITHDRAWN, KM_NOT_YET_VALID, KM_EXPIRED,
		KM_SUSPENDED, KM_SUPERSEDED, KM_WRONG_ORIGIN, KM_UNMET,
		KM_UNDETERMINED
	};
	const size_t	 n = sizeof(order) / sizeof(order[0]);
	struct scene	*w = *state;
	size_t		 i, k;

	for (i = 0; i < n; i++) {
		for (k = i; k < n; k++) {
			scene_free(w);
			*state = w = scene_new();
			/* The one status there is goes to the first. */
			spoil(w, order[k]);
			spoil(w, order[i]);
			if (order[i] == KM_NOT_YET_VALID &&
			    order[k] == KM_EXPIRED)
				continue;	/* no time is both */
			scene_know_all(w);
			assert_int_equal(scene_ask(w), order[i]);
		}
	}
}

/* Times that no object can have change no verdict into valid. */
static void
test_absurd_now(void **state)
{
	struct scene	*w = *state;

	scene_know_all(w);
	w->q.now = INT64_MIN;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(w->r.now, 0);
	w->q.now = INT64_MAX;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	w->policy.status_fail = w->policy.skew = INT64_MIN;
	w->q.now = SAMPLE_NOW;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
}

/* An Ed25519 key attests as well, a P-256 key publishes. */
static void
test_other_algorithms(void **state)
{
	struct scene	*w = *state;

	w->trust_attest->purpose = 2;
	w->trust_publish->purpose = 1;
	w->attestation.key = &w->publish;
	w->status.key = w->epoch.key = &w->attest;
	scene_know_all(w);
	assert_int_equal(scene_ask(w), KM_VALID);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_valid),
		TEST(test_no_policy),
		TEST(test_malformed),
		TEST(test_other_purpose),
		TEST(test_no_trust),
		TEST(test_trust_dates),
		TEST(test_expired_trust_first),
		TEST(test_untrusted_signature),
		TEST(test_untrusted_high_s),
		TEST(test_untrusted_issuer),
		TEST(test_untrusted_alg),
		TEST(test_key_period),
		TEST(test_untrusted_environment),
		TEST(test_not_before),
		TEST(test_expired),
		TEST(test_status),
		TEST(test_status_missing),
		TEST(test_status_index),
		TEST(test_status_reserved),
		TEST(test_status_age),
		TEST(test_status_expired_list),
		TEST(test_policy_ages),
		TEST(test_order),
		TEST(test_absurd_now),
		TEST(test_other_algorithms)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
