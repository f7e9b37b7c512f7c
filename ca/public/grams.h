/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Grams: which leaves of a run have three letters in a row in a name, place
 * or host. Three letters share a list with others of the same hash, so what is
 * found is a candidate and is compared in full.
 */
#ifndef PUBLIC_GRAMS_H
#define PUBLIC_GRAMS_H

#include "ca/base/buf.h"

#include "alike.h"

enum {
	GRAMS_BITS = 12, GRAMS_LISTS = 1 << GRAMS_BITS,
	GRAMS_TYPED_MAX = 64,		/* that are looked at of a question */
	GRAMS_LEAVES_MAX = 1024
};

struct grams {
	uint32_t	 at[GRAMS_LISTS + 1];
	uint8_t		*gap;		/* from leaf to leaf, see grams.c */
};

/* While leaves are added, in their order. */
struct grams_build {
	struct buf	 pairs;		/* of list and leaf */
	uint16_t	 last[GRAMS_LISTS];	/* leaf and 1 */
};
void		 grams_begin(struct grams_build *);
void		 grams_add(struct grams_build *, uint16_t leaf,
		    const struct alike *);
/* NULL: no memory. Ends the building, whatever it gives. */
struct grams	*grams_end(struct grams_build *);
void		 grams_free(struct grams *);	/* safe on NULL */

/* Lists of what was typed, each once; how many. */
size_t		 grams_typed(uint16_t list[GRAMS_TYPED_MAX],
		    const struct alike *);
/* About how many leaves a list has. */
uint32_t	 grams_length(const struct grams *, uint16_t list);
/* Add weight to the score of each leaf of it. */
void		 grams_score(uint16_t score[GRAMS_LEAVES_MAX],
		    const struct grams *, uint16_t list, uint16_t weight);

#endif
