/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Http: a listener and its connections over evhttp; see http.h.
 *
 * A connection is a slot in a table of fixed size. Every SWEEP_MS all slots
 * are looked at: those that evhttp has freed are given out again, those past
 * their deadline are ended. evhttp's own timeouts are idle timeouts, which
 * one byte now and then gets past; they are set wider than ours.
 */
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "http_conn.h"
#include "log.h"

enum {
	SWEEP_MS = 100,		/* how late a deadline may be seen */
	PAUSE_MS = 200,		/* no accepting after accept(2) failed */
	SILENT_MS = 300,	/* for a first byte, when all are taken, */
	ROOM_MS = 2000,		/* and for a first head */
	BUCKETS = 256,
	SLACK = 4096,		/* bytes read beyond head and body */
	COMPLAIN_MS = 60 * 1000	/* the same warning at most this often */
};

struct http {
	struct http		*next;		/* of all */
	struct http_limits	 limits;
	http_handler		*handler;
	void			*arg;
	SSL_CTX			*ctx;		/* NULL: plain */
	struct event_base	*base;
	struct evhttp		*evhttp;
	struct evhttp_bound_socket *bound;	/* NULL: stopped listening */
	struct evconnlistener	*listener;	/* of bound */
	struct event		*sweep;
	struct event		*pause;
	struct http_conn	*slots;		/* limits.connections */
	struct http_conn	*unused;
	struct http_conn	*bucket[BUCKETS];	/* by bufferevent */
	unsigned int		 used;
	unsigned int		 pending;
	int			 paused;
	int64_t			 complained_ms;
	int			 stopping;
	int64_t			 stop_ms;
	void			(*done)(void *);
	void			*done_arg;
};

/*
 * evhttp hands us requests and listeners without a pointer of ours, so they
 * are looked up; a process has one or two of these.
 */
static struct http	*all;

static int64_t
now_ms(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct timeval
interval(int ms)
{
	struct timeval	tv = { ms / 1000, ms % 1000 * 1000 };

	return tv;
}

/* Whether a warning that may come in floods is due again. */
static int
complain(struct http *h)
{
	int64_t	now = now_ms();

	if (h->complained_ms != 0 && now - h->complained_ms < COMPLAIN_MS)
		return 0;
	h->complained_ms = now;
	return 1;
}

/* Connections. */

static struct http_conn **
bucket_of(struct http *h, const struct bufferevent *bev)
{
	uintptr_t	v = (uintptr_t)bev;

	return &h->bucket[(v >> 4 ^ v >> 12) % BUCKETS];
}

static struct http_conn *
conn_of(struct http *h, struct evhttp_request *req)
{
	struct evhttp_connection	*evcon;
	struct bufferevent		*bev;
	struct http_conn		*c;

	if ((evcon = evhttp_request_get_connection(req)) == NULL)
		return NULL;
	bev = evhttp_connection_get_bufferevent(evcon);
	for (c = *bucket_of(h, bev); c != NULL; c = c->next)
		if (c->bev == bev)
			return c;
	return NULL;
}

/* The bufferevent of c has gone: out of its bucket. */
static void
conn_gone(struct http_conn *c)
{
	struct http_conn	**at;

	for (at = bucket_of(c->http, c->bev); *at != c; at = &(*at)->next)
		;
	*at = c->next;
	c->next = NULL;
	c->bev = NULL;
}

static void
conn_free(struct http_conn *c)
{
	struct http	*h = c->http;

	memset(c, 0, sizeof(*c));
	c->http = h;
	c->next = h->unused;
	h->unused = c;
	h->used--;
}

/* Has evhttp freed it? Then the last reference was ours and is no more. */
static void
conn_look(struct http_conn *c)
{
	if (c->bev != NULL) {
		if (bufferevent_decref(c->bev))
			conn_gone(c);
		else
			bufferevent_incref(c->bev);
	}
	/* A handler may still answer a client that left. */
	if (c->bev == NULL && c->req == NULL)
		conn_free(c);
}

/* End it; evhttp lets go of a request that a handler has. */
static void
conn_end(struct http_conn *c)
{
	bufferevent_trigger_event(c->bev,
	    BEV_EVENT_READING | BEV_EVENT_TIMEOUT, 0);
	conn_look(c);
}

/* Let the head of the request that comes in pass, n bytes from at. */
static void
conn_watch(struct http_conn *c, struct evbuffer *in, size_t at, size_t n)
{
	struct evbuffer_iovec	v;
	struct evbuffer_ptr	ptr;
	size_t			len;

	while (n > 0 && c->head.state != HEAD_DONE && c->head.wrong == NULL) {
		if (evbuffer_ptr_set(in, &ptr, at, EVBUFFER_PTR_SET) == -1 ||
		    evbuffer_peek(in, (ev_ssize_t)n, &ptr, &v, 1) < 1)
			return;
		if ((len = v.iov_len < n ? v.iov_len : n) == 0)
			return;
		http_head_feed(&c->head, v.iov_base, len);
		at += len;
		n -= len;
	}
}

/* Bytes were put into the input buffer, decrypted, or taken out. */
static void
conn_input(struct evbuffer *in, const struct evbuffer_cb_info *info,
    void *arg)
{
	struct http_conn	*c = arg;

	if (info->n_added == 0)
		return;
	if (c->state == CONN_IDLE) {
		c->state = CONN_READING;
		/* The first request has its time from accept(2) on. */
		if (c->served > 0)
			c->deadline_ms = now_ms() +
			    c->http->limits.request_ms;
	}
	if (c->state == CONN_READING)
		conn_watch(c, in, evbuffer_get_length(in) - info->n_added,
		    info->n_added);
}

/* The last byte of a reply has left. */
static void
conn_replied(struct evhttp_request *req, void *arg)
{
	struct http_conn	*c = arg;
	struct evbuffer		*in = bufferevent_get_input(c->bev);
	size_t			 len = evbuffer_get_length(in);

	(void)req;
	c->served++;
	memset(&c->head, 0, sizeof(c->head));
	/* What came in meanwhile is the next request. */
	c->state = len > 0 ? CONN_READING : CONN_IDLE;
	c->deadline_ms = now_ms() + (len > 0 ? c->http->limits.request_ms :
	    c->http->limits.idle_ms);
	conn_watch(c, in, 0, len);
}

/* The listener. */

/* Accept or not, as things are now. */
static void
listener_update(struct http *h)
{
	if (h->bound == NULL)
		return;
	if (!h->paused && h->used < h->limits.connections)
		evconnlistener_enable(h->listener);
	else
		evconnlistener_disable(h->listener);
}

static void
pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct http	*h = arg;

	(void)fd;
	(void)what;
	h->paused = 0;
	listener_update(h);
}

/*
 * accept(2) failed, most likely for want of descriptors. evhttp would try
 * again at once and for ever.
 */
static void
accept_failed(struct evconnlistener *listener, void *arg)
{
	struct timeval	 tv = interval(PAUSE_MS);
	struct http	*h;

	(void)arg;		/* the struct evhttp */
	for (h = all; h != NULL; h = h->next)
		if (h->bound != NULL && h->listener == listener)
			break;
	if (h == NULL)
		return;
	if (complain(h))
		log_warn("http: cannot accept, waiting %d ms", PAUSE_MS);
	h->paused = 1;
	listener_update(h);
	evtimer_add(h->pause, &tv);
}

/* All slots are taken: see who has gone, else end who has idled longest. */
static void
make_room(struct http *h)
{
	struct http_conn	*c, *idle = NULL;
	unsigned int		 i;

	for (i = 0; i < h->limits.connections; i++) {
		c = &h->slots[i];
		if (c->state != CONN_NONE)
			conn_look(c);
		if (c->state == CONN_IDLE && c->bev != NULL &&
		    c->served > 0 && (idle == NULL ||
		    c->deadline_ms < idle->deadline_ms))
			idle = c;
	}
	if (h->used < h->limits.connections)
		return;
	if (idle != NULL)
		conn_end(idle);
	else if (complain(h))
		log_warnx("http: all %u connections are in use, newcomers "
		    "wait", h->limits.connections);
}

static struct bufferevent *
bev_new(struct http *h)
{
	struct bufferevent	*bev;
	SSL			*ssl;

	if (h->ctx == NULL)
		return bufferevent_socket_new(h->base, -1,
		    BEV_OPT_CLOSE_ON_FREE);
	if ((ssl = SSL_new(h->ctx)) == NULL)
		return NULL;
	bev = bufferevent_openssl_socket_new(h->base, -1, ssl,
	    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (bev == NULL)
		SSL_free(ssl);
	else	/* HTTP says itself where a message ends */
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

/*
 * Called by evhttp for each accepted connection. With NULL it would make a
 * plain one of its own, even under TLS, which request_seen() then refuses.
 */
static struct bufferevent *
conn_new(struct event_base *base, void *arg)
{
	struct http		*h = arg;
	struct http_conn	*c = h->unused, **bucket;
	struct timeval		 tv = interval(SWEEP_MS);

	(void)base;
	if (c == NULL || h->stopping)
		return NULL;
	if ((c->bev = bev_new(h)) == NULL)
		return NULL;
	if (evbuffer_add_cb(bufferevent_get_input(c->bev), conn_input, c) ==
	    NULL) {
		bufferevent_free(c->bev);
		c->bev = NULL;
		return NULL;
	}
	bufferevent_incref(c->bev);
	/*
	 * While a reply goes out evhttp reads on and on, and keeps it all.
	 * A little more than the limits, so that evhttp sees them passed.
	 */
	bufferevent_setwatermark(c->bev, EV_READ, 0,
	    h->limits.head_len + h->limits.body_len + SLACK);
	h->unused = c->next;
	bucket = bucket_of(h, c->bev);
	c->next = *bucket;
	*bucket = c;
	c->state = CONN_IDLE;
	c->deadline_ms = now_ms() + h->limits.request_ms;
	h->used++;
	if (!evtimer_pending(h->sweep, NULL))
		event_add(h->sweep, &tv);
	if (h->used == h->limits.connections) {
		make_room(h);
		listener_update(h);
	}
	return c->bev;
}

/* Requests. */

static void
method_refused(struct http *h, struct evhttp_request *req)
{
	static const struct { unsigned int bit; const char *name; } names[] = {
		{ EVHTTP_REQ_GET, "GET" }, { EVHTTP_REQ_HEAD, "HEAD" },
		{ EVHTTP_REQ_POST, "POST" }, { EVHTTP_REQ_PUT, "PUT" },
		{ EVHTTP_REQ_DELETE, "DELETE" }, { EVHTTP_REQ_PATCH, "PATCH" },
		{ EVHTTP_REQ_OPTIONS, "OPTIONS" },
	};
	char	allow[64] = "";
	size_t	i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (h->limits.methods & names[i].bit) {
			if (*allow != '\0')
				strcat(allow, ", ");
			strcat(allow, names[i].name);
		}
	evhttp_add_header(evhttp_request_get_output_headers(req), "Allow",
	    allow);
	http_problem(req, HTTP_BADMETHOD, "Method Not Allowed", NULL);
}

/*
 * evhttp writes head and body of a reply separately: without this a kept
 * connection waits 40 ms each time. The listening socket may have it to pass
 * on, but not to those who connected before it was set. That it fails on a
 * Unix socket does no harm.
 */
static void
no_delay(struct http_conn *c)
{
	int	one = 1;

	(void)setsockopt(bufferevent_getfd(c->bev), IPPROTO_TCP, TCP_NODELAY,
	    &one, sizeof(one));
}

/* Called by evhttp with each request that it could parse. */
static void
request_seen(struct evhttp_request *req, void *arg)
{
	struct http		*h = arg;
	struct http_conn	*c = conn_of(h, req);
	const char		*wrong;

	if (c == NULL) {	/* see conn_new() */
		evhttp_send_error(req, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	c->state = CONN_HANDLED;
	c->req = req;
	h->pending++;
	if (c->served == 0)
		no_delay(c);
	evhttp_request_set_on_complete_cb(req, conn_replied, c);
	if ((wrong = c->head.wrong) == NULL)
		wrong = http_request_wrong(req);
	if (wrong != NULL) {
		/* Where the next request begins is anybody's guess. */
		evhttp_add_header(evhttp_request_get_output_headers(req),
		    "Connection", "close");
		http_problem(req, HTTP_BADREQUEST, "Bad Request", wrong);
	} else if ((h->limits.methods &
	    (unsigned int)evhttp_request_get_command(req)) == 0) {
		method_refused(h, req);
	} else {
		h->handler(req, h->arg);
	}
}

struct http_conn *
http_conn_take(struct evhttp_request *req)
{
	struct http		*h;
	struct http_conn	*c = NULL;
	unsigned int		 i;

	for (h = all; h != NULL && c == NULL; h = h->next) {
		if ((c = conn_of(h, req)) != NULL)
			break;
		/* The client has left: rare, so it may take a while. */
		for (i = 0; i < h->limits.connections; i++)
			if (h->slots[i].req == req) {
				c = &h->slots[i];
				break;
			}
	}
	if (c == NULL || c->req != req)
		return NULL;
	c->req = NULL;
	c->http->pending--;
	if (c->bev == NULL) {
		conn_free(c);
		return NULL;
	}
	return c;
}

int
http_conn_reply(struct http_conn *c)
{
	c->state = CONN_REPLYING;
	c->deadline_ms = now_ms() + c->http->limits.reply_ms;
	return c->http->stopping;
}

/* From birth to death. */

static void
http_free(struct http *h)
{
	struct http	**at;
	unsigned int	  i;

	for (at = &all; *at != NULL; at = &(*at)->next)
		if (*at == h) {
			*at = h->next;
			break;
		}
	/*
	 * evhttp_free() frees requests that a handler still has, and its
	 * late answer would end the process: take those away from it first.
	 */
	for (i = 0; i < h->limits.connections && h->slots != NULL; i++)
		if (h->slots[i].bev != NULL && h->slots[i].req != NULL)
			conn_end(&h->slots[i]);
	if (h->evhttp != NULL)
		evhttp_free(h->evhttp);
	for (i = 0; i < h->limits.connections && h->slots != NULL; i++)
		if (h->slots[i].bev != NULL)
			bufferevent_decref(h->slots[i].bev);
	if (h->sweep != NULL)
		event_free(h->sweep);
	if (h->pause != NULL)
		event_free(h->pause);
	free(h->slots);
	free(h);
}

static void
stop_listening(struct http *h)
{
	if (h->bound != NULL)
		evhttp_del_accept_socket(h->evhttp, h->bound);
	h->bound = NULL;
	h->listener = NULL;
}

/* All is said, or it has taken too long. */
static void
stopped(struct http *h)
{
	void	(*done)(void *) = h->done;
	void	*arg = h->done_arg;

	if (h->pending > 0)
		log_warnx("http: stopped with %u requests unanswered",
		    h->pending);
	http_free(h);
	done(arg);
}

/*
 * Has it been there for ROOM_MS without one whole head, or for SILENT_MS
 * without a byte? Whoever means to ask something has begun by then, over any
 * line. Ten thousand that say nothing make room in a few turns, so.
 */
static int
is_slow(const struct http_conn *c, int64_t now)
{
	int	ms = c->state == CONN_IDLE ? SILENT_MS : ROOM_MS;

	return c->bev != NULL && c->served == 0 &&
	    (c->state == CONN_IDLE || c->state == CONN_READING) &&
	    c->head.state != HEAD_DONE &&
	    /* The first deadline counts from accept(2). */
	    now >= c->deadline_ms - c->http->limits.request_ms + ms;
}

static void
sweep(evutil_socket_t fd, short what, void *arg)
{
	struct http		*h = arg;
	struct http_conn	*c;
	int64_t			 now = now_ms();
	unsigned int		 i;
	int			 full = h->used == h->limits.connections;

	(void)fd;
	(void)what;
	for (i = 0; i < h->limits.connections; i++) {
		c = &h->slots[i];
		if (c->state == CONN_NONE)
			continue;
		conn_look(c);
		if (c->bev == NULL || c->state == CONN_HANDLED)
			continue;
		if (now >= c->deadline_ms ||
		    (h->stopping && c->state == CONN_IDLE) ||
		    (full && is_slow(c, now)))
			conn_end(c);
	}
	if (h->stopping && (h->used == 0 || now >= h->stop_ms)) {
		stopped(h);
		return;
	}
	listener_update(h);
	if (h->used == 0 && !h->stopping)
		event_del(h->sweep);
}

void
http_stop(struct http *h, int drain_ms, void (*done)(void *), void *arg)
{
	struct timeval	tv = interval(SWEEP_MS);

	if (h->stopping)
		return;
	h->stopping = 1;
	h->stop_ms = now_ms() + drain_ms;
	h->done = done;
	h->done_arg = arg;
	stop_listening(h);
	event_add(h->sweep, &tv);
	event_active(h->sweep, EV_TIMEOUT, 0);
}

static int
largest(int a, int b, int c)
{
	int	m = a > b ? a : b;

	return m > c ? m : c;
}

/* Make evhttp and bind it to the listening socket, which it then owns. */
static int
http_bind(struct http *h, int listen_fd)
{
	const struct http_limits	*l = &h->limits;

	if ((h->evhttp = evhttp_new(h->base)) == NULL)
		return -1;
	evhttp_set_max_headers_size(h->evhttp, (ev_ssize_t)l->head_len);
	evhttp_set_max_body_size(h->evhttp, (ev_ssize_t)l->body_len);
	evhttp_set_allowed_methods(h->evhttp, EVHTTP_REQ_GET |
	    EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
	    EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
	evhttp_set_timeout(h->evhttp, 10 +
	    largest(l->request_ms, l->reply_ms, l->idle_ms) / 1000);
	evhttp_set_bevcb(h->evhttp, conn_new, h);
	evhttp_set_gencb(h->evhttp, request_seen, h);
	if (evutil_make_socket_nonblocking(listen_fd) == -1 ||
	    (h->listener = evconnlistener_new(h->base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0,
	    listen_fd)) == NULL)
		return -1;
	if ((h->bound = evhttp_bind_listener(h->evhttp, h->listener)) ==
	    NULL) {
		evconnlistener_free(h->listener);
		return -1;
	}
	evconnlistener_set_error_cb(h->listener, accept_failed);
	return 0;
}

struct http *
http_new(struct event_base *base, int listen_fd, SSL_CTX *ctx,
    const struct http_limits *limits, http_handler *handler, void *arg)
{
	struct http	*h;
	unsigned int	 i;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		goto fail;
	h->limits = *limits;
	h->handler = handler;
	h->arg = arg;
	h->ctx = ctx;
	h->base = base;
	h->next = all;
	all = h;
	if ((h->slots = calloc(limits->connections,
	    sizeof(*h->slots))) == NULL)
		goto fail;
	for (i = limits->connections; i-- > 0; h->unused = &h->slots[i]) {
		h->slots[i].http = h;
		h->slots[i].next = h->unused;
	}
	if ((h->sweep = event_new(base, -1, EV_PERSIST, sweep, h)) == NULL ||
	    (h->pause = evtimer_new(base, pause_over, h)) == NULL ||
	    http_bind(h, listen_fd) == -1)
		goto fail;
	return h;
fail:
	log_warn("http: cannot listen");
	if (h != NULL)
		http_free(h);
	return NULL;
}

unsigned int
http_connections(const struct http *h)
{
	return h->used;
}

unsigned int
http_pending(const struct http *h)
{
	return h->pending;
}
