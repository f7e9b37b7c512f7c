/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The published tree over HTTP (ca/public/serve.h), by real requests on
 * loopback: what is served and how, and that nothing else is.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/file.h"
#include "ca/public/path.h"
#include "ca/public/serve.h"
#include "tests/lib/edition.h"
#include "tests/lib/http_server.h"

enum { OUT_MAX = 8 * 1024 * 1024, LARGE = 300000 };
#define H	"Host: a.example\r\n"

static struct edition		e;
static char			of_mark[] = "Keurmerk";
static struct http_server	hs;
static char			text[REPLY_MAX];
static time_t			*clock_now;	/* shared with the server */

/* Taken over from the C library: what time it is, the test says. */
time_t
time(time_t *out)
{
	time_t	now = clock_now == NULL ? SAMPLE_NOW : *clock_now;

	if (out != NULL)
		*out = now;
	return now;
}

static void
publish(void)
{
	struct publish	*p;
	struct buf	 pub;

	buf_init(&pub, OUT_MAX);
	edition_press(&e, &pub);
	p = publish_open(&e.conf, e.store, e.log);
	assert_non_null(p);
	assert_int_equal(publish_run(p, (struct km_bytes){ pub.p, pub.len }),
	    0);
	publish_close(p);
	buf_free(&pub);
}

static void
serve_for_ever(int fd)
{
	struct event_base	*base = event_base_new();
	struct http_limits	 limits;
	struct serve		*serve = base == NULL ? NULL :
				    serve_new(&e.conf, base);

	if (base == NULL || serve == NULL)
		_exit(2);
	serve_limits(&limits, &e.conf);
	if (http_new(base, fd, NULL, &limits, serve_request, serve) == NULL)
		_exit(2);
	event_base_dispatch(base);
	_exit(2);
}

static void
server_start(void)
{
	struct sockaddr_in	sin;
	socklen_t		len = sizeof(sin);
	int			fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)(void *)&sin,
	    sizeof(sin)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)(void *)&sin,
	    &len), 0);
	memset(&hs, 0, sizeof(hs));
	hs.port = ntohs(sin.sin_port);
	if ((hs.pid = fork()) == 0)
		serve_for_ever(fd);
	assert_true(hs.pid > 0);
	close(fd);
}

static int
set_up(void **state)
{
	char	dir[] = "/tmp/test_public_serve.XXXXXX";

	(void)state;
	clock_now = mmap(NULL, sizeof(*clock_now), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(clock_now, MAP_FAILED);
	*clock_now = SAMPLE_NOW + 600;
	assert_non_null(mkdtemp(dir));
	edition_begin(&e, dir);
	e.conf.public.connections = 16;
	e.conf.site.name = e.conf.site.name_en = of_mark;
	e.conf.host = e.conf.issuer + strlen("https://");
	server_start();
	return 0;
}

static int
tear_down(void **state)
{
	int	status;

	(void)state;
	kill(hs.pid, SIGKILL);
	assert_int_equal(waitpid(hs.pid, &status, 0), hs.pid);
	assert_true(WIFSIGNALED(status));	/* it did not end by itself */
	edition_end(&e);
	munmap(clock_now, sizeof(*clock_now));
	clock_now = NULL;
	return 0;
}

static int
ask(const char *s)
{
	return http_ask(&hs, s, strlen(s), text);
}

static int
get(const char *path)
{
	char	request[512];

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n" H "\r\n",
	    path);
	return ask(request);
}

static void
has(const char *want)
{
	if (strstr(text, want) == NULL)
		fail_msg("expected \"%s\", found %s", want, text);
}

/* The body of what was got last is this file of the tree. */
static void
body_is(const char *name)
{
	const char	*body = strstr(text, "\r\n\r\n");
	char		 path[512];
	struct buf	 b;

	assert_non_null(body);
	snprintf(path, sizeof(path), "%s/%s", e.tree, name);
	buf_init(&b, OUT_MAX);
	assert_int_equal(file_read(&b, path), 0);
	assert_memory_equal(body + 4, b.p, b.len);
	buf_free(&b);
}

static void
test_paths(void **state)
{
	static const struct {
		const char	*path;
		enum path_kind	 kind;
	} good[] = {
		{ "/healthz", PATH_HEALTH }, { "/epoch", PATH_EPOCH },
		{ "/status/0", PATH_STATUS }, { "/status/65535", PATH_STATUS },
		{ "/trust/1", PATH_FILE }, { "/epochs/4294967295", PATH_FILE },
		{ "/register/index/12", PATH_FILE },
		{ "/register/0123456789abcdef0123456789abcdef"
		    "0123456789abcdef0123456789abcdef", PATH_RUN },
		{ "/scheme/voorbeeld-2/10.json", PATH_FILE },
		{ "/bodies.json", PATH_FILE },
		{ "/log/tile/0/x001/x234/067", PATH_FILE },
		{ "/log/tile/5/000.p/255", PATH_FILE },
		{ "/log/tile/entries/999.p/1", PATH_FILE },
		{ "/archive/2026-11-24/epoch", PATH_FILE },
		{ "/archive/2026-11-24/status/3", PATH_FILE }
	};
	static const char *const	bad[] = {
		"", "/", "epoch", "//epoch", "/epoch/", "/./epoch", "/Epoch",
		"/epoch.", "/.epoch.tmp", "/epochx", "/status", "/status/",
		"/status/00", "/status/01", "/status/-1", "/status/0x",
		"/status/.0.tmp", "/status/12345678901", "/status/../epoch",
		"/%65poch", "/status%2f0", "/status/0%00", "/..", "/../epoch",
		"/register", "/register/index", "/register/"
		"0123456789ABCDEF0123456789abcdef"
		"0123456789abcdef0123456789abcdef",
		"/register/0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcde",
		"/register/0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef0",
		"/scheme/-x/1.json", "/scheme/X/1.json", "/scheme/x/1json",
		"/scheme//1.json", "/scheme/../1.json",
		"/scheme/a123456789012345678901234567890123/1.json",
		"/log/tile/0/1", "/log/tile/0/0001", "/log/tile/0/x001",
		"/log/tile/0/x001/", "/log/tile/0/001.p", "/log/tile/0/001.p/",
		"/log/tile/0/001.p/x", "/log/tile/0/001.p/1234",
		"/log/tile/00/001", "/log/tile/entries",
		"/archive/2026-11-24", "/archive/2026-1-24/epoch",
		"/archive/2026-11-24/epochs/1", "/archive/x/epoch",
		"/office/store.db", "/trust/1/", "/trust/1\r"
	};
	struct path	p;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (path_find(&p, good[i].path) != good[i].kind ||
		    strcmp(p.name, good[i].path + 1) != 0)
			fail_msg("%s", good[i].path);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (path_find(&p, bad[i]) != PATH_NONE)
			fail_msg("%s is let through", bad[i]);
	assert_int_equal(path_find(&p, NULL), PATH_NONE);
}

/* Each thing with its own media type, and how long it may be kept. */
static void
test_types(void **state)
{
	static const struct {
		const char	*path, *type, *cache;
	} row[] = {
		{ "/epoch", "application/keurmerk-epoch+cose", "max-age=60" },
		{ "/status/0", "application/statuslist+cwt", "max-age=60" },
		{ "/bodies.json", "application/json", "max-age=60" },
		{ "/trust/1", "application/keurmerk-trust+cose", NULL },
		{ "/epochs/1", "application/keurmerk-epoch+cose", NULL },
		{ "/register/index/1", "application/cbor", NULL },
		{ "/scheme/example/1.json", "application/json", NULL },
		{ "/log/tile/0/000.p/4", "application/octet-stream", NULL },
		{ "/log/tile/entries/000.p/4", "application/octet-stream",
		    NULL }
	};
	char	want[128];
	size_t	i;

	(void)state;
	edition_grant(&e, 3);
	publish();
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(get(row[i].path), 200);
		snprintf(want, sizeof(want), "\r\nContent-Type: %s\r\n",
		    row[i].type);
		has(want);
		snprintf(want, sizeof(want), "\r\nCache-Control: %s\r\n",
		    row[i].cache != NULL ? row[i].cache :
		    "max-age=31536000, immutable");
		has(want);
		has("\r\nETag: \"");
		has("\r\nAccess-Control-Allow-Origin: *\r\n");
		has("\r\nX-Content-Type-Options: nosniff\r\n");
		body_is(row[i].path + 1);
	}
}

static void
test_head_and_304(void **state)
{
	char	request[512], etag[128];
	char	*at;
	int	fd;

	(void)state;
	edition_grant(&e, 3);
	publish();
	fd = http_connect(&hs);
	snprintf(request, sizeof(request), "HEAD /status/0 HTTP/1.1\r\n" H
	    "\r\nHEAD /none HTTP/1.1\r\n" H "\r\n");
	http_send(fd, request, strlen(request));
	assert_int_equal(http_receive(fd, text, 1), 200);
	has("Content-Type: application/statuslist+cwt\r\n");
	assert_null(strstr(text, "Content-Length: 0\r\n"));
	assert_int_equal(http_receive(fd, text, 1), 404);
	close(fd);

	assert_int_equal(get("/status/0"), 200);
	at = strstr(text, "ETag: ");
	assert_non_null(at);
	snprintf(etag, sizeof(etag), "%.*s",
	    (int)strcspn(at + 6, "\r"), at + 6);
	/* Alone, in a list, weak, and anything at all. */
	snprintf(request, sizeof(request), "GET /status/0 HTTP/1.1\r\n" H
	    "If-None-Match: %s\r\n\r\n", etag);
	fd = http_connect(&hs);
	http_send(fd, request, strlen(request));
	assert_int_equal(http_receive(fd, text, 1), 304);
	has(etag);
	has("Cache-Control: max-age=60\r\n");
	assert_null(strstr(text, "Content-Length"));
	snprintf(request, sizeof(request), "GET /status/0 HTTP/1.1\r\n" H
	    "If-None-Match: \"x\", W/%s ,\"y\"\r\n\r\n", etag);
	http_send(fd, request, strlen(request));
	assert_int_equal(http_receive(fd, text, 1), 304);
	snprintf(request, sizeof(request), "GET /epoch HTTP/1.1\r\n" H
	    "If-None-Match: *\r\n\r\n");
	http_send(fd, request, strlen(request));
	assert_int_equal(http_receive(fd, text, 1), 304);
	close(fd);
	/* One that is longer, or only begins so, is another. */
	snprintf(request, sizeof(request), "GET /status/0 HTTP/1.1\r\n" H
	    "If-None-Match: %sx, \"\", %.*s\r\n\r\n", etag,
	    (int)strlen(etag) - 2, etag);
	assert_int_equal(ask(request), 200);
	/* Another list has another tag. */
	edition_status(&e, 1, KM_STATUS_WITHDRAWN, KM_EVENT_WITHDRAW);
	publish();
	snprintf(request, sizeof(request), "GET /status/0 HTTP/1.1\r\n" H
	    "If-None-Match: %s\r\n\r\n", etag);
	assert_int_equal(ask(request), 200);
	body_is("status/0");
}

/* What is asked for in a way that it may not be. */
static void
test_refused(void **state)
{
	static const char *const	none[] = {
		"/none", "/../tree/epoch", "/status/../epoch",
		"/%65poch", "/status%2F0", "/.epoch.tmp", "/trust", "/trust/",
		"/register/index", "/office/store.db",
		"/status/1", "/trust/2", "/epochs/2", "//epoch",
		"/archive/2026-11-24/epoch", "/status/0;x", "/\\epoch"
	};
	static const char	nul[] = "GET /epoch\0x HTTP/1.1\r\n" H "\r\n";
	size_t			i;

	(void)state;
	edition_grant(&e, 3);
	publish();
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (get(none[i]) != 404)
			fail_msg("%s: %s", none[i], text);
		has("application/problem+json");
		has("Cache-Control: no-store\r\n");
	}
	assert_int_equal(get("/status/0%00"), 400);
	assert_int_equal(get("/epoch?x=1"), 400);
	assert_int_equal(get("/epoch?"), 400);
	assert_int_equal(http_ask(&hs, nul, sizeof(nul) - 1, text), 400);
	assert_int_equal(ask("POST /epoch HTTP/1.1\r\n" H
	    "Content-Length: 0\r\n\r\n"), 405);
	has("Allow: GET, HEAD\r\n");
	assert_int_equal(ask("OPTIONS /epoch HTTP/1.1\r\n" H "\r\n"), 405);
	assert_int_equal(ask("GET /epoch HTTP/1.1\r\n\r\n"), 400);
	assert_int_equal(ask("GET http://a.example/epoch HTTP/1.1\r\n" H
	    "\r\n"), 400);
	assert_int_equal(get("/epoch"), 200);
}

/* A link leads nowhere, wherever it stands and wherever it goes. */
static void
test_links(void **state)
{
	char	command[900];

	(void)state;
	edition_grant(&e, 3);
	publish();
	snprintf(command, sizeof(command), "cd '%s' && ln -s /etc/passwd"
	    " trust/7 && ln -s ../epoch trust/8 && ln -s trust status2 &&"
	    " mv scheme s && ln -s s scheme && mkfifo epochs/9 &&"
	    " mkdir trust/9 && : >trust/10", e.tree);
	assert_int_equal(system(command), 0);
	assert_int_equal(get("/trust/7"), 404);
	assert_int_equal(get("/trust/8"), 404);
	assert_int_equal(get("/scheme/example/1.json"), 404);
	assert_int_equal(get("/epochs/9"), 404);
	assert_int_equal(get("/trust/9"), 404);
	assert_int_equal(get("/trust/10"), 404);
	assert_int_equal(get("/trust/1"), 200);
}

static void
tree_write(const char *name, const void *data, size_t len)
{
	char	path[600], temp[600];
	int	fd;

	snprintf(path, sizeof(path), "%s/%s", e.tree, name);
	snprintf(temp, sizeof(temp), "%s/new", e.tree);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd != -1);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
	assert_int_equal(rename(temp, path), 0);
	/* A file is looked at once a turn of the server's event loop. */
	usleep(20000);
}

static void
tree_read(struct buf *b, const char *name)
{
	char	path[600];

	snprintf(path, sizeof(path), "%s/%s", e.tree, name);
	buf_init(b, OUT_MAX);
	assert_int_equal(file_read(b, path), 0);
}

/* The epoch that verifies stays until one that does and goes on from it. */
static void
test_epoch(void **state)
{
	struct buf	first, second;

	(void)state;
	assert_int_equal(get("/epoch"), 404);
	edition_grant(&e, 3);
	publish();
	assert_int_equal(get("/epoch"), 200);
	body_is("epochs/1");
	tree_read(&first, "epochs/1");
	publish();
	assert_int_equal(get("/epoch"), 200);
	body_is("epochs/2");
	tree_read(&second, "epochs/2");
	/* Back, damaged, cut, gone: the newest good one stays. */
	tree_write("epoch", first.p, first.len);
	assert_int_equal(get("/epoch"), 200);
	body_is("epochs/2");
	second.p[second.len - 1] ^= 1;
	tree_write("epoch", second.p, second.len);
	assert_int_equal(get("/epoch"), 200);
	body_is("epochs/2");
	tree_write("epoch", second.p, second.len - 1);
	assert_int_equal(get("/epoch"), 200);
	body_is("epochs/2");
	second.p[second.len - 1] ^= 1;
	tree_write("epoch", second.p, second.len);
	publish();
	assert_int_equal(get("/epoch"), 200);
	body_is("epochs/3");
	buf_free(&first);
	buf_free(&second);
}

/* Another authority's tree is none, though all of it verifies. */
static void
test_foreign(void **state)
{
	char	*issuer = e.conf.issuer;

	(void)state;
	edition_grant(&e, 3);
	publish();
	kill(hs.pid, SIGKILL);
	waitpid(hs.pid, NULL, 0);
	e.conf.issuer = strdup("https://other.example");
	server_start();
	assert_int_equal(get("/epoch"), 404);
	assert_int_equal(get("/healthz"), 503);
	free(e.conf.issuer);
	e.conf.issuer = issuer;
}

/* A list that does not verify does not go out. */
static void
test_list(void **state)
{
	struct buf	list, trust;

	(void)state;
	edition_grant(&e, 3);
	publish();
	tree_read(&list, "status/0");
	assert_int_equal(get("/status/0"), 200);
	list.p[list.len / 2] ^= 1;
	tree_write("status/0", list.p, list.len);
	assert_int_equal(get("/status/0"), 503);
	has("application/problem+json");
	assert_int_equal(get("/status/0"), 503);
	assert_int_equal(get("/healthz"), 503);
	list.p[list.len / 2] ^= 1;
	/* Good, but of another shard. */
	tree_write("status/1", list.p, list.len);
	assert_int_equal(get("/status/1"), 503);
	tree_write("status/0", list.p, list.len);
	assert_int_equal(get("/status/0"), 200);
	assert_int_equal(get("/healthz"), 200);
	tree_read(&trust, "trust/1");
	tree_write("status/0", trust.p, trust.len);
	assert_int_equal(get("/status/0"), 503);
	buf_free(&list);
	buf_free(&trust);
}

/* What is too large for memory comes whole all the same. */
static void
test_large(void **state)
{
	static const char	name[] = "register/"
				    "0123456789abcdef0123456789abcdef"
				    "0123456789abcdef0123456789abcdef";
	char			request[256];
	uint8_t			*data = malloc(LARGE), *have;
	size_t			 i, at;
	ssize_t			 n;
	int			 fd;

	(void)state;
	edition_grant(&e, 3);
	publish();
	for (i = 0; i < LARGE; i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	tree_write(name, data, LARGE);
	snprintf(request, sizeof(request), "GET /%s HTTP/1.1\r\n" H
	    "Connection: close\r\n\r\n", name);
	fd = http_connect(&hs);
	http_send(fd, request, strlen(request));
	have = malloc(LARGE + 4096);
	for (at = 0; (n = read(fd, have + at, LARGE + 4096 - at)) > 0; )
		at += (size_t)n;
	close(fd);
	assert_true(at > LARGE);
	assert_memory_equal(have + at - LARGE, data, LARGE);
	memcpy(text, have, 1000);
	text[1000] = '\0';
	has("Content-Length: 300000\r\n");
	has("Content-Type: application/cbor-seq\r\n");
	has("ETag: \"0123456789abcdef0123456789abcdef");
	snprintf(request, sizeof(request), "HEAD /%s HTTP/1.1\r\n" H "\r\n",
	    name);
	fd = http_connect(&hs);
	http_send(fd, request, strlen(request));
	assert_int_equal(http_receive(fd, text, 1), 200);
	has("Content-Length: 300000\r\n");
	close(fd);
	free(have);
	free(data);
}

/* Of an epoch that is not there yet: a page in words, and when to return. */
static void
test_later(void **state)
{
	(void)state;
	assert_int_equal(get("/"), 503);
	has("Content-Type: text/html; charset=utf-8\r\n");
	has("Retry-After: 60\r\n");
	has("Cache-Control: no-store\r\n");
	has("Het register is er nu niet");
	assert_int_equal(get("/en/scheme"), 503);
	has("The register is not available now");
	assert_int_equal(get("/over"), 200);
	assert_null(strstr(text, "Retry-After"));
	/* Attestations of an edition are not whole, so that this stays. */
	edition_grant(&e, 3);
	publish();
	assert_int_equal(get("/"), 503);
	has("Retry-After: 60\r\n");
}

static void
test_health(void **state)
{
	(void)state;
	assert_int_equal(get("/healthz"), 503);
	has("\"status\":\"stale\",\"epoch\":0,");
	edition_grant(&e, 3);
	publish();
	assert_int_equal(get("/healthz"), 200);
	has("Content-Type: application/json\r\n");
	has("Cache-Control: no-store\r\n");
	has("\"status\":\"ok\",\"epoch\":1,\"this_update\":1795478460,"
	    "\"next_update\":1796083260,"
	    "\"seconds_until_list_expiry\":604260}");
	/* The list is over with the epoch: first it is good, then not. */
	*clock_now = SAMPLE_NOW + 60 + 7 * SAMPLE_DAY - 1;
	assert_int_equal(get("/healthz"), 200);
	has("\"seconds_until_list_expiry\":1}");
	*clock_now += 1;
	assert_int_equal(get("/healthz"), 503);
	has("\"status\":\"stale\",\"epoch\":1,");
	has("\"seconds_until_list_expiry\":0}");
	/* A new epoch over an old list is no better. */
	e.now = *clock_now;
	publish();
	assert_int_equal(get("/healthz"), 503);
	has("\"epoch\":2,");
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_paths),
		TEST(test_types),
		TEST(test_head_and_304),
		TEST(test_refused),
		TEST(test_links),
		TEST(test_epoch),
		TEST(test_foreign),
		TEST(test_list),
		TEST(test_large),
		TEST(test_later),
		TEST(test_health)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
