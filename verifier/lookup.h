/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register as a source of answers: all leaves of one epoch, found by
 * index, mark number, holder or host. The leaves stay where the caller has
 * them; what is kept here are places. Each was read once, by the one reader
 * that there is.
 *
 * Keys are found by SipHash under a secret that follows from the register's
 * root: who chooses a name cannot know it, as his name is in the root. Two
 * attestations with one key stand in one chain, the newest in front.
 */
#ifndef KM_LOOKUP_H
#define KM_LOOKUP_H

#include "epoch.h"
#include "places.h"
#include "register.h"

enum {
	KM_LOOKUP_KEYS = 13,		/* of one attestation: number, KVK,
					   sub, EUID, LEI, 8 hosts */
	KM_LOOKUP_MAX = 1 << 27		/* attestations; 137 million */
};

/* One leaf, and what an answer needs of the attestation in it. */
struct km_lookup_leaf {
	const uint8_t	*p;		/* the leaf's CBOR */
	uint32_t	 len;
	uint32_t	 index;
	uint16_t	 attestation;	/* bytes of it */
	uint8_t		 at;		/* from p */
	uint8_t		 status;
	struct km_places places;
	uint32_t	 word[];	/* of those */
};

/*
 * One key. The first of a chain is the bucket itself, so that one that is
 * alone costs one look; len is 0 where there is none.
 */
struct km_lookup_entry {
	_Alignas(uint64_t)
	const uint8_t	*p;		/* the attestation */
	uint32_t	 leaf;		/* a km_lookup_leaf */
	uint32_t	 next;		/* a km_lookup_entry; 0: the last */
	uint16_t	 attestation;	/* bytes of it */
	uint16_t	 tag;		/* of the hash */
	uint16_t	 at;		/* of the key in the attestation */
	uint8_t		 len;
	uint8_t		 by;		/* enum km_by */
};

/* Leaves and entries are named by where they are in mem, in words of 8. */
struct km_lookup {
	struct km_tree_head head;	/* whose leaves these are */
	uint64_t	 secret[2];
	uint32_t	 n;		/* leaves */
	uint32_t	*leaf;		/* each by its index */
	uint32_t	 mask;		/* buckets but one */
	struct km_lookup_entry *bucket;
	uint32_t	 used, max;	/* words of mem */
	uint64_t	*mem;		/* all of it is in there */
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

/* By its index, which is below n. */
const struct km_lookup_leaf *km_lookup_leaf(const struct km_lookup *,
		    uint32_t index);
struct km_bytes	 km_lookup_attestation(const struct km_lookup *,
		    uint32_t index);

/* Looking for a key; all of it is the look-up's own. */
struct km_lookup_find {
	const struct km_lookup *l;
	const struct km_lookup_entry *e;	/* NULL: none to come */
	struct km_bytes	 key;
	enum km_by	 by;
	uint16_t	 tag;
};

/* l may be NULL, and the key anything: then there is none. */
void		 km_lookup_begin(struct km_lookup_find *,
		    const struct km_lookup *l, enum km_by, struct km_bytes);
/* A leaf with the key, the newest first; NULL: no more. */
const struct km_lookup_leaf *km_lookup_next(struct km_lookup_find *);

/* Is it a key that a register can have? */
int		 km_lookup_is_key(enum km_by, struct km_bytes);

#endif
