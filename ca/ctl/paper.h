/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Paper: a file of the ceremony, as a draft or signed. A trust list or an
 * officers list is a COSE_Sign (schemas/trust.cddl, officers.cddl), as a
 * draft with no signatures yet; a scheme an act, [decision, [approvals]]
 * (schemas/log.cddl). A paper has no force before enough people signed it.
 */
#ifndef CTL_PAPER_H
#define CTL_PAPER_H

#include "ca/base/buf.h"
#include "ca/record/decision.h"
#include "ca/record/verify.h"

enum paper_kind { PAPER_TRUST, PAPER_OFFICERS, PAPER_ACT };

struct paper {
	enum paper_kind	 kind;
	struct buf	 bytes;		/* the file */
	struct buf	 filled;	/* what the rest points into */
	uint8_t		 hash[KM_HASH_LEN];	/* of the file */
	struct km_sign	 sign;		/* trust, officers; n 0: a draft */
	struct km_trust	 trust;
	struct officers	 officers;
	struct decision	 decision;	/* act */
	size_t		 n_approvals;
	struct km_bytes	 approval[APPROVALS_MAX];
	struct km_sign1	 approval_sign[APPROVALS_MAX];
};

/* 0, or -1 after a message; free also what failed. */
int	 paper_load(struct paper *, const char *path);
void	 paper_free(struct paper *);	/* safe on zeroed */
/*
 * The same, of a signed trust list that stands by itself: enough of its own
 * roots signed. first gets the SHA-256 of trust list 1.
 */
int	 paper_load_trust(struct paper *, uint8_t first[KM_HASH_LEN],
	    const char *path, struct verify *);

/*
 * Write a paper whole or not at all. A new one (replace 0) never goes over
 * what is there. 0, or -1 after a message.
 */
int	 paper_write(const char *path, const struct buf *, int replace);

/*
 * A list as a draft, without signatures, read back with the strict reader:
 * what it says is wrong with the payload. Free it in any case.
 */
enum km_err	 paper_list(struct paper *, struct km_bytes authority,
		    const char *sub, const char *typ,
		    const struct buf *payload);

/* Whose signature verifies over a list with this key? 1 or 0. */
int	 paper_signature_good(const struct km_sign *,
	    const struct km_signer *, const struct km_key *, struct verify *);

/* Public halves: FILE.pub. 0, or -1 after a message. */
int	 public_load(struct km_key *, const char *path);

#endif
