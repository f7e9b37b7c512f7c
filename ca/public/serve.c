/* SPDX-License-Identifier: EUPL-1.2 */
/* Serve: the published tree over HTTP; see serve.h. */
#include <errno.h>
#include <event2/http.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/http.h"
#include "ca/base/log.h"

#include "path.h"
#include "route.h"
#include "serve.h"
#include "site.h"

enum {
	HEAD_MAX = 8192,
	BODY_MAX = 1024,		/* a GET has none; the rest is 413 */
	REQUEST_MS = 10 * 1000,
	REPLY_MS = 120 * 1000,		/* a run of 3 MB at 200 kbit/s */
	IDLE_MS = 30 * 1000,
	COMPLAIN_SECONDS = 60
};

struct serve {
	struct site	*site;
	time_t		 complained;	/* of a bad list */
};

struct serve *
serve_new(const struct conf *conf)
{
	struct serve	*s;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		log_warn("public: no memory");
		return NULL;
	}
	if ((s->site = site_new(conf)) == NULL) {
		serve_free(s);
		return NULL;
	}
	return s;
}

void
serve_free(struct serve *s)
{
	if (s == NULL)
		return;
	site_free(s->site);
	free(s);
}

void
serve_limits(struct http_limits *l, const struct conf *conf)
{
	memset(l, 0, sizeof(*l));
	l->connections = conf->public.connections;
	l->head_len = HEAD_MAX;
	l->body_len = BODY_MAX;
	l->methods = EVHTTP_REQ_GET | EVHTTP_REQ_HEAD;
	l->request_ms = REQUEST_MS;
	l->reply_ms = REPLY_MS;
	l->idle_ms = IDLE_MS;
}

static void
header(struct evhttp_request *req, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(req), name,
	    value);
}

/*
 * Anyone may read this from anywhere: it proves itself, and no answer depends
 * on who asks.
 */
static void
headers_common(struct evhttp_request *req)
{
	header(req, "Access-Control-Allow-Origin", "*");
	header(req, "X-Content-Type-Options", "nosniff");
}

static void
problem(struct evhttp_request *req, int status, const char *title,
    const char *detail)
{
	header(req, "Cache-Control", "no-store");
	http_problem(req, status, title, detail);
}

static void
not_found(struct evhttp_request *req)
{
	problem(req, HTTP_NOTFOUND, "Not Found",
	    "Nothing of this name is published.");
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

/* What was not changed is not sent again. Other than 0: answered. */
static int
unchanged(struct evhttp_request *req, const struct path *path,
    const char *etag)
{
	const char	*list;

	header(req, "Cache-Control", path->cache);
	header(req, "ETag", etag);
	list = evhttp_find_header(evhttp_request_get_input_headers(req),
	    "If-None-Match");
	if (list == NULL || !tag_matches(list, etag))
		return 0;
	http_reply(req, HTTP_NOTMODIFIED, NULL, NULL, 0);
	return 1;
}

static void
reply_epoch(struct serve *s, struct evhttp_request *req,
    const struct path *path)
{
	struct km_bytes	epoch;
	const char	*etag;

	view_refresh(s->site->view);
	epoch = view_epoch(s->site->view, &etag);
	if (epoch.len == 0)
		not_found(req);
	else if (!unchanged(req, path, etag))
		http_reply(req, HTTP_OK, path->type, epoch.p, epoch.len);
}

/*
 * A list counts for a client that has no epoch too, so none goes out that
 * does not verify.
 */
static int
list_good(struct serve *s, const struct path *path, struct file *file)
{
	uint32_t	shard;
	time_t		now;

	if (file->checked)
		return 1;
	if (file->fd != -1)	/* larger than a list of ours can be */
		return 0;
	view_refresh(s->site->view);
	shard = (uint32_t)strtoul(strchr(path->name, '/') + 1, NULL, 10);
	file->checked = view_list(s->site->view, shard,
	    (struct km_bytes){ file->data.p, file->data.len });
	now = time(NULL);
	if (!file->checked && now - s->complained >= COMPLAIN_SECONDS) {
		s->complained = now;
		log_warnx("%s: does not verify and is not served",
		    path->name);
	}
	return file->checked;
}

static void
reply_file(struct serve *s, struct evhttp_request *req,
    const struct path *path)
{
	struct file	*file;
	char		 etag[FILES_ETAG_MAX];
	int		 fd;

	file = files_get(s->site->files, path->name,
	    strstr(path->cache, "immutable") != NULL);
	if (file == NULL) {
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
			log_warn("%s: cannot be read", path->name);
		not_found(req);
		return;
	}
	fd = file->fd;
	if (path->kind == PATH_STATUS && !list_good(s, path, file)) {
		if (fd != -1)
			close(fd);
		files_drop(file);
		problem(req, HTTP_SERVUNAVAIL, "Service Unavailable",
		    "This list does not verify at the moment.");
		return;
	}
	snprintf(etag, sizeof(etag), "%s", file->etag);
	if (path->kind == PATH_RUN)	/* its name is its content */
		snprintf(etag, sizeof(etag), "\"%s\"",
		    strchr(path->name, '/') + 1);
	if (unchanged(req, path, etag)) {
		if (fd != -1)
			close(fd);
	} else if (fd != -1) {
		http_reply_file(req, HTTP_OK, path->type, fd, file->len);
	} else {
		http_reply(req, HTTP_OK, path->type, file->data.p,
		    file->data.len);
	}
}

/* For those who keep this running: 503 when verifiers will soon say no. */
static void
reply_health(struct serve *s, struct evhttp_request *req,
    const struct path *path)
{
	struct view_health	h;
	char			text[256];
	int64_t			now = (int64_t)time(NULL);
	int			n;

	view_health(s->site->view, &h, now);
	n = snprintf(text, sizeof(text), "{\"status\":\"%s\",\"epoch\":%"
	    PRIu32 ",\"this_update\":%" PRId64 ",\"next_update\":%" PRId64
	    ",\"seconds_until_list_expiry\":%" PRId64 "}\n",
	    h.ok ? "ok" : "stale", h.epoch, h.this_update, h.next_update,
	    h.list_exp > now ? h.list_exp - now : 0);
	header(req, "Cache-Control", path->cache);
	http_reply(req, h.ok ? HTTP_OK : HTTP_SERVUNAVAIL, path->type, text,
	    (size_t)n);
}

/* Headers that no answer of ours goes without. */
static void
headers_answer(struct evhttp_request *req, const struct answer *a)
{
	header(req, "Cache-Control", a->cache == NULL ? "max-age=60" :
	    a->cache);
	if (a->flags & ANSWER_NOINDEX)
		header(req, "X-Robots-Tag", "noindex");
	if (a->location[0] != '\0')
		header(req, "Location", a->location);
}

static void
reply_answer(struct evhttp_request *req, const struct answer *a)
{
	headers_answer(req, a);
	http_reply(req, a->status, a->type, a->body.p, a->body.len);
}

static void
reply_route(struct serve *s, struct evhttp_request *req,
    const struct route_hit *hit, const char *path, const char *query)
{
	struct answer	 a;
	struct ask	*ask;
	const char	*wrong;

	answer_init(&a);
	if ((ask = calloc(1, sizeof(*ask))) == NULL) {
		answer_problem(&a, HTTP_SERVUNAVAIL, "Service Unavailable",
		    NULL);
	} else if (hit->moved != 0) {
		answer_redirect(&a, hit->moved, hit->to);
	} else {
		site_refresh(s->site);
		ask->path = path;
		ask->lang = hit->lang;
		ask->now = (int64_t)time(NULL);
		a.flags = hit->route->flags;
		if ((wrong = ask_query(ask, hit->route->query,
		    (a.flags & ANSWER_API) != 0, query)) != NULL)
			answer_problem(&a, HTTP_BADREQUEST, "Bad Request",
			    wrong);
		else
			hit->route->make(&a, s->site, ask, hit->arg, hit->n);
	}
	if (a.body.failed)
		answer_problem(&a, HTTP_INTERNAL, "Internal Server Error",
		    "The answer does not fit in memory.");
	reply_answer(req, &a);
	answer_free(&a);
	free(ask);
}

/* A file of the tree, as it is. */
static void
reply_tree(struct serve *s, struct evhttp_request *req,
    const struct path *path, const char *query)
{
	if (query != NULL) {
		problem(req, HTTP_BADREQUEST, "Bad Request",
		    "Nothing here takes a query.");
		return;
	}
	switch (path->kind) {
	case PATH_NONE:
		break;
	case PATH_HEALTH:
		reply_health(s, req, path);
		return;
	case PATH_EPOCH:
		reply_epoch(s, req, path);
		return;
	case PATH_STATUS:
	case PATH_RUN:
	case PATH_FILE:
		reply_file(s, req, path);
		return;
	}
	not_found(req);
}

void
serve_request(struct evhttp_request *req, void *arg)
{
	struct serve			*s = arg;
	const struct evhttp_uri		*uri;
	struct path			 path;
	struct route_hit		 hit;
	const char			*p, *query;

	headers_common(req);
	uri = evhttp_request_get_evhttp_uri(req);
	if (uri == NULL) {
		problem(req, HTTP_BADREQUEST, "Bad Request", NULL);
		return;
	}
	p = evhttp_uri_get_path(uri);
	query = evhttp_uri_get_query(uri);
	if (path_find(&path, p) != PATH_NONE)
		reply_tree(s, req, &path, query);
	else if (route_find(&hit, p))
		reply_route(s, req, &hit, p, query);
	else
		not_found(req);
}
