/* SPDX-License-Identifier: EUPL-1.2 */
/* Merkle trees, the reader's side (RFC 9162 section 2.1). */
#ifndef KM_TREE_H
#define KM_TREE_H

#include "crypto.h"

enum { KM_PATH_MAX = 48, KM_RUN_LEAVES = 1024 };

void	 km_leaf_hash(uint8_t out[KM_HASH_LEN], struct km_bytes entry);
void	 km_node_hash(uint8_t out[KM_HASH_LEN], const uint8_t *left,
	    const uint8_t *right);
/* Root that index, size and path lead to (2.1.3.2); 0 when they cannot. */
int	 km_path_root(uint8_t out[KM_HASH_LEN],
	    const uint8_t leaf[KM_HASH_LEN], uint64_t index, uint64_t size,
	    const uint8_t *path, size_t n);
/* Consistency of size1, root1 with size2, root2 (2.1.4.2). */
int	 km_path_consistent(const uint8_t root1[KM_HASH_LEN], uint64_t size1,
	    const uint8_t root2[KM_HASH_LEN], uint64_t size2,
	    const uint8_t *path, size_t n);

/* Root of a stream of leaf hashes, in constant memory. */
struct km_frontier {
	uint64_t	 size;
	uint8_t		 node[KM_PATH_MAX][KM_HASH_LEN];
};
void	 km_frontier_begin(struct km_frontier *);
void	 km_frontier_add(struct km_frontier *,
	    const uint8_t leaf[KM_HASH_LEN]);
void	 km_frontier_root(uint8_t out[KM_HASH_LEN],
	    const struct km_frontier *);

#endif
