/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Http_check: the refusal of what evhttp lets through (RFC 9112). Whoever
 * stands in front of us may read these otherwise than evhttp does, and what
 * two parsers read in two ways is how one request is hidden in another.
 */
#include <sys/queue.h>

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <string.h>
#include <strings.h>

#include "http_check.h"

/* One byte of the head: where we are after it. */
static void
head_byte(struct http_head *h, uint8_t c)
{
	switch (h->state) {
	case HEAD_START:
	case HEAD_NEXT:
		/* RFC 9112 section 5.2: a server must refuse obs-fold. */
		if (c == ' ' || c == '\t')
			h->wrong = "a line that begins with white space";
		else if (c == '\r' && h->state == HEAD_START)
			h->wrong = "an empty line before the request";
		else if (c == '\r')
			h->state = HEAD_LAST;
		else
			h->state = HEAD_LINE;
		break;
	case HEAD_LINE:
		if (c == '\r')
			h->state = HEAD_CR;
		break;
	case HEAD_CR:
	case HEAD_LAST:
		/* RFC 9112 section 2.2: a bare CR is not the end of a line. */
		if (c != '\n')
			h->wrong = "a CR without LF";
		h->state = h->state == HEAD_CR ? HEAD_NEXT : HEAD_DONE;
		return;
	case HEAD_DONE:
		return;
	}
	if (c == '\n')
		h->wrong = "a LF without CR";
	else if ((c < 0x20 && c != '\r' && c != '\t') || c == 0x7f)
		h->wrong = "a control character";
}

void
http_head_feed(struct http_head *h, const uint8_t *p, size_t len)
{
	size_t	i;

	for (i = 0; i < len && h->wrong == NULL && h->state != HEAD_DONE; i++)
		head_byte(h, p[i]);
}

/* RFC 9110 section 5.6.2 */
static int
is_token(const char *s)
{
	static const char	tchar[] = "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *s != '\0' && s[strspn(s, tchar)] == '\0';
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Origin-form only (RFC 9112 section 3.2.1), and nothing hidden in it. */
static const char *
target_wrong(const char *uri)
{
	const char	*p;
	int		 in_path = 1, hi, lo;

	if (*uri != '/')
		return "expected a target that begins with /";
	for (p = uri; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f || *p == '#')
			return "expected a target of visible ASCII without "
			    "a fragment";
		if (*p == '?')
			in_path = 0;
		if (*p != '%')
			continue;
		if ((hi = hex(p[1])) == -1 || (lo = hex(p[2])) == -1)
			return "expected two hexadecimal digits after %";
		if (in_path && (hi < 2 || (hi == 7 && lo == 15)))
			return "expected a path without control characters";
	}
	return NULL;
}

/* Digits only: strtoll() in evhttp takes a sign and white space too. */
static int
length_ok(const char *s)
{
	size_t	n = strspn(s, "0123456789");

	return n > 0 && n <= 18 && s[n] == '\0';
}

/*
 * A body means something with these only (RFC 9110 section 9.3). evhttp does
 * not read that of a HEAD, which would become the next request.
 */
static int
may_have_body(struct evhttp_request *req)
{
	switch (evhttp_request_get_command(req)) {
	case EVHTTP_REQ_POST:
	case EVHTTP_REQ_PUT:
	case EVHTTP_REQ_PATCH:
		return 1;
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_HEAD:
	case EVHTTP_REQ_DELETE:
	case EVHTTP_REQ_OPTIONS:
	case EVHTTP_REQ_TRACE:
	case EVHTTP_REQ_CONNECT:
		break;
	}
	return 0;
}

const char *
http_request_wrong(struct evhttp_request *req)
{
	struct evkeyvalq	*headers;
	struct evkeyval		*kv;
	const char		*uri = evhttp_request_get_uri(req), *wrong;
	unsigned int		 hosts = 0, lengths = 0, codings = 0;
	int			 has_body = 0;

	if (uri == NULL)
		return "expected a target";
	if ((wrong = target_wrong(uri)) != NULL)
		return wrong;
	headers = evhttp_request_get_input_headers(req);
	TAILQ_FOREACH(kv, headers, next) {
		if (!is_token(kv->key))
			return "expected a name before the colon of each "
			    "header, and no space";
		if (strcasecmp(kv->key, "Host") == 0) {
			hosts++;
			if (*kv->value == '\0')
				return "expected a Host that is not empty";
		} else if (strcasecmp(kv->key, "Content-Length") == 0) {
			lengths++;
			if (!length_ok(kv->value))
				return "expected a Content-Length of digits";
			has_body = kv->value[strspn(kv->value, "0")] != '\0';
		} else if (strcasecmp(kv->key, "Transfer-Encoding") == 0) {
			codings++;
		}
	}
	/* RFC 9112 section 3.2 */
	if (hosts != 1)
		return "expected one Host";
	if (lengths > 1)
		return "expected one Content-Length at most";
	if (codings > 0)
		return "expected a Content-Length or no body, and no "
		    "Transfer-Encoding";
	if (has_body && !may_have_body(req))
		return "expected no body with this method";
	return NULL;
}
