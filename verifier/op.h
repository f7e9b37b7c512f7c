/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an operation keeps in its 100 kB between one ask and the next. Nothing
 * is asked in an order that depends on an answer, so that two hosts, or one
 * host twice, go through the same steps.
 */
#ifndef KM_OP_H
#define KM_OP_H

#include "badge.h"
#include "container.h"
#include "core.h"
#include "judge.h"
#include "known.h"

/* A COSE_Sign1, and the keys under which it is still to be tried. */
struct km_pending {
	int		 alg;
	struct km_bytes	 protected_, payload;
	const uint8_t	*sig;
	uint32_t	 keys;		/* to ask, a bit each */
	int		 good;		/* the first that verified it, or -1 */
};

/* Adding a trust list: its signatures, by the order of km_trust_accept(). */
struct km_adding_trust {
	struct km_trust	 trust;
	struct km_sign	 sign;
	size_t		 n;		/* of signatures to ask */
	size_t		 asked;
	uint32_t	 answers;	/* a bit each */
};

struct km_adding {
	struct km_known	*known;
	enum km_err	 err;
	uint8_t		 hash[KM_HASH_LEN];	/* of the object */
	enum { KM_ADD_NOTHING, KM_ADD_TRUST, KM_ADD_EPOCH, KM_ADD_LIST } what;
	union {
		struct km_adding_trust	 trust;
		struct km_epoch		 epoch;
		struct km_status_list	 list;
	} u;
};

struct km_verifying {
	struct km_case	 c;
	struct km_report *report;
	struct km_found	 found;
	struct km_badge	 badge;
	struct km_sign1	 sign1;
	struct km_status_list list;	/* stapled */
	struct km_epoch	 epoch;		/* stapled */
	uint8_t		 list_hash[KM_HASH_LEN];
	uint8_t		 epoch_hash[KM_HASH_LEN];
};

enum { KM_PENDING_ATTESTATION, KM_PENDING_LIST, KM_PENDING_EPOCH,
	KM_PENDINGS };

struct km_op_state {
	enum { KM_OP_NONE = 0x6b6d, KM_OP_ADD, KM_OP_VERIFY } kind;
	int		 asking;	/* ask waits for its answer */
	struct km_ask	 ask;
	uint8_t		 key[KM_KEY_MAX];
	uint8_t		 tbs[KM_TBS_MAX];
	const struct km_trust *trust;	/* whose keys the bits mean */
	size_t		 at;		/* of pending, being asked */
	struct km_pending pending[KM_PENDINGS];
	union {
		struct km_adding	 add;
		struct km_verifying	 verify;
	} u;
	uint8_t		 scratch[KM_SHARD_BYTES];
	uint8_t		 file[KM_BADGE_MAX];	/* the badge out of it */
};
_Static_assert(sizeof(struct km_op_state) <= sizeof(struct km_op),
    "an operation fits the memory that callers have");
_Static_assert(offsetof(struct km_op_state, scratch) + KM_SHARD_BYTES <=
    sizeof(struct km_op_add), "adding an object goes no further");

static inline struct km_op_state *
km_op_state(struct km_op *op)
{
	return (struct km_op_state *)(void *)op->private_;
}

/* The next ask of a trust list being added, into st->ask; 0: no more. */
int	 km_add_trust_ask(struct km_op_state *);
void	 km_add_trust_answer(struct km_op_state *, int good);

/* Be ready to ask about s; nothing is asked while keys is 0. */
void	 km_pending_set(struct km_pending *, int alg, struct km_bytes
	    protected_, struct km_bytes payload, const uint8_t *sig,
	    uint32_t keys);

#endif
