/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Policies from a file: each becomes the bytes that tests/vectors has for
 * it, by another implementation; and each that is wrong says where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/vectors.h"
#include "verifier/cli/cli.h"
#include "verifier/cli/policy.h"

static char	path[] = "/tmp/policy-XXXXXX";

static void
file_of(const char *text)
{
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
same_bytes(const struct vector *v, void *arg)
{
	const json_t		*json = json_object_get(v->json, "json");
	struct cli_policy_text	 text;
	struct km_policy	 p;
	uint8_t			 cbor[KM_POLICY_MAX], hash[KM_HASH_LEN];
	size_t			*n = arg;
	char			*s;

	if (json == NULL)	/* the CBOR all the same */
		assert_int_equal(km_policy_decode(&p, v->p, v->len), KM_OK);
	else {
		s = json_dumps(json, 0);
		file_of(s);
		free(s);
		assert_int_equal(cli_policy_file(&p, path, &text), 1);
		assert_int_equal(text.len, v->len);
		assert_memory_equal(text.cbor, v->p, v->len);
		(*n)++;
	}
	assert_int_equal(cli_policy_cbor(cbor, &p), v->len);
	assert_memory_equal(cbor, v->p, v->len);
	assert_int_equal(cli_policy_hash(hash, &p), 1);
	return vector_is(v->json, "hash", hash, sizeof(hash));
}

static void
test_same_bytes(void **state)
{
	size_t	n = 0;

	(void)state;
	assert_int_equal(vectors_run("good/policy.json", same_bytes, &n), 0);
	assert_true(n >= 15);
}

/* What asks for nothing is the empty policy. */
static void
test_nothing(void **state)
{
	static const char *const	texts[] = {
		"{}", "{\"environment\": \"production\"}",
		"{\"self_declaration\": false}", "{\"demands\": []}",
		"{\"bodies\": []}", "{\"skew\": 0}", "{\"status_age\": {}}",
		"{\"epoch_age\": {\"warn\": 0}}",
		"{\"trust_age\": {\"warn\": 0, \"fail\": 0}}"
	};
	struct cli_policy_text	text;
	struct km_policy	p;
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		file_of(texts[i]);
		assert_int_equal(cli_policy_file(&p, path, &text), 1);
		assert_int_equal(text.len, 1);
		assert_int_equal(text.cbor[0], 0xa0);
	}
}

#define HASH	"0000000000000000000000000000000000000000000000000000000000000000"

static void
test_wrong(void **state)
{
	static const char *const	texts[] = {
		"", "[]", "null", "{\"holder\": \"90000011\"",
		"{\"holder\": \"90000011\"} x", "{\"hodler\": \"90000011\"}",
		"{\"Holder\": \"90000011\"}", "{\"holder\": 90000011}",
		"{\"holder\": \"\"}", "{\"holder\": null}",
		"{\"holder\": \"9000001\"}", "{\"holder\": \"nlnhr.90000011\"}",
		"{\"holder\": \"90000011\", \"holder\": \"90000011\"}",
		"{\"holder\": \"90000011\\u0000\"}",
		"{\"environment\": \"test\"}", "{\"environment\": 1}",
		"{\"environment\": null}", "{\"self_declaration\": 1}",
		"{\"self_declaration\": \"true\"}", "{\"demands\": {}}",
		"{\"demands\": [\"basic_measures\"]}", "{\"demands\": [{}]}",
		"{\"demands\": [{\"claim\": \"basic_measures\"}]}",
		"{\"demands\": [{\"level\": \"basic\"}]}",
		"{\"demands\": [{\"claim\": \"basic_measures\", "
		    "\"level\": \"basic\", \"service\": \"\"}]}",
		"{\"demands\": [{\"claim\": \"basic_measures\", "
		    "\"level\": \"basic\", \"service\": \"Cloud\"}]}",
		"{\"demands\": [{\"claim\": \"basic_measures\", "
		    "\"level\": \"basic\", \"service\": null}]}",
		"{\"demands\": [{\"claim\": \"basic_measures\", "
		    "\"level\": \"basic\", \"at_least\": \"high\"}]}",
		"{\"demands\": [{\"claim\": \"policy_advice\", \"level\": "
		    "\"basic\"}, {\"claim\": \"policy_advice\", \"level\": "
		    "\"basic\"}]}",
		"{\"bodies\": \"C 123\"}", "{\"bodies\": [\"c 123\"]}",
		"{\"bodies\": [\"\"]}", "{\"bodies\": [\"C 1\", \"C 1\"]}",
		"{\"origin\": \"localhost\"}", "{\"origin\": \"A.example\"}",
		"{\"origin\": \"https://a.example\"}",
		"{\"status_age\": 3600}", "{\"status_age\": {\"warn\": -1}}",
		"{\"status_age\": {\"warn\": 1.0}}",
		"{\"status_age\": {\"warn\": 315360001}}",
		"{\"epoch_age\": {\"fial\": 1}}",
		"{\"trust_age\": {\"fail\": \"1\"}}", "{\"skew\": 301}",
		"{\"skew\": -1}", "{\"skew\": 1e2}", "{\"skew\": \"1\"}",
		"{\"remember\": {\"number\": 0, \"hash\": \"" HASH "\"}}",
		"{\"remember\": {\"number\": 4294967296, \"hash\": \"" HASH
		    "\"}}",
		"{\"remember\": {\"number\": 1, \"hash\": \"00\"}}",
		"{\"remember\": {\"number\": 1}}",
		"{\"remember\": {\"hash\": \"" HASH "\"}}",
		"{\"remember\": {\"number\": 1, \"hash\": \"" HASH "\", "
		    "\"x\": 1}}",
		"{\"remember\": \"1:" HASH "\"}"
	};
	struct cli_policy_text	 text;
	struct km_policy	 p;
	size_t			 i;

	(void)state;
	cli_set_lang("en");
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		file_of(texts[i]);
		p.skew = 77;
		if (cli_policy_file(&p, path, &text) != 0)
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(p.skew, 77);
	}
}

/* Seventeen of what there may be sixteen of. */
static void
test_many(void **state)
{
	struct cli_policy_text	text;
	struct km_policy	p;
	char			s[1024] = "{\"bodies\": [";
	size_t			i, n = strlen(s);

	(void)state;
	for (i = 0; i < KM_BODIES_MAX; i++)
		n += (size_t)sprintf(s + n, "\"C %zu\", ", i);
	strcpy(s + n - 2, "]}");
	file_of(s);
	assert_int_equal(cli_policy_file(&p, path, &text), 1);
	assert_int_equal(p.n_bodies, KM_BODIES_MAX);
	strcpy(s + n - 2, ", \"C 16\"]}");
	file_of(s);
	assert_int_equal(cli_policy_file(&p, path, &text), 0);
}

/* Made of options: what stands there twice counts once. */
static void
test_options(void **state)
{
	struct km_policy	p, again;
	uint8_t			cbor[KM_POLICY_MAX], hash[2][KM_HASH_LEN];
	size_t			len;

	(void)state;
	memset(&p, 0, sizeof(p));
	p.n_bodies = 1;
	p.body[0] = cli_bytes("C 123");
	assert_int_equal(cli_demand(&p.demand[0], "--demand",
	    "basic_measures:cloud:basic"), 1);
	p.n_demands = 1;
	assert_int_equal(cli_policy_hash(hash[0], &p), 1);
	p.n_bodies = 2;
	p.body[1] = cli_bytes("C 123");
	p.n_demands = 2;
	p.demand[1] = p.demand[0];
	assert_int_equal(cli_policy_hash(hash[1], &p), 1);
	assert_memory_equal(hash[0], hash[1], KM_HASH_LEN);
	p.demand[1].level = KM_LEVEL_HIGH;
	len = cli_policy_cbor(cbor, &p);
	assert_int_equal(km_policy_decode(&again, cbor, len), KM_OK);
	assert_int_equal(again.n_demands, 2);

	/* What no policy can have has no bytes and no hash. */
	p.n_bodies = KM_BODIES_MAX + 1;
	assert_int_equal(cli_policy_cbor(cbor, &p), 0);
	p.n_bodies = 1;
	p.skew = -1;
	assert_int_equal(cli_policy_hash(hash[0], &p), 0);
	p.skew = 0;
	p.holder = cli_bytes("Voorbeeld ICT B.V.");
	assert_int_equal(cli_policy_cbor(cbor, &p), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_options)
	};
	int	fd = mkstemp(path), rc;

	if (fd == -1)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
