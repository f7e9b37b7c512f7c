/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Http_conn: the connections of a listener; between http.c and http_reply.c.
 *
 * evhttp does not tell when it frees a connection. So we hold a reference to
 * each bufferevent: when ours is the last, the connection has gone.
 */
#ifndef CA_BASE_HTTP_CONN_H
#define CA_BASE_HTTP_CONN_H

#include <stdint.h>

#include "http.h"
#include "http_check.h"

struct bufferevent;

enum http_state {
	CONN_NONE,		/* slot not in use */
	CONN_IDLE,		/* accepted, or between two requests */
	CONN_READING,		/* a request has begun to come in */
	CONN_HANDLED,		/* with the handler: no deadline of ours */
	CONN_REPLYING		/* the reply goes out */
};

struct http_conn {
	struct http_conn	*next;		/* same bucket, or next free */
	struct http		*http;
	struct bufferevent	*bev;		/* NULL: gone */
	struct evhttp_request	*req;		/* while CONN_HANDLED */
	int64_t			 deadline_ms;	/* monotonic */
	unsigned int		 served;	/* requests answered */
	enum http_state		 state;
	struct http_head	 head;		/* of the request coming in */
};

/*
 * The connection of a request that a handler had, which ceases to be pending;
 * NULL when it is none of ours any more.
 */
struct http_conn *http_conn_take(struct evhttp_request *);

/* The reply is about to be sent; other than 0 when no further may follow. */
int http_conn_reply(struct http_conn *);

#endif
