/* SPDX-License-Identifier: EUPL-1.2 */
/* Drawing; see drawing.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "drawing.h"
#include "font.h"

enum { DEPTH_MAX = 4, ATTRS_MAX = 16, TEXT_MAX = 512 };

struct attr {
	struct km_bytes	 name, value;
};

struct drawing {
	const struct painter *painter;
	struct km_bytes	 rest;
	struct km_bytes	 name;		/* of the element that begins */
	size_t		 n_attrs;
	struct attr	 attr[ATTRS_MAX];
	int		 begun;		/* the svg itself */
	int		 depth;		/* of g */
	struct matrix	 at[DEPTH_MAX + 1];
	struct outline	 shape, dashes, line;
};

static int
is(struct km_bytes s, const char *word)
{
	return s.len == strlen(word) && memcmp(s.p, word, s.len) == 0;
}

/* Up to one of the characters, which is not taken. */
static struct km_bytes
until(struct drawing *d, const char *stop)
{
	struct km_bytes	s = { d->rest.p, 0 };

	while (d->rest.len > 0 && strchr(stop, d->rest.p[0]) == NULL) {
		d->rest.p++;
		d->rest.len--;
		s.len++;
	}
	return s;
}

static int
take(struct drawing *d, char c)
{
	if (d->rest.len == 0 || d->rest.p[0] != (uint8_t)c)
		return -1;
	d->rest.p++;
	d->rest.len--;
	return 0;
}

/* Name and attributes after "<", up to and with ">". */
static int
element(struct drawing *d)
{
	struct attr	*a;

	d->name = until(d, " >");
	for (d->n_attrs = 0; take(d, ' ') == 0; d->n_attrs++) {
		if (d->n_attrs == ATTRS_MAX)
			return -1;
		a = &d->attr[d->n_attrs];
		a->name = until(d, "= >");
		if (take(d, '=') == -1 || take(d, '"') == -1)
			return -1;
		a->value = until(d, "\"");
		if (take(d, '"') == -1)
			return -1;
	}
	return take(d, '>');
}

static struct km_bytes
attr(const struct drawing *d, const char *name)
{
	static const struct km_bytes	none = { NULL, 0 };
	size_t				i;

	for (i = 0; i < d->n_attrs; i++)
		if (is(d->attr[i].name, name))
			return d->attr[i].value;
	return none;
}

/* A decimal number, or 0; what is behind it is put in *rest. */
static double
decimal(struct km_bytes s, struct km_bytes *rest)
{
	char	 text[24], *end;
	double	 v;
	size_t	 n = s.len < sizeof(text) - 1 ? s.len : sizeof(text) - 1;

	if (n > 0)
		memcpy(text, s.p, n);
	text[n] = '\0';
	v = strtod(text, &end);
	if (rest != NULL)
		*rest = (struct km_bytes){ s.p + (end - text),
		    s.len - (size_t)(end - text) };
	return isfinite(v) && fabs(v) <= OUTLINE_SIDE ? v : 0;
}

static double
size(const struct drawing *d, const char *name)
{
	return decimal(attr(d, name), NULL);
}

/* #rrggbb: 1, or 0 when there is none to paint with, -1: another form. */
static int
colour(uint32_t *rgb, const struct drawing *d, const char *name)
{
	struct km_bytes	v = attr(d, name);
	char		text[8] = "", *end;

	if (v.p == NULL || is(v, "none"))
		return 0;
	if (v.len != 7 || v.p[0] != '#')
		return -1;
	memcpy(text, v.p + 1, 6);
	*rgb = (uint32_t)strtoul(text, &end, 16);
	return *end == '\0' ? 1 : -1;
}

/* translate(x y), rotate(angle x y), scale(s): at most one of each g. */
static int
transform(struct matrix *m, struct km_bytes v)
{
	static const struct {
		const char	*name;
		int		 n;
	} kinds[] = { { "translate(", 2 }, { "rotate(", 3 }, { "scale(", 1 } };
	double	 n[3] = { 0, 0, 0 };
	size_t	 i, len;
	int	 k;

	for (i = 0; i < 3; i++) {
		len = strlen(kinds[i].name);
		if (v.len > len && memcmp(v.p, kinds[i].name, len) == 0)
			break;
	}
	if (i == 3)
		return -1;
	v.p += len;
	v.len -= len;
	for (k = 0; k < kinds[i].n; k++)
		n[k] = decimal(v, &v);
	if (!is(v, ")"))
		return -1;
	*m = (struct matrix){ 1, 0, 0, 1, 0, 0 };
	if (i == 0) {
		m->e = n[0];
		m->f = n[1];
	} else if (i == 2)
		m->a = m->d = n[0];
	else {
		m->a = m->d = cos(n[0] * M_PI / 180);
		m->b = sin(n[0] * M_PI / 180);
		m->c = -m->b;
		m->e = n[1] - m->a * n[1] - m->c * n[2];
		m->f = n[2] - m->b * n[1] - m->d * n[2];
	}
	return 0;
}

static int
group(struct drawing *d)
{
	struct matrix	m;

	if (d->depth == DEPTH_MAX ||
	    transform(&m, attr(d, "transform")) == -1)
		return -1;
	d->at[d->depth + 1] = matrix_times(&d->at[d->depth], &m);
	d->depth++;
	return 0;
}

static int
fill(struct drawing *d, struct outline *o, uint32_t rgb)
{
	outline_transform(o, &d->at[d->depth]);
	return o->failed ? -1 :
	    d->painter->fill(d->painter->arg, o, rgb);
}

/* What the border of d->shape covers, in d->line: 0, or -1: no such form. */
static int
border(struct drawing *d)
{
	struct km_bytes	 dash = attr(d, "stroke-dasharray");
	struct outline	*o = &d->shape;
	struct stroke	 s = { 1, 0 };
	double		 on, off;

	if (attr(d, "stroke-width").p != NULL)
		s.width = size(d, "stroke-width");
	s.round = is(attr(d, "stroke-linejoin"), "round");
	if (dash.p != NULL) {
		s.round = 0;		/* as its caps are not */
		on = decimal(dash, &dash);
		off = decimal(dash, NULL);
		if (on < 1 || off < 1)
			return -1;
		outline_init(&d->dashes);
		outline_dash(&d->dashes, o, on, off);
		o = &d->dashes;
	}
	outline_init(&d->line);
	outline_stroke(&d->line, o, &s);
	return 0;
}

/* Inside first, then the border over it. */
static int
paint(struct drawing *d)
{
	uint32_t	inside = 0, line = 0;
	int		has = colour(&inside, d, "fill");
	int		lined = colour(&line, d, "stroke");

	if (has == -1 || lined == -1 || (lined && border(d) == -1) ||
	    (has && fill(d, &d->shape, inside) == -1))
		return -1;
	return lined ? fill(d, &d->line, line) : 0;
}

static int
rect(struct drawing *d)
{
	outline_init(&d->shape);
	outline_rect(&d->shape, size(d, "x"), size(d, "y"), size(d, "width"),
	    size(d, "height"), size(d, "rx"));
	return paint(d);
}

static int
path(struct drawing *d)
{
	outline_init(&d->shape);
	return outline_path(&d->shape, attr(d, "d")) == -1 ? -1 : paint(d);
}

/* The five entities of XML; what is written in out is at most s.len. */
static int
unescape(struct km_bytes *out, uint8_t *buf, struct km_bytes s)
{
	static const struct {
		const char	*name;
		char		 is;
	} names[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&apos;", '\'' }, { "&#39;", '\'' }
	};
	size_t	i, len = 0, n = 0;

	while (s.len > 0) {
		for (i = 0; s.p[0] == '&' && i < 6; i++) {
			len = strlen(names[i].name);
			if (s.len >= len && memcmp(s.p, names[i].name,
			    len) == 0)
				break;
		}
		if (s.p[0] != '&')
			len = 1;
		else if (i == 6)
			return -1;
		buf[n++] = s.p[0] == '&' ? (uint8_t)names[i].is : s.p[0];
		s.p += len;
		s.len -= len;
	}
	*out = (struct km_bytes){ buf, n };
	return 0;
}

static int
text(struct drawing *d)
{
	uint8_t		 buf[TEXT_MAX];
	struct km_bytes	 s = until(d, "<"), anchor = attr(d, "text-anchor");
	double		 x = size(d, "x"), high = size(d, "font-size");
	int		 bold = is(attr(d, "font-weight"), "700");
	uint32_t	 rgb = 0;

	if (s.len > sizeof(buf) || unescape(&s, buf, s) == -1 ||
	    colour(&rgb, d, "fill") != 1)
		return -1;
	if (is(anchor, "middle"))
		x -= (double)font_width(s, bold) * high / 2000;
	else if (is(anchor, "end"))
		x -= (double)font_width(s, bold) * high / 1000;
	outline_init(&d->shape);
	if (font_outline(&d->shape, s, bold, high, lround(x * OUTLINE_UNIT),
	    lround(size(d, "y") * OUTLINE_UNIT)) == -1)
		return -1;
	return fill(d, &d->shape, rgb);
}

static int
begin(struct drawing *d)
{
	double	w = size(d, "width"), h = size(d, "height");

	if (d->begun || w < 1 || h < 1)
		return -1;
	d->begun = 1;
	return d->painter->begin(d->painter->arg, w, h);
}

static int
passed_over(struct drawing *d)
{
	until(d, "<");
	return 0;
}

static int
opened(struct drawing *d)
{
	static const struct {
		const char	*name;
		int		(*paint)(struct drawing *);
	} elements[] = {
		{ "svg", begin }, { "title", passed_over },
		{ "desc", passed_over }, { "metadata", passed_over },
		{ "g", group }, { "rect", rect }, { "path", path },
		{ "text", text }
	};
	size_t	i;

	if (element(d) == -1)
		return -1;
	for (i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (is(d->name, elements[i].name))
			return elements[i].paint(d);
	return -1;
}

/* All of it, which begins and ends with svg. */
static int
walk(struct drawing *d)
{
	struct km_bytes	name = { NULL, 0 };

	while (d->rest.len > 0) {
		if (take(d, '<') == -1)
			return -1;
		if (take(d, '/') == -1) {
			if (opened(d) == -1)
				return -1;
			continue;
		}
		name = until(d, ">");
		if (is(name, "g") && d->depth-- == 0)
			return -1;
		if (take(d, '>') == -1)
			return -1;
	}
	return d->begun && is(name, "svg") ? 0 : -1;
}

int
drawing_paint(const struct painter *p, struct km_bytes svg)
{
	struct drawing	*d;
	int		 rc;

	if (font_open() == -1)
		return -1;
	if ((d = malloc(sizeof(*d))) == NULL) {
		log_warn("picture: no memory");
		return -1;
	}
	d->painter = p;
	d->rest = svg;
	d->begun = d->depth = 0;
	d->at[0] = (struct matrix){ 1, 0, 0, 1, 0, 0 };
	if ((rc = walk(d)) == -1)
		log_warnx("picture: cannot be painted at byte %zu of %zu",
		    svg.len - d->rest.len, svg.len);
	free(d);
	return rc;
}
