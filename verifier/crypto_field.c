/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Arithmetic modulo 2^255 - 19. The products of limbs are summed in 128 bits:
 * of at most 2^53.4 each, 77 of them (19 times what stands above 2^255, as
 * 2^255 = 19) stay below 2^114, so that a carry fits 64 bits.
 */
#include <string.h>

#include "crypto_field.h"
#include "crypto_inverse.h"

enum { LEN = KM_FIELD_LEN, LIMBS = KM_FIELD_LIMBS, BITS = 51 };

#define MASK	((UINT64_C(1) << BITS) - 1)

struct wide {
	uint64_t	lo, hi;
};

/* w += a b. */
#if defined(__SIZEOF_INT128__) && !defined(KM_FIELD_HALVES)
static inline void
add_product(struct wide *w, uint64_t a, uint64_t b)
{
	unsigned __int128	t;

	t = ((unsigned __int128)w->hi << 64 | w->lo) +
	    (unsigned __int128)a * b;
	w->lo = (uint64_t)t;
	w->hi = (uint64_t)(t >> 64);
}
#else
static inline void
add_product(struct wide *w, uint64_t a, uint64_t b)
{
	uint64_t	a0 = (uint32_t)a, a1 = a >> 32;
	uint64_t	b0 = (uint32_t)b, b1 = b >> 32;
	uint64_t	low = a0 * b0, mid = a1 * b0 + (low >> 32), mid2;

	mid2 = a0 * b1 + (uint32_t)mid;
	low = mid2 << 32 | (uint32_t)low;
	w->lo += low;
	w->hi += a1 * b1 + (mid >> 32) + (mid2 >> 32) + (w->lo < low);
}
#endif

void
km_field_mul(struct km_field *r, const struct km_field *x,
    const struct km_field *y)
{
	const uint64_t	*a = x->v, *b = y->v;
	const uint64_t	 b1 = 19 * b[1], b2 = 19 * b[2], b3 = 19 * b[3],
			 b4 = 19 * b[4];
	struct wide	 t[LIMBS] = { { 0, 0 } };
	uint64_t	 v[LIMBS], carry = 0;
	int		 i;

#define ROW(i, p, q, r, s, u) do {					\
	add_product(&t[i], a[0], p);					\
	add_product(&t[i], a[1], q);					\
	add_product(&t[i], a[2], r);					\
	add_product(&t[i], a[3], s);					\
	add_product(&t[i], a[4], u);					\
} while (0)
	ROW(0, b[0], b4, b3, b2, b1);
	ROW(1, b[1], b[0], b4, b3, b2);
	ROW(2, b[2], b[1], b[0], b4, b3);
	ROW(3, b[3], b[2], b[1], b[0], b4);
	ROW(4, b[4], b[3], b[2], b[1], b[0]);
#undef ROW
	for (i = 0; i < LIMBS; i++) {
		add_product(&t[i], carry, 1);
		v[i] = t[i].lo & MASK;
		carry = t[i].hi << (64 - BITS) | t[i].lo >> BITS;
	}
	t[0] = (struct wide){ v[0], 0 };
	add_product(&t[0], carry, 19);
	v[0] = t[0].lo & MASK;
	v[1] += t[0].hi << (64 - BITS) | t[0].lo >> BITS;
	memcpy(r->v, v, sizeof(v));
}

void
km_field_read(struct km_field *r, const uint8_t in[LEN])
{
	uint64_t	word[4];
	int		i;

	memset(word, 0, sizeof(word));
	for (i = LEN - 1; i >= 0; i--)
		word[i / 8] = word[i / 8] << 8 | in[i];
	r->v[0] = word[0] & MASK;
	r->v[1] = (word[0] >> 51 | word[1] << 13) & MASK;
	r->v[2] = (word[1] >> 38 | word[2] << 26) & MASK;
	r->v[3] = (word[2] >> 25 | word[3] << 39) & MASK;
	r->v[4] = word[3] >> 12;
}

/* Limbs of 51 bits but for the last, and the value below 2^255 + 2^52. */
static void
carry_all(uint64_t v[LIMBS])
{
	int	i;

	for (i = 0; i < LIMBS - 1; i++) {
		v[i + 1] += v[i] >> BITS;
		v[i] &= MASK;
	}
	v[0] += 19 * (v[LIMBS - 1] >> BITS);
	v[LIMBS - 1] &= MASK;
}

void
km_field_write(uint8_t out[LEN], const struct km_field *a)
{
	uint64_t	v[LIMBS], word[4];
	int		i;

	memcpy(v, a->v, sizeof(v));
	/* After twice all are of 51 bits; v + 19 reaches 2^255 when v >= p. */
	carry_all(v);
	carry_all(v);
	v[0] += 19;
	carry_all(v);
	/* Of v + 19 (less p when that was reached) take 19 again: + 2^255 - 19. */
	v[0] += (UINT64_C(1) << BITS) - 19;
	for (i = 1; i < LIMBS; i++)
		v[i] += MASK;
	for (i = 0; i < LIMBS - 1; i++) {
		v[i + 1] += v[i] >> BITS;
		v[i] &= MASK;
	}
	v[LIMBS - 1] &= MASK;
	word[0] = v[0] | v[1] << 51;
	word[1] = v[1] >> 13 | v[2] << 38;
	word[2] = v[2] >> 26 | v[3] << 25;
	word[3] = v[3] >> 39 | v[4] << 12;
	for (i = 0; i < LEN; i++)
		out[i] = (uint8_t)(word[i / 8] >> 8 * (i % 8));
}

static void
turn(uint8_t out[LEN], const uint8_t in[LEN])
{
	int	i;

	for (i = 0; i < LEN; i++)
		out[i] = in[LEN - 1 - i];
}

void
km_field_inverse(struct km_field *r, const struct km_field *a)
{
	static const uint8_t	p[LEN] = {
		0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xed
	};
	static const uint8_t	zero[LEN];
	uint8_t			number[LEN], inverse[LEN];

	km_field_write(inverse, a);
	turn(number, inverse);
	if (memcmp(number, zero, LEN) == 0) {
		memset(r, 0, sizeof(*r));
		return;
	}
	km_inverse(inverse, number, p);
	turn(number, inverse);
	km_field_read(r, number);
}
