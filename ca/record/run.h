/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Run: up to KM_RUN_LEAVES register leaves in one file, and the index that
 * names the runs of an epoch by their roots (schemas/register.cddl).
 */
#ifndef RECORD_RUN_H
#define RECORD_RUN_H

#include "ca/base/buf.h"
#include "verifier/register.h"
#include "verifier/tree.h"

enum {
	/* A leaf: attestation, 64 events of at most 24 bytes, and heads. */
	RUN_LEAF_MAX = KM_ATTESTATION_MAX + KM_EVENTS_MAX * 24 + 32,
	RUN_MAX = KM_RUN_LEAVES * RUN_LEAF_MAX,
	RUN_INDEX_MAX = (1 << 22) * 34 + 16	/* 2^32 leaves */
};

/* How many runs n leaves need. */
uint64_t run_count(uint64_t n);
/* How many leaves the i-th of them has. */
uint64_t run_leaves(uint64_t n, uint64_t i);

/*
 * Root of the register from those of its runs, n of KM_HASH_LEN bytes, one
 * after the other: runs are full subtrees but for the last, so their roots
 * are nodes of the one tree.
 */
void	 run_root_of(uint8_t out[KM_HASH_LEN], const uint8_t *roots, size_t n);

/*
 * Read an index: *size leaves, roots of as many runs as they need. roots
 * points into out (reset first, its maximum at least 32 bytes a run).
 */
enum km_err run_index_decode(uint64_t *size, struct buf *out,
	    struct km_bytes index);

#endif
