/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Edition for tests: a store that fills as office would fill it, and the
 * publications that a signer would make of it, with the keys of papers.h.
 * What a test is about it changes before the press. What goes wrong in here
 * ends the test program.
 *
 *	edition_begin(&e, "/tmp/x");	tree and office's store below it
 *	edition_grant(&e, 3);
 *	edition_press(&e, &publication);
 *	p = publish_open(&e.conf, e.store, e.log);
 *	publish_run(p, publication)
 */
#ifndef TESTS_EDITION_H
#define TESTS_EDITION_H

#include "ca/base/conf.h"
#include "ca/office/publish.h"
#include "ca/office/store.h"
#include "ca/record/merkle.h"
#include "tests/lib/papers.h"
#include "verifier/epoch.h"

enum { EDITION_MAX = 70000 };		/* attestations */

struct edition_leaf {
	struct km_register_leaf leaf;	/* attestation points to text */
	char		 text[24];
};

struct edition {
	char		 dir[256], tree[300], office[300];
	struct conf	 conf;
	struct papers	 papers;
	struct store	*store;
	struct merkle	*log, *reg;
	uint64_t	 batch;
	size_t		 n;		/* attestations */
	struct edition_leaf *leaf;	/* n of them, as in the store */
	uint8_t		*said;		/* n statuses, as lists say them */
	size_t		 n_shards;
	int		 dirty[4];	/* shard changed since the press */
	uint8_t		 list_hash[4][KM_HASH_LEN];
	struct km_epoch	 epoch;		/* the last pressed */
	uint8_t		 hash[KM_HASH_LEN];
	int64_t		 now;
	/* Called with the epoch before it is signed; or NULL. */
	void		(*change)(struct km_epoch *);
	const struct sample_key *list_key, *epoch_key;
	const char	*bodies;
	uint64_t	 said_batch;	/* 0: the right one */
};

/* Epochs that do not fit, for change above (edition_misfit.c). */
struct edition_misfit {
	const char	*what;
	void		(*change)(struct km_epoch *);
};
extern const struct edition_misfit edition_misfits[];
extern const size_t edition_misfits_n;

/* dir is there and empty; trust list, scheme and three acts in batch 1. */
void	edition_begin(struct edition *, const char *dir);
void	edition_end(struct edition *);		/* removes dir */
/* Close the store, and open what is in it now, with its log. */
void	edition_close(struct edition *);
void	edition_open(struct edition *);

/* A batch that grants n attestations to one mark. */
void	edition_grant(struct edition *, size_t n);
/* A batch in which one gets this status, with an event of this kind. */
void	edition_status(struct edition *, size_t idx, enum km_status,
	    enum km_event_kind);
/* A batch of n acts that are about no mark. */
void	edition_acts(struct edition *, size_t n);
/* Lists say this, whatever the register has. */
void	edition_say(struct edition *, size_t idx, enum km_status);

/* The publication of what stands, a minute after the one before. */
void	edition_press(struct edition *, struct buf *out);

#endif
