/* SPDX-License-Identifier: EUPL-1.2 */
/* Buf: a growing buffer that is born with its maximum; see buf.h. */
#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

enum { BUF_MIN = 256 };		/* bytes; the first allocation */

static int
fail(struct buf *b, int error)
{
	if (b->failed == 0)
		b->failed = error;
	errno = b->failed;
	return -1;
}

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

int
buf_reserve(struct buf *b, size_t len)
{
	uint8_t	*p;
	size_t	 cap;

	if (b->failed != 0)
		return fail(b, b->failed);
	if (len > b->max - b->len)
		return fail(b, ENOBUFS);
	if (len <= b->cap - b->len)
		return 0;
	/* Twice as much each time, so that adding stays linear. */
	cap = b->cap < BUF_MIN / 2 ? BUF_MIN :
	    b->cap > b->max / 2 ? b->max : b->cap * 2;
	if (cap < b->len + len)
		cap = b->len + len;
	if (cap > b->max)
		cap = b->max;
	if ((p = realloc(b->p, cap)) == NULL)
		return fail(b, ENOMEM);
	b->p = p;
	b->cap = cap;
	return 0;
}

int
buf_add(struct buf *b, const void *data, size_t len)
{
	if (buf_reserve(b, len) == -1)
		return -1;
	if (len != 0)
		memcpy(b->p + b->len, data, len);
	b->len += len;
	return 0;
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list	ap;
	char	small[256], *text = small;
	int	n, r;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return fail(b, EINVAL);
	if ((size_t)n >= sizeof(small)) {
		if ((size_t)n > b->max)
			return fail(b, ENOBUFS);
		if ((text = malloc((size_t)n + 1)) == NULL)
			return fail(b, ENOMEM);
		va_start(ap, fmt);
		n = vsnprintf(text, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	r = buf_add(b, text, (size_t)n);
	if (text != small)
		free(text);
	return r;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = 0;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->len = 0;
	b->cap = 0;
	b->failed = 0;
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		OPENSSL_cleanse(b->p, b->cap);
	buf_free(b);
}
