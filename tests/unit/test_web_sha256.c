/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * SHA-256 of the WebAssembly build: the examples of FIPS 180-4 (NIST's
 * "SHA256.pdf" and "SHA2 Additional"), and at every length around two blocks
 * what libcrypto says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "verifier/crypto.h"

/* It stands in for the library's own, so here it goes by another name. */
void	 web_sha256(uint8_t out[KM_HASH_LEN], const struct km_bytes *, size_t);
#define km_sha256	web_sha256
#include "verifier/web/sha256.c"
#undef km_sha256

static void
expect(const char *hex, const struct km_bytes *part, size_t n)
{
	uint8_t	hash[KM_HASH_LEN];
	char	text[2 * KM_HASH_LEN + 1];
	size_t	i;

	web_sha256(hash, part, n);
	for (i = 0; i < sizeof(hash); i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	assert_string_equal(text, hex);
}

static void
expect_text(const char *hex, const char *text)
{
	struct km_bytes	part = { (const uint8_t *)text, strlen(text) };

	expect(hex, &part, 1);
}

static void
test_nist(void **state)
{
	struct km_bytes	 part;
	uint8_t		*much;

	(void)state;
	expect_text("ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad", "abc");
	expect_text("248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1",
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
	expect_text("cf5b16a778af8380036ce59e7b049237"
	    "0b249b11e8f07a51afac45037afee9d1",
	    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu");
	expect("e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855", NULL, 0);
	expect_text("68325720aabd7c82f30f554b313d0570"
	    "c95accbb7dc4b5aae11204c08ffe732b", "\xbd");
	much = malloc(1000000);
	assert_non_null(much);
	memset(much, 'a', 1000000);
	part = (struct km_bytes){ much, 1000000 };
	expect("cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0", &part, 1);
	free(much);
}

static void
test_lengths(void **state)
{
	uint8_t		a[KM_HASH_LEN], b[KM_HASH_LEN], bytes[200];
	struct km_bytes	part[3];
	size_t		i, cut;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + 3);
	for (i = 0; i <= sizeof(bytes); i++)
		for (cut = 0; cut <= i; cut += 13) {
			part[0] = (struct km_bytes){ bytes, cut };
			part[1] = (struct km_bytes){ NULL, 0 };
			part[2] = (struct km_bytes){ bytes + cut, i - cut };
			web_sha256(a, part, 3);
			km_sha256(b, part, 3);
			assert_memory_equal(a, b, sizeof(a));
		}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_nist),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
