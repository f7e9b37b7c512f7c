/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The signer's state (design section 5): what decides whether the next act
 * may be carried out, and everything that lists, roots and epochs are built
 * from. It follows from the journal alone; state_carry() and state_publish()
 * are the only ways in which it changes, live and in a replay alike.
 *
 * At 100,000 marks: slots 3.2 MB, register tree 6.4 MB, marks 7 MB, providers
 * 13 MB, who assessed them 2.4 MB, and 50 bytes for each decision whose valid-until is yet to come.
 */
#ifndef SIGNER_STATE_H
#define SIGNER_STATE_H

#include "ca/base/buf.h"
#include "ca/record/merkle.h"
#include "ca/record/rules.h"
#include "verifier/epoch.h"
#include "verifier/register.h"

#include "table.h"

enum {
	/* Shards are 16 bits in signer.cddl; what fits in memory is less. */
	STATE_SLOTS_MAX = 1 << 26,
	STATE_SUBJECTS_MAX = 1 << 26,	/* marks; providers */
	STATE_BODIES_MAX = 256,		/* all stand in one file */
	STATE_DONE_MAX = 1 << 28,
	STATE_DONE_FIRST = 1024,	/* before they are looked through */
	STATE_SHARD_BITS = 16,
	STATE_SHARD_BYTES = (1 << STATE_SHARD_BITS) / 4, /* 2 bits an entry */
	STATE_HEADS_KEPT = 4,		/* batches; office may be 2 behind */
	STATE_EPOCHS_KEPT = 64,
	STATE_MARK_SLOTS_MAX = 64	/* unexpired attestations of a mark */
};

/* An attestation, by idx; the hash of its register leaf is in the tree. */
struct slot {
	int64_t		 exp;
	int64_t		 supersede;	/* moment; 0: not asked for */
	uint32_t	 mark;		/* number in marks */
	uint32_t	 older;		/* of the same mark; TABLE_NONE */
	uint32_t	 body;		/* that assessed it; TABLE_NONE */
	uint32_t	 status;	/* enum km_status */
};

/* Records of tables: the key first, filled up with zeros. */
struct mark {
	char		 number[KM_NUMBER_LEN];
	uint8_t		 head[KM_HASH_LEN];
	uint32_t	 provider;	/* number in providers */
	uint32_t	 newest;	/* slot */
};
struct holder {
	char		 sub[48];	/* KM_SUB_MAX is 46 */
	uint8_t		 head[KM_HASH_LEN];
	uint8_t		 in_force[KM_HASH_LEN];	/* id of its data */
	uint32_t	 n_assessed;		/* records in assessed */
};
struct person {				/* who assessed, anyone */
	char		 id[PERSON_MAX];
};
struct assessed {			/* a holder by a person, for a body */
	uint32_t	 holder, nth;	/* the key; nth of this holder */
	uint32_t	 person, body;
};
struct accredited {			/* a body, whole */
	char		 number[32];
	uint8_t		 head[KM_HASH_LEN];
	uint32_t	 from, until, level, name_len;
	char		 name[KM_TEXT_MAX];
};
struct count {				/* of one body in one year */
	uint32_t	 body, year;	/* the key */
	uint32_t	 granted, refused, suspended, withdrawn;
};
struct disabled {
	char		 id[PERSON_MAX];
	int64_t		 at;
};
struct done {				/* a decision carried out */
	uint8_t		 id[KM_HASH_LEN];
	int64_t		 valid_until;
	uint64_t	 place;		/* journal offset << 8 | act */
};

/* A status list as it was last signed. */
struct shard {
	uint8_t		 hash[KM_HASH_LEN];	/* zeros: never signed */
	int64_t		 iat;
	int		 dirty;		/* an entry changed since */
	uint8_t		*lst;		/* deflated entries; NULL: not kept */
	size_t		 lst_len;
};

/* Where the log stood after a batch, and its record. */
struct past_batch {
	uint64_t		 batch;
	uint64_t		 offset;
	struct km_tree_head	 log;
};
struct past_epoch {
	uint32_t		 number;
	uint64_t		 offset;
	uint8_t			 hash[KM_HASH_LEN];
};

struct state {
	char			 authority[KM_URI_MAX + 1];
	enum km_environment	 environment;

	uint64_t		 batch;		/* last carried out; 0 none */
	int64_t			 newest;	/* latest time in the journal */
	struct past_batch	 past[STATE_HEADS_KEPT]; /* batch % KEPT */
	struct km_frontier	 log;
	uint8_t			 head[KM_HASH_LEN];	/* the authority's */
	int			 halted;
	uint32_t		 year, seq;	/* last mark number given */

	struct merkle		*reg;		/* a leaf a slot */
	struct slot		*slot;
	size_t			 slot_cap;
	struct table		 marks, providers, bodies, counts, done;
	struct table		 disabled;	/* since the officers list */
	struct table		 persons, assessed;
	size_t			 done_full;	/* then drop those past */
	struct shard		*shard;
	size_t			 n_shards;

	uint32_t		 epoch;		/* last made; 0 none */
	int64_t			 this_update, next_update;
	struct km_tree_head	 status;	/* of the lists last signed */
	struct past_epoch	 past_epoch[STATE_EPOCHS_KEPT];

	struct buf		 trust_bytes, officers_bytes, scheme_json;
	uint8_t			 first[KM_HASH_LEN];	/* of trust list 1 */
	uint8_t			 trust_hash[KM_HASH_LEN];
	uint8_t			 officers_hash[KM_HASH_LEN];
	uint8_t			 scheme_hash[KM_HASH_LEN];
	struct km_trust		 trust;		/* version 0: none yet */
	struct officers		 officers;	/* version 0: none yet */
	struct scheme		 scheme;	/* version 0: none yet */
};

/* An empty state of this authority. 0, or -1 without memory. */
int	 state_init(struct state *, struct km_bytes authority,
	    enum km_environment);
void	 state_free(struct state *);		/* safe on zeroed */

/*
 * The list or scheme in force from now on: decoded and kept in a copy. How
 * state_carry() and a snapshot set them. 0, or -1.
 */
int	 state_trust_set(struct state *, struct km_bytes);
int	 state_officers_set(struct state *, struct km_bytes);
int	 state_scheme_set(struct state *, struct km_bytes json);

struct leaf_change {
	uint32_t	 index;
	struct km_bytes	 leaf;			/* register-leaf */
};
/* One act that is carried out, and what it made. */
struct carried {
	struct km_bytes	 bytes;			/* decision or list */
	struct km_bytes	 json;			/* of a scheme */
	struct km_bytes	 log_leaf;
	size_t		 n_leaves;
	struct leaf_change leaf[STATE_MARK_SLOTS_MAX];
	uint64_t	 place;			/* as in struct done */
	int64_t		 at;			/* as the journal has it */
};
/*
 * Make it so. Everything was checked before, live or when it went into the
 * journal: what does not fit now is a broken promise (or no memory), and
 * the state is of no further use. Returns 0, or -1.
 */
int	 state_carry(struct state *, const struct carried *);
/* All of a batch is carried out, and its record stands at offset. */
void	 state_batch(struct state *, uint64_t batch, int64_t at,
	    uint64_t offset);

/* A list that was signed; several ascend by shard. */
struct list_change {
	uint32_t	 shard;
	uint8_t		 hash[KM_HASH_LEN];
	int64_t		 iat;
};
/*
 * An epoch is made: its lists, its payload, the SHA-256 of its bytes, and
 * where its record stands. Returns 0, or -1 when the epoch does not agree
 * with the state.
 */
int	 state_publish(struct state *, const struct list_change *, size_t n,
	    const struct km_epoch *, const uint8_t hash[KM_HASH_LEN],
	    int64_t at, uint64_t offset);

/* Lookups; NULL when it is not there. */
struct mark	*state_mark(const struct state *, struct km_bytes number);
struct holder	*state_holder(const struct state *, struct km_bytes sub);
struct accredited *state_body(const struct state *, struct km_bytes number);
int		 state_disabled(const struct state *, struct km_bytes id);
/*
 * An officer who was disabled after this list was issued and whom it still
 * names, or NULL: the list does not know of it.
 */
const struct officer *state_enabled_again(const struct state *,
		    const struct officers *next);
/*
 * Who assessed this holder, each person and body once: the newest, at most
 * max. They point into the records.
 */
size_t		 state_assessed(const struct state *, const struct holder *,
		    struct assessed_by *out, size_t max);
/* Points into the record and lives as long. */
void		 state_body_view(struct body *, const struct accredited *);
struct km_bytes	 state_key(const char *key, size_t len);

uint64_t	 state_slots(const struct state *);
/* Unexpired slots of a mark, ascending by idx: how many, at most max. */
size_t		 state_unexpired(const struct state *, const struct mark *,
		    int64_t now, uint32_t *index, size_t max);
/* Room for all that one act of this kind may add? 1 or 0. */
int		 state_room(struct state *, enum decision_kind);
/* idx and mark number that the next grant at this time gets; -1: no more */
int		 state_next_number(const struct state *, int64_t at,
		    char out[KM_NUMBER_LEN + 1]);

void		 state_log_head(const struct state *, struct km_tree_head *);
void		 state_register_head(const struct state *,
		    struct km_tree_head *);
/* Root over the lists, as they will be with these (ascending) changed. */
void		 state_status_head(const struct state *,
		    const struct list_change *, size_t n,
		    struct km_tree_head *);
/* SHA-256 over all heads, as schemas/signer.cddl says; 0, -1: no memory. */
int		 state_heads(const struct state *, uint8_t out[KM_HASH_LEN]);
const uint8_t	*state_epoch_hash(const struct state *);	/* last */

#endif
