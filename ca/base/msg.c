/* SPDX-License-Identifier: EUPL-1.2 */
/* Messages between roles: length and body; see msg.h. */
#include <sys/uio.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"

/* An empty accumulator that is larger than this gives its memory back. */
enum { MSG_KEEP = 1024 * 1024 };

static size_t
head_len(const uint8_t head[MSG_HEAD_LEN])
{
	return (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	    (size_t)head[2] << 8 | head[3];
}

void
msg_head(uint8_t head[MSG_HEAD_LEN], size_t len)
{
	head[0] = (uint8_t)(len >> 24);
	head[1] = (uint8_t)(len >> 16);
	head[2] = (uint8_t)(len >> 8);
	head[3] = (uint8_t)len;
}

/* 0 when a body of len bytes may be, or the errno that says why not. */
static int
len_error(size_t len, size_t max)
{
	if (len == 0)
		return EBADMSG;
	if (len > MSG_MAX || len > max)
		return EMSGSIZE;
	return 0;
}

/*
 * Read exactly len bytes. Returns 1; 0 at the end of the file before the
 * first one; -1 with errno, EPROTO at an end of file between two.
 */
static int
read_exactly(int fd, uint8_t *p, size_t len)
{
	size_t	at = 0;
	ssize_t	n;

	while (at < len) {
		n = read(fd, p + at, len - at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0 && at == 0)
			return 0;
		if (n == 0) {
			errno = EPROTO;
			return -1;
		}
		at += (size_t)n;
	}
	return 1;
}

int
msg_read(int fd, struct buf *body)
{
	uint8_t	head[MSG_HEAD_LEN];
	size_t	left, n;
	int	r;

	buf_reset(body);
	if ((r = read_exactly(fd, head, sizeof(head))) != 1)
		return r;
	left = head_len(head);
	if ((errno = len_error(left, body->max)) != 0)
		return -1;
	for (; left > 0; left -= n) {
		n = left < MSG_STEP ? left : MSG_STEP;
		if (buf_reserve(body, n) == -1)
			return -1;
		r = read_exactly(fd, body->p + body->len, n);
		if (r == 0)
			errno = EPROTO;
		if (r != 1)
			return -1;
		body->len += n;
	}
	return 1;
}

int
msg_write(int fd, const struct buf *body)
{
	uint8_t		head[MSG_HEAD_LEN];
	struct iovec	iov[2];
	size_t		at = 0, all;
	ssize_t		n;

	if ((errno = body->failed) != 0)
		return -1;
	if (body->len == 0 || body->len > MSG_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	msg_head(head, body->len);
	all = sizeof(head) + body->len;
	for (; at < all; at += (size_t)n) {
		iov[0].iov_base = head + (at < sizeof(head) ? at :
		    sizeof(head));
		iov[0].iov_len = at < sizeof(head) ? sizeof(head) - at : 0;
		iov[1].iov_base = body->p + (at < sizeof(head) ? 0 :
		    at - sizeof(head));
		iov[1].iov_len = at < sizeof(head) ? body->len : all - at;
		n = writev(fd, iov, 2);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
	}
	return 0;
}

static int
in_fail(struct msg_in *in, int error)
{
	if (in->failed == 0)
		in->failed = error;
	errno = in->failed;
	return -1;
}

void
msg_in_init(struct msg_in *in)
{
	buf_init(&in->acc, MSG_HEAD_LEN + MSG_MAX + MSG_STEP);
	in->used = 0;
	in->failed = 0;
}

/* Forget what was given out. */
static void
in_compact(struct msg_in *in)
{
	size_t	left = in->acc.len - in->used;

	if (in->used == 0)
		return;
	if (left == 0 && in->acc.cap > MSG_KEEP)
		buf_free(&in->acc);
	else if (left != 0)
		memmove(in->acc.p, in->acc.p + in->used, left);
	in->acc.len = left;
	in->used = 0;
}

int
msg_in_add(struct msg_in *in, const void *data, size_t len)
{
	if (in->failed != 0)
		return in_fail(in, in->failed);
	in_compact(in);
	if (buf_add(&in->acc, data, len) == -1)
		return in_fail(in, in->acc.failed);
	return 0;
}

int
msg_in_next(struct msg_in *in, const uint8_t **body, size_t *len)
{
	const uint8_t	*p;
	size_t		 left, n;
	int		 error;

	if (in->failed != 0)
		return in_fail(in, in->failed);
	left = in->acc.len - in->used;
	if (left < MSG_HEAD_LEN)
		return 0;
	p = in->acc.p + in->used;
	n = head_len(p);
	if ((error = len_error(n, MSG_MAX)) != 0)
		return in_fail(in, error);
	if (left - MSG_HEAD_LEN < n)
		return 0;
	*body = p + MSG_HEAD_LEN;
	*len = n;
	in->used += MSG_HEAD_LEN + n;
	return 1;
}

int
msg_in_partial(const struct msg_in *in)
{
	return in->acc.len != in->used;
}

void
msg_in_free(struct msg_in *in)
{
	buf_free(&in->acc);
	in->used = 0;
	in->failed = 0;
}
