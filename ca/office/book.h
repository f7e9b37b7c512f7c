/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Book: put what the signer carried out into the store, and the leaves into
 * the log in memory. The same for a fresh answer and for one that the signer
 * gives again after a crash.
 */
#ifndef OFFICE_BOOK_H
#define OFFICE_BOOK_H

#include "act.h"
#include "verifier/epoch.h"

struct book {
	struct store	*st;
	struct merkle	*log;
	uint64_t	 batch;
	int		 changed;	/* what is in force; read it again */
};

/* One act of the batch: as it was sent. */
struct book_in {
	enum decision_kind kind;
	const struct decision *d;	/* NULL: a list */
	const uint8_t	*id;
	struct km_bytes	 decision, approvals, json;
	int		 was_pending;	/* perhaps */
};

/*
 * Read the result of one act from answer and record it, in a transaction of
 * the caller's. acted is filled. 0; or -1 after a log line: the answer is not
 * as it must be or the store failed, and the caller ends.
 */
int	 book_result(struct book *, const struct book_in *,
	    struct km_cbor *answer, struct acted *acted);

/* Is head, which is what the signer says of the log, what we have? 0 or -1. */
int	 book_agrees(const struct book *, const struct km_tree_head *head);
/*
 * After the last of a batch: it is recorded, if both agree on the log. Ends
 * no transaction. 0 or -1.
 */
int	 book_end(struct book *, const struct km_tree_head *head);

/* A whole batch-record (schemas/signer.cddl), again; with a transaction. */
int	 book_again(struct book *, struct km_cbor *answer);

/*
 * Leaves that a publication superseded: [* [idx, register-leaf]], with a
 * transaction when there are any.
 */
int	 book_superseded(struct book *, struct km_bytes publication);

#endif
