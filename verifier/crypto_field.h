/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers modulo p = 2^255 - 19, public ones only. Five limbs of 51 bits,
 * each of which may hold more: what km_field_mul() gives has limbs below
 * 2^51 + 2^20, and it takes what two sums or differences of such give.
 */
#ifndef KM_CRYPTO_FIELD_H
#define KM_CRYPTO_FIELD_H

#include <stdint.h>

enum { KM_FIELD_LEN = 32, KM_FIELD_LIMBS = 5 };

struct km_field {
	uint64_t	v[KM_FIELD_LIMBS];	/* the least first */
};

/* r = a b; r may be either. */
void	 km_field_mul(struct km_field *r, const struct km_field *a,
	    const struct km_field *b);
/* r = 1 / a, and 0 for 0. */
void	 km_field_inverse(struct km_field *r, const struct km_field *a);

/* The least significant byte first (RFC 8032 section 5.1.2); below 2^255. */
void	 km_field_read(struct km_field *r, const uint8_t in[KM_FIELD_LEN]);
void	 km_field_write(uint8_t out[KM_FIELD_LEN], const struct km_field *a);

static inline void
km_field_add(struct km_field *r, const struct km_field *a,
    const struct km_field *b)
{
	int	i;

	for (i = 0; i < KM_FIELD_LIMBS; i++)
		r->v[i] = a->v[i] + b->v[i];
}

/* b as km_field_mul() gives it: adding 2 p keeps limbs above 0. */
static inline void
km_field_sub(struct km_field *r, const struct km_field *a,
    const struct km_field *b)
{
	int	i;

	r->v[0] = a->v[0] + (UINT64_C(1) << 52) - 38 - b->v[0];
	for (i = 1; i < KM_FIELD_LIMBS; i++)
		r->v[i] = a->v[i] + (UINT64_C(1) << 52) - 2 - b->v[i];
}

#endif
