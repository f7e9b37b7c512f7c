/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bureau: office's deciding part with a real signer (desk.h), all in this
 * process, on a socket pair whose other end the test holds: it may let the
 * signer answer, keep the answer, or say something else. Included after
 * cmocka.h; what goes wrong in here ends the test program.
 *
 *	bureau_begin(&b, "name");
 *	bureau_open(&b);
 *	bureau_settle(&b);		in step, first epoch published
 *	bureau_propose(&b, &act);	office has it, the signer not yet
 *	bureau_settle(&b);
 *
 * Office asks time(3), which the test has to answer from desk->clock->real:
 * it stands still at SAMPLE_NOW unless desk_pass() lets it go on.
 */
#ifndef TESTS_BUREAU_H
#define TESTS_BUREAU_H

#include "ca/base/msg.h"
#include "ca/office/decide.h"
#include "tests/lib/desk.h"

enum { BUREAU_TOLD = 1200 };

struct bureau {
	struct desk	*desk;
	char		 dir[512], tree[600];
	struct conf	 conf;
	struct outside	 seen;		/* none, unless a test says so */
	struct event_base *base;
	int		 fd;		/* the signer's end */
	struct msg_in	 in;
	struct store	*st;
	struct merkle	*log;
	struct publish	*publish;
	struct decide	*dc;
	int		 ready;		/* how often office was in step */

	/* of the last message that office sent, bureau_take() */
	struct buf	 asked;
	enum signer_op	 op;
	uint64_t	 batch;
	size_t		 n_acts;
	struct buf	 answer;	/* what the signer says to it */

	size_t		 n_told;	/* answers to acts, by slot */
	struct acted	 told[BUREAU_TOLD];
	int		 was_told[BUREAU_TOLD];	/* how often */
	int		 ahead[BUREAU_TOLD];	/* the next message had left */
	size_t		 slots;
};

void	bureau_begin(struct bureau *, const char *name);
void	bureau_end(struct bureau *);
void	bureau_open(struct bureau *);
/* As if office had been killed: what it did not record it never heard. */
void	bureau_drop(struct bureau *);

/* Let office's event loop do what it can; a message it sent waits. */
void	bureau_spin(struct bureau *);
/* Take the next message of office; 0 when there is none. */
int	bureau_take(struct bureau *);
/* The signer answers it into answer; nothing is sent yet. */
void	bureau_sign(struct bureau *);
/* Send answer (or these bytes) to office, and spin. */
void	bureau_reply(struct bureau *);
void	bureau_say(struct bureau *, const struct buf *);
/* [op, refusal, text] */
void	bureau_refuse(struct bureau *, enum refusal);
/* All of it until nobody has anything to say. */
void	bureau_settle(struct bureau *);

/*
 * One approval of an act arrives in a request of its own; gives its slot,
 * which is told at once or later. first and last: many in one request.
 */
size_t	bureau_arrive(struct bureau *, const struct papers_act *, size_t i);
size_t	bureau_bytes(struct bureau *, struct km_bytes decision,
	    struct km_bytes approval, struct km_bytes json);
/* All its approvals in one request; the slot of the last. */
size_t	bureau_propose(struct bureau *, const struct papers_act *);
/*
 * Acts to try it with: a draft of this kind that is valid for a week; signed
 * by these persons (NULL ends them); a provider; body, provider, assessment
 * and on them a grant, not yet proposed; what acts on a mark.
 */
void	bureau_draft(struct bureau *, struct papers_draft *,
	    enum decision_kind);
void	bureau_act_sign(struct bureau *, struct papers_act *,
	    const struct papers_draft *, const char *const *ids);
void	bureau_provider(struct bureau *, struct papers_act *,
	    struct desk_holder *);
void	bureau_grant(struct bureau *, struct papers_act *,
	    struct desk_holder *, const char *const *ids);
void	bureau_on_mark(struct bureau *, struct papers_act *,
	    enum decision_kind, const char *mark, const char *const *ids);
/* The state of a slot: as ACTED_..., or -1 as long as it is not told. */
int	bureau_state(const struct bureau *, size_t slot);

#endif
