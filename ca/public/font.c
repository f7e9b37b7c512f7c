/* SPDX-License-Identifier: EUPL-1.2 */
/* Font; see font.h. */
#include <errno.h>
#include <string.h>

#include "ca/base/log.h"

#include "font.h"

enum { UNITS = 2048, THOUSAND = 1000 };

/* Packages fonts-liberation and fonts-dejavu-core; as sandbox_files.c says. */
#define LIBERATION	"/usr/share/fonts/truetype/liberation/LiberationSans-"
#define DEJAVU		"/usr/share/fonts/truetype/dejavu/DejaVuSans"

static const char *const	files[2][2] = {
	{ LIBERATION "Regular.ttf", DEJAVU ".ttf" },
	{ LIBERATION "Bold.ttf", DEJAVU "-Bold.ttf" }
};

static FT_Face	faces[2][2];		/* by weight; what to try in turn */
static int	opened;			/* 1: they are there, -1: they are not */

/* Design units are 2048 to the size in all of these. */
static int
face_open(FT_Face *face, const char *file)
{
	FT_Error	err;

	err = FT_New_Face(outline_library(), file, 0, face);
	if (err != 0) {
		log_warnx("%s: expected a font (package fonts-liberation or "
		    "fonts-dejavu-core), found none (FreeType's error %d): "
		    "pictures are served as SVG only", file, err);
		return -1;
	}
	if ((*face)->units_per_EM != UNITS) {
		log_warnx("%s: expected %d units to the size, found %d", file,
		    UNITS, (*face)->units_per_EM);
		return -1;
	}
	return 0;
}

int
font_open(void)
{
	int	bold, i;

	if (opened != 0)
		return opened == 1 ? 0 : -1;
	opened = -1;
	if (outline_library() == NULL)
		return -1;
	for (bold = 0; bold < 2; bold++)
		for (i = 0; i < 2; i++)
			if (face_open(&faces[bold][i], files[bold][i]) == -1)
				return -1;
	opened = 1;
	return 0;
}

/* One character of UTF-8 that was checked when it was decoded. */
static FT_ULong
character(struct km_bytes *s)
{
	unsigned int	more = 0;
	FT_ULong	c = *s->p++;

	s->len--;
	if (c >= 0xf0)
		more = 3;
	else if (c >= 0xe0)
		more = 2;
	else if (c >= 0xc0)
		more = 1;
	if (more > 0)
		c &= 0x3fu >> more;
	for (; more > 0 && s->len > 0; more--) {
		c = c << 6 | (*s->p++ & 0x3fu);
		s->len--;
	}
	return c;
}

/* The glyph of a character, loaded into its face, or NULL. */
static FT_Face
glyph(FT_UInt *index, FT_ULong c, int bold)
{
	FT_Face	face;
	int	i;

	for (i = 0; i < 2; i++) {
		face = faces[bold != 0][i];
		*index = FT_Get_Char_Index(face, c);
		if (*index != 0 || i == 1)
			break;
	}
	return FT_Load_Glyph(face, *index, FT_LOAD_NO_SCALE) == 0 ? face :
	    NULL;
}

/* Each in turn, with how far it stands from the one before. */
struct line {
	FT_Face		 before;
	FT_UInt		 index;
	long		 x;		/* design units */
};

static FT_Face
next(struct line *l, struct km_bytes *text, int bold)
{
	FT_Vector	kern = { 0, 0 };
	FT_UInt		index;
	FT_Face		face;

	if ((face = glyph(&index, character(text), bold)) == NULL)
		return NULL;
	if (face == l->before)
		FT_Get_Kerning(face, l->index, index, FT_KERNING_UNSCALED,
		    &kern);
	l->x += kern.x;
	l->before = face;
	l->index = index;
	return face;
}

long
font_width(struct km_bytes text, int bold)
{
	struct line	l = { NULL, 0, 0 };
	FT_Face		face;

	if (font_open() == -1)
		return 0;
	while (text.len > 0 && (face = next(&l, &text, bold)) != NULL)
		l.x += face->glyph->metrics.horiAdvance;
	return l.x * THOUSAND / UNITS;
}

static void
add(struct outline *o, const FT_Outline *g, const struct line *l,
    double scale, long x, long y)
{
	int	c, i = 0;

	for (c = 0; c < g->n_contours; c++) {
		for (; i <= g->contours[c]; i++)
			outline_point(o,
			    x + (long)((double)(l->x + g->points[i].x) *
			    scale),
			    y - (long)((double)g->points[i].y * scale),
			    g->tags[i] & 3);
		outline_end(o, 1);
	}
}

int
font_outline(struct outline *o, struct km_bytes text, int bold, double size,
    long x, long y)
{
	struct line	l = { NULL, 0, 0 };
	double		scale = size * OUTLINE_UNIT / UNITS;
	FT_Face		face;

	if (font_open() == -1)
		return -1;
	while (text.len > 0) {
		if ((face = next(&l, &text, bold)) == NULL)
			return -1;
		add(o, &face->glyph->outline, &l, scale, x, y);
		l.x += face->glyph->metrics.horiAdvance;
	}
	return o->failed ? -1 : 0;
}
