/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Serve: the published tree over HTTP, from files alone. What it needs is in
 * its arguments, so that a test can serve a tree of its own.
 */
#ifndef PUBLIC_SERVE_H
#define PUBLIC_SERVE_H

#include "ca/base/conf.h"

struct event_base;
struct evhttp_request;
struct http_limits;
struct serve;

/*
 * From conf's tree, with the event loop that its requests come from; conf
 * outlives it. NULL after a log line.
 */
struct serve	*serve_new(const struct conf *, struct event_base *);
/* Once nothing is asked any more. */
void		 serve_free(struct serve *);	/* safe on NULL */
/* An http_handler; arg is the struct serve. */
void		 serve_request(struct evhttp_request *, void *arg);
/* What a listener of it allows. */
void		 serve_limits(struct http_limits *, const struct conf *);

#endif
