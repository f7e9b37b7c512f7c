/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The report as JSON: order of keys, escaping, snprintf's rule, the largest
 * there can be, nothing that no key vouches for; names; dates. That it is of
 * schemas/report.schema.json is tested in tests/system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/lib/scene.h"
#include "verifier/report.h"

static char	json[KM_JSON_MAX];

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

/* Read back by another implementation, which refuses duplicate keys. */
static json_t *
read_back(const struct km_report *r)
{
	json_error_t	 e;
	json_t		*j;
	size_t		 len;

	len = km_report_json(json, sizeof(json), r);
	assert_true(len < sizeof(json));
	assert_int_equal(strlen(json), len);
	j = json_loads(json, JSON_REJECT_DUPLICATES, &e);
	if (j == NULL)
		fail_msg("%s: %s", e.text, json);
	return j;
}

static const char *
string(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

static void
test_valid(void **state)
{
	static const char	start[] = "{\"verdict\":\"valid\",\"binding\":"
	    "\"none\",\"indication\":\"total-passed\",\"exit\":0,"
	    "\"now\":1795478400,\"now_text\":\"2026-11-24T00:00:00Z\","
	    "\"trust_version\":1,\"epoch\":{\"number\":10,\"hash\":\"";
	struct scene	*w = *state;
	const json_t	*a, *c;
	json_t		*j;
	size_t		 i;

	w->attestation.legal_name = "Caf\xc3\xa9 \"Z\" \\ <B> & 'C' \xe2\x80"
	    "\x93";
	assert_int_equal(scene_ask(w), KM_VALID);
	j = read_back(&w->r);
	assert_memory_equal(json, start, sizeof(start) - 1);
	a = json_object_get(j, "attestation");
	assert_string_equal(string(a, "legal_name"),
	    w->attestation.legal_name);
	assert_non_null(strstr(json, "Caf\xc3\xa9 \\\"Z\\\" \\\\ \\u003cB"
	    "\\u003e \\u0026 'C' \xe2\x80\x93"));
	assert_string_equal(string(a, "last_day"), "2027-11-23");
	assert_string_equal(string(a, "assessed"), "2026-09-04");
	assert_true(json_is_null(json_object_get(a, "lei")));
	assert_string_equal(string(json_object_get(a, "body"),
	    "accreditation"), "C 123");
	c = json_object_get(j, "checks");
	assert_int_equal(json_array_size(c), KM_CHECKS);
	for (i = 0; i < KM_CHECKS; i++)
		assert_string_equal(string(json_array_get(c, i), "check"),
		    km_check_name((enum km_check_id)i));
	json_decref(j);
}

static void
test_not_vouched(void **state)
{
	struct scene	*w = *state;
	json_t		*j;

	w->attestation.key = &w->other;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
	j = read_back(&w->r);
	assert_true(json_is_null(json_object_get(j, "attestation")));
	assert_null(strstr(json, "Voorbeeld"));
	assert_null(strstr(json, "NTRNL"));
	assert_null(strstr(json, "ict.example"));
	json_decref(j);
}

/* Written again from the same inputs, elsewhere in memory. */
static void
test_equal_bytes(void **state)
{
	static char	 first[KM_JSON_MAX];
	struct scene	*w = *state;
	struct km_report *r = malloc(sizeof(*r));
	struct km_bytes	 badge;
	uint8_t		*copy;

	assert_non_null(r);
	scene_ask(w);
	km_report_json(first, sizeof(first), &w->r);
	copy = malloc(w->q.badge.len);
	assert_non_null(copy);
	memcpy(copy, w->q.badge.p, w->q.badge.len);
	badge = w->q.badge;
	w->q.badge.p = copy;
	memset(r, 0xa5, sizeof(*r));
	assert_int_equal(km_verify(w->known, r, &w->q), KM_VALID);
	km_report_json(json, sizeof(json), r);
	assert_string_equal(first, json);
	w->q.badge = badge;
	free(copy);
	free(r);
}

static void
test_snprintf_rule(void **state)
{
	struct scene	*w = *state;
	char		*p;
	size_t		 len, cap;

	scene_ask(w);
	len = km_report_json(NULL, 0, &w->r);
	assert_int_equal(km_report_json(json, sizeof(json), &w->r), len);
	for (cap = 1; cap <= len + 1; cap += cap < 40 || cap > len - 40 ? 1 :
	    97) {
		p = malloc(cap);
		assert_non_null(p);
		assert_int_equal(km_report_json(p, cap, &w->r), len);
		assert_int_equal(strlen(p), cap - 1);
		assert_memory_equal(p, json, cap - 1);
		free(p);
	}
}

/* As much as an attestation can hold of what grows most. */
static void
test_largest(void **state)
{
	struct scene	*w = *state;
	static char	 name[161], wide[254], id[65];
	json_t		*j;
	size_t		 i;

	memset(name, '<', 160);
	w->attestation.legal_name = w->attestation.trade_name = name;
	w->attestation.body_name = name;
	w->attestation.report = id;
	memset(id, '&', 64);
	memset(wide, 1, 253);
	w->q.origin = (struct km_bytes){ (const uint8_t *)wide, 253 };
	w->policy.holder = (struct km_bytes){ (const uint8_t *)wide, 64 };
	w->policy.n_bodies = 1;
	w->policy.body[0] = w->policy.holder;
	w->policy.n_demands = 1;
	w->policy.demand[0].service = w->policy.holder;
	w->attestation.n_lines = 16;
	for (i = 0; i < 16; i++)
		w->attestation.line[i] = (struct sample_line){ 1, 2,
		    &"abcdefghijklmnop"[15 - i], 1 };
	assert_int_equal(scene_ask(w), KM_WRONG_ORIGIN);
	/* What is left of 2048 bytes could be such text as well. */
	i = KM_ATTESTATION_MAX - w->attestation_bytes.len;
	j = read_back(&w->r);
	assert_true(strlen(json) + 6 * i < KM_JSON_MAX);
	json_decref(j);
}

/* What a caller asks for can be any bytes; it comes out as text. */
static void
test_hostile_policy(void **state)
{
	static const uint8_t	bytes[] = "a\x1b[31m\x7f\xe2\x80\xae\xc0\xaf"
	    "\xf0\x9f\x98\x80\xed\xa0\x80\xc3\xff\xc2\xad\xf4\x90\x80\x80\xe2";
	struct scene	*w = *state;
	json_t		*j;

	w->policy.holder = (struct km_bytes){ bytes, sizeof(bytes) - 1 };
	assert_int_equal(scene_ask(w), KM_UNMET);
	j = read_back(&w->r);
	assert_non_null(strstr(json, "\"a\\u001b[31m\\u007f\\u202e\\ufffd"
	    "\\ufffd\\ud83d\\ude00\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\u00ad"
	    "\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\""));
	json_decref(j);
}

/* Only valid and bound is yes, and no badge found is a status of its own. */
static void
test_in_a_word(void **state)
{
	static struct km_report	r;
	int			v;

	(void)state;
	for (v = KM_VALID; v <= KM_UNDETERMINED; v++) {
		r.verdict = (enum km_verdict)v;
		r.binding = KM_BINDING_NONE;
		assert_int_equal(km_exit(&r), v);
		assert_int_equal(km_acceptable(&r, 0), 0);
		assert_int_equal(km_acceptable(&r, 2), 0);
		assert_int_equal(km_acceptable(&r, 1), v == KM_VALID);
		r.binding = KM_BINDING_ORIGIN;
		assert_int_equal(km_acceptable(&r, 0), v == KM_VALID);
	}
	r.verdict = KM_MALFORMED;
	r.check[KM_CHECK_BADGE].outcome = KM_FAILED;
	r.check[KM_CHECK_BADGE].why = KM_ERR_NO_BADGE;
	assert_int_equal(km_exit(&r), 2);
	r.check[KM_CHECK_BADGE].why = KM_ERR_TWO_BADGES;
	assert_int_equal(km_exit(&r), KM_MALFORMED);
}

static void
test_names(void **state)
{
	static const char *const	some[] = { "valid", "malformed",
	    "untrusted", "not-yet-valid", "expired", "withdrawn", "suspended",
	    "superseded", "wrong-origin", "unmet", "not-listed",
	    "undetermined" };
	int	i, k, named = 0;

	(void)state;
	assert_string_equal(km_verdict_name(KM_VALID), some[0]);
	for (i = 10; i <= 20; i++)
		assert_string_equal(km_verdict_name((enum km_verdict)i),
		    some[i - 9]);
	assert_string_equal(km_verdict_name((enum km_verdict)1), "unknown");
	for (i = 0; i < KM_CHECKS; i++) {
		assert_string_not_equal(km_check_name((enum km_check_id)i),
		    "unknown");
		for (k = 0; k < i; k++)
			assert_string_not_equal(
			    km_check_name((enum km_check_id)i),
			    km_check_name((enum km_check_id)k));
	}
	assert_string_equal(km_check_name(KM_CHECKS), "unknown");
	for (i = 0; i <= 101; i++)
		named += strcmp(km_err_name((enum km_err)i), "unknown") != 0;
	assert_int_equal(named, 50);
	assert_string_equal(km_outcome_name(KM_NOT_PERFORMED),
	    "not-performed");
	assert_string_equal(km_outcome_name((enum km_outcome)9), "unknown");
	assert_string_equal(km_version(), "0.1.0");
}

static void
test_dates(void **state)
{
	static const struct {
		int64_t		 t;
		const char	*iso;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 68169599, "1972-02-28T23:59:59Z" },
		{ 68169600, "1972-02-29T00:00:00Z" },
		{ 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 951868800, "2000-03-01T00:00:00Z" },
		{ 978307199, "2000-12-31T23:59:59Z" },
		{ 1795478400, "2026-11-24T00:00:00Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ 4107542399, "2100-02-28T23:59:59Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ 253402300800, "" },
		{ -1, "" }
	};
	char	iso[KM_ISO_MAX];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		km_iso_time(iso, rows[i].t);
		assert_string_equal(iso, rows[i].iso);
	}
	km_iso_day(iso, 20700);
	assert_string_equal(iso, "2026-09-04");
	km_iso_day(iso, -1);
	assert_string_equal(iso, "");
}

static void
test_integers(void **state)
{
	struct km_json	j;

	(void)state;
	km_json_begin(&j, json, sizeof(json));
	km_json_open(&j, NULL, '[');
	km_json_int(&j, NULL, INT64_MIN);
	km_json_int(&j, NULL, INT64_MAX);
	km_json_int(&j, NULL, 0);
	km_json_int(&j, NULL, -10);
	km_json_close(&j, ']');
	km_json_end(&j);
	assert_string_equal(json,
	    "[-9223372036854775808,9223372036854775807,0,-10]");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_valid),
		TEST(test_not_vouched),
		TEST(test_equal_bytes),
		TEST(test_snprintf_rule),
		TEST(test_largest),
		TEST(test_hostile_policy),
		cmocka_unit_test(test_in_a_word),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_integers)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
