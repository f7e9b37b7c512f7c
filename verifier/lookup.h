/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register as a source of answers: all leaves of one epoch, found by
 * index, mark number, holder or host. The leaves stay where the caller has
 * them; what is kept here are places, and what is read at an answer is read
 * by the one reader that there is.
 *
 * Keys are found by SipHash under a secret that follows from the register's
 * root: who chooses a name cannot know it, as his name is in the root. Two
 * attestations with one key stand in one chain, the newest in front.
 */
#ifndef KM_LOOKUP_H
#define KM_LOOKUP_H

#include "epoch.h"
#include "register.h"

enum {
	KM_LOOKUP_KEYS = 13,		/* of one attestation: number, KVK,
					   sub, EUID, LEI, 8 hosts */
	KM_LOOKUP_MAX = 1 << 27		/* attestations; 137 million */
};

struct km_lookup_leaf {
	const uint8_t	*p;		/* the leaf's CBOR */
	uint32_t	 len;
	uint16_t	 attestation;	/* bytes of it */
	uint8_t		 at;		/* from p */
	uint8_t		 status;
};

struct km_lookup_entry {
	uint32_t	 next;		/* entry and 1; 0: the last */
	uint32_t	 leaf;
	uint32_t	 tag;		/* of the hash */
	uint16_t	 at;		/* of the key in the attestation */
	uint8_t		 len;
	uint8_t		 by;		/* enum km_by */
};

struct km_lookup {
	struct km_tree_head head;	/* whose leaves these are */
	uint64_t	 secret[2];
	uint32_t	 n;		/* leaves */
	struct km_lookup_leaf *leaf;
	uint32_t	 mask;		/* buckets but one */
	uint32_t	*bucket;	/* entry and 1; 0: none */
	uint32_t	 n_entries, max;
	struct km_lookup_entry *entry;
	const void	*mem;		/* all of it is in there */
	size_t		 mem_len;
};

/* What must be so of every leaf. */
struct km_lookup_of {
	const struct km_tree_head *head;
	struct km_bytes	 authority;
	enum km_environment environment;
};

/*
 * Build it in mem from the bytes of the runs; NULL and why in *err. What
 * stands in mem then is of no use.
 */
struct km_lookup *km_lookup_build(void *mem, size_t len,
		    const struct km_lookup_of *, const struct km_bytes *run,
		    size_t n_runs, enum km_err *err);

struct km_bytes	 km_lookup_attestation(const struct km_lookup *,
		    uint32_t leaf);

/* A leaf with the key, the newest first; -1: no more. *at is 0 at first. */
int64_t		 km_lookup_next(const struct km_lookup *, uint32_t *at,
		    enum km_by, struct km_bytes key);

/* Is it a key that a register can have? */
int		 km_lookup_is_key(enum km_by, struct km_bytes);

#endif
