/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Badge: what a holder shows of a mark, made from the epoch in force: the
 * attestation that speaks for it, its status list, the epoch and the paths to
 * its lists and its register (design section 3). All of it is in the published tree.
 */
#ifndef PUBLIC_BADGE_H
#define PUBLIC_BADGE_H

#include "verifier/picture.h"

#include "site.h"

struct badge {
	struct buf	 cbor;
	int		 status;	/* enum km_status, of the list in it */
	int64_t		 day;		/* of that list's iat, since 1970 */
};

/*
 * Of this attestation: 0, or -1 after a log line when a file of the tree is
 * not there or not what the epoch says. Free in any case.
 */
int	 badge_make(struct badge *, const struct site *,
	    const struct mark_attestation *);
void	 badge_free(struct badge *);	/* safe on zeroed */

/*
 * Append the picture, with the badge in it; what it shows is the status that
 * it carries. 0, or -1 after a log line.
 */
int	 badge_draw(struct buf *, const struct badge *,
	    const struct km_attestation *, enum km_variant,
	    enum km_picture_lang);

#endif
