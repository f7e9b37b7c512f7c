/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Siege: a signer in a process of its own, and whatever a hostile office may
 * send it. Each attack must be refused by name; journal and state are then
 * held against what they were, byte for byte, and a good act must still be
 * carried out.
 */
#ifndef TESTS_SIEGE_H
#define TESTS_SIEGE_H

#include "tests/lib/desk.h"

/* What there is: two holders, assessed at level substantial; three marks. */
enum {
	SIEGE_HOLDER = 0, SIEGE_OTHER = 1,
	SIEGE_VALID = 0, SIEGE_SUSPENDED = 1, SIEGE_WITHDRAWN = 2
};

struct siege {
	struct desk	 desk;
	struct buf	 journal, state;	/* as they must stay */
	unsigned int	 attacks;
};

/* One attack by an act; good until a test changes it. */
struct attempt {
	struct desk	*d;
	struct papers_draft draft;
	struct desk_act	 act;
	struct papers_act other;	/* a second paper, if there is one */
	struct sample_buf bytes;	/* room */
};
typedef void siege_fn(struct attempt *);
struct attack {
	const char	*name;
	enum refusal	 want;
	siege_fn	*make;
};

void	siege_begin(struct siege *, const char *name);
void	siege_end(struct siege *);

/* By an act: the one of a batch. */
void	siege_act(struct siege *, const struct attack *);
/* By a whole message. */
void	siege_message(struct siege *, const char *name, enum refusal want,
	    const struct buf *ask);
/* By bytes that are no message: the signer ends in good order, status 1. */
void	siege_bytes(struct siege *, const char *name, const void *p,
	    size_t len);

/* Three people, as a grant at level substantial needs. */
extern const char *const siege_people[];
/* The draft of a good grant to SIEGE_HOLDER. */
void	siege_grant(struct attempt *);
/* Signed by these, with what it rests on. */
void	siege_sign(struct attempt *, const char *const *ids);
/* The one thing it rests on that has a place in the log. */
struct desk_rested *siege_assessment(struct attempt *);
/* Another signature as approval i. */
void	siege_approval(struct attempt *, size_t i,
	    const struct sample_key *, const char *iss, const char *sub,
	    const void *payload, size_t len);

#endif
