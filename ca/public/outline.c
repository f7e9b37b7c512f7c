/* SPDX-License-Identifier: EUPL-1.2 */
/* Outline; see outline.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <ft2build.h>
#include <freetype/ftstroke.h>

#include "outline.h"

FT_Library
outline_library(void)
{
	static FT_Library	library;

	if (library == NULL && FT_Init_FreeType(&library) != 0)
		library = NULL;
	return library;
}

struct matrix
matrix_times(const struct matrix *o, const struct matrix *i)
{
	struct matrix	m;

	m.a = o->a * i->a + o->c * i->b;
	m.b = o->b * i->a + o->d * i->b;
	m.c = o->a * i->c + o->c * i->d;
	m.d = o->b * i->c + o->d * i->d;
	m.e = o->a * i->e + o->c * i->f + o->e;
	m.f = o->b * i->e + o->d * i->f + o->f;
	return m;
}

void
outline_init(struct outline *o)
{
	memset(&o->ft, 0, sizeof(o->ft));
	o->ft.points = o->point;
	o->ft.tags = o->tag;
	o->ft.contours = o->contour;
	o->failed = 0;
}

void
outline_point(struct outline *o, long x, long y, char tag)
{
	if (o->ft.n_points >= OUTLINE_POINTS) {
		o->failed = 1;
		return;
	}
	o->point[o->ft.n_points].x = x;
	o->point[o->ft.n_points].y = y;
	o->tag[o->ft.n_points++] = tag;
}

/* The points since the last end are one contour, if there are any. */
void
outline_end(struct outline *o, int closed)
{
	short	n = o->ft.n_contours;
	int	last = o->ft.n_points - 1;

	if (n >= OUTLINE_CONTOURS) {
		o->failed = 1;
		return;
	}
	if (last < 0 || (n > 0 && o->contour[n - 1] == last))
		return;
	o->contour[n] = (short)last;
	o->closed[n] = (char)closed;
	o->ft.n_contours++;
}

static long
unit(double v)
{
	return lround(v * OUTLINE_UNIT);
}

static void
on(struct outline *o, double x, double y)
{
	outline_point(o, unit(x), unit(y), FT_CURVE_TAG_ON);
}

/* A quarter of a circle from where we are, by one cubic curve. */
static void
corner(struct outline *o, double x1, double y1, double x2, double y2,
    double x, double y)
{
	outline_point(o, unit(x1), unit(y1), FT_CURVE_TAG_CUBIC);
	outline_point(o, unit(x2), unit(y2), FT_CURVE_TAG_CUBIC);
	on(o, x, y);
}

void
outline_rect(struct outline *o, double x, double y, double w, double h,
    double r)
{
	double	k = r * (1 - 0.5522847498), x2 = x + w, y2 = y + h;

	if (r <= 0) {
		on(o, x, y);
		on(o, x2, y);
		on(o, x2, y2);
		on(o, x, y2);
	} else {
		on(o, x + r, y);
		on(o, x2 - r, y);
		corner(o, x2 - k, y, x2, y + k, x2, y + r);
		on(o, x2, y2 - r);
		corner(o, x2, y2 - k, x2 - k, y2, x2 - r, y2);
		on(o, x + r, y2);
		corner(o, x + k, y2, x, y2 - k, x, y2 - r);
		on(o, x, y + r);
		/* ends where it began: that point is not there twice */
		outline_point(o, unit(x), unit(y + k), FT_CURVE_TAG_CUBIC);
		outline_point(o, unit(x + k), unit(y), FT_CURVE_TAG_CUBIC);
	}
	outline_end(o, 1);
}

/* A number of at most six digits and an optional fraction. */
static int
number(double *out, const uint8_t **p, const uint8_t *end)
{
	const uint8_t	*s = *p;
	double		 v = 0, scale = 1, sign = 1;
	int		 digits = 0, dot = 0;

	while (s < end && (*s == ' ' || *s == ','))
		s++;
	if (s < end && *s == '-') {
		sign = -1;
		s++;
	}
	for (; s < end && digits < 9; s++) {
		if (*s == '.' && !dot) {
			dot = 1;
			continue;
		}
		if (*s < '0' || *s > '9')
			break;
		v = v * 10 + (*s - '0');
		scale *= dot ? 10 : 1;
		digits++;
	}
	*p = s;
	*out = sign * v / scale;
	return digits > 0 && v / scale <= OUTLINE_SIDE ? 0 : -1;
}

/* How many numbers a command takes; 0: not one of ours. */
static int
operands(char command)
{
	switch (command) {
	case 'M':
	case 'm':
	case 'l':
		return 2;
	case 'h':
	case 'v':
		return 1;
	}
	return 0;
}

struct at {
	double	 x, y;			/* where the pen is */
	double	 sx, sy;		/* where its contour began */
};

static void
command_do(struct outline *o, struct at *at, char command, const double *v)
{
	if (command == 'M' || command == 'm') {
		outline_end(o, 0);
		at->x = v[0] + (command == 'm' ? at->x : 0);
		at->y = v[1] + (command == 'm' ? at->y : 0);
		at->sx = at->x;
		at->sy = at->y;
	} else {
		at->x += command == 'v' ? 0 : v[0];
		at->y += command == 'v' ? v[0] : command == 'l' ? v[1] : 0;
	}
	on(o, at->x, at->y);
}

/* Does the contour that is being drawn end where it began? */
static int
back(const struct outline *o, const struct at *at)
{
	const FT_Vector	*last = &o->point[o->ft.n_points - 1];

	return o->ft.n_points > 0 && last->x == unit(at->sx) &&
	    last->y == unit(at->sy);
}

int
outline_path(struct outline *o, struct km_bytes d)
{
	const uint8_t	*p = d.p, *end = d.p + d.len;
	struct at	 at = { 0, 0, 0, 0 };
	double		 v[2] = { 0, 0 };
	char		 command = 0;
	int		 i, n;

	while (p < end) {
		if (*p == 'z') {
			if (back(o, &at) && o->ft.n_points > 1)
				o->ft.n_points--;
			outline_end(o, 1);
			at.x = at.sx;
			at.y = at.sy;
			p++;
			continue;
		}
		if (operands((char)*p) > 0)
			command = (char)*p++;
		n = operands(command);
		for (i = 0; i < n; i++)
			if (number(&v[i], &p, end) == -1)
				return -1;
		if (n == 0)
			return -1;
		command_do(o, &at, command, v);
		if (command == 'M' || command == 'm')
			command = 'l';	/* what follows are lines */
	}
	outline_end(o, 0);
	return o->failed ? -1 : 0;
}

/* Where in a pattern of on and off, and the point there. */
struct dash {
	double	 on, off, at;
};

static int
dash_on(const struct dash *d)
{
	return d->at < d->on;
}

static void
dash_line(struct outline *out, struct dash *d, const FT_Vector *a,
    const FT_Vector *b)
{
	double	dx = (double)(b->x - a->x), dy = (double)(b->y - a->y);
	double	len = hypot(dx, dy), done = 0, step;
	int	was;

	while (len - done > 0.5) {
		was = dash_on(d);
		step = (was ? d->on : d->on + d->off) - d->at;
		if (step > len - done)
			step = len - done;
		done += step;
		d->at += step;
		if (was)
			outline_point(out, lround((double)a->x + dx * done /
			    len), lround((double)a->y + dy * done / len),
			    FT_CURVE_TAG_ON);
		if (was && !dash_on(d))
			outline_end(out, 0);
		if (d->at >= d->on + d->off) {
			d->at = 0;
			outline_point(out, lround((double)a->x + dx * done /
			    len), lround((double)a->y + dy * done / len),
			    FT_CURVE_TAG_ON);
		}
	}
}

void
outline_dash(struct outline *out, const struct outline *in, double on_,
    double off)
{
	struct dash	d;
	int		c, i, first = 0, last;

	for (c = 0; c < in->ft.n_contours; c++, first = last + 1) {
		last = in->contour[c];
		d.on = on_ * OUTLINE_UNIT;
		d.off = off * OUTLINE_UNIT;
		d.at = 0;
		outline_point(out, in->point[first].x, in->point[first].y,
		    FT_CURVE_TAG_ON);
		for (i = first; i < last; i++)
			dash_line(out, &d, &in->point[i], &in->point[i + 1]);
		if (in->closed[c])
			dash_line(out, &d, &in->point[last],
			    &in->point[first]);
		outline_end(out, 0);
	}
}

/* One contour through the stroker, which forgets what it had before. */
static int
stroke_contour(FT_Stroker s, struct outline *out, struct outline *in, int c,
    int first)
{
	FT_Outline	one = in->ft;
	FT_UInt		points = 0, contours = 0;
	short		last = (short)(in->contour[c] - first);

	one.n_contours = 1;
	one.n_points = (short)(last + 1);
	one.contours = &last;
	one.points = in->point + first;
	one.tags = in->tag + first;
	if (FT_Stroker_ParseOutline(s, &one, (FT_Bool)!in->closed[c]) != 0 ||
	    FT_Stroker_GetCounts(s, &points, &contours) != 0 ||
	    points > (FT_UInt)(OUTLINE_POINTS - out->ft.n_points) ||
	    contours > (FT_UInt)(OUTLINE_CONTOURS - out->ft.n_contours))
		return -1;
	FT_Stroker_Export(s, &out->ft);
	return 0;
}

void
outline_stroke(struct outline *out, struct outline *in,
    const struct stroke *stroke)
{
	FT_Stroker	s;
	int		c, first = 0;

	if (FT_Stroker_New(outline_library(), &s) != 0) {
		out->failed = 1;
		return;
	}
	FT_Stroker_Set(s, lround(stroke->width * OUTLINE_UNIT / 2),
	    stroke->round ? FT_STROKER_LINECAP_ROUND : FT_STROKER_LINECAP_BUTT,
	    stroke->round ? FT_STROKER_LINEJOIN_ROUND :
	    FT_STROKER_LINEJOIN_MITER_FIXED, 4 << 16);
	for (c = 0; c < in->ft.n_contours; c++) {
		if (stroke_contour(s, out, in, c, first) == -1)
			out->failed = 1;
		first = in->contour[c] + 1;
	}
	FT_Stroker_Done(s);
}

void
outline_transform(struct outline *o, const struct matrix *m)
{
	FT_Vector	*p;
	double		 x, y;
	int		 i;

	for (i = 0; i < o->ft.n_points; i++) {
		p = &o->point[i];
		x = (double)p->x;
		y = (double)p->y;
		p->x = lround(m->a * x + m->c * y + m->e * OUTLINE_UNIT);
		p->y = lround(m->b * x + m->d * y + m->f * OUTLINE_UNIT);
	}
}
