/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A real server of ca/base/http.h on an ephemeral loopback port, in a child
 * process, and a raw client for it. What the handler does by path:
 *
 *	/echo	200, the body of the request as text/plain
 *	/big	200, BIG_LEN bytes
 *	/file	200, "in a file", from a descriptor; /void: 0 bytes of it
 *	/made	200, BIG_LEN bytes made as they are taken; /cut: ends in the middle
 *	/stats	200, "connections C pending P requests N made M", those of /made
 *		that go on
 *	/keep	keeps the request; the next /free answers all that are kept
 *	/peer	200, the subject of the client's certificate, or "nobody"
 *	/fail	a problem
 *	else	404, a problem
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <sys/types.h>

#include <openssl/types.h>
#include <stddef.h>

#include "ca/base/http.h"

enum {
	BIG_LEN = 8 * 1024 * 1024,
	REPLY_MAX = 64 * 1024
};

struct http_server {
	pid_t	pid;
	int	port;
	int	control;	/* closed: http_stop() */
	char	log[64];	/* what the server wrote to standard error */
};

extern const struct http_limits	http_server_limits;

/*
 * Start one; ctx NULL is plain. fds other than 0 is its RLIMIT_NOFILE.
 * drain_ms is what it passes to http_stop(). Ends the test on failure.
 */
void http_server_start(struct http_server *, const struct http_limits *,
    SSL_CTX *ctx, int fds, int drain_ms);
/* Stop it in good order; returns its exit status, -1 when it was killed. */
int http_server_stop(struct http_server *);
/* Lines in its log. */
int http_server_lines(const struct http_server *);

/* A connected socket with a receive timeout of 5 s. */
int http_connect(const struct http_server *);
void http_send(int fd, const char *data, size_t len);
/*
 * Read one reply, as long as it says it is (head: without a body); returns
 * its status, 0 when the peer closed or was silent before it was whole. text
 * gets all of it, ended by a zero byte.
 */
int http_receive(int fd, char text[REPLY_MAX], int head);
/* Connect, send, receive, close. */
int http_ask(const struct http_server *, const char *data, size_t len,
    char text[REPLY_MAX]);
/* Milliseconds until the peer closes, reading; -1 when not within 5 s. */
int http_closed_after(int fd);

#endif
