/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Change: what happened to marks, out of the histories of the register, in
 * order of time and, within a second, of attestation. Only what a history
 * says is here: that a date passes is no change.
 */
#ifndef PUBLIC_REGISTER_CHANGE_H
#define PUBLIC_REGISTER_CHANGE_H

#include "register.h"

struct reg_change {
	uint32_t	 mark;		/* place in the register's marks */
	uint32_t	 index;		/* of the attestation it is about */
	unsigned int	 nth;		/* in the history of that: for ever */
	struct km_event	 event;
};

/* How many at or after this moment. */
size_t	 reg_changes_count(const struct reg *, int64_t since);
/* Those, the oldest first, from the skip-th on; how many. */
size_t	 reg_changes(struct reg_change *out, size_t max, size_t skip,
	    const struct reg *, int64_t since);

#endif
