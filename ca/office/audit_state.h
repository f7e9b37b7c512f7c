/* SPDX-License-Identifier: EUPL-1.2 */
/* What an audit knows, shared by audit*.c of office alone; see audit.h. */
#ifndef OFFICE_AUDIT_STATE_H
#define OFFICE_AUDIT_STATE_H

#include <sys/types.h>

#include "ca/record/layout.h"
#include "ca/record/merkle.h"
#include "ca/record/published.h"
#include "ca/record/rules.h"
#include "ca/record/run.h"

#include "audit.h"
#include "store.h"

enum {
	AUDIT_SAID_MAX = 20,		/* disagreements told of one part */
	AUDIT_WORKERS = 2,
	AUDIT_NONE = -1
};

struct audit_assessed {
	char		 person[PERSON_MAX], body[SUBJECT_MAX];
	size_t		 person_len, body_len;
};
/* A provider, body, mark, or (empty) the authority, as the log leads to. */
struct audit_subject {
	char		 key[SUBJECT_MAX + 1];
	size_t		 len;
	enum store_subject_kind kind;
	uint8_t		 head[KM_HASH_LEN];
	uint8_t		 in_force[KM_HASH_LEN];	/* providers, bodies */
	struct body	 body;
	char		 name[KM_TEXT_MAX];	/* of body */
	struct audit_subject *holder;		/* of a mark */
	int64_t		 newest;		/* slot of a mark; or NONE */
	size_t		 n_assessed;		/* provider: by whom */
	struct audit_assessed *assessed;
};

/* An attestation, by idx. */
struct audit_slot {
	struct audit_subject *mark;
	int64_t		 older;			/* of the mark; or NONE */
	int64_t		 exp;
	enum km_status	 status, then;		/* then: in the epoch */
	uint32_t	 n, n_then;		/* events */
};

/* One process of audit_sign.c. */
struct audit_count {
	uint64_t	 acts, approvals, lists, attestations;
	uint64_t	 bad;
	uint64_t	 done;			/* of what is to be looked at */
};
struct audit_worker {
	pid_t		 pid;
	int		 fd;			/* disagreements, a line each */
};

struct audit {
	const struct conf *conf;
	struct store	*store;
	struct store_meta meta;
	int		 root;			/* of the tree; -1 */
	uint64_t	 bad;
	unsigned int	 said;			/* in the part at hand */

	/* the log */
	struct merkle	*log;
	uint64_t	 at;			/* act at hand */
	struct km_trust	 trust;			/* version 0: none */
	struct officers	 officers;		/* version 0: none */
	struct scheme	 scheme;		/* version 0: none */
	struct buf	 trust_bytes, officers_bytes, scheme_json;
	uint8_t		 first[KM_HASH_LEN], trust_hash[KM_HASH_LEN];
	uint8_t		 officers_hash[KM_HASH_LEN];
	uint8_t		 scheme_hash[KM_HASH_LEN];
	void		*subjects;		/* tsearch(3) */
	size_t		 n_subjects, n_seen, n_disabled;
	char		 disabled[OFFICERS_N_MAX][PERSON_MAX + 1];
	int		 halted;
	struct audit_slot *slot;
	uint64_t	 n_slots, cap_slots;
	unsigned int	 year, seq;		/* last mark number */
	int64_t		 newest;		/* latest time seen */

	/* the tree; epoch.number 0: nothing published */
	struct km_known	*known;
	void		*mem;			/* known is in it */
	int		 trust_bad;		/* in the last epoch read */
	struct km_epoch	 epoch;
	uint8_t		 epoch_hash[KM_HASH_LEN];
	struct published_list **list;		/* epoch.status.size */
	uint8_t		 bodies_hash[KM_HASH_LEN];	/* of bodies.json */
	struct audit_time {
		uint64_t	 log_size;
		int64_t		 at;
	}		*time;			/* of epochs 1 to number */
	uint8_t		(*root_now)[KM_HASH_LEN];	/* of runs, in store */
	uint8_t		(*root_then)[KM_HASH_LEN];	/* and at the epoch */

	struct audit_count *count;		/* AUDIT_WORKERS, shared */
	struct audit_worker worker[AUDIT_WORKERS];
	int64_t		 began, drawn;		/* ms; progress */
};

/* audit_say.c. A disagreement: where, what was expected, what was found. */
void	audit_bad(struct audit *, const char *fmt, ...)
	    __attribute__((__format__(printf, 2, 3)));
/* A part is done: how much of it there was, and whether all of it agreed. */
void	audit_part(struct audit *, uint64_t bad_before, const char *fmt, ...)
	    __attribute__((__format__(printf, 3, 4)));
void	audit_progress(struct audit *, const char *what, uint64_t done,
	    uint64_t all);
void	audit_progress_end(struct audit *);
/* "size 12, root 0123456789abcdef" */
enum { AUDIT_HEAD_MAX = 112 };
const char *audit_head(char out[AUDIT_HEAD_MAX], const struct km_tree_head *);
const char *audit_hash(char out[2 * KM_HASH_LEN + 1], const uint8_t *);
/* A file of the tree; a bad one is told. Returns 0 or -1. */
int	audit_file(struct audit *, struct buf *out, const char *path);

/*
 * The others return 0, or -1 when the audit cannot go on, after a line that
 * says why; disagreements are told and counted.
 */

/* audit_sign.c: all signatures over acts and attestations, in processes. */
int	audit_sign_start(struct audit *);
int	audit_sign_end(struct audit *);

/* audit_log.c: the leaves and their tree. */
int	audit_log(struct audit *);
/* audit_replay.c: each act by the rules, over what came before it. */
int	audit_replay(struct audit *);
/* audit_subject.c */
struct audit_subject *audit_subject(struct audit *, struct km_bytes key);
struct audit_subject *audit_subject_add(struct audit *, struct km_bytes key,
	    enum store_subject_kind);
void	audit_subjects_free(struct audit *);
int	audit_heads(struct audit *, uint8_t out[KM_HASH_LEN]);
/* The act's approvals into a; how many, or -1. */
int	audit_approvals(struct km_bytes a[APPROVALS_MAX],
	    struct km_bytes approvals);
/* audit_carry.c: the act is carried out, at that time. */
int	audit_carry(struct audit *, const struct store_act *,
	    const struct decision *, int64_t at, struct km_bytes attestation);
/* Leaf idx of the store. */
int	audit_leaf(struct audit *, uint64_t idx, struct km_register_leaf *,
	    struct buf *bytes);

/* audit_register.c: leaves against what the log leads to. */
int	audit_register(struct audit *);

/* audit_snapshot.c: the newest epoch, its lists; a transaction begun. */
int	audit_snapshot(struct audit *);
/* Know the tree's trust lists up to this version; b is scratch. */
enum km_err audit_trust(struct audit *, uint32_t version, struct buf *b);
void	audit_known_forget(struct audit *);
/* Do the lists have the epoch's status root? */
int	audit_lists_agree(const struct audit *);
void	audit_lists_free(struct audit *);
/* audit_tree.c: what is published. */
int	audit_epochs(struct audit *);
int	audit_published(struct audit *);	/* lists, runs, files */
/* audit_tile.c */
int	audit_tiles(struct audit *);
/* audit_archive.c */
int	audit_archive(struct audit *);

#endif
