/* SPDX-License-Identifier: EUPL-1.2 */
/* Digest: SHA-256 of what comes in pieces; km_sha256() wants it at once. */
#ifndef SIGNER_DIGEST_H
#define SIGNER_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "keurmerk.h"

struct digest {
	uint64_t	private_[16];
};

void	digest_begin(struct digest *);
void	digest_add(struct digest *, const void *p, size_t len);
void	digest_end(uint8_t out[KM_HASH_LEN], struct digest *);

#endif
