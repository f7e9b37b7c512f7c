/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Replay: the state from the journal. What a record says was carried out is
 * carried out again by the same functions, and whatever the record says
 * about the state after it is held against what came out.
 */
#ifndef SIGNER_REPLAY_H
#define SIGNER_REPLAY_H

#include "journal.h"
#include "state.h"

/* Records of batches after batch, and of epochs after epoch, are left. */
struct replay_until {
	uint64_t	 batch;
	uint32_t	 epoch;
};

/*
 * Bring st, fresh from state_init(), and j, just opened, to the journal's
 * end. dirfd: where a snapshot may be, -1 to do without. until: where to
 * stop; NULL for all there is. Returns 0, or -1.
 */
int	replay_run(struct state *st, struct journal *j, int dirfd,
	    const struct replay_until *until, struct signer_error *);

/*
 * The first record: whose journal it is. authority points into record.
 */
int	replay_head(struct journal *j, struct buf *record,
	    struct km_bytes *authority, enum km_environment *,
	    struct signer_error *);

/* A batch's record, read as far as a walk over its acts and results. */
struct batch_record {
	int64_t		 at;
	uint64_t	 batch;
	size_t		 n;
	struct km_bytes	 acts, results;	/* CBOR, each an array with its head */
	struct km_bytes	 log;		/* CBOR of the tree head */
};
/* Returns 0, or -1 when it is none. */
int	replay_batch_open(struct batch_record *, struct km_bytes record);

#endif
