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

void
http_reply(struct evhttp_request *req, int status, const char *type,
    const void *data, size_t len)
{
	struct evkeyvalq	*headers;
	struct evbuffer		*out;
	struct http_conn	*conn = http_conn_take(req);
	char			 text[24];
	int			 head;

	headers = evhttp_request_get_output_headers(req);
	out = evhttp_request_get_output_buffer(req);
	head = evhttp_request_get_command(req) == EVHTTP_REQ_HEAD;
	/* evhttp sends a body with HEAD when given one, and no length. */
	if (len > 0 && !head && evbuffer_add(out, data, len) == -1) {
		log_warnx("http: out of memory for a reply of %zu bytes",
		    len);
		evhttp_clear_headers(headers);
		status = HTTP_INTERNAL;
		type = NULL;
		len = 0;
	}
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
