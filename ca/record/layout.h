/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Layout: what the files of the published tree are called (design section
 * 6), relative to its top. One place for who writes, serves and audits it.
 */
#ifndef RECORD_LAYOUT_H
#define RECORD_LAYOUT_H

#include "verifier/attestation.h"
#include "verifier/tree.h"

enum {
	LAYOUT_PATH_MAX = 128,		/* bytes, NUL included */
	LAYOUT_TILE = 256,		/* hashes or entries in a full tile */
	LAYOUT_TILE_BITS = 8,
	LAYOUT_LEVELS = 6,		/* 2^48 leaves and no more */
	LAYOUT_ENTRIES = -1,		/* level of the entry bundles */
	LAYOUT_SHARD_BITS = 16		/* attestations in a status list */
};

#define LAYOUT_EPOCH	"epoch"
#define LAYOUT_BODIES	"bodies.json"

void	layout_trust(char out[LAYOUT_PATH_MAX], uint32_t version);
void	layout_epoch(char out[LAYOUT_PATH_MAX], uint32_t number);
void	layout_status(char out[LAYOUT_PATH_MAX], uint32_t shard);
/* id is a code: [a-z0-9-], at most 32 bytes. */
void	layout_scheme(char out[LAYOUT_PATH_MAX], struct km_bytes id,
	    uint32_t version);
void	layout_index(char out[LAYOUT_PATH_MAX], uint32_t epoch);
void	layout_run(char out[LAYOUT_PATH_MAX],
	    const uint8_t root[KM_HASH_LEN]);

/*
 * Tile n of a level of the log, or with LAYOUT_ENTRIES a bundle of entries
 * (c2sp.org/tlog-tiles): n in groups of three digits, all but the last with
 * an x before. width: how many of the LAYOUT_TILE are there; fewer than all
 * is a partial one.
 */
void	layout_tile(char out[LAYOUT_PATH_MAX], int level, uint64_t n,
	    unsigned int width);

/* How many lists attestations need: those of idx 0 to n - 1. */
uint64_t layout_shards(uint64_t n);

/* 64 lower-case digits and a NUL. */
void	layout_hex(char out[2 * KM_HASH_LEN + 1],
	    const uint8_t hash[KM_HASH_LEN]);

#endif
