/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Buf: a growing buffer that is born with its maximum.
 *
 * The first failure (maximum passed, out of memory) sticks: from then on
 * nothing is added, so a writer asks once, at its end.
 */
#ifndef CA_BASE_BUF_H
#define CA_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t	*p;		/* NULL as long as nothing was reserved */
	size_t	 len;		/* bytes in use */
	size_t	 cap;		/* bytes allocated */
	size_t	 max;		/* len never passes it */
	int	 failed;	/* errno of the first failure, 0 is none */
};

/* An empty buffer of at most max bytes; allocates nothing. */
void buf_init(struct buf *, size_t max);

/*
 * Append len bytes (data may be NULL when len is 0; it must not point into
 * the buffer itself). Returns 0, or -1 with errno ENOBUFS (maximum) or
 * ENOMEM, which sticks; what was in the buffer stays as it was.
 */
int buf_add(struct buf *, const void *data, size_t len);

/* Append text; the final zero is not added. Returns as buf_add(). */
int buf_printf(struct buf *, const char *fmt, ...)
    __attribute__((__format__(printf, 2, 3)));

/*
 * Make room for len more bytes at p + len, to be written by the caller, who
 * then adds to len himself. Returns as buf_add().
 */
int buf_reserve(struct buf *, size_t len);

/* Empty it and forget its failure; keeps memory and maximum. */
void buf_reset(struct buf *);

/* Give its memory back; safe on zeroed, keeps the maximum. */
void buf_free(struct buf *);

/*
 * The same for secrets: cleansed first. Growing may have left a copy behind,
 * so a buffer for a secret gets its room by buf_reserve() before the secret.
 */
void buf_wipe(struct buf *);

#endif
