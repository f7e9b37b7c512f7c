/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Merkle tree, the writer's side (RFC 9162 section 2.1): all hashes in
 * memory, a leaf appended or replaced in O(log n), roots and paths from what
 * stands. 64 bytes a leaf.
 */
#ifndef RECORD_MERKLE_H
#define RECORD_MERKLE_H

#include "verifier/tree.h"

struct merkle;

struct merkle	*merkle_new(uint64_t max_leaves);	/* NULL: no memory */
void		 merkle_free(struct merkle *);
uint64_t	 merkle_size(const struct merkle *);
/* 0, or -1: full or out of memory; the tree is then as it was. */
int		 merkle_append(struct merkle *, const uint8_t leaf[KM_HASH_LEN]);
int		 merkle_set(struct merkle *, uint64_t i,
		    const uint8_t leaf[KM_HASH_LEN]);
/* Cut back to n leaves. */
void		 merkle_truncate(struct merkle *, uint64_t n);
const uint8_t	*merkle_leaf(const struct merkle *, uint64_t i);
void		 merkle_root(uint8_t out[KM_HASH_LEN], const struct merkle *);
/* Root of the first n leaves, n <= size. */
int		 merkle_root_at(uint8_t out[KM_HASH_LEN],
		    const struct merkle *, uint64_t n);
/* Root of leaves [from, from + n): from a multiple of n's power of two. */
int		 merkle_root_of(uint8_t out[KM_HASH_LEN],
		    const struct merkle *, uint64_t from, uint64_t n);
/* Hash that stands at level (0: leaves) and index in full subtrees. */
const uint8_t	*merkle_node(const struct merkle *, unsigned int level,
		    uint64_t i);
/* Inclusion path of leaf i in the first n leaves: count, or -1. */
int		 merkle_path(uint8_t path[KM_PATH_MAX * KM_HASH_LEN],
		    const struct merkle *, uint64_t i, uint64_t n);
/* Consistency proof between m and n leaves, m <= n: count, or -1. */
int		 merkle_consistency(uint8_t path[KM_PATH_MAX * KM_HASH_LEN],
		    const struct merkle *, uint64_t m, uint64_t n);

#endif
