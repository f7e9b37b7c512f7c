/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Published: epochs and status lists of our own, opened; for who wrote,
 * serves or audits them. libkeurmerk's known keeps such too, but as a
 * stranger does: only the newest counts, and memory makes what contradicts
 * it a fork.
 */
#ifndef RECORD_PUBLISHED_H
#define RECORD_PUBLISHED_H

#include "verifier/known.h"

/*
 * Open an epoch: its form, its issuer known's authority, its signature by a
 * publish key that known's trust list lets sign at its this-update. hash: of
 * its bytes. Both out on success only.
 */
enum km_err	published_epoch(struct km_epoch *,
		    uint8_t hash[KM_HASH_LEN], const struct km_known *,
		    struct km_bytes epoch);

struct published_list {
	int64_t		 iat, exp;	/* seconds */
	uint8_t		 hash[KM_HASH_LEN];	/* of its bytes */
	/* 2 bits an attestation; zeros where the list has ended. */
	uint8_t		 entries[KM_SHARD_BYTES];
};
/*
 * Open the list of this shard: its address known's authority's, its
 * signature as that of an epoch, at its iat, its form to the byte what we
 * write, else KM_ERR_ENCODING. Then it is inflated. After an error out is
 * scratch. KM_ERR_FULL when there is no memory.
 */
enum km_err	published_list(struct published_list *,
		    const struct km_known *, uint32_t shard,
		    struct km_bytes list);
/* Status of attestation idx of all, which must be in this shard. */
int		published_status(const uint8_t entries[KM_SHARD_BYTES],
		    uint64_t idx);

#endif
