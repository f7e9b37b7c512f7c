/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Route: which maker answers which path, in one table (see route.c). Paths
 * are taken as sent: nothing in the table needs an escape, so an escaped form
 * of a path is another path, which is not there.
 */
#ifndef PUBLIC_ROUTE_H
#define PUBLIC_ROUTE_H

#include "site.h"

enum { ROUTE_ARGS_MAX = 4 };

struct route {
	const char	*nl, *en;	/* patterns; en NULL: one language */
	maker		*make;
	const char	*query;		/* names it knows, with spaces; or NULL */
	unsigned int	 flags;		/* ANSWER_API, ANSWER_PAGE */
};

/* A path found. */
struct route_hit {
	const struct route *route;
	enum lang	 lang;
	size_t		 n;
	const char	*arg[ROUTE_ARGS_MAX];	/* into text */
	char		 text[ASK_PATH_MAX + 1];
	int		 moved;		/* 301, 302: to this path; or 0 */
	char		 to[ASK_PATH_MAX + 1];
};

/* 1: found or moved; 0: no such path. */
int	 route_find(struct route_hit *, const char *path);

/* The table, for whoever writes out all of it; ends with nl NULL. */
const struct route	*route_table(size_t i);	/* NULL: no more tables */

#endif
