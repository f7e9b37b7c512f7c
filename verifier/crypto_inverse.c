/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The inverse modulo the order of a curve (B. S. Kaliski, "The Montgomery
 * Inverse and Its Applications", IEEE Transactions on Computers 44 (8), 1995:
 * its first phase, and a division by the power of two that this leaves).
 * BN_mod_inverse() would take a tenth of the time of a whole verification,
 * and the fast one inside libcrypto's ECDSA cannot be called.
 */
#include <string.h>

#include "crypto_inverse.h"

enum {
	WORDS = 4,			/* of 64 bits, the least first */
	HALVES = 2 * WORDS		/* of 32 bits */
};

static void
read_words(uint64_t v[WORDS], const uint8_t bytes[KM_INVERSE_LEN])
{
	int	i;

	memset(v, 0, WORDS * sizeof(*v));
	for (i = 0; i < KM_INVERSE_LEN; i++)
		v[WORDS - 1 - i / 8] = v[WORDS - 1 - i / 8] << 8 |
		    bytes[i];
}

static int
is_zero(const uint64_t v[WORDS])
{
	return (v[0] | v[1] | v[2] | v[3]) == 0;
}

static int
is_less(const uint64_t a[WORDS], const uint64_t b[WORDS])
{
	int	i;

	for (i = WORDS - 1; i > 0 && a[i] == b[i]; i--)
		;
	return a[i] < b[i];
}

/* a -= b, which is not the larger. */
static void
subtract(uint64_t a[WORDS], const uint64_t b[WORDS])
{
	uint64_t	t, borrow = 0;
	int		i;

	for (i = 0; i < WORDS; i++) {
		t = a[i] - borrow;
		borrow = (uint64_t)(t > a[i]);
		a[i] = t - b[i];
		borrow |= (uint64_t)(a[i] > t);
	}
}

static void
add(uint64_t a[WORDS], const uint64_t b[WORDS])
{
	uint64_t	t, carry = 0;
	int		i;

	for (i = 0; i < WORDS; i++) {
		t = a[i] + carry;
		carry = (uint64_t)(t < carry);
		a[i] = t + b[i];
		carry |= (uint64_t)(a[i] < t);
	}
}

/*
 * Take the factors of two out of v, which is even and not zero (of very many
 * just 63), and put them into w. Gives how many.
 */
static unsigned int
move_twos(uint64_t v[WORDS], uint64_t w[WORDS])
{
	unsigned int	bits;
	int		i;

	bits = v[0] == 0 ? 63 : (unsigned int)__builtin_ctzll(v[0]);
	for (i = 0; i < WORDS - 1; i++)
		v[i] = v[i] >> bits | v[i + 1] << (64 - bits);
	v[i] >>= bits;
	for (; i > 0; i--)
		w[i] = w[i] << bits | w[i - 1] >> (64 - bits);
	w[0] <<= bits;
	return bits;
}

/*
 * r = -2^k / a modulo n; returns k, at most 512. All along u s + v r = n, so
 * that r and s never outgrow n, and a r = -u 2^k, a s = v 2^k modulo n.
 */
static unsigned int
almost_inverse(uint64_t r[WORDS], const uint64_t a[WORDS],
    const uint64_t n[WORDS])
{
	uint64_t	u[WORDS], v[WORDS], s[WORDS] = { 1 };
	unsigned int	k = 0;

	memcpy(u, n, sizeof(u));
	memcpy(v, a, sizeof(v));
	memset(r, 0, sizeof(u));
	while (!is_zero(v)) {
		if ((v[0] & 1) == 0)
			k += move_twos(v, r);
		else if ((u[0] & 1) == 0)
			k += move_twos(u, s);
		else if (is_less(v, u)) {
			subtract(u, v);
			add(r, s);
		} else {
			subtract(v, u);
			add(s, r);
		}
	}
	return k;
}

/* Halve r `bits` times (1 to 32) modulo n: add what makes it divisible. */
static void
divide(uint32_t r[HALVES + 1], const uint32_t n[HALVES], uint32_t minus_n1,
    unsigned int bits)
{
	uint64_t	t = 0;
	uint32_t	m = r[0] * minus_n1;
	int		i;

	if (bits < 32)
		m &= (UINT32_C(1) << bits) - 1;
	for (i = 0; i < HALVES; i++) {
		t += (uint64_t)m * n[i] + r[i];
		r[i] = (uint32_t)t;
		t >>= 32;
	}
	t += r[HALVES];
	r[HALVES] = (uint32_t)t;
	for (i = 0; i < HALVES; i++)
		r[i] = (uint32_t)(((uint64_t)r[i + 1] << 32 | r[i]) >> bits);
	r[HALVES] = (uint32_t)((uint64_t)r[HALVES] >> bits);
}

void
km_inverse(uint8_t out[KM_INVERSE_LEN], const uint8_t a[KM_INVERSE_LEN],
    const uint8_t n[KM_INVERSE_LEN])
{
	uint64_t	a_words[WORDS], n_words[WORDS], r[WORDS];
	uint32_t	half[HALVES + 1] = { 0 }, n_half[HALVES], n1;
	unsigned int	i, k;

	read_words(a_words, a);
	read_words(n_words, n);
	k = almost_inverse(r, a_words, n_words);
	for (i = 0; i < HALVES; i++) {
		half[i] = (uint32_t)(r[i / 2] >> 32 * (i % 2));
		n_half[i] = (uint32_t)(n_words[i / 2] >> 32 * (i % 2));
	}
	/* 1/n modulo 2^32 (Newton): each round doubles the bits, from 3. */
	n1 = n_half[0];
	for (i = 0; i < 4; i++)
		n1 *= 2 - n_half[0] * n1;
	for (; k > 0; k -= i) {
		i = k < 32 ? k : 32;
		divide(half, n_half, 0 - n1, i);
	}
	/* -1/a is at most n, so half[HALVES] is 0. */
	for (i = 0; i < WORDS; i++)
		r[i] = half[2 * i] | (uint64_t)half[2 * i + 1] << 32;
	subtract(n_words, r);
	for (i = 0; i < KM_INVERSE_LEN; i++)
		out[i] = (uint8_t)(n_words[WORDS - 1 - i / 8] >>
		    8 * (7 - i % 8));
}
