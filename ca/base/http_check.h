/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Http_check: the refusal of what evhttp lets through. The head of a request
 * is watched byte by byte before evhttp makes strings of it, the rest is
 * asked of the parsed request. For http.c.
 */
#ifndef CA_BASE_HTTP_CHECK_H
#define CA_BASE_HTTP_CHECK_H

#include <stddef.h>
#include <stdint.h>

struct evhttp_request;

/* A request line and headers as they come in. Zeroed is the beginning. */
struct http_head {
	enum {
		HEAD_START,	/* before the request line */
		HEAD_LINE,	/* within a line */
		HEAD_CR,	/* after the CR of a line */
		HEAD_NEXT,	/* at the beginning of another line */
		HEAD_LAST,	/* after the CR of the empty line */
		HEAD_DONE	/* what follows is the body */
	}		 state;
	const char	*wrong;	/* what was found, or NULL */
};

/* Look at the next len bytes; those after the head are left alone. */
void http_head_feed(struct http_head *, const uint8_t *, size_t len);

/*
 * What is wrong with a parsed request, or NULL. The text is ours, without a
 * byte of the request.
 */
const char *http_request_wrong(struct evhttp_request *);

#endif
