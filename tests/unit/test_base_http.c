/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Limits, deadlines and the end of a server (ca/base/http.h), each trap of
 * evhttp by itself, against a real server on loopback.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/http_server.h"

#define H	"Host: a.example\r\n"
#define GET(path)	"GET " path " HTTP/1.1\r\n" H "\r\n"

static struct http_server	hs;
static struct http_limits	limits;
static char			text[REPLY_MAX];

static int
reset(void **state)
{
	(void)state;
	limits = http_server_limits;
	return 0;
}

static void
send_text(int fd, const char *s)
{
	http_send(fd, s, strlen(s));
}

static int
ask(const char *s)
{
	return http_ask(&hs, s, strlen(s), text);
}

static long
since_ms(const struct timespec *from)
{
	struct timespec	to;

	clock_gettime(CLOCK_MONOTONIC, &to);
	return (to.tv_sec - from->tv_sec) * 1000 +
	    (to.tv_nsec - from->tv_nsec) / 1000000;
}

/*
 * A deadline came when it should, as far as a machine that does something
 * else can tell: the next that a test could mistake it for is 3 s off.
 */
static int
about(long ms, long deadline)
{
	return ms >= deadline - 300 && ms <= deadline + 2000;
}

/* Ask until the statistics hold this text; they change with the sweep. */
static void
wait_for(const char *want)
{
	int	i;

	for (i = 0; i < 100; i++) {
		if (ask(GET("/stats")) == 200 && strstr(text, want) != NULL)
			return;
		usleep(20000);
	}
	fail_msg("waited for \"%s\", have %s", want, text);
}

static void
test_keep_alive(void **state)
{
	int	fd, i;

	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	for (i = 0; i < 3; i++) {
		send_text(fd, "POST /echo HTTP/1.1\r\n" H
		    "Content-Length: 5\r\n\r\nhello");
		assert_int_equal(http_receive(fd, text, 0), 200);
		assert_non_null(strstr(text, "\r\n\r\nhello"));
		assert_non_null(strstr(text, "Content-Type: text/plain\r\n"));
	}
	/* Three at once are answered one after the other. */
	send_text(fd, GET("/stats") GET("/none") GET("/stats"));
	assert_int_equal(http_receive(fd, text, 0), 200);
	assert_int_equal(http_receive(fd, text, 0), 404);
	assert_int_equal(http_receive(fd, text, 0), 200);
	send_text(fd, "GET /stats HTTP/1.1\r\n" H "Connection: close\r\n\r\n");
	assert_int_equal(http_receive(fd, text, 0), 200);
	assert_true(http_closed_after(fd) >= 0);
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* A HEAD has the headers of a GET and no body. */
static void
test_head(void **state)
{
	int	fd;

	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	send_text(fd, "HEAD /big HTTP/1.1\r\n" H "\r\n" GET("/stats"));
	assert_int_equal(http_receive(fd, text, 1), 200);
	assert_non_null(strstr(text, "Content-Length: 8388608\r\n"));
	assert_non_null(strstr(text, "Content-Type: text/plain\r\n"));
	assert_int_equal(http_receive(fd, text, 0), 200);
	assert_memory_equal(text, "HTTP/1.1 200", 12);
	send_text(fd, "HEAD /fail HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_receive(fd, text, 1), 409);
	assert_true(strcmp(strstr(text, "\r\n\r\n"), "\r\n\r\n") == 0);
	/* No body, no length. */
	send_text(fd, GET("/free"));
	assert_int_equal(http_receive(fd, text, 1), 204);
	assert_null(strstr(text, "Content-Length"));
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* A file is answered with, and its descriptor given back, however often. */
static void
test_file(void **state)
{
	int	fd, i;

	(void)state;
	http_server_start(&hs, &limits, NULL, 24, 100);
	fd = http_connect(&hs);
	for (i = 0; i < 30; i++) {
		send_text(fd, GET("/file"));
		assert_int_equal(http_receive(fd, text, 0), 200);
		assert_true(strcmp(strstr(text, "\r\n\r\n"),
		    "\r\n\r\nin a file") == 0);
		send_text(fd, "HEAD /file HTTP/1.1\r\n" H "\r\n");
		assert_int_equal(http_receive(fd, text, 1), 200);
		assert_non_null(strstr(text, "Content-Length: 9\r\n"));
		send_text(fd, GET("/void"));
		assert_int_equal(http_receive(fd, text, 0), 200);
		assert_non_null(strstr(text, "Content-Length: 0\r\n"));
	}
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

static void
test_problem(void **state)
{
	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 100);
	assert_int_equal(ask(GET("/fail")), 409);
	assert_non_null(strstr(text,
	    "Content-Type: application/problem+json\r\n"));
	assert_non_null(strstr(text, "\r\n\r\n{\"title\":\"Conflict\","
	    "\"status\":409,\"detail\":\"a \\\"quote\\\"\\n\xc3\xa9\"}"));
	assert_int_equal(ask(GET("/none")), 404);
	assert_non_null(strstr(text, "\r\n\r\n{\"title\":\"Not Found\","
	    "\"status\":404}"));
	assert_int_equal(ask("PUT /echo HTTP/1.1\r\n" H "\r\n"), 405);
	assert_non_null(strstr(text, "Allow: GET, HEAD, POST\r\n"));
	assert_int_equal(http_server_stop(&hs), 0);
}

/* A request of the largest head or body passes, one byte more does not. */
static void
test_sizes(void **state)
{
	char		request[8192], pad[4096];
	size_t		n, over;

	(void)state;
	memset(pad, 'x', sizeof(pad));
	http_server_start(&hs, &limits, NULL, 0, 100);
	/* evhttp counts the lines without their ends. */
	n = limits.head_len - strlen("GET /stats HTTP/1.1") -
	    strlen("Host: a.example") - strlen("A: ");
	for (over = 0; over < 2; over++) {
		snprintf(request, sizeof(request), "GET /stats HTTP/1.1\r\n"
		    H "A: %.*s\r\n\r\n", (int)(n + over), pad);
		assert_int_equal(ask(request), over ? 400 : 200);
	}
	/* A line that never ends is refused too, and long before that. */
	snprintf(request, sizeof(request), "GET /%.*s", 2100, pad);
	assert_int_equal(ask(request), 400);

	for (over = 0; over < 2; over++) {
		snprintf(request, sizeof(request), "POST /echo HTTP/1.1\r\n"
		    H "Content-Length: %zu\r\n\r\n%.*s",
		    limits.body_len + over, (int)(limits.body_len + over),
		    pad);
		assert_int_equal(ask(request), over ? 413 : 200);
	}
	/* Head and body at their largest together. */
	n -= strlen("Content-Length: 1000") + 1;	/* POST, /echo */
	snprintf(request, sizeof(request), "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 1000\r\nA: %.*s\r\n\r\n%.1000s", (int)n, pad,
	    pad);
	assert_int_equal(ask(request), 200);
	/* The handler saw none of what was too large. */
	assert_int_equal(ask(GET("/stats")), 200);
	assert_non_null(strstr(text, "requests 4"));
	assert_int_equal(http_server_stop(&hs), 0);
}

/* One byte now and then does not keep a request alive. */
static void
test_slow_request(void **state)
{
	static const char	head[] = "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 1000\r\n\r\n";
	struct timespec		from;
	struct pollfd		pfd;
	size_t			i;
	int			fd, second, part;
	long			ms;

	(void)state;
	limits.request_ms = 500;
	http_server_start(&hs, &limits, NULL, 0, 100);
	/* In the head, in the body, and both again in a second request. */
	for (part = 0; part < 4; part++) {
		fd = http_connect(&hs);
		second = part / 2;
		if (second) {
			send_text(fd, GET("/stats"));
			assert_int_equal(http_receive(fd, text, 0), 200);
			usleep(600000);	/* idle is not slow */
		}
		clock_gettime(CLOCK_MONOTONIC, &from);
		if (part % 2 == 1)
			http_send(fd, head, sizeof(head) - 1);
		pfd.fd = fd;
		pfd.events = POLLIN;
		for (i = 0; since_ms(&from) < 3000; i++) {
			http_send(fd, part % 2 == 1 ? "x" : head + i, 1);
			if (poll(&pfd, 1, 50) > 0)
				break;
		}
		ms = since_ms(&from);
		assert_int_equal(http_closed_after(fd), 0);
		if (!about(ms, 500))
			fail_msg("part %d: closed after %ld ms", part, ms);
		close(fd);
	}
	assert_int_equal(http_server_stop(&hs), 0);
}

static void
test_silent(void **state)
{
	int	fd, ms;

	(void)state;
	limits.request_ms = 500;
	limits.idle_ms = 4000;
	http_server_start(&hs, &limits, NULL, 0, 100);
	/* Before the first request: the request's time. */
	fd = http_connect(&hs);
	ms = http_closed_after(fd);
	assert_true(about(ms, 500));
	close(fd);
	/* After one: the idle time. */
	fd = http_connect(&hs);
	send_text(fd, GET("/stats"));
	assert_int_equal(http_receive(fd, text, 0), 200);
	ms = http_closed_after(fd);
	assert_true(about(ms, 4000));
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* Who does not read a reply is not waited for, nor given more memory. */
static void
test_slow_reader(void **state)
{
	static char	junk[65536];
	struct timespec	from;
	size_t		sent = 0;
	ssize_t		n;
	int		fd, small = 4096;

	(void)state;
	limits.reply_ms = 700;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	send_text(fd, GET("/big"));
	clock_gettime(CLOCK_MONOTONIC, &from);
	/* Meanwhile a flood of further requests: not kept, not read. */
	memset(junk, 'j', sizeof(junk));
	for (;;) {
		n = send(fd, junk, sizeof(junk), MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		else if (errno == EAGAIN && since_ms(&from) < 3000)
			usleep(10000);
		else
			break;
	}
	assert_int_equal(errno == EPIPE || errno == ECONNRESET, 1);
	assert_true(about(since_ms(&from), 700));
	assert_true(sent < 7 * 1024 * 1024);	/* buffers of the system */
	close(fd);
	/* A steady reader gets all of it. */
	fd = http_connect(&hs);
	send_text(fd, "GET /big HTTP/1.1\r\n" H "Connection: close\r\n\r\n");
	for (sent = 0; (n = recv(fd, junk, sizeof(junk), 0)) > 0;
	    sent += (size_t)n)
		;
	assert_true(n == 0 && sent > BIG_LEN);
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

static void
test_connections(void **state)
{
	struct timeval	tv = { 0, 300000 };
	int		fd[8], more, i;

	(void)state;
	limits.connections = 4;
	limits.request_ms = 10000;
	http_server_start(&hs, &limits, NULL, 0, 100);
	/* As many as allowed are served, all open and at it. */
	for (i = 0; i < 3; i++) {
		fd[i] = http_connect(&hs);
		send_text(fd[i], "GET /stats HTTP/1.1\r\nHost:");
	}
	assert_int_equal(ask(GET("/stats")), 200);
	assert_non_null(strstr(text, "connections 4"));
	fd[3] = http_connect(&hs);
	send_text(fd[3], "GET /stats HTTP/1.1\r\nHost:");
	/* One more waits: not refused, not served. */
	more = http_connect(&hs);
	send_text(more, GET("/stats"));
	setsockopt(more, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	assert_int_equal(http_receive(more, text, 0), 0);
	/* ... until one of the others has left. */
	close(fd[2]);
	tv.tv_sec = 5;
	setsockopt(more, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	assert_int_equal(http_receive(more, text, 0), 200);
	assert_non_null(strstr(text, "connections 4"));
	close(more);
	close(fd[0]);
	close(fd[1]);
	close(fd[3]);
	wait_for("connections 1 ");
	assert_int_equal(http_server_stop(&hs), 0);
}

/* Idle connections that have been served make room for newcomers. */
static void
test_idle_make_room(void **state)
{
	int	fd[4], i;

	(void)state;
	limits.connections = 4;
	limits.idle_ms = 10000;
	http_server_start(&hs, &limits, NULL, 0, 100);
	for (i = 0; i < 4; i++) {
		fd[i] = http_connect(&hs);
		send_text(fd[i], GET("/stats"));
		assert_int_equal(http_receive(fd[i], text, 0), 200);
		usleep(20000);
	}
	assert_int_equal(ask(GET("/stats")), 200);
	/* The one that idled longest has gone, the youngest has not. */
	assert_int_equal(http_closed_after(fd[0]), 0);
	send_text(fd[3], GET("/stats"));
	assert_int_equal(http_receive(fd[3], text, 0), 200);
	for (i = 0; i < 4; i++)
		close(fd[i]);
	assert_int_equal(http_server_stop(&hs), 0);
}

/*
 * Those who came and asked nothing, or not whole, make room when all slots
 * are taken, long before their deadline; one who sends a body keeps his.
 */
static void
test_slow_make_room(void **state)
{
	struct timeval	tv = { 30, 0 };	/* half of their deadline */
	int		fd[4], more, i;

	(void)state;
	limits.connections = 4;
	limits.request_ms = 60000;
	http_server_start(&hs, &limits, NULL, 0, 100);
	for (i = 0; i < 4; i++)
		fd[i] = http_connect(&hs);
	send_text(fd[1], "GET /stats HTTP/1.1\r\nHost:");
	send_text(fd[2], "POST /echo HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 4\r\n\r\nab");
	more = http_connect(&hs);
	send_text(more, GET("/stats"));
	setsockopt(more, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	assert_int_equal(http_receive(more, text, 0), 200);
	send_text(fd[2], "cd");
	assert_int_equal(http_receive(fd[2], text, 0), 200);
	/* With room left nobody is hurried. */
	close(fd[0]);
	fd[0] = http_connect(&hs);
	usleep(2500000);
	send_text(fd[0], GET("/stats"));
	assert_int_equal(http_receive(fd[0], text, 0), 200);
	for (i = 0; i < 4; i++)
		close(fd[i]);
	close(more);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* Without descriptors left it waits, says so once, and recovers. */
static void
test_no_descriptors(void **state)
{
	struct rusage	before, after;
	int		fd[40], i;
	long		cpu_ms;

	(void)state;
	limits.connections = 64;
	limits.request_ms = 10000;
	http_server_start(&hs, &limits, NULL, 24, 100);
	getrusage(RUSAGE_CHILDREN, &before);
	for (i = 0; i < 40; i++)
		fd[i] = http_connect(&hs);
	usleep(1000000);
	for (i = 0; i < 40; i++)
		close(fd[i]);
	assert_int_equal(ask(GET("/stats")), 200);
	assert_int_equal(http_server_lines(&hs), 1);
	assert_int_equal(http_server_stop(&hs), 0);
	getrusage(RUSAGE_CHILDREN, &after);
	cpu_ms = (after.ru_utime.tv_sec - before.ru_utime.tv_sec +
	    after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000 +
	    (after.ru_utime.tv_usec - before.ru_utime.tv_usec +
	    after.ru_stime.tv_usec - before.ru_stime.tv_usec) / 1000;
	if (cpu_ms > 500)
		fail_msg("spun: %ld ms of CPU in a second", cpu_ms);
}

/* The handler answers later; also when the client has left meanwhile. */
static void
test_late_reply(void **state)
{
	int	fd, gone;

	(void)state;
	limits.request_ms = 300;
	limits.idle_ms = 300;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	send_text(fd, GET("/keep"));
	gone = http_connect(&hs);
	send_text(gone, GET("/keep"));
	wait_for("pending 3");
	close(gone);
	/* No deadline of ours while the handler thinks. */
	usleep(700000);
	assert_int_equal(ask(GET("/free")), 204);
	assert_int_equal(http_receive(fd, text, 0), 200);
	assert_non_null(strstr(text, "kept"));
	close(fd);
	wait_for("connections 1 pending 1");
	assert_int_equal(http_server_stop(&hs), 0);
}

/* Stop: nobody new, what is under way is answered, then the end. */
static void
test_stop_drains(void **state)
{
	struct timespec	from;
	int		fd, idle, status;
	char		c;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &from);
	limits.idle_ms = 10000;
	http_server_start(&hs, &limits, NULL, 0, 3000);
	idle = http_connect(&hs);
	send_text(idle, GET("/stats"));
	assert_int_equal(http_receive(idle, text, 0), 200);
	fd = http_connect(&hs);
	send_text(fd, "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 5\r\n\r\nhel");
	usleep(50000);
	close(hs.control);
	hs.control = -1;
	/* The idle one goes at once, newcomers are refused. */
	assert_int_equal(recv(idle, &c, 1, 0), 0);
	usleep(50000);
	send_text(fd, "lo");
	assert_int_equal(http_receive(fd, text, 0), 200);
	assert_non_null(strstr(text, "Connection: close\r\n"));
	close(fd);
	close(idle);
	assert_int_equal(waitpid(hs.pid, &status, 0), hs.pid);
	assert_int_equal(status, 0);
	assert_true(since_ms(&from) < 2000);	/* not all of its time */
	unlink(hs.log);
}

/* Stop with requests that a handler keeps: its late answer is harmless. */
static void
test_stop_with_pending(void **state)
{
	struct timespec	from;
	int		fd, gone, ms;

	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 300);
	fd = http_connect(&hs);
	send_text(fd, GET("/keep"));
	gone = http_connect(&hs);
	send_text(gone, GET("/keep"));
	wait_for("pending 3");
	close(gone);
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(http_server_stop(&hs), 0);
	ms = (int)since_ms(&from);
	assert_true(about(ms, 300));
	assert_int_equal(http_receive(fd, text, 0), 0);
	close(fd);
}

/* TLS. */

static X509 *
certificate(EVP_PKEY *key, const char *name)
{
	X509		*x = X509_new();
	X509_NAME	*n;

	assert_non_null(x);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	n = X509_get_subject_name(x);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, n);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static int
any_certificate(int ok, X509_STORE_CTX *ctx)
{
	(void)ok;
	(void)ctx;
	return 1;
}

/* name NULL: a client without a certificate. */
static SSL_CTX *
context(int server, const char *name)
{
	SSL_CTX		*ctx;
	EVP_PKEY	*key;
	X509		*x;

	ctx = SSL_CTX_new(server ? TLS_server_method() :
	    TLS_client_method());
	assert_non_null(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
	if (server)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, any_certificate);
	if (name != NULL) {
		key = EVP_EC_gen("P-256");
		assert_non_null(key);
		x = certificate(key, name);
		assert_int_equal(SSL_CTX_use_certificate(ctx, x), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey(ctx, key), 1);
		X509_free(x);
		EVP_PKEY_free(key);
	}
	return ctx;
}

static SSL *
tls_connect(SSL_CTX *ctx)
{
	SSL	*ssl = SSL_new(ctx);
	int	 fd = http_connect(&hs);

	assert_non_null(ssl);
	assert_int_equal(SSL_set_fd(ssl, fd), 1);
	assert_int_equal(SSL_connect(ssl), 1);
	return ssl;
}

static void
tls_close(SSL *ssl)
{
	close(SSL_get_fd(ssl));
	SSL_free(ssl);
}

/* Reads until want appears. */
static void
tls_ask(SSL *ssl, const char *request, const char *want)
{
	size_t	len = 0;
	int	n;

	assert_int_equal(SSL_write(ssl, request, (int)strlen(request)),
	    strlen(request));
	do {
		n = SSL_read(ssl, text + len, (int)(REPLY_MAX - 1 - len));
		if (n <= 0)
			fail_msg("waited for \"%s\", have %s", want, text);
		len += (size_t)n;
		text[len] = '\0';
	} while (strstr(text, want) == NULL);
}

static void
test_tls_peer(void **state)
{
	SSL_CTX	*server = context(1, "server"), *client, *nobody;
	SSL	*ssl;

	(void)state;
	http_server_start(&hs, &limits, server, 0, 100);
	client = context(0, "officer 1");
	nobody = context(0, NULL);
	ssl = tls_connect(client);
	tls_ask(ssl, GET("/peer"), "/CN=officer 1");
	tls_close(ssl);
	ssl = tls_connect(nobody);
	tls_ask(ssl, GET("/peer"), "nobody");
	tls_close(ssl);
	/* Plain text at the TLS port gets nothing that TLS guards. */
	assert_int_equal(ask(GET("/peer")), 0);
	assert_int_equal(http_server_stop(&hs), 0);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	SSL_CTX_free(nobody);

	http_server_start(&hs, &limits, NULL, 0, 100);
	assert_int_equal(ask(GET("/peer")), 200);
	assert_non_null(strstr(text, "nobody"));
	assert_int_equal(http_server_stop(&hs), 0);
}

/* Without TCP_NODELAY each of these takes 40 ms and more. */
static void
test_tls_no_delay(void **state)
{
	SSL_CTX		*server = context(1, "server"), *client;
	SSL		*ssl;
	struct timespec	from;
	long		best = 1000;
	int		i;

	(void)state;
	http_server_start(&hs, &limits, server, 0, 100);
	client = context(0, NULL);
	ssl = tls_connect(client);
	tls_ask(ssl, GET("/stats"), "requests 1");
	for (i = 0; i < 40; i++) {
		clock_gettime(CLOCK_MONOTONIC, &from);
		tls_ask(ssl, GET("/stats"), "requests");
		if (best > since_ms(&from))
			best = since_ms(&from);
	}
	if (best > 20)
		fail_msg("the fastest of 40 requests took %ld ms", best);
	tls_close(ssl);
	assert_int_equal(http_server_stop(&hs), 0);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
}

/* The handshake has the time of the first request, and a slot. */
static void
test_tls_silent(void **state)
{
	SSL_CTX	*server = context(1, "server"), *client;
	SSL	*ssl;
	int	 fd, ms;

	(void)state;
	limits.request_ms = 500;
	limits.connections = 1;
	http_server_start(&hs, &limits, server, 0, 100);
	client = context(0, NULL);
	fd = http_connect(&hs);
	send_text(fd, "\x16\x03\x01");
	ms = http_closed_after(fd);
	assert_true(about(ms, 500));
	close(fd);
	/* A slow request within TLS, with half a record now and then. */
	ssl = tls_connect(client);
	assert_int_equal(SSL_write(ssl, "GET ", 4), 4);
	ms = http_closed_after(SSL_get_fd(ssl));
	assert_true(about(ms, 500));
	tls_close(ssl);
	ssl = tls_connect(client);
	tls_ask(ssl, GET("/stats"), "connections 1");
	tls_close(ssl);
	assert_int_equal(http_server_stop(&hs), 0);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup(f, reset)
	const struct CMUnitTest	tests[] = {
		T(test_keep_alive),
		T(test_head),
		T(test_file),
		T(test_problem),
		T(test_sizes),
		T(test_slow_request),
		T(test_silent),
		T(test_slow_reader),
		T(test_connections),
		T(test_idle_make_room),
		T(test_slow_make_room),
		T(test_no_descriptors),
		T(test_late_reply),
		T(test_stop_drains),
		T(test_stop_with_pending),
		T(test_tls_peer),
		T(test_tls_no_delay),
		T(test_tls_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
