/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publication: what the signer makes to be published, an epoch and what
 * changed with it (schemas/signer.cddl).
 */
#ifndef RECORD_PUBLICATION_H
#define RECORD_PUBLICATION_H

#include "verifier/register.h"

enum {
	PUBLICATION_LISTS_MAX = 65536,
	PUBLICATION_BODIES_MAX = 4194304,	/* bytes of bodies.json */
	PUBLICATION_LEAVES_MAX = 65536
};

/* All points into the bytes read. */
struct publication {
	uint32_t	 number;
	struct km_bytes	 epoch;		/* epoch-object */
	size_t		 n_lists;
	struct km_cbor	 lists;		/* copy; publication_list() */
	struct km_bytes	 bodies;	/* bodies.json */
	size_t		 n_leaves;
	struct km_cbor	 leaves;	/* copy; publication_leaf() */
	uint64_t	 batch;
};

/*
 * Reads the whole, also that shards and idx ascend; not what epoch, lists
 * and leaves are. Out on success only.
 */
enum km_err	publication_decode(struct publication *, const uint8_t *,
		    size_t);
/* The same from a reader that stands before one. */
void		publication_read(struct publication *, struct km_cbor *);

/* The next of n_lists and of n_leaves, from a copy of the reader. */
struct km_bytes	publication_list(struct km_cbor *, uint32_t *shard);
struct km_bytes	publication_leaf(struct km_cbor *, uint32_t *idx);

#endif
