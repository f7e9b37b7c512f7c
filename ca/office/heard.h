/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Heard: what the signer says, read by the strict reader before anything is
 * done with it (schemas/signer.cddl). Shape only: whether it fits the store
 * is asked where it is recorded. Everything points into the bytes read, and
 * counts only when the reader has no error; each stands behind what it read.
 */
#ifndef OFFICE_HEARD_H
#define OFFICE_HEARD_H

#include "ca/record/channel.h"
#include "ca/record/rules.h"
#include "verifier/attestation.h"
#include "verifier/epoch.h"
#include "verifier/register.h"

/*
 * op, refusal and text of an answer; one that is no refusal has this many
 * items, and c stands behind the first two. Returns 0; -1: it is no such
 * answer.
 */
struct heard_answer {
	enum refusal	 refusal;
	struct km_bytes	 text;		/* of a refusal */
};
int	 heard_answer(struct km_cbor *c, struct heard_answer *,
	    struct km_bytes message, enum signer_op, size_t items);

/* Of signer-state, what says whether we are in step. */
struct heard_standing {
	uint64_t		batch;
	uint32_t		epoch;
	struct km_tree_head	log;
	int			halted, fenced;
};
void	 heard_standing(struct km_cbor *, struct heard_standing *);
void	 heard_head(struct km_cbor *, struct km_tree_head *);

/*
 * The result of one act. Behind one that is no refusal come the register
 * leaves that it made or changed: an array of heard_leaf(). The result is
 * over behind them.
 */
struct heard_result {
	enum refusal	 refusal;
	struct km_bytes	 text;		/* of a refusal */
	struct km_bytes	 leaf;		/* of the log */
	uint64_t	 index;		/* its place there */
};
void	 heard_result(struct km_cbor *, struct heard_result *);

/* [idx, register-leaf], decoded. */
struct heard_leaf {
	uint64_t	 idx;
	struct km_bytes	 bytes;
	enum km_status	 status;
	struct km_attestation a;	/* into bytes */
};
void	 heard_leaf(struct km_cbor *, struct heard_leaf *);
/* The same where idx and bytes are known. KM_OK or why not. */
enum km_err heard_leaf_decode(struct heard_leaf *);

/*
 * A batch that the signer gives again: n acts as they were sent, one after
 * the other in asks, and as many results in results.
 */
struct heard_batch {
	uint64_t		batch;
	size_t			n;
	struct km_cbor		asks, results;
	struct km_tree_head	log;
};
void	 heard_batch(struct km_cbor *, struct heard_batch *);

/* Of an act that was sent, what is recorded. */
struct heard_ask {
	struct km_bytes	 decision;
	struct km_bytes	 approvals;	/* CBOR: [* bstr] */
	struct km_bytes	 json;		/* p NULL: none */
};
void	 heard_ask(struct km_cbor *, struct heard_ask *);

#endif
