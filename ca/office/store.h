/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Store: what office keeps (SQLite, WAL, synchronous=FULL). The only way in;
 * another engine would be put behind this header.
 *
 * Everything in it but what is pending follows from the log's acts and the
 * signer's answers to them. Calls return 0, or -1 after a log line when the
 * database failed: then nothing is known to be stored, and who meant to store
 * ends. Some return 1: there is no such thing. Out is written on 0 only.
 *
 * Bytes in rows point into the store: good until the next call with it,
 * unless said otherwise. One thread uses a store.
 */
#ifndef OFFICE_STORE_H
#define OFFICE_STORE_H

#include "ca/base/buf.h"
#include "ca/record/decision.h"
#include "verifier/register.h"

enum {
	STORE_MARKS_MAX = 256,		/* of one provider, given out */
	STORE_SLOTS_MAX = 64		/* unexpired attestations of a mark */
};

struct store;

/*
 * Make an empty store at dir/store.db, for init: of this authority, batch 0,
 * nothing published. An error when there is one. Returns 0 or -1 after a log
 * line, with nothing left behind.
 */
int	 store_create(const char *dir, struct km_bytes authority,
	    enum km_environment);

/*
 * Open dir/store.db. Missing, empty, foreign, damaged, of a newer schema or
 * of another authority is an error with a log line that says what was
 * expected, what was found and what to do; never a first run. An older
 * schema is brought up to date. read_only: for audit, beside a running
 * office; an older schema is then an error.
 */
struct store *store_open(const char *dir, struct km_bytes authority,
	    enum km_environment, int read_only);
void	 store_close(struct store *);		/* safe on NULL */

/*
 * One transaction at a time; without, each call is its own. What one reads
 * is of one moment. store_begin_read() is for many reads, after which a
 * write may follow or not; a read_only store may begin either way.
 */
int	 store_begin(struct store *);
int	 store_begin_read(struct store *);
int	 store_commit(struct store *);
/* Take back what was done since begin; safe when nothing was begun. */
void	 store_rollback(struct store *);

/* Where it stands. */
struct store_meta {
	uint64_t	 batch;		/* last recorded, 0: none */
	uint64_t	 log_size;
	uint64_t	 register_size;
	uint32_t	 epoch;		/* last published, 0: none */
	uint8_t		 epoch_hash[KM_HASH_LEN];	/* of its bytes */
};
int	 store_meta(struct store *, struct store_meta *out);
int	 store_batch_set(struct store *, uint64_t batch);
/* Last published epoch: 1 when there is none yet. */
int	 store_published(struct store *, uint32_t *number,
	    uint8_t hash[KM_HASH_LEN]);

/*
 * Register runs (idx / KM_RUN_LEAVES, ascending) that changed since they were
 * last published. A callback other than 0 ends a walk, which returns it.
 */
typedef int store_run_fn(void *arg, uint64_t run);
int	 store_dirty(struct store *, store_run_fn *, void *arg);
/*
 * Epoch number with this hash is published whole: record it and forget which
 * runs had changed, in one transaction of its own. Only with nothing begun.
 */
int	 store_publication_set(struct store *, uint32_t number,
	    const uint8_t hash[KM_HASH_LEN]);

/* An act carried out; for trust and officers the list is the decision. */
struct store_act {
	uint64_t	 index;		/* in the log */
	uint64_t	 batch;
	uint8_t		 id[KM_HASH_LEN];	/* SHA-256 of decision */
	enum decision_kind kind;
	struct km_bytes	 subject;	/* empty: the authority, a list */
	struct km_bytes	 decision;
	struct km_bytes	 approvals;	/* CBOR: [* bstr] in the log's order */
	struct km_bytes	 leaf;		/* log-leaf */
	struct km_bytes	 mark;		/* made by a grant; else empty */
};
int	 store_act_add(struct store *, const struct store_act *);
/* 1: not carried out. */
int	 store_act(struct store *, struct store_act *out,
	    const uint8_t id[KM_HASH_LEN]);
/* Only its place; 1: not carried out. */
int	 store_act_index(struct store *, uint64_t *index,
	    const uint8_t id[KM_HASH_LEN]);
typedef int store_act_fn(void *arg, const struct store_act *);
/* n acts from index from on, in the log's order (n 0: to the end). */
int	 store_acts(struct store *, uint64_t from, uint64_t n, store_act_fn *,
	    void *arg);
/* The same, only the leaves: the entries of the log. */
typedef int store_leaf_fn(void *arg, uint64_t index, struct km_bytes leaf);
int	 store_log(struct store *, uint64_t from, uint64_t n,
	    store_leaf_fn *, void *arg);

/* Pending: decisions that wait for approvals, and the approvals they have. */
struct store_pending {
	uint8_t		 id[KM_HASH_LEN];
	int64_t		 at;		/* when it came */
	int64_t		 valid_until;
	unsigned int	 missing;	/* roles still needed, bits */
	struct km_bytes	 decision;
	struct km_bytes	 json;		/* scheme's; p NULL: none */
};
int	 store_pending_add(struct store *, const struct store_pending *);
int	 store_pending(struct store *, struct store_pending *out,
	    const uint8_t id[KM_HASH_LEN]);	/* 1: not pending */
int	 store_pending_missing(struct store *, const uint8_t id[KM_HASH_LEN],
	    unsigned int missing);
/* With its approvals; when it is not there, nothing happens. */
int	 store_pending_remove(struct store *, const uint8_t id[KM_HASH_LEN]);
/* All whose valid-until has come; *n how many. */
int	 store_pending_expire(struct store *, int64_t now, uint64_t *n);
int	 store_pending_count(struct store *, uint64_t *n);
/* At most max, oldest first, after id (NULL: from the first; 1: unknown). */
typedef int store_pending_fn(void *arg, const struct store_pending *);
int	 store_pendings(struct store *, const uint8_t *after, uint64_t max,
	    store_pending_fn *, void *arg);
int	 store_approval_add(struct store *, const uint8_t id[KM_HASH_LEN],
	    struct km_bytes iss, struct km_bytes approval);
/* Of one pending decision, ascending by iss. */
typedef int store_approval_fn(void *arg, struct km_bytes iss,
	    struct km_bytes approval);
int	 store_approvals(struct store *, const uint8_t id[KM_HASH_LEN],
	    store_approval_fn *, void *arg);

/* Subjects: providers, bodies, marks; the authority's is empty. */
enum store_subject_kind {
	STORE_PROVIDER = 1, STORE_BODY = 2, STORE_MARK = 3,
	STORE_AUTHORITY = 4
};
struct store_subject {
	struct km_bytes	 subject;
	enum store_subject_kind kind;
	uint8_t		 head[KM_HASH_LEN];	/* id of its last decision */
	int		 has_in_force;		/* providers and bodies */
	uint8_t		 in_force[KM_HASH_LEN];	/* decision with its data */
	struct km_bytes	 name;			/* empty: none */
};
int	 store_subject_set(struct store *, const struct store_subject *);
int	 store_head_set(struct store *, struct km_bytes subject,
	    const uint8_t head[KM_HASH_LEN]);	/* 1: unknown */
int	 store_subject(struct store *, struct store_subject *out,
	    struct km_bytes subject);		/* 1: unknown */
typedef int store_subject_fn(void *arg, const struct store_subject *);
/*
 * At most max (0: all) after this subject (p NULL: from the first), ascending
 * by subject's bytes; kind 0: of every kind.
 */
int	 store_subjects(struct store *, struct km_bytes after,
	    enum store_subject_kind, uint64_t max, store_subject_fn *,
	    void *arg);

/* Assessments of a provider by their place in the log, newest first. */
int	 store_assessment_add(struct store *, struct km_bytes provider,
	    uint64_t index);
typedef int store_index_fn(void *arg, uint64_t index,
	    const uint8_t id[KM_HASH_LEN]);
int	 store_assessments(struct store *, struct km_bytes provider,
	    uint64_t max, store_index_fn *, void *arg);

/* Marks of a provider, ascending. */
int	 store_mark_add(struct store *, struct km_bytes number,
	    struct km_bytes provider);
/* Its provider; 1: unknown. */
int	 store_mark(struct store *, struct km_bytes *provider,
	    struct km_bytes number);
int	 store_mark_count(struct store *, uint64_t *n);
typedef int store_mark_fn(void *arg, struct km_bytes number);
int	 store_marks(struct store *, struct km_bytes provider, uint64_t max,
	    store_mark_fn *, void *arg);

/* Attestations; the register is their leaves in the order of idx. */
struct store_attestation {
	uint64_t	 idx;
	struct km_bytes	 mark;
	enum km_status	 status;
	int64_t		 exp;
	struct km_bytes	 leaf;		/* register-leaf */
};
/* Adds, or replaces status and leaf; the run it is in becomes dirty. */
int	 store_attestation_set(struct store *,
	    const struct store_attestation *);
int	 store_attestation(struct store *, struct store_attestation *out,
	    uint64_t idx);			/* 1: unknown */
typedef int store_attestation_fn(void *arg, const struct store_attestation *);
/* Of a mark, those with exp > now, ascending by idx. */
int	 store_attestations(struct store *, struct km_bytes mark, int64_t now,
	    store_attestation_fn *, void *arg);
/* n register leaves from idx from on, in order (n 0: to the end). */
int	 store_leaves(struct store *, uint64_t from, uint64_t n,
	    store_leaf_fn *, void *arg);

/* Lists: trust, officers, scheme (its JSON). */
enum store_list_kind {
	STORE_TRUST = 1, STORE_OFFICERS = 2, STORE_SCHEME = 3
};
struct store_list {
	enum store_list_kind kind;
	uint32_t	 version;
	uint8_t		 hash[KM_HASH_LEN];	/* SHA-256 of bytes */
	struct km_bytes	 name;			/* the scheme's code */
	struct km_bytes	 bytes;
};
int	 store_list_add(struct store *, const struct store_list *);
/* That version, or with version 0 the newest; 1: there is none. */
int	 store_list(struct store *, struct store_list *out,
	    enum store_list_kind, uint32_t version);
/* All of a kind, oldest first. */
typedef int store_list_fn(void *arg, const struct store_list *);
int	 store_lists(struct store *, enum store_list_kind, store_list_fn *,
	    void *arg);

/* Officers disabled since the officers list in force. */
int	 store_disabled_add(struct store *, struct km_bytes officer);
int	 store_disabled_clear(struct store *);
typedef int store_officer_fn(void *arg, struct km_bytes officer);
int	 store_disabled(struct store *, store_officer_fn *, void *arg);

#endif
