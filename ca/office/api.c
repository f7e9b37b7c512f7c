/* SPDX-License-Identifier: EUPL-1.2 */
/* API: routes, who asks, and problems (api.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <jansson.h>
#include <openssl/x509.h>

#include "ca/base/http.h"
#include "ca/base/log.h"
#include "api.h"
#include "tls.h"

#define CBOR	"application/cbor"
#define PROBLEM	"application/problem+json"

/* All there is; a path that ends in '/' takes one more part. */
static const struct route {
	enum evhttp_cmd_type method;
	const char	*path;
	int		 paged;		/* ?after=... */
	void		(*answer)(const struct api_call *);
} routes[] = {
	{ EVHTTP_REQ_POST, "/v1/acts", 0, api_acts },
	{ EVHTTP_REQ_GET, "/v1/pending", 1, api_pending },
	{ EVHTTP_REQ_GET, "/v1/decisions/", 0, api_decision },
	{ EVHTTP_REQ_POST, "/v1/decisions", 0, api_decisions },
	{ EVHTTP_REQ_POST, "/v1/subjects", 0, api_subjects },
	{ EVHTTP_REQ_GET, "/v1/providers", 1, api_providers },
	{ EVHTTP_REQ_GET, "/v1/state", 0, api_state },
	{ EVHTTP_REQ_GET, "/v1/lists/", 0, api_list },
};

void
api_reply(struct evhttp_request *req, struct buf *out)
{
	if (out->failed != 0)
		http_problem(req, 500, "Internal Server Error",
		    "the answer is too large");
	else
		http_reply(req, 200, CBOR, out->p, out->len);
	buf_free(out);
}

void
api_refuse(struct evhttp_request *req, int status, enum refusal refusal,
    const char *detail)
{
	char	 type[64];
	json_t	*problem;
	char	*text = NULL;

	snprintf(type, sizeof(type), "urn:keurmerk:refusal:%s",
	    refusal_name(refusal));
	problem = json_pack("{s:s, s:s, s:i, s:s*}", "type", type, "title",
	    refusal_text(refusal), "status", status, "detail", detail);
	if (problem != NULL)
		text = json_dumps(problem, JSON_COMPACT);
	json_decref(problem);
	if (text == NULL)
		http_reply(req, status, PROBLEM, "{}", 2);
	else
		http_reply(req, status, PROBLEM, text, strlen(text));
	free(text);
}

/* Who asks. NULL when it was answered: nobody who may. */
static const struct officer *
officer_of(struct office *o, struct evhttp_request *req)
{
	const struct officer	*officer;
	X509			*x = http_peer_certificate(req);

	officer = x == NULL ? NULL : tls_officer(&o->dc->in, x);
	X509_free(x);
	if (officer != NULL && inforce_may(&o->dc->in, officer,
	    decide_now()))
		return officer;
	api_refuse(req, 403, REFUSAL_PERSON, officer == NULL ?
	    "the key is not on the officers list" :
	    "disabled, or outside the dates on the officers list");
	return NULL;
}

/* The route of a path; *tail behind it. NULL: none. */
static const struct route *
route_find(const char *path, const char **tail)
{
	size_t	i, len;

	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		len = strlen(routes[i].path);
		if (strncmp(path, routes[i].path, len) != 0)
			continue;
		*tail = path + len;
		if (routes[i].path[len - 1] == '/' ?
		    **tail != '\0' && strchr(*tail, '/') == NULL :
		    **tail == '\0')
			return &routes[i];
	}
	return NULL;
}

/* What it brings, and what it will have back: CBOR, or a list as it is. */
static int
media_right(struct evhttp_request *req, const struct route *route)
{
	struct evkeyvalq	*headers;
	const char		*type, *accept;

	headers = evhttp_request_get_input_headers(req);
	type = evhttp_find_header(headers, "Content-Type");
	accept = evhttp_find_header(headers, "Accept");
	if (route->method == EVHTTP_REQ_POST &&
	    (type == NULL || strcasecmp(type, CBOR) != 0)) {
		http_problem(req, 415, "Unsupported Media Type",
		    "expected " CBOR);
		return 0;
	}
	if (accept != NULL && strcasestr(accept, "*/*") == NULL &&
	    strcasestr(accept, "application/") == NULL) {
		http_problem(req, 406, "Not Acceptable", "there is " CBOR);
		return 0;
	}
	return 1;
}

/* ?after=VALUE and nothing else. 0 when it was answered. */
static int
query_right(const char *query, const struct route *route,
    struct api_call *call)
{
	if (query == NULL)
		return 1;
	if (route->paged && strncmp(query, "after=", 6) == 0 &&
	    query[6] != '\0' && strpbrk(query + 6, "&=%+") == NULL) {
		call->after = query + 6;
		return 1;
	}
	http_problem(call->req, 400, "Bad Request", route->paged ?
	    "expected no query, or after=..." : "expected no query");
	return 0;
}

static int
body_right(struct api_call *call)
{
	struct evbuffer	*in = evhttp_request_get_input_buffer(call->req);

	call->body.len = evbuffer_get_length(in);
	if (call->body.len == 0)
		return 1;
	if ((call->body.p = evbuffer_pullup(in, -1)) != NULL)
		return 1;
	http_problem(call->req, 503, "Service Unavailable",
	    "out of memory");
	return 0;
}

static int
method_right(struct evhttp_request *req, const struct route *route)
{
	if (evhttp_request_get_command(req) == route->method ||
	    (evhttp_request_get_command(req) == EVHTTP_REQ_HEAD &&
	    route->method == EVHTTP_REQ_GET))
		return 1;
	evhttp_add_header(evhttp_request_get_output_headers(req), "Allow",
	    route->method == EVHTTP_REQ_GET ? "GET, HEAD" : "POST");
	http_problem(req, 405, "Method Not Allowed", NULL);
	return 0;
}

void
api_handle(struct evhttp_request *req, void *arg)
{
	const struct evhttp_uri	*uri = evhttp_request_get_evhttp_uri(req);
	const struct route	*route;
	struct office		*o = arg;
	struct api_call		 call;
	const char		*path = evhttp_uri_get_path(uri);

	memset(&call, 0, sizeof(call));
	call.office = o;
	call.req = req;
	evhttp_add_header(evhttp_request_get_output_headers(req),
	    "Cache-Control", "no-store");
	if ((call.officer = officer_of(o, req)) == NULL)
		return;
	if (path == NULL || (route = route_find(path, &call.tail)) == NULL) {
		http_problem(req, 404, "Not Found", NULL);
		return;
	}
	if (method_right(req, route) && media_right(req, route) &&
	    query_right(evhttp_uri_get_query(uri), route, &call) &&
	    body_right(&call))
		route->answer(&call);
}
