/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ask: what office sends and what the journal keeps, read by the strict
 * reader (schemas/signer.cddl). Shape only; everything points into the bytes
 * read. A list that is too long is an error of the reader, bytes that are
 * too long are left to whoever judges the act.
 */
#ifndef SIGNER_ASK_H
#define SIGNER_ASK_H

#include "ca/record/channel.h"
#include "ca/record/decision.h"
#include "verifier/epoch.h"

#include "state.h"

enum {
	ASK_EPOCHS_MAX = 64,		/* seen outside, in a hello */
	ASK_TEXT_MAX = 200		/* of a refusal */
};

struct rested_ask {
	struct km_bytes	 decision;
	size_t		 n_approvals;
	struct km_bytes	 approval[APPROVALS_MAX];
	int		 has_place;
	uint64_t	 index, size;
	size_t		 n_path;
	uint8_t		 path[KM_PATH_MAX * KM_HASH_LEN];
};
struct act_ask {
	struct km_bytes	 bytes;			/* decision or list */
	size_t		 n_approvals;
	struct km_bytes	 approval[APPROVALS_MAX];
	size_t		 n_rested;
	struct rested_ask rested[RESTS_MAX];
	size_t		 n_leaves;
	struct km_bytes	 leaf[STATE_MARK_SLOTS_MAX];
	struct km_bytes	 json;
};
void	act_ask_read(struct km_cbor *, struct act_ask *);

struct result {
	enum refusal	 refusal;
	struct km_bytes	 text;			/* of a refusal */
	struct km_bytes	 log_leaf;
	uint64_t	 index;			/* in the log */
	size_t		 n_leaves;
	struct leaf_change leaf[STATE_MARK_SLOTS_MAX];
};
void	result_read(struct km_cbor *, struct result *);

void	tree_head_read(struct km_cbor *, struct km_tree_head *);

#endif
