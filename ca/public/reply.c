/* SPDX-License-Identifier: EUPL-1.2 */
/* Reply: what is said in HTTP with an answer or a file; see reply.h. */
#include <event2/http.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/http.h"

#include "api.h"
#include "pack.h"
#include "reply.h"

enum { COPY_MAX = 16 * 1024, DATE_MAX = 32 };

/* Seconds, with status 503: what lacks may come with the next epoch. */
#define RETRY_AFTER	"60"

/* No inline script or style anywhere, and no frame around a page. */
#define CSP_PAGE(script)	"default-src 'none'; script-src 'self'" script \
	"; style-src 'self'; img-src 'self'; font-src 'self'; " \
	"connect-src 'self'; worker-src 'self'; manifest-src 'self'; " \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
#define CSP_DATA	"default-src 'none'; frame-ancestors 'none'"
/* A picture opened by itself: its own style, and nothing from elsewhere. */
#define CSP_EMBED	"default-src 'none'; style-src 'unsafe-inline'; sandbox"

void
reply_init(struct reply *r)
{
	memset(r, 0, sizeof(*r));
	r->status = HTTP_OK;
	r->fd = -1;
}

static void
header(struct evhttp_request *req, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(req), name,
	    value);
}

static const char *
asked(struct evhttp_request *req, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(req),
	    name);
}

/* RFC 9110 section 5.6.7, the form that is to be written. */
static void
http_date(char out[DATE_MAX], int64_t at)
{
	static const char	days[] = "SunMonTueWedThuFriSat",
	    months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t			t = (time_t)at;
	struct tm		tm;

	gmtime_r(&t, &tm);
	snprintf(out, DATE_MAX, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
	    days + 3 * tm.tm_wday, (unsigned int)tm.tm_mday % 100,
	    months + 3 * tm.tm_mon, (unsigned int)(tm.tm_year + 1900) % 10000,
	    (unsigned int)tm.tm_hour % 100, (unsigned int)tm.tm_min % 100,
	    (unsigned int)tm.tm_sec % 100);
}

/* That form alone; what else is sent is passed over. -1: not a date. */
static int64_t
date_read(const char *s)
{
	char		 again[DATE_MAX];
	struct tm	 tm;
	const char	*end;
	int64_t		 at;

	memset(&tm, 0, sizeof(tm));
	end = strptime(s, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	if (end == NULL || *end != '\0')
		return -1;
	at = (int64_t)timegm(&tm);
	http_date(again, at);
	return strcmp(again, s) == 0 ? at : -1;
}

/* RFC 9110 section 13.1.2: a list of tags, compared weakly, or "*". */
static int
tag_matches(const char *list, const char *etag)
{
	size_t	len = strlen(etag);

	for (;;) {
		list += strspn(list, " \t,");
		if (*list == '\0')
			return 0;
		if (*list == '*')
			return 1;
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		if (strncmp(list, etag, len) == 0 &&
		    strchr(" \t,", list[len]) != NULL)
			return 1;
		list += strcspn(list, ",");
	}
}

/* RFC 9110 section 13.2.2: a tag goes before a date. */
static int
unchanged(struct evhttp_request *req, const struct reply *r)
{
	const char	*s;
	int64_t		 since;

	if (r->etag != NULL && (s = asked(req, "If-None-Match")) != NULL)
		return tag_matches(s, r->etag);
	if (r->modified == 0 || (s = asked(req, "If-Modified-Since")) == NULL)
		return 0;
	since = date_read(s);
	return since != -1 && r->modified <= since;
}

/* "q=0", "q=0.000": not at all. */
static int
is_zero(const char *q)
{
	char	c;

	if (strncasecmp(q, "q=", 2) != 0)
		return 0;
	c = q[2 + strspn(q + 2, "0.")];
	return c < '1' || c > '9';
}

/* Is gzip among what the client takes (RFC 9110 section 12.5.3)? */
static int
takes_gzip(struct evhttp_request *req)
{
	const char	*s = asked(req, "Accept-Encoding"), *q;
	size_t		 n;

	while (s != NULL && *s != '\0') {
		s += strspn(s, " \t,");
		n = strcspn(s, " \t,;");
		q = s + n + strspn(s + n, " \t");
		if (n == 4 && strncasecmp(s, "gzip", n) == 0)
			return *q != ';' ||
			    !is_zero(q + 1 + strspn(q + 1, " \t"));
		s += strcspn(s, ",");
	}
	return 0;
}

static void
headers_security(struct evhttp_request *req, unsigned int flags)
{
	header(req, "X-Content-Type-Options", "nosniff");
	header(req, "Strict-Transport-Security",
	    "max-age=31536000; includeSubDomains");
	header(req, "Cross-Origin-Resource-Policy",
	    flags & (ANSWER_EMBED | ANSWER_OPEN) ? "cross-origin" :
	    "same-origin");
	/* What no browser shows needs no more. */
	if ((flags & ANSWER_OPEN) && !(flags & (ANSWER_PAGE | ANSWER_EMBED |
	    ANSWER_API)))
		return;
	header(req, "Referrer-Policy", "same-origin");
	if (flags & ANSWER_PAGE)
		header(req, "Content-Security-Policy",
		    flags & ANSWER_WASM ? CSP_PAGE(" 'wasm-unsafe-eval'") :
		    CSP_PAGE(""));
	else
		header(req, "Content-Security-Policy",
		    flags & ANSWER_EMBED ? CSP_EMBED : CSP_DATA);
	if (!(flags & ANSWER_EMBED))
		header(req, "X-Frame-Options", "DENY");
	if (flags & ANSWER_PAGE)
		header(req, "Cross-Origin-Opener-Policy", "same-origin");
}

static void
headers_all(struct evhttp_request *req, const struct reply *r, int is_demo)
{
	char	date[DATE_MAX];

	headers_security(req, r->flags);
	header(req, "Cache-Control", r->cache == NULL ? "max-age=60" :
	    r->cache);
	if (r->flags & (ANSWER_OPEN | ANSWER_EMBED | ANSWER_API)) {
		header(req, "Access-Control-Allow-Origin", "*");
		header(req, "Access-Control-Expose-Headers",
		    "API-Version, ETag, Link");
	}
	if (r->flags & ANSWER_API)
		header(req, "API-Version", API_VERSION);
	if (is_demo || (r->flags & ANSWER_NOINDEX))
		header(req, "X-Robots-Tag", "noindex");
	if (r->lang != NULL)
		header(req, "Content-Language", r->lang);
	if (r->status == HTTP_SERVUNAVAIL)
		header(req, "Retry-After", RETRY_AFTER);
	if (r->etag != NULL)
		header(req, "ETag", r->etag);
	if (r->modified != 0) {
		http_date(date, r->modified);
		header(req, "Last-Modified", date);
	}
}

/* "bytes=A-B", "bytes=A-", "bytes=-N"; one range. */
enum range { RANGE_NONE, RANGE_GOOD, RANGE_BEYOND };

static int
number(const char **s, uint64_t *out)
{
	size_t	n = 0;

	*out = 0;
	for (; **s >= '0' && **s <= '9'; (*s)++, n++) {
		if (n == 18)
			return 0;
		*out = *out * 10 + (uint64_t)(**s - '0');
	}
	return n > 0;
}

/* What is not one good range is as if nothing was asked (section 14.2). */
static enum range
range_read(const char *s, size_t len, size_t *first, size_t *n)
{
	uint64_t	a, b = UINT64_MAX;

	if (strncasecmp(s, "bytes=", 6) != 0)
		return RANGE_NONE;
	s += 6;
	if (*s == '-') {
		s++;
		if (!number(&s, &b) || *s != '\0')
			return RANGE_NONE;
		if (b == 0)
			return RANGE_BEYOND;
		*n = b < len ? (size_t)b : len;
		*first = len - *n;
		return len == 0 ? RANGE_BEYOND : RANGE_GOOD;
	}
	if (!number(&s, &a) || *s++ != '-' || (*s != '\0' &&
	    (!number(&s, &b) || *s != '\0' || b < a)))
		return RANGE_NONE;
	if (a >= len)
		return RANGE_BEYOND;
	if (b >= len)
		b = len - 1;
	*first = (size_t)a;
	*n = (size_t)(b - a) + 1;
	return RANGE_GOOD;
}

/* Is the part that the client has a part of this (section 13.1.5)? */
static int
if_range(struct evhttp_request *req, const struct reply *r)
{
	const char	*s = asked(req, "If-Range");

	if (s == NULL)
		return 1;
	if (*s == '"')
		return r->etag != NULL && strcmp(s, r->etag) == 0;
	return r->modified != 0 && date_read(s) == r->modified;
}

static void
free_kept(const void *p, size_t len, void *arg)
{
	(void)p;
	(void)len;
	kept_unref(arg);
}

/* n bytes of it, from first on. */
static void
send_part(struct evhttp_request *req, struct reply *r, struct kept *k,
    int status, size_t first, size_t n)
{
	if (r->fd != -1) {
		http_reply_part(req, status, r->type, r->fd, first, n);
	} else if (k != NULL && n > COPY_MAX) {
		kept_ref(k);
		http_reply_lent(req, status, r->type,
		    (const char *)r->p + first, n, free_kept, k);
	} else {
		http_reply(req, status, r->type, n == 0 ? r->p :
		    (const char *)r->p + first, n);
	}
}

/* What goes out as it is unpacked; k has the bytes. */
struct unpacking {
	struct unpack	*u;
	struct kept	*k;
};

static size_t
unpack_more(void *p, size_t size, void *arg)
{
	return unpack_next(((struct unpacking *)arg)->u, p, size);
}

static void
unpack_done(void *arg)
{
	struct unpacking	*x = arg;

	unpack_free(x->u);
	kept_unref(x->k);
	free(x);
}

static void
send_unpacked(struct evhttp_request *req, struct reply *r, struct kept *k)
{
	struct unpacking	*x = malloc(sizeof(*x));

	if (x == NULL || (x->u = unpack_new((struct km_bytes){ r->p,
	    r->len })) == NULL) {
		free(x);
		http_problem(req, HTTP_SERVUNAVAIL, "Service Unavailable",
		    NULL);
		return;
	}
	kept_ref(k);
	x->k = k;
	http_reply_made(req, r->status, r->type, r->unpacked, unpack_more,
	    unpack_done, x);
}

static void
send_empty(struct evhttp_request *req, struct reply *r, int status)
{
	if (r->fd != -1)
		close(r->fd);
	http_reply(req, status, NULL, NULL, 0);
}

static void
send_range(struct evhttp_request *req, struct reply *r, struct kept *k,
    const char *range)
{
	char	text[80];
	size_t	first = 0, n = 0;

	switch (range_read(range, r->len, &first, &n)) {
	case RANGE_NONE:
		send_part(req, r, k, r->status, 0, r->len);
		return;
	case RANGE_BEYOND:
		snprintf(text, sizeof(text), "bytes */%zu", r->len);
		header(req, "Content-Range", text);
		send_empty(req, r, 416);
		return;
	case RANGE_GOOD:
		snprintf(text, sizeof(text), "bytes %zu-%zu/%zu", first,
		    first + n - 1, r->len);
		header(req, "Content-Range", text);
		send_part(req, r, k, 206, first, n);
		return;
	}
}

/* The coding goes first: tag and length are those of what is sent. */
static void
choose_coding(struct evhttp_request *req, struct reply *r, struct kept *k,
    const char *range)
{
	struct km_bytes	gzip;

	if (k == NULL || !kept_shrinks(k))
		return;
	/* Also to who does not take it: what is kept on the way is for all. */
	header(req, "Vary", "Accept-Encoding");
	if (range != NULL || !takes_gzip(req) || (gzip = kept_gzip(k)).len ==
	    0)
		return;
	header(req, "Content-Encoding", "gzip");
	r->p = gzip.p;
	r->len = gzip.len;
	r->unpacked = 0;
	r->etag = k->etag_gzip;
}

void
reply_send(struct evhttp_request *req, struct reply *r, struct kept *k,
    int is_demo)
{
	const char	*range = NULL;

	/* Of what is unpacked as it goes, no part (RFC 9110 section 14.2). */
	if (r->status == HTTP_OK && r->unpacked == 0 &&
	    evhttp_request_get_command(req) == EVHTTP_REQ_GET)
		range = asked(req, "Range");
	choose_coding(req, r, k, range);
	headers_all(req, r, is_demo);
	if (r->status == HTTP_OK && r->unpacked == 0)
		header(req, "Accept-Ranges", "bytes");
	if (r->status == HTTP_OK && unchanged(req, r))
		send_empty(req, r, HTTP_NOTMODIFIED);
	else if (r->unpacked > 0)
		send_unpacked(req, r, k);
	else if (range != NULL && if_range(req, r))
		send_range(req, r, k, range);
	else
		send_part(req, r, k, r->status, 0, r->len);
}

/* Only letters that need no quoting and no second form (RFC 6266). */
static void
disposition(struct evhttp_request *req, const char *file)
{
	char	text[128];

	if (file[0] == '\0' || file[strspn(file, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")] != '\0')
		return;
	snprintf(text, sizeof(text), "attachment; filename=\"%s\"", file);
	header(req, "Content-Disposition", text);
}

void
reply_kept(struct evhttp_request *req, struct kept *k, enum lang lang,
    int64_t modified, int is_demo)
{
	const struct answer	*a = &k->answer;
	struct reply		 r;

	reply_init(&r);
	r.status = a->status;
	r.type = a->type;
	r.cache = a->cache;
	r.flags = a->flags;
	r.p = a->body.p;
	r.len = a->body.len;
	r.unpacked = a->unpacked;
	if (a->flags & ANSWER_PAGE)
		r.lang = lang == LANG_EN ? "en" : "nl";
	if (a->status == HTTP_OK) {
		r.etag = k->etag;
		r.modified = modified;
	}
	if (a->location[0] != '\0')
		header(req, "Location", a->location);
	disposition(req, a->file);
	reply_send(req, &r, k, is_demo);
}
