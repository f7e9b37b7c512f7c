/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Desk: office's side of the signer's channel, for tests. It begins an
 * authority with the people of papers.h in a directory of its own, speaks to
 * a real signer (in this process, or the real loop in another over a socket
 * pair), and keeps what office keeps: log, register leaves, heads.
 *
 *	desk_begin(&d, "story");
 *	desk_open(&d);				or desk_fork(&d)
 *	desk_hello(&d);
 *	desk_furnish(&d);			a body, so that all can be done
 *	h = desk_provider(&d);
 *	desk_assess(&d, h);
 *	m = desk_grant(&d, h);
 *
 * What goes wrong in here ends the test program.
 */
#ifndef TESTS_DESK_H
#define TESTS_DESK_H

#include <sys/types.h>

#include "ca/record/merkle.h"
#include "ca/signer/answer.h"
#include "tests/lib/papers.h"

enum { DESK_HOLDERS = 256, DESK_MARKS = 256, DESK_ACTS = 256 };

struct desk_holder {
	char		 sub[16], kvk[9];
	uint8_t		 head[KM_HASH_LEN];
	struct papers_act provider;
	struct papers_act assessment;	/* the last one */
	uint64_t	 assessment_at;	/* in the log */
	int		 assessed;
};
struct desk_mark {
	char		 number[KM_NUMBER_LEN + 1];
	uint8_t		 head[KM_HASH_LEN];
	size_t		 holder;
	uint32_t	 index;
	enum km_status	 status;
};

/* Time that a signer in another process sees too. */
struct desk_clock {
	int64_t		 real, boot;
};

struct desk {
	struct papers	 papers;
	char		 dir[512];
	struct buf	 json;		/* of the scheme */
	uint8_t		 scheme_id[KM_HASH_LEN];	/* of its decision */
	struct desk_clock *clock;
	struct signer	*sg;		/* in this process, or NULL */
	int		 fd;		/* to another, or -1 */
	pid_t		 pid;

	struct merkle	*log;
	struct sample_buf leaf[DESK_MARKS];	/* register, by idx */
	size_t		 n_leaves;
	uint64_t	 batch;
	uint32_t	 epoch;
	uint8_t		 head[KM_HASH_LEN];	/* the authority's */
	size_t		 n_holders, n_marks;
	struct desk_holder holder[DESK_HOLDERS];
	struct desk_mark mark[DESK_MARKS];
	unsigned int	 bodies;
};

/* Init in TEST_TMP/name, or /tmp; time SAMPLE_NOW. */
void	desk_begin(struct desk *, const char *name);
void	desk_end(struct desk *);		/* with all its files */
/* The same up to init; what init is given may be changed in between. */
void	desk_prepare(struct desk *, const char *name);
void	desk_papers(struct desk *, struct init_papers *,
	    struct sample_buf *act);
int	desk_init(struct desk *, struct signer_error *);

void	desk_open(struct desk *);
int	desk_try_open(struct desk *, struct signer_error *);
void	desk_close(struct desk *);		/* with a snapshot */
void	desk_drop(struct desk *);		/* without, as kill -9 would */
void	desk_fork(struct desk *);
/* Ends the other process by closing its channel; its exit status. */
int	desk_join(struct desk *);
void	desk_pass(struct desk *, int64_t seconds);

/* One question; reply is initialised and freed by the caller. */
void	desk_ask(struct desk *, const struct buf *ask, struct buf *reply);
/* Refusal of a whole message; REFUSAL_NONE when it was answered. */
enum refusal desk_refusal(const struct buf *reply);
/* Batches that come again are recorded. */
enum refusal desk_hello(struct desk *);
/* The state answer's bytes. */
void	desk_state(struct desk *, struct buf *out);
/* Makes the next epoch; its publication in out unless NULL. */
enum refusal desk_publish(struct desk *, struct buf *out);

/* An act on its way. */
struct desk_rested {
	const struct papers_act *act;
	int		 has_place;
	uint64_t	 index, size;
	int		 n_path;
	uint8_t		 path[KM_PATH_MAX * KM_HASH_LEN];
};
struct desk_act {
	struct papers_act act;		/* owned */
	struct km_bytes	 list;		/* in place of act, or empty */
	size_t		 n_rested;
	struct desk_rested rested[RESTS_MAX];	/* in order of their ids */
	size_t		 n_leaves;
	struct km_bytes	 leaf[4];
	struct km_bytes	 json;
};
void	desk_act_free(struct desk_act *);
/* Write the decision and sign it by these (NULL ends them). */
void	desk_sign(struct desk *, struct desk_act *, const struct decision *,
	    const char *const *ids);
void	desk_rest_provider(struct desk *, struct desk_act *, size_t holder);
void	desk_rest_assessment(struct desk *, struct desk_act *, size_t holder);
void	desk_leaf(struct desk *, struct desk_act *, size_t mark);

/* A good draft of each kind, to be changed; then the act. */
void	desk_draft_provider(struct desk *, struct papers_draft *,
	    struct desk_holder *);
void	desk_draft_assessment(struct desk *, struct papers_draft *,
	    size_t holder);
void	desk_draft_grant(struct desk *, struct papers_draft *, size_t holder);
void	desk_draft_mark(struct desk *, struct papers_draft *,
	    enum decision_kind, size_t mark);
extern const char *const desk_two[], *const desk_assessor[], *const
	    desk_three[], *const desk_decider[];

/* APPLY of these acts as batch number. */
void	desk_write(struct buf *ask, uint64_t batch,
	    const struct desk_act *const *act, size_t n);
/*
 * Apply as the next batch. Returns the refusal of the whole, and each result
 * in result (points into reply, which the caller frees). What was carried
 * out is recorded.
 */
enum refusal desk_apply(struct desk *, const struct desk_act *const *act,
	    size_t n, struct result *result, struct buf *reply);
/* One act, its own refusal or that of the whole. */
enum refusal desk_try(struct desk *, const struct desk_act *);

/* All of it, good: must be carried out. The holder's or mark's number. */
void	desk_furnish(struct desk *);
size_t	desk_provider(struct desk *);
void	desk_assess(struct desk *, size_t holder);
size_t	desk_grant(struct desk *, size_t holder);
/* suspend, lift, withdraw: the refusal */
enum refusal desk_turn(struct desk *, enum decision_kind, size_t mark);

/* The whole journal. */
void	desk_journal(const struct desk *, struct buf *out);

#endif
