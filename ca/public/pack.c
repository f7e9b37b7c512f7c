/* SPDX-License-Identifier: EUPL-1.2 */
/* Pack: bytes as gzip; see pack.h. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "pack.h"

enum {
	GZIP_WINDOW = 15 + 16,		/* zlib.h: 16 is gzip's header */
	MEMORY = 8,			/* zlib's own default */
	PIECE = 64 * 1024
};

struct pack {
	z_stream	 z;
	struct buf	 out;
};

struct unpack {
	z_stream	 z;
	struct km_bytes	 left;
};

struct pack *
pack_new(int level, size_t max)
{
	struct pack	*p;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	buf_init(&p->out, max);
	if (deflateInit2(&p->z, level, Z_DEFLATED, GZIP_WINDOW, MEMORY,
	    Z_DEFAULT_STRATEGY) == Z_OK)
		return p;
	free(p);
	return NULL;
}

/* What is in z, as far as how asks; 0, or -1. */
static int
carry(struct pack *p, int how)
{
	int	rc;

	do {
		if (buf_reserve(&p->out, PIECE) == -1)
			return -1;
		p->z.next_out = p->out.p + p->out.len;
		p->z.avail_out = PIECE;
		rc = deflate(&p->z, how);
		p->out.len += PIECE - p->z.avail_out;
	} while (rc == Z_OK && (p->z.avail_out == 0 || how == Z_FINISH));
	/* No progress is possible: there was nothing left to do. */
	return rc == Z_OK || rc == Z_BUF_ERROR || rc == Z_STREAM_END ? 0 : -1;
}

int
pack_add(struct pack *p, const void *bytes, size_t len)
{
	const uint8_t	*at = bytes;
	size_t		 n;

	for (; len > 0; at += n, len -= n) {
		n = len < UINT32_MAX ? len : UINT32_MAX;
		p->z.next_in = (uint8_t *)(uintptr_t)at;
		p->z.avail_in = (uInt)n;
		if (carry(p, Z_NO_FLUSH) == -1)
			return -1;
	}
	return p->out.failed ? -1 : 0;
}

int
pack_end(struct pack *p, struct buf *gzip, size_t *len)
{
	uint8_t	*fit;
	int	 rc = -1;

	buf_init(gzip, p->out.max);
	p->z.avail_in = 0;
	if (!p->out.failed && carry(p, Z_FINISH) == 0) {
		*len = (size_t)p->z.total_in;
		/* Give back what was reserved and not needed. */
		if ((fit = realloc(p->out.p, p->out.len)) != NULL) {
			p->out.p = fit;
			p->out.cap = p->out.len;
		}
		*gzip = p->out;
		memset(&p->out, 0, sizeof(p->out));
		rc = 0;
	}
	pack_free(p);
	return rc;
}

void
pack_free(struct pack *p)
{
	if (p == NULL)
		return;
	deflateEnd(&p->z);
	buf_free(&p->out);
	free(p);
}

struct unpack *
unpack_new(struct km_bytes gzip)
{
	struct unpack	*u;

	if ((u = calloc(1, sizeof(*u))) == NULL)
		return NULL;
	u->left = gzip;
	if (inflateInit2(&u->z, GZIP_WINDOW) == Z_OK)
		return u;
	free(u);
	return NULL;
}

size_t
unpack_next(struct unpack *u, void *out, size_t size)
{
	size_t	n;
	int	rc = Z_OK;

	u->z.next_out = out;
	u->z.avail_out = size < UINT32_MAX ? (uInt)size : UINT32_MAX;
	n = u->z.avail_out;
	while (u->z.avail_out > 0 && rc == Z_OK) {
		if (u->z.avail_in == 0) {
			u->z.avail_in = u->left.len < UINT32_MAX ?
			    (uInt)u->left.len : UINT32_MAX;
			u->z.next_in = (uint8_t *)(uintptr_t)u->left.p;
			u->left.p += u->z.avail_in;
			u->left.len -= u->z.avail_in;
		}
		rc = inflate(&u->z, Z_NO_FLUSH);
	}
	return n - u->z.avail_out;
}

void
unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	inflateEnd(&u->z);
	free(u);
}
