/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tree: what is public, fetched through the public address and verified with
 * libkeurmerk from the trust list that --trust names on. Only what this has
 * seen is said to be public.
 */
#ifndef CTL_TREE_H
#define CTL_TREE_H

#include "verifier/epoch.h"
#include "verifier/register.h"
#include "verifier/tree.h"

#include "session.h"

struct tree {
	const char	*url;
	void		*mem;
	struct km_known	*known;
	uint32_t	 trust_version;	/* in known */
	struct buf	 epoch_bytes;
	struct km_epoch	 epoch;
	/* the register's run fetched last, and the roots of all */
	struct buf	 index, run;
	uint64_t	 register_size;
	uint64_t	 run_number;
	int		 has_index, has_run;
	uint8_t		 leaf_hash[KM_RUN_LEAVES][KM_HASH_LEN];
	size_t		 run_leaves;
};

/*
 * Begin with the trust list pin, at url (no final slash), and fetch the
 * newest epoch. CTL_DONE, or an exit status after a message; close in any
 * case.
 */
int	 tree_open(struct tree *, const char *url, const struct buf *pin);
void	 tree_close(struct tree *);	/* safe on zeroed */
/* Fetch the newest epoch again. As tree_open(), without a message at quiet. */
int	 tree_refresh(struct tree *, int quiet);

/*
 * The register's leaf idx, in order: proven by the epoch. It points into the
 * tree until the next call. As tree_open().
 */
int	 tree_leaf(struct tree *, uint64_t idx, struct km_register_leaf *out,
	    struct km_bytes *bytes);
/*
 * The first leaf of this mark or holder at idx or later; as tree_leaf(), or
 * CTL_NONE without a message when there is none.
 */
int	 tree_find(struct tree *, struct km_bytes name, uint64_t *idx,
	    struct km_register_leaf *out);
/* Path of leaf idx to the register's root: KM_HASH_LEN bytes each. */
int	 tree_leaf_path(struct tree *, uint64_t idx, struct buf *out);
/*
 * The status list that attestation idx is in, verified; out is initialised by
 * the call and freed by the caller. As tree_open().
 */
int	 tree_status(struct tree *, uint64_t idx, struct buf *out);

/* A file below the tree, as it is: to be held against the epoch. */
int	 tree_fetch(struct tree *, const char *path, size_t max,
	    struct buf *out);

/*
 * Wait until an epoch's log has size decisions, at most the --wait seconds.
 * t may not have been opened yet. CTL_NONE, after saying why, when none was
 * seen; else as tree_open().
 */
int	 tree_wait(struct tree *t, const struct session *, uint64_t size);

#endif
