/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Office: how the role starts and stops (office.h).
 *
 *~ Start: lock, store, the log's hashes, the tree, then the signer is asked
 * where it stands; only when both are in step are officers let in. Stop: no
 * new requests, what is with the signer is waited for, recorded, answered.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/http.h>

#include "ca/base/file.h"
#include "ca/base/http.h"
#include "ca/base/log.h"
#include "ca/base/role.h"
#include "api.h"
#include "tls.h"

enum {
	LOG_LEAVES_MAX = 1 << 30,	/* 64 bytes each, as they come */
	DRAIN_MS = 10000,
	LOOK_MS = 10,			/* when stopping: is all done? */
	EXPIRE_S = 60			/* pending that are overtaken by time */
};

struct run {			/* one office, running */
	struct office	 o;
	struct tls	*tls;
	struct event	*parent, *look, *expire;
	int		 drained;
};

static int
leaf_add(void *arg, uint64_t index, struct km_bytes leaf)
{
	struct merkle	*log = arg;
	uint8_t		 hash[KM_HASH_LEN];

	if (index != merkle_size(log)) {
		log_warnx("store: expected act %llu of the log, found %llu:"
		    " restore the store",
		    (unsigned long long)merkle_size(log),
		    (unsigned long long)index);
		return -1;
	}
	km_leaf_hash(hash, leaf);
	return merkle_append(log, hash);
}

struct merkle *
office_log(struct store *st)
{
	struct merkle	*log;

	if ((log = merkle_new(LOG_LEAVES_MAX)) != NULL &&
	    store_log(st, 0, 0, leaf_add, log) == 0)
		return log;
	log_warnx("the log cannot be read");
	merkle_free(log);
	return NULL;
}

static const struct http_limits *
limits_of(struct http_limits *out, const struct conf *conf)
{
	out->connections = conf->office.connections;
	out->head_len = 8192;
	out->body_len = OFFICE_BODY_MAX;
	out->methods = EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST;
	out->request_ms = 30000;
	out->reply_ms = 60000;
	out->idle_ms = 120000;
	return out;
}

/* In step with the signer: let officers in. */
static void
in_step(void *arg)
{
	struct http_limits	 limits;
	struct run		*r = arg;
	struct office		*o = &r->o;

	o->http = http_new(o->base, PROC_FD_LISTEN, tls_ctx(r->tls),
	    limits_of(&limits, o->conf), api_handle, o);
	if (o->http == NULL)
		fatalx("cannot listen");
	role_ready();
}

static void
look(evutil_socket_t fd, short what, void *arg)
{
	struct run	*r = arg;

	(void)fd;
	(void)what;
	if (r->drained && decide_idle(r->o.dc))
		event_base_loopbreak(r->o.base);
}

static void
drained(void *arg)
{
	struct run	*r = arg;

	r->drained = 1;
}

/* The parent has something to say, which can only be: stop. */
static void
stop(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval	 every = { 0, LOOK_MS * 1000 };
	struct run			*r = arg;
	struct http			*http = r->o.http;

	(void)fd;
	(void)what;
	event_del(r->parent);
	r->o.http = NULL;
	if (http != NULL)
		http_stop(http, DRAIN_MS, drained, r);
	else
		r->drained = 1;		/* stopped while starting */
	if (event_add(r->look, &every) != 0)
		fatalx("stop: no timer");
}

static void
expire(evutil_socket_t fd, short what, void *arg)
{
	struct run	*r = arg;
	uint64_t	 n;

	(void)fd;
	(void)what;
	if (store_pending_expire(r->o.st, decide_now(), &n) != 0)
		fatalx("the store failed");
	if (n > 0)
		log_info("%llu pending decisions were not approved in time",
		    (unsigned long long)n);
}

static int
events(struct run *r)
{
	static const struct timeval	minute = { EXPIRE_S, 0 };
	struct event_base		*base = r->o.base;

	r->parent = event_new(base, PROC_FD_PARENT, EV_READ | EV_PERSIST,
	    stop, r);
	r->look = event_new(base, -1, EV_PERSIST, look, r);
	r->expire = event_new(base, -1, EV_PERSIST, expire, r);
	return r->parent != NULL && r->look != NULL && r->expire != NULL &&
	    event_add(r->parent, NULL) == 0 &&
	    event_add(r->expire, &minute) == 0 ? 0 : -1;
}

static int
begin(struct run *r, const char *dir)
{
	const struct conf	*conf = r->o.conf;
	struct outside		 seen;

	if ((r->o.st = store_open(dir, km_bytes_of(conf->issuer),
	    (enum km_environment)conf->environment, 0)) == NULL ||
	    (r->o.log = office_log(r->o.st)) == NULL ||
	    (r->o.publish = publish_open(conf, r->o.st, r->o.log)) == NULL)
		return -1;
	if ((r->o.base = event_base_new()) == NULL) {
		log_warnx("no events");
		return -1;
	}
	outside_fetch(&seen, conf);
	r->o.dc = decide_new(r->o.base, PROC_FD_PEER, r->o.st, r->o.log,
	    r->o.publish, conf, &seen, in_step, r);
	outside_free(&seen);
	if (r->o.dc == NULL ||
	    (r->tls = tls_new(dir, &r->o.dc->in)) == NULL)
		return -1;
	return events(r);
}

static void
end(struct run *r)
{
	struct event	*ev[] = { r->parent, r->look, r->expire };
	size_t		 i;

	for (i = 0; i < sizeof(ev) / sizeof(ev[0]); i++)
		if (ev[i] != NULL)
			event_free(ev[i]);
	decide_free(r->o.dc);
	tls_free(r->tls);
	publish_close(r->o.publish);
	merkle_free(r->o.log);
	store_close(r->o.st);
	if (r->o.base != NULL)
		event_base_free(r->o.base);
}

static int
is_firm(const char *dir)
{
	int	fd, rc = -1;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		log_warn("%s", dir);
	else if ((rc = file_dir_firm(fd)) == -1)
		log_warnx("%s: expected a directory of our own that nobody"
		    " else may write, found another: chmod 700 and chown it",
		    dir);
	if (fd != -1)
		close(fd);
	return rc;
}

int
office_main(void)
{
	struct conf	conf;
	struct run	r;
	char		dir[PATH_MAX], lock[PATH_MAX];
	int		fd, status = EXIT_FAILURE;

	role_main(PROC_OFFICE, &conf);
	memset(&r, 0, sizeof(r));
	r.o.conf = &conf;
	if (snprintf(dir, sizeof(dir), "%s/office", conf.data) >=
	    (int)sizeof(dir) - 8)
		fatalx("%s: the path is too long", conf.data);
	if (is_firm(dir) == -1)
		return EXIT_FAILURE;
	snprintf(lock, sizeof(lock), "%.*s/lock", PATH_MAX - 8, dir);
	if ((fd = file_lock(lock)) == -1)
		return EXIT_FAILURE;
	if (begin(&r, dir) == 0 && event_base_dispatch(r.o.base) == 0)
		status = EXIT_SUCCESS;
	end(&r);
	close(fd);
	conf_free(&conf);
	return status;
}
