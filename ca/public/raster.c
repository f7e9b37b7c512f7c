/* SPDX-License-Identifier: EUPL-1.2 */
/* Raster; see raster.h. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "drawing.h"
#include "png.h"
#include "raster.h"

/* An edge in 16 steps looks as one in 256, and a byte a pixel holds it. */
enum { STEP = 17, IN_HAND = 16 * 1024 * 1024 };

struct raster {
	int	 width, height;		/* pixels */
	uint8_t	*rgba;			/* colour times its alpha */
	/* what is being filled */
	uint8_t	 colour[4];		/* alpha 255 */
};

void
raster_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, IN_HAND);
	mallopt(M_TRIM_THRESHOLD, IN_HAND);
}

static int
raster_begin(void *arg, double width, double height)
{
	struct raster	*r = arg;
	double		 w = width * RASTER_DENSITY;
	double		 h = height * RASTER_DENSITY;

	if (r->rgba != NULL || w > RASTER_SIDE || h > RASTER_SIDE)
		return -1;
	r->width = (int)w;
	r->height = (int)h;
	r->rgba = calloc((size_t)r->width * (size_t)r->height, 4);
	return r->rgba == NULL ? -1 : 0;
}

/* Over what is there, as far as it is covered (0 to 255). */
static void
blend(uint8_t *to, const uint8_t *colour, unsigned int cover)
{
	unsigned int	left = 255 - cover;
	int		i;

	for (i = 0; i < 3; i++)
		to[i] = (uint8_t)((colour[i] * cover + to[i] * left + 127) /
		    255);
	to[3] = (uint8_t)(cover + (to[3] * left + 127) / 255);
}

static void
spans(int y, int count, const FT_Span *span, void *arg)
{
	struct raster	*r = arg;
	uint8_t		*row = r->rgba + (size_t)y * (size_t)r->width * 4;
	unsigned int	 cover;
	int		 i, x;

	for (i = 0; i < count; i++) {
		cover = (span[i].coverage + STEP / 2u) / STEP * STEP;
		x = span[i].x;
		for (; x < span[i].x + span[i].len; x++)
			if (cover == 255)
				memcpy(row + (size_t)x * 4, r->colour, 4);
			else
				blend(row + (size_t)x * 4, r->colour, cover);
	}
}

static int
raster_fill(void *arg, const struct outline *o, uint32_t rgb)
{
	const FT_Matrix	 scale = { RASTER_DENSITY * 64 * 64, 0, 0,
	    RASTER_DENSITY * 64 * 64 };	/* 26.6 of pixels, by 65536ths */
	FT_Raster_Params params;
	FT_Outline	 copy = o->ft;
	FT_Vector	*points;
	struct raster	*r = arg;
	FT_Error	 err;

	if (r->rgba == NULL)
		return -1;
	if (copy.n_points == 0)
		return 0;
	points = calloc((size_t)copy.n_points, sizeof(*points));
	if (points == NULL)
		return -1;
	memcpy(points, copy.points, (size_t)copy.n_points * sizeof(*points));
	copy.points = points;
	FT_Outline_Transform(&copy, &scale);
	r->colour[0] = (uint8_t)(rgb >> 16);
	r->colour[1] = (uint8_t)(rgb >> 8);
	r->colour[2] = (uint8_t)rgb;
	r->colour[3] = 255;
	memset(&params, 0, sizeof(params));
	params.flags = FT_RASTER_FLAG_AA | FT_RASTER_FLAG_DIRECT |
	    FT_RASTER_FLAG_CLIP;
	params.gray_spans = spans;
	params.user = r;
	params.clip_box = (FT_BBox){ 0, 0, r->width, r->height };
	err = FT_Outline_Render(outline_library(), &copy, &params);
	free(points);
	return err == 0 ? 0 : -1;
}

/* PNG wants colours that were not multiplied (ISO/IEC 15948 section 4.3). */
static void
divide(struct raster *r)
{
	size_t		 n = (size_t)r->width * (size_t)r->height;
	unsigned int	 alpha, v;
	uint8_t		*p;
	int		 i;

	for (p = r->rgba; n > 0; n--, p += 4) {
		alpha = p[3];
		for (i = 0; i < 3 && alpha != 0 && alpha != 255; i++) {
			v = (p[i] * 255u + alpha / 2) / alpha;
			p[i] = (uint8_t)(v > 255 ? 255 : v);
		}
	}
}

int
raster_png(struct buf *out, struct km_bytes svg, struct km_bytes badge)
{
	struct raster	r = { 0, 0, NULL, { 0, 0, 0, 0 } };
	struct painter	p = { &r, raster_begin, raster_fill };
	struct png	png;
	int		rc = -1;

	if (drawing_paint(&p, svg) == -1)
		goto out;
	divide(&r);
	png = (struct png){ .width = (uint32_t)r.width,
	    .height = (uint32_t)r.height, .colours = PNG_RGBA,
	    .per_metre = RASTER_DENSITY * PNG_PER_METRE, .pixels = r.rgba,
	    .badge = badge };
	rc = png_write(out, &png);
out:
	free(r.rgba);
	return rc;
}
