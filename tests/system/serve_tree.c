/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * serve_tree TREE NOW [CONFIGURATION-LINE...]: the public side of a tree, as
 * the public role serves it, on a free port of loopback, which it writes to
 * standard output. The clock begins at NOW (seconds since 1970). It ends
 * when its standard input does.
 *
 *	serve_tree /tmp/x/tree 1795478400 'environment = demonstration'
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/conf.h"
#include "ca/base/http.h"
#include "ca/public/serve.h"

static time_t	begin, started;

/* Taken over from the C library: it is NOW, and goes on from there. */
time_t
time(time_t *out)
{
	struct timespec	ts;
	time_t		now;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = begin + (ts.tv_sec - started);
	if (out != NULL)
		*out = now;
	return now;
}

static void
fail(const char *what)
{
	fprintf(stderr, "serve_tree: %s\n", what);
	exit(1);
}

/* A configuration of its own, in a file that only it can write. */
static void
configure(struct conf *conf, const char *tree, char **line, int n)
{
	char			path[] = "/tmp/serve_tree.XXXXXX";
	struct conf_error	err;
	FILE			*f = NULL;
	int			i, fd = mkstemp(path);

	if (fd == -1 || (f = fdopen(fd, "w")) == NULL)
		fail("no file for the configuration");
	fprintf(f, "issuer = \"keurmerk.example\"\ndata = \"/nonexistent\"\n"
	    "tree = \"%s\"\n"
	    "office { listen = \"127.0.0.1:1\" }\n"
	    "public { listen = \"127.0.0.1:2\" connections = 256 }\n", tree);
	for (i = 0; i < n; i++)
		fprintf(f, "%s\n", line[i]);
	fclose(f);
	i = conf_load(conf, path, &err);
	unlink(path);
	if (i == -1)
		fail(err.text);
}

static int
listen_here(void)
{
	struct sockaddr_in	a;
	socklen_t		len = sizeof(a);
	int			fd = socket(AF_INET, SOCK_STREAM |
				    SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		fail("no port");
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

static void
ended(evutil_socket_t fd, short what, void *arg)
{
	char	chunk[64];

	(void)what;
	if (read(fd, chunk, sizeof(chunk)) <= 0)
		event_base_loopbreak(arg);
}

int
main(int argc, char **argv)
{
	struct conf		conf;
	struct http_limits	limits;
	struct serve		*serve;
	struct event_base	*base = event_base_new();
	struct event		*in;
	struct timespec		ts;

	if (argc < 3)
		fail("expected TREE NOW [CONFIGURATION-LINE...]");
	clock_gettime(CLOCK_MONOTONIC, &ts);
	started = ts.tv_sec;
	begin = (time_t)strtoll(argv[2], NULL, 10);
	configure(&conf, argv[1], argv + 3, argc - 3);
	serve = base == NULL ? NULL : serve_new(&conf, base);
	in = base == NULL ? NULL : event_new(base, STDIN_FILENO, EV_READ |
	    EV_PERSIST, ended, base);
	if (serve == NULL || in == NULL || event_add(in, NULL) == -1)
		fail("cannot serve");
	serve_limits(&limits, &conf);
	if (http_new(base, listen_here(), NULL, &limits, serve_request,
	    serve) == NULL)
		fail("cannot listen");
	event_base_dispatch(base);
	serve_free(serve);
	return 0;
}
