/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Answer: all that may be asked of the signer, and the signer itself. A
 * question is answered whole, or refused by name and nothing has changed.
 * What is answered is in the journal first.
 */
#ifndef SIGNER_ANSWER_H
#define SIGNER_ANSWER_H

#include "build.h"
#include "clock.h"
#include "journal.h"
#include "replay.h"

enum {
	/*
	 * Acts and results of one batch, as the journal keeps them. Two of
	 * them fit into the answer to a hello.
	 */
	BATCH_RECORD_MAX = 7 * 512 * 1024,
	BATCH_ACTS_LEN_MAX = 3 * 1024 * 1024,
	APPLY_MAX = 4 * 1024 * 1024,		/* bytes of the question */
	SNAPSHOT_STEP = 64 * 1024 * 1024,	/* of journal; when idle */
	SNAPSHOT_STEP_BUSY = 256 * 1024 * 1024
};

struct signer {
	struct state	 state;
	struct journal	 journal;
	struct keys	*keys;
	struct verify	*verify;
	struct clock	 clock;
	struct check	*check;		/* room for one act */
	struct made	 made;
	int		 dirfd, lockfd;
	uint64_t	 snapshot_at;	/* where the journal stood */
	int		 greeted;	/* office said where it stands, and we
					 * are at most two batches apart */
	int		 fenced;	/* an epoch outside is newer, or other */
	int		 heads_known;	/* after this batch: */
	uint64_t	 heads_batch;
	uint8_t		 heads[KM_HASH_LEN];
};

/*
 * Open dir with all that is in it, for this authority. The clock's functions
 * are set, by clock_system() or a test. Returns 0 or -1.
 */
int	signer_open(struct signer *, const char *dir,
	    struct km_bytes authority, enum km_environment,
	    struct signer_error *);
void	signer_close(struct signer *);		/* after signer_open() only */
/* Write a snapshot, if the journal has grown so much; logs a failure. */
void	signer_snapshot(struct signer *, uint64_t grown);

/*
 * Answer one message into reply, which is reset. Whatever the bytes are,
 * there is an answer. A journal that cannot be written ends the process:
 * nothing signed has left it.
 */
void	signer_answer(struct signer *, const uint8_t *ask, size_t len,
	    struct buf *reply);

/*
 * Answer what comes on fd, one after the other, until the other side closes
 * or wait says to stop (as role_wait()). Returns 0; or 1 after a frame that
 * is none, or when an answer cannot be written: who is there is broken.
 */
int	signer_serve(struct signer *, int fd,
	    int (*wait)(int fd, int timeout_ms));

/* signer_init() at a time that is given. */
struct init_papers {
	struct km_bytes	 trust, officers, scheme, json;
};
int	init_at(const char *dir, struct km_bytes authority,
	    enum km_environment, const struct init_papers *, int64_t now,
	    struct signer_error *);

/*
 * The operations: c stands behind the number; the whole message has been
 * found to be one item. Each writes its answer, or returns why not.
 */
struct question {
	struct km_cbor	 c;
	size_t		 n;		/* items of the array, this op's too */
	size_t		 len;		/* bytes of the message */
	const char	*what;		/* more about a refusal, or NULL */
};
enum refusal	answer_hello(struct signer *, struct question *,
		    struct buf *reply);
enum refusal	answer_apply(struct signer *, struct question *,
		    struct buf *reply);
enum refusal	answer_publish(struct signer *, struct question *,
		    struct buf *reply);
enum refusal	answer_state(struct signer *, struct question *,
		    struct buf *reply);

/* [op, 0, the answer has n items in all */
void	answer_begin(struct buf *reply, enum signer_op, size_t n);
void	answer_tree_head(struct buf *reply, const struct km_tree_head *);
/* signer-state; -1: no memory */
int	answer_figures(struct signer *, struct buf *reply);
void	figures_of(const struct state *, struct signer_figures *);

/*
 * Carry out one act, already read into sg->check; place is where its record
 * will stand. Returns REFUSAL_NONE with sg->made filled.
 */
enum refusal	apply_act(struct signer *, uint64_t place);
/* A result: of what sg->made has, or of a refusal. */
void	apply_result(struct buf *, const struct signer *, uint64_t log_index);
void	apply_refused(struct buf *, enum refusal, struct km_bytes who);
/* Append the publication of an epoch made already; -1: not kept so long. */
int	publish_again(struct signer *, uint32_t number, struct buf *out);
/* The act as the journal keeps it. */
void	apply_record_act(struct buf *, const struct act_ask *);

/*
 * bodies.json: all bodies by number, with what was granted, refused,
 * suspended and withdrawn in each year. Appends to out.
 */
void	bodies_write(struct buf *out, const struct state *);

#endif
