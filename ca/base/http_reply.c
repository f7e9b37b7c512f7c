/* SPDX-License-Identifier: EUPL-1.2 */
/* Http_reply: answers, and who asked; see http.h. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <jansson.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http.h"
#include "http_conn.h"
#include "log.h"

enum { MADE_PIECE = 64 * 1024 };

/* RFC 9110 section 8.6: no Content-Length on these. */
static int
has_length(int status)
{
	return status >= 200 && status != HTTP_NOCONTENT &&
	    status != HTTP_NOTMODIFIED;
}

/* From here on it is ours to send. */
static void
reply_begin(struct evhttp_request *req, int status, const char *type,
    size_t len)
{
	struct evkeyvalq	*headers;
	struct http_conn	*conn = http_conn_take(req);
	char			 text[24];

	headers = evhttp_request_get_output_headers(req);
	snprintf(text, sizeof(text), "%zu", len);
	if (type != NULL)
		evhttp_add_header(headers, "Content-Type", type);
	if (has_length(status))
		evhttp_add_header(headers, "Content-Length", text);
	if (conn != NULL && http_conn_reply(conn)) {
		evhttp_remove_header(headers, "Connection");
		evhttp_add_header(headers, "Connection", "close");
	}
}

/* The body is in the output buffer, or is left out with HEAD. */
static void
reply_send(struct evhttp_request *req, int status, const char *type,
    size_t len)
{
	reply_begin(req, status, type, len);
	evhttp_send_reply(req, status, NULL, NULL);
}

/* Nothing of what was to be said can be. */
static void
reply_nothing(struct evhttp_request *req, size_t len)
{
	log_warnx("http: out of memory for a reply of %zu bytes", len);
	evhttp_clear_headers(evhttp_request_get_output_headers(req));
	reply_send(req, HTTP_INTERNAL, NULL, 0);
}

/* evhttp sends a body with HEAD when given one, and no length. */
static int
is_head(struct evhttp_request *req)
{
	return evhttp_request_get_command(req) == EVHTTP_REQ_HEAD;
}

void
http_reply(struct evhttp_request *req, int status, const char *type,
    const void *data, size_t len)
{
	struct evbuffer	*out = evhttp_request_get_output_buffer(req);

	if (len > 0 && !is_head(req) && evbuffer_add(out, data, len) == -1)
		reply_nothing(req, len);
	else
		reply_send(req, status, type, len);
}

void
http_reply_lent(struct evhttp_request *req, int status, const char *type,
    const void *data, size_t len,
    void (*done)(const void *, size_t, void *), void *arg)
{
	struct evbuffer	*out = evhttp_request_get_output_buffer(req);

	if (is_head(req)) {
		done(data, len, arg);
		reply_send(req, status, type, len);
	} else if (evbuffer_add_reference(out, data, len, done, arg) == -1) {
		done(data, len, arg);
		reply_nothing(req, len);
	} else {
		reply_send(req, status, type, len);
	}
}

/*
 * Map the file, so that a slow reader costs no memory; and no descriptor
 * either, which a map does not need. From its beginning: of a map that begins
 * within a page, libevent gives back a page too few.
 */
static int
file_add(struct evbuffer *out, int fd, size_t first, size_t n)
{
	struct evbuffer_file_segment	*seg;

	seg = evbuffer_file_segment_new(fd, 0, (ev_off_t)(first + n),
	    EVBUF_FS_DISABLE_SENDFILE);
	close(fd);
	if (seg == NULL)
		return -1;
	/* When it fails it frees seg as well. */
	if (evbuffer_add_file_segment(out, seg, (ev_off_t)first,
	    (ev_off_t)n) == -1)
		return -1;
	evbuffer_file_segment_free(seg);
	return 0;
}

void
http_reply_part(struct evhttp_request *req, int status, const char *type,
    int fd, size_t first, size_t n)
{
	/* A segment of length 0 is none. */
	if (n == 0 || is_head(req)) {
		close(fd);
		reply_send(req, status, type, n);
		return;
	}
	if (file_add(evhttp_request_get_output_buffer(req), fd, first, n) ==
	    -1)
		reply_nothing(req, n);
	else
		reply_send(req, status, type, n);
}

void
http_reply_file(struct evhttp_request *req, int status, const char *type,
    int fd, size_t len)
{
	http_reply_part(req, status, type, fd, 0, len);
}

/* A reply that is made as it goes out. */
struct made {
	struct evhttp_request	*req;
	size_t			 left;
	http_fill		*fill;
	void			(*done)(void *);
	void			*arg;
	struct evbuffer		*piece;
};

static void
made_free(struct made *m)
{
	m->done(m->arg);
	if (m->piece != NULL)
		evbuffer_free(m->piece);
	free(m);
}

/*
 * The connection goes. A request that evhttp has taken off it is ours to end;
 * one that is still on it goes with it.
 */
static void
made_gone(struct evhttp_connection *evcon, void *arg)
{
	struct made	*m = arg;

	(void)evcon;
	if (evhttp_request_get_connection(m->req) == NULL)
		evhttp_send_reply_end(m->req);
	made_free(m);
}

/* Of the next piece, at most MADE_PIECE bytes; 0: nothing to be had. */
static size_t
made_fill(struct made *m)
{
	struct evbuffer_iovec	v;
	size_t			n = m->left < MADE_PIECE ? m->left :
				    MADE_PIECE;

	if (evbuffer_reserve_space(m->piece, (ev_ssize_t)n, &v, 1) != 1)
		return 0;
	n = m->fill(v.iov_base, n, m->arg);
	v.iov_len = n;
	if (evbuffer_commit_space(m->piece, &v, 1) == -1)
		return 0;
	return n;
}

/* What was there has been taken: the next piece. */
static void
made_next(struct evhttp_connection *evcon, void *arg)
{
	struct made	*m = arg;
	size_t		 n = made_fill(m);

	if (n == 0) {
		log_warnx("http: a reply ended with %zu bytes to go",
		    m->left);
		bufferevent_trigger_event(
		    evhttp_connection_get_bufferevent(evcon),
		    BEV_EVENT_READING | BEV_EVENT_ERROR, 0);
		return;		/* by now made_gone() has been called */
	}
	m->left -= n;
	if (m->left > 0) {
		evhttp_send_reply_chunk_with_cb(m->req, m->piece, made_next,
		    m);
		return;
	}
	evhttp_connection_set_closecb(evcon, NULL, NULL);
	evhttp_send_reply_chunk(m->req, m->piece);
	evhttp_send_reply_end(m->req);
	made_free(m);
}

void
http_reply_made(struct evhttp_request *req, int status, const char *type,
    size_t len, http_fill *fill, void (*done)(void *), void *arg)
{
	struct evhttp_connection	*evcon;
	struct made			*m = NULL;

	evcon = evhttp_request_get_connection(req);
	if (evcon == NULL || len == 0 || is_head(req)) {
		done(arg);
		reply_send(req, status, type, len);
		return;
	}
	if ((m = calloc(1, sizeof(*m))) == NULL ||
	    (m->piece = evbuffer_new()) == NULL) {
		free(m);
		done(arg);
		reply_nothing(req, len);
		return;
	}
	m->req = req;
	m->left = len;
	m->fill = fill;
	m->done = done;
	m->arg = arg;
	reply_begin(req, status, type, len);
	evhttp_connection_set_closecb(evcon, made_gone, m);
	evhttp_send_reply_start(req, status, NULL);
	made_next(evcon, m);
}

void
http_problem(struct evhttp_request *req, int status, const char *title,
    const char *detail)
{
	static const char	 type[] = "application/problem+json";
	json_t			*problem;
	char			*text = NULL;

	/* RFC 9457 section 3.1; without "type" it is "about:blank". */
	problem = json_pack("{s:s, s:i, s:s*}", "title", title, "status",
	    status, "detail", detail);
	if (problem == NULL)	/* not UTF-8: better without than not at all */
		problem = json_pack("{s:i}", "status", status);
	if (problem != NULL)
		text = json_dumps(problem, JSON_COMPACT);
	json_decref(problem);
	if (text == NULL)
		http_reply(req, status, type, "{}", 2);
	else
		http_reply(req, status, type, text, strlen(text));
	free(text);
}

X509 *
http_peer_certificate(struct evhttp_request *req)
{
	struct evhttp_connection	*evcon;
	SSL				*ssl;

	if ((evcon = evhttp_request_get_connection(req)) == NULL)
		return NULL;
	ssl = bufferevent_openssl_get_ssl(
	    evhttp_connection_get_bufferevent(evcon));
	return ssl == NULL ? NULL : SSL_get1_peer_certificate(ssl);
}
