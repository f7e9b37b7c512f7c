/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/status.h: one row a rule, for our lists and those of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/lib/notation.h"
#include "verifier/attestation.h"
#include "verifier/core.h"
#include "verifier/inflate.h"
#include "verifier/status.h"

#define H16	"01010101010101010101010101010101"
#define SIG	H16 H16 H16 H16
#define HIGH_S	H16 H16 "ffffffff00000000ffffffffffffffff" \
		"bce6faada7179e84f3b9cac2fc632550"
#define URI	"https://keurmerk.example/status/12"

static const char ours[] =
    "18([<<{1: -9, 4: h'0102030405060708', "
    "15: {1: \"https://keurmerk.example\", 2: \"" URI "\"}, "
    "16: \"application/statuslist+cwt\"}>>, {}, <<{"
    "2: \"" URI "\", 4: 1796000000, 6: 1795392000, "
    "65533: {\"lst\": h'0a0b', \"bits\": 2}, 65534: 3600}>>, "
    "h'" SIG "'])";

static const struct notation_row own_rows[] = {
	{ "no tag", KM_ERR_TAG, "18([", "([" },
	{ "a MAC", KM_ERR_TAG, "18([", "17([" },
	{ "a CWT's tag", KM_ERR_TAG, "18([", "61([" },
	{ "attestation", KM_ERR_TYP, "statuslist+cwt", "keurmerk+cwt" },
	{ "JWT form", KM_ERR_TYP, "statuslist+cwt", "statuslist+jwt" },
	{ "typ 279", KM_OK, "\"application/statuslist+cwt\"", "279" },
	{ "typ 277", KM_ERR_TYP, "\"application/statuslist+cwt\"", "277" },
	{ "no typ", KM_ERR_TYP, ", 16: \"application/statuslist+cwt\"", "" },
	{ "no alg", KM_ERR_ALG, "1: -9, ", "" },
	{ "ES256", KM_OK, "1: -9", "1: -7" },
	{ "EdDSA", KM_OK, "1: -9", "1: -8" },
	{ "Ed25519", KM_OK, "1: -9", "1: -19" },
	{ "ES384", KM_ERR_ALG, "1: -9", "1: -35" },
	{ "HMAC", KM_ERR_ALG, "1: -9", "1: 5" },
	{ "alg as text", KM_ERR_ALG, "1: -9", "1: \"ES256\"" },
	{ "alg twice", KM_ERR_ORDER, "1: -9", "1: -9, 1: -9" },
	{ "crit", KM_ERR_HEADER, "1: -9", "1: -9, 2: [16]" },
	{ "crit unprotected", KM_ERR_HEADER, "{}", "{2: [16]}" },
	{ "alg unprotected", KM_ERR_ALG, "1: -9, 4: h'0102030405060708', "
	    "15: {1: \"https://keurmerk.example\", 2: \"" URI "\"}, "
	    "16: \"application/statuslist+cwt\"}>>, {}",
	    "16: 279}>>, {1: -9}" },
	{ "claims unprotected", KM_ERR_HEADER, "1: -9, 4: h'0102030405060708', "
	    "15: {1: \"https://keurmerk.example\", 2: \"" URI "\"}, "
	    "16: \"application/statuslist+cwt\"}>>, {}",
	    "1: -9, 16: 279}>>, {15: {1: \"a\"}}" },
	{ "alg in both", KM_ERR_ORDER, "{}", "{1: -9}" },
	{ "claims in both", KM_ERR_ORDER, "{}", "{15: {}}" },
	{ "kid in both", KM_ERR_ORDER, "{}", "{4: h'01'}" },
	{ "kid empty", KM_ERR_LIMIT, "4: h'0102030405060708'", "4: h''" },
	{ "kid as text", KM_ERR_TYPE, "4: h'0102030405060708'",
	    "4: \"1\"" },
	{ "no kid", KM_OK, "4: h'0102030405060708', ", "" },
	{ "claims of the header absent", KM_OK,
	    "15: {1: \"https://keurmerk.example\", 2: \"" URI "\"}, ", "" },
	{ "claims of the header twice", KM_ERR_ORDER, "15: {1:",
	    "15: {}, 15: {1:" },
	{ "iss twice in them", KM_ERR_ORDER, "15: {1:", "15: {1: \"a\", 1:" },
	{ "another there", KM_OK, "15: {1:", "15: {3: \"a\", 1:" },
	{ "sub is another there", KM_ERR_MISMATCH,
	    "2: \"" URI "\"}", "2: \"" URI "3\"}" },
	{ "chain of certificates", KM_OK, "1: -9", "1: -9, 33: [h'00', h'']" },
	{ "float as a label's value", KM_OK, "1: -9", "1: -9, 99: x'f93c00'" },
	{ "not shortest in what is skipped", KM_ERR_ENCODING, "1: -9",
	    "1: -9, 33: [x'1801']" },
	{ "skipped too deep", KM_ERR_LIMIT, "1: -9",
	    "1: -9, 33: [[[[[[[[[1]]]]]]]]]" },
	{ "unknown twice", KM_ERR_ORDER, "1: -9", "1: -9, 33: 1, 33: 2" },
	{ "unknown in both", KM_ERR_ORDER, "1: -9, 4: h'0102030405060708', "
	    "15: {1: \"https://keurmerk.example\", 2: \"" URI "\"}, "
	    "16: \"application/statuslist+cwt\"}>>, {}",
	    "1: -9, 16: 279, 33: 1}>>, {33: 1}" },
	{ "unknown text twice", KM_ERR_ORDER, "1: -9",
	    "1: -9, \"a\": 1, \"a\": 2" },
	{ "number and text are two", KM_OK, "1: -9",
	    "1: -9, \"1\": 1, 33: 2, -34: 1, 34: 2" },
	{ "label not shortest", KM_ERR_ENCODING, "1: -9", "x'1801': -9" },
	{ "17 unknown", KM_ERR_LIMIT, "1: -9", "1: -9, 40: 1, 41: 1, 42: 1, "
	    "43: 1, 44: 1, 45: 1, 46: 1, 47: 1, 48: 1, 49: 1, 50: 1, 51: 1, "
	    "52: 1, 53: 1, 54: 1, 55: 1, 56: 1" },
	{ "16 unknown", KM_OK, "1: -9", "1: -9, 40: 1, 41: 1, 42: 1, "
	    "43: 1, 44: 1, 45: 1, 46: 1, 47: 1, 48: 1, 49: 1, 50: 1, 51: 1, "
	    "52: 1, 53: 1, 54: 1, 55: 1" },
	{ "protected and more", KM_ERR_TRAILING, "+cwt\"}>>", "+cwt\"}, 1>>" },
	{ "nil payload", KM_ERR_TYPE, "<<{2: \"" URI "\", 4: 1796000000, "
	    "6: 1795392000, 65533: {\"lst\": h'0a0b', \"bits\": 2}, "
	    "65534: 3600}>>", "null" },
	{ "signature of 63", KM_ERR_LIMIT, "h'" SIG, "h'01" H16 H16 H16
	    "0101010101010101010101010101" },
	{ "signature of 65", KM_ERR_LIMIT, "h'" SIG, "h'01" SIG },
	{ "high s", KM_OK, SIG, HIGH_S },
};

static const struct notation_row claim_rows[] = {
	{ "iss", KM_OK, "<<{2:", "<<{1: \"https://keurmerk.example\", 2:" },
	{ "iss of another", KM_ERR_MISMATCH, "<<{2:",
	    "<<{1: \"https://keurmerc.example\", 2:" },
	{ "no sub", KM_ERR_MISSING, "<<{2: \"" URI "\", ", "<<{" },
	{ "sub of another", KM_ERR_MISMATCH, "<<{2: \"" URI,
	    "<<{2: \"" URI "3" },
	{ "sub twice", KM_ERR_ORDER, "4: 1796000000", "2: \"" URI "\"" },
	{ "sub with a space", KM_ERR_TEXT, "<<{2: \"https", "<<{2: \" https" },
	{ "no iat", KM_ERR_MISSING, "6: 1795392000, ", "" },
	{ "iat as a float", KM_ERR_TYPE, "1795392000",
	    "x'fb41dac0e000000000'" },
	{ "iat with tag 1", KM_ERR_TYPE, "6: 1795392000", "6: 1(1795392000)" },
	{ "iat below 0", KM_ERR_VALUE, "1795392000", "-1" },
	{ "no exp", KM_OK, "4: 1796000000, ", "" },
	{ "exp 0", KM_ERR_VALUE, "1796000000", "0" },
	{ "exp as text", KM_ERR_TYPE, "1796000000", "\"2027\"" },
	{ "exp twice", KM_ERR_ORDER, "6: 1795392000", "4: 1796000000" },
	{ "no ttl", KM_OK, ", 65534: 3600", "" },
	{ "ttl 0", KM_ERR_VALUE, "3600", "0" },
	{ "ttl below 0", KM_ERR_VALUE, "3600", "-3600" },
	{ "ttl of another type", KM_ERR_TYPE, "3600", "h'0e10'" },
	{ "nbf at iat", KM_OK, "6: 17", "5: 1795392000, 6: 17" },
	{ "nbf after iat", KM_ERR_VALUE, "6: 17", "5: 1795392001, 6: 17" },
	{ "claims in another order", KM_OK,
	    "2: \"" URI "\", 4: 1796000000, 6: 1795392000",
	    "6: 1795392000, 4: 1796000000, 2: \"" URI "\"" },
	{ "unknown claim", KM_OK, "4: 17", "3: [{1: 2}], 4: 17" },
	{ "unknown claim twice", KM_ERR_ORDER, "4: 17", "3: 1, 3: 1, 4: 17" },
	{ "no list", KM_ERR_MISSING, "65533: {\"lst\": h'0a0b', "
	    "\"bits\": 2}, ", "" },
	{ "list twice", KM_ERR_ORDER, "65534: 3600",
	    "65533: {\"lst\": h'0a0b', \"bits\": 2}" },
	{ "bits first", KM_OK, "\"lst\": h'0a0b', \"bits\": 2",
	    "\"bits\": 2, \"lst\": h'0a0b'" },
	{ "aggregation", KM_OK, "\"lst\": h",
	    "\"aggregation_uri\": \"https://a\", \"lst\": h" },
	{ "aggregation twice", KM_ERR_ORDER, "\"lst\": h",
	    "\"aggregation_uri\": \"a\", \"aggregation_uri\": \"a\", "
	    "\"lst\": h" },
	{ "lst twice", KM_ERR_ORDER, "\"bits\": 2", "\"lst\": h'0a'" },
	{ "bits twice", KM_ERR_ORDER, "\"lst\": h'0a0b'", "\"bits\": 2" },
	{ "no lst", KM_ERR_MISSING, "\"lst\": h'0a0b', ", "" },
	{ "no bits", KM_ERR_MISSING, ", \"bits\": 2", "" },
	{ "lst empty", KM_ERR_LIMIT, "h'0a0b'", "h''" },
	{ "lst as text", KM_ERR_TYPE, "h'0a0b'", "\"eNo\"" },
	{ "bits 0", KM_ERR_VALUE, "\"bits\": 2", "\"bits\": 0" },
	{ "bits 1", KM_OK, "\"bits\": 2", "\"bits\": 1" },
	{ "bits 3", KM_ERR_VALUE, "\"bits\": 2", "\"bits\": 3" },
	{ "bits 4", KM_OK, "\"bits\": 2", "\"bits\": 4" },
	{ "bits 6", KM_ERR_VALUE, "\"bits\": 2", "\"bits\": 6" },
	{ "bits 8", KM_OK, "\"bits\": 2", "\"bits\": 8" },
	{ "bits 16", KM_ERR_VALUE, "\"bits\": 2", "\"bits\": 16" },
	{ "payload and more", KM_ERR_TRAILING, "3600}>>", "3600}, 1>>" },
	{ "claims as a list", KM_ERR_TYPE, "<<{2: ", "<<[], {2: " },
};

static enum km_err
decode(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_status_list	l, l0;
	enum km_err		err;

	memset(&l0, 0xa5, sizeof(l0));
	l = l0;
	err = km_status_decode(&l, buf, len);
	*untouched = memcmp(&l, &l0, sizeof(l)) == 0;
	return err;
}

static void
test_rows(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(ours, own_rows,
	    sizeof(own_rows) / sizeof(own_rows[0]), decode), 0);
	assert_int_equal(notation_rows(ours, claim_rows,
	    sizeof(claim_rows) / sizeof(claim_rows[0]), decode), 0);
}

#define TEXT_IS(b, s)	assert_true(km_bytes_equal(b, km_bytes_of(s)))

static void
test_fields(void **state)
{
	const char		*foreign = "18([<<{16: 279, 1: -7}>>, "
	    "{33: h'00', 4: h'3132'}, <<{6: 5, 65533: {\"bits\": 8, "
	    "\"lst\": h'0a0b0c'}, 2: \"urn:x\", 1: \"urn:y\"}>>, h'" SIG "'])";
	struct sample_buf	b = { 0 };
	struct km_status_list	l;

	(void)state;
	notation(&b, ours);
	assert_int_equal(km_status_decode(&l, b.p, b.len), KM_OK);
	TEXT_IS(l.uri, URI);
	TEXT_IS(l.iss, "https://keurmerk.example");
	assert_int_equal(l.iat, 1795392000);
	assert_int_equal(l.exp, 1796000000);
	assert_int_equal(l.ttl, 3600);
	assert_int_equal(l.bits, 2);
	assert_int_equal(l.lst.len, 2);
	assert_int_equal(l.lst.p[1], 0x0b);
	assert_int_equal(l.alg, -9);
	assert_int_equal(l.kid.len, 8);
	assert_int_equal(l.sig[63], 1);

	b.len = 0;
	notation(&b, foreign);
	assert_int_equal(km_status_decode(&l, b.p, b.len), KM_OK);
	TEXT_IS(l.uri, "urn:x");
	TEXT_IS(l.iss, "urn:y");
	TEXT_IS(l.kid, "12");
	assert_int_equal(l.exp, 0);
	assert_int_equal(l.ttl, 0);
	assert_int_equal(l.alg, -7);
	assert_int_equal(l.lst.len, 3);
	sample_free(&b);
}

/* Of every size of entry, the values written one by one, and beyond. */
static void
test_get(void **state)
{
	uint8_t		bytes[16];
	struct km_bytes	entries = { bytes, sizeof(bytes) };
	unsigned int	bits, at, i, n;

	(void)state;
	for (bits = 1; bits <= 8; bits *= 2) {
		memset(bytes, 0, sizeof(bytes));
		n = sizeof(bytes) * 8 / bits;
		for (i = 0; i < n; i++) {
			at = i * bits;
			bytes[at / 8] = (uint8_t)(bytes[at / 8] |
			    (i * 7 & ((1u << bits) - 1)) << at % 8);
		}
		for (i = 0; i < n; i++)
			assert_int_equal(km_status_get(entries, bits, i),
			    i * 7 & ((1u << bits) - 1));
		assert_int_equal(km_status_get(entries, bits, n), -1);
		assert_int_equal(km_status_get(entries, bits, UINT64_MAX), -1);
	}
	assert_int_equal(km_status_get(entries, 0, 0), -1);
	assert_int_equal(km_status_get(entries, 3, 0), -1);
	assert_int_equal(km_status_get(entries, 16, 0), -1);
	entries.len = 0;
	assert_int_equal(km_status_get(entries, 8, 0), -1);
	/* Lowest bits first (section 4.1 of the draft). */
	bytes[0] = 0xb9;
	entries.len = 1;
	assert_int_equal(km_status_get(entries, 1, 0), 1);
	assert_int_equal(km_status_get(entries, 1, 1), 0);
	assert_int_equal(km_status_get(entries, 2, 1), 2);
}

static int
verifies(const struct km_status_list *l, const uint8_t *key, size_t len)
{
	uint8_t		tbs[KM_TBS_MAX];
	struct km_ask	ask = { l->alg, -1, { key, len },
			    { { tbs, 0 }, l->payload }, l->sig };

	ask.msg[0].len = km_tbs(tbs, l->protected_, NULL, l->payload.len);
	return km_openssl_verify(NULL, &ask);
}

/* What the sample maker signs, in both forms; and no bit of it flipped. */
static void
test_signed(void **state)
{
	static uint8_t		out[16384];
	struct sample_status	s;
	struct sample_buf	b = { 0 };
	struct sample_key	key;
	struct km_status_list	l;
	struct km_bytes		entries = { out, 0 };
	int			foreign;

	(void)state;
	for (foreign = 0; foreign < 2; foreign++) {
		sample_key(&key, foreign ? -7 : -9, "a");
		sample_status(&s, &key);
		sample_status_set(&s, 5, 1);
		sample_status_set(&s, 65535, 3);
		b.len = 0;
		if (foreign)
			sample_status_foreign(&b, &s);
		else
			sample_status_write(&b, &s);
		assert_int_equal(km_status_decode(&l, b.p, b.len), KM_OK);
		assert_int_equal(verifies(&l, key.pub, key.len), 1);
		assert_int_equal(km_inflate(out, sizeof(out), &entries.len,
		    l.lst.p, l.lst.len), KM_OK);
		assert_int_equal(entries.len, 16384);
		assert_int_equal(km_status_get(entries, 2, 4), 0);
		assert_int_equal(km_status_get(entries, 2, 5), 1);
		assert_int_equal(km_status_get(entries, 2, 65535), 3);
		assert_int_equal(km_status_get(entries, 2, 65536), -1);
		sample_status_free(&s);
		sample_key_free(&key);
	}
	sample_free(&b);
}

static void
from_hex(struct sample_buf *b, json_t *in, const char *key)
{
	const char	*hex = json_string_value(json_object_get(in, key));
	char		*text = malloc(strlen(hex) + 4);

	sprintf(text, "x'%s'", hex);
	notation(b, text);
	free(text);
}

static json_t *
vectors(void)
{
	const char	*path = "../shared/vectors/token_status_list.json";
	json_t		*root = json_load_file(path, 0, NULL);

	if (root == NULL) {
		print_message("%s is not there\n", path);
		skip();
	}
	return root;
}

/* Every entry that is not zero is named, all others are. */
static void
test_encodings(void **state)
{
	json_t		*root = vectors(), *list, *some, *value;
	struct sample_buf b = { 0 };
	struct km_cbor	d;
	struct km_bytes	lst, entries;
	uint8_t		*out = malloc(KM_LIST_INFLATED_MAX);
	unsigned int	bits;
	char		key[24];
	size_t		i, k, n;

	(void)state;
	assert_non_null(out);
	json_array_foreach(json_object_get(root, "lists"), i, list) {
		b.len = 0;
		from_hex(&b, list, "status_list_cbor");
		km_cbor_begin(&d, b.p, b.len);
		km_cbor_map(&d, 2, 2);
		km_cbor_literal(&d, "bits");
		bits = (unsigned int)km_cbor_uint(&d, 1, 8);
		km_cbor_literal(&d, "lst");
		lst = km_cbor_bytes(&d, 1, KM_LIST_MAX);
		assert_int_equal(km_cbor_end(&d), KM_OK);
		entries.p = out;
		assert_int_equal(km_inflate(out, KM_LIST_INFLATED_MAX,
		    &entries.len, lst.p, lst.len), KM_OK);
		n = (size_t)json_integer_value(json_object_get(list,
		    "entries"));
		assert_int_equal(entries.len, n * bits / 8);
		some = json_object_get(list, "non_zero");
		for (k = 0; k < n; k++) {
			snprintf(key, sizeof(key), "%zu", k);
			value = json_object_get(some, key);
			if (km_status_get(entries, bits, k) !=
			    (int)json_integer_value(value))
				fail_msg("list %zu, entry %zu", i, k);
		}
		assert_int_equal(km_status_get(entries, bits, n), -1);
	}
	assert_int_equal(i, 6);
	json_decref(root);
	sample_free(&b);
	free(out);
}

/* The token of the draft: other order, high s, kid unprotected, ES256. */
static void
test_token(void **state)
{
	json_t			*root = vectors(), *tokens, *key;
	struct sample_buf	b = { 0 }, k = { 0 };
	struct km_status_list	l;
	struct km_attestation	a;
	struct km_sign1		s;
	size_t			bit;

	(void)state;
	tokens = json_object_get(root, "tokens");
	key = json_object_get(tokens, "key");
	from_hex(&b, tokens, "status_list_token");
	from_hex(&k, key, "x");
	from_hex(&k, key, "y");
	assert_int_equal(km_status_decode(&l, b.p, b.len), KM_OK);
	TEXT_IS(l.uri, "https://example.com/statuslists/1");
	assert_int_equal(l.ttl, 43200);
	assert_int_equal(km_p256_canonical(l.sig), 0);
	assert_int_equal(verifies(&l, k.p, k.len), 1);
	for (bit = 0; bit < 8 * b.len; bit++) {
		b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		/* The kid is not signed: a flip there changes nothing else. */
		if (km_status_decode(&l, b.p, b.len) == KM_OK &&
		    verifies(&l, k.p, k.len) &&
		    km_bytes_equal(l.kid, km_bytes_of("12")))
			fail_msg("bit %zu", bit);
		b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	/* The other one is neither a list nor an attestation. */
	b.len = 0;
	from_hex(&b, tokens, "referenced_token");
	assert_int_equal(km_status_decode(&l, b.p, b.len), KM_ERR_TYP);
	assert_int_equal(km_attestation_decode(&a, &s, b.p, b.len),
	    KM_ERR_HEADER);
	json_decref(root);
	sample_free(&b);
	sample_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
