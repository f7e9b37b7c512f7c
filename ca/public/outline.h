/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Outline: lines and curves that enclose what is painted, in 1024ths of a
 * unit of the picture (FreeType's form, which rasterises and strokes them).
 */
#ifndef PUBLIC_OUTLINE_H
#define PUBLIC_OUTLINE_H

#include <ft2build.h>
#include <freetype/freetype.h>
#include <freetype/ftoutln.h>

#include "keurmerk.h"

enum {
	OUTLINE_UNIT = 1024,
	OUTLINE_POINTS = 24576,		/* the full QR in one path has 14,000 */
	OUTLINE_CONTOURS = 6144,
	OUTLINE_SIDE = 4096		/* units: no picture is larger */
};

struct outline {
	FT_Outline	 ft;		/* into the arrays below */
	FT_Vector	 point[OUTLINE_POINTS];
	char		 tag[OUTLINE_POINTS];
	short		 contour[OUTLINE_CONTOURS];	/* its last point */
	char		 closed[OUTLINE_CONTOURS];
	int		 failed;	/* it did not fit */
};

/* x' = a x + c y + e, y' = b x + d y + f; e and f in units. */
struct matrix {
	double	 a, b, c, d, e, f;
};
struct matrix	 matrix_times(const struct matrix *outer,
		    const struct matrix *inner);

FT_Library	 outline_library(void);	/* NULL: FreeType did not begin */

void	 outline_init(struct outline *);
void	 outline_point(struct outline *, long x, long y, char tag);
void	 outline_end(struct outline *, int closed);
/* A rectangle with round corners of radius r (0: sharp), in units. */
void	 outline_rect(struct outline *, double x, double y, double w,
	    double h, double r);
/*
 * The commands M m l h v z and their numbers (SVG 1.1 section 8.3): what our
 * pictures are drawn with. 0, or -1 for any other.
 */
int	 outline_path(struct outline *, struct km_bytes d);
/* Points along it, on and off in turn; only of straight lines. */
void	 outline_dash(struct outline *out, const struct outline *in,
	    double on, double off);

struct stroke {
	double	 width;			/* units */
	int	 round;			/* caps and joins; else butt, miter */
};
void	 outline_stroke(struct outline *out, struct outline *in,
	    const struct stroke *);
void	 outline_transform(struct outline *, const struct matrix *);

#endif
