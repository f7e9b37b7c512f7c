/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Maker of the containers that a badge comes in, for tests: PNG and the text
 * of a full QR with zlib, SVG and HTML by hand, so that it is a second
 * opinion on the readers. What is written is appended.
 */
#ifndef TESTS_WRAP_H
#define TESTS_WRAP_H

#include "tests/lib/sample.h"

void	wrap_text(struct sample_buf *, const char *);
/* Unpadded, RFC 4648 sections 5 and 6. */
void	wrap_base64url(struct sample_buf *, const void *, size_t);
void	wrap_base32(struct sample_buf *, const void *, size_t);

/* "HTTPS://HOST/K#" and the bytes deflated. */
void	wrap_qr(struct sample_buf *, const char *host, const void *, size_t);

/* The eight bytes at the head of a PNG, and a chunk with its CRC. */
void	wrap_png_head(struct sample_buf *);
void	wrap_chunk(struct sample_buf *, const char *type, const void *,
	    size_t);
/* IHDR, IDAT, IEND of an image of one white pixel. */
void	wrap_ihdr(struct sample_buf *);
void	wrap_idat(struct sample_buf *);
void	wrap_iend(struct sample_buf *);
/* Our chunk, and the whole of it. */
void	wrap_itxt(struct sample_buf *, const void *badge, size_t);
void	wrap_png(struct sample_buf *, const void *badge, size_t);

/* The element alone; drawn is the value of data-picture. */
void	wrap_element(struct sample_buf *, const char *drawn,
	    const void *badge, size_t);

#endif
