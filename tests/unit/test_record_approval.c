/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Approval: whose signature it is, and that it is over this decision and
 * nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/encode.h"
#include "tests/lib/papers.h"

static struct papers		papers;
static struct papers_act	act;
static char			id_hex[65];

static enum km_err
open_with(struct approver *out, const struct sample_buf *b,
    const struct officers *officers, const struct km_trust *trust)
{
	return approval_open(out, &act.d, b->p, b->len, officers, trust,
	    papers_verify, NULL);
}

static void
test_officers(void **state)
{
	struct approver		a;
	struct sample_buf	b = { 0 };
	size_t			i;

	(void)state;
	for (i = 0; i < PAPERS_PEOPLE; i++) {
		b.len = 0;
		papers_approval(&b, &papers.officer[i].key,
		    papers.officer[i].id, id_hex, act.bytes.p, act.bytes.len);
		assert_int_equal(open_with(&a, &b, &papers.officers,
		    &papers.trust), KM_OK);
		assert_ptr_equal(a.officer, &papers.officers.officer[i]);
		assert_int_equal(a.roles, a.officer->roles);
		assert_int_equal(km_bytes_equal(a.iss,
		    km_bytes_of(papers.officer[i].id)), 1);
		assert_ptr_equal(a.bytes.p, b.p);
		assert_int_equal(a.bytes.len, b.len);
		/* Before there is a list there are no officers. */
		assert_int_equal(open_with(&a, &b, NULL, &papers.trust),
		    KM_ERR_UNKNOWN_KEY);
	}
	sample_free(&b);
}

static void
test_roots_and_managers(void **state)
{
	struct approver		a;
	struct sample_buf	b = { 0 };
	size_t			i;

	(void)state;
	for (i = 0; i < 3; i++) {
		b.len = 0;
		papers_approval(&b, &papers.root[i].key, papers.root[i].id,
		    id_hex, act.bytes.p, act.bytes.len);
		assert_int_equal(open_with(&a, &b, NULL, &papers.trust),
		    KM_OK);
		assert_null(a.officer);
		assert_int_equal(a.roles, ROLE_ROOT);
		b.len = 0;
		papers_approval(&b, &papers.manager[i].key,
		    papers.manager[i].id, id_hex, act.bytes.p, act.bytes.len);
		assert_int_equal(open_with(&a, &b, NULL, &papers.trust),
		    KM_OK);
		assert_null(a.officer);
		assert_int_equal(a.roles, ROLE_MANAGER);
	}
	sample_free(&b);
}

/* Ids and persons that are nearly right. */
static char	other_id[65], upper_id[65], cut_root[40];
static char	root_as_manager[40], manager_as_root[40];
static char	attest_as_manager[40], attest_as_root[40];

static void
names_begin(void)
{
	size_t	i;

	memset(other_id, '0', 64);
	for (i = 0; i < 65; i++)
		upper_id[i] = id_hex[i] >= 'a' ? (char)(id_hex[i] - 32) :
		    id_hex[i];
	snprintf(root_as_manager, 40, "manager:%.16s", papers.root[0].id + 5);
	snprintf(manager_as_root, 40, "root:%.16s", papers.manager[1].id + 8);
	snprintf(cut_root, 40, "%.20s", papers.root[0].id);
	memcpy(attest_as_manager, "manager:", 8);
	memcpy(attest_as_root, "root:", 5);
	for (i = 0; i < 8; i++) {
		snprintf(attest_as_manager + 8 + 2 * i, 3, "%02x",
		    papers.attest.kid[i]);
		snprintf(attest_as_root + 5 + 2 * i, 3, "%02x",
		    papers.attest.kid[i]);
	}
}

#define DECIDER	&papers.officer[2].key
static const struct {
	const char	*name;
	const struct sample_key *key;
	const char	*iss, *sub;
	enum km_err	 want;
} bad[] = {
	{ "none of it", DECIDER, "decider-1", id_hex, KM_OK },
	{ "another decision", DECIDER, "decider-1", other_id,
	    KM_ERR_MISMATCH },
	{ "id in capitals", DECIDER, "decider-1", upper_id,
	    KM_ERR_MISMATCH },
	{ "id cut", DECIDER, "decider-1", id_hex + 1, KM_ERR_MISMATCH },
	{ "not on the list", DECIDER, "decider-3", id_hex,
	    KM_ERR_UNKNOWN_KEY },
	{ "another officer's key", DECIDER, "decider-2", id_hex,
	    KM_ERR_UNKNOWN_KEY },
	{ "a root's key as officer", &papers.root[0].key, "decider-1",
	    id_hex, KM_ERR_UNKNOWN_KEY },
	{ "root by another key", &papers.root[1].key, papers.root[0].id,
	    id_hex, KM_ERR_MISMATCH },
	{ "root as manager", &papers.root[0].key, root_as_manager, id_hex,
	    KM_ERR_UNKNOWN_KEY },
	{ "manager as root", &papers.manager[1].key, manager_as_root, id_hex,
	    KM_ERR_UNKNOWN_KEY },
	{ "attest key as manager", &papers.attest, attest_as_manager, id_hex,
	    KM_ERR_PURPOSE },
	{ "attest key as root", &papers.attest, attest_as_root, id_hex,
	    KM_ERR_UNKNOWN_KEY },
	{ "kid cut", &papers.root[0].key, cut_root, id_hex, KM_ERR_VALUE },
	{ "kid in capitals", &papers.root[0].key, "root:AAAAAAAAAAAAAAAA",
	    id_hex, KM_ERR_VALUE },
	{ "another prefix", &papers.root[0].key, "roots:0123456789abcdef",
	    id_hex, KM_ERR_VALUE },
	{ "kid no hex", &papers.root[0].key, "root:0123456789abcdeg", id_hex,
	    KM_ERR_VALUE },
	{ "unknown root", &papers.root[0].key, "root:0123456789abcdef",
	    id_hex, KM_ERR_UNKNOWN_KEY },
};

static void
test_bad(void **state)
{
	struct approver		a;
	struct sample_buf	b = { 0 };
	enum km_err		err;
	size_t			i, wrong = 0;

	(void)state;
	names_begin();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		b.len = 0;
		papers_approval(&b, bad[i].key, bad[i].iss, bad[i].sub,
		    act.bytes.p, act.bytes.len);
		err = open_with(&a, &b, &papers.officers, &papers.trust);
		if (err == bad[i].want)
			continue;
		print_error("%s: wanted %s, got %s\n", bad[i].name,
		    km_err_name(bad[i].want), km_err_name(err));
		wrong++;
	}
	assert_int_equal(wrong, 0);
	sample_free(&b);
}

static void
test_manager_revoked(void **state)
{
	struct km_trust		trust = papers.trust;
	struct approver		a;
	struct sample_buf	b = { 0 };
	struct km_bytes		kid;

	(void)state;
	kid.p = papers.manager[1].key.kid;
	kid.len = KM_KID_LEN;
	trust.key[km_trust_find(&trust, kid)].revoked_at = INT64_MAX;
	papers_approval(&b, &papers.manager[1].key, papers.manager[1].id,
	    id_hex, act.bytes.p, act.bytes.len);
	assert_int_equal(open_with(&a, &b, NULL, &trust), KM_ERR_REVOKED);
	sample_free(&b);
}

/* The kid is right, the rest of the key is not. */
static void
test_key_other(void **state)
{
	struct km_key		*key = &papers.officers.officer[2].key[0];
	struct km_key		 kept = *key;
	struct approver		 a;
	struct sample_buf	 b = { 0 };

	(void)state;
	papers_approval(&b, &papers.officer[2].key, "decider-1", id_hex,
	    act.bytes.p, act.bytes.len);
	*key = papers.officers.officer[4].key[0];
	memcpy(key->kid, kept.kid, KM_KID_LEN);
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_SIGNATURE);
	key->alg = KM_ALG_ED25519;
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_ALG);
	*key = kept;
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_OK);
	sample_free(&b);
}

/* Any of an officer's keys will do. */
static void
test_second_key(void **state)
{
	struct officer		*o = &papers.officers.officer[2];
	struct approver		 a;
	struct sample_buf	 b = { 0 };

	(void)state;
	papers_key(&o->key[1], &papers.attest);
	papers_approval(&b, &papers.attest, "decider-1", id_hex, act.bytes.p,
	    act.bytes.len);
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_UNKNOWN_KEY);
	o->n_keys = 2;
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_OK);
	o->n_keys = 1;
	sample_free(&b);
}

/* Signed over other bytes, with the id of these. */
static void
test_other_bytes(void **state)
{
	struct approver		a;
	struct sample_buf	b = { 0 };

	(void)state;
	papers_approval(&b, &papers.officer[2].key, "decider-1", id_hex,
	    act.bytes.p, act.bytes.len - 1);
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_SIGNATURE);
	b.len = 0;
	papers_approval(&b, &papers.officer[2].key, "decider-1", id_hex, "",
	    0);
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_SIGNATURE);
	sample_free(&b);
}

/* An attached payload is not an approval, nor is another object. */
static void
test_other_object(void **state)
{
	struct approver		a;
	struct sample_buf	b = { 0 };

	(void)state;
	sample_sign1(&b, &papers.officer[2].key, "decider-1", id_hex,
	    KM_TYP_APPROVAL, act.bytes.p, act.bytes.len);
	assert_int_not_equal(open_with(&a, &b, &papers.officers,
	    &papers.trust), KM_OK);
	b.len = 0;
	sample_sign1(&b, &papers.officer[2].key, "decider-1", id_hex,
	    KM_TYP_EPOCH, NULL, 0);
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_TYP);
	b.len = 0;
	papers_approval(&b, &papers.officer[2].key, "decider-1", id_hex,
	    act.bytes.p, act.bytes.len);
	while (b.len <= APPROVAL_MAX)
		sample_raw(&b, "", 1);
	assert_int_equal(open_with(&a, &b, &papers.officers, &papers.trust),
	    KM_ERR_LIMIT);
	sample_free(&b);
}

/* No bit of it can be flipped, and none of it left off. */
static void
test_bits(void **state)
{
	struct approver		a, before;
	struct sample_buf	b = { 0 };
	uint8_t			*p;
	size_t			i;
	unsigned int		bit;

	(void)state;
	papers_approval(&b, &papers.officer[2].key, "decider-1", id_hex,
	    act.bytes.p, act.bytes.len);
	memset(&a, 0x5a, sizeof(a));
	before = a;
	for (i = 0; i < b.len; i++)
		for (bit = 0; bit < 8; bit++) {
			b.p[i] ^= (uint8_t)(1 << bit);
			assert_int_not_equal(open_with(&a, &b,
			    &papers.officers, &papers.trust), KM_OK);
			b.p[i] ^= (uint8_t)(1 << bit);
		}
	assert_memory_equal(&a, &before, sizeof(a));
	for (i = 0; i < b.len; i++) {
		assert_non_null(p = malloc(i + 1));
		memcpy(p, b.p, i);
		assert_int_not_equal(approval_open(&a, &act.d, p, i,
		    &papers.officers, &papers.trust, papers_verify, NULL),
		    KM_OK);
		free(p);
	}
	sample_free(&b);
}

static int
begin(void **state)
{
	struct papers_draft	draft;

	(void)state;
	papers_begin(&papers, KM_ENVIRONMENT_DEMONSTRATION);
	papers_draft(&draft, &papers, DECISION_LIFT);
	papers_write(&act, &draft.d);
	decision_id_hex(id_hex, act.d.id);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	papers_act_free(&act);
	papers_end(&papers);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_officers),
		cmocka_unit_test(test_roots_and_managers),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_manager_revoked),
		cmocka_unit_test(test_key_other),
		cmocka_unit_test(test_second_key),
		cmocka_unit_test(test_other_bytes),
		cmocka_unit_test(test_other_object),
		cmocka_unit_test(test_bits),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
