/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Search: what people type, answered from the register. An exact hit is a
 * name, number or domain that is the same once written alike (capitals,
 * spaces, diacritics, www., legal form); all else is only resembling, and is
 * never the answer.
 */
#ifndef PUBLIC_SEARCH_H
#define PUBLIC_SEARCH_H

#include "register.h"

enum { SEARCH_HITS_MAX = 50, SEARCH_TEXT_MAX = 200 };

struct search;		/* an index over one register */

/* old: the index of the register before, whose parts are used again. */
struct search	*search_new(const struct reg *, struct search *old);
void		 search_free(struct search *);	/* safe on NULL */

/*
 * How alike a hit is. Exact alone is an answer; what is below it is proposed
 * to a person, who sees name, place and KVK number.
 */
enum {
	SEARCH_EXACT = 1000,
	SEARCH_PLACE = 999,		/* it is in the place that was typed */
	/* Once completed: KVK without its zero, number without its check. */
	SEARCH_PROPOSED = 990,
	SEARCH_FORMER = 980,		/* in an attestation now superseded */
	SEARCH_ABOVE = 900		/* names a host above the one typed */
};

struct search_hit {
	uint32_t	 mark;		/* place in the register's marks */
	unsigned int	 alike;
};
struct search_result {
	size_t		 n_exact;	/* in front, by number */
	size_t		 n;		/* with those resembling, the best first */
	struct search_hit hit[SEARCH_HITS_MAX];
};
/* UTF-8 as typed; longer than twice SEARCH_TEXT_MAX finds nothing. */
void		 search_find(struct search_result *, const struct search *,
		    struct km_bytes text);

/* Filters of the list; 0 or empty: all. */
struct search_filter {
	char		 service[SEARCH_TEXT_MAX];	/* code */
	int		 claim;		/* enum km_claim */
	int		 level;		/* enum km_level, at least, in the same line */
	int		 state;		/* enum mark_state and 1 */
	char		 place[SEARCH_TEXT_MAX];	/* written alike */
};
/*
 * Places of the marks that pass, by number, from the skip-th on; *total: how
 * many there are in all.
 */
size_t		 search_list(uint32_t *out, size_t max, size_t skip,
		    size_t *total, const struct search *,
		    const struct search_filter *, int64_t now);

#endif
