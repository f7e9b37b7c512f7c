/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A badge in a PNG (ISO/IEC 15948): one uncompressed iTXt chunk of our
 * keyword. The whole file is walked, so that nothing stands in it that
 * another reader would see and this one not; the image itself is not decoded.
 */
#include <string.h>

#include "armour.h"
#include "cbor.h"
#include "container.h"

enum {
	SIGNATURE_LEN = 8, IHDR_LEN = 13, CHUNK_LEN = 12,
	SIDE_MAX = 16384		/* pixels */
};

static const uint8_t signature[SIGNATURE_LEN] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'
};

struct chunk {
	uint8_t		 type[4];
	struct km_bytes	 data;
};

/* What was seen so far; IDAT chunks follow each other (section 5.6). */
struct walk {
	int	 n;			/* of chunks */
	int	 palette, image, image_over, end;
	struct km_bytes text;		/* p is NULL: no badge yet */
};

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Annex D, four bits at a time. */
static uint32_t
crc32(const uint8_t *p, size_t len)
{
	static const uint32_t	table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c
	};
	uint32_t		crc = 0xffffffff;
	size_t			i;

	for (i = 0; i < len; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

static int
is(const struct chunk *c, const char *type)
{
	return memcmp(c->type, type, sizeof(c->type)) == 0;
}

/* Length, type, data, CRC over the last two (section 5.3). */
static enum km_err
read_chunk(struct chunk *c, struct km_bytes *s)
{
	uint32_t	len;
	size_t		i;

	if (s->len < CHUNK_LEN)
		return KM_ERR_TRUNCATED;
	len = be32(s->p);
	if (len > s->len - CHUNK_LEN)
		return KM_ERR_TRUNCATED;
	memcpy(c->type, s->p + 4, sizeof(c->type));
	for (i = 0; i < sizeof(c->type); i++)
		if ((c->type[i] | 32) < 'a' || (c->type[i] | 32) > 'z')
			return KM_ERR_TYPE;
	c->data = (struct km_bytes){ s->p + 8, len };
	if (crc32(s->p + 4, (size_t)len + 4) != be32(s->p + 8 + len))
		return KM_ERR_MISMATCH;
	s->p += CHUNK_LEN + len;
	s->len -= CHUNK_LEN + len;
	return KM_OK;
}

/* Sizes, depth, colour, methods (section 11.2.2). */
static enum km_err
check_header(struct km_bytes d)
{
	if (d.len != IHDR_LEN)
		return KM_ERR_VALUE;
	if (be32(d.p) == 0 || be32(d.p + 4) == 0)
		return KM_ERR_VALUE;
	if (be32(d.p) > SIDE_MAX || be32(d.p + 4) > SIDE_MAX)
		return KM_ERR_LIMIT;
	if (d.p[8] == 0 || d.p[8] > 16 || (d.p[8] & (d.p[8] - 1)) != 0)
		return KM_ERR_VALUE;
	if (d.p[9] > 6 || d.p[9] == 1 || d.p[9] == 5)
		return KM_ERR_VALUE;
	return d.p[10] == 0 && d.p[11] == 0 && d.p[12] <= 1 ? KM_OK :
	    KM_ERR_VALUE;
}

/*
 * Keyword, NUL, not compressed, method 0, no language, no translated keyword
 * (section 11.3.4.5). Text chunks of other kinds may not have our keyword.
 */
static enum km_err
read_itxt(struct walk *w, const struct chunk *c)
{
	static const char	head[] = "keurmerk\0\0\0\0";	/* and a NUL */

	if (c->data.len < 9 || memcmp(c->data.p, head, 9) != 0)
		return KM_OK;
	if (w->text.p != NULL)
		return KM_ERR_TWO_BADGES;
	if (!is(c, "iTXt") || c->data.len < sizeof(head) ||
	    memcmp(c->data.p, head, sizeof(head)) != 0)
		return KM_ERR_ENCODING;
	w->text = (struct km_bytes){ c->data.p + sizeof(head),
	    c->data.len - sizeof(head) };
	return KM_OK;
}

/* One chunk in its place (section 5.6); capital first: critical. */
static enum km_err
take(struct walk *w, const struct chunk *c)
{
	if (w->n++ == 0)
		return is(c, "IHDR") ? check_header(c->data) : KM_ERR_ORDER;
	if (is(c, "IDAT")) {
		w->image = 1;
		return w->image_over ? KM_ERR_ORDER : KM_OK;
	}
	w->image_over = w->image;
	if (is(c, "PLTE"))
		return w->palette++ || w->image ? KM_ERR_ORDER : KM_OK;
	if (is(c, "IEND")) {
		w->end = 1;
		return !w->image ? KM_ERR_ORDER :
		    c->data.len == 0 ? KM_OK : KM_ERR_VALUE;
	}
	if ((c->type[0] & 32) == 0)
		return is(c, "IHDR") ? KM_ERR_ORDER : KM_ERR_TYPE;
	return is(c, "iTXt") || is(c, "tEXt") || is(c, "zTXt") ?
	    read_itxt(w, c) : KM_OK;
}

int
km_is_png(const uint8_t *p, size_t len)
{
	return len >= SIGNATURE_LEN && memcmp(p, signature,
	    SIGNATURE_LEN) == 0;
}

enum km_err
km_png_read(struct km_found *found, uint8_t *out, const uint8_t *file,
    size_t len)
{
	struct km_bytes	s = { file + SIGNATURE_LEN, len - SIGNATURE_LEN };
	struct walk	w;
	struct chunk	c;
	enum km_err	err;

	memset(&w, 0, sizeof(w));
	while (!w.end)
		if ((err = read_chunk(&c, &s)) != KM_OK ||
		    (err = take(&w, &c)) != KM_OK)
			return err;
	if (s.len > 0)
		return KM_ERR_TRAILING;
	if (w.text.p == NULL)
		return KM_ERR_NO_BADGE;
	found->kind = KM_CONTAINER_PNG;
	found->badge.p = out;
	return km_base64url_decode(out, KM_BADGE_MAX, &found->badge.len,
	    w.text);
}
