/* SPDX-License-Identifier: EUPL-1.2 */
/* PNG; see png.h. */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "ca/base/log.h"

#include "png.h"

enum { COLOUR_GREY = 0, COLOUR_PALETTE = 3, COLOUR_RGBA = 6, CHUNK_MAX =
    1 << 24, COLOURS_MAX = 256, SLOTS = 1024 };

static void
be32(uint8_t out[4], uint32_t v)
{
	out[0] = (uint8_t)(v >> 24);
	out[1] = (uint8_t)(v >> 16);
	out[2] = (uint8_t)(v >> 8);
	out[3] = (uint8_t)v;
}

/* Length, type, data, CRC over the last two (section 5.3). */
static void
chunk(struct buf *b, const char *type, const void *data, size_t len)
{
	uint8_t	head[8], tail[4];
	uLong	crc;

	be32(head, (uint32_t)len);
	memcpy(head + 4, type, 4);
	crc = crc32(0, head + 4, 4);
	if (len > 0)
		crc = crc32(crc, data, (uInt)len);
	be32(tail, (uint32_t)crc);
	buf_add(b, head, sizeof(head));
	buf_add(b, data, len);
	buf_add(b, tail, sizeof(tail));
}

/* One chunk, uncompressed, without language (design section 3, badge). */
static void
itxt(struct buf *b, struct km_bytes badge)
{
	static const char	head[] = "keurmerk\0\0\0\0";	/* and a NUL */
	static const char	alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	struct buf		t;
	unsigned int		v, left, i;
	size_t			at;

	buf_init(&t, sizeof(head) + badge.len / 3 * 4 + 4);
	buf_add(&t, head, sizeof(head));
	for (at = 0; at < badge.len; at += 3) {
		left = badge.len - at < 3 ? (unsigned int)(badge.len - at) : 3;
		v = (unsigned int)badge.p[at] << 16;
		v |= left > 1 ? (unsigned int)badge.p[at + 1] << 8 : 0;
		v |= left > 2 ? badge.p[at + 2] : 0u;
		for (i = 0; i <= left; i++)
			buf_add(&t, &alphabet[v >> (18 - 6 * i) & 63], 1);
	}
	if (t.failed && !b->failed)
		b->failed = t.failed;
	else
		chunk(b, "iTXt", t.p, t.len);
	buf_free(&t);
}

/* The colours of a picture, if they are few: then a byte a pixel does. */
struct palette {
	size_t		 n;
	uint32_t	 colour[COLOURS_MAX];
	uint32_t	 key[SLOTS];
	short		 slot[SLOTS];	/* 1 + its place, 0: free */
};

static int
palette_index(struct palette *p, uint32_t colour)
{
	size_t	i = (colour * 2654435761u) >> 22;

	for (; p->slot[i] != 0; i = (i + 1) % SLOTS)
		if (p->key[i] == colour)
			return p->slot[i] - 1;
	if (p->n == COLOURS_MAX)
		return -1;
	p->key[i] = p->colour[p->n] = colour;
	p->slot[i] = (short)++p->n;
	return (int)p->n - 1;
}

static uint32_t
rgba_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Rows by their place in the palette; 0, or -1: too many colours. */
static int
palette_rows(struct palette *pal, uint8_t *rows, const struct png *png)
{
	const uint8_t	*p = png->pixels;
	uint32_t	 x, y, colour, last = rgba_at(p);
	int		 i;

	memset(pal, 0, sizeof(*pal));
	i = palette_index(pal, last);
	for (y = 0; y < png->height; y++) {
		*rows++ = 0;		/* filter: none (section 9.2) */
		for (x = 0; x < png->width; x++, p += 4) {
			if ((colour = rgba_at(p)) != last &&
			    (i = palette_index(pal, colour)) == -1)
				return -1;
			last = colour;
			*rows++ = (uint8_t)i;
		}
	}
	return 0;
}

static void
palette_chunks(struct buf *b, const struct palette *p)
{
	uint8_t	rgb[COLOURS_MAX * 3], alpha[COLOURS_MAX];
	size_t	i;

	for (i = 0; i < p->n; i++) {
		rgb[i * 3] = (uint8_t)(p->colour[i] >> 24);
		rgb[i * 3 + 1] = (uint8_t)(p->colour[i] >> 16);
		rgb[i * 3 + 2] = (uint8_t)(p->colour[i] >> 8);
		alpha[i] = (uint8_t)p->colour[i];
	}
	chunk(b, "PLTE", rgb, p->n * 3);
	chunk(b, "tRNS", alpha, p->n);
}

static void
plain_rows(uint8_t *rows, const struct png *png, size_t stride)
{
	uint32_t	y;

	for (y = 0; y < png->height; y++) {
		*rows++ = 0;
		memcpy(rows, png->pixels + y * stride, stride);
		rows += stride;
	}
}

static int
image(struct buf *b, const uint8_t *rows, size_t len)
{
	uLongf	 n = compressBound((uLong)len);
	uint8_t	*z;
	int	 rc = -1;

	if ((z = malloc(n)) == NULL)
		return -1;
	if (compress2(z, &n, rows, (uLong)len, 6) == Z_OK && n < CHUNK_MAX) {
		chunk(b, "IDAT", z, n);
		rc = 0;
	}
	free(z);
	return rc;
}

static void
header(struct buf *b, const struct png *png, int colour)
{
	static const char	signature[] = "\x89PNG\r\n\x1a\n";
	uint8_t			d[13] = { 0 };

	buf_add(b, signature, sizeof(signature) - 1);
	be32(d, png->width);
	be32(d + 4, png->height);
	d[8] = 8;			/* bits */
	d[9] = (uint8_t)colour;
	chunk(b, "IHDR", d, sizeof(d));
	be32(d, png->per_metre);
	be32(d + 4, png->per_metre);
	d[8] = 1;			/* metre */
	chunk(b, "pHYs", d, 9);
	if (png->badge.len > 0)
		itxt(b, png->badge);
}

int
png_write(struct buf *b, const struct png *png)
{
	size_t		 stride, len;
	struct palette	 pal;
	uint8_t		*rows;
	int		 few = 0, rc = -1;

	stride = png->width * (png->colours == PNG_RGBA ? (size_t)4 : 1);
	len = (stride + 1) * png->height;
	if ((rows = malloc(len)) == NULL)
		goto out;
	if (png->colours == PNG_RGBA)
		few = palette_rows(&pal, rows, png) == 0;
	header(b, png, few ? COLOUR_PALETTE : png->colours == PNG_RGBA ?
	    COLOUR_RGBA : COLOUR_GREY);
	if (few) {
		palette_chunks(b, &pal);
		len = ((size_t)png->width + 1) * png->height;
	} else
		plain_rows(rows, png, stride);
	if (image(b, rows, len) == -1)
		goto out;
	chunk(b, "IEND", NULL, 0);
	rc = b->failed ? -1 : 0;
out:
	if (rc == -1)
		log_warnx("PNG of %u by %u: no memory", png->width,
		    png->height);
	free(rows);
	return rc;
}
