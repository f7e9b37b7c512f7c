/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers modulo 2^255 - 19 against libcrypto's: with the products that the
 * compiler makes and with those made of halves, at and around all ends, with
 * limbs as full as they may be, and in a long walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>

#include "verifier/crypto_field.h"

/* The same once more, as it is where the compiler has no 128 bits. */
void	halves_mul(struct km_field *, const struct km_field *,
	    const struct km_field *);
void	halves_inverse(struct km_field *, const struct km_field *);
void	halves_read(struct km_field *, const uint8_t[KM_FIELD_LEN]);
void	halves_write(uint8_t[KM_FIELD_LEN], const struct km_field *);
#define KM_FIELD_HALVES
#define km_field_mul		halves_mul
#define km_field_inverse	halves_inverse
#define km_field_read		halves_read
#define km_field_write		halves_write
#include "verifier/crypto_field.c"
#undef km_field_mul
#undef km_field_inverse
#undef km_field_read
#undef km_field_write

static const char	prime[] =
    "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED";

struct world {
	BN_CTX	*ctx;
	BIGNUM	*p, *a, *b, *want;
};

static int
setup(void **state)
{
	static struct world	w;

	w.ctx = BN_CTX_new();
	w.a = BN_new();
	w.b = BN_new();
	w.want = BN_new();
	assert_true(BN_hex2bn(&w.p, prime) > 0);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	BN_CTX_free(w->ctx);
	BN_free(w->a);
	BN_free(w->b);
	BN_free(w->want);
	BN_free(w->p);
	return 0;
}

/* What the limbs add up to, whatever is in them. */
static void
value(BIGNUM *out, const struct km_field *f)
{
	BIGNUM	*limb = BN_new();
	int	 i;

	BN_zero(out);
	for (i = KM_FIELD_LIMBS - 1; i >= 0; i--) {
		BN_lshift(out, out, 51);
		BN_set_word(limb, f->v[i]);
		BN_add(out, out, limb);
	}
	BN_free(limb);
}

static void
same(const struct world *w, const struct km_field *found)
{
	uint8_t	bytes[32], want[32];

	assert_int_equal(BN_bn2lebinpad(w->want, want, 32), 32);
	km_field_write(bytes, found);
	assert_memory_equal(bytes, want, 32);
	halves_write(bytes, found);
	assert_memory_equal(bytes, want, 32);
}

/* Within what crypto_field.h promises, so that it may go on. */
static void
is_tidy(const struct km_field *f)
{
	int	i;

	for (i = 0; i < KM_FIELD_LIMBS; i++)
		assert_true(f->v[i] < (UINT64_C(1) << 51) + (1 << 20));
}

static void
compare(const struct world *w, const struct km_field *a,
    const struct km_field *b)
{
	struct km_field	r, h;

	value(w->a, a);
	value(w->b, b);
	assert_int_equal(BN_mod_mul(w->want, w->a, w->b, w->p, w->ctx), 1);
	km_field_mul(&r, a, b);
	halves_mul(&h, a, b);
	same(w, &r);
	assert_memory_equal(&r, &h, sizeof(r));
	is_tidy(&r);

	assert_int_equal(BN_mod_add(w->want, w->a, w->b, w->p, w->ctx), 1);
	km_field_add(&h, a, b);
	same(w, &h);
	assert_int_equal(BN_mod_sub(w->want, w->a, w->b, w->p, w->ctx), 1);
	if (b->v[0] <= (UINT64_C(1) << 52) - 38) {
		km_field_sub(&h, a, b);
		same(w, &h);
	}
	/* In place, and squared. */
	assert_int_equal(BN_mod_sqr(w->want, w->a, w->p, w->ctx), 1);
	h = *a;
	km_field_mul(&h, &h, &h);
	same(w, &h);
}

/* Bytes 2^k + small and p + small, in pairs. */
static void
test_ends(void **state)
{
	struct world	*w = *state;
	struct km_field	 f[64];
	uint8_t		 bytes[32];
	size_t		 i, j, n = 0;
	int		 d;

	for (d = -3; d <= 21; d++) {
		BN_copy(w->a, w->p);
		if (d < 0)
			BN_sub_word(w->a, (BN_ULONG)-d);
		else
			BN_add_word(w->a, (BN_ULONG)d);
		if (BN_num_bits(w->a) > 255)
			continue;
		assert_int_equal(BN_bn2lebinpad(w->a, bytes, 32), 32);
		km_field_read(&f[n], bytes);
		assert_int_equal(BN_nnmod(w->want, w->a, w->p, w->ctx), 1);
		same(w, &f[n++]);
	}
	for (d = 0; d < 255; d += d % 51 < 49 ? 17 : 1) {
		BN_zero(w->want);
		BN_set_bit(w->want, d);
		assert_int_equal(BN_bn2lebinpad(w->want, bytes, 32), 32);
		km_field_read(&f[n], bytes);
		same(w, &f[n++]);
	}
	assert_in_range(n, 20, 64);
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			compare(w, &f[i], &f[j]);
}

/* 2^53.4 is the most that the formulas of Ed25519 give to multiply. */
static void
test_full(void **state)
{
	struct world	*w = *state;
	struct km_field	 a, b;
	unsigned int	 i, m;

	for (m = 0; m < 1 << KM_FIELD_LIMBS; m++) {
		for (i = 0; i < KM_FIELD_LIMBS; i++) {
			a.v[i] = (m >> i & 1) ? UINT64_C(11885000000000000) :
			    0;
			b.v[i] = UINT64_C(11885000000000000);
		}
		compare(w, &a, &b);
		compare(w, &b, &a);
	}
}

static void
test_inverse(void **state)
{
	struct world	*w = *state;
	struct km_field	 a, r, zero;
	uint8_t		 bytes[32];
	int		 k;

	memset(bytes, 0, sizeof(bytes));
	km_field_read(&zero, bytes);
	km_field_inverse(&r, &zero);
	BN_zero(w->want);
	same(w, &r);
	BN_one(w->a);
	for (k = 0; k < 1000; k++) {
		BN_mul_word(w->a, 0x9e3779b97f4a7c15);
		BN_add_word(w->a, 1);
		BN_mod(w->a, w->a, w->p, w->ctx);
		assert_non_null(BN_mod_inverse(w->want, w->a, w->p, w->ctx));
		assert_int_equal(BN_bn2lebinpad(w->a, bytes, 32), 32);
		km_field_read(&a, bytes);
		km_field_inverse(&r, &a);
		same(w, &r);
		halves_inverse(&r, &a);
		same(w, &r);
		compare(w, &a, &r);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_inverse)
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
