/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Worker: answers that take long (pictures, archives, open data), made one
 * after another in a thread of its own, so that nobody else has to wait.
 *
 * The thread reads a site of its own, whose register and files of one epoch
 * are those of the site that it follows: they do not change once loaded, and
 * are taken and given back on the side of the event loop alone.
 */
#ifndef PUBLIC_WORKER_H
#define PUBLIC_WORKER_H

#include "cache.h"
#include "route.h"

enum {
	WORKS_MAX = 64,			/* that wait; then it is a 503 */
	WAITERS_MAX = 4096		/* for one of them */
};

struct event_base;
struct evhttp_request;

/* One answer to be made, and who waits for it. */
struct work {
	struct route_hit hit;
	struct ask	 ask;		/* its path is ours */
	uint32_t	 epoch;		/* of which it was made */
	struct kept	*kept;		/* made; NULL: no memory */
	size_t		 n;
	struct evhttp_request **req;	/* each to be answered, in done() */
	/* for worker.c */
	char		*key, *path;
	struct work	*next;
};

struct worker;

/* Called from the event loop; the work, with kept, is freed after it. */
typedef void	 worker_done(struct work *, void *arg);

/* follows outlives it, as conf does. NULL after a log line. */
struct worker	*worker_new(struct event_base *, struct site *follows,
		    worker_done *, void *arg);
/* Waits for what is being made. Who still waits is not answered. */
void		 worker_free(struct worker *);	/* safe on NULL */

/*
 * Make the answer of this path and key, or of the one that is asked already.
 * 0; -1: too much to do, or no memory, and the request is still the caller's.
 */
int		 worker_ask(struct worker *, struct evhttp_request *,
		    const char *key, const struct ask *);

#endif
