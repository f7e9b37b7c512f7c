/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "tests/lib/wrap.h"

void
wrap_text(struct sample_buf *b, const char *s)
{
	sample_raw(b, s, strlen(s));
}

static void
armour(struct sample_buf *b, const void *in, size_t len, const char *set,
    unsigned int bits)
{
	const uint8_t	*p = in;
	unsigned int	 v, k;
	size_t		 i, bit;

	for (i = 0; i < len * 8; i += bits) {
		for (v = 0, k = 0; k < bits; k++) {
			bit = i + k;
			v <<= 1;
			if (bit < len * 8)
				v |= (unsigned int)p[bit / 8] >>
				    (7 - bit % 8) & 1;
		}
		sample_raw(b, &set[v], 1);
	}
}

void
wrap_base64url(struct sample_buf *b, const void *p, size_t len)
{
	armour(b, p, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
	    "qrstuvwxyz0123456789-_", 6);
}

void
wrap_base32(struct sample_buf *b, const void *p, size_t len)
{
	armour(b, p, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5);
}

/* Level 9 of zlib; what it needs is bounded, what it takes is freed. */
static uint8_t *
deflated(const void *p, size_t len, size_t *n)
{
	uLongf	 room = compressBound((uLong)len);
	uint8_t	*out = malloc(room);

	if (out == NULL || compress2(out, &room, p, (uLong)len, 9) != Z_OK)
		abort();
	*n = room;
	return out;
}

void
wrap_qr(struct sample_buf *b, const char *host, const void *p, size_t len)
{
	uint8_t	*z;
	size_t	 n;

	z = deflated(p, len, &n);
	wrap_text(b, "HTTPS://");
	wrap_text(b, host);
	wrap_text(b, "/K#");
	wrap_base32(b, z, n);
	free(z);
}

static void
put32(uint8_t out[4], uint32_t v)
{
	out[0] = (uint8_t)(v >> 24);
	out[1] = (uint8_t)(v >> 16);
	out[2] = (uint8_t)(v >> 8);
	out[3] = (uint8_t)v;
}

void
wrap_png_head(struct sample_buf *b)
{
	sample_raw(b, "\x89PNG\r\n\x1a\n", 8);
}

void
wrap_chunk(struct sample_buf *b, const char *type, const void *p, size_t len)
{
	uint8_t	v[4];
	uLong	crc;

	put32(v, (uint32_t)len);
	sample_raw(b, v, 4);
	sample_raw(b, type, 4);
	sample_raw(b, p, len);
	crc = crc32(0, (const Bytef *)type, 4);
	if (len > 0)
		crc = crc32(crc, p, (uInt)len);
	put32(v, (uint32_t)crc);
	sample_raw(b, v, 4);
}

void
wrap_ihdr(struct sample_buf *b)
{
	wrap_chunk(b, "IHDR", "\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13);
}

void
wrap_idat(struct sample_buf *b)
{
	uint8_t	*z;
	size_t	 n;

	z = deflated("\0\xff", 2, &n);
	wrap_chunk(b, "IDAT", z, n);
	free(z);
}

void
wrap_iend(struct sample_buf *b)
{
	wrap_chunk(b, "IEND", "", 0);
}

void
wrap_itxt(struct sample_buf *b, const void *badge, size_t len)
{
	struct sample_buf	text = { NULL, 0, 0 };

	sample_raw(&text, "keurmerk\0\0\0\0", 13);
	wrap_base64url(&text, badge, len);
	wrap_chunk(b, "iTXt", text.p, text.len);
	sample_free(&text);
}

void
wrap_png(struct sample_buf *b, const void *badge, size_t len)
{
	wrap_png_head(b);
	wrap_ihdr(b);
	wrap_itxt(b, badge, len);
	wrap_idat(b);
	wrap_iend(b);
}

void
wrap_element(struct sample_buf *b, const char *drawn, const void *badge,
    size_t len)
{
	wrap_text(b, "<metadata id=\"keurmerk\" data-picture=\"");
	wrap_text(b, drawn);
	wrap_text(b, "\">");
	wrap_base64url(b, badge, len);
	wrap_text(b, "</metadata>");
}
