/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Many officers at once: sends the bodies of a file to POST /v1/acts, one a
 * request, over so many TLS 1.3 connections, each waiting for its answer
 * before it sends the next.
 *
 *	office_load PORT CERT CONNECTIONS FILE
 *	office_load baseline SECONDS
 *
 * FILE: each body after 4 bytes of length, big-endian. Prints "requests N",
 * "seconds S", "p50 MS", "p99 MS", "worst MS", and ends with 1 unless every
 * act of every answer was carried out. The second form prints how often a
 * second one core verifies four signatures on P-256 and makes one.
 */
#include <sys/socket.h>
#include <sys/stat.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>

enum { CONNECTIONS_MAX = 256, ANSWER_MAX = 1 << 20, VERIFIES = 4 };

struct body {
	const uint8_t	*p;
	size_t		 len;
	double		 took;		/* seconds */
};

static struct body	*bodies;
static size_t		 n_bodies;
static atomic_size_t	 next_body;
static atomic_int	 failures;
static SSL_CTX		*ctx;
static struct sockaddr_in address;

static double
now(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "office_load: %s\n", what);
	exit(2);
}

static SSL *
reach(void)
{
	SSL	*ssl;
	int	 fd, on = 1;

	if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		die("cannot connect");
	if ((ssl = SSL_new(ctx)) == NULL || SSL_set_fd(ssl, fd) != 1 ||
	    SSL_connect(ssl) != 1)
		die("no TLS connection");
	return ssl;
}

/* Whole answer into buf; the length of head and body. */
static size_t
answer(SSL *ssl, char *buf, char **body)
{
	size_t	 len = 0, want = 0;
	char	*end = NULL, *length;
	int	 n;

	while (end == NULL || len < want) {
		if (len + 1 >= ANSWER_MAX ||
		    (n = SSL_read(ssl, buf + len,
		    (int)(ANSWER_MAX - len - 1))) <= 0)
			die("the answer ends early");
		len += (size_t)n;
		buf[len] = '\0';
		if (end == NULL && (end = strstr(buf, "\r\n\r\n")) != NULL) {
			end += 4;
			if ((length = strcasestr(buf, "content-length:")) ==
			    NULL)
				die("an answer without a length");
			want = (size_t)(end - buf) + strtoul(length + 15,
			    NULL, 10);
		}
	}
	*body = end;
	return len;
}

/* Answers to acts: [* {1: state, ...}]; all of them done (1). */
static int
all_done(const char *buf, const char *body, size_t len)
{
	const uint8_t	*p = (const uint8_t *)body;

	if (strncmp(buf, "HTTP/1.1 200", 12) != 0 || len < 4)
		return 0;
	p += (p[0] & 0x1f) < 24 ? 1 : (p[0] & 0x1f) == 24 ? 2 : 3;
	return p[0] >> 5 == 5 && p[1] == 1 && p[2] == 1;
}

static void *
work(void *arg)
{
	struct body	*b;
	char		*buf, head[256], *body;
	size_t		 i, len;
	SSL		*ssl = arg;
	double		 start;
	int		 n;

	if ((buf = malloc(ANSWER_MAX)) == NULL)
		die("out of memory");
	while ((i = atomic_fetch_add(&next_body, 1)) < n_bodies) {
		b = &bodies[i];
		n = snprintf(head, sizeof(head), "POST /v1/acts HTTP/1.1\r\n"
		    "Host: 127.0.0.1\r\nContent-Type: application/cbor\r\n"
		    "Content-Length: %zu\r\n\r\n", b->len);
		start = now();
		memcpy(buf, head, (size_t)n);
		memcpy(buf + n, b->p, b->len);
		if (SSL_write(ssl, buf, n + (int)b->len) <= 0)
			die("cannot send");
		len = answer(ssl, buf, &body);
		b->took = now() - start;
		if (!all_done(buf, body, len - (size_t)(body - buf)))
			atomic_fetch_add(&failures, 1);
	}
	SSL_shutdown(ssl);
	free(buf);
	return NULL;
}

static void
read_bodies(const char *path)
{
	struct stat	 st;
	uint8_t		*p;
	size_t		 at = 0, len, size;
	ssize_t		 n;
	int		 fd;

	if ((fd = open(path, O_RDONLY)) == -1 || fstat(fd, &st) == -1)
		die("cannot open the file of bodies");
	size = (size_t)st.st_size;
	if ((p = malloc(size)) == NULL ||
	    (bodies = calloc(size / 5 + 1, sizeof(*bodies))) == NULL)
		die("out of memory");
	while (at < size && (n = read(fd, p + at, size - at)) > 0)
		at += (size_t)n;
	close(fd);
	for (at = 0; at + 4 <= size; at += 4 + len) {
		len = (size_t)p[at] << 24 | (size_t)p[at + 1] << 16 |
		    (size_t)p[at + 2] << 8 | p[at + 3];
		if (len > size - at - 4 || len > ANSWER_MAX / 2)
			die("the file of bodies is cut short");
		bodies[n_bodies].p = p + at + 4;
		bodies[n_bodies++].len = len;
	}
}

static int
by_time(const void *a, const void *b)
{
	double	x = ((const struct body *)a)->took;
	double	y = ((const struct body *)b)->took;

	return (x > y) - (x < y);
}

static void
load(unsigned int n)
{
	pthread_t	thread[CONNECTIONS_MAX];
	SSL		*ssl[CONNECTIONS_MAX];
	unsigned int	i;
	double		start;

	for (i = 0; i < n; i++)
		ssl[i] = reach();
	start = now();
	for (i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, work, ssl[i]) != 0)
			die("no thread");
	for (i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	printf("requests %zu\nseconds %.6f\n", n_bodies, now() - start);
	qsort(bodies, n_bodies, sizeof(*bodies), by_time);
	printf("p50 %.3f\np99 %.3f\nworst %.3f\n",
	    bodies[n_bodies / 2].took * 1e3,
	    bodies[n_bodies * 99 / 100].took * 1e3,
	    bodies[n_bodies - 1].took * 1e3);
	for (i = 0; i < n; i++)
		SSL_free(ssl[i]);
}

/* Four verifications and one signature, again and again. */
static void
baseline(double seconds)
{
	EVP_PKEY	*key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_MD_CTX	*m = EVP_MD_CTX_new();
	uint8_t		 sig[128], text[400] = { 0 };
	size_t		 len;
	double		 start = now(), end;
	unsigned long	 n = 0;
	int		 i;

	if (key == NULL || m == NULL)
		die("no key");
	do {
		len = sizeof(sig);
		if (EVP_DigestSignInit(m, NULL, EVP_sha256(), NULL, key) !=
		    1 || EVP_DigestSign(m, sig, &len, text, sizeof(text)) !=
		    1)
			die("cannot sign");
		EVP_MD_CTX_reset(m);
		for (i = 0; i < VERIFIES; i++) {
			if (EVP_DigestVerifyInit(m, NULL, EVP_sha256(), NULL,
			    key) != 1 || EVP_DigestVerify(m, sig, len, text,
			    sizeof(text)) != 1)
				die("cannot verify");
			EVP_MD_CTX_reset(m);
		}
		n++;
	} while ((end = now()) - start < seconds);
	printf("baseline %.1f\n", (double)n / (end - start));
	EVP_MD_CTX_free(m);
	EVP_PKEY_free(key);
}

int
main(int argc, char **argv)
{
	unsigned long	n;

	if (argc == 3 && strcmp(argv[1], "baseline") == 0) {
		baseline(strtod(argv[2], NULL));
		return 0;
	}
	if (argc != 5)
		die("usage: office_load PORT CERT CONNECTIONS FILE");
	address.sin_family = AF_INET;
	address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	n = strtoul(argv[3], NULL, 10);
	if (n < 1 || n > CONNECTIONS_MAX)
		die("1 to 256 connections");
	if ((ctx = SSL_CTX_new(TLS_client_method())) == NULL ||
	    SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
	    SSL_CTX_use_certificate_file(ctx, argv[2], SSL_FILETYPE_PEM) !=
	    1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1)
		die("cannot use the certificate and key");
	read_bodies(argv[4]);
	if (n_bodies == 0)
		die("no bodies");
	load((unsigned int)n);
	if (failures > 0)
		fprintf(stderr, "office_load: %d answers not done\n",
		    failures);
	return failures > 0;
}
