/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What evhttp lets through is refused: the head of a request byte by byte,
 * and raw requests against a real server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/http_check.h"
#include "tests/lib/http_server.h"

#define ROW(status, name, text)	{ name, text, sizeof(text) - 1, status }
#define H	"Host: a.example\r\n"

/* All of it fits one answer or the connection closes. */
static const struct {
	const char	*name;
	const char	*text;
	size_t		 len;
	int		 status;
} rows[] = {
	ROW(200, "good", "GET /stats HTTP/1.1\r\n" H "\r\n"),
	ROW(200, "version 1.0", "GET /stats HTTP/1.0\r\n" H "\r\n"),
	ROW(200, "post", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 2\r\n\r\nab"),
	ROW(200, "post with binary body", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 6\r\n\r\n\0\n\r\x7f\1 "),
	ROW(200, "length 0 on get", "GET /stats HTTP/1.1\r\n" H
	    "Content-Length: 0\r\n\r\n"),
	ROW(200, "tab in a value", "GET /stats HTTP/1.1\r\n" H
	    "A: b\tc\r\n\r\n"),
	ROW(404, "control escaped in query", "GET /x?%0a HTTP/1.1\r\n" H
	    "\r\n"),
	ROW(404, "letter escaped in path", "GET /%41 HTTP/1.1\r\n" H "\r\n"),

	ROW(400, "two lengths", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 2\r\nContent-Length: 1\r\n\r\nab"),
	ROW(400, "two equal lengths", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 2\r\ncontent-length: 2\r\n\r\nab"),
	ROW(400, "length list", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 2, 2\r\n\r\nab"),
	ROW(400, "length with sign", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: +2\r\n\r\nab"),
	ROW(400, "length below zero", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: -2\r\n\r\nab"),
	ROW(400, "length of nothing", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: \r\n\r\nab"),
	ROW(400, "body with get", "GET /stats HTTP/1.1\r\n" H
	    "Content-Length: 2\r\n\r\nab"),
	ROW(400, "xchunked on get", "GET /stats HTTP/1.1\r\n" H
	    "Transfer-Encoding: xchunked\r\n\r\n"),
	ROW(400, "chunked on get", "GET /stats HTTP/1.1\r\n" H
	    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	ROW(400, "body with head", "HEAD /stats HTTP/1.1\r\n" H
	    "Content-Length: 2\r\n\r\nab"),
	ROW(400, "xchunked", "POST /echo HTTP/1.1\r\n" H
	    "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\nab"),
	ROW(400, "chunked", "POST /echo HTTP/1.1\r\n" H
	    "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
	ROW(400, "chunked and length", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "2\r\nab\r\n0\r\n\r\n"),
	ROW(400, "no host", "GET /stats HTTP/1.1\r\n\r\n"),
	ROW(400, "no host in 1.0", "GET /stats HTTP/1.0\r\n\r\n"),
	ROW(400, "two hosts", "GET /stats HTTP/1.1\r\n" H H "\r\n"),
	ROW(400, "empty host", "GET /stats HTTP/1.1\r\nHost:\r\n\r\n"),
	ROW(400, "space before the colon", "GET /stats HTTP/1.1\r\n" H
	    "A : b\r\n\r\n"),
	ROW(400, "space before the colon of host",
	    "GET /stats HTTP/1.1\r\nHost : a.example\r\n\r\n"),
	ROW(400, "no name", "GET /stats HTTP/1.1\r\n" H ": b\r\n\r\n"),
	ROW(400, "no colon", "GET /stats HTTP/1.1\r\n" H "A\r\n\r\n"),
	ROW(400, "name with a letter that is none",
	    "GET /stats HTTP/1.1\r\n" H "\xc3\xa9: b\r\n\r\n"),
	ROW(400, "folded", "GET /stats HTTP/1.1\r\n" H
	    "A: b\r\n c\r\n\r\n"),
	ROW(400, "folded by tab", "GET /stats HTTP/1.1\r\n" H
	    "A: b\r\n\tc\r\n\r\n"),
	ROW(400, "bare LF", "GET /stats HTTP/1.1\n" H "\r\n"),
	ROW(400, "bare LF after a header", "GET /stats HTTP/1.1\r\n"
	    "Host: a.example\n\r\n"),
	ROW(400, "bare LF as the end", "GET /stats HTTP/1.1\r\n" H "\n"),
	ROW(400, "bare CR", "GET /stats HTTP/1.1\r\n" H "A: b\rc\r\n\r\n"),
	ROW(400, "NUL in a value", "GET /stats HTTP/1.1\r\n" H
	    "A: b\0c\r\n\r\n"),
	ROW(400, "NUL in a name", "GET /stats HTTP/1.1\r\n" H
	    "A\0: b\r\n\r\n"),
	ROW(400, "NUL in host", "GET /stats HTTP/1.1\r\n"
	    "Host: a.example\0b\r\n\r\n"),
	ROW(400, "control in a value", "GET /stats HTTP/1.1\r\n" H
	    "A: b\x01\r\n\r\n"),
	ROW(400, "DEL in a value", "GET /stats HTTP/1.1\r\n" H
	    "A: b\x7f\r\n\r\n"),
	ROW(400, "control in the target", "GET /st\x01" "ats HTTP/1.1\r\n" H
	    "\r\n"),
	ROW(400, "space in the target", "GET /st ats HTTP/1.1\r\n" H
	    "\r\n"),
	ROW(400, "letter beyond ASCII in the target",
	    "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "fragment", "GET /stats#a HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "NUL escaped in path", "GET /%00 HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "LF escaped in path", "GET /a%0Ab HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "DEL escaped in path", "GET /%7f HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "escape of no digits", "GET /%zz HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "escape cut short", "GET /%4 HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "absolute target",
	    "GET http://a.example/stats HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "no path", "GET stats HTTP/1.1\r\n" H "\r\n"),
	ROW(400, "empty line first", "\r\nGET /stats HTTP/1.1\r\n" H
	    "\r\n"),
	ROW(400, "no version", "GET /stats/stats/stats\r\n" H "\r\n"),
	ROW(400, "version 2", "GET /stats HTTP/2.0\r\n" H "\r\n"),
	ROW(405, "method not ours", "PUT /echo HTTP/1.1\r\n" H
	    "Content-Length: 0\r\n\r\n"),
	ROW(501, "method of nobody", "BREW /echo HTTP/1.1\r\n" H "\r\n"),
	ROW(501, "connect", "CONNECT a.example:1 HTTP/1.1\r\n" H "\r\n"),
	ROW(417, "expectation of nobody", "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 2\r\nExpect: tea\r\n\r\nab"),
};

static void
test_requests(void **state)
{
	static char		text[REPLY_MAX];
	struct http_server	hs;
	size_t			i, good = 0;
	int			fd, status, kept = 0;
	unsigned int		seen = 0;

	(void)state;
	http_server_start(&hs, &http_server_limits, NULL, 0, 100);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fd = http_connect(&hs);
		http_send(fd, rows[i].text, rows[i].len);
		status = http_receive(fd, text,
		    strncmp(rows[i].text, "HEAD", 4) == 0);
		if (status != rows[i].status)
			fail_msg("%s: want %d, have %d: %s", rows[i].name,
			    rows[i].status, status, text);
		/* What was refused as malformed ends the connection. */
		if (status == 400 || status == 501) {
			if (http_receive(fd, text, 0) != 0)
				fail_msg("%s: answered again: %s",
				    rows[i].name, text);
		} else {
			kept++;
		}
		good += status == 200 || status == 404;
		close(fd);
	}
	assert_true(kept > 0);
	/* The handler has seen the good ones only. */
	assert_int_equal(http_ask(&hs, rows[0].text, rows[0].len, text), 200);
	assert_int_equal(sscanf(strstr(text, "requests"), "requests %u",
	    &seen), 1);
	assert_int_equal(seen, good + 1);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* The same one byte at a time: where the pieces end changes nothing. */
static void
test_requests_in_pieces(void **state)
{
	static char		text[REPLY_MAX];
	struct http_server	hs;
	size_t			i, k;
	int			fd;

	(void)state;
	http_server_start(&hs, &http_server_limits, NULL, 0, 100);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fd = http_connect(&hs);
		for (k = 0; k < rows[i].len; k++) {
			http_send(fd, rows[i].text + k, 1);
			if (k % 16 == 0)
				usleep(500);
		}
		if (http_receive(fd, text, strncmp(rows[i].text, "HEAD",
		    4) == 0) != rows[i].status)
			fail_msg("%s in pieces: want %d, have %s",
			    rows[i].name, rows[i].status, text);
		close(fd);
	}
	assert_int_equal(http_server_stop(&hs), 0);
}

/* A second request hidden behind the first is not answered. */
static void
test_smuggling(void **state)
{
	static const char	hidden[] = "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n"
	    "2\r\nGET /stats HTTP/1.1\r\n" H "\r\n";
	static char		text[REPLY_MAX];
	struct http_server	hs;
	int			fd;

	(void)state;
	http_server_start(&hs, &http_server_limits, NULL, 0, 100);
	fd = http_connect(&hs);
	http_send(fd, hidden, sizeof(hidden) - 1);
	if (http_receive(fd, text, 0) != 400) fail_msg("%s", text);
	assert_int_equal(http_receive(fd, text, 0), 0);
	close(fd);
	assert_int_equal(http_server_stop(&hs), 0);
}

/* In requests that follow each other on a connection as in the first. */
static void
test_second_request(void **state)
{
	static const char	both[] = "POST /echo HTTP/1.1\r\n" H
	    "Content-Length: 3\r\n\r\na\nb"
	    "GET /stats HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n";
	static char		text[REPLY_MAX];
	struct http_server	hs;
	int			fd, later;

	(void)state;
	http_server_start(&hs, &http_server_limits, NULL, 0, 100);
	for (later = 0; later < 2; later++) {
		fd = http_connect(&hs);
		if (later) {	/* kept alive, then the second */
			http_send(fd, both, sizeof(both) - 1 - 47);
			assert_int_equal(http_receive(fd, text, 0), 200);
			http_send(fd, both + sizeof(both) - 1 - 47, 47);
		} else {	/* both at once */
			http_send(fd, both, sizeof(both) - 1);
			assert_int_equal(http_receive(fd, text, 0), 200);
		}
		assert_int_equal(http_receive(fd, text, 0), 400);
		assert_non_null(strstr(text, "white space"));
		close(fd);
	}
	assert_int_equal(http_server_stop(&hs), 0);
}

static void
test_head_by_bytes(void **state)
{
	static const char	good[] = "GET / HTTP/1.1\r\nA: b\tc\r\n\r\n";
	struct http_head	h, whole;
	size_t			i;

	(void)state;
	memset(&h, 0, sizeof(h));
	for (i = 0; i < sizeof(good) - 1; i++) {
		assert_int_not_equal(h.state, HEAD_DONE);
		http_head_feed(&h, (const uint8_t *)good + i, 1);
		assert_null(h.wrong);
	}
	assert_int_equal(h.state, HEAD_DONE);
	/* The body is left alone. */
	http_head_feed(&h, (const uint8_t *)"\0\n\r ", 4);
	assert_null(h.wrong);
	memset(&whole, 0, sizeof(whole));
	http_head_feed(&whole, (const uint8_t *)good, sizeof(good) - 1);
	assert_int_equal(whole.state, HEAD_DONE);
	assert_null(whole.wrong);
}

static void
test_head_wrong(void **state)
{
	static const struct { const char *text; size_t len; } bad[] = {
#define BAD(t)	{ t, sizeof(t) - 1 }
		BAD("\r\nGET / HTTP/1.1\r\n"), BAD(" GET"), BAD("\nGET"),
		BAD("\0"), BAD("GET / HTTP/1.1\n"), BAD("GET\0"),
		BAD("GET\rX"), BAD("GET\r\r\n"), BAD("GET / \x7f"),
		BAD("A\r\n B"), BAD("A\r\n\tB"), BAD("A\r\n\n"),
		BAD("A\r\nB\n"), BAD("A\r\n\rB"), BAD("A\r\n\0"),
		BAD("A\r\n\x1f"),
	};
	struct http_head	h;
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&h, 0, sizeof(h));
		/* Good up to the last byte or two, and bad for ever. */
		http_head_feed(&h, (const uint8_t *)bad[i].text,
		    bad[i].len);
		if (h.wrong == NULL)
			fail_msg("row %zu passed", i);
		http_head_feed(&h, (const uint8_t *)"\r\n\r\n", 4);
		assert_non_null(h.wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_head_by_bytes),
		cmocka_unit_test(test_head_wrong),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_requests_in_pieces),
		cmocka_unit_test(test_smuggling),
		cmocka_unit_test(test_second_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
