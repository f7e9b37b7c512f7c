/* SPDX-License-Identifier: EUPL-1.2 */
/* Replies that are made as they are taken (http_reply_made()). */
#include <sys/socket.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/http_server.h"

#define H	"Host: a.example\r\n"
#define GET(p)	"GET " p " HTTP/1.1\r\n" H "\r\n"

static struct http_server	hs;
static struct http_limits	limits;
static char			text[REPLY_MAX];

static int
set_up(void **state)
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

/* None goes on any more: the server sees it within a few sweeps. */
static void
none_goes_on(void)
{
	static const struct timespec	tenth = { 0, 100 * 1000 * 1000 };
	int				i;

	for (i = 0; i < 50; i++) {
		assert_int_equal(http_ask(&hs, GET("/stats"),
		    strlen(GET("/stats")), text), 200);
		if (strstr(text, "made 0") != NULL)
			return;
		nanosleep(&tenth, NULL);
	}
	fail_msg("one goes on: %s", text);
}

/* The head, up to the body, which is what is given back. */
static size_t
head(int fd, uint8_t *body, size_t size)
{
	size_t	n = 0;
	char	*end = NULL;
	ssize_t	got;

	while (end == NULL) {
		assert_true(n < REPLY_MAX - 1);
		got = recv(fd, text + n, REPLY_MAX - 1 - n, 0);
		assert_true(got > 0);
		n += (size_t)got;
		text[n] = '\0';
		end = strstr(text, "\r\n\r\n");
	}
	n -= (size_t)(end + 4 - text);
	assert_true(n <= size);
	memcpy(body, end + 4, n);
	end[4] = '\0';
	return n;
}

static void
test_whole(void **state)
{
	static uint8_t	body[BIG_LEN];
	size_t		n, i;
	ssize_t		got;
	int		fd, turn;

	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	for (turn = 0; turn < 2; turn++) {	/* the connection is kept */
		send_text(fd, GET("/made"));
		n = head(fd, body, sizeof(body));
		assert_non_null(strstr(text, "Content-Length: 8388608\r\n"));
		assert_null(strstr(text, "Transfer-Encoding"));
		for (; n < BIG_LEN; n += (size_t)got) {
			got = recv(fd, body + n, BIG_LEN - n, 0);
			assert_true(got > 0);
		}
		for (i = 0; i < BIG_LEN && body[i] == (uint8_t)(i / 3); i++)
			;
		assert_int_equal(i, BIG_LEN);
	}
	send_text(fd, "HEAD /made HTTP/1.1\r\n" H "\r\n");
	assert_int_equal(http_receive(fd, text, 1), 200);
	assert_non_null(strstr(text, "Content-Length: 8388608\r\n"));
	send_text(fd, GET("/stats"));
	assert_int_equal(http_receive(fd, text, 0), 200);
	assert_non_null(strstr(text, "made 0"));
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* What cannot be had to its end is not taken for whole. */
static void
test_cut(void **state)
{
	static char	junk[65536];
	size_t		sent = 0;
	ssize_t		n;
	int		fd;

	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	send_text(fd, GET("/cut"));
	while ((n = recv(fd, junk, sizeof(junk), 0)) > 0)
		sent += (size_t)n;
	assert_true(sent > 0 && sent < BIG_LEN);
	close(fd);
	none_goes_on();
	assert_int_equal(http_server_stop(&hs), 0);
}

/* Who leaves, or does not read, leaves nothing behind. */
static void
test_left(void **state)
{
	uint8_t	some[REPLY_MAX];
	int	fd, small = 4096;

	(void)state;
	limits.reply_ms = 500;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	send_text(fd, GET("/made"));
	head(fd, some, sizeof(some));
	close(fd);
	none_goes_on();
	fd = http_connect(&hs);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	send_text(fd, GET("/made"));
	head(fd, some, sizeof(some));
	none_goes_on();
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* The server ends while one goes on. */
static void
test_stop(void **state)
{
	uint8_t	some[REPLY_MAX];
	int	fd, small = 4096;

	(void)state;
	http_server_start(&hs, &limits, NULL, 0, 100);
	fd = http_connect(&hs);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	send_text(fd, GET("/made"));
	head(fd, some, sizeof(some));
	assert_int_equal(http_server_stop(&hs), 0);
	close(fd);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest	tests[] = {
		T(test_whole),
		T(test_cut),
		T(test_left),
		T(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
