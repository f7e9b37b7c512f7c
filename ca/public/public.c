/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The public role: serves the published tree, and has neither store nor keys
 * (design section 2). A web server or a mirror can take its place.
 */
#include <errno.h>
#include <event2/event.h>
#include <unistd.h>

#include "ca/base/http.h"
#include "ca/base/log.h"
#include "ca/base/role.h"

#include "font.h"
#include "raster.h"
#include "serve.h"

enum { DRAIN_MS = 5000 };

struct public {
	struct event_base	*base;
	struct http		*http;
	struct event		*parent;
};

static void
stopped(void *arg)
{
	struct public	*p = arg;

	p->http = NULL;			/* freed itself */
	event_base_loopbreak(p->base);
}

/* The parent says nothing more; when its end closes, we stop. */
static void
parent_event(evutil_socket_t fd, short what, void *arg)
{
	struct public	*p = arg;
	char		 chunk[64];
	ssize_t		 n;

	(void)what;
	n = read(fd, chunk, sizeof(chunk));
	if (n > 0 || (n == -1 && (errno == EINTR || errno == EAGAIN)))
		return;
	event_del(p->parent);
	http_stop(p->http, DRAIN_MS, stopped, p);
}

int
public_main(void)
{
	struct public		p = { NULL, NULL, NULL };
	struct conf		conf;
	struct http_limits	limits;
	struct serve		*serve;

	role_main(PROC_PUBLIC, &conf);
	font_open();			/* without, pictures are SVG only */
	raster_memory();
	if ((p.base = event_base_new()) == NULL)
		fatalx("public: no event loop");
	if ((serve = serve_new(&conf, p.base)) == NULL)
		return 1;
	serve_limits(&limits, &conf);
	p.http = http_new(p.base, PROC_FD_LISTEN, NULL, &limits,
	    serve_request, serve);
	if (p.http == NULL)
		return 1;
	p.parent = event_new(p.base, PROC_FD_PARENT, EV_READ | EV_PERSIST,
	    parent_event, &p);
	if (p.parent == NULL || event_add(p.parent, NULL) == -1)
		fatalx("public: cannot watch the parent");
	role_ready();
	event_base_dispatch(p.base);
	event_free(p.parent);
	serve_free(serve);
	event_base_free(p.base);
	conf_free(&conf);
	return 0;
}
