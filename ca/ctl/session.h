/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Session: an officer at the office (schemas/office.cddl). What the office
 * says is held against trust list 1 as far as it can be; a decision is known
 * by the hash of its bytes.
 */
#ifndef CTL_SESSION_H
#define CTL_SESSION_H

#include "ca/record/decision.h"

#include "client.h"
#include "ctl.h"
#include "paper.h"

enum {
	SUBJECT_ASSESSMENTS_MAX = 15, SUBJECT_MARKS_MAX = 256,
	SUBJECT_SLOTS_MAX = 64,
	WAIT_DEFAULT = 30, WAIT_MAX = 86400,	/* seconds */
	ASK_SUBJECTS_MAX = 1024, ASK_DECISIONS_MAX = 256, PENDING_PAGE = 1024
};

struct session {
	const struct ctl *ctl;
	struct client	*client;
	struct key	*key;
	struct verify	*verify;
	struct paper	 trust;		/* the list that --trust names */
	uint8_t		 first[KM_HASH_LEN];	/* SHA-256 of trust list 1 */
	struct buf	 state;		/* what the rest points into */
	struct km_bytes	 authority;
	enum km_environment environment;
	uint64_t	 batch;
	uint32_t	 epoch;		/* last published, as the office says */
	uint64_t	 log_size;
	struct km_bytes	 scheme;
	uint32_t	 scheme_version;
	struct km_bytes	 scheme_hash;
	int		 halted, fenced;
	uint64_t	 pending, marks;
	struct km_bytes	 you;		/* the officer whose key it is */
	int64_t		 now;		/* the office's clock */
	uint32_t	 wait;		/* --wait: seconds until it is public */
};

/* CTL_DONE, or an exit status after a message; close in any case. */
int	 session_open(struct session *, const struct ctl *);
void	 session_close(struct session *);	/* safe on zeroed */

/*
 * Ask the office; body.p NULL: GET. CTL_DONE with the answer in out, which
 * the caller frees; else an exit status after a message.
 */
int	 session_ask(struct session *, struct buf *out, const char *path,
	    struct km_bytes body);
/* A message that the answer to path is not what it must be. CTL_FAILED. */
int	 session_wrong(const char *path, enum km_err);

/* A subject, copied out of the answer. */
struct subject {
	int		 known;		/* 0: nothing below counts */
	char		 name[SUBJECT_MAX + 1];	/* as asked */
	uint8_t		 head[KM_HASH_LEN];
	int		 has_provider;
	uint8_t		 provider[KM_HASH_LEN];
	size_t		 n_assessments;	/* newest first */
	uint8_t		 assessment[SUBJECT_ASSESSMENTS_MAX][KM_HASH_LEN];
	size_t		 n_marks;
	unsigned int	 statuses;	/* of a mark, bits 1 << enum km_status */
	uint64_t	 idx;		/* of its newest attestation */
};
/* Fill n subjects of which name is set. As session_ask(). */
int	 session_subjects(struct session *, struct subject *, size_t n);

/*
 * The officers list in force, as the office has it: to know who we are, not
 * to judge others, which signer and office do. As session_ask(); free in any
 * case.
 */
struct officers_view {
	struct buf	 bytes;
	struct officers	 os;
	const struct officer *you;	/* NULL: not on it */
};
int	 session_officers(struct session *, struct officers_view *);
void	 officers_view_free(struct officers_view *);

/* One decision; its id is the hash of its bytes. */
struct decision_view {
	struct decision	 d;
	size_t		 n_approvals;
	struct km_bytes	 approval[APPROVALS_MAX];
	int		 pending;
	uint64_t	 log_index;	/* when not pending */
	unsigned int	 missing;	/* when pending, in session_pending() */
	int64_t		 came;
};
/* i: its place among the ids asked for. Other than 0 ends the walk. */
typedef int decision_fn(void *arg, size_t i, const struct decision_view *);
/*
 * n ids, called for in order; one that does not exist is an error. CTL_DONE, or an exit status
 * after a message, or what fn returned.
 */
int	 session_decisions(struct session *, const uint8_t (*id)[KM_HASH_LEN],
	    size_t n, decision_fn *, void *arg);
/* All that waits for approval, oldest first. */
int	 session_pending(struct session *, decision_fn *, void *arg);
/* Subjects of all providers, ascending; *out has *n, freed by the caller. */
int	 session_providers(struct session *, struct subject **out, size_t *n);

#endif
