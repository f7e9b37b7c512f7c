/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/places.h: what is kept of an attestation gives it back, all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/places.h"

enum { N_LINES = 16, LONGEST = 274 };

static uint8_t		 bytes[KM_ATTESTATION_MAX];
static struct km_attestation	 a, back;
static struct km_sign1	 s;
static uint32_t		 word[KM_PLACES_MAX];
static size_t		 next;

/* Each at another place, the last as far as can be. */
static struct km_bytes
text(size_t len)
{
	next += 20;
	return (struct km_bytes){ bytes + next, len };
}

static void
texts(struct km_bytes *t, size_t n, size_t *count)
{
	size_t	i;

	for (i = 0; i < n; i++)
		t[i] = text(i + 1);
	*count = n;
}

/* All there can be, and each number the greatest that it can be. */
static void
fill(void)
{
	size_t	i;

	next = 0;
	a.iss = text(261);
	a.sub = text(KM_SUB_MAX);
	a.exp = a.iat = KM_TIME_MAX;
	a.nbf = INT64_C(0x123456789a);
	a.cti = text(KM_CTI_LEN);
	a.idx = a.shard = UINT16_MAX;
	a.status_uri = text(LONGEST);
	a.number = text(KM_NUMBER_LEN);
	a.environment = KM_ENVIRONMENT_EXERCISE;
	a.document = KM_DOCUMENT_SELF_DECLARATION;
	a.scheme = text(32);
	a.scheme_version = a.drawing = UINT16_MAX;
	for (i = 0; i < N_LINES; i++)
		a.line[i] = (struct km_line){ KM_CLAIM_POLICY_ADVICE,
		    KM_OBJECT_SERVICE, text(i + 1), KM_LEVEL_HIGH };
	a.n_lines = N_LINES;
	texts(a.not_covered, 8, &a.n_not_covered);
	texts(a.trade_name, 5, &a.n_trade_names);
	texts(a.host, 8, &a.n_hosts);
	a.legal_name = text(160);
	a.place = text(64);
	a.kvk = text(8);
	a.euid = text(51);
	a.lei = text(20);
	a.assessed = KM_TIME_MAX_DAYS;
	a.body_name = text(160);
	a.body = text(32);
	a.report = text(64);
	for (i = 0; i < 16; i++)
		a.evidence[i] = (struct km_evidence){ text(32), text(64) };
	a.n_evidence = 16;
	a.information = (struct km_bytes){ bytes + KM_ATTESTATION_MAX - 1, 1 };
	s.alg = KM_ALG_ED25519;
	s.kid = (struct km_bytes){ bytes + 300, KM_KID_LEN };
}

/* A copy of the bytes stands elsewhere, and what comes back points there. */
static void
test_all_of_it(void **state)
{
	static const struct km_sign1	none;
	static uint8_t			copy[KM_ATTESTATION_MAX];
	struct km_places		places;
	struct km_sign1			sign1 = none;

	(void)state;
	fill();
	km_places_set(&places, word, &a, &s, bytes);
	assert_in_range(places.texts + places.halves, 150, KM_PLACES_MAX);
	km_places_get(&back, &sign1, bytes, &places, word);
	assert_memory_equal(&back, &a, sizeof(a));
	assert_int_equal(sign1.alg, s.alg);
	assert_ptr_equal(sign1.kid.p, s.kid.p);
	assert_int_equal(sign1.kid.len, s.kid.len);
	assert_null(sign1.sig);

	memset(&back, 0, sizeof(back));
	km_places_get(&back, &sign1, copy, &places, word);
	assert_ptr_equal(back.information.p, copy + KM_ATTESTATION_MAX - 1);
	assert_ptr_equal(back.status_uri.p - copy, a.status_uri.p - bytes);
	assert_ptr_equal(sign1.kid.p, copy + 300);
	/* One member more is one more above, and in places.c. */
	if (sizeof(void *) == 8)
		assert_int_equal(sizeof(a), 1704);
}

/* What is not there takes no word, and comes back as nothing. */
static void
test_what_is_not_there(void **state)
{
	struct km_places	places;

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&back, 0, sizeof(back));
	a.nbf = INT64_C(1) << 32;
	a.lei = (struct km_bytes){ bytes, 20 };
	km_places_set(&places, word, &a, &s, bytes);
	assert_int_equal(places.texts, 1);
	assert_int_equal(places.halves, 1);
	km_places_get(&back, &s, bytes, &places, word);
	assert_memory_equal(&back, &a, sizeof(a));
	assert_null(back.iss.p);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_what_is_not_there)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
