/* SPDX-License-Identifier: EUPL-1.2 */
/* Http_reply: answers, and who asked; see http.h. */
#include <event2/buffer.h>
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

/* RFC 9110 section 8.6: no Content-Length on these. */
static int
has_length(int status)
{
	return status >= 200 && status != HTTP_NOCONTENT &&
	    status != HTTP_NOTMODIFIED;
}

/* The body is in the output buffer, or is left out with HEAD. */
static void
reply_send(struct evhttp_request *req, int status, const char *type,
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
