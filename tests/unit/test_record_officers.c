/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Officers list: one bad list for each rule of its form, and for each rule of
 * when it may follow.
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

/* A list that may follow the one in papers, to be changed and written. */
struct draft {
	struct officers	 os;
	struct officer	 o[PAPERS_PEOPLE + 1];
	uint8_t		 first[KM_HASH_LEN];
	size_t		 n_signers;
	const struct papers_person *signer[4];
	struct km_trust	 trust;
};

static struct papers	papers;
static uint8_t		first[KM_HASH_LEN];

static void
draft_begin(struct draft *x)
{
	memset(x, 0, sizeof(*x));
	x->os = papers.officers;
	memcpy(x->o, papers.officers.officer, PAPERS_PEOPLE *
	    sizeof(x->o[0]));
	x->os.officer = x->o;
	memcpy(x->first, papers.first, KM_HASH_LEN);
	x->os.trust.p = x->first;
	x->os.version = 2;
	x->os.issued = SAMPLE_NOW;
	x->n_signers = 2;
	x->signer[0] = &papers.manager[0];
	x->signer[1] = &papers.manager[1];
	x->trust = papers.trust;
}

static enum km_err
draft_decode(struct draft *x, struct sample_buf *b, struct officers *out,
    struct km_sign *sign)
{
	papers_officers_write(b, &x->os, x->signer, x->n_signers);
	return officers_decode(out, sign, b->p, b->len);
}

#define BREAK(name, ...)						\
static void								\
name(struct draft *x)							\
{									\
	__VA_ARGS__							\
}
BREAK(as_it_is, (void)x;)
BREAK(authority_bad, x->os.authority = km_bytes_of("https://A.example");)
BREAK(environment_three, x->os.environment = (enum km_environment)3;)
BREAK(version_none, x->os.version = 0;)
BREAK(expires_when_issued, x->os.expires = x->os.issued;)
BREAK(trust_short, x->os.trust.len = 31;)
BREAK(nobody, x->os.n = 0;)
BREAK(id_empty, x->o[0].id.len = 0;)
BREAK(id_colon, x->o[0].id = km_bytes_of("a:b");)
BREAK(id_capital, x->o[0].id = km_bytes_of("A");)
BREAK(id_dot_first, x->o[0].id = km_bytes_of(".a");)
BREAK(id_long, x->o[0].id =
    km_bytes_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");)
BREAK(id_longest, x->o[0].id =
    km_bytes_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");)
BREAK(id_twice, x->o[1].id = x->o[0].id;)
BREAK(ids_descending, x->o[0].id = km_bytes_of("zz");)
BREAK(key_twice, x->o[1].key[0] = x->o[0].key[0];)
BREAK(own_key_twice, x->o[1].n_keys = 2;
    x->o[1].key[1] = x->o[1].key[0];)
BREAK(keys_descending, x->o[1].n_keys = 2;
    papers_key(&x->o[1].key[0], memcmp(papers.attest.kid,
    papers.publish.kid, 8) < 0 ? &papers.publish : &papers.attest);
    papers_key(&x->o[1].key[1], memcmp(papers.attest.kid,
    papers.publish.kid, 8) < 0 ? &papers.attest : &papers.publish);)
BREAK(two_keys, keys_descending(x);
    x->o[6].key[0] = x->o[1].key[0]; x->o[1].key[0] = x->o[1].key[1];
    x->o[1].key[1] = x->o[6].key[0];)
BREAK(no_keys, x->o[1].n_keys = 0;)
BREAK(key_foreign, x->o[0].key[0].alg = KM_ALG_ES256;)
BREAK(no_roles, x->o[1].roles = 0;)
BREAK(employer_capital, x->o[1].employer = km_bytes_of("c 1");)
BREAK(employer_long, x->o[1].employer =
    km_bytes_of("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC");)
BREAK(employer_of_reviewer, x->o[1].employer = km_bytes_of("C 1");)
BREAK(assessor_of_nobody, x->o[0].employer.len = 0;)
BREAK(assessor_and_decider, x->o[0].roles |= ROLE_DECIDER;)
BREAK(conflict_form, x->o[1].n_conflicts = 1;
    x->o[1].conflict[0] = km_bytes_of("69599068");)
BREAK(conflict_twice, x->o[1].n_conflicts = 2;
    x->o[1].conflict[0] = km_bytes_of(PAPERS_HOLDER);
    x->o[1].conflict[1] = km_bytes_of(PAPERS_HOLDER);)
BREAK(conflicts_descending, x->o[1].n_conflicts = 2;
    x->o[1].conflict[0] = km_bytes_of(PAPERS_HOLDER);
    x->o[1].conflict[1] = km_bytes_of("NTRBE-1");)
BREAK(two_conflicts, x->o[1].n_conflicts = 2;
    x->o[1].conflict[0] = km_bytes_of("NTRBE-1");
    x->o[1].conflict[1] = km_bytes_of(PAPERS_HOLDER);)
BREAK(until_is_from, x->o[1].until = x->o[1].from;)

#define ROW(name, want)	{ #name, name, want }
static const struct {
	const char	*name;
	void		(*breaks)(struct draft *);
	enum km_err	 want;
} forms[] = {
	ROW(as_it_is, KM_OK),
	ROW(authority_bad, KM_ERR_VALUE),
	ROW(environment_three, KM_ERR_VALUE),
	ROW(version_none, KM_ERR_VALUE),
	ROW(expires_when_issued, KM_ERR_VALUE),
	ROW(trust_short, KM_ERR_LIMIT),
	ROW(nobody, KM_ERR_LIMIT),
	ROW(id_empty, KM_ERR_LIMIT),
	ROW(id_colon, KM_ERR_VALUE),
	ROW(id_capital, KM_ERR_VALUE),
	ROW(id_dot_first, KM_ERR_VALUE),
	ROW(id_long, KM_ERR_LIMIT),
	ROW(id_longest, KM_OK),
	ROW(id_twice, KM_ERR_ORDER),
	ROW(ids_descending, KM_ERR_ORDER),
	ROW(key_twice, KM_ERR_ORDER),
	ROW(own_key_twice, KM_ERR_ORDER),
	ROW(keys_descending, KM_ERR_ORDER),
	ROW(two_keys, KM_OK),
	ROW(no_keys, KM_ERR_LIMIT),
	ROW(key_foreign, KM_ERR_ALG),
	ROW(no_roles, KM_ERR_LIMIT),
	ROW(employer_capital, KM_ERR_VALUE),
	ROW(employer_long, KM_ERR_LIMIT),
	ROW(employer_of_reviewer, KM_OK),
	ROW(assessor_of_nobody, KM_ERR_VALUE),
	ROW(assessor_and_decider, KM_ERR_VALUE),
	ROW(conflict_form, KM_ERR_VALUE),
	ROW(conflict_twice, KM_ERR_ORDER),
	ROW(conflicts_descending, KM_ERR_ORDER),
	ROW(two_conflicts, KM_OK),
	ROW(until_is_from, KM_ERR_VALUE),
};

static void
test_form(void **state)
{
	struct draft		x;
	struct officers		os;
	struct km_sign		sign;
	struct sample_buf	b = { 0 };
	enum km_err		err;
	size_t			i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		draft_begin(&x);
		forms[i].breaks(&x);
		memset(&os, 0, sizeof(os));
		b.len = 0;
		err = draft_decode(&x, &b, &os, &sign);
		if (err != forms[i].want) {
			print_error("%s: wanted %s, got %s\n", forms[i].name,
			    km_err_name(forms[i].want), km_err_name(err));
			wrong++;
		}
		if (err != KM_OK)
			assert_null(os.officer);
		officers_free(&os);
	}
	assert_int_equal(wrong, 0);
	sample_free(&b);
}

/* A payload with one officer of these two roles, in this order. */
static void
roles_write(struct sample_buf *p, const unsigned int role[2])
{
	sample_map(p, 6);
	sample_uint(p, 1);
	sample_text(p, SAMPLE_AUTHORITY);
	sample_uint(p, 3);
	sample_uint(p, 1);
	sample_uint(p, 4);
	sample_uint(p, 5);
	sample_uint(p, 5);
	sample_uint(p, 6);
	sample_uint(p, 6);
	sample_bytes(p, papers.first, 32);
	sample_uint(p, 7);
	sample_array(p, 1);
	sample_map(p, 6);
	sample_uint(p, 1);
	sample_text(p, "a");
	sample_uint(p, 2);
	sample_text(p, "");
	sample_uint(p, 3);
	sample_array(p, 2);
	sample_uint(p, role[0]);
	sample_uint(p, role[1]);
	sample_uint(p, 4);
	sample_array(p, 1);
	sample_key_write(p, &papers.attest);
	sample_uint(p, 6);
	sample_uint(p, 1);
	sample_uint(p, 7);
	sample_uint(p, 2);
}

/* Roles [2, 1] and [1, 1], which our encoder cannot write, and [1, 2]. */
static void
test_roles_in_order(void **state)
{
	static const unsigned int role[3][2] = { { 2, 1 }, { 1, 1 },
	    { 1, 2 } };
	const struct km_sign	*good = &papers.officers_sign;
	struct officers		os;
	struct km_sign		sign;
	struct sample_buf	p = { 0 };
	struct buf		b;
	size_t			i;

	(void)state;
	buf_init(&b, OFFICERS_MAX);
	for (i = 0; i < 3; i++) {
		p.len = 0;
		buf_reset(&b);
		roles_write(&p, role[i]);
		encode_sign(&b, good->protected_, (struct km_bytes){ p.p,
		    p.len }, good->signer, good->n);
		assert_int_equal(officers_decode(&os, &sign, b.p, b.len),
		    i == 2 ? KM_OK : KM_ERR_ORDER);
	}
	assert_int_equal(os.officer[0].roles, ROLE_REGISTRAR | ROLE_REVIEWER);
	officers_free(&os);
	buf_free(&b);
	sample_free(&p);
}

/* Header and payload must say the same. */
static void
test_header(void **state)
{
	static const struct {
		const char	*iss, *sub, *typ;
		enum km_err	 want;
	} rows[] = {
		{ SAMPLE_AUTHORITY, "officers", KM_TYP_OFFICERS, KM_OK },
		{ "https://other.example", "officers", KM_TYP_OFFICERS,
		    KM_ERR_MISMATCH },
		{ SAMPLE_AUTHORITY, "trust", KM_TYP_OFFICERS,
		    KM_ERR_MISMATCH },
		{ SAMPLE_AUTHORITY, "officers", KM_TYP_TRUST, KM_ERR_TYP },
	};
	struct officers	os;
	struct km_sign	sign;
	struct buf	h, w;
	size_t		i;

	(void)state;
	buf_init(&h, 512);
	buf_init(&w, OFFICERS_MAX);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&h);
		buf_reset(&w);
		encode_body_protected(&h, km_bytes_of(rows[i].iss),
		    km_bytes_of(rows[i].sub), rows[i].typ);
		encode_sign(&w, (struct km_bytes){ h.p, h.len },
		    papers.officers_sign.payload,
		    papers.officers_sign.signer, papers.officers_sign.n);
		assert_int_equal(officers_decode(&os, &sign, w.p, w.len),
		    rows[i].want);
		if (rows[i].want == KM_OK)
			officers_free(&os);
	}
	buf_free(&h);
	buf_free(&w);
}

static void
test_cut(void **state)
{
	struct officers	 os;
	struct km_sign	 sign;
	uint8_t		*p;
	size_t		 i, len = papers.officers_bytes.len;

	(void)state;
	for (i = 0; i < len; i++) {
		assert_non_null(p = malloc(i + 1));
		memcpy(p, papers.officers_bytes.p, i);
		assert_int_not_equal(officers_decode(&os, &sign, p, i),
		    KM_OK);
		free(p);
	}
	assert_non_null(p = calloc(1, OFFICERS_MAX + 1));
	memcpy(p, papers.officers_bytes.p, len);
	assert_int_equal(officers_decode(&os, &sign, p, len + 1),
	    KM_ERR_TRAILING);
	assert_int_equal(officers_decode(&os, &sign, p, OFFICERS_MAX + 1),
	    KM_ERR_LIMIT);
	free(p);
}

static struct km_trust_key *
manager_key(struct draft *x, int i)
{
	struct km_bytes	kid = { papers.manager[i].key.kid, KM_KID_LEN };
	int		at;

	assert_int_not_equal(at = km_trust_find(&x->trust, kid), -1);
	return &x->trust.key[at];
}

/* May it follow? Some change the list, some what it is held against. */
BREAK(other_authority, x->os.authority =
    km_bytes_of("https://other.example");)
BREAK(other_environment, x->os.environment = KM_ENVIRONMENT_EXERCISE;)
BREAK(other_trust, x->first[0] ^= 1;)
BREAK(version_same, x->os.version = 1;)
BREAK(version_skips, x->os.version = 3;)
BREAK(issued_before, x->os.issued = papers.officers.issued - 1;)
BREAK(issued_same, x->os.issued = papers.officers.issued;)
BREAK(one_manager, x->n_signers = 1;)
BREAK(three_managers, x->n_signers = 3; x->signer[2] = &papers.manager[2];)
BREAK(by_root, x->signer[1] = &papers.root[0];)
BREAK(by_officer, x->signer[1] = &papers.officer[2];)
BREAK(by_attest_key, manager_key(x, 1)->purpose = KM_PURPOSE_ATTEST;)
BREAK(by_publish_key, manager_key(x, 1)->purpose = KM_PURPOSE_PUBLISH;)
BREAK(key_not_begun, manager_key(x, 1)->not_before = SAMPLE_NOW + 1;)
BREAK(key_from_now, manager_key(x, 1)->not_before = SAMPLE_NOW;)
BREAK(key_over, manager_key(x, 0)->not_after = SAMPLE_NOW;)
BREAK(key_revoked, manager_key(x, 0)->revoked_at = SAMPLE_NOW + 100;)
BREAK(key_other_alg, manager_key(x, 0)->key.alg = KM_ALG_ESP256;)
BREAK(key_other_bytes, manager_key(x, 1)->key =
    manager_key(x, 2)->key; memcpy(manager_key(x, 2)->key.kid,
    papers.manager[1].key.kid, KM_KID_LEN);)
BREAK(third_over, three_managers(x);
    manager_key(x, 2)->not_after = SAMPLE_NOW;)

static const struct {
	const char	*name;
	void		(*breaks)(struct draft *);
	enum km_err	 want;
} follows[] = {
	ROW(as_it_is, KM_OK),
	ROW(other_authority, KM_ERR_AUTHORITY),
	ROW(other_environment, KM_ERR_ENVIRONMENT),
	ROW(other_trust, KM_ERR_PIN),
	ROW(version_same, KM_ERR_VERSION),
	ROW(version_skips, KM_ERR_VERSION),
	ROW(issued_before, KM_ERR_ROLLBACK),
	ROW(issued_same, KM_OK),
	ROW(one_manager, KM_ERR_THRESHOLD),
	ROW(three_managers, KM_OK),
	ROW(by_root, KM_ERR_UNKNOWN_KEY),
	ROW(by_officer, KM_ERR_UNKNOWN_KEY),
	ROW(by_attest_key, KM_ERR_PURPOSE),
	ROW(by_publish_key, KM_ERR_PURPOSE),
	ROW(key_not_begun, KM_ERR_KEY_PERIOD),
	ROW(key_from_now, KM_OK),
	ROW(key_over, KM_ERR_KEY_PERIOD),
	ROW(key_revoked, KM_ERR_REVOKED),
	ROW(key_other_alg, KM_ERR_ALG),
	ROW(key_other_bytes, KM_ERR_SIGNATURE),
	/* Two would do, but every signature there must count. */
	ROW(third_over, KM_ERR_KEY_PERIOD),
};

static void
test_follows(void **state)
{
	struct draft		x;
	struct officers		os;
	struct km_sign		sign;
	struct sample_buf	b = { 0 };
	enum km_err		err;
	size_t			i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(follows) / sizeof(follows[0]); i++) {
		draft_begin(&x);
		follows[i].breaks(&x);
		b.len = 0;
		assert_int_equal(draft_decode(&x, &b, &os, &sign), KM_OK);
		err = officers_accept(&papers.officers, &os, &sign, &x.trust,
		    first, papers_verify, NULL);
		if (err != follows[i].want) {
			print_error("%s: wanted %s, got %s\n",
			    follows[i].name, km_err_name(follows[i].want),
			    km_err_name(err));
			wrong++;
		}
		officers_free(&os);
	}
	assert_int_equal(wrong, 0);
	sample_free(&b);
}

static void
test_first(void **state)
{
	struct officers		os = papers.officers, prev = papers.officers;
	struct km_sign		sign = papers.officers_sign;

	(void)state;
	assert_int_equal(officers_accept(NULL, &os, &sign, &papers.trust,
	    first, papers_verify, NULL), KM_OK);
	os.version = 2;
	assert_int_equal(officers_accept(NULL, &os, &sign, &papers.trust,
	    first, papers_verify, NULL), KM_ERR_VERSION);
	prev.version = UINT32_MAX;
	os.version = 0;		/* never wraps round */
	assert_int_equal(officers_accept(&prev, &os, &sign, &papers.trust,
	    first, papers_verify, NULL), KM_ERR_VERSION);
	os = papers.officers;
	sign.signer[1] = sign.signer[0];	/* one manager, twice */
	assert_int_equal(officers_accept(NULL, &os, &sign, &papers.trust,
	    first, papers_verify, NULL), KM_ERR_ORDER);
	sign.n = 0;
	assert_int_equal(officers_accept(NULL, &os, &sign, &papers.trust,
	    first, papers_verify, NULL), KM_ERR_THRESHOLD);
}

/* A signature over these bytes, of this purpose, and no other. */
static void
test_signature_bound(void **state)
{
	struct km_sign		sign = papers.officers_sign;
	struct sample_buf	payload = { 0 };
	uint8_t			sig[KM_SIG_LEN];

	(void)state;
	memcpy(sig, sign.signer[0].sig, sizeof(sig));
	sig[40] ^= 1;
	sign.signer[0].sig = sig;
	assert_int_equal(officers_accept(NULL, &papers.officers, &sign,
	    &papers.trust, first, papers_verify, NULL), KM_ERR_SIGNATURE);

	sign = papers.officers_sign;
	sample_raw(&payload, sign.payload.p, sign.payload.len);
	payload.p[payload.len - 1] ^= 1;
	sign.payload.p = payload.p;
	assert_int_equal(officers_accept(NULL, &papers.officers, &sign,
	    &papers.trust, first, papers_verify, NULL), KM_ERR_SIGNATURE);

	sign = papers.officers_sign;
	sign.protected_ = papers.trust_sign.protected_;
	assert_int_equal(officers_accept(NULL, &papers.officers, &sign,
	    &papers.trust, first, papers_verify, NULL), KM_ERR_SIGNATURE);
	sample_free(&payload);
}

static void
test_find(void **state)
{
	size_t	i;

	(void)state;
	for (i = 0; i < PAPERS_PEOPLE; i++)
		assert_ptr_equal(officers_find(&papers.officers,
		    km_bytes_of(papers.officer[i].id)),
		    &papers.officers.officer[i]);
	assert_null(officers_find(&papers.officers, km_bytes_of("a")));
	assert_null(officers_find(&papers.officers, km_bytes_of("decider")));
	assert_null(officers_find(&papers.officers, km_bytes_of("zz")));
	assert_null(officers_find(&papers.officers, km_bytes_of("")));
}

static int
begin(void **state)
{
	(void)state;
	papers_begin(&papers, KM_ENVIRONMENT_DEMONSTRATION);
	memcpy(first, papers.first, sizeof(first));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	papers_end(&papers);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_roles_in_order),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_follows),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_signature_bound),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
