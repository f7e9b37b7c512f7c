/* SPDX-License-Identifier: EUPL-1.2 */
/* What a policy asks for, and binding: wrong-origin and unmet. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/scene.h"

static int
setup(void **state)
{
	struct scene	*w = scene_new();

	scene_know_all(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	scene_free(*state);
	return 0;
}

static struct km_bytes
text(const char *s)
{
	return (struct km_bytes){ (const uint8_t *)s, strlen(s) };
}

static void
test_origin(void **state)
{
	static const char *const	wrong[] = {
		"ict.exampl", "ict.example.", "www.ict.example",
		"ICT.EXAMPLE", ".ict.example", "ict.example.nl", "xict.example",
		"ict.example:443", "https://ict.example", "example", " ",
		"ict.example\n"
	};
	struct scene	*w = *state;
	size_t		 i;

	w->q.origin = text("ict.example");
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(w->r.binding, KM_BINDING_ORIGIN);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		w->q.origin = text(wrong[i]);
		assert_int_equal(scene_ask(w), KM_WRONG_ORIGIN);
		assert_int_equal(w->r.indication, KM_INDETERMINATE);
		assert_int_equal(w->r.binding, KM_BINDING_NONE);
		assert_int_equal(WHY(w, KM_CHECK_ORIGIN), KM_ERR_ORIGIN);
	}

	/* The second of two hosts, and an attestation without any. */
	w->attestation.n_hosts = 2;
	w->attestation.host[1] = "xn--bcher-kva.example";
	w->q.origin = text("xn--bcher-kva.example");
	assert_int_equal(scene_ask(w), KM_VALID);
	w->attestation.n_hosts = 0;
	assert_int_equal(scene_ask(w), KM_WRONG_ORIGIN);
}

/* In the policy, in the question, or in both: each that is given counts. */
static void
test_origin_of_policy(void **state)
{
	struct scene	*w = *state;

	w->policy.origin = text("ict.example");
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(w->r.binding, KM_BINDING_ORIGIN);
	w->q.origin = text("ict.example");
	assert_int_equal(scene_ask(w), KM_VALID);
	w->q.origin = text("other.example");
	assert_int_equal(scene_ask(w), KM_WRONG_ORIGIN);
	assert_memory_equal(w->r.check[KM_CHECK_ORIGIN].found_text.p,
	    "other.example", 13);
	w->q.origin = text("ict.example");
	w->policy.origin = text("other.example");
	assert_int_equal(scene_ask(w), KM_WRONG_ORIGIN);
	assert_int_equal(w->r.binding, KM_BINDING_NONE);
	assert_memory_equal(w->r.check[KM_CHECK_ORIGIN].found_text.p,
	    "other.example", 13);
	w->q.origin.len = 0;
	assert_int_equal(scene_ask(w), KM_WRONG_ORIGIN);
}

/* A claim is no binding while no key vouches for it. */
static void
test_origin_unvouched(void **state)
{
	struct scene	*w = *state;

	w->q.origin = text("ict.example");
	w->policy.holder = text("90000011");
	w->attestation.key = &w->other;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	assert_int_equal(w->r.binding, KM_BINDING_NONE);
	assert_int_equal(OUTCOME(w, KM_CHECK_ORIGIN), KM_NOT_PERFORMED);
	assert_int_equal(OUTCOME(w, KM_CHECK_HOLDER), KM_NOT_PERFORMED);
}

static void
test_holder(void **state)
{
	static const char *const	right[] = {
		"NTRNL-90000011", "90000011", "NLNHR.90000011",
		"529900T8BM49AURSDO55", "LEIXG-529900T8BM49AURSDO55"
	};
	static const char *const	wrong[] = {
		"NTRNL-90000012", "9000001", "900000110", "0000011",
		"nlnhr.90000011", "529900T8BM49AURSDO54", "Voorbeeld ICT B.V.",
		"ntrnl-90000011", "NTRNL-90000011 ", "NTRBE-90000011",
		"VATNL-90000011", "NLNHR.", "NLNHR.90000012", "LEIXG-",
		"LEIXG-90000011"
	};
	struct scene	*w = *state;
	size_t		 i;

	w->attestation.euid = "NLNHR.90000011";
	w->attestation.lei = "529900T8BM49AURSDO55";
	for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		w->policy.holder = text(right[i]);
		assert_int_equal(scene_ask(w), KM_VALID);
		assert_int_equal(w->r.binding, KM_BINDING_HOLDER);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		w->policy.holder = text(wrong[i]);
		assert_int_equal(scene_ask(w), KM_UNMET);
		assert_int_equal(WHY(w, KM_CHECK_HOLDER), KM_ERR_HOLDER);
		assert_int_equal(w->r.binding, KM_BINDING_NONE);
	}

	/* The EUID follows from the KVK number, which is there. */
	w->attestation.euid = w->attestation.lei = NULL;
	w->policy.holder = text("NLNHR.90000011");
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.holder = text("529900T8BM49AURSDO55");
	assert_int_equal(scene_ask(w), KM_UNMET);

	/* Both: the site is the nearer one. */
	w->policy.holder = text("90000011");
	w->q.origin = text("ict.example");
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(w->r.binding, KM_BINDING_ORIGIN);
}

static void
test_document(void **state)
{
	struct scene	*w = *state;

	w->attestation.document = 2;
	w->attestation.body = w->attestation.report = NULL;
	assert_int_equal(scene_ask(w), KM_UNMET);
	assert_int_equal(w->r.indication, KM_INDETERMINATE);
	assert_int_equal(WHY(w, KM_CHECK_DOCUMENT), KM_ERR_DOCUMENT);
	w->policy.self_declaration = 1;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.self_declaration = 2;		/* not a value it has */
	assert_int_equal(scene_ask(w), KM_UNMET);
	w->policy.self_declaration = 1;
	w->attestation.document = 1;
	w->attestation.body = "C 123";
	w->attestation.report = "R-2026-17";
	assert_int_equal(scene_ask(w), KM_VALID);
}

static enum km_verdict
demand(struct scene *w, int claim, const char *service, int level)
{
	w->policy.n_demands = 1;
	w->policy.demand[0] = (struct km_demand){ (enum km_claim)claim,
	    text(service), (enum km_level)level };
	return scene_ask(w);
}

/* The lines: advice, organisation, basic; measures, hosting, substantial. */
static void
test_demands(void **state)
{
	struct scene	*w = *state;

	assert_int_equal(demand(w, 1, "cloud-hosting", 2), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_DEMANDS), KM_PASSED);
	assert_int_equal(demand(w, 1, "cloud-hosting", 1), KM_VALID);
	assert_int_equal(demand(w, 1, "cloud-hosting", 3), KM_UNMET);
	assert_int_equal(WHY(w, KM_CHECK_DEMANDS), KM_ERR_DEMAND);
	assert_int_equal(demand(w, 1, "cloud", 1), KM_UNMET);
	assert_int_equal(demand(w, 1, "cloud-hosting-2", 1), KM_UNMET);
	assert_int_equal(demand(w, 2, "", 1), KM_VALID);
	assert_int_equal(demand(w, 2, "", 2), KM_UNMET);
	assert_int_equal(w->r.check[KM_CHECK_DEMANDS].want_text.len, 26);
	assert_memory_equal(w->r.check[KM_CHECK_DEMANDS].want_text.p,
	    "policy_advice::substantial", 26);
	assert_memory_equal(w->r.check[KM_CHECK_DEMANDS].found_text.p,
	    "policy_advice::basic", 20);
	/* Parts of two lines are not one line. */
	assert_int_equal(demand(w, 2, "cloud-hosting", 1), KM_UNMET);
	assert_int_equal(demand(w, 1, "", 1), KM_UNMET);
	/* What cannot be evaluated has failed. */
	assert_int_equal(demand(w, 0, "cloud-hosting", 1), KM_UNMET);
	assert_int_equal(demand(w, 1, "cloud-hosting", 0), KM_UNMET);
	assert_int_equal(demand(w, 1, "cloud-hosting", -1), KM_UNMET);
}

static void
test_many_demands(void **state)
{
	struct scene	*w = *state;
	size_t		 i;

	for (i = 0; i < KM_DEMANDS_MAX; i++)
		w->policy.demand[i] = (struct km_demand){
		    KM_CLAIM_BASIC_MEASURES, text("cloud-hosting"),
		    KM_LEVEL_BASIC };
	w->policy.n_demands = KM_DEMANDS_MAX;
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.demand[KM_DEMANDS_MAX - 1].service = text("telephony");
	assert_int_equal(scene_ask(w), KM_UNMET);
	assert_int_equal(w->r.check[KM_CHECK_DEMANDS].want, KM_DEMANDS_MAX);
	assert_int_equal(w->r.check[KM_CHECK_DEMANDS].found,
	    KM_DEMANDS_MAX - 1);
	w->policy.demand[KM_DEMANDS_MAX - 1].service = text("cloud-hosting");
	w->policy.n_demands = KM_DEMANDS_MAX + 1;	/* never looked at */
	assert_int_equal(scene_ask(w), KM_UNMET);
}

static void
test_bodies(void **state)
{
	struct scene	*w = *state;
	size_t		 i;

	w->policy.n_bodies = 2;
	w->policy.body[0] = text("C 122");
	w->policy.body[1] = text("C 123");
	assert_int_equal(scene_ask(w), KM_VALID);
	w->policy.n_bodies = 1;
	assert_int_equal(scene_ask(w), KM_UNMET);
	assert_int_equal(WHY(w, KM_CHECK_BODY), KM_ERR_BODY);
	/* A self-declaration has no body, not even an empty one. */
	w->policy.body[0] = text("");
	w->policy.self_declaration = 1;
	w->attestation.document = 2;
	w->attestation.body = w->attestation.report = NULL;
	assert_int_equal(scene_ask(w), KM_UNMET);

	w->attestation.document = 1;
	w->attestation.body = "C 123";
	w->attestation.report = "R-2026-17";
	for (i = 0; i < KM_BODIES_MAX; i++)
		w->policy.body[i] = text("C 123");
	w->policy.n_bodies = KM_BODIES_MAX + 1;
	assert_int_equal(scene_ask(w), KM_UNMET);
}

static void
test_names(void **state)
{
	struct scene	*w = *state;

	w->attestation.legal_name = "Caf\xc3\xa9 \xc4\xb2ssel & \xc5\x81\xc3"
	    "\xb3" "d\xc5\xba \xe2\x80\x93 S\xc5\x9f\xc4\xb1";
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_NAMES), KM_PASSED);
	w->attestation.legal_name = "Goog\xc7\x80" "e B.V.";	/* a click */
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_NAMES), KM_WARNED);
	assert_int_equal(w->r.check[KM_CHECK_NAMES].found, 0x1c0);
	w->attestation.legal_name = "Goed B.V.";
	w->attestation.trade_name = "\xc5\xbfoo";	/* long s */
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_NAMES), KM_WARNED);
}

/* Between small letters a sign passes for a letter; elsewhere it is itself. */
static void
test_look_alikes(void **state)
{
	static const struct {
		const char	*name;
		int		 found, want;
	} rows[] = {
		{ "Voorbee1d B.V.", '1', 'l' }, { "V0orbeeld", 0, 0 },
		{ "Vo0rbeeld", '0', 'o' }, { "net|web", '|', 'l' },
		{ "he!lo", '!', 'l' }, { "E\xc3\x97" "act", 0, 0 },
		{ "e\xc3\x97" "act", 0xd7, 'x' },
		{ "g\xc2\xba" "ed", 0xba, 'o' }, { "No\xc2\xba 1", 0, 0 },
		{ "w\xc2\xb9nkel", 0xb9, 'l' }, { "v\xc2\xa1nd", 0xa1, 'i' },
		{ "4net", 0, 0 }, { "net4you", 0, 0 }, { "Level 1", 0, 0 },
		{ "O365 IT", 0, 0 }, { "Web1 B.V.", 0, 0 }, { "a1", 0, 0 },
		{ "1a", 0, 0 }, { "Kern Internet", 0, 0 }, { "GoogIe", 0, 0 },
		{ "DataIntegratie", 0, 0 }, { "Hallo!", 0, 0 },
		{ "a \xe2\x80\x93 b", 0, 0 }, { "a\xe2\x80\x99s", 0, 0 },
		{ "\xe1\xbb\x87" "0a", 0, 0 }, { "\xc4\xb8" "ern", 0x138, 'k' }
	};
	struct scene	*w = *state;
	size_t		 i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		w->attestation.legal_name = rows[i].name;
		assert_int_equal(scene_ask(w), KM_VALID);
		if (w->r.check[KM_CHECK_NAMES].found != rows[i].found)
			fail_msg("%s: found U+%04X", rows[i].name,
			    (unsigned int)w->r.check[KM_CHECK_NAMES].found);
		assert_int_equal(w->r.check[KM_CHECK_NAMES].want,
		    rows[i].want);
	}
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_origin),
		TEST(test_origin_of_policy),
		TEST(test_origin_unvouched),
		TEST(test_holder),
		TEST(test_document),
		TEST(test_demands),
		TEST(test_many_demands),
		TEST(test_bodies),
		TEST(test_names),
		TEST(test_look_alikes)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
