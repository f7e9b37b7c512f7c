/* SPDX-License-Identifier: EUPL-1.2 */
/* Inflate of one zlib stream (RFC 1950, 1951), no heap, hard output limit. */
#ifndef KM_INFLATE_H
#define KM_INFLATE_H

#include "keurmerk.h"

/*
 * The whole of in is one stream: header without preset dictionary, Adler-32
 * right, no byte left over. *out_len: bytes written. KM_ERR_INFLATE, or
 * KM_ERR_LIMIT when it is larger than cap. out is scratch after an error.
 */
enum km_err	 km_inflate(uint8_t *out, size_t cap, size_t *out_len,
		    const uint8_t *in, size_t len);

#endif
