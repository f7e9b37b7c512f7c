/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bytes as text, the one way that each may be written: unpadded, of its own
 * alphabet only, without white space, and the bits that are left over zero.
 */
#ifndef KM_ARMOUR_H
#define KM_ARMOUR_H

#include "keurmerk.h"

/* base64url, RFC 4648 section 5; base32, section 6, capitals only. */
enum km_err	 km_base64url_decode(uint8_t *out, size_t cap, size_t *n,
		    struct km_bytes text);
enum km_err	 km_base32_decode(uint8_t *out, size_t cap, size_t *n,
		    struct km_bytes text);
/* The character of base64url that stands for the low six bits of v. */
char		 km_base64url_char(unsigned int v);

#endif
