/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Logged: whether what the office says it carried out is public. Not because
 * it says so: each decision is found in the log that an epoch commits to
 * (schemas/log.cddl, tiles of c2sp.org/tlog-tiles), at the address that the
 * public uses. An office that was taken over can delay, and not hide it.
 */
#ifndef CTL_LOGGED_H
#define CTL_LOGGED_H

#include "acts.h"
#include "tree.h"

/*
 * Wait until what was done of these is public, at most the --wait seconds,
 * and say so. t may not have been opened yet. CTL_DONE also when that is not
 * known yet, after saying what is not; CTL_FAILED when the log has something
 * else in that place.
 */
int	 logged_wait(struct tree *t, struct session *, const struct acts *);

#endif
