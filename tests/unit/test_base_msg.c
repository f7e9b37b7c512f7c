/* SPDX-License-Identifier: EUPL-1.2 */
/* Frames: byte by byte, cut, empty, oversized, the limit from both sides. */
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/msg.h"

static int	sv[2];

static int
pair(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
}

static int
unpair(void **state)
{
	(void)state;
	close(sv[0]);
	if (sv[1] != -1)
		close(sv[1]);
	return 0;
}

/* Write these bytes, then close the writing end. */
static void
put_and_close(const void *data, size_t len)
{
	if (len != 0)
		assert_int_equal(write(sv[1], data, len), (ssize_t)len);
	close(sv[1]);
	sv[1] = -1;
}

static void
test_round_trip(void **state)
{
	struct buf	out, in;

	(void)state;
	buf_init(&out, MSG_MAX);
	buf_init(&in, MSG_MAX);
	buf_add(&out, "hello", 5);
	assert_int_equal(msg_write(sv[1], &out), 0);
	buf_reset(&out);
	buf_add(&out, "x", 1);
	assert_int_equal(msg_write(sv[1], &out), 0);
	put_and_close(NULL, 0);
	assert_int_equal(msg_read(sv[0], &in), 1);
	assert_int_equal(in.len, 5);
	assert_memory_equal(in.p, "hello", 5);
	assert_int_equal(msg_read(sv[0], &in), 1);
	assert_int_equal(in.len, 1);
	assert_int_equal(msg_read(sv[0], &in), 0);
	buf_free(&out);
	buf_free(&in);
}

static void
test_head_is_big_endian(void **state)
{
	struct buf	out;
	uint8_t		bytes[8];

	(void)state;
	buf_init(&out, MSG_MAX);
	buf_add(&out, "abc", 3);
	assert_int_equal(msg_write(sv[1], &out), 0);
	assert_int_equal(read(sv[0], bytes, sizeof(bytes)), 7);
	assert_memory_equal(bytes, "\0\0\0\3abc", 7);
	msg_head(bytes, 0x123456);
	assert_memory_equal(bytes, "\x00\x12\x34\x56", 4);
	buf_free(&out);
}

/* Every cut of a frame is an error, but the one before its first byte. */
static void
test_cut(void **state)
{
	static const uint8_t	frame[] = "\0\0\0\5hello";
	struct buf		in;
	size_t			i;

	(void)state;
	buf_init(&in, MSG_MAX);
	for (i = 0; i < 9; i++) {
		put_and_close(frame, i);
		errno = 0;
		assert_int_equal(msg_read(sv[0], &in), i == 0 ? 0 : -1);
		if (i != 0)
			assert_int_equal(errno, EPROTO);
		close(sv[0]);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	}
	buf_free(&in);
}

static void
test_bad_length(void **state)
{
	struct buf	in;

	(void)state;
	buf_init(&in, MSG_MAX);
	assert_int_equal(write(sv[1], "\0\0\0\0", 4), 4);
	assert_int_equal(msg_read(sv[0], &in), -1);
	assert_int_equal(errno, EBADMSG);

	assert_int_equal(write(sv[1], "\xff\xff\xff\xff", 4), 4);
	assert_int_equal(msg_read(sv[0], &in), -1);
	assert_int_equal(errno, EMSGSIZE);

	/* MSG_MAX + 1 */
	assert_int_equal(write(sv[1], "\x00\x80\x00\x01", 4), 4);
	assert_int_equal(msg_read(sv[0], &in), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_null(in.p);
	in.max = 2 * MSG_MAX;	/* whatever the buffer could hold */
	assert_int_equal(write(sv[1], "\x00\x80\x00\x01", 4), 4);
	assert_int_equal(msg_read(sv[0], &in), -1);
	assert_int_equal(errno, EMSGSIZE);

	/* The buffer's own maximum counts too. */
	in.max = 4;
	assert_int_equal(write(sv[1], "\0\0\0\4abcd", 8), 8);
	assert_int_equal(msg_read(sv[0], &in), 1);
	assert_int_equal(write(sv[1], "\0\0\0\5", 4), 4);
	assert_int_equal(msg_read(sv[0], &in), -1);
	assert_int_equal(errno, EMSGSIZE);
	buf_free(&in);
}

/* A claimed length allocates one step, not what it claims. */
static void
test_claim_allocates_nothing(void **state)
{
	struct buf	in;

	(void)state;
	buf_init(&in, MSG_MAX);
	put_and_close("\x00\x80\x00\x00" "abc", 7);
	assert_int_equal(msg_read(sv[0], &in), -1);
	assert_int_equal(errno, EPROTO);
	assert_true(in.cap <= MSG_STEP);
	buf_free(&in);
}

/* The largest message there may be passes, one byte more is not written. */
static void
test_largest(void **state)
{
	struct buf	out, in;
	pid_t		pid;
	int		status;

	(void)state;
	buf_init(&out, MSG_MAX + 1);
	assert_int_equal(buf_reserve(&out, MSG_MAX + 1), 0);
	memset(out.p, 'm', MSG_MAX + 1);
	out.p[MSG_MAX - 1] = 'z';
	out.len = MSG_MAX;
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0)
		_exit(msg_write(sv[1], &out) == 0 ? 0 : 1);
	buf_init(&in, MSG_MAX);
	assert_int_equal(msg_read(sv[0], &in), 1);
	assert_int_equal(in.len, MSG_MAX);
	assert_memory_equal(in.p, out.p, MSG_MAX);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	out.len = MSG_MAX + 1;
	assert_int_equal(msg_write(sv[1], &out), -1);
	assert_int_equal(errno, EMSGSIZE);
	out.len = 0;
	assert_int_equal(msg_write(sv[1], &out), -1);
	assert_int_equal(errno, EMSGSIZE);
	out.len = 1;
	out.failed = ENOMEM;
	assert_int_equal(msg_write(sv[1], &out), -1);
	assert_int_equal(errno, ENOMEM);
	buf_free(&out);
	buf_free(&in);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* Signals that interrupt a read or a write lose nothing. */
static void
test_interrupted(void **state)
{
	struct sigaction	sa = { .sa_handler = on_alarm };
	struct buf		out, in;
	pid_t			pid;
	size_t			i;
	int			status;

	(void)state;
	sigaction(SIGUSR1, &sa, NULL);	/* without SA_RESTART */
	buf_init(&out, MSG_MAX);
	buf_reserve(&out, 300000);
	for (i = 0; i < 300000; i++)
		out.p[out.len++] = (uint8_t)(i * 31);
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0)
		_exit(msg_write(sv[1], &out) == 0 ? 0 : 1);
	for (i = 0; i < 20; i++) {
		usleep(500);
		kill(pid, SIGUSR1);
	}
	buf_init(&in, MSG_MAX);
	assert_int_equal(msg_read(sv[0], &in), 1);
	assert_int_equal(in.len, 300000);
	assert_memory_equal(in.p, out.p, 300000);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	buf_free(&out);
	buf_free(&in);
}

static void
test_in_byte_by_byte(void **state)
{
	static const uint8_t	 bytes[] = "\0\0\0\3abc\0\0\0\1x";
	const uint8_t		*body;
	struct msg_in		 in;
	size_t			 i, len, found = 0;
	int			 r;

	(void)state;
	msg_in_init(&in);
	for (i = 0; i < 12; i++) {
		assert_int_equal(msg_in_add(&in, bytes + i, 1), 0);
		while ((r = msg_in_next(&in, &body, &len)) == 1) {
			found++;
			assert_int_equal(i, found == 1 ? 6 : 11);
			assert_int_equal(len, found == 1 ? 3 : 1);
			assert_memory_equal(body, found == 1 ? "abc" : "x",
			    len);
		}
		assert_int_equal(r, 0);
		assert_int_equal(msg_in_partial(&in), i != 6 && i != 11);
	}
	assert_int_equal(found, 2);
	msg_in_free(&in);
}

static void
test_in_many_at_once(void **state)
{
	const uint8_t	*body;
	struct msg_in	 in;
	size_t		 len;

	(void)state;
	msg_in_init(&in);
	assert_int_equal(msg_in_add(&in, "\0\0\0\1a\0\0\0\2bc\0\0\0\4de", 17),
	    0);
	assert_int_equal(msg_in_next(&in, &body, &len), 1);
	assert_int_equal(body[0], 'a');
	assert_int_equal(msg_in_next(&in, &body, &len), 1);
	assert_memory_equal(body, "bc", 2);
	assert_int_equal(msg_in_next(&in, &body, &len), 0);
	assert_true(msg_in_partial(&in));
	assert_int_equal(msg_in_add(&in, "fg", 2), 0);
	assert_int_equal(msg_in_next(&in, &body, &len), 1);
	assert_int_equal(len, 4);
	assert_memory_equal(body, "defg", 4);
	assert_false(msg_in_partial(&in));
	msg_in_free(&in);
	msg_in_free(&in);
}

static void
test_in_bad_length(void **state)
{
	static const struct { const char *head; int error; } rows[] = {
		{ "\x00\x00\x00\x00", EBADMSG },
		{ "\x00\x80\x00\x01", EMSGSIZE },
		{ "\xff\xff\xff\xff", EMSGSIZE },
	};
	const uint8_t	*body;
	struct msg_in	 in;
	size_t		 i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		msg_in_init(&in);
		assert_int_equal(msg_in_add(&in, rows[i].head, 3), 0);
		assert_int_equal(msg_in_next(&in, &body, &len), 0);
		assert_int_equal(msg_in_add(&in, rows[i].head + 3, 1), 0);
		assert_int_equal(msg_in_next(&in, &body, &len), -1);
		assert_int_equal(errno, rows[i].error);
		/* It sticks: nothing after it is believed. */
		errno = 0;
		assert_int_equal(msg_in_add(&in, "\0\0\0\1a", 5), -1);
		assert_int_equal(errno, rows[i].error);
		assert_int_equal(msg_in_next(&in, &body, &len), -1);
		msg_in_free(&in);
	}
}

static void
test_in_largest(void **state)
{
	static uint8_t	 step[MSG_STEP];
	const uint8_t	*body;
	struct msg_in	 in;
	size_t		 i, len;

	(void)state;
	memset(step, 's', sizeof(step));
	msg_in_init(&in);
	assert_int_equal(msg_in_add(&in, "\x00\x80\x00\x00", 4), 0);
	for (i = 0; i < MSG_MAX / MSG_STEP; i++) {
		assert_int_equal(msg_in_next(&in, &body, &len), 0);
		assert_int_equal(msg_in_add(&in, step, sizeof(step)), 0);
	}
	/* One step of the next message may come along; more is a caller
	 * who does not take messages out. */
	assert_int_equal(msg_in_add(&in, step, sizeof(step)), 0);
	assert_int_equal(msg_in_next(&in, &body, &len), 1);
	assert_int_equal(len, MSG_MAX);
	msg_in_free(&in);

	msg_in_init(&in);
	assert_int_equal(msg_in_add(&in, "\x00\x80\x00\x00", 4), 0);
	for (i = 0; i < MSG_MAX / MSG_STEP + 1; i++)
		assert_int_equal(msg_in_add(&in, step, sizeof(step)), 0);
	assert_int_equal(msg_in_add(&in, step, 1), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(msg_in_next(&in, &body, &len), -1);
	msg_in_free(&in);
}

/* After a large message the memory is given back. */
static void
test_in_gives_back(void **state)
{
	static uint8_t	 step[MSG_STEP];
	const uint8_t	*body;
	struct msg_in	 in;
	size_t		 i, len;

	(void)state;
	msg_in_init(&in);
	assert_int_equal(msg_in_add(&in, "\x00\x20\x00\x00", 4), 0);
	for (i = 0; i < 0x200000 / MSG_STEP; i++)
		assert_int_equal(msg_in_add(&in, step, sizeof(step)), 0);
	assert_int_equal(msg_in_next(&in, &body, &len), 1);
	assert_int_equal(len, 0x200000);
	assert_int_equal(msg_in_add(&in, "\0", 1), 0);
	assert_true(in.acc.cap < 4096);
	msg_in_free(&in);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, pair, unpair)
	const struct CMUnitTest	tests[] = {
		T(test_round_trip),
		T(test_head_is_big_endian),
		T(test_cut),
		T(test_bad_length),
		T(test_claim_allocates_nothing),
		T(test_largest),
		T(test_interrupted),
		cmocka_unit_test(test_in_byte_by_byte),
		cmocka_unit_test(test_in_many_at_once),
		cmocka_unit_test(test_in_bad_length),
		cmocka_unit_test(test_in_largest),
		cmocka_unit_test(test_in_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
