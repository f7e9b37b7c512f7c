/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Check: may this act be carried out? Everything is checked here again, over
 * the signer's own state: what office sends are proofs and signatures, never
 * facts. Only after REFUSAL_NONE is anything built (build.h).
 */
#ifndef SIGNER_CHECK_H
#define SIGNER_CHECK_H

#include "ca/record/verify.h"

#include "ask.h"
#include "key.h"

/* One act, from what was asked to what was found. About 100 kB. */
struct check {
	struct state	*st;
	struct verify	*verify;
	struct keys	*keys;
	int64_t		 now;
	struct act_ask	 ask;

	/* a decision */
	struct decision	 d;
	struct approver	 approver[APPROVALS_MAX];
	struct decision	 rested[RESTS_MAX];
	struct approver	 assessor[RESTS_MAX];
	struct rules_facts facts;
	struct body	 body;			/* that facts.body gave last */
	size_t		 n_slots;		/* unexpired, of the mark */
	uint32_t	 slot[STATE_MARK_SLOTS_MAX];

	/* what a refusal is about: who, or what; empty: nothing to add */
	struct km_bytes	 who;
};

/* ask, st, verify, keys and now set; d is set first. */
enum refusal	check_decision(struct check *);
/*
 * The same for a list. kind: DECISION_TRUST or DECISION_OFFICERS when it is
 * one; 0 when it is neither, and then nothing else is said.
 */
enum refusal	check_list(struct check *, enum decision_kind *kind);

#endif
