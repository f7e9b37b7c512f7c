/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Staple: what a badge carries of the register besides the attestation
 * (schemas/badge.cddl), for who makes badges: keurmerkctl from a tree that
 * it fetched, public from its own.
 */
#ifndef RECORD_STAPLE_H
#define RECORD_STAPLE_H

#include "ca/base/buf.h"
#include "verifier/register.h"
#include "verifier/tree.h"

enum {
	STAPLE_PATH_LEN = KM_PATH_MAX * KM_HASH_LEN,
	STAPLE_EVENTS_LEN = KM_EVENTS_MAX * 24 + 16	/* as CBOR, at most */
};

/*
 * Append the path of leaf at in a tree of n, whose hashes stand side by side.
 * Roots of runs are the nodes above: two trees, one path after the other.
 * 0, or -1: no memory.
 */
int	 staple_path(struct buf *, uint64_t at, uint64_t n,
	    const uint8_t *hash);

/* As CBOR: the events of a leaf, and the hashes of a path. */
void	 staple_events(struct buf *, const struct km_register_leaf *);
void	 staple_hashes(struct buf *, const struct buf *path);

#endif
