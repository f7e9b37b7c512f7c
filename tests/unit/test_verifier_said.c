/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What each check says that it expected and found, where it failed; and of
 * those that were not performed, whether nobody asked or why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/scene.h"
#include "verifier/cbor.h"

#define NOW	SAMPLE_NOW
#define DAY	86400

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
trust_over(struct scene *w)
{
	w->trust.expires = NOW;
}

static void
trust_aged(struct scene *w)
{
	w->policy.trust_fail = 10 * DAY;
}

static void
trust_warns(struct scene *w)
{
	w->policy.trust_warn = 10 * DAY;
}

static void
trust_early(struct scene *w)
{
	w->trust.issued = NOW + 301;
}

static void
issuer(struct scene *w)
{
	w->attestation.iss = "https://other.example";
}

static void
key_unknown(struct scene *w)
{
	w->attestation.key = &w->other;
}

static void
key_purpose(struct scene *w)
{
	w->attestation.key = &w->publish;
}

static void
key_period(struct scene *w)
{
	w->trust_attest->not_after = NOW - 2 * DAY;
}

static void
key_revoked(struct scene *w)
{
	w->trust_attest->revoked_at = NOW - 5;
}

static void
environment(struct scene *w)
{
	w->policy.environment = KM_ENVIRONMENT_EXERCISE;
}

static void
not_before(struct scene *w)
{
	w->attestation.nbf = NOW + 1;
}

static void
expiry(struct scene *w)
{
	w->attestation.exp = NOW;
}

static void
status_aged(struct scene *w)
{
	w->policy.status_fail = 60;
}

static void
status_over(struct scene *w)
{
	w->status.exp = NOW - 10;
}

static void
status_warns(struct scene *w)
{
	w->policy.status_warn = 60;
}

static void
suspended(struct scene *w)
{
	sample_status_set(&w->status, 7, 2);
}

static void
index_beyond(struct scene *w)
{
	w->status.n_entries = 1;
}

static void
epoch_over(struct scene *w)
{
	w->epoch.next_update = NOW - 1;
}

static void
rollback(struct scene *w)
{
	w->policy.epoch_number = 11;
}

static void
fork_same(struct scene *w)
{
	w->policy.epoch_number = 10;
	memset(w->policy.epoch_hash, 0xab, KM_HASH_LEN);
}

static void
origin(struct scene *w)
{
	w->q.origin = km_bytes_of("other.example");
}

static void
holder(struct scene *w)
{
	w->policy.holder = km_bytes_of("90000029");
}

static void
document(struct scene *w)
{
	w->attestation.document = 2;
	w->attestation.body = w->attestation.report = NULL;
}

static void
demand(struct scene *w, const char *service, enum km_level level)
{
	w->policy.demand[w->policy.n_demands++] = (struct km_demand){
	    KM_CLAIM_BASIC_MEASURES, km_bytes_of(service), level };
}

static void
demand_higher(struct scene *w)
{
	demand(w, "cloud-hosting", KM_LEVEL_BASIC);
	demand(w, "cloud-hosting", KM_LEVEL_HIGH);
}

static void
demand_other(struct scene *w)
{
	demand(w, "telephony", KM_LEVEL_BASIC);
}

static void
body(struct scene *w)
{
	w->policy.n_bodies = 1;
	w->policy.body[0] = km_bytes_of("C 999");
}

static void
names(struct scene *w)
{
	w->attestation.legal_name = "Goog1e";
}

#define AB8	"abababababababab"
#define ANY	"*"		/* some text, which another test knows */
static const struct row {
	void		(*spoil)(struct scene *);
	enum km_check_id id;
	enum km_err	 why;
	int64_t		 want, found;
	const char	*want_text, *found_text;
} rows[] = {
	{ trust_over, KM_CHECK_TRUST_DATE, KM_ERR_EXPIRED, NOW, NOW, "", "" },
	{ trust_aged, KM_CHECK_TRUST_DATE, KM_ERR_STALE, NOW - 20 * DAY, NOW,
	    "", "" },
	{ trust_warns, KM_CHECK_TRUST_DATE, KM_ERR_STALE, NOW - 20 * DAY, NOW,
	    "", "" },
	{ trust_early, KM_CHECK_TRUST_DATE, KM_ERR_EARLY, NOW + 301, NOW, "",
	    "" },
	{ issuer, KM_CHECK_ISSUER, KM_ERR_AUTHORITY, 0, 0, ANY,
	    "https://other.example" },
	{ key_unknown, KM_CHECK_KEY, KM_ERR_UNKNOWN_KEY, 1, 0, "attest", ANY },
	{ key_purpose, KM_CHECK_KEY, KM_ERR_PURPOSE, 1, 2, "attest", ANY },
	{ key_period, KM_CHECK_KEY_PERIOD, KM_ERR_KEY_PERIOD, NOW - 2 * DAY,
	    NOW - DAY, "", "" },
	{ key_revoked, KM_CHECK_KEY_REVOKED, KM_ERR_REVOKED, 0, NOW - 5,
	    "register-proof", "not-performed" },
	{ environment, KM_CHECK_ENVIRONMENT, KM_ERR_ENVIRONMENT, 2, 0,
	    "exercise", "production" },
	{ not_before, KM_CHECK_NOT_BEFORE, KM_ERR_EARLY, NOW + 1, NOW, "",
	    "" },
	{ expiry, KM_CHECK_EXPIRY, KM_ERR_EXPIRED, NOW, NOW, "", "" },
	{ status_aged, KM_CHECK_STATUS_AGE, KM_ERR_STALE, NOW - 3540, NOW, "",
	    "" },
	{ status_over, KM_CHECK_STATUS_AGE, KM_ERR_EXPIRED, NOW - 10, NOW, "",
	    "" },
	{ status_warns, KM_CHECK_STATUS_AGE, KM_ERR_STALE, NOW - 3540, NOW,
	    "", "" },
	{ suspended, KM_CHECK_STATUS, KM_ERR_SUSPENDED, 0, 2, "valid",
	    "suspended" },
	{ index_beyond, KM_CHECK_STATUS, KM_ERR_INDEX, 4, 7, "", "" },
	{ epoch_over, KM_CHECK_EPOCH_AGE, KM_ERR_EXPIRED, NOW - 1, NOW, "",
	    "" },
	{ rollback, KM_CHECK_EPOCH_MEMORY, KM_ERR_ROLLBACK, 11, 10, "", "" },
	{ fork_same, KM_CHECK_EPOCH_MEMORY, KM_ERR_FORK, 10, 10,
	    AB8 AB8 AB8 AB8, ANY },
	{ origin, KM_CHECK_ORIGIN, KM_ERR_ORIGIN, 1, 0, "ict.example",
	    "other.example" },
	{ holder, KM_CHECK_HOLDER, KM_ERR_HOLDER, 0, 0, "90000029",
	    "NTRNL-90000011" },
	{ document, KM_CHECK_DOCUMENT, KM_ERR_DOCUMENT, 1, 2, "certificate",
	    "self-declaration" },
	{ demand_higher, KM_CHECK_DEMANDS, KM_ERR_DEMAND, 2, 1,
	    "basic_measures:cloud-hosting:high",
	    "basic_measures:cloud-hosting:substantial" },
	{ demand_other, KM_CHECK_DEMANDS, KM_ERR_DEMAND, 1, 0,
	    "basic_measures:telephony:basic", "" },
	{ body, KM_CHECK_BODY, KM_ERR_BODY, 1, 0, "C 999", "C 123" },
	{ names, KM_CHECK_NAMES, KM_ERR_TEXT, 'l', '1', "", "Goog1e" }
};

static int
says(struct km_bytes s, const char *want)
{
	return strcmp(want, ANY) == 0 ? s.len > 0 :
	    km_bytes_equal(s, km_bytes_of(want));
}

static void
test_said(void **state)
{
	const struct row	*row;
	const struct km_check	*k;
	struct scene		*w;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = &rows[i];
		w = scene_new();
		row->spoil(w);
		scene_know_all(w);
		(void)scene_ask(w);
		k = &w->r.check[row->id];
		if ((k->outcome != KM_FAILED && k->outcome != KM_WARNED) ||
		    k->why != row->why || k->want != row->want ||
		    k->found != row->found ||
		    !says(k->want_text, row->want_text) ||
		    !says(k->found_text, row->found_text))
			fail_msg("row %zu: %s %s: %s, %lld %lld \"%.*s\" "
			    "\"%.*s\"", i, km_check_name(row->id),
			    km_outcome_name(k->outcome), km_err_name(k->why),
			    (long long)k->want, (long long)k->found,
			    (int)k->want_text.len,
			    (const char *)k->want_text.p,
			    (int)k->found_text.len,
			    (const char *)k->found_text.p);
		scene_free(w);
	}
}

/* With all asked for and met, only what nobody gave is not performed. */
static void
test_performed(void **state)
{
	struct scene	*w = *state;
	int		 i;

	scene_know_all(w);
	w->q.origin = km_bytes_of("ict.example");
	w->policy.holder = km_bytes_of("90000011");
	w->policy.n_bodies = 1;
	w->policy.body[0] = km_bytes_of("C 123");
	demand(w, "cloud-hosting", KM_LEVEL_BASIC);
	w->policy.epoch_number = 9;
	memcpy(w->policy.epoch_hash, w->epoch.previous, KM_HASH_LEN);
	assert_int_equal(scene_ask(w), KM_VALID);
	for (i = 0; i < KM_CHECKS; i++) {
		if (i == KM_CHECK_PICTURE || i == KM_CHECK_LISTED) {
			assert_int_equal(OUTCOME(w, i), KM_NOT_PERFORMED);
			assert_int_equal(WHY(w, i), KM_OK);
		} else if (i == KM_CHECK_STATUS_PROOF ||
		    i == KM_CHECK_REGISTER_PROOF) {
			assert_int_equal(OUTCOME(w, i), KM_NOT_PERFORMED);
			assert_int_equal(WHY(w, i), KM_ERR_MISSING);
		} else
			assert_int_equal(OUTCOME(w, i), KM_PASSED);
	}
}

/* What rests on a check that failed was not reached, where it was asked. */
static void
test_not_reached(void **state)
{
	struct scene	*w = *state;
	int		 i;

	scene_know_all(w);
	w->policy.holder = km_bytes_of("90000011");
	w->q.badge = km_bytes_of("nonsense");
	assert_int_equal(scene_ask_again(w), KM_MALFORMED);
	for (i = 0; i < KM_CHECKS; i++) {
		if (i == KM_CHECK_BADGE || i == KM_CHECK_TRUST ||
		    i == KM_CHECK_TRUST_DATE)
			continue;
		assert_int_equal(OUTCOME(w, i), KM_NOT_PERFORMED);
		assert_int_equal(WHY(w, i), i == KM_CHECK_PICTURE ||
		    i == KM_CHECK_EPOCH_MEMORY || i == KM_CHECK_ORIGIN ||
		    i == KM_CHECK_DEMANDS || i == KM_CHECK_BODY ||
		    i == KM_CHECK_LISTED ? KM_OK : KM_ERR_NOT_REACHED);
	}
}

/*
 * Remembered, and no epoch that counts: whoever leaves it out would else hide
 * that it is an older one.
 */
static void
test_memory_missing(void **state)
{
	struct scene	*w = *state;

	scene_know(w);
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_MEMORY), KM_NOT_PERFORMED);
	w->policy.epoch_number = 10;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(OUTCOME(w, KM_CHECK_EPOCH_MEMORY), KM_FAILED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_MISSING);
	assert_int_equal(w->r.check[KM_CHECK_EPOCH_MEMORY].want, 10);

	/* A stale one counts as not given, even if it is the very same. */
	w->policy.epoch_number = 0;
	scene_know_all(w);
	sample_hash(w->policy.epoch_hash, w->epoch_bytes.p,
	    w->epoch_bytes.len);
	w->policy.epoch_fail = 1;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.epoch_number = 10;
	assert_int_equal(scene_ask(w), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_EPOCH_MEMORY), KM_ERR_STALE);
	w->policy.epoch_fail = 0;
	assert_int_equal(scene_ask(w), KM_VALID);
	/* What is known all the same outranks what is not. */
	sample_status_set(&w->status, 7, 1);
	scene_know(w);
	scene_write_status(w);
	assert_int_equal(scene_add(w, &w->status_bytes), KM_OK);
	assert_int_equal(scene_ask(w), KM_WITHDRAWN);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_said),
		TEST(test_performed),
		TEST(test_not_reached),
		TEST(test_memory_missing)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
