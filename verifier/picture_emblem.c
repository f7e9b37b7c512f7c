/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The emblem: a seal with six sides and a K, the foot and arm of which are a
 * tick. Only a valid mark has the tick; every other status has a sign of its
 * own and a seal of another colour, and with a self-declaration seal and bar
 * are outlines. Colours are chosen for their contrast.
 */
#include "picture_pen.h"

#define ALL(x)	{ x, x, x, x, x, x, x }

static const struct km_colours colours[] = {
	[KM_VARIANT_LIGHT] = {
		.ground = "#ffffff", .frame = "#b4c0cc", .ink = "#10222f",
		.soft = "#3f5263", .rule = "#c9d3dc",
		.band = "#ffd23f", .band_ink = "#1a1300",
		.bar_ink = "#ffffff",
		.bar = { "#0b6b4f", "#a3161f", "#8a4a00", "#3a4f78",
		    "#4a4f57", "#3a4f78", "#0d4a63" },
		.bar_edge = { "#0b6b4f", "#a3161f", "#8a4a00", "#3a4f78",
		    "#4a4f57", "#3a4f78", "#0d4a63" },
		.seal = { "#0d4a63", "#a3161f", "#8a4a00", "#3a4f78",
		    "#4a4f57", "#3a4f78", "#0d4a63" },
		.seal_edge = { "#0d4a63", "#a3161f", "#8a4a00", "#3a4f78",
		    "#4a4f57", "#3a4f78", "#0d4a63" },
		.letter = "#ffffff", .tick = "#ff9f43",
		.letter_out = "#0d4a63"
	},
	[KM_VARIANT_DARK] = {
		.ground = "#0c1b26", .frame = "#51677a", .ink = "#f4f8fb",
		.soft = "#c2d0dc", .rule = "#3a4f60",
		.band = "#ffd23f", .band_ink = "#1a1300",
		.bar_ink = "#06131c",
		.bar = { "#7fdcb4", "#ff9d97", "#ffc277", "#b4c8f2",
		    "#c9ced6", "#b4c8f2", "#9fd6ee" },
		.bar_edge = { "#7fdcb4", "#ff9d97", "#ffc277", "#b4c8f2",
		    "#c9ced6", "#b4c8f2", "#9fd6ee" },
		.seal = { "#e3f1f8", "#ff9d97", "#ffc277", "#b4c8f2",
		    "#c9ced6", "#b4c8f2", "#e3f1f8" },
		.seal_edge = { "#e3f1f8", "#ff9d97", "#ffc277", "#b4c8f2",
		    "#c9ced6", "#b4c8f2", "#e3f1f8" },
		.letter = "#0c2f40", .tick = "#c2410c",
		.letter_out = "#e3f1f8"
	},
	[KM_VARIANT_MONO] = {
		.ground = "#ffffff", .frame = "#000000", .ink = "#000000",
		.soft = "#000000", .rule = "#000000",
		.band = "#ffffff", .band_ink = "#000000",
		.bar_ink = "#000000", .bar = ALL("#ffffff"),
		.bar_edge = ALL("#000000"), .seal = ALL("#ffffff"),
		.seal_edge = ALL("#000000"),
		.letter = "#000000", .tick = "#000000",
		.letter_out = "#000000"
	}
};

/* Strokes about the middle of the seal, 60 high; by what is shown. */
static const char *const signs[KM_SHOWN_N] = {
	[KM_SHOWN_VALID] = "M-23-29v58M2 9l21 20",
	[KM_SHOWN_WITHDRAWN] = "M-22-22l44 44M22-22l-44 44",
	[KM_SHOWN_SUSPENDED] = "M-13-24v48M13-24v48",
	[KM_SHOWN_SUPERSEDED] = "M-26 0h48M6-18l18 18l-18 18",
	[KM_SHOWN_EXPIRED] = "M0-27v29l19 15",
	[KM_SHOWN_EARLY] = "M-24 0h1M0 0h1M24 0h1",
	[KM_SHOWN_NONE] = "M-20-29v58M22-29l-42 34M-4-6l28 35"
};
static const char tick[] = "M-23-3l15 19l29-39";

const struct km_colours *
km_colours(enum km_variant v)
{
	return &colours[v];
}

static void
strokes(struct km_pen *n, const char *d, const char *colour,
    const char *width)
{
	km_pen_str(n, "<path d=\"");
	km_pen_str(n, d);
	km_pen_str(n, "\" fill=\"none\" stroke=\"");
	km_pen_str(n, colour);
	km_pen_str(n, "\" stroke-width=\"");
	km_pen_str(n, width);
	km_pen_str(n, "\" stroke-linecap=\"round\" "
	    "stroke-linejoin=\"round\"></path>");
}

void
km_emblem(struct km_pen *n)
{
	static const char	hexagon[] = "M0-54l47 27v54l-47 27l-47-27"
	    "v-54z";
	int			outline;
	const char		*letter, *seal;

	outline = n->a->document == KM_DOCUMENT_SELF_DECLARATION;
	letter = outline ? n->c->letter_out : n->c->letter;
	seal = outline ? n->c->ground : n->c->seal[n->shown];
	km_pen_str(n, "<g transform=\"translate(160 106)\"><path d=\"");
	km_pen_str(n, hexagon);
	km_pen_str(n, "\" fill=\"");
	km_pen_str(n, seal);
	km_pen_str(n, "\" stroke=\"");
	km_pen_str(n, n->c->seal_edge[n->shown]);
	km_pen_str(n, outline ? "\" stroke-width=\"5\" stroke-dasharray=\"14 "
	    "9" : "\" stroke-width=\"9");
	km_pen_str(n, "\" stroke-linejoin=\"round\"></path>");
	strokes(n, signs[n->shown], letter, "11");
	if (n->shown == KM_SHOWN_VALID) {
		strokes(n, tick, seal, "19");	/* a gap around it */
		strokes(n, tick, outline ? letter : n->c->tick, "11");
	}
	km_pen_str(n, "</g>");
}
