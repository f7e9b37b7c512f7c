/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Snapshot: the state as it was behind one record of the journal, so that a
 * start need not read all of it. Only ever a shortcut: bound to that record
 * by place and SHA-256, closed by a SHA-256 of its own, and when anything
 * about it is not right the journal is read from its beginning.
 */
#ifndef SIGNER_SNAPSHOT_H
#define SIGNER_SNAPSHOT_H

#include "journal.h"
#include "state.h"

#define SNAPSHOT_NAME	"snapshot"

/*
 * Write the state, which is that at the journal's end, durably to
 * dirfd/snapshot. Needs 64 kB, whatever the state. Returns 0, or -1 with
 * errno.
 */
int	snapshot_write(struct state *, const struct journal *, int dirfd);

/*
 * Load dirfd/snapshot: st, fresh from state_init(), becomes that state, and
 * the journal goes on behind its record. Returns 1; or 0 when there is none
 * that fits, with both as they were.
 */
int	snapshot_load(struct state *st, struct journal *, int dirfd);

#endif
