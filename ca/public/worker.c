/* SPDX-License-Identifier: EUPL-1.2 */
/* Worker: answers that take long; see worker.h. */
#include <sys/eventfd.h>

#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/log.h"

#include "worker.h"

struct worker {
	struct site	*follows;
	worker_done	*done;
	void		*arg;
	struct event	*event;		/* something is made */
	struct work	*first, **last;	/* the first is with the thread */
	size_t		 n;
	/* of both sides */
	pthread_t	 thread;
	pthread_mutex_t	 lock;
	pthread_cond_t	 changed;
	int		 fd;		/* eventfd: of event, or -1 */
	int		 started, stop;
	struct work	*now;		/* to be made, or being made */
	/* of the thread; of the loop as long as now is NULL */
	struct site	*site;
};

static void
work_free(struct work *w)
{
	if (w == NULL)
		return;
	kept_unref(w->kept);
	free(w->req);
	free(w->key);
	free(w->path);
	free(w);
}

/* In the thread. */
static void
work_make(struct work *w, struct site *site)
{
	struct answer	a;

	view_refresh(site->view);
	w->epoch = site->epoch == NULL ? 0 : site->epoch->number;
	answer_init(&a);
	a.flags = w->hit.route->flags;
	w->hit.route->make(&a, site, &w->ask, w->hit.arg, w->hit.n);
	answer_end(&a, w->ask.path);
	w->kept = kept_new(w->key, w->ask.n > 0, &a);
	if (w->kept != NULL)	/* or the event loop would have to */
		(void)kept_gzip(w->kept);
	answer_free(&a);
}

static void *
thread(void *arg)
{
	struct worker	*p = arg;
	struct work	*w;
	uint64_t	 one = 1;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->now == NULL && !p->stop)
			pthread_cond_wait(&p->changed, &p->lock);
		if (p->stop)
			break;
		w = p->now;
		pthread_mutex_unlock(&p->lock);
		work_make(w, p->site);
		pthread_mutex_lock(&p->lock);
		p->now = NULL;
		/* Full it cannot be: one at a time is made. */
		if (write(p->fd, &one, sizeof(one)) == -1)
			log_warn("public: worker");
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Hand over the first that waits, with what the site is made of by now. */
static void
hand_over(struct worker *p)
{
	if (p->first == NULL)
		return;
	site_follow(p->site, p->follows);
	pthread_mutex_lock(&p->lock);
	p->now = p->first;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static void
made(evutil_socket_t fd, short what, void *arg)
{
	struct worker	*p = arg;
	struct work	*w = p->first;
	uint64_t	 n;

	(void)what;
	if (read(fd, &n, sizeof(n)) != sizeof(n) || w == NULL)
		return;
	p->first = w->next;
	if (p->first == NULL)
		p->last = &p->first;
	p->n--;
	hand_over(p);
	p->done(w, p->arg);
	work_free(w);
}

/* Signals are for the event loop; but a fault is of who makes it. */
static int
start(struct worker *p)
{
	sigset_t	all, old;
	int		rc;

	sigfillset(&all);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&p->thread, NULL, thread, p);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	p->started = rc == 0;
	return rc == 0 ? 0 : -1;
}

struct worker *
worker_new(struct event_base *base, struct site *follows, worker_done *done,
    void *arg)
{
	struct worker	*p;

	if ((p = calloc(1, sizeof(*p))) == NULL) {
		log_warn("public: worker");
		return NULL;
	}
	p->follows = follows;
	p->done = done;
	p->arg = arg;
	p->last = &p->first;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (p->fd == -1 || (p->site = site_new(follows->conf)) == NULL ||
	    (p->event = event_new(base, p->fd, EV_READ | EV_PERSIST, made,
	    p)) == NULL || event_add(p->event, NULL) == -1 ||
	    start(p) == -1) {
		log_warnx("public: cannot start the worker");
		worker_free(p);
		return NULL;
	}
	return p;
}

void
worker_free(struct worker *p)
{
	struct work	*w;

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = 1;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	if (p->started)
		pthread_join(p->thread, NULL);
	while ((w = p->first) != NULL) {
		p->first = w->next;
		work_free(w);
	}
	if (p->event != NULL)
		event_free(p->event);
	if (p->fd != -1)
		close(p->fd);
	site_free(p->site);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static int
wait_for(struct work *w, struct evhttp_request *req)
{
	struct evhttp_request	**all;

	if (w->n == WAITERS_MAX || (all = realloc(w->req, (w->n + 1) *
	    sizeof(req))) == NULL)
		return -1;
	w->req = all;
	w->req[w->n++] = req;
	return 0;
}

static struct work *
work_new(const char *key, const struct ask *ask)
{
	struct work	*w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return NULL;
	w->ask = *ask;
	if ((w->key = strdup(key)) == NULL ||
	    (w->path = strdup(ask->path)) == NULL ||
	    !route_find(&w->hit, w->path)) {
		work_free(w);
		return NULL;
	}
	w->ask.path = w->path;
	return w;
}

int
worker_ask(struct worker *p, struct evhttp_request *req, const char *key,
    const struct ask *ask)
{
	struct work	*w;

	for (w = p->first; w != NULL; w = w->next)
		if (strcmp(w->key, key) == 0)
			return wait_for(w, req);
	if (p->n == WORKS_MAX || (w = work_new(key, ask)) == NULL)
		return -1;
	if (wait_for(w, req) == -1) {
		work_free(w);
		return -1;
	}
	*p->last = w;
	p->last = &w->next;
	if (p->n++ == 0)
		hand_over(p);
	return 0;
}
