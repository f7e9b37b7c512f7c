/* SPDX-License-Identifier: EUPL-1.2 */
/* The inverse modulo an odd number below 2^256, of public values only. */
#ifndef KM_CRYPTO_INVERSE_H
#define KM_CRYPTO_INVERSE_H

#include <stdint.h>

enum { KM_INVERSE_LEN = 32 };		/* bytes, the most significant first */

/*
 * out = 1 / a modulo n, for n odd and below 2^256, 0 < a < n and both
 * without a common divisor. The time it takes depends on a.
 */
void	 km_inverse(uint8_t out[KM_INVERSE_LEN],
	    const uint8_t a[KM_INVERSE_LEN],
	    const uint8_t n[KM_INVERSE_LEN]);

#endif
