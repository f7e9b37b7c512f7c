/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit, office's half: recompute log, register, lists and every signature
 * from the store and the published tree, and say where they disagree. The
 * other half is the signer's journal: ca/audit.c holds both together.
 */
#ifndef OFFICE_AUDIT_H
#define OFFICE_AUDIT_H

#include "ca/base/conf.h"
#include "verifier/epoch.h"

/* What the signer must have been at this batch and this epoch. */
struct audit_figures {
	uint64_t		 batch;
	uint32_t		 epoch;		/* 0: none published */
	struct km_tree_head	 log, reg, status;	/* status of epoch */
	int			 halted;
	uint8_t			 trust[KM_HASH_LEN];
	uint8_t			 officers[KM_HASH_LEN];
	uint8_t			 scheme[KM_HASH_LEN];
	uint8_t			 heads[KM_HASH_LEN];
	uint8_t			 last_epoch[KM_HASH_LEN];
};

/*
 * Reads only, in one transaction of the store, and works beside a running
 * office. Prints a line a part on standard output, and one for each
 * disagreement; progress on standard error where that is a terminal. Starts
 * two processes of its own, which it ends. Returns the number of
 * disagreements, or -1 when it could not finish (out is then not written).
 */
long	audit_office(const struct conf *, struct audit_figures *out);

#endif
