/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ask: one statement of the store, bound, stepped and reset. For store*.c
 * alone.
 *
 *	ask_begin(&a, st, ASK_HEAD_SET,
 *	    "UPDATE subject SET head = ?1 WHERE subject = ?2");
 *	ask_bytes(&a, head);
 *	ask_text(&a, subject);
 *	return ask_run(&a);
 *
 * Each has a number, under which it is prepared once. The first error sticks
 * and is logged once; ask_end() resets on every path.
 */
#ifndef OFFICE_STORE_ASK_H
#define OFFICE_STORE_ASK_H

#include <sqlite3.h>

#include "store.h"

enum ask_number {
	ASK_BELONGS, ASK_META, ASK_BATCH_SET,
	ASK_PUBLISHED_SET, ASK_DIRTY, ASK_DIRTY_ADD, ASK_DIRTY_CLEAR,
	ASK_ACT_ADD, ASK_ACT, ASK_ACT_INDEX, ASK_ACTS, ASK_LOG,
	ASK_PENDING_ADD, ASK_PENDING, ASK_PENDING_MISSING,
	ASK_PENDING_REMOVE, ASK_PENDING_EXPIRE, ASK_PENDING_COUNT,
	ASK_PENDING_PLACE, ASK_PENDINGS, ASK_APPROVAL_ADD, ASK_APPROVALS,
	ASK_SUBJECT_SET, ASK_HEAD_SET, ASK_SUBJECT, ASK_SUBJECTS,
	ASK_ASSESSMENT_ADD, ASK_ASSESSMENTS, ASK_MARK_ADD, ASK_MARK,
	ASK_MARK_COUNT, ASK_MARKS, ASK_ATTESTATION_SET, ASK_ATTESTATION, ASK_ATTESTATIONS,
	ASK_LEAVES, ASK_LIST_ADD, ASK_LIST, ASK_LIST_NEWEST, ASK_LISTS,
	ASK_DISABLED_ADD, ASK_DISABLED_CLEAR, ASK_DISABLED, ASK_BEGIN,
	ASK_BEGIN_READ, ASK_COMMIT, ASK_N
};

struct store {
	sqlite3		*db;
	sqlite3_stmt	*ask[ASK_N];
	int		 read_only;
	struct buf	 row;		/* what the last row given out says */
};

enum { ASK_COLUMNS_MAX = 10 };

struct ask {
	struct store	*st;
	sqlite3_stmt	*q;
	int		 n;		/* parameters bound */
	int		 kept;		/* column[] counts, not the statement */
	int		 failed;
	struct km_bytes	 column[ASK_COLUMNS_MAX];
};

void	 ask_begin(struct ask *, struct store *, enum ask_number,
	    const char *sql);
/* Bind the next parameter. p NULL is null, for text and bytes alike. */
void	 ask_int(struct ask *, int64_t);
void	 ask_bytes(struct ask *, struct km_bytes);
void	 ask_hash(struct ask *, const uint8_t[KM_HASH_LEN]);
void	 ask_text(struct ask *, struct km_bytes);
/* 1: a row; 0: no more; -1: failed. */
int	 ask_step(struct ask *);
/* Columns of the row, from 0. A hash of another length is a failure. */
int64_t	 ask_col_int(struct ask *, int column);
struct km_bytes ask_col(struct ask *, int column);
void	 ask_col_hash(struct ask *, int column, uint8_t out[KM_HASH_LEN]);
/* Copy text and bytes of the row, so that they outlive the statement. */
void	 ask_keep(struct ask *);
/* Reset. 0, or -1 when something failed. */
int	 ask_end(struct ask *);
/* Step to the end: for what gives no rows. As ask_end(). */
int	 ask_run(struct ask *);

/* A log line: what could not be done, and what SQLite says. Returns -1. */
int	 store_failed(struct store *, const char *what);

#endif
