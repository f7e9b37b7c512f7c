/* SPDX-License-Identifier: EUPL-1.2 */
/* Serve: the published tree over HTTP; see serve.h. */
#include <errno.h>
#include <event2/event.h>
#include <event2/http.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/http.h"
#include "ca/base/log.h"

#include "cache.h"
#include "page.h"
#include "path.h"
#include "reply.h"
#include "route.h"
#include "serve.h"
#include "site.h"
#include "words.h"
#include "worker.h"

enum {
	HEAD_MAX = 8192,
	BODY_MAX = 1024,		/* a GET has none; the rest is 413 */
	REQUEST_MS = 10 * 1000,
	REPLY_MS = 120 * 1000,		/* a run of 3 MB at 200 kbit/s */
	IDLE_MS = 30 * 1000,
	COMPLAIN_SECONDS = 60,
	KEY_MAX = 8192,
	DAY = 86400
};

struct serve {
	struct site	*site;
	struct cache	*cache;
	struct worker	*worker;
	time_t		 complained;	/* of a bad list */
	struct timeval	 turn;		/* of the event loop, by its clock */
	int		 looked;	/* for an epoch, in this turn */
};

static worker_done	made_beside;

struct serve *
serve_new(const struct conf *conf, struct event_base *base)
{
	struct serve	*s;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		log_warn("public: no memory");
		return NULL;
	}
	if ((s->cache = cache_new()) == NULL)
		log_warn("public: no memory");
	words_open();
	if (s->cache == NULL || (s->site = site_new(conf)) == NULL ||
	    (s->worker = worker_new(base, s->site, made_beside, s)) == NULL) {
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
	worker_free(s->worker);
	cache_free(s->cache);
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

static int
is_demo(const struct serve *s)
{
	return s->site->conf->environment != CONF_PRODUCTION;
}

/*
 * Is this the first request of a turn of the event loop? All that are there
 * at once see the same files, so that looking at those costs a busy server
 * no more than a quiet one.
 */
static void
turn(struct serve *s, struct evhttp_request *req)
{
	struct evhttp_connection	*c = evhttp_request_get_connection(req);
	struct timeval			 now = { 0, 0 };

	if (c != NULL)
		event_base_gettimeofday_cached(evhttp_connection_get_base(c),
		    &now);
	if (c != NULL && now.tv_sec == s->turn.tv_sec &&
	    now.tv_usec == s->turn.tv_usec)
		return;
	s->turn = now;
	s->looked = 0;
	files_turn(s->site->files);
}

/* Is there a new epoch? */
static void
look(struct serve *s)
{
	if (s->looked)
		return;
	s->looked = 1;
	if (site_refresh(s->site))
		cache_drop(s->cache);
}

/* An answer of the moment, which nobody keeps. */
static void
reply_answer(struct serve *s, struct evhttp_request *req, struct answer *a,
    enum lang lang)
{
	struct kept	*k;

	if ((k = cache_put(s->cache, "", 0, a)) == NULL) {
		http_problem(req, HTTP_SERVUNAVAIL, "Service Unavailable",
		    NULL);
	} else {
		reply_kept(req, k, lang, 0, is_demo(s));
		kept_unref(k);
	}
	answer_free(a);
}

static void
problem(struct serve *s, struct evhttp_request *req, int status,
    const char *title, const char *detail, unsigned int flags)
{
	struct answer	a;

	answer_init(&a);
	a.flags = flags;
	answer_problem(&a, status, title, detail);
	reply_answer(s, req, &a, LANG_NL);
}

static void
not_found(struct serve *s, struct evhttp_request *req, unsigned int flags)
{
	problem(s, req, HTTP_NOTFOUND, "Not Found",
	    "Nothing of this name is published.", flags);
}

/* For a person a page, for a program a problem. */
static void
no_such_path(struct serve *s, struct evhttp_request *req, const char *path)
{
	const char	*accept;
	struct answer	 a;
	struct ask	*ask = NULL;

	accept = evhttp_find_header(evhttp_request_get_input_headers(req),
	    "Accept");
	if (strncmp(path, "/v1/", 4) == 0) {
		not_found(s, req, ANSWER_API | ANSWER_OPEN);
	} else if (accept == NULL || strstr(accept, "text/html") == NULL ||
	    (ask = calloc(1, sizeof(*ask))) == NULL) {
		not_found(s, req, ANSWER_OPEN);
	} else {
		look(s);
		ask->path = path;
		ask->lang = strncmp(path, "/en/", 4) == 0 ? LANG_EN : LANG_NL;
		ask->now = (int64_t)time(NULL);
		answer_init(&a);
		a.flags = ANSWER_PAGE | ANSWER_NOINDEX;
		page_absent(&a, s->site, ask, HTTP_NOTFOUND);
		reply_answer(s, req, &a, ask->lang);
	}
	free(ask);
}

/* What a file of the tree is served under, apart from its bytes. */
static void
reply_tree_init(struct reply *r, const struct path *path)
{
	reply_init(r);
	r->type = path->type;
	r->cache = path->cache;
	r->flags = ANSWER_OPEN;
}

static void
reply_epoch(struct serve *s, struct evhttp_request *req,
    const struct path *path)
{
	struct reply	r;
	struct km_bytes	epoch;

	view_refresh(s->site->view);
	reply_tree_init(&r, path);
	epoch = view_epoch(s->site->view, &r.etag);
	if (epoch.len == 0) {
		not_found(s, req, ANSWER_OPEN);
		return;
	}
	r.p = epoch.p;
	r.len = epoch.len;
	r.modified = view_now(s->site->view)->this_update;
	reply_send(req, &r, NULL, is_demo(s));
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
	struct reply	 r;
	struct file	*file;
	char		 etag[FILES_ETAG_MAX];

	file = files_get(s->site->files, path->name,
	    strstr(path->cache, "immutable") != NULL);
	if (file == NULL) {
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
			log_warn("%s: cannot be read", path->name);
		not_found(s, req, ANSWER_OPEN);
		return;
	}
	reply_tree_init(&r, path);
	r.fd = file->fd;
	if (path->kind == PATH_STATUS && !list_good(s, path, file)) {
		if (r.fd != -1)
			close(r.fd);
		files_drop(file);
		problem(s, req, HTTP_SERVUNAVAIL, "Service Unavailable",
		    "This list does not verify at the moment.", ANSWER_OPEN);
		return;
	}
	r.etag = file->etag;
	if (path->kind == PATH_RUN) {	/* its name is its content */
		snprintf(etag, sizeof(etag), "\"%s\"",
		    strchr(path->name, '/') + 1);
		r.etag = etag;
	}
	r.p = file->data.p;
	r.len = file->len;
	r.modified = file->stamp.mtime.tv_sec;
	reply_send(req, &r, NULL, is_demo(s));
}

/* For those who keep this running: 503 when verifiers will soon say no. */
static void
reply_health(struct serve *s, struct evhttp_request *req,
    const struct path *path)
{
	struct view_health	h;
	struct reply		r;
	char			text[256];
	int64_t			now = (int64_t)time(NULL);
	int			n;

	view_health(s->site->view, &h, now);
	n = snprintf(text, sizeof(text), "{\"status\":\"%s\",\"epoch\":%"
	    PRIu32 ",\"this_update\":%" PRId64 ",\"next_update\":%" PRId64
	    ",\"seconds_until_list_expiry\":%" PRId64 "}\n",
	    h.ok ? "ok" : "stale", h.epoch, h.this_update, h.next_update,
	    h.list_exp > now ? h.list_exp - now : 0);
	reply_tree_init(&r, path);
	r.status = h.ok ? HTTP_OK : HTTP_SERVUNAVAIL;
	r.p = text;
	r.len = (size_t)n;
	reply_send(req, &r, NULL, is_demo(s));
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct ask_param *)a)->name,
	    ((const struct ask_param *)b)->name);
}

/* Path and what of the query counts, in one order. Other than 0: too long. */
static int
key_of(struct buf *key, struct ask *ask)
{
	size_t	i;

	qsort(ask->param, ask->n, sizeof(ask->param[0]), by_name);
	buf_add(key, ask->path, strlen(ask->path));
	for (i = 0; i < ask->n; i++)
		buf_printf(key, "\n%s\n%s", ask->param[i].name,
		    ask->param[i].value);
	buf_add(key, "", 1);
	return key->failed;
}

/*
 * When it was last other than this: at the epoch, or at a midnight, when
 * marks expire.
 */
static int64_t
modified(const struct serve *s, int64_t now)
{
	int64_t	at;

	if (s->site->epoch == NULL)
		return 0;
	at = s->site->epoch->this_update;
	if (now - now % DAY > at)
		at = now - now % DAY;
	return at > now ? now : at;
}

static struct kept *
make(struct serve *s, const char *key, const struct route_hit *hit,
    const struct ask *ask)
{
	struct answer	 a;
	struct kept	*k;

	answer_init(&a);
	a.flags = hit->route->flags;
	hit->route->make(&a, s->site, ask, hit->arg, hit->n);
	answer_end(&a, ask->path);
	k = cache_put(s->cache, key, ask->n > 0, &a);
	answer_free(&a);
	return k;
}

/* Takes k's reference. */
static void
reply_now(struct serve *s, struct evhttp_request *req, struct kept *k,
    enum lang lang, int64_t now)
{
	if (k == NULL) {
		http_problem(req, HTTP_SERVUNAVAIL, "Service Unavailable",
		    NULL);
		return;
	}
	reply_kept(req, k, lang, modified(s, now), is_demo(s));
	kept_unref(k);
}

/* The worker has it: to all who waited, and to those who come. */
static void
made_beside(struct work *w, void *arg)
{
	struct serve	*s = arg;
	size_t		 i;

	look(s);
	if (w->kept != NULL && s->site->epoch != NULL &&
	    s->site->epoch->number == w->epoch)
		cache_add(s->cache, w->kept);
	for (i = 0; i < w->n; i++) {
		if (w->kept != NULL)
			kept_ref(w->kept);
		reply_now(s, w->req[i], w->kept, w->hit.lang, w->ask.now);
	}
}

static void
ask_worker(struct serve *s, struct evhttp_request *req, const char *key,
    const struct route_hit *hit, const struct ask *ask)
{
	if (worker_ask(s->worker, req, key, ask) == 0)
		return;
	evhttp_add_header(evhttp_request_get_output_headers(req),
	    "Retry-After", "5");
	problem(s, req, HTTP_SERVUNAVAIL, "Service Unavailable",
	    "Too much is asked at the moment: try again in a few seconds.",
	    hit->route->flags);
}

/* From the cache, or made now. */
static void
reply_made(struct serve *s, struct evhttp_request *req,
    const struct route_hit *hit, struct ask *ask)
{
	struct kept	*k;
	struct buf	 key;

	buf_init(&key, KEY_MAX);
	if (key_of(&key, ask) != 0) {
		buf_free(&key);
		problem(s, req, HTTP_BADREQUEST, "Bad Request",
		    "expected a shorter query", hit->route->flags);
		return;
	}
	k = cache_get(s->cache, (const char *)key.p, ask->now);
	if (k == NULL && (hit->route->flags & ANSWER_SLOW) != 0) {
		ask_worker(s, req, (const char *)key.p, hit, ask);
	} else {
		if (k == NULL)
			k = make(s, (const char *)key.p, hit, ask);
		reply_now(s, req, k, hit->lang, ask->now);
	}
	buf_free(&key);
}

static void
reply_moved(struct serve *s, struct evhttp_request *req,
    const struct route_hit *hit)
{
	struct answer	a;

	answer_init(&a);
	answer_redirect(&a, hit->moved, hit->to);
	reply_answer(s, req, &a, hit->lang);
}

static void
reply_route(struct serve *s, struct evhttp_request *req,
    const struct route_hit *hit, const char *path, const char *query)
{
	struct ask	*ask;
	const char	*wrong;

	if (hit->moved != 0) {
		reply_moved(s, req, hit);
		return;
	}
	if ((ask = calloc(1, sizeof(*ask))) == NULL) {
		http_problem(req, HTTP_SERVUNAVAIL, "Service Unavailable",
		    NULL);
		return;
	}
	look(s);
	ask->path = path;
	ask->lang = hit->lang;
	ask->now = (int64_t)time(NULL);
	wrong = ask_query(ask, hit->route->query,
	    (hit->route->flags & ANSWER_API) != 0, query);
	if (wrong != NULL)
		problem(s, req, HTTP_BADREQUEST, "Bad Request", wrong,
		    hit->route->flags);
	else
		reply_made(s, req, hit, ask);
	free(ask);
}

/* A file of the tree, as it is. */
static void
reply_tree(struct serve *s, struct evhttp_request *req,
    const struct path *path, const char *query)
{
	if (query != NULL) {
		problem(s, req, HTTP_BADREQUEST, "Bad Request",
		    "Nothing here takes a query.", ANSWER_OPEN);
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
	not_found(s, req, ANSWER_OPEN);
}

void
serve_request(struct evhttp_request *req, void *arg)
{
	struct serve			*s = arg;
	const struct evhttp_uri		*uri;
	struct path			 path;
	struct route_hit		 hit;
	const char			*p, *query;

	turn(s, req);
	uri = evhttp_request_get_evhttp_uri(req);
	if (uri == NULL || (p = evhttp_uri_get_path(uri)) == NULL) {
		problem(s, req, HTTP_BADREQUEST, "Bad Request", NULL, 0);
		return;
	}
	query = evhttp_uri_get_query(uri);
	if (path_find(&path, p) != PATH_NONE)
		reply_tree(s, req, &path, query);
	else if (route_find(&hit, p))
		reply_route(s, req, &hit, p, query);
	else
		no_such_path(s, req, p);
}
