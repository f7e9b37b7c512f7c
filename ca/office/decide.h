/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decide: from arriving acts to answers (design section 5, the pipeline).
 *
 *	arrive.c	an act is known, refused, pending, or queued
 *	batch.c		what queued goes to the signer, is recorded, answered
 *	epoch.c		when to publish
 *	decide.c	begin: in step with the signer first
 *
 *	decide_arrive() ... decide_arrive(), decide_arrived()
 *
 * Batches are of what queued while the last was away; batch k + 1 leaves
 * before batch k is recorded, so the signer works while the store commits.
 */
#ifndef OFFICE_DECIDE_H
#define OFFICE_DECIDE_H

#include <event2/event.h>

#include "ca/record/channel.h"
#include "act.h"
#include "inforce.h"
#include "outside.h"
#include "peer.h"
#include "publish.h"

enum {
	DECIDE_FLIGHT = 4096,		/* buckets; a power of two */
	DECIDE_QUEUE_MAX = 32768,	/* acts that wait for the signer */
	DECIDE_PENDING_MAX = 200000,	/* decisions that wait for approvals */
	DECIDE_BATCH_BYTES = 3 * 512 * 1024,	/* asks and results: 4 MB */
	DECIDE_PUBLISH_MS = 50,		/* at least, between two epochs; */
	DECIDE_PUBLISH_MAX_MS = 150,	/* and this, where they take long */
	DECIDE_RETRY_MS = 10000		/* after a refusal to publish */
};

/* A batch that the signer has. */
struct batch {
	uint64_t	 number;
	size_t		 n;
	struct act	*act[BATCH_ACTS_MAX];
};

struct decide {
	struct event_base *base;
	struct peer	*peer;
	struct store	*st;
	struct merkle	*log;
	struct publish	*publish;
	struct inforce	 in;
	const struct conf *conf;
	void		(*ready)(void *arg);	/* in step: may serve */
	void		*arg;
	int		 in_step;

	/* what is on its way */
	struct act	*queue, **queue_end;
	size_t		 queued;
	struct act	*flight[DECIDE_FLIGHT];	/* all of them, by id */
	struct batch	 batch[2];	/* away, and being recorded */
	struct batch	*away;		/* NULL: the signer is idle */
	const struct batch *recording;	/* NULL: none */
	uint64_t	 recorded;	/* last batch in the store */
	int		 begun;		/* a transaction, for what arrives */
	uint64_t	 pending;	/* decisions that wait; at least as many */
	struct buf	 message, acts;

	/* publishing */
	struct event	*timer;
	uint32_t	 published;	/* last epoch; 0: none */
	uint32_t	 publishing;	/* asked of the signer; 0: none */
	uint64_t	 publishing_batch;
	uint64_t	 published_batch;
	int		 dirty;		/* something to publish */
	int64_t		 publish_ms;	/* when the last was done */
	int64_t		 publish_wait_ms;	/* from then on */
};

/*
 * Begin to talk to the signer on fd: ready(arg) is called, once, when both
 * are in step; nothing may arrive before. seen: the epochs that the signer is
 * shown beside that of our own tree; needed in here only. All but fd stays
 * the caller's. NULL after a log line.
 */
struct decide	*decide_new(struct event_base *, int fd, struct store *,
		    struct merkle *log, struct publish *, const struct conf *,
		    const struct outside *seen, void (*ready)(void *arg),
		    void *arg);
void		 decide_free(struct decide *);	/* safe on NULL */

/*
 * One (decision, approval) of a request: approval.p NULL for a list, json.p
 * NULL for none. 1: *out is the answer, good after decide_arrived(); 0:
 * told(arg, slot) is called later, once. Ends the process when the store
 * fails.
 */
int		 decide_arrive(struct decide *, struct km_bytes decision,
		    struct km_bytes approval, struct km_bytes json,
		    struct acted *out, void (*told)(void *arg, size_t slot,
		    const struct acted *), void *arg, size_t slot);
/* All of a request has arrived: what is pending is durable now. */
void		 decide_arrived(struct decide *);
/* 1 when nothing is on its way. */
int		 decide_idle(const struct decide *);
/* The first epoch that has, or can have, what was recorded in this batch. */
uint32_t	 decide_epoch(const struct decide *, uint64_t batch);

/* Seconds since 1970; milliseconds since some moment. */
int64_t		 decide_now(void);
int64_t		 decide_ms(void);

/* Between its files. */
void		 decide_queue(struct decide *, struct act *);
struct act	*decide_flying(const struct decide *, const uint8_t *id);
void		 batch_send(struct decide *);
void		 batch_answer(struct decide *, struct km_bytes message);
/* Ask for an epoch, if it is time; only when no batch is away. */
void		 epoch_try(struct decide *);
void		 epoch_answer(struct decide *, struct km_bytes message);
/* One publication, in order: recorded and published. */
void		 epoch_publish(struct decide *, struct km_bytes publication);
/* op, refusal and text of an answer; its reader stands behind them. */
enum refusal	 decide_answer_head(struct km_cbor *, struct km_bytes message,
		    enum signer_op, size_t items, struct km_bytes *text);

#endif
