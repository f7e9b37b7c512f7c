/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Act: a decision (or list) with its approvals on its way through office,
 * from its arrival until the signer's answer is recorded.
 */
#ifndef OFFICE_ACT_H
#define OFFICE_ACT_H

#include "ca/record/merkle.h"
#include "ca/record/rules.h"
#include "store.h"

enum {
	ACT_APPROVALS_LEN = APPROVALS_MAX * (APPROVAL_MAX + 3) + 1,
	ACT_DETAIL_MAX = 200		/* bytes: who or what a refusal is about */
};

/* What an officer gets to hear of an act; schemas/office.cddl, acted. */
struct acted {
	int		 state;		/* enum acted_state */
	uint8_t		 id[KM_HASH_LEN];
	enum refusal	 refusal;
	char		 detail[ACT_DETAIL_MAX + 1];
	int		 has_index;
	uint64_t	 index;		/* in the log */
	char		 mark[KM_NUMBER_LEN + 1];	/* made; else empty */
	uint32_t	 epoch;		/* 0: none to tell */
	unsigned int	 missing;	/* when pending */
};

/* A decision that another rests on, as the log has it. */
struct act_rested {
	uint8_t		*bytes;		/* of all below; own */
	struct km_bytes	 decision, approvals;	/* CBOR: [* bstr] */
	struct km_bytes	 first;		/* approval, the proposer's */
	struct decision	 d;
	struct approver	 approver;	/* the proposer, by the list in force */
	uint64_t	 index;		/* in the log */
};

/* Who is to be told: slot of a request, once. */
struct act_waiter {
	struct act_waiter *next;
	void		(*told)(void *arg, size_t slot, const struct acted *);
	void		*arg;
	size_t		 slot;
};

struct act {
	struct act	*next;		/* in the queue */
	struct act	*next_flight;	/* in its bucket */
	uint8_t		 id[KM_HASH_LEN];
	enum decision_kind kind;	/* TRUST and OFFICERS: a list */
	struct decision	 d;		/* kind 0 for a list */
	uint8_t		*bytes;		/* decision or list, then json; own */
	struct km_bytes	 decision, json;
	struct buf	 approvals;	/* CBOR: [* bstr], in the log's order */
	size_t		 n_rested;
	struct act_rested *rested;	/* own, n_rested */
	int		 was_pending;
	struct act_waiter *waiter;
	struct acted	 acted;		/* filled when it is recorded */
};

/*
 * A copy of decision (or list) and json (p NULL: none). Out of memory or not
 * well-formed: NULL, *err tells which (KM_OK: memory).
 */
struct act	*act_new(struct km_bytes decision, struct km_bytes json,
		    enum km_err *err);
void		 act_free(struct act *);	/* safe on NULL; waiters too */
/* 0, or -1: no memory. */
int		 act_wait(struct act *, void (*told)(void *, size_t,
		    const struct acted *), void *arg, size_t slot);
/* Tell all who wait, and forget them: the first that it is done by him. */
void		 act_tell(struct act *);
void		 act_refuse(struct acted *, enum refusal, struct km_bytes who);

/*
 * Load what it rests on, as far as it is there: n_rested tells. 0, or -1
 * after a log line.
 */
int		 act_rested_load(struct act *, struct store *,
		    const struct officers *);
/* The facts about its subject, and what it rests on; the first has room. */
struct act_subject {
	char	holder[KM_SUB_MAX + 1];
	struct {
		char	person[PERSON_MAX], body[SUBJECT_MAX];
	}	assessed[ASSESSED_MAX];
};
int		 act_facts(struct rules_facts *, struct act_subject *,
		    const struct act *, struct store *);

/*
 * Append act-ask (schemas/signer.cddl) with proofs for the log as it stands
 * and the register leaves of its mark. 0, or -1 after a log line when the
 * store failed; that it does not fit shows in the buffer.
 */
int		 act_encode(struct buf *, const struct act *, struct store *,
		    const struct merkle *log, int64_t now);
/* Does it change the status of a mark's attestations? */
int		 act_on_mark(enum decision_kind);

#endif
