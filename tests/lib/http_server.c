/* SPDX-License-Identifier: EUPL-1.2 */
/* A real server of ca/base/http.h and a raw client; see http_server.h. */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/http_server.h"

enum { KEPT_MAX = 16, TIMEOUT_S = 5 };

const struct http_limits	http_server_limits = {
	.connections = 8,
	.head_len = 2048,
	.body_len = 1000,
	.methods = EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST,
	.request_ms = 2000,
	.reply_ms = 2000,
	.idle_ms = 2000
};

/* The server, in the child. */

struct server {
	struct event_base	*base;
	struct http		*http;
	struct evhttp_request	*kept[KEPT_MAX];
	size_t			 n_kept;
	unsigned int		 requests;
	int			 drain_ms;
};

static unsigned int	made;	/* replies that go on */

static void
free_kept(struct server *s)
{
	size_t	i;

	for (i = 0; i < s->n_kept; i++)
		http_reply(s->kept[i], 200, "text/plain", "kept", 4);
	s->n_kept = 0;
}

static void
reply_peer(struct evhttp_request *req)
{
	X509	*cert = http_peer_certificate(req);
	char	 name[128] = "nobody";

	if (cert != NULL)
		X509_NAME_oneline(X509_get_subject_name(cert), name,
		    sizeof(name));
	X509_free(cert);
	http_reply(req, 200, "text/plain", name, strlen(name));
}

static void
reply_stats(struct server *s, struct evhttp_request *req)
{
	char	text[128];

	snprintf(text, sizeof(text), "connections %u pending %u requests %u "
	    "made %u", http_connections(s->http), http_pending(s->http),
	    s->requests, made);
	http_reply(req, 200, "text/plain", text, strlen(text));
}

static void
reply_file(struct evhttp_request *req, size_t len)
{
	int	fd = memfd_create("file", MFD_CLOEXEC);

	if (fd == -1 || write(fd, "in a file and on", 16) != 16)
		_exit(4);
	http_reply_file(req, 200, "text/plain", fd, len);
}

/* The n-th byte is the low byte of n / 3. */
struct making {
	size_t	at, end;
};

static size_t
make_more(void *p, size_t size, void *arg)
{
	struct making	*m = arg;
	size_t		 i;

	for (i = 0; i < size && m->at < m->end; i++, m->at++)
		((uint8_t *)p)[i] = (uint8_t)(m->at / 3);
	return i;
}

static void
make_done(void *arg)
{
	made--;
	free(arg);
}

static void
reply_made(struct evhttp_request *req, size_t end)
{
	struct making	*m = calloc(1, sizeof(*m));

	if (m == NULL)
		_exit(4);
	made++;
	m->end = end;
	http_reply_made(req, 200, "text/plain", BIG_LEN, make_more,
	    make_done, m);
}

static void
handler(struct evhttp_request *req, void *arg)
{
	static char	 big[BIG_LEN];
	struct server	*s = arg;
	struct evbuffer	*body = evhttp_request_get_input_buffer(req);
	const char	*uri = evhttp_request_get_uri(req);

	s->requests++;
	if (strcmp(uri, "/echo") == 0) {
		http_reply(req, 200, "text/plain",
		    evbuffer_pullup(body, -1), evbuffer_get_length(body));
	} else if (strcmp(uri, "/big") == 0) {
		http_reply(req, 200, "text/plain", big, sizeof(big));
	} else if (strcmp(uri, "/made") == 0) {
		reply_made(req, BIG_LEN);
	} else if (strcmp(uri, "/cut") == 0) {
		reply_made(req, BIG_LEN / 2);
	} else if (strcmp(uri, "/file") == 0) {
		reply_file(req, 9);
	} else if (strcmp(uri, "/void") == 0) {
		reply_file(req, 0);
	} else if (strcmp(uri, "/stats") == 0) {
		reply_stats(s, req);
	} else if (strcmp(uri, "/keep") == 0 && s->n_kept < KEPT_MAX) {
		s->kept[s->n_kept++] = req;
	} else if (strcmp(uri, "/free") == 0) {
		free_kept(s);
		http_reply(req, 204, NULL, NULL, 0);
	} else if (strcmp(uri, "/peer") == 0) {
		reply_peer(req);
	} else if (strcmp(uri, "/fail") == 0) {
		http_problem(req, 409, "Conflict", "a \"quote\"\n\xc3\xa9");
	} else {
		http_problem(req, 404, "Not Found", NULL);
	}
}

static void
stopped(void *arg)
{
	struct server	*s = arg;

	/* The late answer of a handler, after all is freed. */
	free_kept(s);
	event_base_loopexit(s->base, NULL);
}

static void
control_closed(evutil_socket_t fd, short what, void *arg)
{
	struct server	*s = arg;

	(void)fd;
	(void)what;
	http_stop(s->http, s->drain_ms, stopped, s);
}

static _Noreturn void
serve(int fd, int control, const struct http_limits *limits, SSL_CTX *ctx,
    int drain_ms)
{
	struct server	 s = { .drain_ms = drain_ms };
	struct event	*ev;

	signal(SIGPIPE, SIG_IGN);
	if ((s.base = event_base_new()) == NULL ||
	    (s.http = http_new(s.base, fd, ctx, limits, handler, &s)) ==
	    NULL || (ev = event_new(s.base, control, EV_READ, control_closed,
	    &s)) == NULL || event_add(ev, NULL) == -1)
		_exit(3);
	event_base_dispatch(s.base);
	event_free(ev);
	event_base_free(s.base);
	SSL_CTX_free(ctx);
	exit(0);
}

void
http_server_start(struct http_server *hs, const struct http_limits *limits,
    SSL_CTX *ctx, int fds, int drain_ms)
{
	struct sockaddr_in	sin = { .sin_family = AF_INET };
	struct rlimit		rl;
	socklen_t		len = sizeof(sin);
	int			fd, log, control[2];

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	strcpy(hs->log, "/tmp/http_server.XXXXXX");
	log = mkstemp(hs->log);
	assert_true(log != -1);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd != -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	assert_int_equal(listen(fd, 128), 0);
	assert_int_equal(pipe(control), 0);
	hs->port = ntohs(sin.sin_port);
	hs->pid = fork();
	assert_true(hs->pid != -1);
	if (hs->pid == 0) {
		close(control[1]);
		dup2(log, STDERR_FILENO);
		close(log);
		rl.rlim_cur = rl.rlim_max = (rlim_t)fds;
		if (fds != 0 && setrlimit(RLIMIT_NOFILE, &rl) == -1)
			_exit(3);
		serve(fd, control[0], limits, ctx, drain_ms);
	}
	close(fd);
	close(log);
	close(control[0]);
	hs->control = control[1];
}

int
http_server_stop(struct http_server *hs)
{
	int	status;

	close(hs->control);
	assert_int_equal(waitpid(hs->pid, &status, 0), hs->pid);
	unlink(hs->log);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
http_server_lines(const struct http_server *hs)
{
	FILE	*f = fopen(hs->log, "r");
	int	 c, n = 0;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

/* The client. */

int
http_connect(const struct http_server *hs)
{
	struct sockaddr_in	sin = { .sin_family = AF_INET };
	struct timeval		tv = { TIMEOUT_S, 0 };
	int			fd;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sin.sin_port = htons((uint16_t)hs->port);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd != -1);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv,
	    sizeof(tv)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sin, sizeof(sin)),
	    0);
	return fd;
}

void
http_send(int fd, const char *data, size_t len)
{
	ssize_t	n;

	for (; len > 0; data += n, len -= (size_t)n)
		if ((n = send(fd, data, len, MSG_NOSIGNAL)) == -1)
			return;		/* the peer has closed: told later */
}

int
http_receive(int fd, char text[REPLY_MAX], int head)
{
	size_t	len = 0, want = 0;
	char	*end, *field;
	ssize_t	n;

	text[0] = '\0';
	for (;;) {
		/* Byte by byte in the head: the next reply stays unread. */
		n = recv(fd, text + len, want == 0 ? 1 : want - len, 0);
		if (n <= 0)
			return 0;
		len += (size_t)n;
		text[len] = '\0';
		assert_true(len < REPLY_MAX - 1);
		if (want == 0 && len >= 4 &&
		    strcmp(end = text + len - 4, "\r\n\r\n") == 0) {
			field = strstr(text, "\r\nContent-Length: ");
			want = len;
			if (field != NULL && !head)
				want += strtoul(field + 18, NULL, 10);
		}
		if (want != 0 && len >= want)
			return (int)strtol(text + 9, NULL, 10);
	}
}

int
http_ask(const struct http_server *hs, const char *data, size_t len,
    char text[REPLY_MAX])
{
	int	fd = http_connect(hs), status;

	http_send(fd, data, len);
	status = http_receive(fd, text, 0);
	close(fd);
	return status;
}

int
http_closed_after(int fd)
{
	struct timespec	from, to;
	char		junk[4096];
	ssize_t		n;

	clock_gettime(CLOCK_MONOTONIC, &from);
	while ((n = recv(fd, junk, sizeof(junk), 0)) > 0)
		;
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (int)((to.tv_sec - from.tv_sec) * 1000 +
	    (to.tv_nsec - from.tv_nsec) / 1000000);
}
