/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk-sync: fetch named files below one address, for `keurmerk sync`,
 * which holds what comes to be untrue until it has checked it. This is the
 * only program of the verifier that opens a socket, and it does nothing else:
 * it writes no file, follows no redirect, speaks to one host, and knows no
 * proxy, cookie, password or environment.
 *
 *	keurmerk-sync [-c CAFILE] [-t SECONDS] ADDRESS
 *
 * Standard input: "MAX NAME" a line, NAME below ADDRESS and of MAX bytes at
 * most. Standard output, in the order in which they are done:
 *
 *	ok LENGTH NAME		and a line feed, then LENGTH bytes of the file
 *	absent 0 NAME		there is no such file (404, 410)
 *	failed LENGTH NAME	then LENGTH bytes of text: why
 *	broken LENGTH -		then likewise why nothing more will come
 *
 * It ends when standard input has ended and all is answered.
 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include <keurmerk.h>

enum {
	PARALLEL = 8,			/* transfers at one time */
	NAME_LEN = 128, URL_LEN = 2048, LINE_LEN = 256,
	CONNECT_SECONDS = 15,
	SLOW_BYTES = 512, SLOW_SECONDS = 10,	/* slower than that, so long */
	FILE_SECONDS = 30, FILE_RATE = 16384,	/* and MAX by this a second */
	HEADERS_MAX = 65536,		/* bytes of one answer */
	FILE_MAX_ = 1 << 28
};

struct transfer {
	CURL		*curl;
	int		 busy;
	char		 name[NAME_LEN];
	size_t		 max, len, cap, headers;
	uint8_t		*p;
	int		 too_long;
	char		 why[CURL_ERROR_SIZE];
};

struct sync {
	const char	*address;
	const char	*cafile;
	char		 agent[64];
	CURLM		*multi;
	struct transfer	 t[PARALLEL];
	size_t		 busy;
	char		 in[LINE_LEN];
	size_t		 in_len;
	int		 ended;		/* standard input */
	time_t		 end;		/* of all of it, monotonic */
};

static time_t
seconds(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Answers (stdout). */

static void
write_all(const void *p, size_t len)
{
	const char	*at = p;
	ssize_t		 n;

	while (len > 0) {
		n = write(STDOUT_FILENO, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			exit(2);	/* nobody listens any more */
		at += n;
		len -= (size_t)n;
	}
}

static void
answer(const char *what, const char *name, const void *p, size_t len)
{
	char	head[LINE_LEN];
	int	n;

	n = snprintf(head, sizeof(head), "%s %zu %s\n", what, len, name);
	write_all(head, (size_t)n);
	write_all(p, len);
}

static void	failed(const char *name, const char *, ...)
		    __attribute__((format(printf, 2, 3)));
static void	die(const char *, ...) __attribute__((noreturn,
		    format(printf, 1, 2)));

static void
say(const char *what, const char *name, const char *fmt, va_list ap)
{
	char	text[4096];
	int	n;

	n = vsnprintf(text, sizeof(text), fmt, ap);
	answer(what, name, text, (size_t)n < sizeof(text) ? (size_t)n :
	    sizeof(text) - 1);
}

static void
failed(const char *name, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	say("failed", name, fmt, ap);
	va_end(ap);
}

static void
die(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	say("broken", "-", fmt, ap);
	va_end(ap);
	exit(2);
}

/* One transfer. */

static size_t
receive(char *p, size_t size, size_t n, void *arg)
{
	struct transfer	*t = arg;
	uint8_t		*grown;
	size_t		 len = size * n, cap;

	if (len > t->max - t->len) {
		t->too_long = 1;
		return 0;
	}
	if (len > t->cap - t->len) {
		cap = t->cap < 4096 ? 4096 : t->cap;
		while (cap - t->len < len)
			cap *= 2;
		if ((grown = realloc(t->p, cap)) == NULL)
			return 0;
		t->p = grown;
		t->cap = cap;
	}
	memcpy(t->p + t->len, p, len);
	t->len += len;
	return len;
}

/* Headers count as well: a server may send them without end. */
static size_t
header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer	*t = arg;

	(void)p;
	if (size * n > HEADERS_MAX - t->headers)
		return 0;
	t->headers += size * n;
	return size * n;
}

#define SET(option, value) \
	(curl_easy_setopt(c, (option), (value)) == CURLE_OK)

static int
options(CURL *c, struct transfer *t, const struct sync *s)
{
	return SET(CURLOPT_PROTOCOLS_STR, strncmp(s->address, "http:", 5) ==
	    0 ? "http" : "https") &&
	    SET(CURLOPT_FOLLOWLOCATION, 0L) &&
	    SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOPROXY, "*") &&
	    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	    SET(CURLOPT_SSL_VERIFYPEER, 1L) &&
	    SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
	    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	    (s->cafile == NULL || (SET(CURLOPT_CAINFO, s->cafile) &&
	    SET(CURLOPT_CAPATH, (char *)NULL))) &&
	    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) &&
	    SET(CURLOPT_PIPEWAIT, 1L) &&
	    SET(CURLOPT_USERAGENT, s->agent) &&
	    SET(CURLOPT_NOSIGNAL, 1L) &&
	    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) &&
	    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES) &&
	    SET(CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS) &&
	    SET(CURLOPT_ERRORBUFFER, t->why) &&
	    SET(CURLOPT_PRIVATE, t) &&
	    SET(CURLOPT_HEADERFUNCTION, header) &&
	    SET(CURLOPT_HEADERDATA, t) &&
	    SET(CURLOPT_WRITEFUNCTION, receive) &&
	    SET(CURLOPT_WRITEDATA, t);
}

static void
begin(struct sync *s, const char *name, size_t max)
{
	struct transfer	*t = s->t;
	char		 url[URL_LEN];
	CURL		*c;

	while (t->busy)
		t++;
	c = t->curl;
	t->len = t->headers = 0;
	t->too_long = 0;
	t->max = max;
	t->why[0] = '\0';
	snprintf(t->name, sizeof(t->name), "%s", name);
	snprintf(url, sizeof(url), "%s/%s", s->address, name);
	if (!SET(CURLOPT_URL, url) ||
	    !SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max) ||
	    !SET(CURLOPT_TIMEOUT, (long)(FILE_SECONDS + max / FILE_RATE)) ||
	    curl_multi_add_handle(s->multi, c) != CURLM_OK)
		die("cannot ask for %s", url);
	t->busy = 1;
	s->busy++;
}

/* What another host, or a packed body, was offered in its place. */
static const char *
header_of(const struct transfer *t, const char *name)
{
	struct curl_header	*h;

	return curl_easy_header(t->curl, name, 0, CURLH_HEADER, -1, &h) ==
	    CURLHE_OK ? h->value : NULL;
}

static void
answer_refused(const struct transfer *t, CURLcode code)
{
	if (t->too_long || code == CURLE_FILESIZE_EXCEEDED)
		failed(t->name, "expected at most %zu bytes, found more",
		    t->max);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		failed(t->name, "too slow, or no answer: %s", t->why);
	else if (code == CURLE_PARTIAL_FILE)
		failed(t->name, "cut off: %s", t->why);
	else
		failed(t->name, "%s", t->why[0] != '\0' ? t->why :
		    curl_easy_strerror(code));
}

static void
finish(struct sync *s, struct transfer *t, CURLcode code)
{
	const char	*coding;
	long		 status = 0;

	curl_multi_remove_handle(s->multi, t->curl);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	coding = header_of(t, "Content-Encoding");
	if (status >= 300 && status < 400)
		failed(t->name, "expected the file, found a redirect to %.512s"
		    "; no redirect is followed: give the address itself",
		    header_of(t, "Location") != NULL ?
		    header_of(t, "Location") : "nowhere");
	else if (status == 404 || status == 410)
		answer("absent", t->name, "", 0);
	else if (status >= 400 || (code == CURLE_OK && status != 200))
		failed(t->name, "expected status 200, found %ld", status);
	else if (code != CURLE_OK)
		answer_refused(t, code);
	else if (coding != NULL && strcmp(coding, "identity") != 0)
		failed(t->name, "expected the file as it is, found it packed "
		    "(Content-Encoding: %.64s)", coding);
	else
		answer("ok", t->name, t->p, t->len);
	t->busy = 0;
	s->busy--;
}

/* Requests (stdin). */

/* Only what stands in a published tree: nothing that climbs out of it. */
static int
is_name(const char *s)
{
	size_t	len = strlen(s);

	return len > 0 && len < NAME_LEN && s[0] != '/' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-./") == len &&
	    strstr(s, "..") == NULL && strstr(s, "//") == NULL;
}

static void
request(struct sync *s, char *line)
{
	unsigned long	 max;
	char		*end;

	errno = 0;
	max = strtoul(line, &end, 10);
	if (line[0] < '0' || line[0] > '9' || errno != 0 || *end != ' ' ||
	    max > FILE_MAX_ || !is_name(end + 1))
		die("standard input: expected \"MAX NAME\"");
	begin(s, end + 1, max);
}

/* A line of what was read; 1 when there was one. */
static int
next_line(struct sync *s)
{
	char	line[LINE_LEN], *end;
	size_t	len;

	if ((end = memchr(s->in, '\n', s->in_len)) == NULL) {
		if (s->in_len == sizeof(s->in))
			die("standard input: a line is too long");
		return 0;
	}
	*end = '\0';
	len = (size_t)(end - s->in) + 1;
	memcpy(line, s->in, len);
	memmove(s->in, s->in + len, s->in_len - len);
	s->in_len -= len;
	request(s, line);
	return 1;
}

static void
read_requests(struct sync *s)
{
	ssize_t	n;

	while (s->busy < PARALLEL && !s->ended) {
		if (next_line(s))
			continue;
		n = read(STDIN_FILENO, s->in + s->in_len,
		    sizeof(s->in) - s->in_len);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			s->ended = 1;
		else
			s->in_len += (size_t)n;
	}
}

static void
run(struct sync *s)
{
	struct curl_waitfd	 in;
	CURLMsg			*m;
	struct transfer		*t;
	void			*of;
	int			 n;

	for (;;) {
		read_requests(s);
		if (s->ended && s->busy == 0)
			return;
		if (curl_multi_perform(s->multi, &n) != CURLM_OK)
			die("libcurl gave up");
		while ((m = curl_multi_info_read(s->multi, &n)) != NULL) {
			if (m->msg != CURLMSG_DONE || curl_easy_getinfo(
			    m->easy_handle, CURLINFO_PRIVATE, &of) != CURLE_OK)
				continue;
			t = of;
			finish(s, t, m->data.result);
		}
		if (seconds() >= s->end)
			die("not done in the time that was given");
		in = (struct curl_waitfd){ STDIN_FILENO, CURL_WAIT_POLLIN, 0 };
		if (s->busy < PARALLEL && s->in_len == 0 && !s->ended)
			curl_multi_poll(s->multi, &in, 1, 1000, NULL);
		else if (s->busy > 0)
			curl_multi_poll(s->multi, NULL, 0, 1000, NULL);
	}
}

/* http only to an address of this machine itself: a name may lead away. */
static int
is_loopback(const char *host)
{
	char		literal[64];
	struct in_addr	a;
	size_t		len = strcspn(host, ":/");

	if (strncmp(host, "[::1]", 5) == 0)
		return host[5] == ':' || host[5] == '/' || host[5] == '\0';
	if (len >= sizeof(literal))
		return 0;
	memcpy(literal, host, len);
	literal[len] = '\0';
	return inet_pton(AF_INET, literal, &a) == 1 &&
	    ntohl(a.s_addr) >> 24 == 127;
}

static void
address_set(struct sync *s, char *url)
{
	size_t	len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		url[--len] = '\0';
	if (len > URL_LEN - NAME_LEN - 2 || strpbrk(url, "@?#\\ \t") != NULL)
		die("%s: expected https://HOST/PATH without a name, password, "
		    "question mark or #", url);
	if (strncmp(url, "https://", 8) != 0 &&
	    (strncmp(url, "http://", 7) != 0 || !is_loopback(url + 7)))
		die("%s: expected https:// (http:// only to 127.0.0.1 or "
		    "[::1])", url);
	s->address = url;
}

/* It needs no file to write and no core to leave. */
static void
confine(void)
{
	const struct rlimit	none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    setrlimit(RLIMIT_FSIZE, &none) == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1)
		die("cannot give up rights: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	struct sync	s;
	long		limit = 3600;
	size_t		i;
	int		opt;

	memset(&s, 0, sizeof(s));
	while ((opt = getopt(argc, argv, "+c:t:")) != -1) {
		if (opt == 'c')
			s.cafile = optarg;
		else if (opt != 't' || (limit = atol(optarg)) <= 0)
			die("usage: keurmerk-sync [-c cafile] [-t seconds] "
			    "address");
	}
	if (argc - optind != 1)
		die("it is run by keurmerk sync");
	address_set(&s, argv[optind]);
	confine();
	signal(SIGPIPE, SIG_IGN);
	snprintf(s.agent, sizeof(s.agent), "keurmerk-sync/%s", km_version());
	s.end = seconds() + limit;
	if (fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) == -1 ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (s.multi = curl_multi_init()) == NULL)
		die("cannot begin");
	curl_multi_setopt(s.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
	    (long)PARALLEL);
	for (i = 0; i < PARALLEL; i++)
		if ((s.t[i].curl = curl_easy_init()) == NULL ||
		    !options(s.t[i].curl, &s.t[i], &s))
			die("%s: cannot be asked", s.address);
	run(&s);
	for (i = 0; i < PARALLEL; i++) {
		curl_easy_cleanup(s.t[i].curl);
		free(s.t[i].p);
	}
	curl_multi_cleanup(s.multi);
	curl_global_cleanup();
	return 0;
}
