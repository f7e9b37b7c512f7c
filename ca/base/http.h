/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What office and public share over evhttp (HTTP/1.1, RFC 9112).
 *
 * evhttp is lenient, counts nothing, and has idle timeouts only; so here are
 * the number of connections, a deadline for every request and reply as a
 * whole, and the refusal of what it lets through: two Hosts or none, two
 * Content-Lengths, any Transfer-Encoding, control characters, bare LF, folded
 * or misnamed headers. A handler sees only requests that passed.
 */
#ifndef CA_BASE_HTTP_H
#define CA_BASE_HTTP_H

#include <openssl/types.h>
#include <stddef.h>

struct event_base;
struct evhttp_request;
struct http;			/* a listener and its connections */

struct http_limits {
	unsigned int	connections;	/* at once; above it newcomers wait, and
					 * who asks nothing soon has to go */
	size_t		head_len;	/* request line and headers, bytes */
	size_t		body_len;	/* body, bytes */
	unsigned int	methods;	/* of enum evhttp_cmd_type, or'ed */
	int		request_ms;	/* for all bytes of one request, and
					 * the TLS handshake before the first */
	int		reply_ms;	/* for all bytes of one reply */
	int		idle_ms;	/* between two requests */
};

/* Called for each good request; answers it once, now or later. */
typedef void http_handler(struct evhttp_request *, void *arg);

/*
 * Serve listen_fd, which becomes ours and which we make non-blocking; ctx is
 * NULL for plain HTTP, else it must outlive the result. limits are copied.
 * Returns NULL after a log line on failure.
 */
struct http *http_new(struct event_base *, int listen_fd, SSL_CTX *ctx,
    const struct http_limits *limits, http_handler *, void *arg);

/*
 * Answer a request. Headers of the caller's own are put on
 * evhttp_request_get_output_headers() before. A HEAD gets the same headers
 * and no body. type may be NULL when len is 0. Safe when the client has left.
 * All answers go through these six: they keep the count of what is pending.
 */
void http_reply(struct evhttp_request *, int status, const char *type,
    const void *data, size_t len);
/*
 * The same with the first len bytes of a regular file, which is not cut as
 * long as the reply goes out. fd becomes ours.
 */
void http_reply_file(struct evhttp_request *, int status, const char *type,
    int fd, size_t len);
/* The same with n bytes of it, from first on. */
void http_reply_part(struct evhttp_request *, int status, const char *type,
    int fd, size_t first, size_t n);
/*
 * Answer with bytes that are not copied: they stay as they are until done is
 * called, once, now or later. len is not 0.
 */
void http_reply_lent(struct evhttp_request *, int status, const char *type,
    const void *data, size_t len,
    void (*done)(const void *data, size_t len, void *arg), void *arg);
/*
 * Answer with len bytes that are made as the client takes them, so that only
 * a piece of them is in memory. fill writes at most size bytes and returns how
 * many; 0 ends the connection, as the rest is not to be had. done is called
 * once, when fill is called no more.
 */
typedef size_t http_fill(void *, size_t size, void *arg);
void http_reply_made(struct evhttp_request *, int status, const char *type,
    size_t len, http_fill *fill, void (*done)(void *arg), void *arg);
/*
 * Answer with a problem (RFC 9457, application/problem+json). title and detail
 * are UTF-8 and escaped here; detail may be NULL.
 */
void http_problem(struct evhttp_request *, int status, const char *title,
    const char *detail);

/*
 * The certificate that the client proved in TLS; the caller frees it with
 * X509_free(). NULL when it has none, has left, or this is plain HTTP.
 */
X509 *http_peer_certificate(struct evhttp_request *);

/* Connections open, requests with a handler: for health and tests. */
unsigned int http_connections(const struct http *);
unsigned int http_pending(const struct http *);

/*
 * Stop in good order: listen no more, let idle connections go, wait at most
 * drain_ms for what is under way, then call done(arg) from the event loop and
 * free http. Requests a handler still has after that may still be answered;
 * the answer goes nowhere.
 */
void http_stop(struct http *, int drain_ms, void (*done)(void *), void *arg);

#endif
