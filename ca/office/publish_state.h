/* SPDX-License-Identifier: EUPL-1.2 */
/* Publisher's state, shared by publish*.c alone; see publish.h. */
#ifndef OFFICE_PUBLISH_STATE_H
#define OFFICE_PUBLISH_STATE_H

#include "ca/record/publication.h"
#include "ca/record/published.h"
#include "ca/record/run.h"

#include "publish.h"
#include "publish_tree.h"

enum {
	PUBLISH_KEEP = 86400,		/* seconds that an old index stays */
	PUBLISH_REMOVE_MAX = 16,	/* old indexes removed in one go */
	PUBLISH_RUN_ENTRIES = KM_RUN_LEAVES / 4	/* bytes in a list */
};

/* A status list as it was published, and as it will be. */
struct publish_shard {
	uint8_t		 hash[KM_HASH_LEN];
	uint8_t		*entries;	/* KM_SHARD_BYTES; NULL: never was */
	uint8_t		 next_hash[KM_HASH_LEN];
	uint8_t		*next;		/* NULL: as before */
	struct km_bytes	 bytes;		/* of next: the list itself */
};

struct publish {
	const struct conf	*conf;
	struct store		*store;
	struct merkle		*log;
	struct tree		 tree;
	void			*mem;		/* known is in it */
	struct km_known		*known;		/* NULL: no trust list yet */
	uint32_t		 trust_version;	/* known goes up to it */

	/* What was published last; number 0: nothing yet. */
	struct km_epoch		 last;
	uint8_t			 last_hash[KM_HASH_LEN];
	size_t			 n_shards;
	struct publish_shard	*shard;
	size_t			 shard_cap;
	struct buf		 roots;		/* of runs, KM_HASH_LEN each */

	/* The publication at hand. */
	struct publication	 pub;
	struct km_epoch		 epoch;
	uint8_t			 hash[KM_HASH_LEN];
	struct buf		 next_roots;
	struct buf		 dirty;		/* a byte a run: changed? */
	struct buf		 scratch;	/* a run, a tile, an index */

	/* What is old: where removing goes on. */
	uint32_t		 oldest;	/* index; 0: none known */
	uint64_t		 tile;		/* partial tiles of entries */
};

/* Say why nothing is published any more; returns -1. */
int	publish_alarm(const struct publish *, const char *fmt, ...)
	    __attribute__((__format__(printf, 2, 3)));

/*
 * Each returns 0, or -1 after a log line; nothing in the tree has then been
 * changed but by the commits.
 */

/*
 * publish_load.c: know the store's trust lists up to this version; and what
 * the tree has already.
 */
int	publish_trust(struct publish *, uint32_t version);
int	publish_load(struct publish *);
/* Read a file of the last epoch into scratch; it must be there. */
int	publish_read(struct publish *, const char *path);
/* Room for n shards, the new ones never published. */
int	publish_shards(struct publish *, size_t n);

/* publish_check.c: may this publication follow? */
int	publish_check_epoch(struct publish *);
int	publish_check_lists(struct publish *);
/* Current entries of a shard: next, or what was. */
const uint8_t *publish_entries(const struct publish *, uint64_t shard);

/*
 * publish_register.c: compare every entry with what was and with its leaf,
 * and stage the runs that changed.
 */
int	publish_register(struct publish *);
int	publish_index(struct publish *);

/* publish_log.c: check what is new in the log; stage its tiles. */
int	publish_check_log(struct publish *);
int	publish_log(struct publish *);

/* publish_old.c */
int	publish_archive(struct publish *);	/* a day that is over */
void	publish_old(struct publish *);		/* remove; only logs */

#endif
