/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Shard: one of our status lists, opened; for who wrote or audits it.
 * libkeurmerk's known keeps lists too, but for a stranger: it takes those of
 * another make and drops what an older one said.
 */
#ifndef RECORD_SHARD_H
#define RECORD_SHARD_H

#include "verifier/known.h"

struct shard_list {
	uint32_t	 shard;
	int64_t		 iat, exp;	/* seconds */
	uint8_t		 hash[KM_HASH_LEN];	/* of its bytes */
	/* 2 bits an attestation; zeros where the list has ended. */
	uint8_t		 entries[KM_SHARD_BYTES];
};

/*
 * Open the list of this shard: its form is ours, its address known's
 * authority's, its signature verifies with a publish key that known's trust
 * list lets sign at its iat. Then it is inflated. After an error out is
 * scratch.
 */
enum km_err	shard_open(struct shard_list *, const struct km_known *,
		    uint32_t shard, struct km_bytes list);
/* Status of attestation idx of all, which must be in this shard. */
int		shard_status(const uint8_t entries[KM_SHARD_BYTES],
		    uint64_t idx);

#endif
