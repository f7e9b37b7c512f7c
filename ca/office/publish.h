/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publishing: the tree of plain signed files (design section 6), written by
 * office and read by anyone. Data before pointer: write, fdatasync, rename;
 * epoch last.
 */
#ifndef OFFICE_PUBLISH_H
#define OFFICE_PUBLISH_H

#include "ca/base/conf.h"
#include "ca/record/merkle.h"
#include "store.h"

struct publish;

/*
 * Ready to publish into conf's tree from the store; log holds the hashes of
 * the log's leaves, as many as the store has. All three are the caller's and
 * outlive the result. Returns NULL after a log line.
 */
struct publish *publish_open(const struct conf *conf, struct store *,
    struct merkle *log);

/*
 * Write one publication (schemas/signer.cddl) into the tree, durable, and
 * record in the store that its epoch is published. The store stands at the
 * publication's batch, with the leaves that it supersedes already recorded.
 * Compares with what was published before: an entry that disappears or grows
 * lighter without a decision is an error. The same publication again does
 * the same again.
 *
 * Returns 0, or -1 after a log line that says what is wrong: the caller
 * stops, and nothing after it is published.
 */
int	 publish_run(struct publish *, struct km_bytes publication);

void	 publish_close(struct publish *);	/* safe on NULL */

#endif
