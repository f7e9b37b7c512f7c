/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The inverse modulo the order of P-256 against BN_mod_inverse(): powers of
 * two and their negatives, small numbers, and a long walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>

#include "verifier/crypto_inverse.h"

/* SEC 2 version 2 section 2.4.2; others at the ends; 2^255 - 19; small. */
static const char *const moduli[] = {
	"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF43",
	"8000000000000000000000000000000000000000000000000000000000000063",
	"7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED",
	"61"
};

static void
compare(const BIGNUM *a, const BIGNUM *n, BN_CTX *ctx)
{
	uint8_t	a32[32], n32[32], out[32], want[32];
	BIGNUM	*w;

	if (BN_is_zero(a) || BN_cmp(a, n) >= 0)
		return;
	w = BN_mod_inverse(NULL, a, n, ctx);
	assert_non_null(w);
	assert_int_equal(BN_bn2binpad(a, a32, 32), 32);
	assert_int_equal(BN_bn2binpad(n, n32, 32), 32);
	assert_int_equal(BN_bn2binpad(w, want, 32), 32);
	km_inverse(out, a32, n32);
	assert_memory_equal(out, want, 32);
	/* In place, as 1 / (1 / a). */
	km_inverse(out, out, n32);
	assert_memory_equal(out, a32, 32);
	BN_free(w);
}

static void
test_inverse(void **state)
{
	BN_CTX	*ctx = BN_CTX_new();
	BIGNUM	*n = NULL, *a = BN_new(), *b = BN_new();
	size_t	 i;
	int	 k;

	(void)state;
	for (i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++) {
		assert_true(BN_hex2bn(&n, moduli[i]) > 0);
		for (k = 0; k < 256; k++) {
			BN_zero(a);
			BN_set_bit(a, k);
			if (BN_cmp(a, n) >= 0)
				break;
			compare(a, n, ctx);
			BN_sub(b, n, a);
			compare(b, n, ctx);
		}
		BN_one(a);
		for (k = 0; k < 2000; k++) {
			BN_mul_word(a, 0x9e3779b97f4a7c15);
			BN_add_word(a, 1);
			BN_mod(a, a, n, ctx);
			BN_gcd(b, a, n, ctx);
			if (BN_is_one(b))
				compare(a, n, ctx);
		}
	}
	BN_free(n);
	BN_free(a);
	BN_free(b);
	BN_CTX_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_inverse)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
