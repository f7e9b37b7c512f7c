/* SPDX-License-Identifier: EUPL-1.2 */
/* Between search*.c: how a result is put together. */
#ifndef PUBLIC_SEARCH_HITS_H
#define PUBLIC_SEARCH_HITS_H

#include "alike.h"
#include "register_run.h"
#include "search.h"

enum {
	SEARCH_TYPED_MAX = 2 * SEARCH_TEXT_MAX,	/* an address has a path */
	SEARCH_TRIED_MAX = 256,		/* leaves with one key */
	SEARCH_LABELS_MAX = 8,		/* of a host */
	SEARCH_PLACE_HITS = 20,
	SEARCH_SPREAD = 250		/* of the best hit and the worst */
};

struct search {
	const struct reg	*reg;
};

void	 search_hit_add(struct search_result *, uint32_t mark,
	    unsigned int alike);
/* Of the mark that an attestation is of; less when it was superseded. */
void	 search_leaf_add(struct search_result *, const struct reg *,
	    uint32_t index, unsigned int alike);
/* What resembles; is it a host that was typed? */
void	 search_near(struct search_result *, const struct reg *,
	    struct alike *typed, int host);

#endif
