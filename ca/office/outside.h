/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Outside: the newest epochs as the world sees them, fetched at every start
 * from the configured addresses (mirrors, a CDN, an archive elsewhere) and
 * shown to the signer, so that an old copy of everything finds out that it is
 * one (design section 5). What is no epoch of this authority counts as no answer;
 * whether one is genuine is judged by the signer alone.
 */
#ifndef OFFICE_OUTSIDE_H
#define OFFICE_OUTSIDE_H

#include "ca/base/buf.h"
#include "ca/base/conf.h"

struct outside {
	size_t		 n;
	struct buf	 epoch[CONF_OUTSIDE_MAX];
};

/*
 * Ask each address once, ten seconds at most. Those that did not answer
 * were logged. Blocks: before the event loop.
 */
void	 outside_fetch(struct outside *, const struct conf *);
void	 outside_free(struct outside *);	/* safe on zeroed */

#endif
