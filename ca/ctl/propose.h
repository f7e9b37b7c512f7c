/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Propose: from decisions to what became of them, the same for all verbs
 * that propose, and for approving.
 */
#ifndef CTL_PROPOSE_H
#define CTL_PROPOSE_H

#include "acts.h"
#include "session.h"

/* A decision to be filled in; text it points to is the caller's. */
struct proposal {
	struct decision	 d;
	uint8_t		 nonce[NONCE_LEN];
	uint8_t		 head[KM_HASH_LEN];
};
/*
 * A decision of this kind by the officer of the session, with a new nonce;
 * head of zeros where the kind bears one. CTL_DONE, or an exit status after
 * a message.
 */
int	 propose_begin(struct proposal *, struct session *,
	    enum decision_kind, struct km_bytes subject);
/* Add it to a; what the strict reader says against it becomes a message. */
int	 propose_add(struct acts *, const struct proposal *,
	    const char *at, unsigned long line);

/*
 * Show a summary and what changes in public, ask (unless --yes), sign, send,
 * report, and wait until what was carried out is public. what: "propose" or
 * "approve". file: for line numbers in messages, or NULL. Returns an exit
 * status.
 */
int	 propose_all(struct session *, struct acts *, const char *what,
	    const char *file);

/*
 * The same for one decision that is made of the command line alone: fill puts
 * content into it.
 */
int	 propose_one(const struct ctl *, enum decision_kind,
	    struct km_bytes subject,
	    void (*fill)(struct decision *, const void *content),
	    const void *content);

#endif
