/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Build: what an act that was checked makes. The signer signs meanings: all
 * that it signs is put together here, from the decision and the state.
 */
#ifndef SIGNER_BUILD_H
#define SIGNER_BUILD_H

#include "check.h"

struct made {
	struct buf	 log_leaf;
	struct buf	 leaves;	/* register leaves, side by side */
	size_t		 n;
	struct {
		uint32_t	 index;
		size_t		 at, len;	/* in leaves */
	} leaf[STATE_MARK_SLOTS_MAX];
};
void	made_init(struct made *);
void	made_free(struct made *);

/*
 * After check_decision(), or check_list() with its kind. made is emptied
 * first. Returns REFUSAL_NONE, or why it cannot be made: REFUSAL_LIMIT, or
 * REFUSAL_TRUST when we have no key for it; ck->who then says more.
 */
enum refusal build_decision(struct made *, struct check *);
enum refusal build_list(struct made *, struct check *, enum decision_kind);

/*
 * Sign a payload as COSE_Sign1 with our key of this purpose, append it to
 * out. Returns 0, or -1: no such key now, or the signature failed.
 */
int	build_sign1(struct buf *out, struct keys *, const struct state *,
	    enum km_purpose, int64_t now, struct km_bytes sub,
	    const char *typ, struct km_bytes payload);
/* Address of the list of a shard: AUTHORITY/status/N; its length. */
enum { BUILD_URI_MAX = KM_URI_MAX + 16 };
size_t	build_list_uri(char out[BUILD_URI_MAX], const struct state *,
	    uint64_t shard);

#endif
