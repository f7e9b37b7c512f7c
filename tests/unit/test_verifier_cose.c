/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/cose.h: one row a rule; and against OpenSSL and RFC 9679. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/notation.h"
#include "verifier/core.h"
#include "verifier/cose.h"

#define H32	"0101010101010101010101010101010101010101010101010101010101010101"
#define H8	"0102030405060708"
#define T40	"abcdefghijabcdefghijabcdefghijabcdefghij"
#define T510	T40 T40 T40 T40 T40 T40 T40 T40 T40 T40 T40 T40		\
		"abcdefghijabcdefghijabcdefghij"
/* n, n - 1, (n - 1) / 2 and one more, of P-256 */
#define N	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define N_1	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define HALF	"7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8"
#define HALF_1	"7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9"
#define ZERO	"0000000000000000000000000000000000000000000000000000000000000000"

#define HEADER(alg)	"<<{1: " alg ", 4: h'" H8 "', "			\
    "15: {1: \"https://a.example\", 2: \"epoch\"}, "			\
    "16: \"application/keurmerk-epoch+cose\"}>>"
#define REST(s)		", {}, h'0a', h'" H32 s "'"

static const char good_sign1[] = "18([" HEADER("-9") REST(H32) "])";

static const struct notation_row sign1_rows[] = {
	{ "no tag", KM_ERR_TAG, "18([", "([" },
	{ "tag 17, a MAC", KM_ERR_TAG, "18([", "17([" },
	{ "tag 61, a CWT", KM_ERR_TAG, "18([", "61([" },
	{ "another alg", KM_ERR_ALG, "1: -9", "1: -35" },
	{ "ES256", KM_ERR_ALG, "1: -9", "1: -7" },
	{ "alg as text", KM_ERR_TYPE, "1: -9", "1: \"ES256\"" },
	{ "kid of seven", KM_ERR_LIMIT, "4: h'01", "4: h'" },
	{ "kid of nine", KM_ERR_LIMIT, "4: h'01", "4: h'0101" },
	{ "kid as text", KM_ERR_TYPE, "h'" H8 "'", "\"12345678\"" },
	{ "iss with a port", KM_ERR_VALUE, "a.example", "a.example:80" },
	{ "iss with a slash", KM_ERR_VALUE, "a.example", "a.example/" },
	{ "iss of http", KM_ERR_VALUE, "https", "http" },
	{ "iss with capital", KM_ERR_VALUE, "a.example", "A.example" },
	{ "sub empty", KM_ERR_LIMIT, "\"epoch\"", "\"\"" },
	{ "sub of 161", KM_ERR_LIMIT, "\"epoch\"",
	    "\"" T40 T40 T40 T40 "a\"" },
	{ "no sub", KM_ERR_HEADER, ", 2: \"epoch\"", "" },
	{ "third claim", KM_ERR_HEADER, "\"epoch\"}", "\"epoch\", 3: 1}" },
	{ "claims swapped", KM_ERR_HEADER,
	    "1: \"https://a.example\", 2: \"epoch\"",
	    "2: \"epoch\", 1: \"https://a.example\"" },
	{ "another typ", KM_ERR_TYP, "-epoch+", "-trust+" },
	{ "typ longer", KM_ERR_TYP, "+cose", "+cosee" },
	{ "typ as number", KM_ERR_TYPE,
	    "\"application/keurmerk-epoch+cose\"", "279" },
	{ "no typ", KM_ERR_HEADER,
	    ", 16: \"application/keurmerk-epoch+cose\"", "" },
	{ "fifth parameter", KM_ERR_HEADER, "cose\"}", "cose\", 17: 1}" },
	{ "crit", KM_ERR_HEADER, "4: h'", "2: [16], 4: h'" },
	{ "crit in place of kid", KM_ERR_HEADER, "4: h'" H8 "'",
	    "2: [16]" },
	{ "alg after kid", KM_ERR_HEADER, "1: -9, 4: h'" H8 "'",
	    "4: h'" H8 "', 1: -9" },
	{ "alg twice", KM_ERR_HEADER, "4: h'" H8 "'", "1: -9" },
	{ "label of two bytes", KM_ERR_ENCODING, "16: \"app",
	    "x'1810': \"app" },
	{ "label not shortest", KM_ERR_ENCODING, "4: h'", "x'1804': h'" },
	{ "protected not a map", KM_ERR_TYPE, "<<{1: -9", "<<[], {1: -9" },
	{ "protected and more", KM_ERR_TRAILING, "}>>", "}, 0>>" },
	{ "protected as a map", KM_ERR_TYPE, HEADER("-9"), "{1: -9}" },
	{ "protected empty", KM_ERR_LIMIT, HEADER("-9"), "h''" },
	{ "protected of 513", KM_ERR_LIMIT, HEADER("-9"), "<<\"" T510 "\">>" },
	{ "unprotected kid", KM_ERR_HEADER, "{}, h'0a'",
	    "{4: h'" H8 "'}, h'0a'" },
	{ "unprotected absent", KM_ERR_TYPE, "{}, h'0a'", "h'0a', h'0b'" },
	{ "payload nil", KM_ERR_TYPE, "h'0a'", "null" },
	{ "payload empty", KM_ERR_LIMIT, "h'0a'", "h''" },
	{ "payload as text", KM_ERR_TYPE, "h'0a'", "\"a\"" },
	{ "signature of 63", KM_ERR_LIMIT, "h'0101010101010101010101010101",
	    "h'01010101010101010101010101" },
	{ "signature of 65", KM_ERR_LIMIT, "h'0101010101010101010101010101",
	    "h'010101010101010101010101010101" },
	{ "high s", KM_ERR_SIGNATURE, H32 H32, H32 HALF_1 },
	{ "low s, the last", KM_OK, H32 H32, H32 HALF },
	{ "five in the array", KM_ERR_LIMIT, "18([", "18([0, " },
	{ "head not shortest", KM_ERR_ENCODING, "h'0a'", "x'58010a'" },
	{ "indefinite payload", KM_ERR_ENCODING, "h'0a'", "x'5f410aff'" },
	{ "Ed25519: high s is nothing there", KM_OK,
	    HEADER("-9") REST(H32), HEADER("-19") REST(N) },
};

#define FILL	0xa5

static int
is_filled(const void *p, size_t len)
{
	const uint8_t	*b = p;

	while (len > 0 && b[len - 1] == FILL)
		len--;
	return len == 0;
}

static enum km_err
decode_sign1(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_sign1	s;
	enum km_err	err;

	memset(&s, FILL, sizeof(s));
	err = km_sign1_decode(&s, buf, len, KM_TYP_EPOCH, 0);
	*untouched = is_filled(&s, sizeof(s));
	return err;
}

static void
test_sign1(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(good_sign1, sign1_rows,
	    sizeof(sign1_rows) / sizeof(sign1_rows[0]), decode_sign1), 0);
}

static const char good_approval[] =
    "18([<<{1: -19, 4: h'" H8 "', 15: {1: \"jan.de-vries\", 2: \"00ff\"}, "
    "16: \"application/keurmerk-approval+cose\"}>>, {}, null, "
    "h'" H32 H32 "'])";

static const struct notation_row approval_rows[] = {
	{ "root", KM_OK, "jan.de-vries", "root:0102030405060708" },
	{ "payload", KM_ERR_TYPE, "null", "h'0a'" },
	{ "undefined", KM_ERR_TYPE, "null", "x'f7'" },
	{ "capital", KM_ERR_VALUE, "jan", "Jan" },
	{ "point first", KM_ERR_VALUE, "jan", ".jan" },
	{ "colon first", KM_ERR_VALUE, "jan", ":jan" },
	{ "address", KM_ERR_VALUE, "jan", "jan/x" },
	{ "space", KM_ERR_TEXT, "jan", "jan " },
	{ "65 bytes", KM_ERR_LIMIT, "jan.de-vries", T40
	    "abcdefghijabcdefghijabcde" },
	{ "another object", KM_ERR_TYP, "-approval+cose", "-epoch+cose" },
};

static enum km_err
decode_approval(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_sign1	s;
	enum km_err	err;

	memset(&s, FILL, sizeof(s));
	err = km_sign1_decode(&s, buf, len, KM_TYP_APPROVAL, 1);
	*untouched = is_filled(&s, sizeof(s));
	if (err == KM_OK && (s.payload.p != NULL || s.payload.len != 0))
		fail();
	return err;
}

static void
test_detached(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(good_approval, approval_rows,
	    sizeof(approval_rows) / sizeof(approval_rows[0]),
	    decode_approval), 0);
}

#define SIGNER(kid, alg, s)						\
    "[<<{1: " alg ", 4: h'" kid "'}>>, {}, h'" H32 s "']"
#define SIGNER_1	SIGNER("0102030405060708", "-9", H32)
#define SIGNER_2	SIGNER("0102030405060709", "-19", N)

static const char good_sign[] =
    "98([<<{15: {1: \"https://a.example\", 2: \"trust\"}, "
    "16: \"application/keurmerk-trust+cose\"}>>, {}, h'0a', ["
    SIGNER_1 ", " SIGNER_2 "]])";

static const struct notation_row sign_rows[] = {
	{ "tag 18", KM_ERR_TAG, "98(", "18(" },
	{ "alg for all", KM_ERR_HEADER, "<<{15:", "<<{1: -9, 15:" },
	{ "no typ", KM_ERR_HEADER,
	    ", 16: \"application/keurmerk-trust+cose\"", "" },
	{ "another typ", KM_ERR_TYP, "-trust+cose", "-officers+cose" },
	{ "unprotected", KM_ERR_HEADER, "{}, h'0a'", "{1: 1}, h'0a'" },
	{ "nil", KM_ERR_TYPE, "h'0a'", "null" },
	{ "nobody signs", KM_ERR_LIMIT, SIGNER_1 ", " SIGNER_2, "" },
	{ "one signs", KM_OK, ", " SIGNER_2, "" },
	{ "signer twice", KM_ERR_ORDER, SIGNER_2, SIGNER_1 },
	{ "same kid, other alg", KM_ERR_ORDER, "0708'}>>", "0709'}>>" },
	{ "descending", KM_ERR_ORDER, SIGNER_1 ", " SIGNER_2,
	    SIGNER_2 ", " SIGNER_1 },
	{ "signer of another alg", KM_ERR_ALG, "-19", "-7" },
	{ "signer's typ", KM_ERR_HEADER, "0709'}", "0709', 16: 1}" },
	{ "signer without kid", KM_ERR_HEADER,
	    ", 4: h'0102030405060709'", "" },
	{ "signer's kid of seven", KM_ERR_LIMIT, "h'0102030405060709'",
	    "h'02030405060709'" },
	{ "signer unprotected", KM_ERR_HEADER, "0709'}>>, {}",
	    "0709'}>>, {4: 1}" },
	{ "signer's high s", KM_ERR_SIGNATURE, H32 H32, H32 HALF_1 },
	{ "signature of 65", KM_ERR_LIMIT, H32 N, H32 N "00" },
	{ "signer of four", KM_ERR_LIMIT, "[<<{1: -19", "[0, <<{1: -19" },
	{ "signer and more in header", KM_ERR_TRAILING, "0709'}>>",
	    "0709'}, 0>>" },
	{ "17 sign", KM_ERR_LIMIT, "h'0a', [", "h'0a', [0, 0, 0, 0, 0, 0, 0,"
	    "0, 0, 0, 0, 0, 0, 0, 0, " },
};

static enum km_err
decode_sign(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_sign	s;
	enum km_err	err;

	memset(&s, FILL, sizeof(s));
	err = km_sign_decode(&s, buf, len, KM_TYP_TRUST);
	*untouched = is_filled(&s, sizeof(s));
	return err;
}

static void
test_sign(void **state)
{
	(void)state;
	assert_int_equal(notation_rows(good_sign, sign_rows,
	    sizeof(sign_rows) / sizeof(sign_rows[0]), decode_sign), 0);
}

static const char good_key[] =
    "{1: 2, 3: -9, -1: 1, -2: h'" H32 "', -3: h'" N "'}";

static const struct notation_row key_rows[] = {
	{ "Ed25519", KM_OK, "1: 2, 3: -9, -1: 1, -2: h'" H32 "', -3: h'" N
	    "'", "1: 1, 3: -19, -1: 6, -2: h'" H32 "'" },
	{ "kty 3", KM_ERR_KEY, "{1: 2", "{1: 3" },
	{ "alg of the other kty", KM_ERR_ALG, "3: -9", "3: -19" },
	{ "P-384's alg", KM_ERR_ALG, "3: -9", "3: -51" },
	{ "ES256", KM_ERR_ALG, "3: -9", "3: -7" },
	{ "P-384", KM_ERR_KEY, "-1: 1", "-1: 2" },
	{ "no alg", KM_ERR_TYPE, "3: -9, ", "" },
	{ "no y", KM_ERR_TYPE, ", -3: h'" N "'", "" },
	{ "y as a sign", KM_ERR_TYPE, "h'" N "'", "x'f5'" },
	{ "x of 31", KM_ERR_LIMIT, "-2: h'01", "-2: h'" },
	{ "x of 33", KM_ERR_LIMIT, "-2: h'01", "-2: h'0101" },
	{ "y of 33", KM_ERR_LIMIT, "-3: h'ff", "-3: h'ffff" },
	{ "with d", KM_ERR_LIMIT, "'}", "', -4: h'" H32 "'}" },
	{ "kid in it", KM_ERR_TYPE, "3: -9", "2: h'00'" },
	{ "y twice", KM_ERR_TYPE, "-2: h'" H32, "-3: h'" H32 },
	{ "Ed25519 with y", KM_ERR_TYPE, "1: 2, 3: -9, -1: 1",
	    "1: 1, 3: -19, -1: 6" },
	{ "Ed25519 on P-256", KM_ERR_KEY, "1: 2, 3: -9, -1: 1",
	    "1: 1, 3: -19, -1: 1" },
};

static enum km_err
decode_key_as(const uint8_t *buf, size_t len, int *untouched, int foreign)
{
	struct km_cbor	d;
	struct km_key	key;

	memset(&key, FILL, sizeof(key));
	km_cbor_begin(&d, buf, len);
	km_key_read(&d, &key, foreign);
	*untouched = is_filled(&key, sizeof(key));
	if (km_cbor_end(&d) == KM_ERR_TRAILING)	/* the key itself is good */
		*untouched = 1;
	return km_cbor_end(&d);
}

static enum km_err
decode_key(const uint8_t *buf, size_t len, int *untouched)
{
	return decode_key_as(buf, len, untouched, 0);
}

static enum km_err
decode_foreign(const uint8_t *buf, size_t len, int *untouched)
{
	return decode_key_as(buf, len, untouched, 1);
}

static void
test_key(void **state)
{
	const struct notation_row foreign[] = {
		{ "ES256", KM_OK, "3: -9", "3: -7" },
		{ "EdDSA on P-256", KM_ERR_ALG, "3: -9", "3: -8" },
		{ "EdDSA", KM_OK, "1: 2, 3: -9, -1: 1, -2: h'" H32
		    "', -3: h'" N "'", "1: 1, 3: -8, -1: 6, -2: h'" H32 "'" },
		{ "ES384", KM_ERR_ALG, "3: -9", "3: -35" },
		{ "ES256 on Ed25519", KM_ERR_ALG, "1: 2, 3: -9, -1: 1, -2: h'"
		    H32 "', -3: h'" N "'", "1: 1, 3: -7, -1: 6, -2: h'" H32
		    "'" },
	};

	(void)state;
	assert_int_equal(notation_rows(good_key, key_rows,
	    sizeof(key_rows) / sizeof(key_rows[0]), decode_key), 0);
	assert_int_equal(notation_rows(good_key, foreign,
	    sizeof(foreign) / sizeof(foreign[0]), decode_foreign), 0);
}

/* RFC 9679 section 6.1; and the sample maker's own, of both kinds. */
static void
test_thumbprint(void **state)
{
	const char		*x = "{1: 2, 3: -9, -1: 1, -2: h'65eda5a12577"
	    "c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d', "
	    "-3: h'1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eec"
	    "d0084d19c'}";
	const char		*want = "x'496bd8afadf307e5b08c64b0421bf9dc015"
	    "28a344a43bda88fadd1669da253ec'";
	const int		alg[] = { -9, -19, -7, -8 };
	struct sample_buf	b = { 0 };
	struct sample_key	made;
	struct km_key		key;
	struct km_cbor		d;
	uint8_t			got[KM_HASH_LEN];
	size_t			i, len;

	(void)state;
	notation(&b, x);
	km_cbor_begin(&d, b.p, b.len);
	km_key_read(&d, &key, 0);
	assert_int_equal(km_cbor_end(&d), KM_OK);
	len = b.len;
	notation(&b, want);
	km_key_thumbprint(got, &key);
	assert_memory_equal(got, b.p + len, KM_HASH_LEN);
	assert_memory_equal(key.kid, b.p + len, KM_KID_LEN);

	for (i = 0; i < 4; i++) {
		sample_key(&made, alg[i], "a");
		b.len = 0;
		sample_key_write(&b, &made);
		km_cbor_begin(&d, b.p, b.len);
		km_key_read(&d, &key, 1);
		assert_int_equal(km_cbor_end(&d), KM_OK);
		assert_int_equal(key.alg, alg[i]);
		assert_int_equal(key.len, made.len);
		assert_memory_equal(key.bytes, made.pub, made.len);
		assert_memory_equal(key.kid, made.kid, KM_KID_LEN);
		sample_key_free(&made);
	}
	sample_free(&b);
}

static int
canonical(const char *hex)
{
	struct sample_buf	b = { 0 };
	int			r;

	notation(&b, hex);
	assert_int_equal(b.len, KM_SIG_LEN);
	r = km_p256_canonical(b.p);
	sample_free(&b);
	return r;
}

static void
test_canonical(void **state)
{
	(void)state;
	assert_int_equal(canonical("x'" N_1 HALF "'"), 1);
	assert_int_equal(canonical("x'" H32 H32 "'"), 1);
	assert_int_equal(canonical("x'" N HALF "'"), 0);
	assert_int_equal(canonical("x'" ZERO HALF "'"), 0);
	assert_int_equal(canonical("x'" N_1 HALF_1 "'"), 0);
	assert_int_equal(canonical("x'" N_1 N_1 "'"), 0);
	assert_int_equal(canonical("x'" N_1 ZERO "'"), 0);
	assert_int_equal(canonical("x'" ZERO ZERO "'"), 0);
}

/* Sig_structure built by the CBOR writer of the samples, all head sizes. */
static void
test_tbs(void **state)
{
	const size_t		lens[] = { 0, 1, 23, 24, 255, 256, 900 };
	const size_t		pay[] = { 0, 23, 24, 255, 256, 65535, 65536 };
	static uint8_t		any[65536];
	struct sample_buf	b = { 0 };
	struct km_bytes		prot, sign = { any, 24 };
	uint8_t			tbs[KM_TBS_MAX + 1];
	size_t			i, k, n;
	int			many;

	(void)state;
	for (i = 0; i < 7; i++)
	for (k = 0; k < 7; k++)
	for (many = 0; many < 2; many++) {
		b.len = 0;
		sample_array(&b, many ? 5 : 4);
		sample_text(&b, many ? "Signature" : "Signature1");
		sample_bytes(&b, any, lens[i]);
		if (many)
			sample_bytes(&b, any, 24);
		sample_bytes(&b, any, 0);
		sample_bytes(&b, any, pay[k]);
		prot.p = any;
		prot.len = lens[i];
		memset(tbs, 0x5a, sizeof(tbs));
		n = km_tbs(tbs, prot, many ? &sign : NULL, pay[k]);
		assert_int_equal(n, b.len - pay[k]);
		assert_memory_equal(tbs, b.p, n);
		assert_int_equal(tbs[n], 0x5a);
	}
	/* 84 6a and the text, 59 and two bytes, 40, 40: 17 besides. */
	prot.len = KM_TBS_MAX - 17;
	assert_int_equal(km_tbs(tbs, prot, NULL, 0), KM_TBS_MAX);
	assert_int_equal(tbs[KM_TBS_MAX], 0x5a);
	prot.len++;
	assert_int_equal(km_tbs(tbs, prot, NULL, 0), 0);
	prot.len = SIZE_MAX;
	assert_int_equal(km_tbs(tbs, prot, NULL, 0), 0);
	assert_int_equal(tbs[KM_TBS_MAX], 0x5a);
	sample_free(&b);
}

static int
verifies(const struct km_sign1 *s, const struct sample_key *key)
{
	uint8_t		tbs[KM_TBS_MAX];
	struct km_ask	ask = { s->alg, -1, { key->pub, key->len },
			    { { tbs, 0 }, s->payload }, s->sig };

	ask.msg[0].len = km_tbs(tbs, s->protected_, NULL, s->payload.len);
	return km_openssl_verify(NULL, &ask);
}

/* What another maker signed verifies; with the other s it is not read. */
static void
test_signed(void **state)
{
	const int		alg[] = { -9, -19 };
	struct sample_buf	b = { 0 };
	struct sample_key	key, other;
	struct km_sign1		s;
	size_t			i;

	(void)state;
	for (i = 0; i < 2; i++) {
		sample_key(&key, alg[i], "a");
		sample_key(&other, alg[i], "b");
		b.len = 0;
		sample_sign1(&b, &key, "https://a.example", "epoch",
		    KM_TYP_EPOCH, "payload", 7);
		assert_int_equal(km_sign1_decode(&s, b.p, b.len,
		    KM_TYP_EPOCH, 0), KM_OK);
		assert_int_equal(s.alg, alg[i]);
		assert_memory_equal(s.kid.p, key.kid, KM_KID_LEN);
		assert_true(km_bytes_equal(s.iss,
		    km_bytes_of("https://a.example")));
		assert_true(km_bytes_equal(s.sub, km_bytes_of("epoch")));
		assert_true(km_bytes_equal(s.payload,
		    km_bytes_of("payload")));
		assert_int_equal(verifies(&s, &key), 1);
		assert_int_equal(verifies(&s, &other), 0);
		if (alg[i] == -9) {
			sample_other_s(b.p + b.len - KM_SIG_LEN);
			assert_int_equal(verifies(&s, &key), 1);
			assert_int_equal(km_sign1_decode(&s, b.p, b.len,
			    KM_TYP_EPOCH, 0), KM_ERR_SIGNATURE);
		}
		sample_key_free(&key);
		sample_key_free(&other);
	}
	sample_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign1),
		cmocka_unit_test(test_detached),
		cmocka_unit_test(test_sign),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_thumbprint),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_tbs),
		cmocka_unit_test(test_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
