/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Frames between roles (ca/base/msg.h). Both readers, the blocking one over a
 * pipe and the accumulator fed in pieces, must find the same messages and
 * stop at the same place, and nothing may be given out that was not sent.
 *
 * The first byte says how large the pieces are, the rest is the stream.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/msg.h"
#include "tests/fuzz/fuzz.h"

enum { STREAM_MAX = 32 * 1024 };	/* fits a pipe, so no second process */

/* What a reader found: enough to compare two of them. */
struct found {
	size_t	n, bytes;
	int	error;
};

static void
read_blocking(struct found *f, const uint8_t *data, size_t len)
{
	struct buf	body;
	size_t		at = 0;
	int		fd[2], r;

	if (pipe(fd) == -1 || write(fd[1], data, len) != (ssize_t)len)
		__builtin_trap();
	close(fd[1]);
	buf_init(&body, MSG_MAX);
	while ((r = msg_read(fd[0], &body)) == 1) {
		if (body.len == 0 || body.len > len - at - MSG_HEAD_LEN ||
		    memcmp(body.p, data + at + MSG_HEAD_LEN, body.len) != 0)
			__builtin_trap();
		at += MSG_HEAD_LEN + body.len;
		f->n++;
		f->bytes += body.len;
	}
	f->error = r == 0 ? 0 : errno;
	/* What is claimed is not allocated: what arrived and a step is. */
	if (body.cap > 2 * len + MSG_STEP)
		__builtin_trap();
	buf_free(&body);
	close(fd[0]);
}

static void
read_pieces(struct found *f, const uint8_t *data, size_t len, size_t piece)
{
	const uint8_t	*body;
	struct msg_in	 in;
	size_t		 at, n, body_len;
	int		 r = 0;

	msg_in_init(&in);
	for (at = 0; at < len && r != -1; at += n) {
		n = len - at < piece ? len - at : piece;
		if (msg_in_add(&in, data + at, n) == -1)
			__builtin_trap();
		while ((r = msg_in_next(&in, &body, &body_len)) == 1) {
			if (body_len == 0 || body < in.acc.p ||
			    body + body_len > in.acc.p + in.acc.len)
				__builtin_trap();
			f->n++;
			f->bytes += body_len;
		}
		if (r == -1)
			f->error = errno;
	}
	if (r == 0 && msg_in_partial(&in))
		f->error = EPROTO;
	if (in.acc.cap > 2 * len + 256)
		__builtin_trap();
	msg_in_free(&in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct found	a = { 0, 0, 0 }, b = { 0, 0, 0 };

	if (len < 1 || len > STREAM_MAX)
		return 0;
	read_blocking(&a, data + 1, len - 1);
	read_pieces(&b, data + 1, len - 1, (size_t)data[0] + 1);
	if (a.n != b.n || a.bytes != b.bytes || a.error != b.error)
		__builtin_trap();
	return 0;
}
