/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Acts: decisions on their way to the office, each with the signature of
 * whoever runs keurmerkctl, and what became of them. They are sent as they
 * were signed, in requests of at most 256; each stands or falls by itself,
 * and the same bytes may be sent again.
 */
#ifndef CTL_ACTS_H
#define CTL_ACTS_H

#include "ca/record/channel.h"

#include "session.h"

enum act_state {
	ACT_UNSENT, ACT_PENDING, ACT_DONE, ACT_ALREADY, ACT_REFUSED
};

struct act {
	uint8_t		*bytes;		/* owned: decision, then approval */
	size_t		 decision_len, approval_len;
	int		 is_list;	/* of keys or officers: no decision */
	const struct buf *json;		/* of a scheme, the caller's; or NULL */
	unsigned long	 line;		/* of a file; 0: none */
	uint8_t		 id[KM_HASH_LEN];
	enum act_state	 state;
	char		*why;		/* when refused; owned */
	uint64_t	 log_index;	/* when done */
	unsigned int	 missing;	/* roles, when pending */
	int		 last;		/* 1: nobody else seems to be needed */
	char		 mark[KM_NUMBER_LEN + 1];	/* made by it; or "" */
};
struct acts {
	struct act	*act;
	size_t		 n, cap;
	size_t		 count[ACT_REFUSED + 1];	/* by state */
	uint64_t	 log_size;	/* that has all that was done */
};

void	 acts_free(struct acts *);	/* safe on zeroed */
/*
 * Add a decision, encoded here and read back by the strict reader: 0, or the
 * error that it gives, without a message. KM_ERR_FULL: out of memory.
 */
enum km_err acts_add(struct acts *, const struct decision *,
	    unsigned long line);
/* Add one as it stands, to be approved. KM_OK, or KM_ERR_FULL. */
enum km_err acts_add_bytes(struct acts *, const struct decision *);
/*
 * Add one that others signed, to be delivered: approval.p NULL for a list,
 * whose signatures are in itself. 0, or -1: out of memory.
 */
int	 acts_add_signed(struct acts *, struct km_bytes decision,
	    struct km_bytes approval, const uint8_t id[KM_HASH_LEN],
	    const struct buf *json);
/* The decision of the i-th; into its bytes. */
void	 acts_decision(const struct acts *, size_t i, struct decision *out);

/* Sign each one's own bytes as the officer of the session. 0 or -1. */
int	 acts_sign(struct acts *, struct session *);
/*
 * An acts-answer about the n acts from the from-th on: each gets its state.
 * After an error those before it have theirs.
 */
enum km_err acts_answered(struct acts *, size_t from, size_t n,
	    struct km_bytes answer);
/*
 * Send all that is ACT_UNSENT. CTL_DONE when all was answered, whatever the
 * answer; else an exit status after a message.
 */
int	 acts_send(struct acts *, struct session *);
/*
 * Say what became of them: counts, and those that were refused with the
 * refusal's name and text, from what file. Returns CTL_DONE, or CTL_FAILED
 * when any was refused or is still unsent.
 */
int	 acts_report(const struct acts *, struct session *,
	    const char *file);

#endif
