/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Status list (draft-ietf-oauth-status-list-21, CWT form): ours, and what
 * the draft allows besides. Signature first, then inflating.
 */
#ifndef KM_STATUS_H
#define KM_STATUS_H

#include "cose.h"

struct km_status_list {
	struct km_bytes	 uri;		/* sub */
	int64_t		 iat;
	int64_t		 exp;		/* 0: none */
	int64_t		 ttl;		/* 0: none */
	unsigned int	 bits;		/* 1, 2, 4, 8 */
	struct km_bytes	 lst;		/* zlib stream */
	/* for the signature */
	int		 alg;
	struct km_bytes	 kid;		/* empty: none */
	struct km_bytes	 iss;		/* of header 15; empty: none */
	struct km_bytes	 protected_;
	struct km_bytes	 payload;
	const uint8_t	*sig;
};
enum km_err	 km_status_decode(struct km_status_list *, const uint8_t *,
		    size_t);
/* Entry idx of inflated entries, LSB first; -1: beyond. */
int		 km_status_get(struct km_bytes entries, unsigned int bits,
		    uint64_t idx);

#endif
